"""What a return needs next and how it may end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.rules.return_requests import Facts, Need, need, needs_authorisation, refusal, says_automatic

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = Facts("fbm", "Pending Approval", NOW - DAY / 2, None, False, False, False, "US")
BACK = ASKED._replace(state="Approved", delivered_at=NOW - DAY)


@pytest.mark.parametrize(
    ("channel", "state", "expected"),
    [
        ("fbm", "Pending Approval", True),
        ("fbm", "PENDING_APPROVAL", True),
        ("fbm", "Authorization required", True),
        ("fbm", "Approved", False),
        ("fbm", "Completed", False),
        ("fbm", None, False),
        ("fbm", "Something new", False),
        ("fba", "Pending", False),
    ],
)
def test_only_a_merchants_request_that_nobody_authorised_waits_for_it(
    channel: str, state: str | None, expected: bool
) -> None:
    assert needs_authorisation(channel, state) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ASKED, Need("authorise", ASKED.requested_at + DAY)),
        (ASKED._replace(authorised=True), None),
        (ASKED._replace(decided=True), None),
        (BACK, Need("refund", NOW - DAY + 4 * DAY)),
        # Two working days after a Friday.
        (BACK._replace(marketplace="DE", delivered_at=NOW - 2 * DAY), Need("refund", NOW + 2 * DAY)),
        (BACK._replace(refunded=True), None),
        (BACK._replace(delivered_at=None), None),
        (BACK._replace(state="Completed"), None),
        (BACK._replace(channel="fba"), None),
    ],
)
def test_a_return_needs_one_thing_at_a_time_until_a_time(facts: Facts, expected: Need | None) -> None:
    assert need(facts, NOW) == expected


@pytest.mark.parametrize(
    ("state", "outcome", "amount", "says"),
    [
        ("open", "refund_full", None, None),
        ("open", "refund_partial", 350, None),
        ("open", "refund_partial", None, "how much"),
        ("open", "refund_partial", 0, "more than nothing"),
        ("open", "refund_full", 350, "Only a partial refund"),
        ("open", "burnt", None, "Choose how it ended"),
        ("done", "refund_full", None, "recorded already"),
    ],
)
def test_an_outcome_is_refused_with_a_sentence(state: str, outcome: str, amount: int | None, says: str | None) -> None:
    why = refusal(state, outcome, amount)
    assert why is None if says is None else says in str(why)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Order ID: 1\nAuthorization: automatic\nItem", True),
        ("Autorizzazione: automatica", True),
        ("Authorization: waiting for the seller", False),
        ("We send this automatically. Return request", False),
        ("", False),
    ],
)
def test_a_notice_may_say_that_amazon_authorised_the_return_itself(text: str, expected: bool) -> None:
    assert says_automatic(text) is expected
