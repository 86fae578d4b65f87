"""How far a row of a sheet is, by when its buyer must be contacted, and what would close it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import followups as rules
from services.rules.followups import Outside, Row, Work

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KIND = "shipping_info_missing"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def judged(
    row: Row | None = None, work: Work | None = None, outside: Outside | None = None, place: str | None = None
) -> rules.Verdict:
    usual = Row(KIND, NOW - 3 * DAY)
    return rules.verdict(row or usual, work or Work(), outside or Outside(), place, NOW)


def proposed(row: Row | None = None, work: Work | None = None, **outside: Any) -> str | None:
    found = judged(row, work, Outside(**outside)).proposal
    return found.code if found else None


@pytest.mark.parametrize(
    ("day", "place", "due"),
    [
        (date(2026, 11, 19), None, "2026-11-21T00:00"),  # Thursday: the end of Friday
        (date(2026, 11, 20), None, "2026-11-24T00:00"),  # Friday: the end of Monday
        (date(2026, 11, 21), None, "2026-11-24T00:00"),  # Saturday
        (date(2026, 11, 20), "DE", "2026-11-23T23:00"),  # as Berlin counts days
        (date(2026, 11, 20), "US", "2026-11-24T08:00"),
        (date(2026, 10, 22), "DE", "2026-10-23T22:00"),  # still summer there
        (date(2027, 1, 1), None, "2026-11-24T00:00"),  # a day that is yet to come: from when it was seen
        (None, None, "2026-11-24T00:00"),
    ],
)
def test_the_buyer_is_to_be_contacted_by_the_end_of_the_next_working_day(
    day: date | None, place: str | None, due: str
) -> None:
    assert judged(Row(KIND, NOW, day), place=place).due_at == at(due)


@given(minutes=st.integers(0, 3 * 366 * 24 * 60), place=st.sampled_from(["US", "DE", "JP", None]))
@settings(max_examples=60, deadline=None)
def test_what_is_due_is_due_after_it_began_and_never_at_the_end_of_a_weekend_day(minutes: int, place: str) -> None:
    moment = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    zone = rules.zone_of(place)
    due = rules.due_at(KIND, moment, zone)
    last_day = (due - timedelta(seconds=1)).astimezone(zone)
    assert moment + 23 * HOUR <= due <= moment + 5 * DAY
    assert last_day.weekday() < 5


@pytest.mark.parametrize(
    ("row", "work", "state"),
    [
        (Row(KIND, NOW), Work(), "to_contact"),
        (Row(KIND, NOW, contacted=True), Work(), "contacted"),
        (Row(KIND, NOW), Work(contacted_at=NOW), "contacted"),
        (Row(KIND, NOW, gone_at=NOW), Work(), "gone"),
        (Row(KIND, NOW, gone_at=NOW), Work(contacted_at=NOW), "gone"),
        (Row(KIND, NOW, contacted=True, gone_at=NOW), Work(resolved_at=NOW), "resolved"),
    ],
)
def test_a_row_is_as_far_as_sheet_and_people_say(row: Row, work: Work, state: str) -> None:
    found = judged(row, work)
    assert found.state == state
    assert (found.due_at is None) == (state != "to_contact")


def test_a_mark_in_the_sheet_counts_with_its_day_and_its_person() -> None:
    row = Row(KIND, NOW, contacted=True, contacted_on=date(2026, 11, 20), contacted_by="Bo")
    found = judged(row)
    assert (found.contacted_at, found.contacted_by) == (at("2026-11-20T00:00"), "Bo")


def test_where_both_are_marked_the_mark_made_here_tells_when_and_who() -> None:
    row = Row(KIND, NOW, contacted=True, contacted_on=date(2026, 11, 20), contacted_by="Bo")
    found = judged(row, Work(contacted_at=NOW - HOUR, contacted_by="Ana"))
    assert (found.contacted_at, found.contacted_by) == (NOW - HOUR, "Ana")


def test_what_must_be_contacted_comes_first_and_the_latest_due_last() -> None:
    late = judged(Row(KIND, NOW, date(2026, 11, 2)))
    soon = judged(Row(KIND, NOW, date(2026, 11, 20)))
    told = judged(Row(KIND, NOW, contacted=True, contacted_on=date(2026, 11, 20)))
    done = judged(work=Work(resolved_at=NOW))
    keys = [each.sort_key for each in (late, soon, told, done)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 4


@pytest.mark.parametrize(
    ("outside", "code"),
    [
        ({}, None),
        ({"status": "Cancelled", "changed_at": NOW - 30 * DAY}, "cancelled"),
        ({"status": "CANCELED", "changed_at": NOW}, "cancelled"),
        ({"status": "Shipped", "changed_at": NOW}, "shipped"),
        ({"status": "Shipped", "changed_at": NOW - 9 * DAY}, None),  # it was shipped before anybody missed anything
        ({"status": "PartiallyShipped", "changed_at": NOW}, None),
        ({"status": "Unshipped", "changed_at": NOW}, None),
        ({"status": "Shipped", "shipped_at": NOW - 9 * DAY, "changed_at": NOW}, None),
        ({"status": "SHIPPED", "parcels": ("DELIVERED",), "shipped_at": NOW - 9 * DAY, "changed_at": NOW}, "delivered"),
        ({"status": "SHIPPED", "parcels": ("DELIVERED", "SHIPPED"), "shipped_at": NOW - DAY}, "shipped"),
        ({"status": "Shipped - Delivered to Buyer", "changed_at": NOW}, "delivered"),
        ({"refunded_at": NOW - HOUR}, "refunded"),
        ({"refunded_at": NOW - 30 * DAY}, None),
        ({"last_reply_at": NOW - HOUR}, "written"),
        ({"last_reply_at": NOW - 9 * DAY}, None),
        ({"last_buyer_at": NOW - HOUR}, None),
        ({"status": "Cancelled", "changed_at": NOW, "last_reply_at": NOW - HOUR}, "cancelled"),
    ],
)
def test_what_amazon_and_the_ticket_say_is_proposed(outside: dict[str, Any], code: str | None) -> None:
    assert proposed(**outside) == code


def test_a_kind_of_ones_own_is_not_settled_by_shipping_alone() -> None:
    own = Row("gift_notes", NOW - 3 * DAY)
    assert proposed(own, status="Shipped", changed_at=NOW) is None
    assert proposed(own, status="Shipped - Delivered to Buyer", changed_at=NOW) == "delivered"
    assert rules.kind_of("gift_notes").label == "Gift notes"


@pytest.mark.parametrize(
    ("contacted_on", "buyer", "code"),
    [
        (NOW - 2 * DAY, NOW - DAY, "answered"),
        (NOW - 2 * DAY, NOW - 3 * DAY, None),
        (NOW - 2 * DAY, None, None),
        (NOW - 8 * DAY, None, "silent"),
        (NOW - 8 * DAY, NOW - 9 * DAY, "silent"),
        (date(2026, 11, 21), at("2026-11-21T18:00"), None),  # may have been before the contact of that day
        (date(2026, 11, 21), at("2026-11-22T08:00"), "answered"),
        (None, NOW, None),
    ],
)
def test_after_the_contact_an_answer_or_seven_silent_days_close_it(
    contacted_on: Any, buyer: datetime | None, code: str | None
) -> None:
    row = Row(KIND, NOW - 20 * DAY, contacted=True, contacted_on=contacted_on)
    assert proposed(row, last_buyer_at=buyer) == code


@pytest.mark.parametrize("over", [{"gone_at": NOW}, {"resolved": True}])
def test_nothing_is_proposed_of_what_is_over(over: dict[str, Any]) -> None:
    row = Row(KIND, NOW - DAY, gone_at=over.get("gone_at"))
    assert proposed(row, Work(resolved_at=NOW if over.get("resolved") else None), status="Cancelled") is None


def test_what_was_turned_down_does_not_come_again_but_a_newer_answer_does() -> None:
    work = Work(contacted_at=NOW - 5 * DAY)
    first = rules.Proposal("answered", NOW - 4 * DAY)
    refused = Work(NOW - 5 * DAY, refused=frozenset({first.key, "shipped"}))
    assert proposed(work=work, last_buyer_at=NOW - 4 * DAY) == "answered"
    assert proposed(work=refused, last_buyer_at=NOW - 4 * DAY) is None
    assert proposed(work=refused, last_buyer_at=NOW - 2 * DAY) == "answered"
    assert proposed(work=refused, status="Shipped", changed_at=NOW) is None


@pytest.mark.parametrize(
    ("state", "until", "shown"),
    [
        ("to_contact", NOW + HOUR, "snoozed"),
        ("to_contact", NOW, "to_contact"),
        ("to_contact", None, "to_contact"),
        ("contacted", NOW + HOUR, "contacted"),
    ],
)
def test_a_snooze_hides_only_what_must_be_contacted_and_ends(state: str, until: datetime | None, shown: str) -> None:
    assert rules.shown_state(state, until, NOW) == shown


def test_two_days_late_is_a_case_for_somebody_else() -> None:
    assert [rules.is_for_others(due, NOW) for due in (None, NOW, NOW - 2 * DAY, NOW - 2 * DAY - HOUR)] == [
        False, False, False, True,
    ]  # fmt: skip


def test_every_proposal_and_every_kind_can_be_said_in_words() -> None:
    known = set(rules.PROPOSALS)
    assert all(each.settled_by <= known and each.source and each.days > 0 for each in rules.KINDS.values())
    assert all(each.why.endswith(".") and each.does in ("close", "contacted") for each in rules.PROPOSALS.values())
