"""The forecast tried on the past, hour by hour: each week is foretold with what was known when it began, and counted.

Beside it stands the plain rule that needs no model: sort by Time Left, and take the share that was missed with so
much time left. A forecast that is not better than that is not worth showing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, floor, sqrt
from typing import Any
from zoneinfo import ZoneInfo

from services.rules import forecast
from services.rules.clock import TARGET
from services.rules.forecast import Clock, Counts, Look, Table
from services.rules.pace import HOUR, WEEK, Pace, pace, work

TESTED = PACED = TRAINED = 8
"""Weeks that are foretold; weeks that the pace is taken from; weeks that the table is made of."""
LOADED = timedelta(weeks=TESTED + PACED + TRAINED + 1)
AHEAD_HOURS = 6.0
FLAG = 1 / 3
"""From this chance on a ticket is flagged."""
FEWEST_MISSES = 10
"""With fewer misses in the tested weeks nobody can say whether a forecast is any good."""
EVENING = time(18)
"""When the next day is foretold, by the team's clock."""
WIDE = 1.2816
"""Standard deviations to each side that hold 80 of 100."""
MOST_LOOKS = 400_000


@dataclass
class Scores:
    """What the tested weeks came to. Brier scores are means of squared errors: 0 is perfect."""

    looks: int = 0
    error: float = 0.0
    plain_error: float = 0.0
    bins: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0, 0.0] for _ in range(10)])
    missed: int = 0
    missed_flagged: int = 0
    flagged: int = 0
    days: list[tuple[str, float, float, int]] = field(default_factory=list)

    @property
    def brier(self) -> float | None:
        """The forecast's Brier score."""
        return self.error / self.looks if self.looks else None

    @property
    def plain_brier(self) -> float | None:
        """That of "sort by Time Left"."""
        return self.plain_error / self.looks if self.looks else None

    @property
    def is_better(self) -> bool | None:
        """Whether the forecast beats the plain rule; None while there is too little to say."""
        if self.missed < FEWEST_MISSES or not self.looks:
            return None
        return self.error < self.plain_error

    @property
    def spread(self) -> float:
        """By how much daily numbers vary more than chance alone makes them; at least 1, of variances."""
        ratios = [(actual - expected) ** 2 / variance for _, expected, variance, actual in self.days if variance > 0]
        return max(1.0, sum(ratios) / len(ratios)) if ratios else 1.0

    @property
    def days_inside(self) -> int:
        """On how many days the true number lay in the range that was given for it."""
        ranges = (span(expected, variance, self.spread) for _, expected, variance, _ in self.days)
        return sum(low <= day[3] <= high for (low, high), day in zip(ranges, self.days, strict=True))


