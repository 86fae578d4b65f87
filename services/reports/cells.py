"""What single cells of reports mean: ids, numbers, flags, amounts; a ValueError says what is wrong, in a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from services.rules import money, report_dates
from services.rules.marketplaces import BY_ID, by_domain

# S01-... are orders of other shops that Amazon only ships.
_ORDER_ID = re.compile(r"[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}")
_FLAGS = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
_CHANNELS = {
    "amazon": "fba",
    "afn": "fba",
    "fba": "fba",
    "merchant": "fbm",
    "mfn": "fbm",
    "seller": "fbm",
    "fbm": "fbm",
}


def order_id(text: str) -> str:
    """The text itself if it is an order id of 3-7-7 digits. Raises ValueError."""
    if not _ORDER_ID.fullmatch(text):
        raise ValueError(f"{shown(text)} is no order id")
    return text


def cleaned(cells: list[str]) -> list[str]:
    """Cells without white space around them and without control signs in them; a quoted line break stays."""
    # Nearly every row is clean, and looking at it whole is ten times cheaper than cell by cell.
    whole_row = "|".join(cells)
    if whole_row.isprintable() and " |" not in whole_row and "| " not in whole_row and whole_row == whole_row.strip():
        return cells.copy()
    return [cell.strip() if cell.isprintable() else "".join(_kept(sign) for sign in cell).strip() for cell in cells]


def _kept(sign: str) -> str:
    return sign if sign.isprintable() or sign == "\n" else " "


def whole(text: str, what: str) -> int:
    """A number without decimals, not negative. Raises ValueError."""
    if text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        number = int(text)
    except ValueError:
        number = -1
        if text.endswith((".0", ",0", ".00", ",00")):
            return whole(re.split("[.,]", text)[0], what)
    if not 0 <= number < 1_000_000_000:
        raise ValueError(f"{what} is {shown(text)}, not a whole number")
    return number


def flag(text: str) -> bool | None:
    """Y, yes, true or 1; None if nothing is said."""
    return _FLAGS.get(text.lower())


def channel(text: str) -> str | None:
    """fba or fbm, from Amazon's several words for who ships."""
    return _CHANNELS.get(text.lower())


@lru_cache(maxsize=4096)
def amount(text: str, currency: str | None, what: str) -> int | None:
    """Minor units; None for an empty cell. Raises ValueError."""
    if not text:
        return None
    try:
        return money.minor(text, currency)
    except ValueError:
        raise ValueError(f"{what} is {shown(text)}, not an amount") from None


def moment(text: str, what: str, order: str = "dmy") -> datetime:
    """A time in UTC. Raises ValueError."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return report_dates.moment(text, order)
    except (ValueError, OverflowError):
        raise ValueError(f"{what} is {shown(text)}, not a date") from None


def moment_or_none(text: str | None, what: str, order: str = "dmy") -> datetime | None:
    """A time in UTC, None for an empty cell. Raises ValueError."""
    return moment(text, what, order) if text and text.strip() else None


@lru_cache(maxsize=256)
def marketplace(sales_channel: str) -> str | None:
    """The marketplace that `Amazon.de`, a marketplace id or a code stands for, or None."""
    name = sales_channel.strip()
    place = BY_ID.get(name) or by_domain(name.lower())
    return place.code if place else None


def shown(text: str) -> str:
    """A cell's content for a sentence."""
    clean = " ".join(text.split())
    if not clean:
        return "empty"
    return f"“{clean[:60]}{'…' if len(clean) > 60 else ''}”"
