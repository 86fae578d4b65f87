"""Returns to Amazon and to the merchant, with the marketplace of their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, CustomerReturn, FbaReplacement
from data.models.mirrored import Message

_MAILED = (
    select(func.max(Message.marketplace))
    .where(Message.account == CustomerReturn.account, Message.order_id == CustomerReturn.order_id)
    .scalar_subquery()
)
PLACE = func.coalesce(AmazonOrder.marketplace, CustomerReturn.marketplace, _MAILED)
"""The order's marketplace, else the report's, else that of a mail about the order."""
_QUERY = select(CustomerReturn, PLACE).outerjoin(
    AmazonOrder,
    (AmazonOrder.account == CustomerReturn.account) & (AmazonOrder.order_id == CustomerReturn.order_id),
)
Found = tuple[CustomerReturn, str | None]


def of_order(session: Session, account: str, order_ids: Collection[str]) -> list[Found]:
    """The returns of some orders, newest first."""
    mine = _QUERY.where(CustomerReturn.account == account, CustomerReturn.order_id.in_(list(order_ids)))
    return [(row, place) for row, place in session.execute(mine.order_by(CustomerReturn.returned_at.desc()))]


def page(
    session: Session, *, account: str | None = None, channel: str | None = None, sku: str | None = None,
    since: datetime | None = None, mark: tuple[datetime, str, str, str] | None = None, limit: int = 50,
) -> list[Found]:  # fmt: skip
    """Returns, newest first; `mark` is (returned_at, account, order id, key) of the last one of the page before."""
    wanted = {"account": account, "channel": channel, "sku": sku}
    query = _QUERY.where(*(getattr(CustomerReturn, name) == value for name, value in wanted.items() if value))
    if since:
        query = query.where(CustomerReturn.returned_at >= since)
    place = (CustomerReturn.returned_at, CustomerReturn.account, CustomerReturn.order_id, CustomerReturn.key)
    if mark:
        query = query.where(tuple_(*place) < mark)
    found = session.execute(query.order_by(*(column.desc() for column in place)).limit(limit))
    return [(row, marketplace) for row, marketplace in found]


def units_returned(session: Session, account: str, *, start: datetime, end: datetime) -> dict[tuple[str, str], int]:
    """(SKU, reason as Amazon writes it) -> units that came back in [start, end)."""
    query = (
        select(CustomerReturn.sku, CustomerReturn.reason_raw, func.sum(CustomerReturn.quantity))
        .where(CustomerReturn.account == account, CustomerReturn.returned_at >= start,
               CustomerReturn.returned_at < end)
        .group_by(CustomerReturn.sku, CustomerReturn.reason_raw)
    )  # fmt: skip
    return {(sku or "", reason or ""): int(units) for sku, reason, units in session.execute(query)}


def replacements(session: Session, account: str, order_id: str) -> list[FbaReplacement]:
    """What Amazon sent instead of an order's units."""
    query = select(FbaReplacement).where(FbaReplacement.account == account, FbaReplacement.order_id == order_id)
    return list(session.scalars(query.order_by(FbaReplacement.shipped_at)))


def stream_rows(session: Session) -> Iterator[Found]:
    """All returns by account, order and key, streamed."""
    ordered = _QUERY.order_by(
        CustomerReturn.account, CustomerReturn.order_id, CustomerReturn.channel, CustomerReturn.key
    )
    found = session.execute(ordered.execution_options(yield_per=500))
    yield from ((row, place) for row, place in found)