@dataclass(frozen=True)
class Tried:
    """The outcome: what was learned for now, and how it did. `weeks` were foretold, less than eight on a short past."""

    table: Table
    pace: Pace
    scores: Scores
    weeks: int

    def to_json(self) -> dict[str, Any]:
        """As plain values, for the store."""
        return {**asdict(self)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Tried:
        """What `to_json` gave."""
        cells = tuple(tuple(row) for row in told["table"]["cells"])
        known = Table(cells, tuple(told["table"]["by_left"]))
        usual = Pace(tuple(told["pace"]["answers"]), tuple(told["pace"]["arrivals"]))
        scores = Scores(**{**told["scores"], "days": [tuple(day) for day in told["scores"]["days"]]})
        return cls(known, usual, scores, told["weeks"])


def try_out(clocks: Sequence[Clock], now: datetime, zone: ZoneInfo) -> Tried:
    """Foretell the last eight weeks from what was known before each, and learn what holds from now on.

    `clocks` by start, those of LOADED before now. Weeks of which nothing older is known teach, but are not foretold.
    """
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    trial = _Trial(clocks, end, zone, _step(clocks))
    since = clocks[0].since if clocks else end
    tested = 0
    # One week more: what falls due at the beginning of a week was looked at in the week before.
    for ago in range(TESTED + TRAINED + 1, 0, -1):
        start = end - ago * WEEK
        if start - since < WEEK:
            continue
        is_tested = ago <= TESTED and start - since >= 2 * WEEK
        trial.week(start, trial.known(ago) if is_tested else None)
        tested += is_tested
    return Tried(trial.known(0), _pace(clocks, end, zone), trial.scores, tested)


def span(expected: float, variance: float, spread: float) -> tuple[int, int]:
    """The range that holds the true number eight times in ten."""
    half = WIDE * sqrt(variance * spread)
    return max(0, floor(expected - half)), ceil(expected + half)


@dataclass
class _Trial:
    """One pass over the past. `seen`: what became of the looks, by how many weeks ago the tickets were due."""

    clocks: Sequence[Clock]
    end: datetime
    zone: ZoneInfo
    step: int
    seen: dict[int, Counts] = field(default_factory=dict)
    scores: Scores = field(default_factory=Scores)

    def known(self, ago: int) -> Table:
        """The table of the eight weeks before the one that began so many weeks ago."""
        return forecast.table([self.seen[week] for week in range(ago + 1, ago + TRAINED + 1) if week in self.seen])

    def week(self, start: datetime, known: Table | None) -> None:
        """Look at one week hour by hour: count what became of each look in the week of its due time, and score it."""
        usual = _pace(self.clocks, start, self.zone)
        done = work(usual, start, start + WEEK + TARGET, self.zone)
        hours = [start + hour * HOUR for hour in range(0, 7 * 24, self.step)]
        for _, clock, look in forecast.looks(_near(self.clocks, start, start + WEEK), hours, done):
            if clock.due <= self.end:
                self._count(clock, look)
                if known:
                    self._score(clock, look, known)
        if known:
            self._score_days(start, usual, known)

    def _count(self, clock: Clock, look: Look) -> None:
        weeks_ago = int((self.end - clock.due) // WEEK) + 1
        row, column = look.cell
        counted = self.seen.setdefault(weeks_ago, forecast.nothing_seen())[row][column]
        counted[0] += 1
        counted[1] += clock.is_missed

    def _score(self, clock: Clock, look: Look, known: Table) -> None:
        chance, scores = known.chance(look), self.scores
        scores.looks += 1
        scores.error += (chance - clock.is_missed) ** 2
        scores.plain_error += (known.by_time_left(look) - clock.is_missed) ** 2
        held = scores.bins[min(9, int(chance * 10))]
        held[0] += 1
        held[1] += chance
        held[2] += clock.is_missed
        # With looks every `step` hours each ticket has exactly one here: the last before six hours are left.
        if AHEAD_HOURS <= look.left < AHEAD_HOURS + self.step:
            flagged = chance >= FLAG
            scores.missed += clock.is_missed
            scores.flagged += flagged
            scores.missed_flagged += clock.is_missed and flagged

    def _score_days(self, start: datetime, usual: Pace, known: Table) -> None:
        """Each evening of the week the next day is foretold, with what waits then."""
        first = start.astimezone(self.zone).date()
        for day in (first + timedelta(days=number) for number in range(8)):
            moment = datetime.combine(day, EVENING, self.zone).astimezone(UTC)
            tomorrow = day + timedelta(days=1)
            is_over = datetime.combine(tomorrow + timedelta(days=1), time.min, self.zone) <= self.end
            if not start <= moment < start + WEEK or not is_over:
                continue
            foretold = forecast.days(_waiting(self.clocks, moment), moment, known, usual, self.zone)
            told = next(each for each in foretold if each.day == tomorrow)
            actual = _late_on(self.clocks, tomorrow, self.zone)
            self.scores.days.append((tomorrow.isoformat(), told.expected, told.variance, actual))


def _pace(clocks: Sequence[Clock], until: datetime, zone: ZoneInfo) -> Pace:
    # What is known of a short past is a mean over less, not a slower pace.
    first = max(until - PACED * WEEK, clocks[0].since) if clocks else until
    near = _near(clocks, first, until)
    answered = (clock.answered_at for clock in near if clock.answered_at is not None)
    return pace(answered, (clock.since for clock in near), first=first, last=until, zone=zone)


def _near(clocks: Sequence[Clock], first: datetime, last: datetime) -> Sequence[Clock]:
    """The clocks that may run between two times."""
    low = bisect_left(clocks, first - forecast.AHEAD_FOR, key=lambda clock: clock.since)
    high = bisect_left(clocks, last, key=lambda clock: clock.since)
    return clocks[low:high]


def _waiting(clocks: Sequence[Clock], moment: datetime) -> list[Clock]:
    """Those that wait then, as they looked then."""
    near = _near(clocks, moment, moment)
    return [clock for clock in near if clock.answered_at is None or clock.answered_at > moment]


def _late_on(clocks: Sequence[Clock], day: date, zone: ZoneInfo) -> int:
    midnight = datetime.combine(day, time.min, zone)
    after = datetime.combine(day + timedelta(days=1), time.min, zone)
    near = _near(clocks, midnight.astimezone(UTC), after.astimezone(UTC))
    return sum(clock.is_missed and clock.due.astimezone(zone).date() == day for clock in near)


def _step(clocks: Sequence[Clock]) -> int:
    """Hours between two looks: one, and more where a large past would make too many."""
    waited = sum(min((clock.answered_at or clock.due) - clock.since, TARGET) / HOUR for clock in clocks)
    return max(1, min(6, round(waited / MOST_LOOKS)))
