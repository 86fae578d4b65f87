"""The cards of returns and the counted weeks: what they are made from, and keeping what was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from data import aside, bulk
from data.listed import among
from data.models.amazon import AmazonOrder, CustomerReturn, FinanceEvent, OrderItem
from data.models.mirrored import Message
from data.models.return_figures import ReasonWeek, ReturnCard, StaleWeek, UnitWeek
from data.models.return_work import ReturnWork
from data.orders import CANCELLED
from data.store import Store, ensure, table_of, upsert

WEEK = timedelta(days=7)
KEY = ("account", "order_id", "channel", "key")
NUMBERS = {4: ("sold", "came_back", "returned", "orphans", "defective", "wrong_item", "damaged"), 5: ("units",)}
"""What is counted of a unit, and of a unit and a reason."""
key_of: Callable[[Any], tuple[str, ...]] = attrgetter(*KEY)
"""The key of a return, of anything that has its columns."""
Unit = tuple[str, str, str, str]
"""(marketplace, channel, ASIN, SKU); empty where one is not known."""


class Told(NamedTuple):
    """What cards need to know of a row of `customer_return`."""

    account: str
    order_id: str
    channel: str
    key: str
    marketplace: str | None
    sku: str | None
    asin: str | None
    quantity: int
    returned_at: datetime
    reason_raw: str | None
    disposition: str | None
    state: str | None
    delivered_at: datetime | None
    refunded: int | None


class Work(NamedTuple):
    """What cards need to know of the work on a return."""

    id: int
    state: str = "open"
    outcome: str | None = None
    assignee: str | None = None
    authorised_at: datetime | None = None


class Facts(NamedTuple):
    """What a card is made from; `refunded`: the finances show money going back for this order."""

    row: Told
    marketplace: str | None
    sold_at: datetime | None
    refunded: bool


class Card(NamedTuple):
    """The values of a `return_card`, in the order of its columns."""

    id: int
    account: str
    order_id: str
    channel: str
    key: str
    marketplace: str | None
    sku: str | None
    asin: str | None
    quantity: int
    returned_at: datetime
    sold_at: datetime | None
    reason: str
    fault: str
    disposition: str | None
    state: str
    outcome: str | None
    assignee: str | None
    need: str | None
    due_at: datetime | None


def monday(moment: datetime) -> date:
    """The Monday (UTC) of the week in which something happened."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def mondays(moments: Iterable[datetime | None]) -> set[date]:
    """The weeks in which some things happened."""
    days = {(at if at.tzinfo is UTC else at.astimezone(UTC)).date() for at in moments if at is not None}
    return {day - timedelta(days=day.weekday()) for day in days}


