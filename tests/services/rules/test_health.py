"""Account health: Amazon's words are kept, targets have sources, headroom is exact, and the worst comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import health
from services.rules.health import METRICS, TARGETS, Reading, Target

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RATES = [name for name, metric in METRICS.items() if metric.unit == "rate" and TARGETS.get(name)]


def reading(metric: str, value: float | None = None, **more: Any) -> Reading:
    return Reading(metric, more.pop("taken_at", NOW), value, **more)


@pytest.mark.parametrize(
    ("metric", "word", "level"),
    [
        ("account_status", "NORMAL", "fine"),
        ("account_status", "AT_RISK", "bad"),
        ("account_status", "DEACTIVATED", "bad"),
        ("account_status", "SOMETHING_NEW", "bad"),
        ("account_health_rating", "GREAT", "fine"),
        ("account_health_rating", "GOOD", "fine"),
        ("account_health_rating", "FAIR", "bad"),
        ("account_health_rating", "WARNED", "bad"),
        ("late_shipment_rate", "GOOD", "fine"),
        ("late_shipment_rate", "good", "fine"),
        ("late_shipment_rate", "BAD", "bad"),
        ("late_shipment_rate", "NONE", "unknown"),
        ("warningStates.spammingSellerMessaging", "WARN", "bad"),
        ("listingPolicyViolations", "BAD", "bad"),
    ],
)
def test_anything_but_normal_good_and_great_is_bad(metric: str, word: str, level: str) -> None:
    assert health.level(reading(metric, word=word, status=word)) == level


@pytest.mark.parametrize(
    ("metric", "value", "level"),
    [
        ("odr_mfn", 0.0079, "fine"),
        ("odr_mfn", 0.008, "near"),
        ("odr_mfn", 0.01, "bad"),
        ("valid_tracking_rate", 0.95, "bad"),
        ("valid_tracking_rate", 0.96, "near"),
        ("valid_tracking_rate", 0.961, "fine"),
        ("on_time_delivery_rate", 0.9, "near"),
        ("on_time_delivery_rate", 0.8999, "bad"),
        ("account_health_rating", 199, "bad"),
        ("account_health_rating", 200, "near"),
        ("account_health_rating", 250, "fine"),
        ("listingPolicyViolations", 3, "unknown"),
        ("odr_mfn", None, "unknown"),
    ],
)
def test_without_a_word_of_amazons_the_target_decides(metric: str, value: float | None, level: str) -> None:
    assert health.level(reading(metric, value)) == level


def test_a_word_of_amazons_stands_whatever_the_target_says() -> None:
    assert health.level(reading("odr_mfn", 0.002, status="BAD")) == "bad"
    assert health.level(reading("odr_mfn", 0.02, status="GOOD")) == "near"


def test_the_reports_own_target_goes_before_ours() -> None:
    told = health.target("odr_mfn", 0.02, "LESS_THAN", NOW.date())
    assert told == Target(0.02, "LESS_THAN", "Amazon's report")
    assert (health.target("odr_mfn", None, None, NOW.date()) or told).value == 0.01


def test_a_target_holds_from_its_first_day_on() -> None:
    assert health.target("on_time_delivery_rate", None, None, date(2024, 9, 24)) is None
    found = health.target("on_time_delivery_rate", None, None, date(2024, 9, 25))
    assert found is not None
    assert (found.value, found.condition) == (0.9, "AT_LEAST")


def test_every_target_names_its_source_and_no_two_hold_at_once() -> None:
    for targets in TARGETS.values():
        assert all(each.source for each in targets)
        spans = sorted((each.since or date.min, each.until or date.max) for each in targets)
        assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    ("metric", "counts", "left", "words"),
    [
        ("odr_mfn", {"orders": 900, "defects": 7}, 2, "2 more orders with a defect until 1 %"),
        ("odr_mfn", {"orders": 900, "defects": 8}, 1, "1 more order with a defect until 1 %"),
        ("odr_mfn", {"orders": 900, "defects": 9}, 0, "1 order with a defect too many"),
        ("odr_mfn", {"orders": 900, "defects": 11}, -2, "3 orders with a defect too many"),
        ("odr_afn", {"orders": 150, "defects": 0}, 2, "2 more orders with a defect until 1 %"),
        ("late_shipment_rate", {"orders": 400, "defects": 14}, 2, "2 more late shipments until 4 %"),
        ("pre_fulfillment_cancellation_rate", {"orders": 3, "defects": 0}, 1, "1 more cancellation until 2.5 %"),
        (
            "valid_tracking_rate",
            {"orders": 400, "good": 374},
            -6,
            "7 shipments without valid tracking too many",
        ),
        ("on_time_delivery_rate", {"orders": 10, "good": 10}, 2, "2 more late deliveries until 90 %"),
    ],
)
def test_headroom_is_counted_in_defects(metric: str, counts: dict[str, int], left: int, words: str) -> None:
    assert health.headroom(reading(metric, counts=counts)) == (left, words)


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("odr_mfn", 0.0044, "0.56 points until 1 %"),
        ("odr_mfn", 0.012, "0.2 points beyond 1 %"),
        ("valid_tracking_rate", 0.936, "1.4 points beyond 95 %"),
        ("account_health_rating", 312, "112 above 200"),
        ("account_health_rating", 185, "15 below 200"),
    ],
)
def test_headroom_without_counts_is_in_points(metric: str, value: float, words: str) -> None:
    found = health.headroom(reading(metric, value))
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(("value", "words"), [(0, "none allowed"), (2, "2 too many")])
def test_policy_counts_allow_none(value: float, words: str) -> None:
    found = health.headroom(reading("listingPolicyViolations", value, target=0.0, condition="EQUALS"))
    assert found is not None
    assert found.words == words


def test_there_is_no_headroom_without_orders_or_without_a_target() -> None:
    assert health.headroom(reading("odr_mfn", counts={"orders": 0, "defects": 0})) is None
    assert health.headroom(reading("unit_on_time_delivery_rate", 0.9)) is None
    assert health.headroom(reading("account_status", word="NORMAL")) is None


@given(st.sampled_from(RATES), st.integers(1, 5000), st.data())
def test_one_defect_fewer_than_the_headroom_keeps_the_target_and_the_headroom_misses_it(
    metric: str, orders: int, data: st.DataObject
) -> None:
    defects = data.draw(st.integers(0, orders))
    goal = TARGETS[metric][-1]
    rises = goal.condition in ("GREATER_THAN", "AT_LEAST")
    counts = {"orders": orders, "good": orders - defects} if rises else {"orders": orders, "defects": defects}
    found = health.headroom(reading(metric, counts=counts))
    assert found is not None

    def missed(n: int) -> bool:
        # In whole numbers: n / orders against the target in thousandths.
        share, limit = (orders - n if rises else n) * 1000, round(goal.value * 1000) * orders
        return {
            "LESS_THAN": share >= limit,
            "GREATER_THAN": share <= limit,
            "AT_LEAST": share < limit,
        }[goal.condition]

    first = defects + int(found.left)
    assert missed(first) or first > orders
    assert first == 0 or not missed(first - 1)


@pytest.mark.parametrize(
    ("metric", "before", "after", "direction", "words"),
    [
        ("odr_mfn", 0.004, 0.0052, "worse", "+0.12 points in 7 days"),
        ("odr_mfn", 0.0052, 0.004, "better", "-0.12 points in 7 days"),
        ("valid_tracking_rate", 0.97, 0.98, "better", "+1 points in 7 days"),
        ("valid_tracking_rate", 0.97, 0.97, "steady", "steady in 7 days"),
        ("account_health_rating", 300, 280, "worse", "-20 in 7 days"),
        ("listingPolicyViolations", 0, 1, "worse", "+1 in 7 days"),
    ],
)
def test_the_trend_says_what_a_change_means(
    metric: str, before: float, after: float, direction: str, words: str
) -> None:
    earlier = reading(metric, before, taken_at=NOW - timedelta(days=7))
    found = health.trend(reading(metric, after), earlier)
    assert found is not None
    assert (found.direction, found.words) == (direction, words)


def test_there_is_no_trend_with_one_snapshot() -> None:
    assert health.trend(reading("odr_mfn", 0.1), None) is None
    assert health.trend(reading("odr_mfn", 0.1), reading("odr_mfn", None, taken_at=NOW - timedelta(days=7))) is None
    assert health.trend(reading("odr_mfn", 0.1), reading("odr_mfn", 0.1)) is None


@pytest.mark.parametrize(("hours", "stale"), [(0, False), (26, False), (26.01, True), (400, True)])
def test_a_daily_snapshot_is_stale_after_26_hours(hours: float, stale: bool) -> None:
    assert health.is_stale(NOW - timedelta(hours=hours), NOW) is stale


def test_what_was_never_taken_is_stale() -> None:
    assert health.is_stale(None, NOW)


def test_the_summary_is_one_sentence_with_the_worst_first() -> None:
    found = health.summary(
        "IT",
        [
            reading("valid_tracking_rate", 0.936, status="BAD", target=0.95, condition="GREATER_THAN"),
            reading("account_status", word="AT_RISK", status="AT_RISK"),
            reading("odr_mfn", 0.001, status="GOOD"),
        ],
    )
    assert found == "IT: Account status is AT_RISK, and 1 more needs attention."


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        (
            reading("valid_tracking_rate", 0.936, status="BAD"),
            "UK: Valid tracking rate is BAD, 93.6 % where Amazon wants more than 95 %.",
        ),
        (
            reading("odr_afn", 0.02),
            "UK: Order defect rate, FBA misses its target, 2 % where Amazon wants less than 1 %.",
        ),
        (
            reading("warningStates.spammingSellerMessaging", word="WARN", status="WARN"),
            "UK: Warning: spamming seller messaging is WARN.",
        ),
    ],
)
def test_a_finding_names_value_and_target(given_: Reading, sentence: str) -> None:
    assert health.summary("UK", [given_]) == sentence


def test_all_well_has_no_summary() -> None:
    assert health.summary("US", [reading("account_status", word="NORMAL", status="NORMAL")]) is None
    assert health.summary("US", []) is None


@pytest.mark.parametrize(
    ("metric", "label"),
    [
        ("odr_mfn", "Order defect rate, merchant"),
        ("suspectedIntellectualPropertyViolations", "Suspected intellectual property violations"),
        ("warningStates.spammingSellerMessaging", "Warning: spamming seller messaging"),
    ],
)
def test_amazons_names_are_made_readable(metric: str, label: str) -> None:
    assert health.label(metric) == label


@pytest.mark.parametrize(
    ("counts", "late", "sentence"),
    [
        ({}, 0, None),
        ({"US": 1}, 0, "1 merchant order still has to be shipped today (US 1)."),
        (
            {"DE": 2, "US": 9},
            3,
            "11 merchant orders still have to be shipped today (US 9, DE 2), 3 of them past the ship-by date.",
        ),
    ],
)
def test_unshipped_orders_are_one_sentence(counts: dict[str, int], late: int, sentence: str | None) -> None:
    assert health.unshipped(counts, late) == sentence
