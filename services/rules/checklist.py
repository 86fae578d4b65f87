"""The checklist: which duty is to be done where in which day, week or month, and how each of these cells stands.

Nothing is stored per cell: cells follow from duties and marketplaces, each with the days on which they hold, and are
closed by facts. So a cell is never lost, and a changed or ended duty leaves the past as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Rhythm = Literal["daily", "weekly", "monthly"]
State = Literal["proved", "signed", "due", "missed", "not_yet"]

RHYTHMS = {"daily": "Daily", "weekly": "Weekly", "monthly": "Monthly"}
STATES = {"proved": "proved", "signed": "signed", "due": "due", "missed": "missed", "not_yet": "not yet"}
SCOPES = {
    "each": "Every marketplace",
    "chosen": "Chosen marketplaces",
    "by_hand": "Marketplaces that no source covers",
    "account": "Once per account",
}
WHOLE = ""
"""Stands for the marketplace where a duty is done once per account."""
ONE_DAY = timedelta(days=1)
UNDO_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Duty:
    """One version of a duty; it decides the periods that begin in [valid_from, valid_to).

    `on`: weekdays (Monday is 0) of a daily duty, empty for all; the weekday of a weekly one; the day of the month of a
    monthly one, its last day where the month is shorter. `at`: until when, on the clock of the team's zone.
    `marketplaces` counts for the scope `chosen` only. `proof` and `page` are names, "" for none.
    """

    id: int
    title: str
    rhythm: Rhythm
    on: tuple[int, ...]
    at: time
    valid_from: date
    valid_to: date | None = None
    scope: str = "each"
    marketplaces: frozenset[str] = frozenset()
    proof: str = ""
    page: str = ""
    how: str = ""
    version_id: int = 0

    def concerns(self, place: Place) -> bool:
        """Whether it is to be done for a place."""
        if self.scope == "account" or place.marketplace == WHOLE:
            return self.scope == "account" and place.marketplace == WHOLE
        if self.scope == "by_hand":
            return place.by_hand
        return self.scope == "each" or place.marketplace in self.marketplaces


@dataclass(frozen=True)
class Place:
    """A marketplace of an account (WHOLE: the account itself) on the days in [since, until).

    `by_hand`: no source covers all of it, so that it has to be swept in Seller Central.
    """

    account: str
    marketplace: str
    since: date
    until: date | None = None
    by_hand: bool = False


class Zone(NamedTuple):
    """The team's zone from a moment on; the first one holds for all time before."""

    since: datetime
    info: ZoneInfo


@dataclass(frozen=True)
class Period:
    """A day, ISO week or month of a duty on the team's calendar; `ends` is the day after its last."""

    duty: Duty
    starts: date
    ends: date
    due_day: date
    opens_at: datetime
    due_from: datetime
    due_at: datetime
    closes_at: datetime


class Key(NamedTuple):
    """What names a cell for good."""

    duty_id: int
    account: str
    marketplace: str
    starts: date

    def __str__(self) -> str:
        return "~".join((str(self.duty_id), self.account, self.marketplace, self.starts.isoformat()))

    @classmethod
    def read(cls, text: str) -> Key | None:
        """The key that was written like this, or None; no desk is older or younger than two centuries."""
        try:
            number, rest = text.split("~", 1)
            account, marketplace, day = rest.rsplit("~", 2)
            key = cls(int(number), account, marketplace, date.fromisoformat(day))
        except ValueError:
            return None
        return key if 2000 <= key.starts.year < 2200 and 0 < key.duty_id < 2**31 else None


class Cell(NamedTuple):
    """One duty at one place in one period."""

    period: Period
    place: Place

    @property
    def key(self) -> Key:
        """Its name."""
        return Key(self.period.duty.id, self.place.account, self.place.marketplace, self.period.starts)


class Mark(NamedTuple):
    """What closed a cell: a proof or a signature, when and by whom. `found` things; `reason` why it is back-dated."""

    id: int
    how: Literal["proof", "signature"]
    at: datetime
    by: str
    found: int = 0
    note: str = ""
    reason: str = ""
    proof_id: int | None = None


def start_of(rhythm: Rhythm, day: date) -> date:
    """The first day of the period that a day lies in: itself, its Monday, or the first of its month."""
    if rhythm == "daily":
        return day
    return day - timedelta(days=day.weekday()) if rhythm == "weekly" else day.replace(day=1)


def next_start(rhythm: Rhythm, start: date) -> date:
    """The first day of the next period."""
    if rhythm == "monthly":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + (ONE_DAY if rhythm == "daily" else 7 * ONE_DAY)


