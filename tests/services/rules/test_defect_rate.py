"""The order defect rate: once per order, only its window, and a what-if that never goes the wrong way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.defect_rate import (
    TARGET,
    WINDOW,
    Amazons,
    Defect,
    Rate,
    claim_counts,
    difference,
    from_snapshot,
    is_negative,
    leaves_at,
    rate,
    what_if,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS = ("feedback", "a_to_z", "chargeback")
DEFECTS = st.lists(
    st.builds(
        Defect,
        st.integers(1, 30).map(str),
        st.sampled_from(KINDS),
        st.integers(0, 59).map(lambda days: NOW - days * DAY - timedelta(hours=1)),
    ),
    max_size=40,
)


def counted(orders: int, *defects: Defect) -> Rate:
    return rate(orders, defects, start=NOW - WINDOW, end=NOW)


def defect(order: str, kind: str = "feedback", days: int = 10) -> Defect:
    return Defect(order, kind, NOW - days * DAY)


def test_an_order_counts_once_for_whatever_number_of_reasons() -> None:
    found = counted(200, defect("1"), defect("1", "a_to_z"), defect("2"))
    assert (found.defects, found.value) == (2, Fraction(1, 100))
    assert not found.is_good


def test_only_orders_of_the_window_count() -> None:
    found = counted(100, defect("1", days=60), defect("2", days=61), defect("3", days=0))
    assert sorted(found.reasons) == ["1"]
    assert leaves_at(NOW - 60 * DAY) == NOW


@pytest.mark.parametrize(
    ("orders", "defects", "headroom", "needed"),
    [(0, 0, 0, 0), (100, 0, 0, 0), (101, 0, 1, 0), (1000, 3, 6, 0), (1000, 9, 0, 0), (1000, 10, 0, 1), (50, 1, 0, 51)],
)
def test_headroom_and_orders_needed(orders: int, defects: int, headroom: int, needed: int) -> None:
    found = counted(orders, *(defect(str(n)) for n in range(defects)))
    assert (found.headroom, found.orders_needed) == (headroom, needed)


@given(DEFECTS, st.integers(0, 5000))
def test_headroom_is_exact(defects: list[Defect], orders: int) -> None:
    found = counted(orders, *defects)
    if found.value is not None and found.is_good:
        assert Fraction(found.defects + found.headroom, found.orders) < TARGET
        assert Fraction(found.defects + found.headroom + 1, found.orders) >= TARGET
    if found.orders_needed:
        assert what_if(found, more_orders=found.orders_needed).is_good
        assert not what_if(found, more_orders=found.orders_needed - 1).is_good


@given(DEFECTS, st.integers(0, 5000), st.sets(st.tuples(st.integers(1, 30).map(str), st.sampled_from(KINDS))),
       st.tuples(st.integers(1, 30).map(str), st.sampled_from(KINDS)), st.integers(0, 500))  # fmt: skip
def test_taking_more_away_and_selling_more_never_makes_it_worse(
    defects: list[Defect], orders: int, gone: set[tuple[str, str]], other: tuple[str, str], more: int
) -> None:
    base = counted(orders, *defects)
    some = what_if(base, without=gone, more_orders=more)
    further = what_if(base, without=gone | {other}, more_orders=more + 1)
    assert (some.value or 0) <= (base.value or 0)
    assert (further.value or 0) <= (some.value or 0)
    assert base.headroom <= some.headroom <= further.headroom
    assert base.orders_needed >= some.orders_needed >= further.orders_needed


def test_an_order_with_two_reasons_stays_defective_when_one_goes() -> None:
    base = counted(100, defect("1"), defect("1", "a_to_z"))
    assert what_if(base, without=[("1", "feedback")]).defects == 1
    assert what_if(base, without=[("1", "feedback"), ("1", "a_to_z")]).defects == 0
    with pytest.raises(ValueError, match="fewer"):
        what_if(base, more_orders=-1)


@pytest.mark.parametrize(
    ("kind", "outcome", "reason", "counts"),
    [
        ("a_to_z", None, None, True),
        ("a_to_z", "granted", None, True),
        ("a_to_z", "denied", None, False),
        ("a_to_z", "withdrawn", None, False),
        ("chargeback", "granted", "Item not received", True),
        ("chargeback", None, None, True),
        ("chargeback", "granted", "Fraudulent transaction", False),
        ("chargeback", "granted", "Unauthorized use of the card", False),
    ],
)
def test_what_counts_of_claims(kind: str, outcome: str | None, reason: str | None, counts: bool) -> None:
    assert claim_counts(kind, outcome, reason) is counts


def test_one_and_two_stars_are_negative() -> None:
    assert [is_negative(stars) for stars in range(1, 6)] == [True, True, False, False, False]


def test_the_difference_to_amazons_figure_is_explained() -> None:
    ours = counted(100, defect("1"), defect("2", "a_to_z"))
    details = {"orders": 110, "defects": 3, "negative_feedback": 1, "claims": 2, "chargebacks": 0}
    theirs = from_snapshot(0.0273, NOW, (NOW - 60 * DAY, NOW), details)
    assert difference(ours, theirs, same_window=True) == (
        "Orders: Amazon 110, we 100; 10 orders that are not in our reports yet.",
        "A-to-z claim: Amazon 2, we 1.",
        "Orders with a defect: Amazon 3, we 2.",
    )
    assert difference(ours, Amazons(0.02, NOW), same_window=False) == (
        "Amazon does not say which 60 days its figure covers; ours end now.",
    )
    same = from_snapshot(0.02, NOW, (None, None), {"orders": 100, "defects": 2})
    assert difference(ours, same, same_window=True) == ()
