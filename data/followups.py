"""The list of follow-ups and the work on them: pages of cards, one row, versioned writes, what can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.models.derived import Response
from data.models.followups import FollowupCard, FollowupUndo, FollowupWork
from data.models.sheets import SheetRow, SheetWrite

CAP = 1000
Mark = tuple[int, int]
"""(sort key, id) of the last row of a page."""
UNSETTLED = ("queued", "conflict", "row_gone")


class Found(NamedTuple):
    """A follow-up: as it is filtered, what people did, and what the sheet says (None: the mirror has lost the row)."""

    card: FollowupCard
    work: FollowupWork
    row: SheetRow | None


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to.

    `equal`: by column of the card; `box`: a key of _box(); `text`: an order, a key, or a part of an item.
    """

    now: datetime
    box: str = "all"
    equal: Mapping[str, str] | None = None
    unowned: bool = False
    text: str = ""


def page(session: Session, wanted: Wanted, *, after: Mark | None, backwards: bool, limit: int) -> list[Found]:
    """Follow-ups, the most urgent first; backwards the page before `after`. One statement."""
    query, place = _narrowed(_all(), wanted), (FollowupCard.sort_key, FollowupCard.id)
    if after:
        query = query.where(tuple_(*place) < after if backwards else tuple_(*place) > after)
    order = [column.desc() for column in place] if backwards else list(place)
    found = [Found(*row) for row in session.execute(query.order_by(*order).limit(limit))]
    return found[::-1] if backwards else found


def counts(session: Session, wanted: Sequence[Wanted]) -> list[int]:
    """How many there are of each, counted up to the cap; one statement."""
    few = [_narrowed(select(FollowupCard.id), each).limit(CAP).subquery() for each in wanted]
    found = session.execute(select(*(select(func.count()).select_from(each).scalar_subquery() for each in few)))
    return list(found.one()) if few else []


def due(session: Session, *, now: datetime, until: datetime, limit: int) -> list[FollowupCard]:
    """Rows to be contacted before `until` whose snooze is over, and rows with a conflict; the nearest due first."""
    waits = and_(FollowupCard.due_at < until, _is_awake(now))
    query = select(FollowupCard).where(or_(waits, FollowupCard.conflicts > 0))
    return list(session.scalars(query.order_by(FollowupCard.sort_key, FollowupCard.id).limit(limit)))


def one(session: Session, followup_id: int) -> Found | None:
    """One follow-up."""
    found = session.execute(_all().where(FollowupCard.id == followup_id)).first()
    return Found(*found) if found else None


def of_order(session: Session, account: str, order_id: str) -> list[Found]:
    """The follow-ups of an order, the most urgent first."""
    mine = _all().where(FollowupCard.order_id == order_id, FollowupCard.account == account)
    return [Found(*row) for row in session.execute(mine.order_by(FollowupCard.sort_key, FollowupCard.id).limit(50))]


def named(session: Session, name: str, *, account: str = "", sheet: str = "") -> list[FollowupCard]:
    """The follow-ups with this row key or order id."""
    query = select(FollowupCard).where(or_(FollowupCard.row_key == name, FollowupCard.order_id == name))
    if account:
        query = query.where(FollowupCard.account == account)
    if sheet:
        query = query.where(FollowupCard.sheet == sheet)
    return list(session.scalars(query.order_by(FollowupCard.id).limit(20)))


def same_item(session: Session, card: FollowupCard) -> int:
    """How many other rows about the same item must still be contacted, counted up to the cap."""
    if not card.item:
        return 0
    mine = (FollowupCard.item == card.item, FollowupCard.state == "to_contact", FollowupCard.id != card.id)
    some = select(FollowupCard.id).where(*mine, FollowupCard.account == card.account).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def last_writes(session: Session, row_key: str) -> dict[str, SheetWrite]:
    """The newest write of each cell of a row, by role."""
    query = select(SheetWrite).where(SheetWrite.row_key == row_key, SheetWrite.state != "withdrawn")
    newest = session.scalars(query.order_by(SheetWrite.id.desc()).limit(40))
    return {write.role: write for write in reversed(list(newest))}


def lock(session: Session, ids: Collection[int]) -> dict[int, FollowupWork]:
    """The work rows for writing, locked in one order."""
    mine = select(FollowupWork).where(FollowupWork.id.in_(list(ids))).order_by(FollowupWork.id).with_for_update()
    return {row.id: row for row in session.scalars(mine.execution_options(populate_existing=True))}


