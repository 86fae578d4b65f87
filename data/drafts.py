"""What people write beside their replies: drafts that are not sent yet, and promises made to buyers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from data.models.derived import Card
from data.models.outgoing import Draft, Promise
from data.store import upsert


def draft(session: Session, ticket_id: int, person: str) -> Draft | None:
    """What this person has written in this ticket and not sent."""
    return session.get(Draft, (ticket_id, person))


def drafts_in(session: Session, ticket_id: int) -> list[Draft]:
    """All drafts in a ticket, the newest first."""
    mine = select(Draft).where(Draft.ticket_id == ticket_id)
    return list(session.scalars(mine.order_by(Draft.updated_at.desc(), Draft.person)))


def save(session: Session, ticket_id: int, person: str, text: str, *, at: datetime, base_version: int) -> None:
    """Keep a draft; it replaces the one that this person had in this ticket."""
    row = {"ticket_id": ticket_id, "person": person, "text": text, "updated_at": at, "base_version": base_version}
    upsert(session, Draft, [row], key=("ticket_id", "person"))


def rebase(session: Session, ticket_id: int, person: str, seen: int, now_at: int) -> None:
    """A draft written at version `seen` is from now on one written at `now_at`."""
    of = (Draft.ticket_id == ticket_id, Draft.person == person, Draft.base_version == seen)
    session.execute(update(Draft).where(*of).values(base_version=now_at))


def drop(session: Session, ticket_id: int, person: str) -> None:
    """Throw a draft away."""
    session.execute(delete(Draft).where(Draft.ticket_id == ticket_id, Draft.person == person))


def promise(session: Session, ticket_id: int, outbox_id: int, *, until: datetime, by: str, at: datetime) -> None:
    """Remember that the buyer was told to hear from us by then."""
    session.add(Promise(ticket_id=ticket_id, outgoing_id=outbox_id, until=until, by=by, made_at=at))
    session.flush()


def keep_promises(session: Session, ticket_id: int, *, at: datetime) -> None:
    """We wrote to the buyer: what was promised before is kept."""
    mine = update(Promise).where(Promise.ticket_id == ticket_id, Promise.kept_at.is_(None))
    session.execute(mine.values(kept_at=at))


def forget_promise(session: Session, outbox_id: int) -> None:
    """The reply that promised something never reached the buyer."""
    session.execute(delete(Promise).where(Promise.outgoing_id == outbox_id))


def is_open() -> ColumnElement[bool]:
    """Joined with a card: the promise stands, and we have not written to the buyer since, on whatever way."""
    silent = or_(Card.last_reply_at.is_(None), Card.last_reply_at <= Promise.made_at)
    return Promise.kept_at.is_(None) & silent


def has_open_promise() -> ColumnElement[bool]:
    """Of a card: whether a promise to its buyer stands."""
    return exists().where(Promise.ticket_id == Card.ticket_id, is_open()).correlate(Card)


def open_promises(session: Session, *, limit: int) -> list[tuple[Promise, Card]]:
    """Promises that stand, with their tickets' cards, the most urgent first."""
    query = select(Promise, Card).join(Card, Card.ticket_id == Promise.ticket_id).where(is_open())
    return [(row[0], row[1]) for row in session.execute(query.order_by(Promise.until, Promise.id).limit(limit))]


def promised_until(session: Session, ticket_id: int) -> datetime | None:
    """By when the buyer of this ticket is to hear from us, if that was promised."""
    query = select(Promise.until).join(Card, Card.ticket_id == Promise.ticket_id)
    mine = query.where(Promise.ticket_id == ticket_id, is_open())
    return session.scalars(mine.order_by(Promise.until).limit(1)).first()
