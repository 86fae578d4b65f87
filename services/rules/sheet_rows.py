"""Reads the rows of a spreadsheet: which order, what was done, and the key by which each is found again anywhere in it.

A row's key is made of its content: order id, item and day, or all that Within24 never writes where it has no order id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from services.rules import sheet_columns, sheet_days
from services.rules.sheet_columns import WRITTEN, Columns, Grid
from services.rules.sheet_merge import means_yes

NO_IDENTITY = "This row has no order id, no item and no other text to know it by; write the order id into it."
_UNSET = frozenset(("", "false", "no", "-", "nein", "non"))
"""What tick boxes and lists of choices leave in rows that nobody has used yet."""
SAMPLES = 3
Span = tuple[int, int, int, int]
"""A merged range: first row, row after the last, first column, column after the last."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row. `at` are its places in the grid, several if the sheet has it several times; the first is the one told.

    `texts` is {role: text} of the columns that we may write, `twins` {role: texts} of its other places that differ.
    """

    key: str
    at: tuple[int, ...]
    order_id: str | None
    item: str
    dated: date | None
    cells: Mapping[str, str]
    texts: Mapping[str, str]
    contacted: bool
    contact_day: date | None
    twins: Mapping[str, tuple[str, ...]]
    digest: str


@dataclass(frozen=True)
class Reading:
    """What a table says. `unread` are (row of the grid, why); `fixed` are cells that cannot be written (merged)."""

    grid: Grid
    columns: Columns
    lines: Mapping[str, SheetLine]
    unread: Sequence[tuple[int, str]] = ()
    fixed: frozenset[tuple[int, int]] = frozenset()

    @property
    def samples(self) -> dict[str, list[str]]:
        """{heading: some of its texts}."""
        found: dict[str, list[str]] = {label: [] for label in self.columns.labels}
        for cells in self.grid[self.columns.header + 1 : self.columns.header + 60]:
            for label, text in zip(self.columns.labels, cells, strict=False):
                if text.strip() and len(found[label]) < SAMPLES and text not in found[label]:
                    found[label].append(text[:80])
        return found


@dataclass(frozen=True)
class SheetRead:
    """One sheet as it was just read, for the store. `reading` is None if it says what it said at the last reading.

    `problem` is a sentence for people, "" if there is none; with a problem and no reading the rows stay as they were.
    """

    account: str
    sheet: str
    tab: str
    kind: str
    place: str
    source: str
    stream: str
    title: str = ""
    reading: Reading | None = None
    problem: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell to write: its place in the grid as it was just read, the value, and the role of its column."""

    row: int
    column: int
    value: str | bool
    role: str = ""


