"""Days, weeks and hours of the week in a zone: where they begin in UTC, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
"""Every zone in use since 1972 differs from UTC by quarters of an hour."""
HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]
"""From the first moment to the first one after it, in UTC."""


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC; also where clocks go forward or back at midnight."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def span(first: date, last: date, zone: ZoneInfo) -> Span:
    """Local days, both included. Raises ValueError if the range is upside down."""
    if last < first:
        raise ValueError(f"the range ends on {last}, before it starts on {first}")
    return start_of(first, zone), start_of(last + timedelta(days=1), zone)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def bucket(moment: datetime, zone: ZoneInfo, by: str) -> date | tuple[int, int]:
    """The local `day`, the Monday of the local `week`, or the (weekday from Monday = 0, hour) of a moment."""
    local = moment.astimezone(zone)
    if by == "slot":
        return local.weekday(), local.hour
    return monday(local.date()) if by == "week" else local.date()


def whole_hours(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether every UTC hour of the range lies in one local hour: then hours counted in UTC can be moved."""
    moments = [start + n * timedelta(days=1) for n in range((end - start).days + 1)] + [end]
    return all((moment.astimezone(zone).utcoffset() or HOUR) % HOUR == timedelta(0) for moment in moments)


def slots(start: datetime, end: datetime, zone: ZoneInfo, weekday: int, hour: int) -> list[Span]:
    """The stretches of a UTC range that lie in one hour of the local week; one that comes twice is one stretch."""
    found: list[Span] = []
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    while day <= last:
        if day.weekday() == weekday:
            found += _hour_of(day, hour, zone, start, end)
        day += timedelta(days=1)
    return found


def _hour_of(day: date, hour: int, zone: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
    # Every quarter of the day is asked for its local hour: right across any change of the clocks.
    first, after = span(day, day, zone)
    pieces: list[Span] = []
    moment = first
    while moment < after:
        if moment.astimezone(zone).hour == hour:
            if pieces and pieces[-1][1] == moment:
                pieces[-1] = (pieces[-1][0], moment + QUARTER)
            else:
                pieces.append((moment, moment + QUARTER))
        moment += QUARTER
    return [(max(a, start), min(b, end)) for a, b in pieces if a < end and b > start]
