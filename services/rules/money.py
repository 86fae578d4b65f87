"""Amounts of money as whole minor units (cents; yen have none), from Amazon's spellings and back."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal, InvalidOperation

WITHOUT_CENTS = frozenset({"JPY", "KRW", "CLP"})
_NUMBER = re.compile(r"[-+]?\d[\d., \u00a0\u202f'’]*")
_SPACES = re.compile(r"[ \u00a0\u202f'’]")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}\.\d{3}")
MOST = Decimal(10) ** 15


def digits(currency: str | None) -> int:
    """How many decimal places a currency has."""
    return 0 if currency in WITHOUT_CENTS else 2


def minor(value: object, currency: str | None) -> int | None:
    """An amount as whole minor units, rounded half away from zero; None for nothing.

    Takes numbers and strings in both notations (`1,234.56`, `1.234,56`, `-12`); in a string a lone sign before three
    digits parts thousands. Raises ValueError for anything else.
    """
    if value is None or value == "":
        return None
    number = value if isinstance(value, Decimal) else _decimal(str(value))
    if not number.is_finite() or abs(number) > MOST:
        raise ValueError(f"{value!r} is no amount")
    scaled = number.scaleb(digits(currency))
    return int(scaled.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def decimal_string(amount: int, currency: str | None) -> str:
    """Minor units as a plain decimal: 1234 EUR is `12.34`, 1234 JPY is `1234`."""
    places = digits(currency)
    return str(Decimal(amount).scaleb(-places)) if places else str(amount)


def _decimal(text: str) -> Decimal:
    if not _THOUSANDS.fullmatch(text):
        with contextlib.suppress(InvalidOperation):
            return Decimal(text)
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is no amount")
    return Decimal(_plain(_SPACES.sub("", text)))


def _plain(number: str) -> str:
    """The last of dot and comma parts the decimals, unless it stands more than once or before three digits."""
    at = max(number.rfind("."), number.rfind(","))
    if at < 0:
        return number
    alone = number.count(number[at]) == 1
    decimals = number[at + 1 :]
    other = "," if number[at] == "." else "."
    is_decimal = alone and (len(decimals) != 3 or other in number[:at])
    whole = re.sub("[.,]", "", number[:at])
    return f"{whole or '0'}.{decimals or '0'}" if is_decimal else whole + decimals
