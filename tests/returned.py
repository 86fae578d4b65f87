"""Orders and returns as the readers of Amazon's reports hand them on, with invented content, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from data.store import Store
from services.reports.base import Row
from services.returns import keep
from services.sync import rows
from tests.desks import DAY, NOW


def order_id(n: int) -> str:
    """The invented number of order no. `n`."""
    return f"114-{n:07}-7770001"


def order(n: int, at: datetime, **more: Any) -> Row:
    """An order that was bought at a time."""
    usual = {
        "account": "acme", "order_id": order_id(n), "marketplace": "US", "status": "Shipped", "channel": "fba",
        "purchased_at": at, "updated_at": at, "currency": "USD", "total": 4590,
    }  # fmt: skip
    return Row("order", usual | more)


def item(n: int, at: datetime, *, sku: str = "NL-1", quantity: int = 1, source: str = "report", **more: Any) -> Row:
    """A line of an order."""
    usual = {
        "account": "acme", "order_id": order_id(n), "source": source, "line": f"{sku}|B0TEST0001|1", "sku": sku,
        "asin": "B0TEST0001", "quantity": quantity, "purchased_at": at, "updated_at": at,
    }  # fmt: skip
    return Row("item", usual | more)


def fba(n: int, at: datetime, *, sku: str = "NL-1", **more: Any) -> Row:
    """A unit that came back to Amazon."""
    usual = {
        "account": "acme", "order_id": order_id(n), "channel": "fba", "key": f"LPN{n:08}", "marketplace": None,
        "sku": sku, "asin": "B0TEST0001", "title": "Lamp", "quantity": 1, "returned_at": at,
        "reason_raw": "UNWANTED_ITEM", "disposition": "SELLABLE", "state": "Unit returned to inventory",
        "comment": None, "center": "DTM2",
    }  # fmt: skip
    return Row("return", usual | more)


def fbm(n: int, at: datetime, *, sku: str = "NL-1", **more: Any) -> Row:
    """A return to the merchant."""
    usual = {
        "account": "acme", "order_id": order_id(n), "channel": "fbm", "key": f"D{n:06}RRMA|B0TEST0001|{sku}",
        "marketplace": None, "sku": sku, "asin": "B0TEST0001", "title": "Lamp", "quantity": 1, "returned_at": at,
        "reason_raw": "CR-DEFECTIVE", "disposition": None, "state": "Approved", "comment": None, "resolution": None,
        "in_policy": True, "a_to_z": False, "currency": "USD", "refunded": None, "order_amount": 4590,
        "delivered_at": None,
    }  # fmt: skip
    return Row("return", usual | more)


def put(store: Store, *given: Row, now: datetime = NOW) -> None:
    """Store rows as the sync does, and count the weeks that changed."""
    with store.write() as session:
        rows.store(session, list(given), now)
    keep.recount(store)


def sales(n: int, *, start: int = 1, at: datetime = NOW - 60 * DAY, sku: str = "NL-1") -> list[Row]:
    """Orders of one unit each, one an hour."""
    times = [(start + each, at + timedelta(hours=each)) for each in range(n)]
    return [row for number, moment in times for row in (order(number, moment), item(number, moment, sku=sku))]
