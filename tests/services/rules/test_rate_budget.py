"""The token bucket: never more than Amazon allows, and nearly all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.rate_budget import SPREAD, Bucket, Plan, corrected, full, refilled, refused, take

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLANS = st.builds(Plan, st.floats(0.005, 5), st.integers(1, 30))


class Server:
    """Amazon's own bucket: full at first, and told of each call when it arrives."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.tokens, self.at = plan, float(plan.burst), 0.0

    def allows(self, at: float) -> bool:
        self.tokens = min(self.plan.burst, self.tokens + (at - self.at) * self.plan.rate) - 1
        self.at = at
        return self.tokens >= -1e-6


@given(PLANS, st.lists(st.tuples(st.floats(0, 400), st.floats(0, SPREAD * 0.99)), max_size=60))
def test_amazon_never_sees_one_too_many_however_the_calls_travel(plan: Plan, calls: list[tuple[float, float]]) -> None:
    if plan.burst - plan.rate * SPREAD < 1:
        return
    bucket, at, arrivals = full(plan, NOW), 0.0, []
    for pause, travel in calls:
        at += pause
        bucket, wait = take(bucket, plan, NOW + timedelta(seconds=at))
        while wait:
            at += wait.total_seconds()
            bucket, wait = take(bucket, plan, NOW + timedelta(seconds=at))
        arrivals.append(at + travel)
    server = Server(plan)
    assert all(server.allows(each) for each in sorted(arrivals))


@given(PLANS, st.floats(0, 29), st.floats(0, 1e5))
def test_a_call_is_granted_or_the_wait_for_it_is_just_long_enough(plan: Plan, tokens: float, later: float) -> None:
    now = NOW + timedelta(seconds=later)
    bucket, wait = take(Bucket(tokens, NOW), plan, now)
    before = refilled(Bucket(tokens, NOW), plan, now).tokens
    assert (wait == timedelta(0)) == (bucket.tokens < before)
    if wait:
        assert bucket.tokens == before < 1
        _, again = take(bucket, plan, now + wait)
        assert again == timedelta(0)


@given(PLANS, st.floats(0, 30), st.lists(st.floats(-3600 * 24, 3600 * 24), max_size=10))
def test_a_clock_that_jumps_gives_no_more_than_a_full_bucket(plan: Plan, tokens: float, jumps: list[float]) -> None:
    bucket = Bucket(min(tokens, plan.capacity), NOW)
    for jump in jumps:
        bucket = refilled(bucket, plan, bucket.at + timedelta(seconds=jump))
        assert 0 <= bucket.tokens <= plan.capacity


def test_the_same_moment_is_not_counted_twice_by_two_who_are_out_of_order() -> None:
    plan = Plan(1, 30)
    later = refilled(Bucket(0, NOW), plan, NOW + timedelta(seconds=10))
    back = refilled(later, plan, NOW + timedelta(seconds=5))
    assert refilled(back, plan, NOW + timedelta(seconds=10)).tokens == pytest.approx(later.tokens)


@pytest.mark.parametrize("plan", [Plan(0.0056, 20), Plan(0.0167, 15), Plan(0.5, 30), Plan(2, 15), Plan(1, 5)])
@pytest.mark.parametrize("hours", [1, 10])
def test_nine_tenths_of_what_amazon_allows_are_used_when_there_is_much_to_do(plan: Plan, hours: int) -> None:
    end = NOW + timedelta(hours=hours)
    bucket, now, made = full(plan, NOW), NOW, 0
    while now < end:
        bucket, wait = take(bucket, plan, now)
        made += not wait
        now += wait
    assert 0.9 <= made / (plan.burst + plan.rate * hours * 3600) <= 1


def test_after_a_refusal_the_next_call_is_a_whole_interval_away() -> None:
    _, wait = take(refused(NOW), Plan(0.5, 30), NOW)
    assert wait.total_seconds() == pytest.approx(2 / 0.98, abs=1e-4)


@pytest.mark.parametrize(
    ("header", "rate"),
    [(None, None), ("", None), ("0.5", None), ("0.502", None), ("5.0", 5.0), ("0.1", 0.1), ("nonsense", None),
     ("-1", None), ("0", None), ("inf", None), ("nan", None), ("1e9", None)],
)  # fmt: skip
def test_a_header_corrects_the_rate_only_if_it_differs_and_can_be_true(header: str | None, rate: float | None) -> None:
    assert corrected(Plan(0.5, 30), header) == rate
