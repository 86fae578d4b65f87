"""Returns to Amazon and to the merchant, with the marketplace of their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import func, select
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
