"""The status of a ticket, and what may be done in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.rules import ticket_status as rules

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EARLIER, LATER = NOW - 2 * HOUR, NOW - HOUR


def status(**given):
    plain = {
        "awaiting": False,
        "read_or_owned": False,
        "decided": None,
        "decided_at": None,
        "last_buyer_at": None,
        "last_reply_at": None,
        "answered_by_nrn": False,
        "notice_only": False,
    }
    return rules.status(**(plain | given))


def test_while_an_answer_is_owed_nothing_hides_it():
    times = (None, EARLIER, LATER)
    for decided, at, buyer, reply, waived, notice in product(
        (None, *rules.LABELS), times, times, times, (True, False), (True, False)
    ):
        facts = {
            "awaiting": True,
            "decided": decided,
            "decided_at": at,
            "last_buyer_at": buyer,
            "last_reply_at": reply,
            "answered_by_nrn": waived,
            "notice_only": notice,
        }
        assert status(**facts) == "new"
        assert status(**facts, read_or_owned=True) == "open"


def test_while_nothing_is_owed_it_is_never_new_or_open():
    times = (None, EARLIER, LATER)
    for decided, at, buyer, reply, waived, notice, read in product(
        (None, *rules.LABELS), times, times, times, *[(True, False)] * 3
    ):
        found = status(
            decided=decided,
            decided_at=at,
            last_buyer_at=buyer,
            last_reply_at=reply,
            answered_by_nrn=waived,
            notice_only=notice,
            read_or_owned=read,
        )
        assert found in rules.DECIDABLE


@pytest.mark.parametrize("decided", sorted(rules.DECIDABLE))
def test_a_decision_holds_until_the_buyer_writes_again(decided):
    facts = {"decided": decided, "last_buyer_at": EARLIER, "last_reply_at": LATER}
    assert status(**facts, decided_at=LATER) == decided
    assert status(**facts, decided_at=EARLIER) == "pending"
    assert status(decided=decided, decided_at=EARLIER) == decided


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"last_buyer_at": EARLIER, "last_reply_at": LATER}, "pending"),
        ({"last_reply_at": LATER}, "pending"),
        ({"last_buyer_at": EARLIER, "answered_by_nrn": True}, "solved"),
        ({"last_buyer_at": LATER, "last_reply_at": EARLIER, "answered_by_nrn": True}, "solved"),
        ({"last_buyer_at": EARLIER, "last_reply_at": LATER, "answered_by_nrn": True}, "pending"),
        ({"notice_only": True}, "on_hold"),
        ({"notice_only": True, "last_reply_at": LATER}, "pending"),
        ({"last_buyer_at": EARLIER}, "solved"),  # unanswered beyond the horizon
        ({"decided": "open", "decided_at": LATER, "last_reply_at": EARLIER}, "pending"),  # reopened
    ],
)
def test_without_a_decision_the_last_word_says_the_status(facts, expected):
    assert status(**facts) == expected


def test_every_status_has_a_label_and_somebody_or_nobody_who_acts():
    assert set(rules.LABELS) == set(rules.WHO_ACTS)
    assert [rules.LABELS[name] for name in rules.LABELS] == [
        *("New", "Open", "Pending", "On-hold", "Solved", "Closed"),
    ]
    assert rules.WHO_ACTS["on_hold"] == "stakeholder"


@pytest.mark.parametrize("supervisor", [True, False])
@pytest.mark.parametrize("wanted", sorted(rules.DECIDABLE))
def test_what_is_owed_cannot_be_put_away_by_anybody(wanted, supervisor):
    why = rules.may_change("open", wanted, True, supervisor)
    for way_out in ("reply", "answered in Seller Central", "No Response Needed"):
        assert way_out in why
    assert rules.may_change("pending", wanted, False, supervisor) is None


@pytest.mark.parametrize("wanted", ["new", "open"])
def test_new_and_open_are_for_what_is_owed(wanted):
    assert rules.may_change("new", wanted, True, False) is None
    assert "No answer is owed" in rules.may_change("pending", wanted, False, False)


def test_a_closed_ticket_is_reopened_by_a_supervisor_only():
    assert "supervisor" in rules.may_change("closed", "open", False, False)
    assert "follow-up" in rules.may_change("closed", "pending", False, False)
    assert rules.may_change("closed", "open", False, True) is None
    assert rules.may_edit("closed", supervisor=True) is None
    assert "frozen" in rules.may_edit("closed")
    assert rules.may_edit("solved") is None


def test_a_status_nobody_knows_is_refused_with_those_that_exist():
    assert "On-hold" in rules.may_change("open", "done", False, True)


@pytest.mark.parametrize("type_", sorted(rules.LOCKED_TYPES))
def test_the_type_of_what_amazon_reports_cannot_be_changed(type_):
    assert type_ in rules.may_change_type(type_, "open")


def test_other_types_can_be_changed_until_the_ticket_is_closed():
    assert rules.may_change_type("Contact Buyer", "solved") is None
    assert "Closed" in rules.may_change_type("Contact Buyer", "closed")


@pytest.mark.parametrize(
    ("type_", "status_now", "is_allowed"),
    [
        ("Contact Buyer", "new", True),
        ("Contact Buyer", "solved", True),
        ("Contact Buyer", "closed", False),
        ("System Message", "open", False),
        ("System: Q&A", "open", False),
        ("Negative Feedback", "open", True),
    ],
)
def test_replies_go_where_somebody_reads_them(type_, status_now, is_allowed):
    assert (rules.may_reply(type_, status_now) is None) is is_allowed


def test_follow_up_tickets_are_for_closed_ones():
    assert rules.may_follow_up("closed") is None
    assert "continue" in rules.may_follow_up("solved")


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ({}, True),
        ({"last_reply_at": NOW - 7 * DAY + timedelta(seconds=1)}, False),
        ({"last_buyer_at": NOW - 6 * DAY}, False),
        ({"last_buyer_at": NOW - 7 * DAY}, False),
        ({"last_buyer_at": None}, True),
        ({"open_promise": True}, False),
        ({"status": "on_hold"}, False),
        ({"status": "open"}, False),
        ({"last_reply_at": None}, False),
    ],
)
def test_seven_silent_days_solve_only_if_our_word_is_last_and_no_promise_is_open(change, is_due):
    facts = {
        "status": "pending",
        "last_reply_at": NOW - 7 * DAY,
        "last_buyer_at": NOW - 8 * DAY,
        "open_promise": False,
        "now": NOW,
    }
    assert rules.auto_solve_due(**(facts | change)) is is_due


@pytest.mark.parametrize(
    ("read_at", "unread_at", "news_at", "mark"),
    [
        (None, None, None, "NEW"),
        (NOW, None, NOW, "READ"),
        (NOW - HOUR, None, NOW - 2 * HOUR, "READ"),
        (NOW - HOUR - timedelta(seconds=1), None, None, ""),
        (NOW - HOUR, NOW, None, "NEW"),
        (NOW, NOW, None, "NEW"),
        (NOW - HOUR, NOW - 2 * HOUR, None, "READ"),
        (NOW - 2 * HOUR, None, NOW - HOUR, "NEW"),
    ],
)
def test_a_ticket_is_new_until_read_then_read_for_an_hour(read_at, unread_at, news_at, mark):
    assert rules.read_mark(read_at=read_at, unread_at=unread_at, news_at=news_at, now=NOW) == mark
