"""Deadlines: what is due when by which rule, what has none and why, and that a changed rule moves nothing old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.deadlines import KINDS, RULES, Deadline, NoDeadline, Rule, due_at, next_deadline, rule_for

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLAIM = {"state": "action_required", "opened_at": AT}
LOST = {"state": "option_to_appeal", "decided_at": AT}


@pytest.mark.parametrize(
    ("kind", "facts", "due"),
    [
        ("message", {"awaiting_since": AT}, AT + 24 * HOUR),
        ("a_to_z", CLAIM, AT + 48 * HOUR),
        ("a_to_z", {**CLAIM, "respond_by": AT + 3 * DAY}, AT + 3 * DAY),
        ("a_to_z", {**CLAIM, "appealed": True}, AT + 72 * HOUR),
        ("a_to_z", {**CLAIM, "asked_at": AT + DAY, "appealed": True}, AT + DAY + 72 * HOUR),
        ("a_to_z", {**CLAIM, "asked_at": AT + DAY, "respond_by": AT + HOUR}, AT + DAY + 48 * HOUR),
        ("a_to_z", {**CLAIM, "asked_at": AT + DAY, "respond_by": AT + 2 * DAY}, AT + 2 * DAY),
        ("a_to_z", {**CLAIM, "asked_at": AT - DAY, "respond_by": AT + 2 * DAY}, AT + 2 * DAY),
        ("a_to_z", LOST, AT + 30 * DAY),
        ("a_to_z", {**LOST, "appeal_by": AT + 72 * HOUR}, AT + 72 * HOUR),
        ("chargeback", CLAIM, AT + 7 * DAY),
        ("chargeback", {"state": "action_required", "respond_by": AT + 9 * DAY}, AT + 9 * DAY),
        ("return_request", {"requested_at": AT}, AT + 24 * HOUR),
        ("return_refund", {"delivered_at": AT, "marketplace": "US"}, AT + 4 * DAY),
        ("return_refund", {"delivered_at": AT, "marketplace": "DE"}, AT + 4 * DAY),  # Friday and two working days
        ("safe_t", {"delivered_at": AT - DAY, "refunded_at": AT, "marketplace": "US"}, AT + 30 * DAY),
        ("contact", {"completed_at": AT}, AT + 30 * DAY),
    ],
)
def test_everything_open_has_one_next_deadline(kind: str, facts: dict[str, Any], due: datetime) -> None:
    found = next_deadline(kind, facts, NOW)
    assert isinstance(found, Deadline)
    assert found.due_at == due
    assert found.what
    assert found.rule.source


@pytest.mark.parametrize(
    ("kind", "facts", "why"),
    [
        ("message", {}, "Nobody waits"),
        ("a_to_z", {"state": "closed"}, "Closed"),
        ("a_to_z", {"state": "under_review"}, "Amazon is looking"),
        ("a_to_z", {"state": "action_required"}, "No mail says"),
        ("a_to_z", {"state": "option_to_appeal"}, "not known when Amazon decided"),
        ("a_to_z", {"state": "option_to_appeal", "decided_at": AT - 40 * DAY}, "ended on 10 Nov 2026"),
        ("a_to_z", {**LOST, "appeal_by": AT + HOUR}, "The time to appeal ended on 20 Nov 2026"),
        ("return_request", {"authorised": True}, "authorised"),
        ("return_refund", {}, "not arrived"),
        ("return_refund", {"refunded": True}, "has the money"),
        ("safe_t", {"delivered_at": AT, "marketplace": "DE"}, "No deadline is known for this in DE"),
        ("safe_t", {}, "Neither"),
        ("safe_t", {"filed": True}, "filed"),
        ("feedback", {"removed": True}, "removed"),
        ("feedback", {"asked": True}, "has been asked"),
        ("feedback", {}, "not known"),
        ("feedback", {"at": AT - 200 * DAY}, "The 90 days for a removal ended"),
        ("contact", {}, "not completed"),
        ("contact", {"completed_at": AT - 60 * DAY}, "ended on"),
    ],
)
def test_what_has_no_deadline_says_why(kind: str, facts: dict[str, Any], why: str) -> None:
    found = next_deadline(kind, facts, NOW)
    assert isinstance(found, NoDeadline)
    assert why in found.reason


@pytest.mark.parametrize(
    ("name", "place", "day", "length"),
    [
        ("safe_t", "US", date(2026, 2, 15), 60),
        ("safe_t", "US", date(2026, 2, 16), 30),
        ("return_refund", "US", date(2026, 1, 25), 2),
        ("return_refund", "US", date(2026, 1, 26), 4),
        ("return_refund", "DE", date(2026, 11, 20), 2),
    ],
)
def test_a_rule_holds_for_what_began_while_it_was_valid(name: str, place: str, day: date, length: int) -> None:
    assert rule_for(name, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), place).length == length


@given(st.integers(0, 400), st.integers(1, 1000))
def test_a_changed_rule_leaves_the_dues_of_older_things_alone(days: int, hours: int) -> None:
    changed = (Rule("message", "Answer", hours, "hours", "a new rule", since=NOW.date()), *RULES)
    old = {"awaiting_since": NOW - (days + 1) * DAY}
    assert next_deadline("message", old, NOW, changed) == next_deadline("message", old, NOW)
    found = next_deadline("message", {"awaiting_since": NOW}, NOW, changed)
    assert isinstance(found, Deadline)
    assert found.due_at == NOW + hours * HOUR


def test_ninety_days_of_feedback_end_at_midnight_of_its_marketplace() -> None:
    rule = rule_for("feedback_removal", AT)
    assert due_at(rule, AT, "JP") == datetime(2027, 2, 18, 15, tzinfo=UTC)
    assert due_at(rule, AT, None) == datetime(2027, 2, 19, tzinfo=UTC)


def test_every_rule_names_its_source_and_is_used() -> None:
    assert all(rule.source and rule.length > 0 for rule in RULES)
    assert len(KINDS) == 8
    with pytest.raises(KeyError):
        next_deadline("horoscope", {}, NOW)
