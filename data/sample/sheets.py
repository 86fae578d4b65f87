"""The two spreadsheets that the sample team keeps about some of its orders, as CSV files with headings of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from data.sample.reports import Sale

SHIPPING = ("Order ID", "Date", "Item", "What is missing", "Contacted", "Contact date", "Agent", "Notes")
STOCK = ("Order number", "Added on", "SKU", "Back in stock", "Customer contacted?", "Contacted on", "By", "Remarks")
MISSING = ("House number", "Postcode", "Street", "Carrier has no phone number")
TEAM = ("Mia", "Theo")
RECENT = timedelta(days=12)


def files(sales: Sequence[Sale], anchor: datetime) -> dict[str, bytes]:
    """File name below sheets/ to content; the kind of a sheet is the name of its file."""
    ours = [sale for sale in sales if not sale.by_amazon and anchor - sale.bought < RECENT]
    return {
        "shipping_info_missing.csv": _csv(SHIPPING, _shipping(ours, anchor)),
        "tracking_out_of_stock.csv": _csv(STOCK, _stock(ours, anchor)),
    }


def _shipping(sales: Sequence[Sale], anchor: datetime) -> Iterable[tuple[str, ...]]:
    """Orders that wait to be shipped, some that somebody is talking about, and some of last week that are done."""
    waiting = [sale for sale in sales if sale.status == "Unshipped"]
    talked = [sale for sale in sales if sale.talk and sale.status == "Shipped"]
    gone = [sale for sale in sales if sale.status == "Cancelled"]
    for n, sale in enumerate([*talked[-3:], *gone[-1:], *waiting[::2]]):
        day = _day(sale, anchor)
        then = min(day + timedelta(days=1), anchor.date())
        told = ("yes", f"{then}", TEAM[n % 2], "Wrote on Amazon") if n in (0, 6) else ("",) * 4
        yield (sale.order, f"{day}", sale.product.title, MISSING[n % len(MISSING)], *told)


def _stock(sales: Sequence[Sale], anchor: datetime) -> Iterable[tuple[str, ...]]:
    """Orders of two products that ran out."""
    waiting = [sale for sale in sales if sale.status == "Unshipped"][1::2]
    older = [sale for sale in sales if sale.status == "Shipped" and not sale.talk]
    for n, sale in enumerate([*older[-8::3], *waiting]):
        day = _day(sale, anchor)
        told = ("x", f"{day}", TEAM[n % 2], "") if n == 1 else ("", "", "", "Asked the warehouse" if n == 3 else "")
        yield (sale.order, f"{day}", sale.product.sku, f"{anchor.date() + timedelta(days=9)}", *told)


def _day(sale: Sale, anchor: datetime) -> date:
    """The day on which somebody wrote the row: the one after the order, but not after now."""
    return min(sale.bought + timedelta(hours=20), anchor).date()


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode()
