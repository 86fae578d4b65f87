"""A spreadsheet on the loopback Google, read and written by the real stream, runner and outbox, and a clock to turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data import sheet_writes, sheets
from data.models.sheets import Sheet, SheetRow, SheetWrite
from data.store import Store
from services.settings import Account, Settings
from services.settings import Sheet as SheetSettings
from services.sources.sheets.client import Clock, Google
from services.sources.sheets.google import GoogleSheet
from services.sources.sheets.reading import Where
from services.sync import runner
from services.sync.memory import StoreMemory
from tests.servers.sheets import Book, Cell, Sheets

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEADINGS = ("Order ID", "Item", "Date", "Contacted", "Contact date", "Agent", "Notes")
KIND = "shipping_info_missing"


def order(n: int) -> str:
    """An invented order id."""
    return f"111-555{n:04}-7770001"


def line(n: int, *own: str, item: str = "Mug", date: str = "11/20/2026") -> list[Cell]:
    """A row; `own` are the cells from "Contacted" on."""
    return [order(n), item, date, *own]


@dataclass
class Time:
    """A clock that only sleeping moves."""

    seconds: float = 0.0

    def now(self) -> datetime:
        """The time."""
        return NOW + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.seconds += seconds


@dataclass
class Desk:
    """One account with one spreadsheet."""

    store: Store
    google: Sheets
    book: Book
    stream: GoogleSheet
    settings: Settings
    time: Time = field(default_factory=Time)

    def sync(self) -> runner.Outcome:
        """Run the stream once, a minute after the last run."""
        self.time.sleep(60)
        return runner.run_stream(self.store, self.settings, self.stream)

    def rows(self) -> list[SheetRow]:
        """The rows that are in the sheet, as stored, by their order ids."""
        with self.store.read() as session:
            return sorted(sheets.stream_rows(session), key=lambda row: (row.order_id or "", row.item, row.id))

    def row(self, n: int) -> SheetRow:
        """The row of an order."""
        return next(row for row in self.rows() if row.order_id == order(n))

    def looks(self) -> Sheet:
        """How the sheet looked when it was last read."""
        with self.store.read() as session:
            found = sheets.sheet(session, "acme", "key", self.stream.tab)
            assert found is not None
            return found

    def queue(self, row: SheetRow, **values: str) -> list[int]:
        """Queue cells of a row."""
        with self.store.write() as session:
            return sheet_writes.queue(session, "acme", "key", row.row_key, values, by="Ana", now=NOW)

    def writes(self) -> list[SheetWrite]:
        """All writes, in the order in which they were queued."""
        with self.store.read() as session:
            return list(session.scalars(select(SheetWrite).order_by(SheetWrite.id)))

    def states(self) -> list[str]:
        """Their states."""
        return [write.state for write in self.writes()]


def desk(
    store: Store, folder: Path, rows: Sequence[Sequence[Cell]], *, google: Sheets | None = None, kind: str = KIND,
    tab: str = "", columns: dict[str, str] | None = None,
) -> Desk:  # fmt: skip
    """A desk whose calls go to the model without a socket."""
    time = Time()
    google = google or Sheets(now=lambda: time.seconds)
    book = google.book("key", rows)
    access = SheetSettings(key="key", kind=kind, tab=tab, endpoint="http://127.0.0.1:9", columns=columns or {})
    memory = StoreMemory(store, folder, time.now)
    clock = Clock(time.now, time.sleep)
    where = Where("acme", "key", tab, kind, "google", "sheets", kind, ("US",), access.columns)
    stream = GoogleSheet(where, Google(access, memory, clock=clock, session=google.session()), memory)
    settings = Settings(accounts={"acme": Account(marketplaces=("US",), sheets=(access,))}, state_dir=folder)
    return Desk(store, google, book, stream, settings, time)


@contextmanager
def frozen() -> Iterator[None]:
    """Within24's now held still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WITHIN24_NOW", NOW.isoformat())
        yield
