"""The team's pace: means by hour of the week, and how much fits between two times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.pace import HOUR, HOURS, WEEK, Pace, hour_of_week, pace, work

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("moment", "zone", "hour"),
    [
        (datetime(2026, 11, 16, 0, 30, tzinfo=UTC), ZoneInfo("UTC"), 0),
        (datetime(2026, 11, 15, 23, 30, tzinfo=UTC), BERLIN, 0),
        (datetime(2026, 11, 16, 3, 0, tzinfo=UTC), NEW_YORK, 6 * 24 + 22),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), BERLIN, HOURS - 1),
    ],
)
def test_the_week_begins_on_monday_in_the_teams_zone(moment: datetime, zone: ZoneInfo, hour: int) -> None:
    assert hour_of_week(moment, zone) == hour


def test_the_mean_week_counts_each_event_in_its_hour_and_leaves_out_what_lies_outside() -> None:
    answered = [MONDAY + 9 * HOUR, MONDAY + 9 * HOUR + WEEK, MONDAY + 33 * HOUR, MONDAY - HOUR, MONDAY + 2 * WEEK]
    found = pace(answered, [MONDAY], first=MONDAY, last=MONDAY + 2 * WEEK, zone=ZoneInfo("UTC"))
    assert {hour: n for hour, n in enumerate(found.answers) if n} == {9: 1.0, 33: 0.5}
    assert found.arrivals[0] == 0.5
    assert sum(found.arrivals) == 0.5


def test_a_day_without_anybody_gives_no_answers_and_takes_none_from_the_others() -> None:
    usual = Pace((1.0,) * HOURS, (0.0,) * HOURS)
    done = work(usual, MONDAY, MONDAY + WEEK, BERLIN)
    without = work(usual, MONDAY, MONDAY + WEEK, BERLIN, nobody_on=date(2026, 11, 18))
    midnight = datetime(2026, 11, 17, 23, tzinfo=UTC)
    assert without.between(midnight, midnight + 24 * HOUR) == 0
    assert done.between(MONDAY, MONDAY + WEEK) - without.between(MONDAY, MONDAY + WEEK) == 24


def test_a_day_of_25_hours_has_25_hours_of_work() -> None:
    usual = Pace((1.0,) * HOURS, (0.0,) * HOURS)
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert work(usual, start, start + 25 * HOUR, BERLIN, nobody_on=date(2026, 10, 25)).done[-1] == 0
    assert work(usual, start, start + 26 * HOUR, BERLIN, nobody_on=date(2026, 10, 25)).done[-1] == 1


@settings(max_examples=60)
@given(st.lists(st.floats(0, 50), min_size=HOURS, max_size=HOURS), st.lists(moments, min_size=3, max_size=3))
def test_work_between_times_adds_up_and_never_goes_backwards(rates: list[float], times: list[datetime]) -> None:
    done = work(Pace(tuple(rates), (0.0,) * HOURS), MONDAY, MONDAY + 2 * WEEK, BERLIN)
    first, second, third = sorted(times)
    assert done.between(first, second) >= 0
    whole = done.between(first, third)
    assert done.between(first, second) + done.between(second, third) == pytest.approx(whole)
    assert done.between(MONDAY - WEEK, MONDAY + 9 * WEEK) == pytest.approx(2 * sum(rates))