def due_day(duty: Duty, start: date) -> date | None:
    """On which day of a period a duty is due; None where a daily one is not due on that weekday."""
    if duty.rhythm == "daily":
        return start if not duty.on or start.weekday() in duty.on else None
    first = duty.on[0] if duty.on else 0
    if duty.rhythm == "weekly":
        return start + timedelta(days=first)
    last = next_start("monthly", start) - ONE_DAY
    return min(start + timedelta(days=max(first, 1) - 1), last)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment when a day begins in a zone, in UTC; right too where clocks are put forward at midnight."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def zone_on(zones: Sequence[Zone], day: date) -> ZoneInfo:
    """The zone in which a period that begins on `day` is counted; `zones` by time. One that changes leaves old days."""
    begins = datetime.combine(day, time(), tzinfo=UTC)
    at = bisect_right([zone.since for zone in zones], begins)
    return zones[max(at - 1, 0)].info


def today(zones: Sequence[Zone], now: datetime) -> date:
    """The day that is now on the team's calendar."""
    day = now.astimezone(zones[-1].info).date()
    return now.astimezone(zone_on(zones, day)).date()


def period(version: Duty, start: date, zones: Sequence[Zone]) -> Period | None:
    """The period of a version that begins on a day; None where it is not due in it."""
    due, end = due_day(version, start), next_start(version.rhythm, start)
    if due is None:
        return None
    zone = zone_on(zones, start)
    due_at = datetime.combine(due, version.at, tzinfo=zone).astimezone(UTC)
    return Period(version, start, end, due, midnight(start, zone), midnight(due, zone), due_at, midnight(end, zone))


def version_for(versions: Sequence[Duty], start: date) -> Duty | None:
    """The version that decides the period beginning on `start`: the one that holds on that day.

    A duty that begins within a period counts in it if it falls due on or after its first day. `versions` by time.
    """
    for version in versions:
        if version.valid_from <= start and (version.valid_to is None or start < version.valid_to):
            return version
    first = versions[0] if versions else None
    if first is None or not start < first.valid_from < next_start(first.rhythm, start):
        return None
    due = due_day(first, start)
    return first if due is not None and due >= first.valid_from else None


def periods(duties: Iterable[Duty], first: date, last: date, zones: Sequence[Zone]) -> Iterator[Period]:
    """The periods of all duties that touch the days from `first` to `last`, both included, by duty and time."""
    by_duty: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        # One that ended before it began was planned and never held.
        if duty.valid_to is None or duty.valid_from < duty.valid_to:
            by_duty[duty.id].append(duty)
    for versions in by_duty.values():
        versions.sort(key=lambda version: (version.valid_from, version.version_id))
        start = start_of(versions[0].rhythm, first)
        while start <= last:
            version = version_for(versions, start)
            found = period(version, start, zones) if version else None
            if found:
                yield found
            start = next_start(versions[0].rhythm, start)


def cells(
    duties: Iterable[Duty], places: Iterable[Place], first: date, last: date, zones: Sequence[Zone]
) -> Iterator[Cell]:
    """Every cell of the periods that touch the days from `first` to `last`, each once.

    `duties` are versions; all versions of a duty have one rhythm and do not overlap. `places` are stretches of time;
    those of one marketplace do not overlap. The place as it is on the due day counts.
    """
    known = list(places)
    for each in periods(duties, first, last, zones):
        for place in known:
            is_there = place.since <= each.due_day and (place.until is None or each.due_day < place.until)
            if is_there and each.duty.concerns(place):
                yield Cell(each, place)


def judge(period: Period, mark: Mark | None, now: datetime) -> State:
    """How a cell stands: closed by proof or signature, else missed once its period is over, else due or not yet.

    It is due from the midnight on with which its due day begins.
    """
    if mark is not None:
        return "proved" if mark.how == "proof" else "signed"
    if now >= period.closes_at:
        return "missed"
    return "due" if now >= period.due_from else "not_yet"


def is_late(at: datetime, closes_at: datetime) -> bool:
    """Whether something was signed only after its period was over."""
    return at >= closes_at


def is_back_dated(period: Period, mark: Mark) -> bool:
    """Whether a cell was closed only after its period was over."""
    return is_late(mark.at, period.closes_at)


def label(rhythm: Rhythm, starts: date) -> str:
    """What a period is called: `Mon 16 Nov 2026`, `week 47, 2026`, `Nov 2026`."""
    if rhythm == "daily":
        return f"{starts:%a} {starts.day} {starts:%b %Y}"
    year, week, _ = starts.isocalendar()
    return f"week {week}, {year}" if rhythm == "weekly" else f"{starts:%b %Y}"


def first_start(rhythm: Rhythm, wanted: date, today: date) -> date:
    """From which day on a change of a duty may hold: the first period that begins on or after both, but not today's."""
    earliest = max(wanted, today + ONE_DAY)
    start = start_of(rhythm, earliest)
    return start if start == earliest else next_start(rhythm, start)
