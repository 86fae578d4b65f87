"""How Amazon's reports and the programs that save them write days and times, and what they mean by marketplace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

# The order of day, month and year in numbers, by marketplace (feedback reports; other reports as far as they use it).
_ORDERS = {"US": "mdy", "SE": "ymd", "JP": "ymd"}
# The sign between them, where a marketplace has one of its own.
_SIGNS = {"DE": ".", "SE": "-"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OLDEST = date(2000, 1, 1)
USUAL_AGE = timedelta(days=3 * 366)
_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})\.?")
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?[- ,]+(\d{4}|\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?\s*(UTC|GMT|Z)?")


def order_of(marketplace: str | None) -> str:
    """`mdy`, `ymd` or `dmy`: how a marketplace writes a day in numbers."""
    return _ORDERS.get(marketplace or "", "dmy")


def day(text: str, order: str = "dmy") -> date:
    """A day as a report writes it. Raises ValueError.

    ISO days and English month names mean the same everywhere; `order` decides for the others. Two-digit years are of
    this century.
    """
    text = text.strip()
    named = _NAMED.fullmatch(text)
    if named and named[2].lower() in _MONTHS:
        return date(_year(named[3]), _MONTHS.index(named[2].lower()) + 1, int(named[1]))
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no day")
    parts = (found[1], found[3], found[4])
    if len(found[1]) == 4:
        order = "ymd"
    elif len(found[4]) == 4 and order == "ymd":
        order = "dmy"
    year, month, number = (parts[order.index(each)] for each in "ymd")
    return date(_year(year), int(month), int(number))


def moment(text: str, order: str = "dmy") -> datetime:
    """A time as a report writes it, in UTC; without a zone it is UTC, without a clock midnight. Raises ValueError."""
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    first, _, clock = text.partition(" ") if not _NAMED.fullmatch(text) else (text, "", "")
    midnight = datetime.combine(day(first, order), datetime.min.time(), UTC)
    return midnight + _clock(clock) if clock.strip() else midnight


def feedback_day(text: str, marketplaces: Iterable[str | None], now: datetime) -> date:
    """The day of a feedback, as the first of these marketplaces writes it that makes sense of it, else as any does.

    Raises ValueError if it is no day between 2000 and tomorrow.
    """
    latest = (now + timedelta(days=1)).date()
    for order in dict.fromkeys([*map(order_of, (code for code in marketplaces if code)), "dmy", "mdy", "ymd"]):
        try:
            found = moment(text, order).date()
        except (ValueError, OverflowError):
            continue
        if OLDEST <= found <= latest:
            return found
    raise ValueError(f"{text!r} is no day between 2000 and tomorrow")


def fits(text: str, marketplace: str, latest: date) -> bool:
    """Whether a day may have been written by a marketplace: its order, its sign, not in the future, not before 2000."""
    found = _DAY.fullmatch(text.strip())
    try:
        when = day(text, order_of(marketplace))
    except ValueError:
        return False
    if found is not None and len(found[1]) < 4 and len(found[4]) < 4:
        own = _SIGNS.get(marketplace, "/")
        if found[2] != own:
            return False
    return OLDEST <= when <= latest


def likely_marketplaces(texts: Iterable[str], candidates: Sequence[str], now: datetime) -> list[str]:
    """The candidates whose form most of these days have, those first that make the days recent.

    With no day that can be read, all candidates in their own order.
    """
    days = [text for text in texts if text.strip()]
    latest = (now + timedelta(days=1)).date()
    fitting = {code: [text for text in days if fits(text, code, latest)] for code in candidates}
    most = max(map(len, fitting.values()), default=0)
    if not most:
        return [] if days else list(candidates)
    usual = (now - USUAL_AGE).date()
    best = [code for code in candidates if len(fitting[code]) == most]
    return sorted(best, key=lambda code: sum(day(text, order_of(code)) < usual for text in fitting[code]))


def likely_order(texts: Iterable[str], candidates: Sequence[str], now: datetime) -> str:
    """The order of day, month and year that most of these days can have; among several that of the first candidate."""
    days = [text.strip() for text in texts if text.strip()]
    orders = list(dict.fromkeys([*map(order_of, candidates), "dmy", "mdy"]))
    return max(orders, key=lambda order: sum(_is_past(text, order, now) for text in days))


def _is_past(text: str, order: str, now: datetime) -> bool:
    try:
        return OLDEST <= moment(text, order).date() <= (now + timedelta(days=1)).date()
    except ValueError:
        return False


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if len(text) == 2 else _no_year(text)


def _no_year(text: str) -> int:
    raise ValueError(f"{text!r} is no year")


def _clock(text: str) -> timedelta:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time of day")
    hours = int(found[1])
    if found[4]:
        hours = hours % 12 + (12 if found[4].lower() == "pm" else 0)
    if hours > 23 or int(found[2]) > 59:
        raise ValueError(f"{text!r} is no time of day")
    return timedelta(hours=hours, minutes=int(found[2]), seconds=int(found[3] or 0))
