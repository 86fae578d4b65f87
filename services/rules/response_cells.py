"""Response times counted in cells that add up: by day and by one thing at a time, so that history is counted once.

A cell holds answered messages only: what is still open changes with the time of looking and is judged then. Counting a
range of days cell by cell gives exactly what counting all its messages at once gives; the tests hold both together.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from services.rules.clock import TARGET

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
PER_HOUR = 3_600_000_000
UNKNOWN = "unknown"
LEVELS = ("all", "hour", "marketplace", "agent", "kind", "language", "turn")
"""What is counted one thing at a time."""
BINS = tuple(range(2, 50, 2))
"""Upper ends of the distribution's bars in hours; one more bar has everything longer."""
House = Callable[[datetime], datetime]
"""When the house's own clock runs out for a message sent at a time, by the rules that held then."""


class Fact(NamedTuple):
    """One message that started a clock and what became of it; columns of `response`, and whether it is its ticket's
    first. Times are UTC."""

    message_id: int
    ticket_id: int
    account: str
    marketplace: str | None
    kind: str
    language: str | None
    sent_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    agent: str | None
    hidden: bool
    first: bool


class Key(NamedTuple):
    """Which cell: a marketplace ("" = all), a level, a UTC day, and a name on that level ("" = not known)."""

    place: str
    level: str
    day: date
    name: str


@dataclass
class Tally:
    """Answered messages; `took` are the microseconds until each answer, `house_late` counts by the house's clock."""

    within: int = 0
    late: int = 0
    house_late: int = 0
    took: array[int] = field(default_factory=lambda: array("q"))

    def add(self, other: Tally) -> None:
        """Take another cell's messages in."""
        self.within += other.within
        self.late += other.late
        self.house_late += other.house_late
        self.took.extend(other.took)

    def packed(self) -> bytes:
        """`took`, ascending, as it is stored: 64-bit little-endian."""
        return _little(array("q", sorted(self.took))).tobytes()


def unpacked(data: bytes) -> array[int]:
    """What `Tally.packed` made."""
    return _little(array("q", data))


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


def fate(fact: Fact, as_of: datetime) -> str:
    """within, late, unanswered (over 24 hours) or pending; "" for what counts nowhere at that time.

    Nothing later than `as_of` is known: no message, no answer, no mark. Unanswered mail beyond the horizon counts
    nowhere, and no message from the moment on in which it was marked No Response Needed.
    """
    answered_at = fact.answered_at
    if fact.sent_at > as_of:
        return ""
    if answered_at is not None and answered_at <= as_of:
        if fact.answered_by != "reply":
            return ""
        return "within" if answered_at - fact.sent_at <= TARGET else "late"
    if fact.hidden and fact.answered_by != "reply":
        return ""
    return "unanswered" if as_of - fact.sent_at > TARGET else "pending"


def name_on(level: str, fact: Fact) -> str:
    """The cell's name of a message on a level."""
    if level == "hour":
        return f"{fact.sent_at:%H}"
    if level == "turn":
        return "first" if fact.first else "next"
    if level == "agent":
        return fact.agent or UNKNOWN
    if level == "all":
        return ""
    return str(getattr(fact, level) or "")


def count(
    facts: Iterable[Fact], *, as_of: datetime, house: House, by_place: bool, levels: Sequence[str] = LEVELS
) -> tuple[dict[Key, Tally], list[Fact]]:
    """The cells of answered messages, and the messages that are still open at `as_of`.

    With `by_place` every cell is there once for all marketplaces and once for its own. Order does not matter.
    """
    cells: dict[Key, Tally] = {}
    waiting: list[Fact] = []
    for fact in facts:
        now = fate(fact, as_of)
        if now in ("within", "late"):
            one = _one(fact, now == "late", house)
            for key in _keys(fact, by_place, levels):
                _put(cells, key, one)
        elif now:
            waiting.append(fact)
    return cells, waiting


def _one(fact: Fact, is_late: bool, house: House) -> Tally:
    assert fact.answered_at is not None
    took = (fact.answered_at - fact.sent_at) // MICROSECOND
    # The house's clock never runs out before Amazon's, so only what is late needs looking at.
    missed = is_late and fact.answered_at > house(fact.sent_at)
    return Tally(int(not is_late), int(is_late), int(missed), array("q", (took,)))


def _keys(fact: Fact, by_place: bool, levels: Sequence[str]) -> Iterable[Key]:
    places = ("", fact.marketplace) if by_place and fact.marketplace else ("",)
    day = fact.sent_at.date()
    for level in levels:
        name = name_on(level, fact)
        for place in places:
            yield Key(place, level, day, name)


def _put(cells: dict[Key, Tally], key: Key, one: Tally) -> None:
    found = cells.get(key)
    if found is None:
        found = cells[key] = Tally()
    found.add(one)


class Ages(NamedTuple):
    """Waiting messages by age: at most 12, 24 or 72 hours, or older."""

    under_12: int = 0
    under_24: int = 0
    under_72: int = 0
    older: int = 0

    def plus(self, other: Ages) -> Ages:
        """Both together."""
        return Ages(*(a + b for a, b in zip(self, other, strict=True)))


_AGES = (12 * HOUR, 24 * HOUR, 72 * HOUR)


def midnight(day: date) -> datetime:
    """The start of a UTC day."""
    return datetime.combine(day, time.min, UTC)


def backlog(
    facts: Iterable[Fact], *, as_of: datetime, by_place: bool, answered: bool
) -> dict[tuple[str, date, date], Ages]:
    """(marketplace or "", end of which UTC day, day of the message) -> messages that waited then, by age.

    Of messages that were answered by `as_of`, or of those that were not. A message waits from its time until its
    answer; what was marked No Response Needed by then is left out altogether.
    """
    found: dict[tuple[str, date, date], Ages] = {}
    for fact in facts:
        now = fate(fact, as_of)
        if not now or (now in ("within", "late")) != answered:
            continue
        until = fact.answered_at if answered and fact.answered_at else as_of + MICROSECOND
        day = tick = fact.sent_at.date()
        while (moment := midnight(tick) + DAY) < until:
            age = Ages(*(int(n == bisect_right(_AGES, moment - fact.sent_at - MICROSECOND)) for n in range(4)))
            for place in ("", fact.marketplace) if by_place and fact.marketplace else ("",):
                key = (place, tick, day)
                found[key] = found.get(key, Ages()).plus(age)
            tick += DAY
    return found


def distribution(took: Iterable[int]) -> tuple[int, ...]:
    """How many times (microseconds) lie in each two hours up to 48, and how many beyond; ends belong to the bar."""
    bars = [0] * (len(BINS) + 1)
    for value in took:
        bars[min(max(-(-value // (2 * PER_HOUR)) - 1, 0), len(BINS))] += 1
    return tuple(bars)


def merged(cells: Mapping[Key, Tally], level: str, name: Callable[[Key], object]) -> dict[object, Tally]:
    """The cells of one level, added up by what `name` makes of their keys."""
    found: dict[object, Tally] = {}
    for key, tally in cells.items():
        if key.level == level:
            found.setdefault(name(key), Tally()).add(tally)
    return found
