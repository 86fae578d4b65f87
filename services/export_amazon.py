"""Exported rows of what Amazon's reports and notices say: orders, feedback, returns, claims, account health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import claims as claim_facts
from data import feedback, health, orders, returns
from services.rules import claims as claim_rules
from services.rules.claims import Claim, Money, Notice
from services.rules.money import decimal_string
from services.rules.return_reasons import reason

Row = dict[str, Any]
REMOVAL_DAYS = 90
"""How long after its date a feedback can be removed."""


def orders_rows(session: Session, _now: datetime) -> Iterator[Row]:
    """Orders by account and id."""
    for row in orders.stream_rows(session):
        yield {
            "account": row.account,
            "marketplace": row.marketplace,
            "order_id": row.order_id,
            "status": row.status,
            "channel": row.channel,
            "purchased_at": row.purchased_at,
            "updated_at": row.updated_at,
            "ship_by": row.ship_by,
            "total": decimal_string(row.total, row.currency) if row.total is not None else None,
            "currency": row.currency,
        }


def feedback_rows(session: Session, _now: datetime) -> Iterator[Row]:
    """Feedback by account and order."""
    for row in feedback.stream_rows(session):
        yield {
            "account": row.account,
            "marketplace": row.marketplace,
            "order_id": row.order_id,
            "date": row.day,
            "rating": row.rating,
            "comment": row.comment,
            "response": row.response,
            "category": _category(row.rating),
            "action": None,
            "state": "answered" if row.response else "open",
            "window_ends": _window_ends(row.day),
            "first_seen_at": row.first_seen_at,
        }


def _category(rating: int) -> str:
    """Amazon's words: 1 and 2 stars are negative, 3 are neutral."""
    return "negative" if rating <= 2 else "neutral" if rating == 3 else "positive"


def _window_ends(day: date | None) -> date | None:
    return day + timedelta(days=REMOVAL_DAYS) if day else None


def returns_rows(session: Session, _now: datetime) -> Iterator[Row]:
    """Returns by account, order and key."""
    for row, marketplace in returns.stream_rows(session):
        yield {
            "account": row.account,
            "marketplace": marketplace,
            "order_id": row.order_id,
            "channel": row.channel,
            "sku": row.sku,
            "asin": row.asin,
            "quantity": row.quantity,
            "returned_at": row.returned_at,
            "reason_raw": row.reason_raw,
            "reason": reason(row.reason_raw),
            "disposition": row.disposition,
            "state": row.state,
            "comment": row.comment,
            "key": row.key,
            "a_to_z": row.a_to_z,
            "refunded": decimal_string(row.refunded, row.currency) if row.refunded is not None else None,
            "currency": row.currency,
        }


def claims_rows(session: Session, _now: datetime) -> Iterator[Row]:
    """Claims by account, order and kind."""
    found = all_claims(session)
    for claim in found:
        yield {
            "account": claim.account,
            "marketplace": claim.marketplace,
            "order_id": claim.order_id,
            "kind": claim.kind,
            "state": claim.state,
            "opened_at": claim.opened_at,
            "respond_by": claim.respond_by,
            "amount": claim.amount,
            "currency": claim.currency,
            "reason": claim.reason,
            "outcome": claim.outcome,
            "source": claim.source,
            "decided_at": claim.decided_at,
        }


def all_claims(session: Session) -> list[Claim]:
    """Every claim, merged from notices and finances: three statements."""
    notices = [Notice(*mail[:5], facts=mail.facts) for mail in claim_facts.mails(session)]
    found = claim_rules.claims(notices, [Money(*money) for money in claim_facts.moneys(session)])
    return _placed(session, found)


def _placed(session: Session, found: list[Claim]) -> list[Claim]:
    """Claims with the marketplace of their order, where it is known."""
    known: dict[tuple[str, str], str] = {}
    for account in {claim.account for claim in found}:
        mine = orders.marketplaces(session, account, [claim.order_id for claim in found if claim.account == account])
        known |= {(account, order_id): code for order_id, code in mine.items()}
    places = (known.get((claim.account, claim.order_id)) for claim in found)
    return [replace(claim, marketplace=place or claim.marketplace) for claim, place in zip(found, places, strict=True)]


def health_rows(session: Session, _now: datetime) -> Iterator[Row]:
    """Every snapshot of every metric; the value of a metric that is no number is its word."""
    for row in health.stream_rows(session):
        yield {
            "account": row.account,
            "marketplace": row.marketplace,
            "metric": row.metric,
            "value": row.value if row.value is not None else row.word,
            "target": row.target,
            "status": row.status,
            "window_from": row.window_from,
            "window_to": row.window_to,
            "taken_at": row.taken_at,
            "condition": row.condition,
            "details": dict(row.details),
        }


KINDS: Mapping[str, tuple[Any, str]] = {
    "orders": (orders_rows, "purchased_at"),
    "feedback": (feedback_rows, "date"),
    "returns": (returns_rows, "returned_at"),
    "claims": (claims_rows, "opened_at"),
    "health": (health_rows, "taken_at"),
}
"""Kind -> (how to make its rows, the key of its own time)."""
