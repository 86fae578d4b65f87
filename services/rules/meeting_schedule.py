"""When a meeting's pack is sent: `Mon 08:00` for weeks, `1 08:00` for months, on the clock of the team's wall."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from services.rules.periods import Kind, Period

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_DAY = 28
"""Every month has this day."""
_WEEKLY = re.compile(r"([A-Za-z]{3})[a-z]*\s+(\d{1,2}:\d{2})")
_MONTHLY = re.compile(r"(\d{1,2})\s+(\d{1,2}:\d{2})")


class When(NamedTuple):
    """A weekday (0 is Monday) or a day of the month, and a time of day."""

    kind: Kind
    day: int
    at: time


def parse(kind: Kind, text: str) -> When:
    """`Mon 08:00` or `1 08:00`. Raises ValueError with a sentence."""
    if kind == "week":
        found = _WEEKLY.fullmatch(text.strip())
        if found and found[1].lower() in WEEKDAYS and (at := _time(found[2])):
            return When(kind, WEEKDAYS.index(found[1].lower()), at)
        raise ValueError(f'{text!r} is no weekday and time; write it like "Mon 08:00"')
    found = _MONTHLY.fullmatch(text.strip())
    if found and 1 <= int(found[1]) <= LAST_DAY and (at := _time(found[2])):
        return When(kind, int(found[1]), at)
    raise ValueError(f'{text!r} is no day of the month (1 to {LAST_DAY}) and time; write it like "1 08:00"')


def due_at(when: When, period: Period, zone: tzinfo) -> datetime:
    """The first such moment after the period is over; aware, UTC. A time that the clocks skip is the one after it.

    East of Greenwich the next Monday begins before the UTC week is over: then it is due as soon as that is.
    """
    day = period.ends_at.astimezone(zone).date()
    while True:
        fits = day.weekday() == when.day if when.kind == "week" else day.day == when.day
        moment = datetime.combine(day, when.at, zone).astimezone(UTC)
        if fits and (moment >= period.ends_at or day > period.end):
            return max(moment, period.ends_at)
        day += timedelta(days=1)


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None
