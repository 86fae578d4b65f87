"""Return rates, faults and Pareto bars: what holds for every count, and Amazon's own codes."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import return_rate
from services.rules.return_rate import fault, pareto, rate, wilson
from services.rules.return_reasons import CODES

COUNTS = st.integers(-5, 10_000)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_limits_are_those_of_the_textbook(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(COUNTS, COUNTS)
def test_a_rate_lies_within_its_limits_and_within_nothing_and_all(returned: int, sold: int) -> None:
    found = rate(returned, sold)
    if found.value is None or found.low is None or found.high is None:
        assert sold <= 0
        return
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12
    assert found.high <= 1


@given(st.integers(0, 200), st.integers(1, 200))
def test_more_units_sold_at_the_same_rate_make_the_limits_narrower(hits: int, of: int) -> None:
    hits = min(hits, of)
    low, high = wilson(hits, of)
    closer = wilson(4 * hits, 4 * of)
    assert closer[1] - closer[0] < high - low


def test_nothing_sold_has_no_rate_and_is_marked_as_few() -> None:
    assert rate(3, 0) == return_rate.Rate(3, 0, None, None, None)
    assert rate(3, 0).is_small


@pytest.mark.parametrize(("sold", "is_small"), [(29, True), (30, False)])
def test_small_numbers_are_marked(sold: int, is_small: bool) -> None:
    assert rate(1, sold).is_small is is_small


@pytest.mark.parametrize(
    ("reason", "disposition", "expected"),
    [
        ("defective", None, "defective"),
        ("quality_unacceptable", "SELLABLE", "defective"),
        ("switcheroo", None, "wrong_item"),
        ("missing_parts", None, "wrong_item"),
        ("damaged_by_carrier", None, "damaged"),
        ("amz-pg-bad-item", None, "defective"),
        ("unwanted_item", "DEFECTIVE", "defective"),
        ("unwanted_item", "carrier_damaged", "damaged"),
        ("unwanted_item", "CUSTOMER_DAMAGED", ""),
        ("ordered_wrong_item", "SELLABLE", ""),
        ("other", None, ""),
    ],
)
def test_a_fault_is_the_buyers_reason_else_what_amazon_found(
    reason: str, disposition: str | None, expected: str
) -> None:
    assert fault(reason, disposition) == expected


def test_every_code_that_counts_as_a_fault_is_a_code_of_amazons() -> None:
    assert return_rate._DEFECTIVE | return_rate._WRONG_ITEM | return_rate._DAMAGED <= CODES


@given(st.dictionaries(st.text(max_size=3), st.integers(-2, 50), max_size=8))
def test_pareto_bars_fall_in_height_and_add_up_to_all(units: dict[str, int]) -> None:
    bars = pareto(units)
    assert [bar.units for bar in bars] == sorted((n for n in units.values() if n > 0), reverse=True)
    if bars:
        assert isclose(sum(bar.share for bar in bars), 1)
        assert isclose(bars[-1].up_to, 1)
        assert [bar.up_to for bar in bars] == sorted(bar.up_to for bar in bars)
