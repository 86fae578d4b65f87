"""Replacements that Amazon sent from its warehouses."""

from __future__ import annotations

from collections.abc import Sequence

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `replacement`."""
    at = columns.at
    date, sku, asin, center = at("shipment-date"), at("sku"), at("asin"), at("fulfillment-center-id")
    quantity, reason = at("quantity"), at("replacement-reason-code")
    new, old = at("replacement-amazon-order-id"), at("original-amazon-order-id")
    form = report_dates.likely_order([row[date] for row in sample], context.marketplaces, context.now)

    def make(cells: Cells) -> tuple[Row]:
        return (Row("replacement", {
            "account": context.account,
            "replacement_order_id": cell.order_id(cells[new]),
            "sku": cells[sku],
            "order_id": cell.order_id(cells[old]),
            "asin": cells[asin] or None,
            "shipped_at": cell.moment(cells[date], "The shipment-date", form),
            "quantity": cell.whole(cells[quantity], "The quantity"),
            "reason_raw": cells[reason] or None,
            "center": cells[center] or None,
        }),)  # fmt: skip

    return make


FLAT = Flat(
    "fba_replacements",
    "FBA replacements",
    frozenset({"shipment-date", "replacement-amazon-order-id", "original-amazon-order-id"}),
    reader,
)
