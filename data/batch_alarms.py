"""Bad batches: the weekly counts of each SKU that are judged, and the alarms that they raised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models.amazon import OrderItem, SellerFeedback
from data.models.batch_alarms import BatchAlarm
from data.models.derived import Card
from data.models.return_figures import UnitWeek

UNHAPPY = 3
"""Feedback of so many stars or fewer is negative or neutral."""
Count = tuple[str, str, str, date, int]
"""(account, SKU, reason, Monday or day, how many)."""


def units(session: Session, first: date) -> Iterator[tuple[str, str, date, int, int]]:
    """(account, SKU, Monday, units sold, units returned) of the weeks from `first` on."""
    columns = UnitWeek.account, UnitWeek.sku, UnitWeek.week
    query = select(*columns, func.sum(UnitWeek.sold), func.sum(UnitWeek.returned))
    query = query.where(UnitWeek.level == "sku", UnitWeek.week >= first, UnitWeek.sku != "").group_by(*columns)
    for account, sku, week, sold, returned in session.execute(query.execution_options(yield_per=2000)):
        yield account, sku, week, int(sold), int(returned)


def contacts(session: Session, first: date) -> Iterator[Count]:
    """Tickets opened from `first` on by SKU and ticket type, with the day they were opened (UTC)."""
    since = datetime.combine(first, time.min, UTC)
    mine = (OrderItem.account == Card.account) & (OrderItem.order_id == Card.order_id)
    query = (
        select(Card.ticket_id, Card.account, OrderItem.sku, Card.type, Card.opened_at)
        .join(OrderItem, mine)
        .where(Card.opened_at >= since, Card.order_id.is_not(None), OrderItem.sku.is_not(None))
        .distinct()
    )
    for _, account, sku, type_, opened_at in session.execute(query.execution_options(yield_per=2000)):
        yield account, sku or "", type_, opened_at.date(), 1


def feedback(session: Session, first: date) -> Iterator[Count]:
    """Negative and neutral feedback from `first` on by SKU of its order."""
    mine = (OrderItem.account == SellerFeedback.account) & (OrderItem.order_id == SellerFeedback.order_id)
    query = (
        select(SellerFeedback.account, SellerFeedback.order_id, OrderItem.sku, SellerFeedback.day)
        .join(OrderItem, mine)
        .where(SellerFeedback.day >= first, SellerFeedback.rating <= UNHAPPY, OrderItem.sku.is_not(None))
        .distinct()
    )
    for account, _, sku, day in session.execute(query.execution_options(yield_per=2000)):
        if sku and day:
            yield account, sku, "", day, 1


def standing(session: Session, *, limit: int = 1000) -> list[BatchAlarm]:
    """The alarms that have not ended, the least likely to be chance first."""
    query = select(BatchAlarm).where(BatchAlarm.ended_at.is_(None))
    return list(session.scalars(query.order_by(BatchAlarm.chance, BatchAlarm.id).limit(limit)))


def raised(session: Session, start: datetime, end: datetime) -> list[BatchAlarm]:
    """The alarms that were raised in [start, end), by time."""
    query = select(BatchAlarm).where(BatchAlarm.raised_at >= start, BatchAlarm.raised_at < end)
    return list(session.scalars(query.order_by(BatchAlarm.raised_at, BatchAlarm.id)))


def one(session: Session, alarm_id: int) -> BatchAlarm | None:
    """An alarm; locked until the transaction ends where the database can."""
    return session.get(BatchAlarm, alarm_id, with_for_update=True)