def cards_of(session: Session, ids: Collection[int]) -> dict[int, FollowupCard]:
    """The cards of these follow-ups as they are stored now."""
    mine = select(FollowupCard).where(FollowupCard.id.in_(list(ids)))
    return {card.id: card for card in session.scalars(mine.execution_options(populate_existing=True))}


def replied_by(session: Session, ticket_id: int | None, at: datetime) -> str | None:
    """Who wrote the reply of a ticket that left at this time, if it is known."""
    query = select(Response.agent).where(
        Response.ticket_id == ticket_id, Response.answered_at == at, Response.agent.is_not(None)
    )
    return session.scalars(query.limit(1)).first()


def rows_of(session: Session, works: Collection[FollowupWork]) -> dict[int, SheetRow]:
    """What the sheets say of these follow-ups, by their ids."""
    keys = {(work.account, work.sheet, work.row_key): work.id for work in works}
    query = select(SheetRow).where(SheetRow.row_key.in_([row_key for _, _, row_key in keys]))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {keys[key]: row for row in found if (key := (row.account, row.sheet, row.row_key)) in keys}


def change(session: Session, followup_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Write values if the version is still this one: False if somebody was quicker."""
    mine = update(FollowupWork).where(FollowupWork.id == followup_id, FollowupWork.version == version)
    done = session.execute(mine.values(**values, version=version + 1).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def remember(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what an action on many follow-ups did."""
    if rows:
        session.execute(insert(FollowupUndo), list(rows))


def steps(session: Session, token: str) -> list[FollowupUndo]:
    """What an action did, by follow-up."""
    mine = select(FollowupUndo).where(FollowupUndo.token == token)
    return list(session.scalars(mine.order_by(FollowupUndo.followup_id)))


def forget(session: Session, *, token: str = "", before: datetime | None = None) -> None:
    """Drop one action, or all that are too old to be taken back."""
    gone = delete(FollowupUndo).where(FollowupUndo.at < before if before else FollowupUndo.token == token)
    session.execute(gone.execution_options(synchronize_session=False))


def stream_rows(session: Session) -> Iterator[Found]:
    """All follow-ups by account, sheet and key, streamed."""
    query = _all().order_by(FollowupCard.account, FollowupCard.sheet, FollowupCard.row_key)
    for row in session.execute(query.execution_options(yield_per=500)):
        yield Found(*row)


def _all() -> Select[Any]:
    same = and_(
        SheetRow.row_key == FollowupCard.row_key,
        SheetRow.account == FollowupCard.account,
        SheetRow.sheet == FollowupCard.sheet,
    )
    query = select(FollowupCard, FollowupWork, SheetRow).join(FollowupWork, FollowupWork.id == FollowupCard.id)
    return cast("Select[Any]", query.outerjoin(SheetRow, same).execution_options(populate_existing=True))


def _is_awake(now: datetime) -> ColumnElement[bool]:
    return or_(FollowupCard.snoozed_until.is_(None), FollowupCard.snoozed_until <= now)


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.where(
        *(getattr(FollowupCard, name) == value for name, value in (wanted.equal or {}).items() if value)
    )
    query = query.where(*_box(wanted.box, wanted.now))
    if wanted.unowned:
        query = query.where(FollowupCard.owner.is_(None))
    if wanted.text:
        named = (FollowupCard.order_id == wanted.text, FollowupCard.row_key == wanted.text)
        query = query.where(or_(*named, FollowupCard.item.icontains(wanted.text, autoescape=True)))
    return query


def _box(box: str, now: datetime) -> list[ColumnElement[bool]]:
    state = FollowupCard.state
    boxes: dict[str, list[ColumnElement[bool]]] = {
        "to_contact": [state == "to_contact", _is_awake(now)],
        "late": [state == "to_contact", FollowupCard.due_at < now, _is_awake(now)],
        "snoozed": [state == "to_contact", FollowupCard.snoozed_until > now],
        "contacted": [state == "contacted"],
        "proposed": [FollowupCard.proposal.is_not(None)],
        "conflicts": [FollowupCard.conflicts > 0],
        "over": [state.in_(("resolved", "gone"))],
    }
    return boxes.get(box, [])
