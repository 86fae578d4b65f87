"""How we did against Amazon's 24 hours: the response-time figures of a range of days, and of its groups.

The same rules as Amazon's contact response time (Seller Central help, 200549770): every message that starts
the clock and is not marked "no response needed" counts, by when Amazon received it, in UTC days.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar

from services.rules.clock import TARGET
from services.rules.response_cells import PER_HOUR, Tally

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
UNKNOWN = "unknown"
Key = TypeVar("Key")
Name = TypeVar("Name", str, str | None)


class Row(NamedTuple):
    """One message that started a clock, and what became of it; columns of `Response`, times in UTC."""

    sent_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    marketplace: str | None
    agent: str | None
    kind: str
    hidden: bool


# What `figures` takes: a Row, or any plain row with the same seven columns.
Columns = tuple[datetime, datetime | None, str | None, str | None, str | None, str, bool]


@dataclass(frozen=True)
class Numbers:
    """The figures of one group: `messages` sums the four counts; percentiles are of the answered ones."""

    messages: int
    answered_within_24h: int
    late: int
    unanswered_over_24h: int
    pending: int
    p50_hours: float | None
    p90_hours: float | None
    p99_hours: float | None = None

    @property
    def late_response_rate(self) -> float | None:
        """Share answered late or not at all, of those whose time is over; None if there are none."""
        over = self.messages - self.pending
        return (self.late + self.unanswered_over_24h) / over if over else None


@dataclass(frozen=True)
class Figures:
    """The figures of a range of UTC days, both ends included, as they were known at `as_of`."""

    start: date
    end: date
    as_of: datetime
    total: Numbers
    by_day: tuple[tuple[date, Numbers], ...]
    by_marketplace: tuple[tuple[str | None, Numbers], ...]
    by_agent: tuple[tuple[str, Numbers], ...]
    by_kind: tuple[tuple[str, Numbers], ...]


def figures(rows: Iterable[Columns], *, start: date, end: date, as_of: datetime) -> Figures:
    """Count the messages sent in [start 00:00Z, end 24:00Z), in one pass over rows in any order.

    Nothing later than `as_of` is known: no message, no answer, no mark. Unanswered mail beyond the horizon is
    left out. Every day of the range has a row; `by_agent` covers answered messages only. Raises ValueError if
    the range is upside down.
    """
    if end < start:
        raise ValueError(f"the range ends on {end}, before it starts on {start}")
    first = datetime.combine(start, time.min, UTC)
    last = datetime.combine(end, time.min, UTC) + DAY
    cells: dict[_Cell, _Tally] = {}
    for row in map(Row._make, rows):
        if first <= row.sent_at < last and row.sent_at <= as_of and _counts(row, as_of):
            _add(cells, row, (row.sent_at - first) // DAY, as_of)
    return Figures(
        start=start,
        end=end,
        as_of=as_of,
        total=_merged(cells.values()),
        by_day=_by_day(cells, start, end),
        by_marketplace=_by_name(_grouped(cells, lambda cell: cell.marketplace)),
        by_agent=tuple((name, n) for name, n in _by_name(_grouped(cells, lambda cell: cell.agent)) if name),
        by_kind=_by_name(_grouped(cells, lambda cell: cell.kind)),
    )


def numbers(tally: Tally, unanswered_over_24h: int, pending: int) -> Numbers:
    """The figures of a cell of answered messages and of what is open beside it."""
    ordered = sorted(tally.took)
    p50, p90, p99 = (percentile(ordered, share) for share in (0.5, 0.9, 0.99))
    return Numbers(
        messages=tally.within + tally.late + unanswered_over_24h + pending,
        answered_within_24h=tally.within,
        late=tally.late,
        unanswered_over_24h=unanswered_over_24h,
        pending=pending,
        p50_hours=_in_hours(p50),
        p90_hours=_in_hours(p90),
        p99_hours=_in_hours(p99),
    )


def to_json(found: Figures) -> dict[str, Any]:
    """The promised JSON of `python -m services metrics`; rates are unrounded fractions."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "as_of": found.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **_as_json(found.total),
        "by_day": [{"day": day.isoformat(), **_as_json(numbers)} for day, numbers in found.by_day],
        "by_marketplace": [{"marketplace": name, **_as_json(numbers)} for name, numbers in found.by_marketplace],
        "by_agent": [{"agent": name, **_as_json(numbers)} for name, numbers in found.by_agent],
        "by_kind": [{"kind": name, **_as_json(numbers)} for name, numbers in found.by_kind],
    }


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share (0 to 1) of ascending values lies, linearly interpolated, if any."""
    if not ordered:
        return None
    below, fraction = divmod(share * (len(ordered) - 1), 1)
    low, high = ordered[int(below)], ordered[min(int(below) + 1, len(ordered) - 1)]
    return low + (high - low) * fraction


class _Cell(NamedTuple):
    """The finest group; counting per cell first keeps one pass cheap and each duration stored once."""

    day: int
    marketplace: str | None
    agent: str | None
    kind: str


@dataclass
class _Tally:
    late: int = 0
    unanswered_over_24h: int = 0
    pending: int = 0
    hours: array[float] = field(default_factory=lambda: array("d"))

    def numbers(self) -> Numbers:
        ordered = sorted(self.hours)
        return Numbers(
            messages=len(ordered) + self.unanswered_over_24h + self.pending,
            answered_within_24h=len(ordered) - self.late,
            late=self.late,
            unanswered_over_24h=self.unanswered_over_24h,
            pending=self.pending,
            p50_hours=_rounded(percentile(ordered, 0.5)),
            p90_hours=_rounded(percentile(ordered, 0.9)),
            p99_hours=_rounded(percentile(ordered, 0.99)),
        )


def _counts(row: Row, as_of: datetime) -> bool:
    if row.answered_by == "no_response_needed":
        return not row.hidden and row.answered_at is not None and row.answered_at > as_of
    return row.answered_at is not None or not row.hidden


def _add(cells: dict[_Cell, _Tally], row: Row, day: int, as_of: datetime) -> None:
    is_answered = row.answered_at is not None and row.answered_at <= as_of
    agent = (row.agent or UNKNOWN) if is_answered else None
    tally = cells.setdefault(_Cell(day, row.marketplace, agent, row.kind), _Tally())
    if is_answered and row.answered_at is not None:
        took = row.answered_at - row.sent_at
        tally.hours.append(took / HOUR)
        tally.late += took > TARGET
    elif as_of - row.sent_at > TARGET:
        tally.unanswered_over_24h += 1
    else:
        tally.pending += 1


def _merged(tallies: Iterable[_Tally]) -> Numbers:
    whole = _Tally()
    for tally in tallies:
        whole.late += tally.late
        whole.unanswered_over_24h += tally.unanswered_over_24h
        whole.pending += tally.pending
        whole.hours.extend(tally.hours)
    return whole.numbers()


def _grouped(cells: dict[_Cell, _Tally], key: Callable[[_Cell], Key]) -> dict[Key, Numbers]:
    groups: dict[Key, list[_Tally]] = {}
    for cell, tally in cells.items():
        groups.setdefault(key(cell), []).append(tally)
    return {name: _merged(tallies) for name, tallies in groups.items()}


def _by_day(cells: dict[_Cell, _Tally], start: date, end: date) -> tuple[tuple[date, Numbers], ...]:
    days = _grouped(cells, lambda cell: cell.day)
    empty = _Tally().numbers()
    return tuple((start + n * DAY, days.get(n, empty)) for n in range((end - start).days + 1))


def _by_name(groups: dict[Name, Numbers]) -> tuple[tuple[Name, Numbers], ...]:
    return tuple(sorted(groups.items(), key=lambda item: (item[0] is None, item[0] or "")))


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 4)


def _in_hours(microseconds: float | None) -> float | None:
    return None if microseconds is None else round(microseconds / PER_HOUR, 4)


def _as_json(numbers: Numbers) -> dict[str, Any]:
    return {
        "messages": numbers.messages,
        "answered_within_24h": numbers.answered_within_24h,
        "late": numbers.late,
        "unanswered_over_24h": numbers.unanswered_over_24h,
        "pending": numbers.pending,
        "late_response_rate": numbers.late_response_rate,
        "p50_hours": numbers.p50_hours,
        "p90_hours": numbers.p90_hours,
    }
