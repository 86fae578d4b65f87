"""What waits for too long, for escalations that nobody asked for: late tickets, claims near their end, unknown mail."""

from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import cases
from data.models.cases import CaseCard
from data.models.derived import Card
from data.models.ledger import Reject
from data.rejects import AGAIN

UNKNOWN = "unknown_notice"


def late(session: Session, *, now: datetime, limit: int) -> list[Card]:
    """Tickets whose answer is owed and late, the longest first."""
    # Due times are whole seconds, and what is owed nothing sorts behind all of them: late is due < now.
    query = select(Card).where(Card.sort_key < math.ceil(now.timestamp()))
    return list(session.scalars(query.order_by(Card.sort_key, Card.ticket_id).limit(limit)))


def claims_due(session: Session, *, now: datetime, until: datetime, limit: int) -> list[CaseCard]:
    """Claims and chargebacks that wait for us and whose deadline is near or over, the nearest first."""
    query = cases.waits(select(CaseCard), now).where(CaseCard.due_at <= until)
    return list(session.scalars(query.order_by(CaseCard.due_at, CaseCard.case_id).limit(limit)))


def unknown_mail(session: Session, *, limit: int) -> list[Reject]:
    """Mails set aside because nobody knows their kind, the oldest first."""
    kind = Reject.details["kind"].as_string()
    query = select(Reject).where(Reject.state.in_(("open", AGAIN)), Reject.raw_mail_id.is_not(None), kind == UNKNOWN)
    return list(session.scalars(query.order_by(Reject.id).limit(limit)))
