"""Exported rows of what Amazon's reports and notices say: orders, feedback, returns, claims, account health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import cases, health, orders, returns
from data import claims as claim_facts
from services.claims import cards as claim_cards
from services.feedback.exporting import feedback_rows
from services.rules import claims as claim_rules
from services.rules.claims import Claim, Money, Notice
from services.rules.money import decimal_string
from services.rules.return_reasons import reason

Row = dict[str, Any]


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
            "source": _source(claim.source),
            "decided_at": claim.decided_at,
        }


def all_claims(session: Session) -> list[Claim]:
    """Every claim, merged from notices, finances, returns and what people entered and decided."""
    notices = [Notice(*mail[:5], facts=mail.facts) for mail in claim_facts.mails(session)]
    found = claim_rules.claims(notices, [Money(*money) for money in claim_facts.moneys(session)])
    work = cases.everything(session)
    placed = _placed(session, claim_cards.with_told(found, cases.flags(session), work))
    by_key = {cases.key_of(case): case for case in work}
    return [claim_cards.settled(each, by_key.get((each.account, each.order_id, each.kind))) for each in placed]


def _source(told_by: str) -> str:
    """Mail and finances; the others only where neither of them knows of the claim."""
    amazons = [name for name in told_by.split("+") if name in ("mail", "finances")]
    return "+".join(amazons) or told_by


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
