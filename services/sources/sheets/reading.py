"""Makes rows of a table as it was found: its columns, what cannot be read of it, and what a person must do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.errors import NeedsPerson
from services.reports.base import without_addresses
from services.rules import report_dates, sheet_columns, sheet_rows
from services.rules.sheet_columns import NAMES, READ, Columns
from services.rules.sheet_rows import Reading, SheetRead, Span
from services.sources.base import Problem

CHOOSE = "choose the column on the Settings page"
MOST_PROBLEMS = 200
"""So many unreadable rows of one sheet are listed one by one."""


@dataclass(frozen=True)
class Where:
    """Which sheet: its place, its kind, what reads it, and the columns that the settings name."""

    account: str
    sheet: str
    tab: str
    kind: str
    place: str
    source: str
    stream: str
    marketplaces: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Understood:
    """A sheet for the store, the rows that could not be read, and what a person must see to, if anything."""

    read: SheetRead
    problems: Sequence[Problem] = ()
    trouble: NeedsPerson | None = None


def understand(
    where: Where,
    grid: Sequence[Sequence[str]],
    spans: Sequence[Span],
    title: str,
    known: tuple[Mapping[str, str], Mapping[str, str]],
) -> Understood:
    """Read a table. `known` is {role: heading} as people chose it, and as last in use."""
    chosen, used = known
    filled, fixed = sheet_rows.spread(grid, spans)
    columns = sheet_columns.find(filled, {**where.columns, **chosen}, used)
    trouble = _trouble(where, title, columns, {**used, **where.columns, **chosen})
    if columns is None or any(role in READ for role in columns.missing):
        return Understood(described(where, title, None, trouble), (), trouble)
    order = "mdy" if report_dates.order_of(next(iter(where.marketplaces), None)) == "mdy" else "dmy"
    name = (where.account, where.sheet, where.tab)
    reading = sheet_rows.read(filled, columns, name=name, order=order, fixed=fixed)
    return Understood(described(where, title, reading, trouble), _problems(where, title, reading), trouble)


def described(where: Where, title: str, reading: Reading | None, trouble: NeedsPerson | None) -> SheetRead:
    """What the store is told of a sheet."""
    problem = f"{trouble}. {trouble.what_to_do}" if trouble else ""
    return SheetRead(
        where.account, where.sheet, where.tab, where.kind, where.place, where.source, where.stream, title, reading,
        problem,
    )  # fmt: skip


def place_of(where: Where, title: str) -> str:
    """What rejected rows of a sheet are called after."""
    return where.sheet if where.place == "file" else f"{where.stream} ({title})"


def _trouble(
    where: Where, title: str, columns: Columns | None, known: Mapping[str, str]
) -> NeedsPerson | None:  # fmt: skip
    name = place_of(where, title)
    if columns is None:
        heading = known.get("order_id") or NAMES["order_id"]
        return NeedsPerson(f'{name} has no column "{heading}"', f"Write that heading above the order ids, or {CHOOSE}.")
    for role in columns.missing:
        effect = "its rows stay as they were last read" if role in READ else "what is to be written there waits"
        sentence = f'The column "{known[role]}" is gone from {name}; {effect}'
        return NeedsPerson(sentence, f"Put the heading back, or {CHOOSE}.")
    if "contacted" not in columns.at and known.get("contacted") != "":
        sentence = f'{name} has no column "{NAMES["contacted"]}", so nothing can be written into it'
        return NeedsPerson(sentence, f"Add the column, or {CHOOSE}.")
    return None


def _problems(where: Where, title: str, reading: Reading) -> list[Problem]:
    name, found = place_of(where, title), []
    for row, reason in reading.unread[:MOST_PROBLEMS]:
        raw = "\t".join(reading.grid[row]).encode("utf-8", "surrogatepass")
        found.append(Problem(f"{name}:{row + 1}", without_addresses(raw), reason))
    if (rest := len(reading.unread) - MOST_PROBLEMS) > 0:
        found.append(Problem(f"{name}#more", b"", f"{rest} more rows of this sheet have nothing to know them by."))
    return found
