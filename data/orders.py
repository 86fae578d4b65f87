"""Orders as Amazon's reports and API show them, and which marketplace an order belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from data.listed import among
from data.models import amazon
from data.models.amazon import AmazonOrder, FinanceEvent, OrderItem
from data.models.ledger import StreamState
from data.models.mirrored import Message

UNSHIPPED = amazon.UNSHIPPED
# Written out rather than bound, so that the databases see that the index of exactly these orders serves.
TO_SHIP: ColumnElement[bool] = literal_column(f"amazon_order.status IN {UNSHIPPED} AND amazon_order.channel = 'fbm'")
"""The condition of a merchant order that still has to be shipped."""
CANCELLED = ("Cancelled", "Canceled", "CANCELLED")


def marketplaces(session: Session, account: str, order_ids: Collection[str]) -> dict[str, str]:
    """The marketplace of each order as far as an order, or else a mail about it, tells: two statements."""
    mails = select(Message.order_id, func.max(Message.marketplace)).where(
        Message.account == account, among(session, Message.order_id, order_ids), Message.marketplace.is_not(None)
    )
    orders = select(AmazonOrder.order_id, AmazonOrder.marketplace).where(
        AmazonOrder.account == account,
        among(session, AmazonOrder.order_id, order_ids),
        AmazonOrder.marketplace.is_not(None),
    )
    found: dict[str, str] = {}
    for query in (mails.group_by(Message.order_id), orders):
        found |= {order_id: code for order_id, code in session.execute(query) if order_id and code}
    return found


def order(session: Session, account: str, order_id: str) -> AmazonOrder | None:
    """One order."""
    return session.get(AmazonOrder, (account, order_id))


def orders(session: Session, account: str, order_ids: Collection[str]) -> list[AmazonOrder]:
    """Several orders of an account, newest first."""
    query = select(AmazonOrder).where(AmazonOrder.account == account, AmazonOrder.order_id.in_(list(order_ids)))
    return list(session.scalars(query.order_by(AmazonOrder.purchased_at.desc(), AmazonOrder.order_id)))


def items(session: Session, account: str, order_id: str) -> list[OrderItem]:
    """The lines of an order: the API's if it has told them, else the report's."""
    query = select(OrderItem).where(OrderItem.account == account, OrderItem.order_id == order_id)
    lines = list(session.scalars(query.order_by(OrderItem.source, OrderItem.line)))
    return [line for line in lines if line.source == lines[0].source]


def lines(session: Session, account: str, order_ids: Collection[str]) -> dict[str, list[OrderItem]]:
    """The lines of several orders by order id, each as `items` gives them: one statement."""
    query = select(OrderItem).where(OrderItem.account == account, OrderItem.order_id.in_(list(order_ids)))
    found: dict[str, list[OrderItem]] = {}
    for line in session.scalars(query.order_by(OrderItem.order_id, OrderItem.source, OrderItem.line)):
        mine = found.setdefault(line.order_id, [line])
        if line is not mine[0] and line.source == mine[0].source:
            mine.append(line)
    return found


def refunded(session: Session, account: str, order_id: str) -> list[tuple[str, str, int]]:
    """(kind, currency, minor units) that went back to the buyer of an order, as positive amounts."""
    query = (
        select(FinanceEvent.kind, FinanceEvent.currency, -func.sum(FinanceEvent.amount))
        .where(FinanceEvent.account == account, FinanceEvent.order_id == order_id, FinanceEvent.part == "charge")
        .group_by(FinanceEvent.kind, FinanceEvent.currency)
    )
    return [(kind, currency, int(amount)) for kind, currency, amount in session.execute(query)]


def unshipped(
    session: Session, account: str | None = None, marketplace: str | None = None, *, limit: int = 200
) -> list[AmazonOrder]:
    """Merchant orders that still have to be shipped, the most urgent first."""
    query = select(AmazonOrder).where(TO_SHIP)
    if account:
        query = query.where(AmazonOrder.account == account)
    if marketplace:
        query = query.where(AmazonOrder.marketplace == marketplace)
    return list(session.scalars(query.order_by(AmazonOrder.ship_by, AmazonOrder.purchased_at).limit(limit)))


def unshipped_count(session: Session) -> dict[tuple[str, str | None], int]:
    """(account, marketplace) -> merchant orders that still have to be shipped."""
    query = (
        select(AmazonOrder.account, AmazonOrder.marketplace, func.count())
        .where(TO_SHIP)
        .group_by(AmazonOrder.account, AmazonOrder.marketplace)
    )
    return {(account, marketplace): n for account, marketplace, n in session.execute(query)}


class ToShip(NamedTuple):
    """Merchant orders of a place that still have to be shipped, how many of them too late, and the first ship-by."""

    account: str
    marketplace: str | None
    orders: int
    late: int
    first_ship_by: datetime | None


def to_ship(session: Session, accounts: Collection[str], *, now: datetime) -> tuple[list[ToShip], dict[str, datetime]]:
    """What has to be shipped, and per account when orders were last heard of: one statement."""
    late = func.sum(case((AmazonOrder.ship_by < now, 1), else_=0))
    waiting = (
        select(AmazonOrder.account, AmazonOrder.marketplace, func.count(), late, func.min(AmazonOrder.ship_by))
        .where(AmazonOrder.account.in_(list(accounts)), TO_SHIP)
        .group_by(AmazonOrder.account, AmazonOrder.marketplace)
    )
    nowhere, none = cast(null(), String), literal(-1)
    heard = select(StreamState.account, nowhere, none, literal(0), StreamState.last_ok_at)
    heard = heard.where(StreamState.source == "amazon", StreamState.stream == "unshipped")
    newest = [select(literal(account), nowhere, none, literal(0), _newest(account)) for account in accounts]
    found, ages = [], dict[str, datetime]()
    for account, marketplace, n, past, at in session.execute(union_all(waiting, heard, *newest)):
        if n >= 0:
            found.append(ToShip(account, marketplace, n, int(past or 0), at))
        elif at is not None:
            ages[account] = max(at, ages.get(account, at))
    return found, ages


def _newest(account: str) -> ScalarSelect[Any]:
    """When the newest order of an account was bought: reports of orders carry no time of their own."""
    mine = select(AmazonOrder.purchased_at).where(AmazonOrder.account == account, AmazonOrder.purchased_at.is_not(None))
    return mine.order_by(AmazonOrder.purchased_at.desc()).limit(1).scalar_subquery()


def stream_rows(session: Session) -> Iterator[Any]:
    """All orders by account and id, streamed, as plain rows."""
    query = select(AmazonOrder.__table__).order_by(AmazonOrder.account, AmazonOrder.order_id)
    yield from session.execute(query.execution_options(yield_per=1000))
