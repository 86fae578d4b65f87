"""Chances to miss the 24 hours: clocks out of messages, the table, and the days ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import forecast
from services.rules.forecast import LEFT, ROOM, SUPPOSED, Clock, Look, Table
from services.rules.pace import HOUR, HOURS, Pace, work

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STEADY = Pace((2.0,) * HOURS, (2.0,) * HOURS)
EMPTY = forecast.table([])
some_look = st.builds(Look, st.floats(0, 24), st.floats(0, 500), st.integers(0, 200).map(float))


def test_messages_with_one_answer_are_one_wait_from_the_first_of_them() -> None:
    answered = NOW - 10 * HOUR
    pairs = [(1, NOW - 20 * HOUR, answered), (1, NOW - 30 * HOUR, answered), (1, NOW - HOUR, None), (2, NOW, None)]
    assert forecast.clocks(pairs) == [
        Clock(1, NOW - 30 * HOUR, answered),
        Clock(1, NOW - HOUR, None),
        Clock(2, NOW, None),
    ]


@pytest.mark.parametrize(
    ("answered_after", "is_missed"),
    [(timedelta(hours=24), False), (timedelta(hours=24, seconds=1), True), (None, True), (HOUR, False)],
)
def test_a_wait_is_missed_after_more_than_24_hours(answered_after: timedelta | None, is_missed: bool) -> None:
    assert Clock(1, NOW, answered_after and NOW + answered_after).is_missed is is_missed


def test_who_waits_longer_stands_before_and_the_late_stand_before_all_without_being_looked_at() -> None:
    waiting = [Clock(n, NOW - age * HOUR, None) for n, age in ((1, 80), (2, 30), (3, 23), (4, 5))]
    answered = [Clock(5, NOW - 20 * HOUR, NOW), Clock(6, NOW - 4 * HOUR, NOW + HOUR), Clock(7, NOW + HOUR, None)]
    done = work(STEADY, NOW, NOW + 48 * HOUR, ZONE)
    clocks = sorted([*waiting, *answered], key=lambda clock: clock.since)
    seen = {clock.ticket: look for _, clock, look in forecast.looks(clocks, [NOW], done)}
    assert seen == {3: Look(1.0, 2.0, 1), 4: Look(19.0, 38.0, 2), 6: Look(20.0, 40.0, 3)}


def test_with_nothing_seen_the_chance_is_what_is_supposed() -> None:
    for column, supposed in enumerate(SUPPOSED):
        room = (*ROOM, 50.0)[column]
        assert EMPTY.chance(Look(3.0, room, 0)) == pytest.approx(supposed)


def test_what_was_seen_outweighs_what_is_supposed() -> None:
    counts = forecast.nothing_seen()
    row, column = Look(5.0, 2.0, 3).cell
    counts[row][column] = [2000, 300]
    assert forecast.table([counts]).chance(Look(5.0, 2.0, 3)) == pytest.approx(0.15, abs=0.02)
    assert forecast.table([counts]).by_time_left(Look(5.0, 99.0, 0)) == pytest.approx(0.15, abs=0.01)


cells = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda pair: [max(pair), min(pair)])
all_counts = st.lists(
    st.lists(cells, min_size=len(ROOM) + 1, max_size=len(ROOM) + 1), min_size=len(LEFT) + 1, max_size=len(LEFT) + 1
)


@settings(max_examples=60)
@given(all_counts, st.floats(0, 24), st.floats(0, 300), st.integers(0, 100), st.integers(0, 100))
def test_more_tickets_before_it_never_make_a_ticket_safer(
    counts: forecast.Counts, left: float, fits: float, some: int, more: int
) -> None:
    known = forecast.table([counts])
    few, many = (known.chance(Look(left, fits, before)) for before in (some, some + more))
    assert 0 <= few <= many <= 1


@settings(max_examples=30, deadline=None)
@given(
    all_counts,
    st.lists(st.floats(0, 9), min_size=HOURS, max_size=HOURS),
    st.lists(st.integers(0, 40), max_size=30),
    st.integers(0, 6),
)
def test_a_day_without_anybody_never_makes_fewer_late(
    counts: forecast.Counts, answers: list[float], ages: list[int], day: int
) -> None:
    known, pace = forecast.table([counts]), Pace(tuple(answers), (1.5,) * HOURS)
    waiting = [Clock(n, NOW - age * HOUR, None) for n, age in enumerate(sorted(ages, reverse=True))]
    usual = forecast.days(waiting, NOW, known, pace, ZONE)
    nobody_on = usual[day].day
    without = forecast.days(waiting, NOW, known, pace, ZONE, nobody_on=nobody_on)
    assert [each.day for each in usual] == [date(2026, 11, 22) + timedelta(days=n) for n in range(8)]
    pairs = zip(usual, without, strict=True)
    assert all(with_none.expected >= as_usual.expected - 1e-9 for as_usual, with_none in pairs)


def test_who_is_sure_to_be_late_is_expected_on_the_day_it_is_due() -> None:
    sure = Table(((1.0,) * len(SUPPOSED),) * (len(LEFT) + 1), (1.0,) * (len(LEFT) + 1))
    waiting = [Clock(1, NOW - 23 * HOUR, None), Clock(2, NOW - 5 * HOUR, None), Clock(3, NOW - 25 * HOUR, None)]
    nobody_comes = Pace((0.0,) * HOURS, (0.0,) * HOURS)
    found = forecast.days(waiting, NOW, sure, nobody_comes, ZONE)
    assert [each.expected for each in found[:3]] == [1.0, 1.0, 0.0]
    assert found[0].variance == 0.0
