"""How many messages may still be missed before Amazon's 10 % are passed: against trying it out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.response_rate import can_still_miss, drift, first_day, in_time_needed


def is_over(missed, judged):
    return 10 * missed > judged


@given(st.integers(0, 500), st.integers(0, 5000))
def test_one_more_than_may_be_missed_is_too_many(missed, in_time):
    judged = missed + in_time
    n = can_still_miss(missed, judged)
    assert is_over(missed + n + 1, judged + n + 1)
    if n:
        assert not is_over(missed + n, judged + n)
    needed = in_time_needed(missed, judged)
    assert not is_over(missed, judged + needed)
    if needed:
        assert is_over(missed, judged + needed - 1)
        assert n == 0


@pytest.mark.parametrize(("missed", "judged", "n"), [(0, 0, 0), (0, 9, 1), (0, 8, 0), (1, 10, 0), (5, 100, 5)])
def test_some_by_hand(missed, judged, n):
    assert can_still_miss(missed, judged) == n


def test_the_drift_is_amazons_rate_minus_ours():
    assert drift(0.05, 4, 100) == pytest.approx(0.01)
    assert drift(0.05, 0, 0) is None


def test_a_window_of_seven_days_includes_its_last():
    assert first_day(date(2026, 11, 22), 7) == date(2026, 11, 16)
