"""The periods that a meeting looks at: ISO weeks and calendar months of UTC days, and what they are held against.

Days are UTC days, as in all response-time figures, so that a change of the clocks makes no day longer or shorter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

Kind = Literal["week", "month"]
DAY = timedelta(days=1)
KINDS: tuple[Kind, ...] = ("week", "month")
BASELINE: dict[Kind, int] = {"week": 4, "month": 3}
"""So many periods before are the usual that a period is held against."""
FIRST_YEAR, LAST_YEAR = 2000, 2999
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Period:
    """A week (`2026-W47`) or a month (`2026-11`) from the UTC day `start` to `end`, both included."""

    kind: Kind
    name: str
    start: date
    end: date

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.start, time.min, UTC)

    @property
    def ends_at(self) -> datetime:
        """The moment after its last: when its figures stand still."""
        return datetime.combine(self.end, time.min, UTC) + DAY

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def title(self) -> str:
        """`Week 47 of 2026, 16 to 22 Nov` or `November 2026`."""
        if self.kind == "month":
            return f"{self.start:%B %Y}"
        year, week, _ = self.start.isocalendar()
        first = f"{self.start.day}" if self.start.month == self.end.month else f"{self.start.day} {self.start:%b}"
        return f"Week {week} of {year}, {first} to {self.end.day} {self.end:%b}"


def parse(kind: Kind, name: str) -> Period:
    """The period of a name like `2026-W47` or `2026-11`. Raises ValueError with a sentence."""
    return week(name) if kind == "week" else month(name)


def week(name: str) -> Period:
    """An ISO week; week 53 exists only in years that have one. Raises ValueError with a sentence."""
    found = _WEEK.fullmatch(name.strip().upper())
    if not found:
        raise ValueError(f"{name!r} is no week; write it like 2026-W47.")
    year, number = int(found[1]), int(found[2])
    _check_year(year)
    try:
        start = date.fromisocalendar(year, number, 1)
    except ValueError:
        raise ValueError(f"{year} has no week {number}; its last is week {_last_week(year)}.") from None
    return Period("week", f"{year}-W{number:02}", start, start + 6 * DAY)


def month(name: str) -> Period:
    """A calendar month. Raises ValueError with a sentence."""
    found = _MONTH.fullmatch(name.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        raise ValueError(f"{name!r} is no month; write it like 2026-11.")
    year, number = int(found[1]), int(found[2])
    _check_year(year)
    return _month_of(date(year, number, 1))


def of_day(kind: Kind, day: date) -> Period:
    """The period in which a UTC day lies."""
    if kind == "month":
        return _month_of(day)
    year, number, _ = day.isocalendar()
    start = day - timedelta(days=day.isoweekday() - 1)
    return Period("week", f"{year}-W{number:02}", start, start + 6 * DAY)


def before(period: Period, count: int = 1) -> Period:
    """The period so many periods earlier."""
    for _ in range(count):
        period = of_day(period.kind, period.start - DAY)
    return period


def after(period: Period) -> Period:
    """The next period."""
    return of_day(period.kind, period.end + DAY)


def last_over(kind: Kind, now: datetime) -> Period:
    """The last period that is over at `now`."""
    return before(of_day(kind, now.astimezone(UTC).date()))


def is_over(period: Period, now: datetime) -> bool:
    """Whether its last moment has passed."""
    return now >= period.ends_at


def as_of(period: Period, now: datetime) -> datetime:
    """The moment that a period's figures are of: its end, or now while it runs.

    Raises ValueError with a sentence for a period that has not begun.
    """
    if now < period.starts_at:
        raise ValueError(f"{period.title} has not begun; the newest is {of_day(period.kind, now.date()).name}.")
    return min(now, period.ends_at)


def same_stretch(of: Period, moment: datetime, other: Period) -> datetime:
    """The moment at which `other` had run as long as `of` has at `moment`: its end once `of` is over."""
    if moment >= of.ends_at:
        return other.ends_at
    return min(other.starts_at + (moment - of.starts_at), other.ends_at)


def _month_of(day: date) -> Period:
    start = day.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1)
    return Period("month", f"{start:%Y-%m}", start, following - DAY)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{year} is out of reach; choose a year from {FIRST_YEAR} to {LAST_YEAR}.")


def _last_week(year: int) -> int:
    return date(year, 12, 28).isocalendar().week
