"""Amounts of money in Amazon's notices, in both notations, as decimal strings."""

from __future__ import annotations

import re

from services.rules.marketplaces import MARKETPLACES

_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY", "₹": "INR", "r$": "BRL", "₺": "TRY"}
_SYMBOLS |= {"zł": "PLN", "tl": "TRY", "rs": "INR", "rs.": "INR", "us$": "USD", "ca$": "CAD"}
_CODES = sorted({place.currency for place in MARKETPLACES.values()})
_LOCAL = {"$", "kr", "kr."}
_CURRENCY = r"(?:" + "|".join(_CODES) + r"|US\$|CA\$|R\$|Rs\.?|kr\.?|zł|TL|[$€£¥￥₹₺円])"
_NUMBER = r"(?:[0-9]{1,3}(?:[ \u00a0\u202f.,'’][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]{1,9}(?:[.,][0-9]{1,2})?)(?![0-9])"
_MONEY = re.compile(
    rf"(?<![\w.,-])(?:(?P<before>{_CURRENCY})[ \u00a0\u202f]?(?P<first>{_NUMBER})"
    rf"|(?P<second>{_NUMBER})[ \u00a0\u202f]?(?P<after>{_CURRENCY})(?!\w))",
    re.I,
)


def money_in(text: str, local_currency: str | None = None) -> tuple[str, str | None] | None:
    """The first amount as (decimal string, currency code), or None.

    `$` and `kr` stand for the marketplace's currency; a currency that is still unknown is None.
    """
    found = _MONEY.search(text)
    if found is None:
        return None
    currency = _currency(found["before"] or found["after"], local_currency)
    return decimal_string(found["first"] or found["second"], currency), currency


def decimal_string(number: str, currency: str | None = None) -> str:
    """`1.234,56` and `1,234.56` as `1234.56`; a lone separator before three digits parts thousands."""
    digits = re.sub(r"[ \u00a0\u202f'’]", "", number)
    at = max(digits.rfind("."), digits.rfind(","))
    whole, fraction = (digits[:at], digits[at + 1 :]) if at >= 0 else (digits, "")
    if len(fraction) == 3 or currency == "JPY":
        whole, fraction = whole + fraction, ""
    whole = whole.replace(".", "").replace(",", "").lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _currency(symbol: str, local_currency: str | None) -> str | None:
    sign = symbol.lower()
    if sign in _LOCAL:
        return local_currency
    return _SYMBOLS.get(sign) or symbol.upper()
