"""Exposure: more reasons mean more of it, a due ticket never starves, and what drove it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.exposure import BEHIND, FLOOR, MOST, PRIOR, Usual, Waiting, exposure, rank

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
USUAL = Usual({"Delivery": (2000, 100), "Question": (2000, 10)}, {"DE": 4000})
CALM = Waiting(NOW + 20 * HOUR, "Question", "buyer_message", 1, "DE", 4000)
tickets = st.builds(
    Waiting,
    st.integers(-40, 24).map(lambda hours: NOW + hours * HOUR),
    st.sampled_from(["Delivery", "Question", "Other"]),
    st.sampled_from(["buyer_message", "amazon_cs_message"]),
    st.integers(1, 9),
    st.sampled_from(["DE", "US", None]),
    st.none() | st.integers(0, 10**7),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("change", "driver"),
    [
        ({"type": "Delivery"}, "Delivery: 4.9 % become defects"),
        ({"messages": 3}, "3 messages wait"),
        ({"due_at": NOW - HOUR}, "late already"),
        ({"kind": "amazon_cs_message"}, "Amazon writes for the customer"),
        ({"total": 12_000}, "worth 3.0 usual orders"),
    ],
)
def test_each_reason_raises_it_and_is_named(change: dict[str, object], driver: str) -> None:
    more = exposure(replace(CALM, **change), USUAL, NOW)
    assert more.score > exposure(CALM, USUAL, NOW).score
    assert driver in more.drivers


def test_an_order_that_counts_already_is_hardly_a_risk() -> None:
    found = exposure(replace(CALM, is_defect=True), USUAL, NOW)
    assert found.chance == pytest.approx(exposure(CALM, USUAL, NOW).chance / 10)
    assert "the order counts as a defect already" in found.drivers


def test_without_a_past_every_type_has_the_supposed_chance() -> None:
    assert Usual().chance("Anything") == pytest.approx(PRIOR)


def test_few_tickets_of_a_type_lean_on_all() -> None:
    usual = Usual({"Rare": (1, 1), "Common": (5000, 50)})
    assert 0.01 < usual.chance("Rare") < 0.05


def test_an_order_of_unknown_worth_is_taken_for_a_usual_one() -> None:
    assert exposure(replace(CALM, total=None), USUAL, NOW).cost == exposure(CALM, USUAL, NOW).cost == 2.0


@given(tickets, tickets)
def test_the_rank_puts_what_is_due_soon_first_by_time_and_the_rest_by_exposure(one: Waiting, other: Waiting) -> None:
    found = [exposure(each, USUAL, NOW) for each in (one, other)]
    assert all(0 <= each.chance <= MOST and each.cost >= 1 for each in found)
    first, second = (rank(each, of, NOW) for each, of in zip((one, other), found, strict=True))
    soon = [each.due_at <= NOW + FLOOR for each in (one, other)]
    assert soon == [first < BEHIND, second < BEHIND]
    if all(soon):
        assert (first < second) == (one.due_at < other.due_at)
    if not any(soon) and found[0].score > found[1].score * 1.01:
        assert first < second
