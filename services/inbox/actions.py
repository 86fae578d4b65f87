"""What can be done to a ticket. Every write names the ticket, the version that was on screen, and who does it.

A stale version is refused with `Stale`, so that nobody decides over a message that they have not seen; additions that
cannot hurt (a note, an assignment) go through whatever the version.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import casework, journal, ticket_work, tickets
from data.models.derived import Card
from data.models.ours import Ticket
from data.store import Store
from services import desk
from services.errors import Rejected, Stale
from services.people import Person, check_access
from services.rules import identity, ticket_status

LONGEST_NOTE = 10_000
LONGEST_SUBJECT = 300


@dataclass
class Desk:
    """An open ticket inside a transaction: its rows, and the log that is written with it."""

    session: Session
    ticket: Ticket
    card: Card
    actor: Person
    now: datetime
    said: list[journal.Entry] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)

    def note_down(
        self,
        what: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        *,
        ticket_id: int | None = None,
    ) -> None:
        """An entry of the activity log about this ticket or another; all are written together at the end."""
        name = f"ticket:{ticket_id or self.ticket.id}"
        self.said.append(journal.Entry(self.now, self.actor.name, what, name, before, after))


@contextmanager
def _opened(
    store: Store,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    frozen: bool = True,
    durable: bool = False,
) -> Iterator[Desk]:
    """The ticket for one write: checks version and freezing, then rebuilds its card."""
    check_access(actor)
    with store.write(durable=durable) as session:
        ticket, card = tickets.ticket(session, ticket_id), tickets.card(session, ticket_id)
        if ticket is None or card is None:
            raise Rejected(missing(session, ticket_id))
        if version is not None and version != card.version:
            raise Stale("Something changed in this ticket since you opened it; look at it and try again.")
        if frozen:
            _refuse(ticket_status.may_edit(card.status))
        at = Desk(session, ticket, card, actor, now)
        yield at
        ticket.version += 1
        session.flush()
        desk.rebuild(session, [ticket_id, *at.opened], now=now, actor=actor.name, said=at.said)


def missing(session: Session, ticket_id: int) -> str:
    """The sentence for a ticket that cannot be worked in: it was merged into another, or there is none."""
    shown = casework.now_in(session, [ticket_id])[ticket_id]
    if shown != ticket_id:
        return f"Ticket {ticket_id} was merged into ticket {shown}; work in that one."
    return f"There is no ticket {ticket_id}."


def _version(store: Store, ticket_id: int) -> int:
    with store.read() as session:
        card = tickets.card(session, ticket_id)
        return card.version if card else 0


def _refuse(why: str | None) -> None:
    if why:
        raise Rejected(why)


def set_status(
    store: Store,
    ticket_id: int,
    version: int,
    *,
    actor: Person,
    now: datetime,
    status: str,
    solved_reason: str | None = None,
    reason: str = "",
) -> int:
    """Choose a status; Solved needs one of SOLVED_REASONS, reopening a Closed ticket a supervisor and a reason."""
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as at:
        decide(at, status=status, solved_reason=solved_reason, reason=reason)
    return _version(store, ticket_id)


def decide(at: Desk, *, status: str, solved_reason: str | None = None, reason: str = "") -> None:
    """What `set_status` does, to an open ticket."""
    owed = at.card.awaiting_since is not None
    _refuse(ticket_status.may_change(at.card.status, status, owed, at.actor.is_supervisor))
    if status == "solved" and solved_reason not in ticket_status.SOLVED_REASONS:
        raise Rejected("Say why it is solved: " + ", ".join(ticket_status.SOLVED_REASONS.values()) + ".")
    if at.card.status == "closed" and status != "closed" and not reason.strip():
        raise Rejected("Say in a few words why this Closed ticket is opened again.")
    decided = status if status in ticket_status.DECIDABLE else None
    at.ticket.decided, at.ticket.decided_at, at.ticket.decided_by = decided, at.now, at.actor.name
    at.ticket.solved_reason = solved_reason if status == "solved" else None
    after = {"status": status, "solved_reason": at.ticket.solved_reason, "reason": reason.strip()[:300]}
    at.note_down("decide", {"status": at.card.status}, after)


def assign(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, person: str) -> int:
    """Put somebody on the ticket; others stay. Whatever the version."""
    del version
    with _opened(store, ticket_id, None, actor=actor, now=now) as at:
        put_on(at, person=person)
    return _version(store, ticket_id)


def put_on(at: Desk, *, person: str) -> bool:
    """What `assign` does, to an open ticket; False if they are on it already."""
    if not ticket_work.is_working_here(at.session, person):
        raise Rejected(f"{person} does not work here; add them on the Settings page first.")
    if not ticket_work.assign(at.session, at.ticket.id, person, by=at.actor.name, at=at.now):
        return False
    at.note_down("assign", None, {"value": person})
    return True


def unassign(
    store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, person: str, reason: str
) -> int:
    """Take somebody off the ticket: supervisors only, with a reason."""
    if not actor.is_supervisor:
        raise Rejected("Agents are only added to a ticket; a supervisor can take somebody off.")
    if not reason.strip():
        raise Rejected("Say in a few words why.")
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        ticket_work.unassign(at.session, ticket_id, person)
        at.note_down("unassign", {"value": person}, {"value": person, "reason": reason.strip()[:300]})
    return _version(store, ticket_id)


def add_note(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, text: str) -> int:
    """Write an internal note; also on a Closed ticket, and whatever the version."""
    del version
    words = text.strip()
    if not words:
        raise Rejected("The note is empty.")
    if len(words) > LONGEST_NOTE:
        raise Rejected(f"The note has {len(words):,} characters; {LONGEST_NOTE:,} are allowed.")
    with _opened(store, ticket_id, None, actor=actor, now=now, frozen=False) as at:
        note_id = ticket_work.add_note(at.session, ticket_id, words, by=actor.name, at=now)
        at.note_down("note.add", None, {"note": note_id})
    return _version(store, ticket_id)


def attach_order(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, order_id: str) -> int:
    """Say which order the ticket is about; stronger than anything the mail says."""
    wanted = order_id.strip()
    if identity.order_id(wanted) != wanted:
        raise Rejected("An Amazon order number has 17 digits like 123-1234567-1234567.")
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        before = at.card.order_id
        at.ticket.order_chosen, at.ticket.order_detached = wanted, False
        at.note_down("order.attach", {"value": before}, {"value": wanted})
    return _version(store, ticket_id)


def detach_order(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Say that the matched order is the wrong one; the ticket then has none until one is attached."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        at.ticket.order_chosen, at.ticket.order_detached = None, True
        at.note_down("order.detach", {"value": at.card.order_id}, None)
    return _version(store, ticket_id)


def snooze(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, until: datetime) -> int:
    """Take the ticket out of the queue until a time; while an answer is owed, only until it is due."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        put_to_sleep(at, until=until)
    return _version(store, ticket_id)


