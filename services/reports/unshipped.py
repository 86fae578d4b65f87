"""The report of merchant orders that have to be shipped; names, addresses and telephone numbers are never read."""

from __future__ import annotations

from collections.abc import Sequence

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `order`; the lines come with the other reports, which have the ASIN too."""
    at = columns.at
    purchased = at("purchase-date")
    form = report_dates.likely_order([row[purchased] for row in sample], context.marketplaces, context.now)

    def make(cells: Cells) -> tuple[Row]:
        order_id = cell.order_id(cells[at("order-id")])
        shipped = cell.whole(cells[at("quantity-shipped")] or "0", "The quantity-shipped")
        bought = cell.moment(cells[purchased], "The purchase-date", form)
        reported = cell.moment_or_none(cells[at("reporting-date")], "The reporting-date", form)
        order = {
            "account": context.account,
            "order_id": order_id,
            "marketplace": context.only,
            "status": "PartiallyShipped" if shipped else "Unshipped",
            "channel": "fbm",
            "purchased_at": bought,
            "updated_at": reported or bought,
            "service_level": cells[at("ship-service-level")] or None,
            "ship_by": cell.moment_or_none(cells[at("promise-date")], "The promise-date", form),
            "is_business": cell.flag(cells[at("is-business-order")]),
            "is_prime": cell.flag(cells[at("is-prime")]),
        }
        return (Row("order", order),)

    return make


FLAT = Flat(
    "unshipped",
    "unshipped orders",
    frozenset({"order-id", "order-item-id", "quantity-to-ship"}),
    reader,
    private=(
        "buyer-email", "buyer-name", "buyer-phone-number", "recipient-name", "ship-address-1", "ship-address-2",
        "ship-address-3", "ship-city", "ship-state", "ship-postal-code", "ship-country", "purchase-order-number",
    ),
)
