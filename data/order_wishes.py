"""Orders that people want fetched from Amazon by their id: who asked, what still waits, and how it was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data import streams
from data.models.amazon_work import OrderWish
from data.store import upsert

KEY = ("account", "order_id")
SOURCE, STREAM = "amazon", "wanted_orders"
"""The stream that answers."""


def want(session: Session, account: str, order_id: str, *, at: datetime, by: str) -> None:
    """Wish for an order, or wish again: it waits anew, and the sync looks at once."""
    row = {"account": account, "order_id": order_id, "asked_at": at, "asked_by": by, "done_at": None, "message": ""}
    upsert(session, OrderWish, [row], key=KEY)
    streams.want(session, (SOURCE, account, STREAM), at=at)


def waiting(session: Session, account: str, *, limit: int = 200) -> list[str]:
    """The orders of an account that are waited for, the oldest wish first."""
    mine = (OrderWish.account == account, OrderWish.done_at.is_(None))
    query = select(OrderWish.order_id).where(*mine).order_by(OrderWish.asked_at, OrderWish.order_id)
    return list(session.scalars(query.limit(limit)))


def answer(session: Session, account: str, order_id: str, *, at: datetime, message: str) -> None:
    """Close a wish: the order was stored, or `message` says why it never will be."""
    this = (OrderWish.account == account, OrderWish.order_id == order_id, OrderWish.done_at.is_(None))
    session.execute(update(OrderWish).where(*this).values(done_at=at, message=message))


def of_order(session: Session, account: str, order_id: str) -> OrderWish | None:
    """The last wish for an order, or None."""
    return session.get(OrderWish, (account, order_id))
