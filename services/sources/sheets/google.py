"""One tab of a Google spreadsheet as a stream of rows, and as a place to write into; one stream for each in settings.

Google has no compare-and-set: between our last look at a cell and our write lies one round trip in which a person may
type into that very cell. Nothing can be done about that; it is all that is left open. What is guaranteed otherwise
stands in `services.outbox.sheet_writes`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Literal

from services.errors import NeedsPerson, Rejected
from services.rules.sheet_rows import Cell, SheetRead
from services.settings import Settings
from services.sources.base import Batch, Memory, ReadAgain, Stream
from services.sources.sheets.client import Broken, Google, Tab
from services.sources.sheets.reading import Understood, Where, described, place_of, understand

READER = 1
"""Goes up when the same cells are read differently."""


@dataclass
class GoogleSheet:
    """The stream of one tab. The cursor names what was read last, so that an unchanged sheet costs one comparison."""

    where: Where
    google: Google
    memory: Memory
    every: timedelta = timedelta(seconds=60)
    mode: Literal["merge", "replace"] = "replace"
    _tab: Tab | None = None
    _known: tuple[str, NeedsPerson | None] = field(default=("", None))

    _latest: Callable[[], Understood] | None = None
    source: str = "sheets"
    is_copy: bool = False
    has_changed: bool = False
    account: str = field(init=False)
    sheet: str = field(init=False)
    tab: str = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Say by plain names whose stream this is."""
        self.account, self.sheet, self.tab, self.name = (
            self.where.account, self.where.sheet, self.where.tab, self.where.stream,
        )  # fmt: skip

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:  # noqa: ARG002
        """Yield the tab as it is, if it says something else than at the cursor.

        Raises NeedsPerson for a sheet that cannot be used as it is, after what could be read of it.
        """
        self._latest = None
        tab = self._tab = self._find_tab()
        grid = self._values(patient=False)
        columns = self.memory.sheet_columns(self.account, self.sheet, self.tab)
        seen = _seen(grid, tab, self.where, columns[0])
        # Kept until the writes of this run are carried out, and understood again only if there are any.
        self._latest = cache(partial(understand, self.where, grid, tab.merges, tab.title, columns))
        if seen == cursor and self._known[0] == seen:
            trouble = self._known[1]
            yield Batch((), cursor, facts=[described(self.where, tab.title, None, trouble)])
        else:
            trouble = self._latest().trouble
            yield _batch(self._latest(), seen, place_of(self.where, tab.title))
        self._known = (seen, trouble)
        if trouble is not None:
            raise trouble

    def outlets(self) -> Sequence[GoogleSheet]:
        """This sheet, if the last fetch could read it."""
        return [self] if self._latest else []

    def latest(self) -> SheetRead | None:
        """What the fetch of this run read, once."""
        found, self._latest = (self._latest() if self._latest else None), None
        return found.read if found else None

    def look(self, *, patient: bool = False) -> SheetRead:
        """The tab as it is now. Raises NeedsPerson if its rows cannot be read."""
        tab = self._tab = self._tab or self._find_tab()
        columns = self.memory.sheet_columns(self.account, self.sheet, self.tab)
        found = understand(self.where, self._values(patient=patient), tab.merges, tab.title, columns)
        if found.read.reading is None and found.trouble:
            raise found.trouble
        return found.read

    def formulas(self, cells: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """Those of these cells that hold a formula."""
        return self.google.formulas(self._title, cells) if cells else frozenset()

    def write(self, cells: Sequence[Cell]) -> None:
        """Put values into cells, in one call."""
        self.google.write(self._title, cells)

    @property
    def _title(self) -> str:
        return self._tab.title if self._tab else self.tab

    def _find_tab(self) -> Tab:
        try:
            tabs = self.google.tabs()
        except Rejected as error:
            raise _unusable(self.where, error) from None
        shown = [tab for tab in tabs if not tab.hidden] or tabs
        found = [tab for tab in tabs if tab.title == self.tab] if self.tab else shown[:1]
        if found:
            return found[0]
        names = ", ".join(f'"{tab.title}"' for tab in shown[:8]) or "none"
        raise NeedsPerson(
            f'The spreadsheet of {self.where.stream} has no tab "{self.tab}"; its tabs are {names}',
            "Rename the tab back, or write its name under tab in the settings file.",
        )

    def _values(self, *, patient: bool) -> list[list[str]]:
        try:
            return self.google.values(self._title, patient=patient)
        except Rejected as error:
            if "parse range" in str(error).casefold():
                # Renamed between two calls: the next run finds it under its name, or says that it is gone.
                raise Broken("The tab was renamed just now.") from None
            raise _unusable(self.where, error) from None


def connect(settings: Settings, memory: Memory) -> list[Stream]:
    """A stream for each spreadsheet of the settings; Google is not contacted."""
    made: list[Stream] = []
    for name, account in settings.accounts.items():
        taken: set[str] = set()
        for each in account.sheets:
            if not each.key:
                continue
            stream = each.kind if each.kind not in taken else f"{each.kind} {each.tab or each.key[:8]}"
            while stream in taken:
                stream += "'"
            taken.add(stream)
            where = Where(
                name, each.key, each.tab, each.kind, "google", "sheets", stream, account.marketplaces, each.columns
            )
            made.append(GoogleSheet(where, Google(each, memory), memory))
    return made


def _batch(found: Understood, seen: str, place: str) -> Batch:
    n = len(found.read.reading.lines) if found.read.reading else 0
    return Batch((), seen, found.problems, (n, n), [ReadAgain(place), found.read])


def _seen(grid: list[list[str]], tab: Tab, where: Where, chosen: object) -> str:
    """What a tab said, with all that decides how it is read."""
    content = json.dumps([READER, grid, tab.title, tab.merges, where.kind, dict(where.columns), chosen])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _unusable(where: Where, error: Rejected) -> NeedsPerson:
    if "not supported for this document" in str(error):
        return NeedsPerson(
            f"The spreadsheet of {where.stream} is an Excel file in Google Drive",
            "Open it in Google Sheets, save it as a Google spreadsheet, and write the new key into the settings file.",
        )
    return NeedsPerson(
        f"The spreadsheet of {where.stream} cannot be read. {error}", "Check key and tab in the settings."
    )
