"""Exported rows of seller feedback: what the source says and what was decided, by account and order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import feedback_work
from services.feedback import cards


def feedback_rows(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """One row for each feedback. `category` and `action` are the chosen ones, else what the rules propose."""
    for card, said, work in feedback_work.stream(session):
        today = cards.today_in(card.marketplace, now)
        found = cards.verdict(said, work, card, state=card.state, today=today)
        chosen = work.action_chosen if work else None
        yield {
            "account": card.account,
            "marketplace": card.marketplace,
            "order_id": card.order_id,
            "date": card.day,
            "rating": said.rating,
            "comment": said.comment,
            "response": said.response,
            "category": found.kind,
            "action": chosen or found.step.action,
            "state": card.state,
            "window_ends": card.window_ends,
            "category_from": card.kind_from,
            "action_from": "person" if chosen else "rule",
            "removal_criterion": found.removal.criterion,
            "channel": card.channel,
            "language": card.language,
            "ticket_id": card.ticket_id,
            "asked_at": work.asked_at if work else None,
            "decided_at": work.decided_at if work else None,
            "first_seen_at": said.first_seen_at,
        }
