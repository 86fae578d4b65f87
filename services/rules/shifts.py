"""When somebody's shift begins: the one moment of a day at which a digest of Today is due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo

LATEST = timedelta(hours=4)
"""A digest that could not be sent for so long after the start of the shift is of no use any more."""


def begun(
    now: datetime, start: time, zone: tzinfo, *, closed_weekdays: Collection[int] = (), holidays: Collection[date] = ()
) -> date | None:
    """The local day of the shift that began within the last four hours by the clock on the wall, or None.

    There is none on closed days. A start that the change to summer time leaves out is that of the hour after it.
    """
    local = now.astimezone(zone)
    day = local.date()
    if day.weekday() in closed_weekdays or day in holidays:
        return None
    wall = local.replace(tzinfo=None)
    began = datetime.combine(day, start)
    return day if began <= wall < began + LATEST else None
