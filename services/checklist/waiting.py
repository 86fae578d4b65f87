"""What Today and the Meeting ask of the checklist: what is due or was missed, and the gaps of a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services.checklist import plan
from services.checklist.plan import Plan
from services.rules import checklist as rules
from services.rules.checklist import WHOLE, Cell, Mark, Period
from services.settings import Settings

MISSED_FOR = timedelta(days=7)
"""So long after its period a missed cell is on Today's board; in the checklist it stays for good."""
NAMED = 4
CAP = 1000


@dataclass(frozen=True)
class WaitingLine:
    """One duty of one period that is due today or was missed; the fields mean what they mean on Today's board."""

    id: int
    what: str
    about: str
    marketplace: str | None
    owner: str | None
    due_at: datetime
    page: str
    target: tuple[str, str]
    missed: bool
    account: str = ""


@dataclass(frozen=True)
class Waiting:
    """How many cells wait (at least, if capped), and the first lines."""

    count: int
    capped: bool
    lines: tuple[WaitingLine, ...]


@dataclass(frozen=True)
class Gap:
    """A cell that was missed, or signed only after its period (by whom, when and why)."""

    account: str
    marketplace: str
    starts: date
    label: str
    kind: str
    by: str | None
    at: datetime | None
    reason: str


@dataclass(frozen=True)
class DutyGaps:
    """One duty over a time: its cells by what became of them, and the gaps, oldest first."""

    duty_id: int
    title: str
    rhythm: str
    cells: int
    proved: int
    signed: int
    missed: int
    back_dated: int
    gaps: tuple[Gap, ...]


def waiting(session: Session, settings: Settings, *, now: datetime, limit: int) -> Waiting:
    """Cells that are due today or were missed in the last week, by duty and period: one statement.

    What is due comes first, by its time; then what was missed, the latest first.
    """
    known = plan.load(session, settings, now=now, first=(now - MISSED_FOR).date(), last=now.date())
    first = known.today - MISSED_FOR
    grouped: dict[tuple[int, date], list[Cell]] = defaultdict(list)
    for cell in known.cells(first, known.today):
        state = known.state(cell)
        if state == "due" or (state == "missed" and now - cell.period.closes_at <= MISSED_FOR):
            grouped[cell.key.duty_id, cell.key.starts].append(cell)
    count = sum(len(cells) for cells in grouped.values())
    lines = sorted((_line(cells, settings, now) for cells in grouped.values()), key=_urgency)
    return Waiting(min(count, CAP), count >= CAP, tuple(lines[:limit]))


def _urgency(line: WaitingLine) -> tuple[bool, float, int]:
    at = line.due_at.timestamp()
    return line.missed, -at if line.missed else at, line.id


def _line(cells: Sequence[Cell], settings: Settings, now: datetime) -> WaitingLine:
    period, key = cells[0].period, cells[0].key
    missed = now >= period.closes_at
    names = [place_name(settings, cell.place.account, cell.place.marketplace) for cell in cells]
    about = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    said = f"{period.duty.title}: missed {_when(period)}" if missed else period.duty.title
    only = cells[0].place.marketplace or None if len(cells) == 1 else None
    # Unlike ids of other kinds of work it has to tell duty and period: days since 1970 fit below 2**17.
    number = key.duty_id * 2**17 + (key.starts - date(1970, 1, 1)).days
    due_at = period.closes_at if missed else period.due_at
    return WaitingLine(number, said, about, only, None, due_at, "checklist", ("cell", str(key)), missed, key.account)


def _when(period: Period) -> str:
    return rules.label(period.duty.rhythm, period.starts)


def place_name(settings: Settings, account: str, marketplace: str) -> str:
    """What a column is called: the marketplace, with its account where there are several."""
    if marketplace == WHOLE:
        return account if len(settings.accounts) > 1 else "Account"
    return f"{account} {marketplace}" if len(settings.accounts) > 1 else marketplace


def gaps(session: Session, settings: Settings, start: date, end: date, *, now: datetime) -> tuple[DutyGaps, ...]:
    """What became of the cells that were due on the days from `start` to `end`, by duty, the worst first.

    One statement. Cells whose period is not over at `now` count as neither done nor missed while nobody closed them.
    """
    known = plan.load(session, settings, now=now, first=start, last=end)
    by_duty: dict[int, list[Cell]] = defaultdict(list)
    for cell in known.cells(start, end):
        if start <= cell.period.due_day <= end:
            by_duty[cell.key.duty_id].append(cell)
    found = [_of_duty(known, cells) for cells in by_duty.values()]
    return tuple(sorted(found, key=lambda each: (-each.missed, -each.back_dated, each.title)))


def _of_duty(known: Plan, cells: Sequence[Cell]) -> DutyGaps:
    states = [known.state(cell) for cell in cells]
    found = [gap for cell, state in zip(cells, states, strict=True) if (gap := _gap(known.mark(cell), cell, state))]
    last = cells[-1].period.duty
    return DutyGaps(
        duty_id=last.id,
        title=last.title,
        rhythm=last.rhythm,
        cells=len(cells),
        proved=states.count("proved"),
        signed=states.count("signed"),
        missed=states.count("missed"),
        back_dated=sum(gap.kind == "back_dated" for gap in found),
        gaps=tuple(sorted(found, key=lambda gap: (gap.starts, gap.account, gap.marketplace))),
    )


def _gap(mark: Mark | None, cell: Cell, state: str) -> Gap | None:
    place, named = cell.place, _when(cell.period)
    if mark is not None and rules.is_back_dated(cell.period, mark):
        told = ("back_dated", mark.by, mark.at, mark.reason)
        return Gap(place.account, place.marketplace, cell.key.starts, named, *told)
    if state == "missed":
        return Gap(place.account, place.marketplace, cell.key.starts, named, "missed", None, None, "")
    return None
