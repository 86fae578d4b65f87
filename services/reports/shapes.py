"""Takes JSON answers apart without trusting them: every field may be missing, null or of another type."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TextIO

from services.reports.base import Unreadable
from services.rules import money

LARGEST = 64 * 1024 * 1024


def load(stream: TextIO) -> Any:
    """A whole JSON document, numbers as Decimal. Raises Unreadable."""
    text = stream.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Unreadable("The JSON is larger than 64 MB, more than any such report.")
    try:
        return json.loads(text.lstrip("\ufeff"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as trouble:
        raise Unreadable(f"The JSON is damaged or cut off: {trouble}.") from None


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a single object stands for a list of one."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A string that says something, or None."""
    return value.strip() or None if isinstance(value, str) else None


def flag(value: Any) -> bool | None:
    """True or false, also as words."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def number(value: Any) -> float | None:
    """A finite number, also as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


def count(value: Any) -> int | None:
    """A whole number."""
    found = number(value)
    return int(found) if found is not None else None


def moment(value: Any) -> datetime | None:
    """A time in UTC, or None."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def amount(value: Any, currency: str | None) -> int | None:
    """Minor units of a decimal string or number; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        exact = Decimal(str(value).strip()) if value != "" else None
        return money.minor(exact, currency)
    except (ValueError, ArithmeticError):
        return None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
