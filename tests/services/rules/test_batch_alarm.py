"""Bad batches are found, and undisturbed SKUs raise fewer than one alarm a year per hundred."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.batch_alarm import BEFORE, CHARTS, RARE, Week, judge, monday, sold_lately, tail

FIRST = date(2025, 1, 6)


def poisson(chance: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, k = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        k += 1
    return k


def series(hits: list[int], sold: float = 40.0) -> list[Week]:
    return [Week(FIRST + n * timedelta(days=7), each, sold) for n, each in enumerate(hits)]


def alarms(hits: list[int], sold: list[float]) -> int:
    """How often a new alarm begins when each week is judged as it ends."""
    weeks = [Week(FIRST + n * timedelta(days=7), each, of) for n, (each, of) in enumerate(zip(hits, sold, strict=True))]
    raised = [judge(weeks[max(0, end - BEFORE - 4) : end]) is not None for end in range(1, len(weeks) + 1)]
    return sum(now and not before for before, now in zip([False, *raised], raised, strict=False))


def test_undisturbed_skus_raise_fewer_than_one_alarm_a_year_per_hundred() -> None:
    """Three charts for each of 100 SKUs over five years: slow and quick sellers, with seasons in what is sold."""
    chance, years, raised = random.Random(11), 5, 0
    for _ in range(100 * CHARTS):
        usual, rate = chance.choice((3, 10, 40, 150)), chance.choice((0.01, 0.05, 0.15))
        sold = [usual * (1 + 0.4 * math.sin(n / 8)) for n in range(52 * years)]
        raised += alarms([poisson(chance, rate * of) for of in sold], sold)
    assert raised / years < 1


@pytest.mark.parametrize(("times", "weeks", "found"), [(4, 1, 0.75), (4, 2, 0.95), (3, 4, 0.95), (2, 4, 0.4)])
def test_an_injected_shift_is_found(times: float, weeks: int, found: float) -> None:
    """Six hits a week are usual; then the rate is so many times higher."""
    chance, hit = random.Random(5), 0
    for _ in range(200):
        hits = [poisson(chance, 6) for _ in range(26)] + [poisson(chance, 6 * times) for _ in range(weeks)]
        hit += judge(series(hits)) is not None
    assert hit / 200 > found


def test_the_alarm_says_since_when_how_many_and_what_was_to_be_expected() -> None:
    alarm = judge(series([2] * 26 + [20]))
    assert alarm is not None
    assert (alarm.weeks, alarm.hits, alarm.expected) == (1, 20, pytest.approx(2.0))
    assert alarm.since == FIRST + 26 * timedelta(days=7)
    assert alarm.chance < RARE


@pytest.mark.parametrize(
    "hits",
    [[], [50], [0] * 7 + [50], [5] * 30, [9] * 26 + [0], [0] * 26 + [2]],
    ids=["nothing", "one week", "too young", "steady", "fewer", "two hits"],
)
def test_no_alarm_without_a_reason(hits: list[int]) -> None:
    assert judge(series(hits)) is None


def test_more_sold_explains_more_hits() -> None:
    hits = [2] * 26 + [20]
    assert judge(series(hits)) is not None
    assert judge([*series(hits)[:-1], Week(FIRST + 26 * timedelta(days=7), 20, 400.0)]) is None


def test_several_charts_of_one_kind_share_the_false_alarms() -> None:
    borderline = next(series([2] * 26 + [n]) for n in range(3, 40) if judge(series([2] * 26 + [n])))
    assert judge(borderline) is not None
    assert judge(borderline, reasons=50) is None


@settings(max_examples=80)
@given(st.integers(0, 60), st.integers(0, 200), st.floats(0.01, 3))
def test_the_tail_is_a_probability_that_falls_with_more_hits(hits: int, before: int, ratio: float) -> None:
    assert 0 <= tail(hits + 1, before, ratio) <= tail(hits, before, ratio) <= 1 + 1e-9
    assert tail(0, before, ratio) == pytest.approx(1, abs=1e-6)


def test_what_was_sold_lately_is_the_mean_of_four_weeks() -> None:
    assert sold_lately([4, 8, 0, 0, 8]) == [4, 6, 4, 3, 4]
    assert monday(date(2026, 11, 22)) == date(2026, 11, 16)
