"""Reads the spreadsheets below sheets/ of an account's folder, and writes what people did beside them.

The kind of a file is its name without the ending. An original is never written: `name.csv` gets `name.within24.csv`
beside it, the same table with our cells in it, made anew whenever one of the two has changed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from services.errors import NeedsPerson, RetryLater
from services.reports.base import Unreadable, without_addresses
from services.rules.sheet_rows import Cell, SheetRead
from services.settings import Settings
from services.sources.base import Batch, Memory, Problem, ReadAgain
from services.sources.sheets import tables
from services.sources.sheets.reading import Understood, Where, understand
from services.sources.sheets.tables import Table

READER = 1
"""Goes up when the same file is read differently."""
OURS = ".within24"
RAW_KEPT = 4096
_PASSED_OVER = (".", "~$", "~")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class SheetFiles:
    """The spreadsheets of one account's folder. The cursor is JSON: name -> what was seen of the file."""

    account: str
    folder: Path
    marketplaces: tuple[str, ...]
    memory: Memory
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name: str = "sheets"
    source: str = "folder"
    every: timedelta = timedelta(seconds=20)
    mode: Literal["merge", "replace"] = "replace"
    _outlets: list[FileOutlet] = field(default_factory=list)

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:  # noqa: ARG002
        """Yield one batch for each file that has changed, or whose columns were chosen anew, or that is gone.

        Raises NeedsPerson if the folder is missing.
        """
        files = self._files()
        known = _load(cursor)
        seen = {name: known[name] for name in known if name in files}
        self._outlets = [FileOutlet(self, self._where(path), path) for path in files.values()]
        for outlet in self._outlets:
            looks = outlet.looks_like()
            if seen.get(outlet.sheet) == looks:
                continue
            outlet.has_changed = True
            found = outlet.understood()
            seen[outlet.sheet] = looks
            facts: list[Any] = [ReadAgain(outlet.sheet), found.read]
            yield Batch((), _dump(seen), found.problems, facts=facts)
        for name in known.keys() - files.keys():
            gone = SheetRead(self.account, name, "", Path(name).stem, "file", self.source, self.name, name,
                             problem="The file is not there any more.", is_gone=True)  # fmt: skip
            yield Batch((), _dump(seen), facts=[ReadAgain(name), gone])
        yield Batch((), _dump(seen))

    def outlets(self) -> Sequence[FileOutlet]:
        """The files of the last fetch."""
        return self._outlets

    def forget(self, cursor: str | None, places: Collection[str]) -> str | None:
        """The cursor with which the files of these places are read again."""
        names = {name for name in _load(cursor) for place in places if place == name or place.startswith(f"{name}:")}
        return _dump({name: seen for name, seen in _load(cursor).items() if name not in names})

    def _where(self, path: Path) -> Where:
        kind = path.stem
        return Where(self.account, path.name, "", kind, "file", self.source, self.name, self.marketplaces,
                     self.columns.get(kind, {}))  # fmt: skip

    def _files(self) -> dict[str, Path]:
        if not self.folder.is_dir():
            raise NeedsPerson(f"The folder {self.folder} is not there",
                              f"Check path under [accounts.{self.account}.folder] in the settings file.")  # fmt: skip
        root = self.folder / "sheets"
        found = sorted(root.iterdir()) if root.is_dir() else []
        return {path.name: path for path in found if _is_wanted(path, self.folder)}


