"""A team's pace: how many answers it gives in each hour of the week, and so how many fit between two times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
HOURS = 168


@dataclass(frozen=True)
class Pace:
    """Mean answers given and clocks started in each hour of the week, Monday 00:00 of the team's zone first."""

    answers: tuple[float, ...]
    arrivals: tuple[float, ...]


@dataclass(frozen=True)
class Work:
    """How many answers are given by each full hour after `start` (a full hour, UTC) at some pace, added up."""

    start: datetime
    done: Sequence[float]

    def until(self, moment: datetime) -> float:
        """Answers from the start until a time; the last hour counts by its part. Beyond the ends: nothing more."""
        hours = (moment - self.start) / HOUR
        if hours <= 0:
            return self.done[0]
        whole = int(hours)
        if whole >= len(self.done) - 1:
            return self.done[-1]
        return self.done[whole] + (hours - whole) * (self.done[whole + 1] - self.done[whole])

    def between(self, first: datetime, last: datetime) -> float:
        """Answers that are given between two times."""
        return self.until(last) - self.until(first)


def hour_of_week(moment: datetime, zone: ZoneInfo) -> int:
    """0 for Monday 00:00 to 00:59 in the zone, 167 for the last hour of Sunday."""
    local = moment.astimezone(zone)
    return local.weekday() * 24 + local.hour


def pace(
    answered: Iterable[datetime], arrived: Iterable[datetime], *, first: datetime, last: datetime, zone: ZoneInfo
) -> Pace:
    """The mean week between two times; events outside are left out. All zeros if less than an hour lies between."""
    weeks = max((last - first) / WEEK, 1 / HOURS)
    return Pace(_mean(answered, first, last, zone, weeks), _mean(arrived, first, last, zone, weeks))


def work(pace: Pace, start: datetime, end: datetime, zone: ZoneInfo, *, nobody_on: date | None = None) -> Work:
    """What is answered at this pace from `start` to `end`; nothing on the local day `nobody_on`."""
    moment = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    begin, done = moment, [0.0]
    while moment < end:
        local = moment.astimezone(zone)
        rate = 0.0 if local.date() == nobody_on else pace.answers[local.weekday() * 24 + local.hour]
        done.append(done[-1] + rate)
        moment += HOUR
    return Work(begin, done)


def _mean(
    moments: Iterable[datetime], first: datetime, last: datetime, zone: ZoneInfo, weeks: float
) -> tuple[float, ...]:
    counted = [0] * HOURS
    for moment in moments:
        if first <= moment < last:
            counted[hour_of_week(moment, zone)] += 1
    return tuple(n / weeks for n in counted)
