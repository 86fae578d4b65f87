"""Days as people type them into spreadsheets, in whatever notation; and the part of them that no notation changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

OLDEST, NEWEST = 1990, 2100
_FIRST_SERIAL = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)
"""Spreadsheets count days from 1899-12-30; these are 2000-01-01 to 2099-12-31."""
_CLOCK = re.compile(
    r"(?:\s*,?\s+|T)\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|gmt|[+-]\d\d:?\d\d)?$",
    re.I,
)
_NUMBERS = re.compile(r"(\d{1,4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,4})\s?[.日]?")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_WEEKDAY = re.compile(r"^[^\W\d]{2,10}\.?,\s*")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er)?[.\s-]*(?:de\s+)?([^\W\d]{3,12})\.?[\s,./-]*(?:de\s+)?(\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(r"([^\W\d]{3,12})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?[\s,.-]+(\d{4}|\d{2})")
# English, German, French, Spanish, Italian, Dutch, Polish, Swedish, Portuguese; without accents.
_MONTHS = (
    "jan janv ene gen sty janvier enero gennaio stycznia januar january janeiro januari",
    "feb fev febr fevr lut fevrier febrero febbraio lutego februar february fevereiro februari",
    "mar mars marz mrz mrt maart marzo marca march marco",
    "apr avr abr kwi avril abril aprile kwietnia april",
    "may mai mag mei maj mayo maggio maja maio",
    "jun juin giu cze junio giugno czerwca juni june junho",
    "jul juil lug lip juillet julio luglio lipca juli july julho",
    "aug aou ago sie aout agosto sierpnia august augustus augusti",
    "sep sept set wrz septembre septiembre settembre wrzesnia september setembro",
    "oct okt out ott paz octobre octubre ottobre pazdziernika oktober october outubro",
    "nov lis novembre noviembre listopada november novembro",
    "dec dez dic gru decembre diciembre dicembre grudnia dezember december dezembro",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


def day(text: str, order: str = "dmy") -> date | None:
    """The day that a cell names, None if it names none; `order` (dmy or mdy) decides where both would do."""
    found = _days(text.strip())
    if not found:
        return None
    return found[1] if order == "mdy" and len(found) > 1 else found[0]


def order_of(texts: Iterable[str], default: str = "dmy") -> str:
    """`dmy` or `mdy`: how a column of days is written, by the days that can be only one of them."""
    told = {"dmy": 0, "mdy": 0}
    for text in texts:
        found = _NUMBERS.fullmatch(_CLOCK.sub("", text.strip()))
        if found and len(found[1]) < 3 and len(found[3]) in (2, 4):
            first, second = int(found[1]), int(found[2])
            if 12 < first <= 31 and second <= 12:
                told["dmy"] += 1
            elif 12 < second <= 31 and first <= 12:
                told["mdy"] += 1
    if told["dmy"] == told["mdy"]:
        return default
    return max(told, key=lambda order: told[order])


def identity(text: str) -> str:
    """What a cell's day is recognised by, whatever notation and cell format it is shown in.

    Day and month go in without their order: a column that is shown the American way tomorrow, or a new row that shows
    which way was meant, must not make other rows of the same ones.
    """
    found = _days(text.strip())
    if not found:
        return " ".join(text.casefold().split())
    smaller, larger = sorted((found[0].month, found[0].day))
    return f"{found[0].year}~{smaller}~{larger}"


def is_same(one: str, other: str) -> bool:
    """Whether two cells name one day, perhaps in different notations."""
    mine, theirs = _days(one.strip()), _days(other.strip())
    return bool(set(mine) & set(theirs))


@lru_cache(maxsize=8192)
def _days(text: str) -> tuple[date, ...]:
    """The days that a text can mean: none, one, or (day first, month first)."""
    if not text or len(text) > 60 or not any(sign.isdigit() for sign in text):
        return ()
    text = _CLOCK.sub("", _WEEKDAY.sub("", unicodedata.normalize("NFKC", text))).strip()
    if text.isdecimal():
        return _counted(text)
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        return _numbered(numbers[1], numbers[2], numbers[3])
    plain = _plain(text)
    if named := _DAY_FIRST.fullmatch(plain):
        return _date(named[3], str(_MONTH_OF.get(named[2], 0)), named[1])
    if named := _MONTH_FIRST.fullmatch(plain):
        return _date(named[3], str(_MONTH_OF.get(named[1], 0)), named[2])
    return ()


def _counted(text: str) -> tuple[date, ...]:
    if _COMPACT.fullmatch(text):
        return _date(text[:4], text[4:6], text[6:])
    return (_FIRST_SERIAL + timedelta(days=int(text)),) if len(text) == 5 and int(text) in _SERIALS else ()


def _numbered(one: str, two: str, three: str) -> tuple[date, ...]:
    if len(one) == 4:
        return _date(one, two, three)
    if len(one) > 2 or len(three) not in (2, 4):
        return ()
    return tuple(dict.fromkeys([*_date(three, two, one), *_date(three, one, two)]))


def _date(year: str, month: str, number: str) -> tuple[date, ...]:
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError:
        return ()
    return (found,) if OLDEST <= found.year < NEWEST else ()


def _plain(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
