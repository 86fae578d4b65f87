"""Everything that one conversation shows, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data import drafts, outgoing
from data.models.derived import Card, Response
from data.models.ledger import RawMail
from data.models.mirrored import Message
from data.models.ours import Mark, Note, Ticket
from data.models.outgoing import Outgoing

LONGEST = 500
"""Messages shown of one conversation; more than anybody writes, so that one runaway thread cannot stop the page."""


@dataclass(frozen=True)
class Stored:
    """A ticket's stored parts; messages oldest first, notices of its order that were filed apart."""

    ticket: Ticket
    card: Card
    messages: list[Message]
    order_mail: list[Message]
    responses: dict[int, Response]
    notes: list[Note]
    marks: list[Mark]
    sent: list[Outgoing]
    promised_until: datetime | None


def load(session: Session, ticket_id: int) -> Stored | None:
    """A ticket with all that belongs to it, or None."""
    ticket = session.get(Ticket, ticket_id)
    card = session.get(Card, ticket_id)
    if ticket is None or card is None:
        return None
    mine = Message.ticket_id == ticket_id
    filed = Message.ticket_id.is_(None) & (Message.account == card.account) & (Message.order_id == card.order_id)
    wanted = or_(mine, filed) if card.order_id else mine
    # The newest are kept if there are too many, and shown oldest first.
    newest = select(Message).where(wanted).order_by(Message.sent_at.desc(), Message.id.desc()).limit(LONGEST)
    messages = list(session.scalars(newest))[::-1]
    responses = session.scalars(select(Response).where(Response.ticket_id == ticket_id))
    return Stored(
        ticket=ticket,
        card=card,
        messages=[m for m in messages if m.ticket_id == ticket_id],
        order_mail=[m for m in messages if m.ticket_id is None],
        responses={response.message_id: response for response in responses},
        notes=list(session.scalars(select(Note).where(Note.ticket_id == ticket_id).order_by(Note.at, Note.id))),
        marks=list(session.scalars(select(Mark).where(Mark.ticket_id == ticket_id).order_by(Mark.id))),
        sent=outgoing.of_ticket(session, ticket_id),
        promised_until=drafts.promised_until(session, ticket_id),
    )


def cards(session: Session, ids: Collection[int]) -> list[Card]:
    """Cards by id."""
    return list(session.scalars(select(Card).where(Card.ticket_id.in_(list(ids)))))


def asking(session: Session, message_id: int) -> tuple[Message | None, list[Card]]:
    """A copy of a reply that asks a person, and the tickets it could belong to."""
    message = session.get(Message, message_id)
    if message is None:
        return None, []
    candidates = session.scalars(select(Card).where(Card.asks.is_not(None), Card.account == message.account))
    return message, [card for card in candidates if str(message_id) in (card.asks or "").split(",")]


def raw_mail(session: Session, message_id: int) -> RawMail | None:
    """The ledger row behind a message."""
    query = select(RawMail).join(Message, Message.raw_mail_id == RawMail.id).where(Message.id == message_id)
    return session.scalars(query).one_or_none()
