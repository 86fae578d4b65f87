"""Which waiting tickets will miss their 24 hours at the present pace, and how many will be late on the days ahead.

The model is a table. For each moment in the past when a ticket waited we know how much time it had left and how many
answers the team gives in that time, beside the tickets that stood before it in the queue; and whether it was missed.
A ticket's chance is the share that was missed of those in the same place of the table. Where little was seen, it
leans on what must be so: a ticket with far more waiting before it than fits into its time is not reached.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.rules.clock import TARGET
from services.rules.pace import HOUR, Pace, Work, hour_of_week, work

LEFT = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0)
"""Upper ends of the rows of the table, hours left; the last row is above them."""
ROOM = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Upper ends of its columns: answers that fit, per ticket that stands in front or is the ticket; then above them."""
SUPPOSED = (0.97, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.03, 0.02, 0.01)
"""What is supposed of each column before anything was seen."""
SUPPOSED_WEIGHT = 20.0
"""For so many looks the supposition counts."""
AHEAD_FOR = timedelta(hours=72)
"""A ticket that has waited longer than this is not thought to stand before others any more."""
AHEAD = timedelta(days=8)

Counts = list[list[list[int]]]
"""[row][column] -> [looks, missed]."""


@dataclass(frozen=True)
class Clock:
    """One stretch in which a ticket waited: since its oldest unanswered message until one answer to all, if any."""

    ticket: int
    since: datetime
    answered_at: datetime | None

    @property
    def due(self) -> datetime:
        """24 hours after Amazon received the message."""
        return self.since + TARGET

    @property
    def is_missed(self) -> bool:
        """Whether no answer came in time."""
        return self.answered_at is None or self.answered_at > self.due


@dataclass(frozen=True)
class Look:
    """A waiting ticket at one moment: hours left, answers that fit into them, and tickets that stand before it."""

    left: float
    fits: float
    before: float

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column of the table."""
        return bisect_left(LEFT, self.left), bisect_left(ROOM, self.fits / (self.before + 1))


@dataclass(frozen=True)
class Table:
    """The chance to miss in each cell, never rising with more room; and by the time left alone."""

    cells: tuple[tuple[float, ...], ...]
    by_left: tuple[float, ...]

    def chance(self, look: Look) -> float:
        """The chance from 0 to 1 that a ticket misses its 24 hours."""
        row, column = look.cell
        return self.cells[row][column]

    def by_time_left(self, look: Look) -> float:
        """The same for somebody who only sorts by Time Left: the share that was missed with so much time left."""
        return self.by_left[look.cell[0]]


@dataclass(frozen=True)
class Day:
    """How many tickets are expected to become late on one local day, and the variance of that number."""

    day: date
    expected: float
    variance: float


def clocks(pairs: Iterable[tuple[int, datetime, datetime | None]]) -> list[Clock]:
    """(ticket, sent_at, answered_at) of messages as clocks by start: messages with one answer are one wait."""
    since: dict[tuple[int, datetime | None], datetime] = {}
    for ticket, sent_at, answered_at in pairs:
        key = ticket, answered_at
        since[key] = min(since.get(key, sent_at), sent_at)
    found = [Clock(ticket, start, answered_at) for (ticket, answered_at), start in since.items()]
    return sorted(found, key=lambda clock: (clock.since, clock.ticket))


def looks(sorted_clocks: Sequence[Clock], at: Iterable[datetime], done: Work) -> Iterator[tuple[datetime, Clock, Look]]:
    """Each ticket that waits and is in time, at each of the times (ascending)."""
    waiting: list[Clock] = []
    taken = 0
    for moment in at:
        while taken < len(sorted_clocks) and sorted_clocks[taken].since <= moment:
            waiting.append(sorted_clocks[taken])
            taken += 1
        waiting = [clock for clock in waiting if _stands(clock, moment)]
        now_done = done.until(moment)
        for before, clock in enumerate(waiting):
            if clock.due > moment:
                yield moment, clock, Look((clock.due - moment) / HOUR, done.until(clock.due) - now_done, before)


def nothing_seen() -> Counts:
    """Counts of an empty past."""
    return [[[0, 0] for _ in range(len(ROOM) + 1)] for _ in range(len(LEFT) + 1)]


def table(counts: Sequence[Counts]) -> Table:
    """The table that several counts come to together."""
    cells, by_left = [], []
    for row in range(len(LEFT) + 1):
        seen = [[sum(each[row][column][i] for each in counts) for i in (0, 1)] for column in range(len(ROOM) + 1)]
        n, missed = (sum(pair[i] for pair in seen) for i in (0, 1))
        by_left.append((missed + 1) / (n + 2))
        cells.append(_falling(seen))
    return Table(tuple(cells), tuple(by_left))


def days(
    waiting: Sequence[Clock], now: datetime, known: Table, pace: Pace, zone: ZoneInfo, *, nobody_on: date | None = None
) -> tuple[Day, ...]:
    """Tickets expected to become late on each local day from today on, those that are still to come included.

    With `nobody_on` as if nobody answered on that local day.
    """
    done = work(pace, now, now + AHEAD + TARGET, zone, nobody_on=nobody_on)
    today = now.astimezone(zone).date()
    sums = {today + timedelta(days=number): [0.0, 0.0] for number in range(AHEAD.days)}
    for _, clock, look in looks(waiting, [now], done):
        chance = known.chance(look)
        _add(sums, clock.due.astimezone(zone).date(), chance, chance * (1 - chance))
    in_line = float(sum(_stands(clock, now) for clock in waiting))
    for moment, arrive in _arrivals(now, pace, zone):
        look = Look(TARGET / HOUR, done.between(moment, moment + TARGET), in_line)
        late = arrive * known.chance(look)
        _add(sums, (moment + TARGET).astimezone(zone).date(), late, late)
        in_line = max(0.0, in_line + arrive - done.between(moment, moment + HOUR))
    return tuple(Day(day, *both) for day, both in sums.items())


def _stands(clock: Clock, moment: datetime) -> bool:
    is_open = clock.answered_at is None or clock.answered_at > moment
    return is_open and clock.since <= moment and moment - clock.since <= AHEAD_FOR


def _arrivals(now: datetime, pace: Pace, zone: ZoneInfo) -> Iterator[tuple[datetime, float]]:
    for hour in range(int(AHEAD / HOUR)):
        moment = now + hour * HOUR
        yield moment, pace.arrivals[hour_of_week(moment, zone)]


def _add(sums: dict[date, list[float]], day: date, expected: float, variance: float) -> None:
    if day in sums:
        sums[day][0] += expected
        sums[day][1] += variance


def _falling(seen: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Chances of one row by room, pooled where more room would come to a higher chance (isotonic regression)."""
    blocks: list[list[float]] = []
    for (n, missed), supposed in zip(seen, SUPPOSED, strict=True):
        blocks.append([missed + SUPPOSED_WEIGHT * supposed, n + SUPPOSED_WEIGHT, 1])
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] > blocks[-2][0] * blocks[-1][1]:
            late, of, wide = blocks.pop()
            blocks[-1] = [blocks[-1][0] + late, blocks[-1][1] + of, blocks[-1][2] + wide]
    return tuple(late / of for late, of, wide in blocks for _ in range(int(wide)))
