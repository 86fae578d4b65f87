"""What the Checklist page shows: the grid of a day, the matrix of a week or month, and one cell with all about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from data import checklist as rows
from data.models.checklist import CheckMark, CheckProof
from data.store import Store
from services.checklist import plan
from services.checklist.plan import Plan
from services.checklist.waiting import place_name
from services.rules import checklist as rules
from services.rules import checks
from services.rules.checklist import RHYTHMS, UNDO_WITHIN, WHOLE, Cell, Duty, Key, Mark, State
from services.rules.checks import PAGES, PROOFS
from services.settings import Settings

ONE_DAY = timedelta(days=1)
LATELY = timedelta(days=7)
WORST_FIRST: tuple[State, ...] = ("missed", "due", "not_yet", "signed", "proved")


@dataclass(frozen=True)
class Box:
    """One field of the table: the cells of one duty behind it, as they stand, the worst first.

    `overdue`: the time on the clock is past while the period is not. `back_dated` and `found`: one of them is.
    """

    key: Key
    state: State
    counts: Counter[State]
    overdue: bool
    back_dated: bool
    found: int
    mark: Mark | None
    due_at: datetime


@dataclass(frozen=True)
class Row:
    """A duty with its boxes by column; None where it is not due. `duty` is the version of the latest period shown."""

    duty: Duty
    boxes: tuple[Box | None, ...]


@dataclass(frozen=True)
class Column:
    """A marketplace (of the day's grid), or a day (of a matrix)."""

    label: str
    day: date | None = None


@dataclass(frozen=True)
class Table:
    """Duties down, marketplaces or days across, and how many cells stand how.

    `zone` is the team's. `missed_lately`: cells missed in the week before today, and `missed_on` the last of its days.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    counts: Counter[State]
    back_dated: int
    today: date
    zone: str
    missed_lately: int = 0
    missed_on: date | None = None


@dataclass(frozen=True)
class Sibling:
    """The same duty in the same period at another place."""

    key: Key
    name: str
    state: State


@dataclass(frozen=True)
class Detail:
    """One cell with what is to be done, where, what the store said, and who closed it."""

    key: Key
    duty: Duty
    how: str
    place: str
    period: str
    state: State
    due_day: date
    due_at: datetime
    closes_at: datetime
    has_begun: bool
    can_prove: bool
    proof: str
    covered: bool
    page: str
    trail: str
    link: str
    asked: tuple[CheckProof, ...]
    closed_by: CheckMark | None
    taken_back: tuple[CheckMark, ...]
    siblings: tuple[Sibling, ...]
    undo: str | None


def day_grid(store: Store, settings: Settings, *, day: date | None, now: datetime, account: str = "") -> Table:
    """Every duty of a day's day, week and month by marketplace (None: today), of one account or all; one statement."""
    known, shown = _load(store, settings, day, now, "daily")
    found: dict[int, dict[tuple[str, str], list[Cell]]] = defaultdict(lambda: defaultdict(list))
    cells = [cell for cell in known.cells(shown, shown) if account in ("", cell.place.account)]
    for cell in cells:
        found[cell.key.duty_id][cell.place.account, cell.place.marketplace].append(cell)
    names = sorted({where for by_place in found.values() for where in by_place})
    columns = tuple(Column(place_name(settings, *name)) for name in names)
    table = _table(known, columns, [[by_place.get(name) for name in names] for by_place in found.values()], cells)
    before = [] if day else list(known.cells(shown - LATELY, shown - ONE_DAY))
    mine = (cell for cell in before if account in ("", cell.place.account))
    missed = [cell.period.ends - ONE_DAY for cell in mine if known.state(cell) == "missed"]
    return replace(table, missed_lately=len(missed), missed_on=max(missed, default=None))


def matrix(store: Store, settings: Settings, *, span: str, day: date | None, now: datetime, place: str = "") -> Table:
    """Every duty by the days of a week or month (`span` weekly or monthly), of one place or all; one statement.

    A weekly or monthly duty stands on the day on which it is due. `place` as `place_name` calls it.
    """
    known, first = _load(store, settings, day, now, span)
    end = rules.next_start("monthly" if span == "monthly" else "weekly", first)
    days = [first + n * ONE_DAY for n in range((end - first).days)]
    found: dict[int, dict[date, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    cells = [
        cell
        for cell in known.cells(first, end - ONE_DAY)
        if first <= cell.period.due_day < end
        and place in ("", place_name(settings, cell.place.account, cell.place.marketplace))
    ]
    for cell in cells:
        found[cell.key.duty_id][cell.period.due_day].append(cell)
    columns = tuple(Column(f"{each:%a} {each.day}" if span == "weekly" else str(each.day), each) for each in days)
    return _table(known, columns, [[by_day.get(each) for each in days] for by_day in found.values()], cells)


def place_names(settings: Settings) -> tuple[str, ...]:
    """What the columns of the settings' marketplaces are called."""
    found = [(name, code) for name, each in settings.accounts.items() for code in (WHOLE, *sorted(each.marketplaces))]
    return tuple(place_name(settings, *each) for each in found)


def _load(store: Store, settings: Settings, day: date | None, now: datetime, span: str) -> tuple[Plan, date]:
    """The plan of the day, week or month that holds `day`, and its first day."""
    rhythm: rules.Rhythm = "monthly" if span == "monthly" else "weekly" if span == "weekly" else "daily"
    # The team's today may be the day before or after the one in UTC; the margin of the plan covers both.
    first = rules.start_of(rhythm, day or now.date())
    last = rules.next_start(rhythm, first) - ONE_DAY
    with store.read() as session:
        known = plan.load(session, settings, now=now, first=first - LATELY - ONE_DAY, last=last + ONE_DAY)
        wanted = rules.start_of(rhythm, day or known.today)
        if not first - ONE_DAY <= wanted <= first + ONE_DAY:
            end = rules.next_start(rhythm, wanted)
            known = plan.load(session, settings, now=now, first=wanted, last=end)
    return known, wanted


def _table(
    known: Plan, columns: tuple[Column, ...], lines: Iterable[Sequence[list[Cell] | None]], cells: Iterable[Cell]
) -> Table:
    made = [Row(_duty(line), tuple(_box(known, mine) if mine else None for mine in line)) for line in lines]
    order = list(RHYTHMS)
    made.sort(key=lambda row: (order.index(row.duty.rhythm), row.duty.at, row.duty.on, row.duty.id))
    counts: Counter[State] = Counter()
    back_dated = 0
    for cell in cells:
        counts[known.state(cell)] += 1
        back_dated += _is_back_dated(known, cell)
    return Table(columns, tuple(made), counts, back_dated, known.today, known.zones[-1].info.key)


def _duty(line: Sequence[list[Cell] | None]) -> Duty:
    return next(mine[-1].period.duty for mine in reversed(line) if mine)


def _is_back_dated(known: Plan, cell: Cell) -> bool:
    mark = known.mark(cell)
    return mark is not None and rules.is_back_dated(cell.period, mark)


def _box(known: Plan, cells: Sequence[Cell]) -> Box:
    states = [known.state(cell) for cell in cells]
    worst = min(range(len(cells)), key=lambda at: WORST_FIRST.index(states[at]))
    first, marks = cells[worst], [mark for cell in cells if (mark := known.mark(cell))]
    return Box(
        key=first.key,
        state=states[worst],
        counts=Counter(states),
        overdue=states[worst] == "due" and known.now > first.period.due_at,
        back_dated=any(_is_back_dated(known, cell) for cell in cells),
        found=sum(mark.found for mark in marks),
        mark=known.mark(first),
        due_at=first.period.due_at,
    )


def detail(store: Store, settings: Settings, key: Key, *, actor_name: str, now: datetime) -> Detail | None:
    """One cell, or None if there is none of this name; four statements."""
    with store.read() as session:
        known = plan.load(session, settings, now=now, first=key.starts, last=key.starts)
        cell = known.find(key)
        if cell is None:
            return None
        version = rows.version(session, cell.period.duty.version_id)
        history = rows.history(session, rows.Cell(*key))
        asked = rows.proofs(session, rows.Cell(*key))
    period, place = cell.period, cell.place
    live = next((mark for mark in history if mark.live), None)
    page = PAGES.get(period.duty.page)
    mine = live is not None and live.by == actor_name and live.at <= now <= live.at + UNDO_WITHIN
    return Detail(
        key=key,
        duty=period.duty,
        how=version.how if version else "",
        place=place_name(settings, place.account, place.marketplace),
        period=rules.label(period.duty.rhythm, period.starts),
        state=known.state(cell),
        due_day=period.due_day,
        due_at=period.due_at,
        closes_at=period.closes_at,
        has_begun=now >= period.opens_at,
        can_prove=period.duty.proof in PROOFS and live is None and period.opens_at <= now < period.closes_at,
        proof=PROOFS[period.duty.proof].label if period.duty.proof in PROOFS else "",
        covered=not place.by_hand,
        page=page.label if page else "",
        trail=page.trail if page else "",
        link=checks.seller_central(period.duty.page, place.marketplace),
        asked=tuple(asked),
        closed_by=live,
        taken_back=tuple(mark for mark in history if not mark.live),
        siblings=tuple(_siblings(known, settings, cell)),
        undo=live.token if live and mine else None,
    )


def _siblings(known: Plan, settings: Settings, cell: Cell) -> Iterable[Sibling]:
    for other in known.cells(cell.period.starts, cell.period.starts):
        if (other.key.duty_id, other.key.starts) == (cell.key.duty_id, cell.key.starts) and other.key != cell.key:
            name = place_name(settings, other.place.account, other.place.marketplace)
            yield Sibling(other.key, name, known.state(other))
