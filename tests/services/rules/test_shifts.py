"""When a digest is due: once a day, by the clock on the wall, not on closed days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.rules.shifts import begun

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("clock", "is_due"), [("08:59", False), ("09:00", True), ("12:59", True), ("13:00", False), ("23:00", False)]
)
def test_it_is_due_in_the_first_four_hours_of_the_shift(clock: str, is_due: bool) -> None:
    now = datetime.combine(SUNDAY, time.fromisoformat(clock), BERLIN).astimezone(UTC)
    assert (begun(now, time(9), BERLIN) == SUNDAY) is is_due


def test_closed_days_have_no_shift() -> None:
    now = datetime.combine(SUNDAY, time(9), BERLIN)
    assert begun(now, time(9), BERLIN, closed_weekdays={6}) is None
    assert begun(now, time(9), BERLIN, holidays={SUNDAY}) is None


def test_every_day_of_a_year_has_one_shift_whatever_the_clocks_do() -> None:
    for zone in (BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")):
        now, days = datetime(2028, 1, 1, tzinfo=UTC), []
        while now < datetime(2029, 1, 1, tzinfo=UTC):
            days.append(begun(now, time(2, 30), zone))
            now += timedelta(minutes=30)
        found = list(dict.fromkeys(day for day in days if day))
        assert found == [found[0] + timedelta(days=n) for n in range(len(found))]
        assert len(found) in (366, 367)
