"""Local days and hours of the week, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.response_days import bucket, slots, span, start_of, whole_hours

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 2), 24)])
def test_a_day_has_as_many_hours_as_the_clocks_leave_it(day, hours):
    start, end = span(day, day, BERLIN)
    assert end - start == hours * HOUR


def test_a_day_that_has_no_midnight_begins_with_its_first_moment():
    havana = ZoneInfo("America/Havana")
    start = start_of(date(2026, 3, 8), havana)
    assert start.astimezone(havana).date() == date(2026, 3, 8)
    assert (start - timedelta(seconds=1)).astimezone(havana).date() == date(2026, 3, 7)


def test_the_hour_that_comes_twice_is_one_hour_of_the_week_and_the_missing_one_is_none():
    start, end = span(date(2026, 10, 25), date(2026, 10, 25), BERLIN)
    assert slots(start, end, BERLIN, 6, 2) == [
        (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC))
    ]
    start, end = span(date(2026, 3, 29), date(2026, 3, 29), BERLIN)
    assert slots(start, end, BERLIN, 6, 2) == []


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 364), st.integers(0, 6), st.integers(0, 23), st.integers(1, 9))
def test_a_moment_is_in_the_stretches_of_its_own_hour_of_the_week_only(name, n, weekday, hour, days):
    zone, first = ZoneInfo(name), date(2026, 1, 1) + timedelta(days=n)
    start, end = span(first, first + timedelta(days=days - 1), zone)
    found = slots(start, end, zone, weekday, hour)
    moment = start
    while moment < end:
        inside = any(a <= moment < b for a, b in found)
        assert inside == (bucket(moment, zone, "slot") == (weekday, hour))
        moment += timedelta(minutes=15)


def test_buckets_are_local():
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    assert bucket(late, BERLIN, "day") == date(2026, 11, 2)
    assert bucket(late, BERLIN, "week") == date(2026, 11, 2)
    assert bucket(late, ZoneInfo("UTC"), "week") == date(2026, 10, 26)
    assert bucket(late, BERLIN, "slot") == (0, 0)


def test_only_zones_of_whole_hours_can_be_read_off_hours_of_utc():
    start, end = span(date(2026, 11, 1), date(2026, 11, 5), BERLIN)
    assert whole_hours(start, end, BERLIN)
    assert not whole_hours(start, end, KOLKATA)


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        span(date(2026, 11, 2), date(2026, 11, 1), BERLIN)
