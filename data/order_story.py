"""What is stored about one order, one statement per kind: its mails, replies, finances and public answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, FinanceEvent
from data.models.casework import PublicAnswer
from data.models.feedback_work import FeedbackWork
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


def feedback_work(session: Session, account: str, order_id: str) -> FeedbackWork | None:
    """What people did about the feedback of the order."""
    return session.get(FeedbackWork, (account, order_id))


def accounts(session: Session, order_id: str) -> set[str]:
    """The accounts that know of an order, by their reports or by their mail."""
    told = select(AmazonOrder.account).where(AmazonOrder.order_id == order_id)
    written = select(Message.account).where(Message.order_id == order_id)
    return set(session.scalars(told.union(written)))
