"""The sheets on the Settings page: how each was last read, which column is what, and choosing columns by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data import journal, sheets, streams
from data.models.sheets import Sheet
from data.store import Store
from services.errors import Rejected, Stale
from services.people import Person
from services.rules import sheet_columns
from services.rules.sheet_columns import NAMES, ROLES, WRITTEN

GUESS, NONE = "", "-"
"""Choices beside a heading: leave it to the headings, and: this sheet has no such column."""
CHANGED = "Somebody changed these columns meanwhile; look at them again."


@dataclass(frozen=True)
class Column:
    """One role of a sheet. `heading` is in use ("" for none), `chosen` what a person chose (a heading, GUESS, NONE).

    `guess` is the heading that would be found by itself, `sample` some of the cells in use, `is_gone` whether the
    column that was in use is not there any more.
    """

    role: str
    name: str
    heading: str
    chosen: str
    guess: str
    sample: str
    is_gone: bool
    is_written: bool


@dataclass(frozen=True)
class SheetView:
    """One sheet as it was last read; `version` is that of the choice of its columns."""

    account: str
    sheet: str
    tab: str
    kind: str
    title: str
    place: str
    rows: int
    read_at: datetime | None
    problem: str
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    version: int


def overview(store: Store) -> tuple[SheetView, ...]:
    """Every sheet that was found, with its columns."""
    with store.read() as session:
        found = []
        for sheet in sheets.sheets(session):
            chosen = sheets.chosen(session, sheet.account, sheet.sheet, sheet.tab)
            found.append(_view(sheet, chosen.columns if chosen else {}, chosen.version if chosen else 0))
    return tuple(found)


def problems(store: Store) -> tuple[tuple[str, str], ...]:
    """(sheet, sentence with what to do) of each sheet that needs a person."""
    with store.read() as session:
        return tuple((sheet.sheet, sheet.problem) for sheet in sheets.sheets(session) if sheet.problem)


def choose(
    store: Store, account: str, name: str, tab: str, version: int, choices: Mapping[str, str], *, actor: Person,
    now: datetime,
) -> None:  # fmt: skip
    """Keep {role: heading, GUESS or NONE}; the sheet is read again at once.

    Raises Rejected for two roles in one column, Stale if somebody else chose meanwhile.
    """
    columns = {role: "" if choice == NONE else choice for role, choice in choices.items() if choice != GUESS}
    named = [heading for heading in columns.values() if heading]
    if len(set(named)) < len(named):
        raise Rejected("One column cannot be two things; choose another heading for one of them.")
    with store.write() as session:
        sheet = sheets.sheet(session, account, name, tab)
        if sheet is None or not columns.keys() <= set(ROLES):
            raise Rejected("This sheet is not read any more.")
        before = sheets.chosen(session, account, name, tab)
        old = dict(before.columns) if before else {}
        if not sheets.choose(session, account, name, tab, columns, version=version, by=actor.name, now=now):
            raise Stale(CHANGED)
        streams.want(session, (sheet.source, account, sheet.stream), at=now)
        entry = journal.Entry(now, actor.name, "sheet.columns", f"sheet {account}/{name}", old, columns)
        journal.append(session, entry)


def _view(sheet: Sheet, chosen: Mapping[str, str], version: int) -> SheetView:
    guessed = sheet_columns.guess(sheet.headings)
    columns = tuple(_column(sheet, role, chosen, guessed) for role in ROLES)
    return SheetView(
        sheet.account, sheet.sheet, sheet.tab, sheet.kind, sheet.title, sheet.place, sheet.rows, sheet.read_at,
        sheet.problem, tuple(sheet.headings), columns, version,
    )  # fmt: skip


def _column(sheet: Sheet, role: str, chosen: Mapping[str, str], guessed: Mapping[str, int]) -> Column:
    heading = sheet.columns.get(role, "")
    choice = chosen.get(role)
    return Column(
        role,
        NAMES[role],
        heading,
        GUESS if choice is None else choice or NONE,
        sheet.headings[guessed[role]] if role in guessed else "",
        ", ".join(sheet.samples.get(heading, ())),
        role in sheet.missing,
        role in WRITTEN,
    )