class Outlet(Protocol):
    """One sheet to read and write; its errors are those of sources: RetryLater, NeedsPerson, Rejected.

    With `is_copy` writing makes a copy anew, with just these cells in it, and the original stays as it is;
    `has_changed` tells whether the original has.
    """

    account: str
    sheet: str
    tab: str
    is_copy: bool
    has_changed: bool

    def latest(self) -> SheetRead | None:
        """What the fetch of this run read, once; None if there is nothing."""
        ...

    def look(self, *, patient: bool = False) -> SheetRead:
        """The sheet as it is now; with `patient` a used-up budget is waited for."""
        ...

    def formulas(self, cells: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """Those of these cells that hold a formula."""
        ...

    def write(self, cells: Sequence[Cell]) -> None:
        """Put values into cells by their places."""
        ...


@dataclass
class _Reader:
    columns: Columns
    key: hashlib.blake2b
    content: hashlib.blake2b
    dated: str
    contacted: str
    lines: dict[str, SheetLine] = field(default_factory=dict)


def read(
    grid: Grid,
    columns: Columns,
    *,
    name: Sequence[str],
    order: str = "dmy",
    fixed: frozenset[tuple[int, int]] = frozenset(),
) -> Reading:
    """The rows of a table below its headings.

    `name` tells sheets apart (account, sheet, tab); `order` says how ambiguous days are meant if no other cell of
    the column shows it.
    """
    reader = _reader(grid, columns, name, order)
    unread: list[tuple[int, str]] = []
    found: dict[str, list[SheetLine]] = {}
    for row in range(columns.header + 1, len(grid)):
        cells = grid[row]
        if _is_blank(cells, columns) or _is_heading(cells, columns):
            continue
        line = _line(reader, row, cells)
        if line is None:
            unread.append((row, NO_IDENTITY))
        else:
            found.setdefault(line.key, []).append(line)
    lines = {key: same[0] if len(same) == 1 else _one_of(same) for key, same in found.items()}
    return Reading(grid, columns, lines, unread, fixed)


def spread(
    grid: Sequence[Sequence[str]], spans: Sequence[Span]
) -> tuple[list[Sequence[str]], frozenset[tuple[int, int]]]:
    """(the table with a merged cell's text in each of its rows, the cells that cannot be written).

    A cell that lies over several rows says the same of each of them; one over several columns belongs to the first.
    """
    rows: list[Sequence[str]] = list(grid)
    fixed: set[tuple[int, int]] = set()
    for top, bottom, left, right in spans:
        bottom = min(bottom, len(rows))
        if not 0 <= top < bottom:
            continue
        fixed |= {(row, place) for row in range(top, bottom) for place in range(left, right)}
        if bottom - top == 1:
            fixed.discard((top, left))
        for row in range(top + 1, bottom):
            cells = [*rows[row], *[""] * (left + 1 - len(rows[row]))]
            cells[left] = _cell(rows[top], left)
            rows[row] = cells
    return rows, frozenset(fixed)


def _reader(grid: Grid, columns: Columns, name: Sequence[str], order: str) -> _Reader:
    key = hashlib.blake2b("\x1f".join(name).encode("utf-8", "surrogatepass"), digest_size=8)
    # The same cells say something else once another column is the one of the contacts.
    meaning = [*columns.labels, *(f"{role}={place}" for role, place in sorted(columns.at.items()))]
    content = hashlib.blake2b("\x1f".join(meaning).encode("utf-8", "surrogatepass"), digest_size=8)
    return _Reader(columns, key, content, _order(grid, columns, "dated", order), _order(grid, columns, "date", order))


def _order(grid: Grid, columns: Columns, role: str, default: str) -> str:
    place = columns.at.get(role)
    if place is None:
        return default
    return sheet_days.order_of((_cell(cells, place) for cells in grid[columns.header + 1 :]), default)


def _is_blank(cells: Sequence[str], columns: Columns) -> bool:
    """Nothing in it but what empty tick boxes say."""
    own = {columns.at[role] for role in WRITTEN if role in columns.at}
    return all(not text.strip() or (place in own and text.strip().casefold() in _UNSET)
               for place, text in enumerate(cells))  # fmt: skip


def _is_heading(cells: Sequence[str], columns: Columns) -> bool:
    """The headings once more, further down."""
    place = columns.at.get("order_id", next(iter(columns.at.values()), 0))
    return columns.header >= 0 and sheet_columns.plain(_cell(cells, place)) == sheet_columns.plain(
        columns.labels[place]
    )


def _line(reader: _Reader, row: int, cells: Sequence[str]) -> SheetLine | None:
    at = reader.columns.at
    texts = {role: _cell(cells, at[role]) for role in WRITTEN if role in at}
    order_id = sheet_columns.order_id(_cell(cells, at["order_id"])) if "order_id" in at else None
    item = _cell(cells, at["item"]) if "item" in at else ""
    day = _cell(cells, at["dated"]) if "dated" in at else ""
    known_by = _known_by(reader.columns, cells, order_id, item, day)
    if known_by is None:
        return None
    return SheetLine(
        _digest(reader.key, known_by),
        (row,),
        order_id,
        item,
        sheet_days.day(day, reader.dated) if day else None,
        _named(reader.columns.labels, cells),
        texts,
        means_yes(texts.get("contacted", "")),
        # "Contacted" may itself be a day, which then is the day of the contact.
        sheet_days.day(texts.get("date") or texts.get("contacted", ""), reader.contacted),
        {},
        _digest(reader.content, cells),
    )


def _known_by(columns: Columns, cells: Sequence[str], order_id: str | None, item: str, day: str) -> list[str] | None:
    """The content that a row is recognised by; None if it has none."""
    if order_id:
        return [order_id, " ".join(item.casefold().split()), sheet_days.identity(day) if day else ""]
    own = {columns.at[role] for role in WRITTEN if role in columns.at}
    dated = columns.at.get("dated")
    rest = [
        sheet_days.identity(text) if place == dated else " ".join(text.casefold().split())
        for place, text in enumerate(cells)
        if place not in own
    ]
    while rest and not rest[-1]:
        rest.pop()
    return ["", *rest] if rest else None


def _digest(begun: hashlib.blake2b, texts: Sequence[str]) -> str:
    made = begun.copy()
    made.update("\x1e".join(["", *texts]).rstrip("\x1e").encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def _named(labels: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """{heading: text}; an unnamed column only where it says something."""
    told = zip(labels, cells, strict=False)
    named = {label: text for label, text in told if text or not label.startswith("Column ")}
    return named if len(cells) >= len(labels) else {**dict.fromkeys(_headed(labels), ""), **named}


def _headed(labels: Sequence[str]) -> Iterator[str]:
    return (label for label in labels if not label.startswith("Column "))


def _one_of(same: Sequence[SheetLine]) -> SheetLine:
    """One row of all that are the same: the one that says most is told, wherever each of them stands."""
    ranked = sorted(same, key=lambda line: (not line.contacted, -sum(map(bool, line.texts.values())), line.digest))
    first, *others = ranked
    twins = {
        role: tuple(sorted({line.texts[role] for line in others} - {text}))
        for role, text in first.texts.items()
        if any(line.texts[role] != text for line in others)
    }
    digest = hashlib.blake2b("".join(line.digest for line in ranked).encode(), digest_size=8).hexdigest()
    places = tuple(place for line in ranked for place in line.at)
    return SheetLine(
        first.key, places, first.order_id, first.item, first.dated, first.cells, first.texts, first.contacted,
        first.contact_day, twins, digest,
    )  # fmt: skip


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""
