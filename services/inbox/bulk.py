"""One action on many tickets at once, each as if it were done alone; and taking all of it back within the hour.

A ticket that is stale or that refuses stops none of the others. What may be done is in ACTS.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from data import bulk_actions, facts, ticket_work
from data.store import Store
from services import desk
from services.errors import Rejected
from services.inbox import actions, marks, tags
from services.inbox.actions import Desk
from services.people import Person, check_access
from services.rules import ticket_status

log = logging.getLogger(__name__)

MOST = 500
AT_ONCE = 100
"""Tickets per transaction: enough to be quick, few enough that nobody else waits long."""
UNDO_WITHIN = timedelta(hours=1)
STALE = "Something changed in this ticket since the list was shown; look at it first."
CHANGED = "Somebody changed this ticket since, so it stays as it is."
FAILED = "The store could not be written just now; try again."

Target = tuple[int, int]
"""(ticket id, the version that was on screen)."""
Before = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One kind of action. `do` gives what `undo` needs to take it back, or None if there was nothing to do.

    `any_version`: an addition that cannot hurt, whatever was on screen. `frozen`: not on Closed tickets.
    """

    do: Callable[..., Before | None]
    undo: Callable[[Desk, Before], None]
    any_version: bool = False
    frozen: bool = True


@dataclass(frozen=True)
class BulkResult:
    """What became of it: the done tickets' new versions, a sentence for each refused one, and how to take it back."""

    done: Mapping[int, int]
    refused: Mapping[int, str]
    undo: str | None


@dataclass
class _Sheet:
    """What is collected on the way through the chunks."""

    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    done: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    changed: bool = False


def do(
    store: Store, what: str, targets: Sequence[Target], *, actor: Person, now: datetime, **values: Any
) -> BulkResult:
    """Do one thing to up to 500 tickets, `values` as the action on one ticket takes them.

    Raises Rejected if it can be done to none of them: unknown, too many, no access.
    """
    act = _checked(what, targets, actor)
    sheet = _Sheet()
    for chunk in _chunks(targets):
        try:
            _do_some(store, what, act, chunk, values, sheet, actor=actor, now=now)
        except SQLAlchemyError:
            log.exception("%s on %d tickets failed", what, len(chunk))
            sheet.refused.update(dict.fromkeys(chunk, FAILED))
    return BulkResult(sheet.done, sheet.refused, sheet.token if sheet.changed else None)


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> BulkResult:
    """Take back what a bulk action did, where nobody changed the ticket since. Raises Rejected with a sentence."""
    check_access(actor)
    sheet = _Sheet()
    while _undo_some(store, token, sheet, actor=actor, now=now):
        pass
    if not sheet.done and not sheet.refused:
        raise Rejected("This was taken back already.")
    return BulkResult(sheet.done, sheet.refused, None)


def _checked(what: str, targets: Sequence[Target], actor: Person) -> Act:
    check_access(actor)
    if what not in ACTS:
        raise Rejected(f"{what!r} cannot be done to several tickets at once.")
    if not targets:
        raise Rejected("Choose tickets first.")
    if len(targets) > MOST:
        raise Rejected(f"{len(targets):,} tickets are chosen; {MOST} can be changed at once.")
    return ACTS[what]


def _chunks(targets: Sequence[Target]) -> Iterator[dict[int, int]]:
    """By ticket, so that everybody locks in one order; of a ticket that is named twice the first version counts."""
    wanted = sorted(dict(reversed(targets)).items())
    for start in range(0, len(wanted), AT_ONCE):
        yield dict(wanted[start : start + AT_ONCE])


def _do_some(
    store: Store,
    what: str,
    act: Act,
    chunk: Mapping[int, int],
    values: Mapping[str, Any],
    sheet: _Sheet,
    *,
    actor: Person,
    now: datetime,
) -> None:
    """One transaction; `sheet` is written only when it stands."""
    done: dict[int, int] = {}
    refused: dict[int, str] = {}
    changed: dict[int, tuple[Desk, Before]] = {}
    with store.write() as session:
        opened = _opened(session, chunk, actor, now)
        for ticket_id, version in chunk.items():
            try:
                at = _ready(session, opened, ticket_id, None if act.any_version else version, act)
                before = act.do(at, **values)
            except Rejected as error:
                refused[ticket_id] = str(error)
                continue
            done[ticket_id] = at.card.version
            if before is not None:
                changed[ticket_id] = at, before
        steps = [(ticket_id, at.ticket.version + 1, before) for ticket_id, (at, before) in changed.items()]
        bulk_actions.remember(session, sheet.token, steps, what=what, person=actor.name, at=now)
        done |= _close(session, [at for at, _ in changed.values()], actor, now)
    sheet.done.update(done)
    sheet.refused.update(refused)
    sheet.changed = sheet.changed or bool(changed)


