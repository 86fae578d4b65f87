"""The cards of returns and the counted weeks: what they are made from, and keeping what was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from data import bulk
from data.models.amazon import AmazonOrder, CustomerReturn, FinanceEvent, OrderItem
from data.models.return_figures import ReasonWeek, ReturnCard, StaleWeek, UnitWeek
from data.models.return_work import ReturnWork
from data.orders import CANCELLED
from data.returns import PLACE
from data.store import ensure, table_of, upsert

WEEK = timedelta(days=7)
AT_ONCE = 2000
KEY = ("account", "order_id", "channel", "key")
NUMBERS = {4: ("sold", "came_back", "returned", "orphans", "defective", "wrong_item", "damaged"), 5: ("units",)}
"""What is counted of a unit, and of a unit and a reason."""
key_of: Callable[[Any], tuple[str, ...]] = attrgetter(*KEY)
"""The key of a return, of anything that has its columns."""
Unit = tuple[str, str, str, str]
"""(marketplace, channel, ASIN, SKU); empty where one is not known."""


class Facts(NamedTuple):
    """What a card is made from; `row` has the columns of `customer_return`; `refunded`: the finances show money going
    back for this order."""

    row: Any
    marketplace: str | None
    sold_at: datetime | None
    refunded: bool


def monday(moment: datetime) -> date:
    """The Monday (UTC) of the week in which something happened."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def facts(session: Session, account: str, order_ids: Collection[str]) -> list[Facts]:
    """The returns of some orders with what their orders and finances say."""
    money = select(FinanceEvent.key).where(
        FinanceEvent.account == CustomerReturn.account,
        FinanceEvent.order_id == CustomerReturn.order_id,
        FinanceEvent.kind == "refund",
    )
    query = (
        # Columns, not objects: a report brings a million of them.
        select(table_of(CustomerReturn), PLACE, AmazonOrder.purchased_at, money.exists())
        .outerjoin(
            AmazonOrder,
            (AmazonOrder.account == CustomerReturn.account) & (AmazonOrder.order_id == CustomerReturn.order_id),
        )
        .where(CustomerReturn.account == account, CustomerReturn.order_id.in_(list(order_ids)))
    )
    return [Facts(row, row[-3], row[-2], bool(row[-1])) for row in session.execute(query)]


def works(session: Session, account: str, found: Sequence[Facts]) -> dict[tuple[str, ...], Any]:
    """The work on these returns by key; rows that do not exist yet are made, so that every return has its id.

    Rows have the columns of `return_work`.
    """
    keys = [key_of(each.row) for each in found]
    mine = select(table_of(ReturnWork)).where(
        ReturnWork.account == account, ReturnWork.order_id.in_({each.row.order_id for each in found})
    )
    known = {key_of(row): row for row in session.execute(mine)}
    missing = [dict(zip(KEY, key, strict=True)) for key in keys if key not in known]
    if missing:
        bulk.add_new(session, ReturnWork, missing, same={"state": "open", "note": "", "version": 1})
        known = {key_of(row): row for row in session.execute(mine)}
    return known


