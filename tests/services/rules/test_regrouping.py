"""Merged conversations: a reply answers what was one with it when it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.rules import clock, regrouping
from services.rules.clock import Asked, Reply

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, OTHER = 1, 2
MERGED = {(ONE, OTHER): START + 10 * HOUR, (OTHER, ONE): START + 10 * HOUR}
HOURS = st.integers(0, 20)


def at(hours: int) -> datetime:
    return START + hours * HOUR


def test_a_reply_before_the_merge_answers_its_own_conversation_only() -> None:
    asked = [(Asked(1, at(0)), ONE), (Asked(2, at(1)), OTHER)]
    found = regrouping.judge(asked, [(Reply(at(2)), OTHER)], {}, MERGED)
    assert [(v.id, v.answered_at) for v in found] == [(1, None), (2, at(2))]


def test_a_reply_from_the_merge_on_answers_both() -> None:
    asked = [(Asked(1, at(0)), ONE), (Asked(2, at(1)), OTHER)]
    found = regrouping.judge(asked, [(Reply(at(10)), ONE)], {}, MERGED)
    assert [v.answered_at for v in found] == [at(10), at(10)]


def test_no_response_needed_holds_in_merged_conversations_too() -> None:
    asked = [(Asked(1, at(0)), ONE), (Asked(2, at(1)), OTHER)]
    found = regrouping.judge(asked, [], {2: at(3)}, MERGED)
    assert [v.answered_by for v in found] == [None, "no_response_needed"]


@given(
    asked=st.lists(st.tuples(HOURS, st.sampled_from([ONE, OTHER])), max_size=8),
    replies=st.lists(st.tuples(st.integers(0, 9), st.sampled_from([ONE, OTHER])), max_size=5),
)
def test_merging_changes_no_verdict_of_what_was_written_before(
    asked: list[tuple[int, int]], replies: list[tuple[int, int]]
) -> None:
    messages = [(Asked(n, at(hour)), home) for n, (hour, home) in enumerate(asked)]
    sent = [(Reply(at(hour)), home) for hour, home in replies]
    apart = [
        verdict
        for home in (ONE, OTHER)
        for verdict in clock.judge([m for m, h in messages if h == home], [r for r, h in sent if h == home], {})
    ]
    merged = regrouping.judge(messages, sent, {}, MERGED)
    assert sorted(merged, key=lambda v: v.id) == sorted(apart, key=lambda v: v.id)
