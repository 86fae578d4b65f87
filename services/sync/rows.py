"""Stores rows of Amazon's reports and answers by their natural keys; orders explain what came before them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import feedback, mirror, orders
from data.mirror import Stored, Target
from data.models import amazon, amazon_asked
from services.claims import cards as claim_cards
from services.feedback import cards
from services.followups import cards as followup_cards
from services.reports.base import Row
from services.returns import keep
from services.rules.report_dates import feedback_day


def _older_return(stored: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """A unit may be listed with several return dates; the latest counts."""
    return row["channel"] == "fba" and bool(row["returned_at"] < stored["returned_at"])


TABLES: dict[str, Target] = {
    "order": Target(amazon.AmazonOrder, ("account", "order_id"), mirror.by_time("updated_at")),
    "item": Target(amazon.OrderItem, ("account", "order_id", "source", "line"), mirror.by_time("updated_at")),
    "feedback": Target(amazon.SellerFeedback, ("account", "order_id"), always=("last_seen_at",)),
    "return": Target(amazon.CustomerReturn, ("account", "order_id", "channel", "key"), _older_return),
    "replacement": Target(amazon.FbaReplacement, ("account", "replacement_order_id", "sku")),
    "finance": Target(amazon.FinanceEvent, ("account", "key")),
    "solicitation": Target(amazon_asked.Solicitation, ("account", "order_id"), always=("asked_at",)),
    "topic": Target(
        amazon_asked.ReviewTopic, ("account", "asin", "marketplace", "sentiment", "topic"), always=("asked_at",)
    ),
    "health": Target(amazon.HealthMetric, ("account", "marketplace", "metric", "taken_at")),
}
"""What `Row.table` names."""


def store(session: Session, rows: Sequence[Row], now: datetime) -> tuple[int, int]:
    """Upsert a batch; how many rows were new, and how many say something else than before.

    Raises KeyError for a row of a table that is not in TABLES.
    """
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, values in rows:
        by_table[name].append(values)
    if by_table:
        mirror.one_at_a_time(session)
    stored = {name: _store(session, name, values, now) for name, values in by_table.items()}
    keep.follow(session, stored, now=now)
    claim_cards.told_by_rows(session, by_table, now=now)
    followup_cards.told_by_rows(session, by_table, now=now)
    return sum(each.new for each in stored.values()), sum(len(each.changed) for each in stored.values())


def _store(session: Session, name: str, values: list[dict[str, Any]], now: datetime) -> Stored:
    if name == "feedback":
        values = _by_their_orders(session, values, now)
    stored = mirror.store(session, TABLES[name], values, now)
    if name == "feedback":
        feedback.note_changes(session, stored.changed, now=now)
        cards.refresh(session, [(row["account"], row["order_id"]) for row in values], now=now, reread=True)
    elif name == "order":
        _explain_feedback(session, values, now)
    return stored


def _by_their_orders(session: Session, rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Feedback with the marketplace of its order, and the day as that marketplace writes it."""
    known: dict[tuple[str, str], str] = {}
    for account in {row["account"] for row in rows}:
        mine = orders.marketplaces(session, account, {row["order_id"] for row in rows if row["account"] == account})
        known |= {(account, order_id): code for order_id, code in mine.items()}
    return [row | _read(row, known.get((row["account"], row["order_id"])), now) for row in rows]


def _read(row: Mapping[str, Any], marketplace: str | None, now: datetime) -> dict[str, Any]:
    if marketplace is None or marketplace == row["guess"]:
        return {"marketplace": row["guess"]}
    return {"marketplace": marketplace, "day": feedback_day(row["date_raw"], [marketplace, row["guess"]], now)}


def _explain_feedback(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Orders that come after their feedback say of which marketplace it is, and who delivered."""
    told: list[tuple[str, str]] = []
    places = {(row["account"], row["order_id"]): row["marketplace"] for row in rows if row["marketplace"]}
    for account in {account for account, _ in places}:
        ids: Collection[str] = [order_id for mine, order_id in places if mine == account]
        for each in feedback.of_orders(session, account, ids):
            told.append((account, each.order_id))
            place = places[account, each.order_id]
            if each.marketplace != place:
                day = feedback_day(each.date_raw, [place, each.guess], now)
                feedback.settle(session, account, each.order_id, marketplace=place, day=day)
    cards.refresh(session, told, now=now, reread=True)