def cards(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Cards by id, as plain values."""
    found = session.execute(select(ReturnCard.__table__).where(ReturnCard.id.in_(list(ids))))
    return {row.id: dict(row._mapping) for row in found}


def keep(session: Session, new: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]]) -> None:
    """Store cards."""
    bulk.add_new(session, ReturnCard, new)
    upsert(session, ReturnCard, changed, key=("id",))


def worked(session: Session, return_id: int, values: Mapping[str, Any]) -> None:
    """Write down on a card what its work says now."""
    mine = update(ReturnCard).where(ReturnCard.id == return_id).values(**values)
    session.execute(mine.execution_options(synchronize_session=False))


def bought(session: Session, account: str, order_ids: Collection[str]) -> set[date]:
    """The weeks in which these orders were bought."""
    query = select(AmazonOrder.purchased_at).where(
        AmazonOrder.account == account, AmazonOrder.order_id.in_(list(order_ids)), AmazonOrder.purchased_at.is_not(None)
    )
    return {monday(at) for at in session.scalars(query) if at}


def mark_stale(session: Session, account: str, weeks: Iterable[date], *, now: datetime) -> None:
    """Say that something changed in these weeks."""
    for week in sorted(set(weeks)):
        ensure(session, StaleWeek, {"account": account, "week": week, "at": now}, key=("account", "week"))


def stale(session: Session, *, limit: int) -> list[StaleWeek]:
    """Weeks that have to be counted again, the newest first."""
    return list(session.scalars(select(StaleWeek).order_by(StaleWeek.week.desc(), StaleWeek.account).limit(limit)))


def count_again(session: Session, account: str, week: date) -> None:
    """Count one week of an account from the orders and the cards, instead of what was counted before."""
    start = datetime.combine(week, time.min, UTC)
    # The mark goes first: whoever changes something from here on makes a new one.
    session.execute(delete(StaleWeek).where(StaleWeek.account == account, StaleWeek.week == week))
    for table, count in ((UnitWeek, _units), (ReasonWeek, _reasons)):
        session.execute(delete(table).where(table.week == week, table.account == account))
        rows = [{"week": week, "account": account, **row} for row in _with_sums(count(session, account, start))]
        if rows:
            session.execute(insert(table), rows)


def _with_sums(counted: Mapping[tuple[str, ...], Mapping[str, int]]) -> list[dict[str, Any]]:
    """Rows by SKU, and the same added up: pages that look at all SKUs read only these."""
    sums: dict[tuple[str, ...], Counter[str]] = {}
    for (place, channel, _, _, *more), numbers in counted.items():
        sums.setdefault((place, channel, "", "", *more), Counter()).update(numbers)
    names = ("marketplace", "channel", "asin", "sku", "reason")
    levels: dict[str, Mapping[tuple[str, ...], Mapping[str, int]]] = {"sku": counted, "all": sums}
    return [
        {"level": level, **dict(zip(names, unit, strict=False)), **dict.fromkeys(NUMBERS[len(unit)], 0), **numbers}
        for level, rows in levels.items()
        for unit, numbers in rows.items()
    ]


def _units(session: Session, account: str, start: datetime) -> dict[tuple[str, ...], Counter[str]]:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for unit, n in _sold(session, account, start):
        counted[unit]["sold"] += n
    for row in _cards_of(session, account, ReturnCard.sold_at, start):
        counted[_unit(row)]["came_back"] += row.units
    for row in _cards_of(session, account, ReturnCard.returned_at, start):
        mine = counted[_unit(row)]
        mine["returned"] += row.units
        mine["orphans"] += row.orphans
        if row.fault:
            mine[row.fault] += row.units
    return counted


def _reasons(session: Session, account: str, start: datetime) -> dict[tuple[str, ...], Counter[str]]:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in _cards_of(session, account, ReturnCard.returned_at, start):
        counted[*_unit(row), row.reason]["units"] += row.units
    return counted


def _unit(row: Any) -> Unit:
    return row.marketplace or "", row.channel, row.asin or "", row.sku or ""


def _sold(session: Session, account: str, start: datetime) -> Iterator[tuple[Unit, int]]:
    """Units of orders of one week that were not cancelled; of an order told twice the report's lines count."""
    bought = select(AmazonOrder.order_id, AmazonOrder.marketplace, AmazonOrder.channel).where(
        AmazonOrder.account == account,
        AmazonOrder.purchased_at >= start,
        AmazonOrder.purchased_at < start + WEEK,
        AmazonOrder.status.not_in(CANCELLED) | AmazonOrder.status.is_(None),
    )
    found = {row.order_id: row for row in session.execute(bought)}
    ids = sorted(found)
    # Two steps rather than a join: without statistics SQLite would walk through all items there are.
    for at in range(0, len(ids), AT_ONCE):
        for item in _items(session, account, ids[at : at + AT_ONCE]):
            order = found[item.order_id]
            unit = (order.marketplace or "", order.channel or "", item.asin or "", item.sku or "")
            yield unit, max(item.quantity or 0, 0)


def _items(session: Session, account: str, order_ids: Sequence[str]) -> list[Any]:
    columns = (OrderItem.order_id, OrderItem.source, OrderItem.asin, OrderItem.sku, OrderItem.quantity)
    mine = select(*columns).where(OrderItem.account == account, OrderItem.order_id.in_(order_ids))
    rows = list(session.execute(mine))
    by_report = {row.order_id for row in rows if row.source == "report"}
    return [row for row in rows if row.source == "report" or row.order_id not in by_report]


def _cards_of(session: Session, account: str, moment: Any, start: datetime) -> list[Any]:
    """Units of the returns of one week; no source may take units away: what is negative counts as nothing."""
    by = (ReturnCard.marketplace, ReturnCard.channel, ReturnCard.asin, ReturnCard.sku, ReturnCard.reason,
          ReturnCard.fault)  # fmt: skip
    units = case((ReturnCard.quantity > 0, ReturnCard.quantity), else_=0)
    orphans = case((ReturnCard.sold_at.is_(None), units), else_=0)
    query = (
        select(*by, func.sum(units).label("units"), func.sum(orphans).label("orphans"))
        .where(ReturnCard.account == account, moment >= start, moment < start + WEEK)
        .group_by(*by)
    )
    return list(session.execute(query))
