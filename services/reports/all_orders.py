"""The report of all orders by last update: a row per order line, for history and for units sold per SKU.

Where parcels go (city, state, postal code) and who pays is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates

CHANGED = "last-updated-date"
ORDERS_REMEMBERED = 5_000
Made = Callable[[Cells, Mapping[str, Any]], dict[str, Any]]
"""From the cells of a line, and what order and line share, to a row's values."""


class LineNumbers:
    """Counts equal lines of an order, whose rows lie close together; only some thousand orders are remembered."""

    def __init__(self) -> None:
        self._new: dict[tuple[str, str], int] = {}
        self._old: dict[tuple[str, str], int] = {}

    def next(self, order: str, line: str) -> int:
        """1 for the first such line of an order, 2 for the second…"""
        key = (order, line)
        number = (self._new.get(key) or self._old.get(key, 0)) + 1
        if len(self._new) >= ORDERS_REMEMBERED:
            self._old, self._new = self._new, {}
        self._new[key] = number
        return number


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `item`, one for each line, and for `order` where a line says something new of its order."""
    number, bought_at, changed_at = (columns.at(name) for name in ("amazon-order-id", "purchase-date", CHANGED))
    form = report_dates.likely_order([row[bought_at] for row in sample], context.marketplaces, context.now)
    order_of, item_of = _orders(columns, context), _items(columns)
    account, numbers = context.account, LineNumbers()

    last: dict[str, Any] = {"order_id": ""}

    def make(cells: Cells) -> Sequence[Row]:
        nonlocal last
        order_id = cell.order_id(cells[number])
        bought = cell.moment(cells[bought_at], "The purchase-date", form)
        changed = cell.moment_or_none(cells[changed_at], "The last-updated-date", form)
        shared = {"account": account, "order_id": order_id, "purchased_at": bought, "updated_at": changed}
        order, item = order_of(cells, shared), item_of(cells, shared)
        # Counted last: a rejected line must not move the numbers of those after it.
        item["line"] = f"{item['line']}|{numbers.next(order_id, item['line'])}"
        if last["order_id"] == order_id and last == order:
            # The further lines of an order say the same of it.
            return (Row("item", item),)
        last = order
        return Row("order", order), Row("item", item)

    return make


def _orders(columns: Columns, context: Context) -> Made:
    at = columns.at
    status, channel, shop, money = at("order-status"), at("fulfillment-channel"), at("sales-channel"), at("currency")
    service, business, replaces = at("ship-service-level"), at("is-business-order"), at("original-order-id")
    only = context.only

    def order(cells: Cells, shared: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **shared,
            "marketplace": cell.marketplace(cells[shop]) if cells[shop] else only,
            "status": cells[status] or None,
            "channel": cell.channel(cells[channel]),
            "service_level": cells[service] or None,
            "currency": cells[money] or None,
            "is_business": cell.flag(cells[business]),
            "replaces_order_id": cells[replaces] or None,
        }

    return order


def _items(columns: Columns) -> Made:
    at = columns.at
    sku_at, asin_at, title, quantity, money = at("sku"), at("asin"), at("product-name"), at("quantity"), at("currency")
    status, price, shipping = at("item-status"), at("item-price"), at("shipping-price")
    tax, more_tax = at("item-tax"), at("shipping-tax")
    discount, more_discount = at("item-promotion-discount"), at("ship-promotion-discount")

    def item(cells: Cells, shared: Mapping[str, Any]) -> dict[str, Any]:
        sku, asin, currency = cells[sku_at], cells[asin_at], cells[money] or None
        amount = cell.amount
        return {
            **shared,
            "source": "report",
            "line": f"{sku}|{asin}",
            "sku": sku or None,
            "asin": asin or None,
            "title": cells[title] or None,
            "status": cells[status] or None,
            "quantity": cell.whole(cells[quantity], "The quantity") if cells[quantity] else None,
            "currency": currency,
            "price": amount(cells[price], currency, "The item-price"),
            "tax": total(amount(cells[tax], currency, "The tax"), amount(cells[more_tax], currency, "The tax")),
            "shipping": amount(cells[shipping], currency, "The shipping-price"),
            "promotion": total(
                amount(cells[discount], currency, "The promotion"),
                amount(cells[more_discount], currency, "The promotion"),
            ),
        }

    return item


def total(one: int | None, other: int | None) -> int | None:
    """The sum of what is there; None if nothing is."""
    return other if one is None else one if other is None else one + other


FLAT = Flat(
    "all_orders",
    "all orders",
    frozenset({"amazon-order-id", "purchase-date", "order-status", "sku"}),
    reader,
    private=("ship-city", "ship-state", "ship-postal-code", "ship-country", "cpf", "purchase-order-number"),
)
