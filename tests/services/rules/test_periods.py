"""Weeks and months by their names, week 53, and what they are held against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import periods
from services.rules.periods import Kind

DAYS = st.dates(date(2001, 1, 1), date(2998, 12, 31))
KINDS: st.SearchStrategy[Kind] = st.sampled_from(periods.KINDS)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "name", "start", "end", "title"),
    [
        ("week", "2026-W47", date(2026, 11, 16), date(2026, 11, 22), "Week 47 of 2026, 16 to 22 Nov"),
        ("week", "2026-w47", date(2026, 11, 16), date(2026, 11, 22), "Week 47 of 2026, 16 to 22 Nov"),
        ("week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3), "Week 53 of 2026, 28 Dec to 3 Jan"),
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4), "Week 1 of 2026, 29 Dec to 4 Jan"),
        ("month", "2026-11", date(2026, 11, 1), date(2026, 11, 30), "November 2026"),
        ("month", "2028-02", date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
    ],
)
def test_a_name_is_a_period(kind: Kind, name: str, start: date, end: date, title: str) -> None:
    found = periods.parse(kind, name)
    assert (found.start, found.end, found.title) == (start, end, title)


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        ("week", "2025-W53", "2025 has no week 53; its last is week 52."),
        ("week", "2026-W00", "2026 has no week 0; its last is week 53."),
        ("week", "47", "'47' is no week; write it like 2026-W47."),
        ("month", "2026-13", "'2026-13' is no month; write it like 2026-11."),
        ("month", "2026-W47", "'2026-W47' is no month; write it like 2026-11."),
        ("month", "0001-01", "1 is out of reach; choose a year from 2000 to 2999."),
        ("week", "9999-W52", "9999 is out of reach; choose a year from 2000 to 2999."),
    ],
)
def test_what_is_no_period_is_refused_with_a_sentence(kind: Kind, name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=".") as refused:
        periods.parse(kind, name)
    assert str(refused.value) == sentence


@given(KINDS, DAYS)
def test_every_day_lies_in_the_period_of_its_name(kind: Kind, day: date) -> None:
    found = periods.of_day(kind, day)
    assert found.start <= day <= found.end
    assert periods.parse(kind, found.name) == found
    assert periods.after(periods.before(found)) == found
    assert periods.before(found).end + timedelta(days=1) == found.start


def test_a_running_period_is_of_now_and_a_past_one_of_its_end() -> None:
    running, past = periods.week("2026-W47"), periods.week("2026-W46")
    assert periods.as_of(running, NOW) == NOW
    assert periods.as_of(past, NOW) == datetime(2026, 11, 16, tzinfo=UTC)
    assert periods.last_over("week", NOW) == past
    assert periods.last_over("month", NOW).name == "2026-10"


def test_a_future_period_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="Week 48 of 2026, 23 to 29 Nov has not begun; the newest is 2026-W47."):
        periods.as_of(periods.week("2026-W48"), NOW)


def test_half_a_month_is_held_against_half_a_month_and_a_whole_one_against_a_whole_one() -> None:
    november, february = periods.month("2026-11"), periods.month("2026-02")
    half = datetime(2026, 11, 15, 6, tzinfo=UTC)
    assert periods.same_stretch(november, half, february) == datetime(2026, 2, 15, 6, tzinfo=UTC)
    assert periods.same_stretch(november, november.ends_at - timedelta(hours=1), february) == february.ends_at
    assert (
        periods.same_stretch(november, november.ends_at, periods.month("2026-10")) == periods.month("2026-10").ends_at
    )


@pytest.mark.parametrize("name", ["2026-W13", "2026-W43"])
def test_a_week_with_a_clock_change_has_168_hours(name: str) -> None:
    found = periods.week(name)
    assert found.ends_at - found.starts_at == timedelta(hours=168)