def put_to_sleep(at: Desk, *, until: datetime) -> None:
    """What `snooze` does, to an open ticket."""
    if until <= at.now:
        raise Rejected("Choose a time that is still to come.")
    if at.card.due_at and until > at.card.due_at:
        raise Rejected("A buyer is waiting: it can be snoozed only until the answer is due, not beyond.")
    at.ticket.snoozed_until, at.ticket.snoozed_at = until, at.now
    at.note_down("snooze", None, {"value": until.strftime("%Y-%m-%d %H:%M UTC")})


def unsnooze(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Bring a snoozed ticket back now."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        at.ticket.snoozed_until = at.ticket.snoozed_at = None
        at.note_down("unsnooze")
    return _version(store, ticket_id)


def set_unread(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Send the ticket back to New, for whoever looks next."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        at.ticket.unread_at = now
        at.note_down("unread")
    return _version(store, ticket_id)


def change_type(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, type: str) -> int:
    """Change the contact reason; not of what Amazon itself reported."""
    wanted = " ".join(type.split())[:80]
    if not wanted:
        raise Rejected("Choose a type.")
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        _refuse(ticket_status.may_change_type(at.card.type, at.card.status))
        at.ticket.type_chosen = wanted
        at.note_down("type", {"value": at.card.type}, {"value": wanted})
    return _version(store, ticket_id)


def change_subject(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, subject: str) -> int:
    """Change the subject that the team sees; the buyer's own stays in the mail."""
    wanted = " ".join(subject.split())[:LONGEST_SUBJECT]
    if not wanted:
        raise Rejected("The subject is empty.")
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        at.ticket.subject_chosen = wanted
        at.note_down("subject")
    return _version(store, ticket_id)


def follow_up(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Add a follow-up ticket to a Closed one; its id."""
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as at:
        _refuse(ticket_status.may_follow_up(at.card.status))
        new_id = ticket_work.open_follow_up(at.session, at.card, by=actor.name, at=now)
        at.opened.append(new_id)
        at.note_down("follow_up", None, {"value": new_id})
        at.note_down("follow_up.opened", None, {"of": ticket_id}, ticket_id=new_id)
    return new_id
