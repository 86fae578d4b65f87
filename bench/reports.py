"""Importing reports of a million rows against a bare sqlite3 upsert of the same rows, and the memory it takes."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from bench.mail import _own_peak_mib
from bench.measure import Result
from bench.stores import NOW
from data import mirror
from data.mirror import Values
from data.models.amazon import AmazonOrder, CustomerReturn, OrderItem
from data.models.base import Base
from data.sample.reports import FBA_RETURNS, ORDERS
from data.store import Store, open_store, table_of
from services.settings import Account, Folder, Settings
from services.sources.report_files import ReportFiles
from services.sync import garbage, runner
from services.sync.rows import TABLES

ROWS = 1_000_000
MOST_MIB = 150.0
GOAL = 2.0
PIECE = 5000
REASONS = ("DEFECTIVE", "UNWANTED_ITEM", "QUALITY_UNACCEPTABLE", "ORDERED_WRONG_ITEM")
ACCOUNT = "bench"
SEEN = "2026-11-22 09:00:00.000000"
Cells = list[str]


@dataclass(frozen=True)
class Kind:
    """A report: its headings, its rows, and what a bare import writes of each row into which tables."""

    headings: tuple[str, ...]
    rows: Callable[[int], Iterator[tuple[str, ...]]]
    bare: dict[type[Base], dict[str, Callable[[Cells], object]]]


def results(rows: int = ROWS) -> Iterator[Result]:
    """The cost and the peak memory of an import of each kind, each side in a process of its own."""
    for which, kind in KINDS.items():
        folder = Path(tempfile.mkdtemp(prefix="w24-bench-"))
        try:
            write(folder, kind, rows)
            floor, alone, own = (_measured(folder, which, side) for side in SIDES)
            name = f"{which} report of {rows:,} rows, import"
            against = "csv and sqlite3 upsert into the same tables"
            yield Result(f"{name}, the rows alone", alone["seconds"], floor["seconds"], GOAL, "s CPU", against)
            yield Result(f"{name}, with what follows", own["seconds"], floor["seconds"], GOAL, "s CPU", against)
            yield Result(f"{name}, memory", own["peak_mib"], MOST_MIB, 1.0, "MiB", "fixed")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def write(folder: Path, kind: Kind, rows: int) -> None:
    """The report as Amazon would write it."""
    _file(folder).parent.mkdir(parents=True)
    with _file(folder).open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(kind.headings) + "\r\n")
        file.writelines("\t".join(cells) + "\r\n" for cells in kind.rows(rows))


def _file(folder: Path) -> Path:
    return folder / "reports" / "report.txt"


def opened_bare(folder: Path, kind: Kind) -> sqlite3.Connection:
    """The same tables with the same keys, but none of our indexes."""
    database = sqlite3.connect(folder / "bare.db")
    for pragma in ("journal_mode=wal", "synchronous=normal", "cache_size=-32000"):
        database.execute(f"pragma {pragma}")
    for model in kind.bare:
        database.execute(str(CreateTable(table_of(model)).compile(dialect=sqlite.dialect())))
    return database


def bare(folder: Path, kind: Kind) -> float:
    """What anybody would write: cells as they stand, upserted by the key; CPU seconds."""
    garbage.collect_rarely()
    database = opened_bare(folder, kind)
    begun = time.process_time()
    writes = [(_upsert(model, list(columns)), list(columns.values())) for model, columns in kind.bare.items()]
    with _file(folder).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        while piece := list(islice(reader, PIECE)):
            for statement, values in writes:
                database.executemany(statement, [[value(cells) for value in values] for cells in piece])
            database.commit()
    database.close()
    return time.process_time() - begun


def _upsert(model: type[Base], names: list[str]) -> str:
    keys = [column.name for column in table_of(model).primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    spots = ", ".join("?" * len(names))
    into = f"{model.__tablename__} ({', '.join(names)}) values ({spots})"
    return f"insert into {into} on conflict ({', '.join(keys)}) do update set {changes}"


def opened_ours(folder: Path, name: str) -> Store:
    """A store as it is before its first import."""
    return open_store(f"sqlite:///{folder / name}")


def ours(folder: Path, _kind: Kind) -> float:
    """The folder source, the readers, the runner and the store, as a sync runs them; CPU seconds."""
    garbage.collect_rarely()
    store = opened_ours(folder, STORES["ours"])
    account = Account(marketplaces=("US", "UK"), folder=Folder(path=folder))
    begun = time.process_time()
    stream = ReportFiles(ACCOUNT, folder, account.marketplaces)
    outcome = runner.run_stream(store, Settings(accounts={ACCOUNT: account}, state_dir=folder), stream)
    if outcome.state != "ok" or not outcome.tally.new or outcome.tally.rejected:
        raise RuntimeError(f"the import ended as {outcome}")
    return time.process_time() - begun


def rows_alone(folder: Path, _kind: Kind) -> float:
    """As `ours`, without what is made of the rows afterwards: the lists of returns and claims, counted weeks."""
    garbage.collect_rarely()
    store = opened_ours(folder, STORES["alone"])
    begun = time.process_time()
    stream = ReportFiles(ACCOUNT, folder, ("US", "UK"))
    for batch in stream.fetch(None, NOW):
        by_table: dict[str, list[Values]] = defaultdict(list)
        for row in batch.rows:
            by_table[row.table].append(row.values)
        with store.write() as session:
            for name, values in by_table.items():
                mirror.store(session, TABLES[name], values, NOW)
    return time.process_time() - begun


def _returns(rows: int) -> Iterator[tuple[str, ...]]:
    rng, begin = Random("bench reports"), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(rows):
        item = rng.randrange(400)
        yield (
            (begin + timedelta(seconds=20 * number)).isoformat(), _order_id(rng), f"NL-{item}", f"B0NL{item:06}",
            f"X00{item:07}", "An invented lamp, 30 W, white", "1", "DTM2", "SELLABLE", rng.choice(REASONS),
            "Unit returned to inventory", f"LPN{rng.randrange(10**9):09}{number}",
            "It did not fit where I had wanted it to stand.",
        )  # fmt: skip


def _orders(rows: int) -> Iterator[tuple[str, ...]]:
    """Orders of one to three lines, which stand together."""
    rng, begin = Random("bench orders"), datetime(2026, 1, 1, tzinfo=UTC)
    made = 0
    while made < rows:
        bought = begin + timedelta(seconds=20 * made)
        order_id, shop = _order_id(rng), rng.choice(("Amazon.com", "Amazon.co.uk"))
        for item in rng.sample(range(400), min(rows - made, rng.choices((1, 2, 3), (70, 20, 10))[0])):
            values = {
                "amazon-order-id": order_id, "purchase-date": bought.isoformat(), "order-status": "Shipped",
                "last-updated-date": (bought + timedelta(hours=30)).isoformat(), "fulfillment-channel": "Amazon",
                "sales-channel": shop, "ship-service-level": "Expedited", "sku": f"NL-{item}",
                "product-name": "An invented lamp, 30 W, white", "asin": f"B0NL{item:06}", "item-status": "Shipped",
                "quantity": "1", "currency": "USD", "item-price": f"{rng.randrange(5, 90)}.99", "item-tax": "1.20",
                "shipping-price": "4.99", "shipping-tax": "0.40", "is-business-order": "false",
            }  # fmt: skip
            yield tuple(values.get(name, "") for name in ORDERS)
            made += 1


def _order_id(rng: Random) -> str:
    return f"{rng.choice((111, 112, 113))}-{rng.randrange(10**6, 10**7)}-{rng.randrange(10**6, 10**7)}"


def _cell(headings: tuple[str, ...], name: str) -> Callable[[Cells], object]:
    at = headings.index(name)
    return lambda cells: cells[at]


def _cells(headings: tuple[str, ...], **columns: str) -> dict[str, Callable[[Cells], object]]:
    return {column: _cell(headings, name) for column, name in columns.items()}


def _always(**columns: object) -> dict[str, Callable[[Cells], object]]:
    return {column: (lambda _cells, value=value: value) for column, value in columns.items()}  # type: ignore[misc]


_SEEN = _always(first_seen_at=SEEN, read_at=SEEN)
_SKU, _ASIN = ORDERS.index("sku"), ORDERS.index("asin")
KINDS = {
    "returns": Kind(FBA_RETURNS, _returns, {
        CustomerReturn: _always(account=ACCOUNT, channel="fba") | _SEEN | _cells(
            FBA_RETURNS, order_id="order-id", key="license-plate-number", sku="sku", asin="asin", title="product-name",
            quantity="quantity", returned_at="return-date", reason_raw="reason", disposition="detailed-disposition",
            state="status", comment="customer-comments", center="fulfillment-center-id",
        ),
    }),
    "orders": Kind(ORDERS, _orders, {
        AmazonOrder: _always(account=ACCOUNT) | _SEEN | _cells(
            ORDERS, order_id="amazon-order-id", marketplace="sales-channel", status="order-status",
            channel="fulfillment-channel", purchased_at="purchase-date", updated_at="last-updated-date",
            service_level="ship-service-level", currency="currency", is_business="is-business-order",
        ),
        OrderItem: {"line": lambda cells: f"{cells[_SKU]}|{cells[_ASIN]}|1"}
        | _always(account=ACCOUNT, source="report") | _SEEN | _cells(
            ORDERS, order_id="amazon-order-id", sku="sku", asin="asin", title="product-name", status="item-status",
            quantity="quantity", currency="currency", price="item-price", tax="item-tax", shipping="shipping-price",
            purchased_at="purchase-date", updated_at="last-updated-date",
        ),
    }),
}  # fmt: skip


STORES = {"alone": "alone.db", "ours": "ours.db"}
SIDES = {"bare": bare, "alone": rows_alone, "ours": ours}


def _measured(folder: Path, which: str, side: str) -> dict[str, float]:
    if side in STORES:
        # Made here, so that what makes tables (18 MiB of it) is not counted as an import's memory.
        opened_ours(folder, STORES[side]).close()
    command = [sys.executable, "-m", "bench.reports", which, side, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=3600)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    seconds = SIDES[sys.argv[2]](Path(sys.argv[3]), KINDS[sys.argv[1]])
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mib": _own_peak_mib()}))
