"""Control charts: exact limits, few false alarms over an undisturbed process, and a bad batch that stands out."""

from __future__ import annotations

from datetime import date, timedelta
from math import comb, exp, factorial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.control_chart import FALSE_ALARM, Kind, Period, chart, limits

START = date(2026, 1, 5)


def weeks(pairs: list[tuple[int, float]], over: int | None = None) -> list[Period]:
    last = len(pairs) if over is None else over
    return [
        Period(START + timedelta(weeks=n), hits, of, n < last) for n, (hits, of) in enumerate(pairs)
    ]


def binomial(k: int, of: int, share: float) -> float:
    return float(comb(of, k) * share**k * (1 - share) ** (of - k))


def poisson(k: int, mean: float) -> float:
    return exp(-mean) * mean**k / factorial(k)


@settings(deadline=None)
@given(st.integers(1, 150), st.floats(0.01, 0.99))
def test_the_limits_of_a_p_chart_are_the_exact_binomial_ones(of: int, share: float) -> None:
    least, most = limits(of, share)
    below = sum(binomial(k, of, share) for k in range(least))
    above = sum(binomial(k, of, share) for k in range(most + 1, of + 1))
    assert below <= FALSE_ALARM / 2 + 1e-12
    assert above <= FALSE_ALARM / 2 + 1e-12
    assert below + binomial(least, of, share) > FALSE_ALARM / 2 - 1e-12
    assert above + binomial(most, of, share) > FALSE_ALARM / 2 - 1e-12


@settings(deadline=None)
@given(st.floats(0.05, 80.0))
def test_the_limits_of_a_u_chart_are_the_exact_poisson_ones(mean: float) -> None:
    least, most = limits(1.0, mean, kind="u")
    below = sum(poisson(k, mean) for k in range(least))
    above = 1 - sum(poisson(k, mean) for k in range(most + 1))
    assert below <= FALSE_ALARM / 2 + 1e-9
    assert above <= FALSE_ALARM / 2 + 1e-9
    assert above + poisson(most, mean) > FALSE_ALARM / 2 - 1e-9


@pytest.mark.parametrize("of", [1, 50, 1_000, 200_000])
@pytest.mark.parametrize("kind", ["p", "u"])
def test_limits_hold_what_is_usual(of: int, kind: Kind) -> None:
    least, most = limits(of, 0.05, kind=kind)
    assert 0 <= least <= of * 0.05 <= most + 1


@pytest.mark.parametrize("share", [0.01, 0.06, 0.3])
@pytest.mark.parametrize("kind", ["p", "u"])
def test_an_undisturbed_process_gives_hardly_more_alarms_than_promised(share: float, kind: Kind) -> None:
    random, alarms, points = Random(7), 0, 0
    for _ in range(60):
        sold = [random.randrange(20, 300) for _ in range(26)]
        drawn = [(sum(random.random() < share for _ in range(of)), of) for of in sold]
        found = chart(weeks([(hits, float(of)) for hits, of in drawn]), kind)
        alarms += sum(point.verdict != "" for point in found.points)
        points += len(found.points)
    assert points == 1560
    # Exact limits alarm less often than promised; what is usual is itself only estimated, which costs a little.
    assert alarms / points <= 2 * FALSE_ALARM


@pytest.mark.parametrize("kind", ["p", "u"])
def test_a_bad_batch_stands_out_and_does_not_hide_itself(kind: Kind) -> None:
    usual = [(4, 100.0), (6, 100.0), (5, 100.0), (3, 100.0), (5, 100.0), (6, 100.0), (4, 100.0), (5, 100.0)]
    found = chart(weeks([*usual[:5], (24, 100.0), (30, 100.0), *usual[5:]]), kind)
    assert [point.hits for point in found.points if point.verdict == "high"] == [24, 30]
    assert found.centre == pytest.approx(38 / 800)


def test_too_few_weeks_say_nothing_of_what_is_usual() -> None:
    found = chart(weeks([(1, 10.0)] * 7))
    assert found.centre is None
    assert {point.verdict for point in found.points} == {""}
    assert {point.share for point in found.points} == {0.1}


def test_a_week_that_is_not_over_is_shown_and_not_judged() -> None:
    found = chart(weeks([(5, 100.0)] * 10 + [(90, 100.0)], over=10))
    assert found.points[-1].share == 0.9
    assert found.points[-1].verdict == ""
    assert found.points[-1].high is None
    assert found.centre == 0.05


def test_weeks_without_sales_have_no_share_and_more_back_than_sold_counts_as_all() -> None:
    found = chart(weeks([(5, 100.0)] * 9 + [(3, 0.0), (7, 5.0), (-4, 100.0)]))
    assert found.points[9].share is None
    assert found.points[10].share == 1
    assert found.points[11].hits == 0


def test_a_product_that_never_comes_back_has_no_limits_to_break() -> None:
    found = chart(weeks([(0, 100.0)] * 12))
    assert found.centre == 0
    assert {point.verdict for point in found.points} == {""}
