"""Rows of sheets as the sheets source stores them, with invented content, for tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from data.models.sheets import Sheet, SheetRow
from data.store import Store
from services.followups import cards
from tests.desks import NOW, ORDERS

SHEET = "shipping_info_missing.csv"
COLUMNS = {"order_id": "Order ID", "item": "Item", "dated": "Date", "contacted": "Contacted",
           "date": "Contact date", "agent": "Agent", "note": "Notes"}  # fmt: skip
HEADINGS = ["Order ID", "Date", "Item", "Customer name", "Contacted", "Contact date", "Agent", "Notes"]


def key(n: int) -> str:
    """The row key of row no. `n`."""
    return f"{n:016x}"


def row(n: int, *, dated: date | None = None, order_id: str | None = "own", **more: Any) -> dict[str, Any]:
    """Row no. `n` of a sheet, as columns of `sheet_row`; its order is ORDERS[n] unless given."""
    order = ORDERS[n % len(ORDERS)] if order_id == "own" else order_id
    told = {name: more.get(name, "") for name in ("contacted_text", "contact_date", "agent", "note")}
    cells = {
        "Order ID": order or "",
        "Date": f"{dated:%Y-%m-%d}" if dated else "",
        "Item": more.get("item", "Lamp"),
        "Customer name": "Ana Example",
        "Contacted": told["contacted_text"],
        "Contact date": told["contact_date"],
        "Agent": told["agent"],
        "Notes": told["note"],
    }
    usual = {
        "account": "acme", "sheet": SHEET, "tab": "", "kind": "shipping_info_missing", "row_key": key(n),
        "order_id": order, "item": "Lamp", "dated": dated, "cells": cells, "contacted": False, "contact_day": None,
        "twins": None, "line": n + 1, "digest": f"d{n}", "first_seen_at": NOW, "changed_at": NOW, "gone_at": None,
    }  # fmt: skip
    return usual | told | more


def sheet(name: str = SHEET, **more: Any) -> Sheet:
    """A sheet as it was read just now."""
    usual = {
        "account": "acme", "sheet": name, "tab": "", "title": name, "kind": "shipping_info_missing", "place": "file",
        "source": "folder", "stream": "sheets", "headings": HEADINGS, "columns": dict(COLUMNS), "missing": [],
        "samples": {}, "rows": 1, "digest": "d", "read_at": NOW, "changed_at": NOW, "problem": "",
    }  # fmt: skip
    return Sheet(**usual | more)


def put(store: Store, *rows: dict[str, Any], now: datetime = NOW) -> None:
    """Store rows as the sync does: new ones are added, known ones changed; their cards follow."""
    with store.write() as session:
        for account, name, kind in {(each["account"], each["sheet"], each["kind"]) for each in rows}:
            if session.get(Sheet, (account, name, "")) is None:
                session.add(sheet(name, account=account, kind=kind))
        for each in rows:
            old = session.query(SheetRow).filter_by(row_key=each["row_key"]).one_or_none()
            if old is None:
                session.add(SheetRow(**each))
                continue
            for column, value in each.items():
                setattr(old, column, value)
        session.flush()
        cards.told_by_sheets(session, [(each["account"], each["sheet"], each["row_key"]) for each in rows], now=now)
