"""Why the number of missed messages changed: the parts sum exactly, whatever changed."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.change_parts import FACTORS, Cell, Cells, Count, parts, rounded

COUNTS = st.integers(0, 30).flatmap(lambda n: st.builds(Count, st.just(n), st.integers(0, n)))
CELLS = st.dictionaries(
    st.builds(
        Cell, st.sampled_from(["US", "DE", ""]), st.sampled_from(["Return", "Other"]), st.sampled_from(["", "Ben"])
    ),
    COUNTS,
    max_size=8,
)
US, DE = Cell("US", "Return", "Ben"), Cell("DE", "Return", "Ben")


@settings(max_examples=60, deadline=None)
@given(CELLS, CELLS)
def test_parts_sum_exactly_to_the_change_by_factor_and_by_marketplace(before: Cells, after: Cells) -> None:
    found = parts(before, after)
    assert found.change == sum(c.missed for c in after.values()) - sum(c.missed for c in before.values())
    assert sum(found.by_factor.values()) == found.change
    for name in FACTORS:
        assert sum((each[name] for each in found.by_marketplace.values()), Fraction(0)) == found.by_factor[name]


@settings(max_examples=40, deadline=None)
@given(CELLS, CELLS)
def test_looking_backwards_turns_every_sign(before: Cells, after: Cells) -> None:
    there, back = parts(before, after), parts(after, before)
    assert {name: -value for name, value in back.by_factor.items()} == dict(there.by_factor)


@settings(max_examples=40, deadline=None)
@given(CELLS)
def test_where_nothing_changed_no_part_is_anything(cells: Cells) -> None:
    assert set(parts(cells, cells).by_factor.values()) == {Fraction(0)}


def test_twice_as_many_of_the_same_is_volume_alone() -> None:
    found = parts({US: Count(10, 2), DE: Count(20, 1)}, {US: Count(20, 4), DE: Count(40, 2)})
    assert {name: value for name, value in found.by_factor.items() if value} == {"volume": 3}


def test_more_mail_of_a_marketplace_that_is_slower_is_mix_alone() -> None:
    found = parts({US: Count(10, 5), DE: Count(30, 3)}, {US: Count(30, 15), DE: Count(10, 1)})
    assert {name: value for name, value in found.by_factor.items() if value} == {"marketplaces": 8}


def test_the_same_people_becoming_slower_is_pace_alone() -> None:
    found = parts({US: Count(10, 1)}, {US: Count(10, 6)})
    assert {name: value for name, value in found.by_factor.items() if value} == {"pace": 5}


def test_nobody_answering_is_staffing() -> None:
    nobody = US._replace(agent="")
    found = parts({US: Count(10, 0), nobody: Count(1, 1)}, {US: Count(5, 0), nobody: Count(6, 6)})
    assert {name: value for name, value in found.by_factor.items() if value} == {"staffing": 5}


def test_a_marketplace_added_in_between_is_mix_not_pace() -> None:
    found = parts({US: Count(10, 0)}, {US: Count(10, 0), DE: Count(10, 10)})
    assert found.by_factor["pace"] == 0
    assert found.by_factor["volume"] + found.by_factor["marketplaces"] == 10
    assert sum(found.by_marketplace["DE"].values()) + sum(found.by_marketplace["US"].values()) == 10


def test_from_and_to_nothing_at_all() -> None:
    assert parts({}, {}).change == 0
    assert sum(parts({}, {US: Count(3, 2)}).by_factor.values()) == 2
    assert sum(parts({US: Count(3, 2)}, {}).by_factor.values()) == -2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fractions(-50, 50, max_denominator=97), max_size=6), st.integers(0, 2))
def test_what_is_shown_sums_to_the_total_that_is_shown(values: list[Fraction], digits: int) -> None:
    total = sum(values, Fraction(0))
    shown = rounded(values, total, digits)
    scale = 10**digits
    assert sum(round(each * scale) for each in shown) == (round(total * scale) if values else 0)
    assert all(
        abs(Fraction(each) - value) * scale < Fraction(1001, 1000) for each, value in zip(shown, values, strict=True)
    )
