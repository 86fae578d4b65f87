"""What is stored about one order, one statement per kind: its mails, replies, finances and public answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models.amazon import FinanceEvent
from data.models.casework import PublicAnswer
from data.models.mirrored import Message
from data.models.outgoing import Outgoing

MOST = 200
"""Of each kind; an order that has more is somebody's test."""
LEFT = ("handed_over", "confirmed", "unknown")


def messages(session: Session, account: str, order_id: str) -> list[Message]:
    """The newest mails about the order."""
    query = select(Message).where(Message.order_id == order_id, Message.account == account)
    return list(session.scalars(query.order_by(Message.sent_at.desc(), Message.id.desc()).limit(MOST)))


def replies(session: Session, account: str, order_id: str) -> list[Outgoing]:
    """Our replies in tickets that have mail about the order, which left and were not confirmed by a copy yet."""
    tickets = select(Message.ticket_id).where(Message.order_id == order_id, Message.account == account)
    query = select(Outgoing).where(
        Outgoing.ticket_id.in_(tickets), Outgoing.state.in_(LEFT), Outgoing.copy_message_id.is_(None)
    )
    return list(session.scalars(query.order_by(Outgoing.id.desc()).limit(MOST)))


def finances(session: Session, account: str, order_id: str) -> list[FinanceEvent]:
    """The amounts that Amazon moved for the order."""
    query = select(FinanceEvent).where(FinanceEvent.account == account, FinanceEvent.order_id == order_id)
    return list(session.scalars(query.order_by(FinanceEvent.posted_at).limit(MOST)))


def answers(session: Session, account: str, order_id: str) -> list[PublicAnswer]:
    """What was answered in public about the order, but for what was discarded."""
    query = select(PublicAnswer).where(
        PublicAnswer.order_id == order_id, PublicAnswer.account == account, PublicAnswer.state != "discarded"
    )
    return list(session.scalars(query.order_by(PublicAnswer.id).limit(MOST)))