@dataclass
class FileOutlet:
    """One file to read, with a copy beside it to write."""

    stream: SheetFiles
    where: Where
    path: Path
    has_changed: bool = False
    is_copy: bool = True
    table: Table | None = None

    def __post_init__(self) -> None:
        """Say by plain names which sheet this is."""
        self.account, self.sheet, self.tab = self.where.account, self.where.sheet, self.where.tab

    def looks_like(self) -> list[object]:
        """What decides whether the file is to be read again: its size and time, and how its columns are chosen."""
        try:
            facts = self.path.stat()
        except OSError:
            return [0, 0, ""]
        chosen = [dict(self.where.columns), dict(self.stream.memory.sheet_columns(self.account, self.sheet, "")[0])]
        return [facts.st_size, facts.st_mtime_ns, hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:16]]

    def understood(self) -> Understood:
        """The file as it is now: the first of its tables that can be read."""
        known = self.stream.memory.sheet_columns(self.account, self.sheet, "")
        try:
            found = tables.read(self.path, self.where.marketplaces) or [Table(self.path.stem, [])]
        except (Unreadable, OSError) as trouble:
            return self._unreadable(_sentence(trouble))
        tries = [(table, understand(self.where, table.grid, table.spans, table.title, known)) for table in found]
        self.table, best = next((each for each in tries if each[1].read.reading), tries[0])
        if best.trouble is None:
            return best
        told = Problem(self.sheet, b"", f"{best.trouble}. {best.trouble.what_to_do}")
        return Understood(best.read, [told, *best.problems])

    def latest(self) -> SheetRead | None:
        """The file as it is now."""
        return self.look()

    def look(self, *, patient: bool = False) -> SheetRead:  # noqa: ARG002
        """The file as it is now."""
        return self.understood().read

    def formulas(self, cells: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:  # noqa: ARG002
        """None: the original is not written."""
        return frozenset()

    def write(self, cells: Sequence[Cell]) -> None:
        """Write the copy beside the original, whole or not at all. Raises RetryLater."""
        assert self.table is not None
        grid = [list(row) for row in self.table.grid]
        for cell in cells:
            row = grid[cell.row]
            row += [""] * (cell.column + 1 - len(row))
            row[cell.column] = cell.value if isinstance(cell.value, str) else str(cell.value).upper()
        theirs = {(cell.row, cell.column) for cell in cells}
        try:
            _replace(self.beside, lambda place: _save(place, grid, theirs, self.table))
        except OSError as trouble:
            raise RetryLater(f"{self.beside.name} cannot be written: {trouble.strerror}.") from None

    @property
    def beside(self) -> Path:
        """The copy's path."""
        ending = ".csv" if self.path.suffix.lower() == ".csv" else ".xlsx"
        return self.path.with_name(f"{self.path.stem}{OURS}{ending}")

    def _unreadable(self, sentence: str) -> Understood:
        read = SheetRead(self.account, self.sheet, "", self.where.kind, "file", self.where.source, self.where.stream,
                         self.path.stem, problem=sentence)  # fmt: skip
        return Understood(read, [Problem(self.sheet, _beginning(self.path), sentence)])


def streams(settings: Settings, memory: Memory) -> list[SheetFiles]:
    """A stream of spreadsheet files for each account with a folder."""
    made = []
    for name, account in settings.accounts.items():
        if account.folder is not None:
            columns = {sheet.kind: sheet.columns for sheet in account.sheets if sheet.columns}
            made.append(SheetFiles(name, account.folder.path, account.marketplaces, memory, columns))
    return made


def _is_wanted(path: Path, folder: Path) -> bool:
    if path.name.startswith(_PASSED_OVER) or path.suffix.lower() not in tables.ENDINGS or path.stem.endswith(OURS):
        return False
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())


def _save(place: Path, grid: Sequence[Sequence[str]], ours: Collection[tuple[int, int]], table: Table | None) -> None:
    if place.name.endswith(".csv.part"):
        with place.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=table.delimiter if table else ",")
            for n, row in enumerate(grid):
                writer.writerow([_defused(text) if (n, at) in ours else text for at, text in enumerate(row)])
        return
    _save_xlsx(place, grid)


def _save_xlsx(place: Path, grid: Sequence[Sequence[str]]) -> None:
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(place), {**options, "constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(grid):
            for at, text in enumerate(row):
                if text:
                    sheet.write_string(n, at, text[:32767])


def _defused(text: str) -> str:
    """A text of ours that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _replace(path: Path, save: Callable[[Path], None]) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    save(part)
    os.replace(part, path)  # noqa: PTH105 - over an existing file, on Windows too


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as raw:
            return without_addresses(raw.read(RAW_KEPT))
    except OSError:
        return b""


def _sentence(trouble: Exception) -> str:
    if isinstance(trouble, Unreadable):
        return str(trouble)
    if isinstance(trouble, PermissionError):
        return "This file may not be read: permission denied."
    return f"This file cannot be read: {getattr(trouble, 'strerror', None) or 'unknown error'}."


def _load(cursor: str | None) -> dict[str, list[object]]:
    try:
        found = json.loads(cursor or "{}")
        return dict(found["files"]) if found["reader"] == READER else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _dump(seen: Mapping[str, list[object]]) -> str:
    return json.dumps({"reader": READER, "files": dict(seen)}, separators=(",", ":"))
