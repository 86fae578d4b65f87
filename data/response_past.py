"""What was believed of a message before something else became known; what learns of it, and since when it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from data.models.derived import Response
from data.models.mirrored import Message
from data.models.ours import Mark
from data.models.outgoing import Outgoing
from data.models.response_figures import ResponseBook, ResponsePast, ResponseStale
from data.responses import NAMES
from data.store import ensure, upsert

BOOK = "past"
AT_ONCE = 500
_SEEN = tuple(name for name in NAMES if name not in ("message_id", "ticket_id"))
"""What a figure can see of a message."""


def replace(
    session: Session, ticket_ids: Collection[int], rows: Sequence[Mapping[str, Any]], *, now: datetime | None
) -> None:
    """Put these rows in place of the responses of some tickets; keep what was believed, and note which days changed.

    Without `now` nothing is kept of the past: a cache is only made anew.
    """
    new = {row["message_id"]: row for row in rows}
    old = {row.message_id: row for row in _stored(session, ticket_ids, list(new))}
    gone = [old[id_] for id_ in old if id_ not in new]
    changed = [row for id_, row in new.items() if id_ not in old or _differs(old[id_], row, NAMES)]
    if gone:
        session.execute(delete(Response).where(Response.message_id.in_([row.message_id for row in gone])))
    upsert(session, Response, changed, key=("message_id",))
    if now is not None:
        again = [old[row["message_id"]] for row in changed if row["message_id"] in old]
        _keep(session, [*gone, *(row for row in again if _differs(row, new[row.message_id], _SEEN))], now)
    days = _days([(old.get(row["message_id"]), row) for row in changed] + [(row, None) for row in gone], new)
    if days:
        session.execute(insert(ResponseStale), [{"day": day} for day in sorted(days)])


def _stored(session: Session, ticket_ids: Collection[int], message_ids: Collection[int]) -> list[Any]:
    columns = [getattr(Response, name) for name in NAMES]
    mine = or_(Response.ticket_id.in_(list(ticket_ids)), Response.message_id.in_(list(message_ids)))
    query = select(*columns, Message.imported_at).outerjoin(Message, Message.id == Response.message_id)
    return list(session.execute(query.where(mine)))


def _differs(old: Any, new: Mapping[str, Any], names: Sequence[str]) -> bool:
    return any(getattr(old, name) != new[name] for name in names)


def _keep(session: Session, before: Sequence[Any], now: datetime) -> None:
    """What is known only since this very moment was never believed by anybody."""
    kept = [
        {**{name: getattr(row, name) for name in NAMES}, "imported_at": row.imported_at, "known_until": now}
        for row in before
        if row.imported_at is not None and row.imported_at < now
    ]
    if kept:
        session.execute(insert(ResponsePast), kept)


def _days(
    changes: Sequence[tuple[Any | None, Mapping[str, Any] | None]], new: Mapping[int, Mapping[str, Any]]
) -> set[date]:
    """The UTC days whose counts change; another first message of a ticket makes its later ones "next"."""
    days: set[date] = set()
    moved: dict[int, datetime] = {}
    for before, after in changes:
        sides = [(before.ticket_id, before.sent_at)] if before else []
        sides += [(after["ticket_id"], after["sent_at"])] if after else []
        days |= {_day(sent_at) for _, sent_at in sides}
        if len({ticket_id for ticket_id, _ in sides}) == len(sides):
            for ticket_id, sent_at in sides:
                moved[ticket_id] = min(sent_at, moved.get(ticket_id, sent_at))
    later = (row for row in new.values() if row["sent_at"] > moved.get(row["ticket_id"], row["sent_at"]))
    return days | {_day(row["sent_at"]) for row in later}


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def begin(session: Session, *, now: datetime) -> None:
    """Note since when the past is kept, the first time."""
    ensure(session, ResponseBook, {"name": BOOK, "at": now}, key=("name",))


def kept_since(session: Session) -> datetime | None:
    """Since when what was believed is kept; None before the first sync with this version."""
    book = session.get(ResponseBook, BOOK)
    return book.at if book else None


def learned(session: Session, facts: Sequence[Any]) -> dict[int, datetime]:
    """Message id -> when we learned of its answer, from what stored it: a copy's import, a mark, our own sending.

    For answered messages of the time before the past was kept; marks that were taken back since are not seen.
    """
    found: dict[int, datetime] = {}
    for start in range(0, len(facts), AT_ONCE):
        some = facts[start : start + AT_ONCE]
        known = _ways(session, some)
        for fact in some:
            times = known.get((fact.ticket_id, fact.answered_at), [])
            found[fact.message_id] = min(times, default=fact.answered_at)
    return found


def _ways(session: Session, facts: Sequence[Any]) -> dict[tuple[int, datetime], list[datetime]]:
    tickets = sorted({fact.ticket_id for fact in facts})
    copies = select(Message.ticket_id, Message.sent_at, Message.imported_at).where(
        Message.ticket_id.in_(tickets), Message.direction == "agent"
    )
    marks = select(Mark.ticket_id, Mark.at, Mark.made_at).where(Mark.ticket_id.in_(tickets))
    sent = select(Outgoing.ticket_id, Outgoing.handed_over_at, Outgoing.handed_over_at).where(
        Outgoing.ticket_id.in_(tickets), Outgoing.handed_over_at.is_not(None)
    )
    found: dict[tuple[int, datetime], list[datetime]] = {}
    for query in (copies, marks, sent):
        for ticket_id, at, known in session.execute(query):
            found.setdefault((ticket_id, at), []).append(known)
    return found
