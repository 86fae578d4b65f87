"""When a pack is sent, on the wall's clock, through clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.rules import periods
from services.rules.meeting_schedule import due_at, parse
from services.rules.periods import Kind

BERLIN, TOKYO, LOS_ANGELES = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"))


@pytest.mark.parametrize(
    ("kind", "text", "period", "zone", "expected"),
    [
        ("week", "Mon 08:00", "2026-W46", UTC, "2026-11-16T08:00"),
        ("week", "Monday 8:00", "2026-W46", BERLIN, "2026-11-16T07:00"),
        ("week", "Mon 08:00", "2026-W43", BERLIN, "2026-10-26T07:00"),  # summer time ended the day before
        ("week", "Mon 08:00", "2026-W46", TOKYO, "2026-11-16T00:00"),  # Monday eight there is an hour before the end
        ("week", "Mon 10:00", "2026-W46", TOKYO, "2026-11-16T01:00"),
        ("week", "Sun 18:00", "2026-W46", LOS_ANGELES, "2026-11-16T02:00"),
        ("week", "Fri 23:59", "2026-W53", UTC, "2027-01-08T23:59"),
        ("month", "1 08:00", "2026-10", BERLIN, "2026-11-01T07:00"),
        ("month", "28 02:30", "2027-02", BERLIN, "2027-03-28T01:30"),  # the clocks skip this time
    ],
)
def test_the_first_such_moment_after_the_period(
    kind: Kind, text: str, period: str, zone: ZoneInfo, expected: str
) -> None:
    found = due_at(parse(kind, text), periods.parse(kind, period), zone)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("week", "Noon"), ("week", "Mon 25:00"), ("week", "Xyz 08:00"), ("month", "29 08:00"), ("month", "0 08:00"),
     ("month", "Mon 08:00")],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_a_sentence(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse(kind, text)
