"""Seller feedback: what the reports say, what they said before, and which of it an order explains better."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.orm import Session

from data.listed import among
from data.models.amazon import FeedbackChange, SellerFeedback

WATCHED = ("rating", "comment", "response")


def of_orders(session: Session, account: str, order_ids: Collection[str]) -> list[SellerFeedback]:
    """The feedback about some orders."""
    query = select(SellerFeedback).where(
        SellerFeedback.account == account, among(session, SellerFeedback.order_id, order_ids)
    )
    return list(session.scalars(query))


def page(
    session: Session, *, account: str | None = None, marketplace: str | None = None, most_stars: int = 5,
    mark: tuple[date, str, str] | None = None, limit: int = 50,
) -> list[SellerFeedback]:  # fmt: skip
    """Feedback, newest first; `mark` is (day, account, order id) of the last one of the page before."""
    query = select(SellerFeedback).where(SellerFeedback.rating <= most_stars)
    if account:
        query = query.where(SellerFeedback.account == account)
    if marketplace:
        query = query.where(SellerFeedback.marketplace == marketplace)
    place = (SellerFeedback.day, SellerFeedback.account, SellerFeedback.order_id)
    if mark:
        query = query.where(tuple_(*place) < mark)
    return list(session.scalars(query.order_by(*(column.desc() for column in place)).limit(limit)))


def changes(session: Session, account: str, order_id: str) -> list[FeedbackChange]:
    """What later reports said differently, oldest first."""
    query = select(FeedbackChange).where(FeedbackChange.account == account, FeedbackChange.order_id == order_id)
    return list(session.scalars(query.order_by(FeedbackChange.id)))


def note_changes(session: Session, pairs: Sequence[tuple[Any, Any]], *, now: datetime) -> None:
    """Keep what has become different between (before, after) of stored feedback."""
    rows = [
        {"account": after["account"], "order_id": after["order_id"], "at": now, "field": name,
         "before": str(before[name]), "after": str(after[name])}
        for before, after in pairs
        for name in WATCHED
        if before[name] != after[name]
    ]  # fmt: skip
    if rows:
        session.execute(insert(FeedbackChange), rows)


def settle(session: Session, account: str, order_id: str, *, marketplace: str | None, day: date | None) -> None:
    """Write down what the order tells about a feedback."""
    mine = update(SellerFeedback).where(SellerFeedback.account == account, SellerFeedback.order_id == order_id)
    session.execute(mine.values(marketplace=marketplace, day=day))
