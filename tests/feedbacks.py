"""Seller feedback that the real sync reads from report files of a desk, for tests."""

from __future__ import annotations

from datetime import datetime

from services.feedback import reading
from services.feedback.shapes import Detail, Filters, Line
from tests import reports
from tests.desks import NOW, Desk

PRODUCT = "Poor quality, the lamp broke after two days"
LATE = "Arrived two weeks late"
MIXED = "Arrived late and the lamp broke"


def read_feedback(desk: Desk, *rows: tuple[str, ...], name: str = "feedback.txt", now: datetime = NOW) -> None:
    """A feedback report of the US store, and a sync."""
    put(desk, name, reports.feedback("US", *rows))
    desk.sync(now)


def read_orders(desk: Desk, *rows: tuple[str, ...], name: str = "orders.txt", now: datetime = NOW) -> None:
    """An orders report, and a sync."""
    put(desk, name, reports.tsv(reports.ALL_ORDERS, rows))
    desk.sync(now)


def put(desk: Desk, name: str, text: str) -> None:
    """Write a report file."""
    folder = desk.root / "acme" / "reports"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8", newline="")


def said(order: str, comment: str = PRODUCT, rating: str = "1", date: str = "11/20/26", response: str = "") -> tuple[
    str, ...
]:  # fmt: skip
    """One row of the report."""
    return reports.feedback_row(order, date, rating, comment, response)


def line(desk: Desk, order: str, now: datetime = NOW) -> Line:
    """The list row of an order's feedback."""
    (found,) = reading.listing(desk.store, Filters(order_id=order), now=now).rows
    return found


def detail(desk: Desk, order: str, now: datetime = NOW) -> Detail:
    """All of an order's feedback."""
    found = reading.detail(desk.store, f"acme/{order}", now=now)
    assert found is not None
    return found
