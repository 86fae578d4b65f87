"""What people add to tickets: assignees, notes, marks, follow-ups, choices about reply copies."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.ours import Assignee, CopyChoice, Mark, Note, Person, Ticket


def is_working_here(session: Session, name: str) -> bool:
    """Whether there is such a person and their access is open."""
    query = select(Person.id).where(Person.name == name, Person.disabled_at.is_(None))
    return session.scalars(query).first() is not None


def assign(session: Session, ticket_id: int, person: str, *, by: str, at: datetime) -> bool:
    """Put a person on a ticket; False if they are on it already."""
    if session.get(Assignee, (ticket_id, person)):
        return False
    session.add(Assignee(ticket_id=ticket_id, person=person, by=by, at=at))
    session.flush()
    return True


def unassign(session: Session, ticket_id: int, person: str) -> None:
    """Take a person off a ticket."""
    session.execute(delete(Assignee).where(Assignee.ticket_id == ticket_id, Assignee.person == person))


def add_note(session: Session, ticket_id: int, text: str, *, by: str, at: datetime) -> int:
    """A new note's id."""
    note = Note(ticket_id=ticket_id, at=at, by=by, text=text)
    session.add(note)
    session.flush()
    return note.id


def owed(session: Session, ticket_id: int) -> list[Message]:
    """The messages of a ticket that are owed an answer, oldest first."""
    query = (
        select(Message)
        .join(Response, Response.message_id == Message.id)
        .where(Response.ticket_id == ticket_id, Response.answered_by.is_(None), Response.hidden.is_(False))
        .order_by(Message.sent_at, Message.id)
    )
    return list(session.scalars(query))


def mark(session: Session, message: Message, kind: str, *, at: datetime, by: str, made_at: datetime) -> Mark:
    """Record a mark on a message; the same kind again replaces what was said before."""
    found = session.scalars(select(Mark).where(Mark.message_id == message.id, Mark.kind == kind)).one_or_none()
    if found is None:
        found = Mark(message_id=message.id, message_key=message.key, kind=kind, ticket_id=message.ticket_id or 0)
        session.add(found)
    found.at, found.by, found.made_at, found.undone_at = at, by, made_at, None
    found.confirmed_at = found.confirmed_by = None
    session.flush()
    return found


def mark_by_id(session: Session, mark_id: int) -> Mark | None:
    """A mark."""
    return session.get(Mark, mark_id)


def open_follow_up(session: Session, card: Card, *, by: str, at: datetime) -> int:
    """A new ticket about the same order; its id."""
    ticket = Ticket(
        account=card.account,
        key=f"agent:{uuid.uuid4().hex}",
        opened_at=at,
        opened_by=by,
        decided="on_hold",
        decided_at=at,
        decided_by=by,
        type_chosen="Contact Buyer",
        subject_chosen=card.subject,
        order_chosen=card.order_id,
        follow_up_of=card.ticket_id,
    )
    session.add(ticket)
    session.flush()
    return ticket.id


def choose_copy(session: Session, message_id: int, ticket_id: int | None, *, by: str, at: datetime) -> None:
    """Remember a person's answer about a copy of a reply; None: it belongs to no conversation here."""
    session.merge(CopyChoice(message_id=message_id, ticket_id=ticket_id, by=by, at=at))
    session.flush()


def message(session: Session, message_id: int) -> Message | None:
    """A message."""
    return session.get(Message, message_id)