def told(values: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Returns as the cards take them, of rows of `customer_return` as column values, all with the same columns."""
    if not values:
        return []
    columns = (map(itemgetter(name), values) if name in values[0] else repeat(None) for name in Told._fields)
    return list(map(Told, *columns))


def of_orders(session: Session, account: str, order_ids: Collection[str]) -> list[Told]:
    """The returns of some orders."""
    columns = (getattr(CustomerReturn, name) for name in Told._fields)
    mine = select(*columns).where(CustomerReturn.account == account, among(session, CustomerReturn.order_id, order_ids))
    return [Told(*row) for row in session.execute(mine)]


def facts(session: Session, account: str, returns: Sequence[Told]) -> list[Facts]:
    """Returns of one account with what their orders, finances and mails say: three statements."""
    # Not one join over all: nearly every return has no refund and no mail, and most have their place from the order.
    sold = _sales(session, account, {row.order_id for row in returns})
    nothing = (None, None)
    placeless = {row.order_id for row in returns if not row.marketplace and not sold.get(row.order_id, nothing)[0]}
    mailed = _mailed(session, account, placeless)
    refunded = _refunded(session, account, {row.order_id for row in returns if row.channel == "fbm"})
    found = []
    for row in returns:
        place, at = sold.get(row.order_id, nothing)
        place = place or row.marketplace or mailed.get(row.order_id)
        found.append(Facts(row, place, at, row.order_id in refunded))
    return found


def _sales(session: Session, account: str, ids: Collection[str]) -> dict[str, tuple[str | None, datetime | None]]:
    columns = (AmazonOrder.order_id, AmazonOrder.marketplace, AmazonOrder.purchased_at)
    mine = select(*columns).where(AmazonOrder.account == account, among(session, AmazonOrder.order_id, ids))
    return {order_id: (place, at) for order_id, place, at in session.execute(mine)}


def _mailed(session: Session, account: str, ids: Collection[str]) -> dict[str | None, str | None]:
    by = Message.order_id
    mine = select(by, func.max(Message.marketplace)).where(Message.account == account, among(session, by, ids))
    return {row[0]: row[1] for row in session.execute(mine.group_by(by))}


def _refunded(session: Session, account: str, ids: Collection[str]) -> set[str | None]:
    """Only what is returned to the merchant is asked for: nobody but Amazon refunds the rest."""
    mine = select(FinanceEvent.order_id).where(
        FinanceEvent.account == account, among(session, FinanceEvent.order_id, ids), FinanceEvent.kind == "refund"
    )
    return set(session.scalars(mine.distinct()))


def works(session: Session, account: str, returns: Sequence[Told], *, fresh: bool) -> tuple[list[Work], bool]:
    """The work on each of these returns, made where there is none, so that every return has its id; whether all is new.

    `fresh`: the returns were not there before, so their work hardly was.
    """
    if fresh:
        first = _made(session, returns)
        if first is not None:
            return [Work(number) for number in range(first, first + len(returns))], True
    known = _works(session, account, returns)
    if len(known) < len(returns):
        _made(session, [row for row in returns if row[:4] not in known])
        known = _works(session, account, returns)
    return [known[row[:4]] for row in returns], False


def _made(session: Session, returns: Sequence[Told]) -> int | None:
    """The id of the first, where all of them are new and their ids follow each other: SQLite counts up."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    last = bulk.highest_id(session, ReturnWork) if on_sqlite else 0
    same = {"state": "open", "note": "", "version": 1}
    made = bulk.add_new_tuples(session, ReturnWork, KEY, [row[:4] for row in returns], same=same)
    return last + 1 if on_sqlite and made == len(returns) else None


def _works(session: Session, account: str, returns: Sequence[Told]) -> dict[tuple[str, ...], Work]:
    columns = (getattr(ReturnWork, name) for name in (*KEY, *Work._fields))
    ids = {row.order_id for row in returns}
    mine = select(*columns).where(ReturnWork.account == account, among(session, ReturnWork.order_id, ids))
    return {tuple(row[:4]): Work(*row[4:]) for row in session.execute(mine)}


def cards(session: Session, ids: Collection[int]) -> dict[int, Card]:
    """Cards by id."""
    columns = (getattr(ReturnCard, name) for name in Card._fields)
    found = session.execute(select(*columns).where(among(session, ReturnCard.id, ids)))
    return {row[0]: Card(*row) for row in found}


def keep(session: Session, new: Sequence[Card], changed: Sequence[Card]) -> None:
    """Store cards."""
    aside.before_a_load(session, table_of(ReturnCard), len(new))
    bulk.add_new_tuples(session, ReturnCard, Card._fields, new)
    upsert(session, ReturnCard, [card._asdict() for card in changed], key=("id",))


def make_indexes(store: Store) -> int:
    """Make anew what was put aside for a large load; how many indexes."""
    return aside.make_missing(store, table_of(ReturnCard))


def worked(session: Session, return_id: int, values: Mapping[str, Any]) -> None:
    """Write down on a card what its work says now."""
    mine = update(ReturnCard).where(ReturnCard.id == return_id).values(**values)
    session.execute(mine.execution_options(synchronize_session=False))


def bought(session: Session, account: str, order_ids: Collection[str]) -> set[date]:
    """The weeks in which these orders were bought."""
    mine = (AmazonOrder.account == account, among(session, AmazonOrder.order_id, order_ids))
    return mondays(session.scalars(select(AmazonOrder.purchased_at).where(*mine)))


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
    returned = _cards_of(session, account, ReturnCard.returned_at, start)
    for table, counted in ((UnitWeek, _units(session, account, start, returned)), (ReasonWeek, _reasons(returned))):
        session.execute(delete(table).where(table.week == week, table.account == account))
        bulk.add(session, table, [{"week": week, "account": account, **row} for row in _with_sums(counted)])


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


def _units(
    session: Session, account: str, start: datetime, returned: Iterable[Any]
) -> dict[tuple[str, ...], Counter[str]]:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in _sold(session, account, start):
        counted[_unit(row)]["sold"] += row.units
    for row in _cards_of(session, account, ReturnCard.sold_at, start):
        counted[_unit(row)]["came_back"] += row.units
    for row in returned:
        mine = counted[_unit(row)]
        mine["returned"] += row.units
        mine["orphans"] += row.orphans
        if row.fault:
            mine[row.fault] += row.units
    return counted


def _reasons(returned: Iterable[Any]) -> dict[tuple[str, ...], Counter[str]]:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in returned:
        counted[*_unit(row), row.reason]["units"] += row.units
    return counted


def _unit(row: Any) -> Unit:
    return row.marketplace or "", row.channel or "", row.asin or "", row.sku or ""


def _sold(session: Session, account: str, start: datetime) -> list[Any]:
    """Units of orders of one week that were not cancelled; of an order told twice the report's lines count."""
    order, item, other = AmazonOrder, OrderItem, aliased(OrderItem)
    # The orders first, whatever the database guesses: without statistics SQLite would walk through all items there are.
    bought = (
        select(order.account, order.order_id, order.marketplace, order.channel)
        .where(
            # Hidden from the primary key, with which SQLite would read all orders of the account for each week.
            order.account.concat("") == account,
            order.purchased_at >= start,
            order.purchased_at < start + WEEK,
            order.status.not_in(CANCELLED) | order.status.is_(None),
        )
        .cte("bought")
        .prefix_with("MATERIALIZED")
    )
    mine = (item.account == bought.c.account) & (item.order_id == bought.c.order_id)
    by_report = (other.account == item.account, other.order_id == item.order_id, other.source == "report")
    counts = (item.source == "report") | ~select(other.line).where(*by_report).exists()
    by = (bought.c.marketplace, bought.c.channel, item.asin, item.sku)
    units = func.sum(case((item.quantity > 0, item.quantity), else_=0))
    # An outer join, as its order is kept: an inner one would begin with all items there are.
    query = select(*by, units.label("units")).join_from(bought, item, mine, isouter=True).where(counts).group_by(*by)
    return list(session.execute(query.having(units > 0)))


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
