"""Returns to Amazon's warehouses: one row per unit, known by its license plate number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `return`. The report is of the whole account, so the marketplace is left to the order."""
    at = columns.at
    date, order, sku, asin = at("return-date"), at("order-id"), at("sku"), at("asin")
    title, quantity, center = at("product-name"), at("quantity"), at("fulfillment-center-id")
    disposition, reason, status = at("detailed-disposition"), at("reason"), at("status")
    plate, comments = at("license-plate-number"), at("customer-comments")
    form = report_dates.likely_order([row[date] for row in sample], context.marketplaces, context.now)
    account, only = context.account, context.only

    def make(cells: Cells) -> tuple[Row]:
        order_id = cell.order_id(cells[order])
        return (Row("return", {
            "account": account,
            "order_id": order_id,
            "channel": "fba",
            "key": cells[plate] or _hash(order_id, cells[sku], cells[date], cells[reason], cells[disposition]),
            "marketplace": only,
            "sku": cells[sku] or None,
            "asin": cells[asin] or None,
            "title": cells[title] or None,
            "quantity": cell.whole(cells[quantity], "The quantity") if cells[quantity] else 1,
            "returned_at": cell.moment(cells[date], "The return-date", form),
            "reason_raw": cells[reason] or None,
            "disposition": cells[disposition] or None,
            "state": cells[status] or None,
            "comment": cells[comments] or None,
            "center": cells[center] or None,
        }),)  # fmt: skip

    return make


def _hash(*parts: str) -> str:
    return "row:" + hashlib.sha256("\t".join(part.strip() for part in parts).encode()).hexdigest()[:24]


FLAT = Flat(
    "fba_returns",
    "FBA returns",
    frozenset({"return-date", "order-id", "sku", "detailed-disposition", "reason"}),
    reader,
)
