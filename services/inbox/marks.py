"""Marks about the clock: No Response Needed (two-sided), answered in Seller Central, and whose reply a copy was."""

from __future__ import annotations

from datetime import datetime

from data import facts, journal, ledger, messages, ticket_work
from data.store import Store
from services import desk
from services.errors import Rejected
from services.inbox.actions import Desk, _opened, _version
from services.people import Person, check_access
from services.rules import copies


def no_response_needed(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Record that none of the messages that are still owed needs an answer; to be confirmed in Amazon afterwards."""
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as at:
        waive(at)
    return _version(store, ticket_id)


def waive(at: Desk) -> list[int]:
    """What `no_response_needed` does, to an open ticket; the marks' ids."""
    owed = ticket_work.owed(at.session, at.ticket.id)
    if not owed:
        raise Rejected("Nothing is owed here, so there is nothing to mark.")
    by, now = at.actor.name, at.now
    marks = [ticket_work.mark(at.session, each, "no_response_needed", at=now, by=by, made_at=now) for each in owed]
    at.note_down("mark.no_response_needed", None, {"messages": [message.id for message in owed]})
    return [mark.id for mark in marks]


def confirm_in_amazon(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, mark_id: int) -> int:
    """Record that No Response Needed was also set in Amazon; whatever the version."""
    del version
    with _opened(store, ticket_id, None, actor=actor, now=now, frozen=False) as at:
        mark = ticket_work.mark_by_id(at.session, mark_id)
        if mark is None or mark.ticket_id != ticket_id or mark.undone_at:
            raise Rejected("This mark was taken back.")
        mark.confirmed_at, mark.confirmed_by = now, actor.name
        at.note_down("mark.confirm", None, {"mark": mark_id})
    return _version(store, ticket_id)


def answered(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, at: datetime) -> int:
    """Record that somebody answered in Seller Central at a time; it answers every earlier message."""
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as desk_:
        owed = ticket_work.owed(desk_.session, ticket_id)
        if not owed:
            raise Rejected("Nothing is owed here, so there is nothing to mark.")
        earlier = [message for message in owed if message.sent_at < at]
        _check_time(at, now, bool(earlier))
        ticket_work.mark(desk_.session, earlier[-1], "answered", at=at, by=actor.name, made_at=now)
        desk_.note_down("mark.answered", None, {"messages": [m.id for m in earlier], "at": at.isoformat()})
    return _version(store, ticket_id)


def undo_mark(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, mark_id: int) -> int:
    """Take a mark back; the clock goes on from the message it had answered."""
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as at:
        unmark(at, mark_id)
    return _version(store, ticket_id)


def unmark(at: Desk, mark_id: int) -> None:
    """What `undo_mark` does, to an open ticket."""
    mark = ticket_work.mark_by_id(at.session, mark_id)
    if mark is None or mark.ticket_id != at.ticket.id or mark.undone_at:
        raise Rejected("This mark was taken back already.")
    mark.undone_at = at.now
    at.note_down("mark.undo", {"mark": mark_id, "kind": mark.kind}, None)


def mark_message(
    store: Store, message_id: int, *, actor: Person, now: datetime, answered_at: datetime | None
) -> tuple[int, str]:
    """Mark one message, as scripts do: answered at a time, else no response needed. (ticket id, what was done)."""
    with store.read() as session:
        message = ticket_work.message(session, message_id)
    if message is None or not message.starts_clock or message.ticket_id is None:
        raise Rejected(f"There is no buyer message {message_id}.")
    if answered_at is not None:
        _check_time(answered_at, now, message.sent_at < answered_at)
    kind, at = ("answered", answered_at) if answered_at else ("no_response_needed", now)
    with _opened(store, message.ticket_id, None, actor=actor, now=now, frozen=False) as desk_:
        ticket_work.mark(desk_.session, message, kind, at=at, by=actor.name, made_at=now)
        after = {"messages": [message_id], "at": at.isoformat()}
        desk_.note_down(f"mark.{kind}", None, after)
    return message.ticket_id, kind


def choose_copy(
    store: Store,
    ticket_id: int,
    version: int,
    *,
    actor: Person,
    now: datetime,
    message_id: int,
    chosen_ticket: int | None,
) -> int:
    """Answer which conversation a copy of a reply belongs to; None: to none of them. Whatever the version."""
    del version
    check_access(actor)
    with store.write() as session:
        messages.one_at_a_time(session)
        message = ticket_work.message(session, message_id)
        if message is None or message.kind != "reply_confirmation":
            raise Rejected("There is no such copy of a reply.")
        asking = messages.asking_about(session, message.account, message_id)
        if chosen_ticket is not None and chosen_ticket not in asking:
            raise Rejected("Choose one of the conversations that were waiting then.")
        facts.lock(session, asking | {ticket_id})
        ticket_work.choose_copy(session, message_id, chosen_ticket, by=actor.name, at=now)
        messages.move(session, {message_id: chosen_ticket})
        messages.stop_asking(session, asking, message_id)
        ledger.settle_messages(session, {message_id: copies.place(chosen_ticket, asks=False)})
        name = f"ticket:{chosen_ticket or ticket_id}"
        entry = journal.Entry(now, actor.name, "copy.choose", name, None, {"message": message_id})
        desk.rebuild(session, asking | {ticket_id}, now=now, actor=actor.name, said=[entry])
    return _version(store, ticket_id)


def _check_time(at: datetime, now: datetime, answers_something: bool) -> None:
    if at > now:
        raise Rejected("That time is still to come; say when the answer was sent.")
    if not answers_something:
        raise Rejected("The buyer wrote only after that time; say when the answer was sent.")
