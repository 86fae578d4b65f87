"""The cells of the checklist over whole years: none twice, none absent, whatever clocks and calendars do."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import checklist as rules
from services.rules.checklist import Cell, Duty, Key, Mark, Place, Zone

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu")
DAY = timedelta(days=1)
BEGAN = date(2027, 1, 1)
DAILY = Duty(1, "Messages", "daily", (), time(17), BEGAN)
WORKDAYS = Duty(2, "Unshipped", "daily", (0, 1, 2, 3, 4), time(2, 30), BEGAN)
WEEKLY = Duty(3, "Reviews", "weekly", (4,), time(16), BEGAN)
MONTHLY = Duty(4, "Chargebacks", "monthly", (31,), time(12), BEGAN)
ONCE = Duty(5, "Sources", "daily", (), time(9), BEGAN, scope="account")
CHOSEN = Duty(6, "Japan", "daily", (), time(23, 59), BEGAN, scope="chosen", marketplaces=frozenset({"JP"}))
DUTIES = (DAILY, WORKDAYS, WEEKLY, MONTHLY, ONCE, CHOSEN)
PLACES = (Place("acme", "", BEGAN), Place("acme", "US", BEGAN), Place("acme", "JP", BEGAN, by_hand=True))


def zones(name: str) -> list[Zone]:
    return [Zone(LONG_AGO, ZoneInfo(name))]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cells_of(*duties: Duty, first: date, last: date, where: str = "UTC") -> list[Cell]:
    return list(rules.cells(duties, PLACES, first, last, zones(where)))


def expected_of_2028() -> Iterator[tuple[int, str, date]]:
    """By the calendar alone, without any of the code under test."""
    for number in range(366):
        day = date(2028, 1, 1) + number * DAY
        yield 5, "", day
        yield 6, "JP", day
        for place in ("US", "JP"):
            yield 1, place, day
            if calendar.weekday(day.year, day.month, day.day) < 5:
                yield 2, place, day
            if day.strftime("%A") == "Monday":
                yield 3, place, day
            if day.day == 1:
                yield 4, place, day


@pytest.mark.parametrize("where", ZONES)
def test_every_cell_of_a_leap_year_is_there_once(where: str) -> None:
    found = cells_of(*DUTIES, first=date(2028, 1, 1), last=date(2028, 12, 31), where=where)
    counted = Counter((cell.key.duty_id, cell.key.marketplace, cell.key.starts) for cell in found)
    expected = set(expected_of_2028())
    # The first week of the year began in the year before.
    expected |= {(3, place, date(2027, 12, 27)) for place in ("US", "JP")}
    assert set(counted) == expected
    assert set(counted.values()) == {1}
    assert {(1, place, date(2028, 2, 29)) for place in ("US", "JP")} <= expected


@pytest.mark.parametrize("where", ZONES)
def test_at_every_hour_of_the_year_each_cell_is_in_one_state_and_goes_forward_only(where: str) -> None:
    found = cells_of(DAILY, WEEKLY, MONTHLY, first=date(2028, 1, 1), last=date(2028, 12, 31), where=where)
    order = ["not_yet", "due", "missed"]
    for cell in found[::7]:
        period = cell.period
        moments = [period.due_from, period.due_at, period.closes_at]
        assert moments == sorted(moments)
        around = [moment + step for moment in moments for step in (-DAY / 24, timedelta(0), DAY / 24)]
        states = [order.index(rules.judge(period, None, at)) for at in sorted(around)]
        assert states == sorted(states)
        local = period.due_at.astimezone(ZoneInfo(where))
        assert local.date() == period.due_day
        assert period.starts <= period.due_day < period.ends


@settings(max_examples=60, deadline=None)
@given(
    where=st.sampled_from(ZONES),
    rhythm=st.sampled_from(("daily", "weekly", "monthly")),
    at=st.integers(0, 3 * 366 * 86_400).map(lambda seconds: utc("2027-01-01T00:00") + timedelta(seconds=seconds)),
)
def test_each_moment_lies_in_exactly_one_period(where: str, rhythm: rules.Rhythm, at: datetime) -> None:
    zone = ZoneInfo(where)
    start = rules.start_of(rhythm, at.astimezone(zone).date())
    end = rules.next_start(rhythm, start)
    assert rules.midnight(start, zone) <= at < rules.midnight(end, zone)
    assert rules.start_of(rhythm, end) == end
    assert rules.start_of(rhythm, end - DAY) == start


@pytest.mark.parametrize(
    ("where", "duty", "day", "due_at", "closes_at"),
    [
        ("Europe/Berlin", DAILY, "2028-03-25", "2028-03-25T16:00", "2028-03-25T23:00"),
        ("Europe/Berlin", DAILY, "2028-03-26", "2028-03-26T15:00", "2028-03-26T22:00"),  # 23 hours
        ("Europe/Berlin", DAILY, "2028-10-29", "2028-10-29T16:00", "2028-10-29T23:00"),  # 25 hours
        ("America/Los_Angeles", DAILY, "2028-11-05", "2028-11-06T01:00", "2028-11-06T08:00"),
        # 02:30 does not exist on 26 March: it is an hour later on the wall, at the same distance from midnight.
        ("Europe/Berlin", replace(WORKDAYS, on=()), "2028-03-26", "2028-03-26T01:30", "2028-03-26T22:00"),
        # 02:30 comes twice on 29 October: the first one counts.
        ("Europe/Berlin", replace(WORKDAYS, on=()), "2028-10-29", "2028-10-29T00:30", "2028-10-29T23:00"),
        # Clocks go forward at midnight itself, so the day begins at one.
        ("Africa/Cairo", DAILY, "2028-04-28", "2028-04-28T14:00", "2028-04-28T21:00"),
        ("UTC", MONTHLY, "2028-02-01", "2028-02-29T12:00", "2028-03-01T00:00"),
        ("UTC", MONTHLY, "2027-02-01", "2027-02-28T12:00", "2027-03-01T00:00"),
        ("Asia/Kathmandu", WEEKLY, "2028-01-03", "2028-01-07T10:15", "2028-01-09T18:15"),
        # The week that begins in one year and ends in the next is one week.
        ("UTC", WEEKLY, "2027-12-27", "2027-12-31T16:00", "2028-01-03T00:00"),
    ],
)
def test_due_times_follow_the_clock_on_the_wall(where: str, duty: Duty, day: str, due_at: str, closes_at: str) -> None:
    found = rules.period(duty, date.fromisoformat(day), zones(where))
    assert found is not None
    assert (found.due_at, found.closes_at) == (utc(due_at), utc(closes_at))


def test_a_changed_duty_leaves_the_past_as_it_was() -> None:
    first, last = date(2027, 3, 1), date(2027, 3, 31)
    before = [cell for cell in cells_of(DAILY, first=first, last=last) if cell.place is PLACES[1]]
    old, new = replace(DAILY, valid_to=date(2027, 3, 20)), replace(DAILY, title="Mails", valid_from=date(2027, 3, 20))
    ended = replace(new, valid_to=date(2027, 3, 25))
    found = cells_of(ended, old, first=first, last=last)
    titles = [cell.period.duty.title for cell in found if cell.place is PLACES[1]]
    assert titles == ["Messages"] * 19 + ["Mails"] * 5
    assert [cell for cell in found if cell.place is PLACES[1]][0].period.due_at == before[0].period.due_at


@pytest.mark.parametrize(
    ("duty", "begins", "starts"),
    [
        (WEEKLY, "2027-03-10", ["2027-03-08", "2027-03-15"]),  # a Wednesday; due on Friday
        (WEEKLY, "2027-03-13", ["2027-03-15"]),  # a Saturday: this week's Friday is over
        (MONTHLY, "2027-03-10", ["2027-03-01"]),
        (replace(MONTHLY, on=(5,)), "2027-03-10", []),
        (DAILY, "2027-03-20", ["2027-03-20", "2027-03-21"]),
    ],
)
def test_a_duty_that_begins_within_a_period_counts_if_it_is_still_to_fall_due(
    duty: Duty, begins: str, starts: list[str]
) -> None:
    born = replace(duty, valid_from=date.fromisoformat(begins))
    found = cells_of(born, first=date(2027, 3, 1), last=date(2027, 3, 21))
    assert [cell.key.starts.isoformat() for cell in found if cell.key.marketplace == "US"] == starts


def test_a_duty_that_ended_before_it_began_was_never_there() -> None:
    born = replace(WEEKLY, valid_from=date(2027, 3, 10), valid_to=date(2027, 3, 10))
    assert cells_of(born, first=date(2027, 3, 1), last=date(2027, 3, 31)) == []


def test_a_marketplace_counts_from_the_day_it_came_to_the_day_it_went() -> None:
    places = [
        Place("acme", "US", date(2027, 3, 10), date(2027, 3, 12)),
        Place("acme", "US", date(2027, 3, 12), date(2027, 3, 14), by_hand=True),
    ]
    by_hand = replace(DAILY, id=9, scope="by_hand")
    found = list(rules.cells([DAILY, by_hand, MONTHLY], places, date(2027, 3, 1), date(2027, 3, 31), zones("UTC")))
    days = {duty: [cell.key.starts.day for cell in found if cell.key.duty_id == duty] for duty in (1, 9, 4)}
    assert days == {1: [10, 11, 12, 13], 9: [12, 13], 4: []}


def test_a_changed_zone_holds_from_the_next_period_on() -> None:
    changing = [Zone(LONG_AGO, ZoneInfo("UTC")), Zone(utc("2027-03-10T09:00"), ZoneInfo("Asia/Tokyo"))]
    found = [rules.period(DAILY, date(2027, 3, day), changing) for day in (9, 10, 11)]
    assert [each.due_at.hour for each in found if each] == [17, 17, 8]
    monthly = rules.period(MONTHLY, date(2027, 3, 1), changing)
    assert monthly
    assert monthly.due_at.hour == 12
    assert rules.today(changing, utc("2027-03-11T16:00")) == date(2027, 3, 12)
    assert rules.today(changing[:1], utc("2027-03-11T16:00")) == date(2027, 3, 11)


def test_a_mark_closes_a_cell_and_a_late_one_is_flagged() -> None:
    period = rules.period(DAILY, date(2027, 3, 1), zones("UTC"))
    assert period
    late, early = Mark(1, "signature", period.closes_at, "Ana"), Mark(2, "proof", period.due_at, "sync")
    states = [rules.judge(period, mark, period.closes_at) for mark in (late, early, None)]
    assert states == ["signed", "proved", "missed"]
    assert [rules.is_back_dated(period, mark) for mark in (late, early)] == [True, False]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7~acme~US~2028-02-29", Key(7, "acme", "US", date(2028, 2, 29))),
        ("7~acme~~2028-02-29", Key(7, "acme", "", date(2028, 2, 29))),
        ("7~a~b~c~US~2028-02-29", Key(7, "a~b~c", "US", date(2028, 2, 29))),
        ("7~acme~US~2027-02-29", None),
        ("x~acme~US~2028-02-29", None),
        ("7~acme~US", None),
        ("7~acme~US~0001-01-01", None),
        ("7~acme~US~9999-12-31", None),
        ("99999999999~acme~US~2028-02-29", None),
        ("", None),
    ],
)
def test_a_key_is_read_as_it_is_written(text: str, key: Key | None) -> None:
    assert Key.read(text) == key
    assert key is None or str(key) == text


@pytest.mark.parametrize(
    ("rhythm", "wanted", "first"),
    [
        ("daily", "2027-03-01", "2027-03-11"),
        ("daily", "2027-04-01", "2027-04-01"),
        ("weekly", "2027-03-01", "2027-03-15"),
        ("weekly", "2027-03-16", "2027-03-22"),
        ("monthly", "2027-03-01", "2027-04-01"),
        ("monthly", "2027-04-02", "2027-05-01"),
    ],
)
def test_a_change_holds_from_the_next_period_on(rhythm: rules.Rhythm, wanted: str, first: str) -> None:
    today = date(2027, 3, 10)
    assert rules.first_start(rhythm, date.fromisoformat(wanted), today).isoformat() == first


def test_periods_have_names() -> None:
    day = date(2028, 1, 1)
    assert [rules.label(each, day) for each in ("daily", "weekly", "monthly")] == [
        "Sat 1 Jan 2028", "week 52, 2027", "Jan 2028",
    ]  # fmt: skip
