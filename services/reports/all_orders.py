"""The report of all orders by last update: a row per order line, for history and for units sold per SKU.

Where parcels go (city, state, postal code) and who pays is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates

CHANGED = "last-updated-date"
ORDERS_REMEMBERED = 5_000


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
    """Rows for `order` and `item`: two for each line."""
    number, bought_at, changed_at = (columns.at(name) for name in ("amazon-order-id", "purchase-date", CHANGED))
    form = report_dates.likely_order([row[bought_at] for row in sample], context.marketplaces, context.now)
    order_of, item_of = _orders(columns, context), _items(columns)
    account, numbers = context.account, LineNumbers()

    def make(cells: Cells) -> tuple[Row, Row]:
        shared = {
            "account": account,
            "order_id": cell.order_id(cells[number]),
            "purchased_at": cell.moment(cells[bought_at], "The purchase-date", form),
            "updated_at": cell.moment_or_none(cells[changed_at], "The last-updated-date", form),
        }
        order, item = order_of(cells), item_of(cells)
        order.update(shared)
        item.update(shared)
        # Counted last: a rejected line must not move the numbers of those after it.
        item["line"] = f"{item['line']}|{numbers.next(item['order_id'], item['line'])}"
        return Row("order", order), Row("item", item)

    return make


def _orders(columns: Columns, context: Context) -> Callable[[Cells], dict[str, Any]]:
    at = columns.at
    status, channel, shop, money = at("order-status"), at("fulfillment-channel"), at("sales-channel"), at("currency")
    service, business, replaces = at("ship-service-level"), at("is-business-order"), at("original-order-id")
    only = context.only

    def order(cells: Cells) -> dict[str, Any]:
        return {
            "marketplace": cell.marketplace(cells[shop]) if cells[shop] else only,
            "status": cells[status] or None,
            "channel": cell.channel(cells[channel]),
            "service_level": cells[service] or None,
            "currency": cells[money] or None,
            "is_business": cell.flag(cells[business]),
            "replaces_order_id": cells[replaces] or None,
        }

    return order


def _items(columns: Columns) -> Callable[[Cells], dict[str, Any]]:
    at = columns.at
    sku_at, asin_at, title, quantity, money = at("sku"), at("asin"), at("product-name"), at("quantity"), at("currency")
    status, price, shipping = at("item-status"), at("item-price"), at("shipping-price")
    taxes = (at("item-tax"), at("shipping-tax"))
    discounts = (at("item-promotion-discount"), at("ship-promotion-discount"))

    def item(cells: Cells) -> dict[str, Any]:
        sku, asin, currency = cells[sku_at], cells[asin_at], cells[money] or None
        return {
            "source": "report",
            "line": f"{sku}|{asin}",
            "sku": sku or None,
            "asin": asin or None,
            "title": cells[title] or None,
            "status": cells[status] or None,
            "quantity": cell.whole(cells[quantity], "The quantity") if cells[quantity] else None,
            "currency": currency,
            "price": cell.amount(cells[price], currency, "The item-price"),
            "tax": total([cell.amount(cells[place], currency, "The tax") for place in taxes]),
            "shipping": cell.amount(cells[shipping], currency, "The shipping-price"),
            "promotion": total([cell.amount(cells[place], currency, "The promotion") for place in discounts]),
        }

    return item


def total(amounts: Sequence[int | None]) -> int | None:
    """The sum of what is there; None if nothing is."""
    there = [amount for amount in amounts if amount is not None]
    return sum(there) if there else None


FLAT = Flat(
    "all_orders",
    "all orders",
    frozenset({"amazon-order-id", "purchase-date", "order-status", "sku"}),
    reader,
    private=("ship-city", "ship-state", "ship-postal-code", "ship-country", "cpf", "purchase-order-number"),
)