def _undo_some(store: Store, token: str, sheet: _Sheet, *, actor: Person, now: datetime) -> bool:
    """One transaction; whether there may be more."""
    refused: dict[int, str] = {}
    changed: list[Desk] = []
    with store.write() as session:
        action = bulk_actions.get(session, token)
        if action is None or now - action.at > UNDO_WITHIN:
            raise Rejected("It is too late to take this back; change the tickets one by one.")
        if action.person != actor.name:
            raise Rejected(f"Only {action.person} can take this back.")
        steps = bulk_actions.some_steps(session, token, limit=AT_ONCE)
        opened = _opened(session, [step.ticket_id for step in steps], actor, now)
        for step in steps:
            at = opened.get(step.ticket_id)
            try:
                if at is None or at.ticket.version != step.version:
                    raise Rejected(CHANGED)
                ACTS[action.what].undo(at, step.before)
                changed.append(at)
            except Rejected as error:
                refused[step.ticket_id] = str(error)
        bulk_actions.drop_steps(session, token, [step.ticket_id for step in steps])
        done = _close(session, changed, actor, now)
    sheet.done.update(done)
    sheet.refused.update(refused)
    return len(steps) == AT_ONCE


def _opened(session: Session, ticket_ids: Collection[int], actor: Person, now: datetime) -> dict[int, Desk]:
    """The tickets for writing, locked in the order in which everybody locks them; two statements."""
    tickets = facts.lock(session, list(ticket_ids))
    cards = bulk_actions.cards(session, [ticket.id for ticket in tickets])
    return {t.id: Desk(session, t, cards[t.id], actor, now) for t in tickets if t.id in cards}


def _ready(session: Session, opened: Mapping[int, Desk], ticket_id: int, version: int | None, act: Act) -> Desk:
    at = opened.get(ticket_id)
    if at is None:
        raise Rejected(actions.missing(session, ticket_id))
    if version is not None and version != at.card.version:
        raise Rejected(STALE)
    if act.frozen and (why := ticket_status.may_edit(at.card.status)):
        raise Rejected(why)
    return at


def _close(session: Session, changed: Sequence[Desk], actor: Person, now: datetime) -> dict[int, int]:
    """Count the versions up, derive all cards at once and write the log; the cards' new versions."""
    if not changed:
        return {}
    ids = [at.ticket.id for at in changed]
    for at in changed:
        at.ticket.version += 1
    session.flush()
    said = [entry for at in changed for entry in at.said]
    desk.rebuild(session, ids, now=now, actor=actor.name, said=said)
    return {ticket_id: card.version for ticket_id, card in bulk_actions.cards(session, ids).items()}


def _assign(at: Desk, *, person: str) -> Before | None:
    return {"person": person} if actions.put_on(at, person=person) else None


def _unassign(at: Desk, before: Before) -> None:
    ticket_work.unassign(at.session, at.ticket.id, before["person"])
    at.note_down("assign.undo", {"value": before["person"]}, None)


def _decide(at: Desk, **values: Any) -> Before:
    ticket = at.ticket
    before = {
        "decided": ticket.decided,
        "decided_at": _text(ticket.decided_at),
        "decided_by": ticket.decided_by,
        "solved_reason": ticket.solved_reason,
    }
    actions.decide(at, **values)
    return before


def _undecide(at: Desk, before: Before) -> None:
    at.ticket.decided, at.ticket.decided_at = before["decided"], _time(before["decided_at"])
    at.ticket.decided_by, at.ticket.solved_reason = before["decided_by"], before["solved_reason"]
    at.note_down("decide.undo", {"status": at.card.status}, None)


def _waive(at: Desk) -> Before:
    return {"marks": marks.waive(at)}


def _unwaive(at: Desk, before: Before) -> None:
    for mark_id in before["marks"]:
        marks.unmark(at, mark_id)


def _snooze(at: Desk, *, until: datetime) -> Before:
    before = {"until": _text(at.ticket.snoozed_until), "at": _text(at.ticket.snoozed_at)}
    actions.put_to_sleep(at, until=until)
    return before


def _wake(at: Desk, before: Before) -> None:
    at.ticket.snoozed_until, at.ticket.snoozed_at = _time(before["until"]), _time(before["at"])
    at.note_down("snooze.undo")


def _put_tag(at: Desk, *, tag: str) -> Before | None:
    put = tags.put_tag(at, tag)
    return {"tag": put} if put else None


def _untag(at: Desk, before: Before) -> None:
    tags.take_tag(at, before["tag"])


def _take_tag(at: Desk, *, tag: str) -> Before:
    tags.take_tag(at, tag)
    return {"tag": tag}


def _tag_again(at: Desk, before: Before) -> None:
    tags.put_tag(at, before["tag"])


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


ACTS: dict[str, Act] = {
    "assign": Act(_assign, _unassign, any_version=True),
    "status": Act(_decide, _undecide, frozen=False),
    "no_response_needed": Act(_waive, _unwaive, frozen=False),
    "snooze": Act(_snooze, _wake),
    "tag": Act(_put_tag, _untag, any_version=True),
    "untag": Act(_take_tag, _tag_again),
}
"""What can be done to several tickets at once, by name. Another one is a line here."""
