"""Marks about the clock: two-sided No Response Needed, answered in Seller Central, taking a mark back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.errors import Rejected, Stale
from services.inbox import marks
from services.inbox.conversation import conversation
from services.inbox.shapes import Conversation
from services.people import Person
from tests.desks import DAY, HOUR, NOW, Desk, amazon_id, ask, z

ANA = Person("Ana", "agent", False, None)
FIRST, SECOND = NOW - 5 * HOUR, NOW - 3 * HOUR


@pytest.fixture
def asked(every_desk: Desk) -> Desk:
    """Two questions in one conversation."""
    every_desk.read(ask(1, FIRST, t="A0THREADX"), ask(2, SECOND, t="A0THREADX"))
    return every_desk


def shown(desk: Desk) -> Conversation:
    found = conversation(desk.store, desk.only_ticket()["id"], now=NOW)
    assert found is not None
    return found


def waive(desk: Desk, now: datetime = NOW) -> None:
    marks.no_response_needed(desk.store, shown(desk).id, shown(desk).version, actor=ANA, now=now)


def answer(desk: Desk, at: datetime, now: datetime = NOW) -> None:
    marks.answered(desk.store, shown(desk).id, shown(desk).version, actor=ANA, now=now, at=at)


def undo(desk: Desk) -> None:
    marks.undo_mark(
        desk.store, shown(desk).id, shown(desk).version, actor=ANA, now=NOW, mark_id=shown(desk).marks[0].id
    )


def awaiting(desk: Desk) -> str | None:
    return str(desk.only_ticket()["awaiting_since"]) if desk.only_ticket()["awaiting_since"] else None


def test_no_response_needed_takes_all_that_is_owed_out_of_the_metric(asked: Desk) -> None:
    waive(asked)
    assert (awaiting(asked), asked.only_ticket()["status"]) == (None, "solved")
    for n in (1, 2):
        row = asked.message(amazon_id(n))
        assert (row["answered_by"], row["answered_at"], row["within_24h"]) == ("no_response_needed", z(NOW), None)


def test_it_has_two_sides_done_here_and_confirmed_in_amazon(asked: Desk) -> None:
    waive(asked)
    first, _ = shown(asked).marks
    assert first.confirmed_at is None
    marks.confirm_in_amazon(asked.store, shown(asked).id, 0, actor=ANA, now=NOW + HOUR, mark_id=first.id)
    again = next(mark for mark in shown(asked).marks if mark.id == first.id)
    assert (again.confirmed_at, again.confirmed_by) == (NOW + HOUR, "Ana")
    with pytest.raises(Rejected):
        marks.confirm_in_amazon(asked.store, shown(asked).id, 0, actor=ANA, now=NOW, mark_id=999)


def test_the_next_message_of_the_buyer_starts_the_clock_again(asked: Desk) -> None:
    waive(asked)
    asked.read(ask(3, NOW + HOUR, t="A0THREADX"), now=NOW + 2 * HOUR)
    assert awaiting(asked) == z(NOW + HOUR)
    assert asked.message(amazon_id(1))["answered_by"] == "no_response_needed"


def test_a_message_that_was_sent_before_the_mark_but_read_after_it_is_owed(asked: Desk) -> None:
    waive(asked)
    asked.read(ask(3, NOW - timedelta(minutes=1), t="A0THREADX"))
    assert awaiting(asked) == z(NOW - timedelta(minutes=1))


def test_an_answer_in_seller_central_answers_everything_before_it(asked: Desk) -> None:
    answer(asked, SECOND + HOUR)
    assert (awaiting(asked), asked.only_ticket()["status"]) == (None, "pending")
    assert {asked.message(amazon_id(n))["answered_at"] for n in (1, 2)} == {z(SECOND + HOUR)}
    assert asked.only_ticket()["last_reply_at"] == z(SECOND + HOUR)


def test_an_answer_between_two_messages_leaves_the_second_owed(asked: Desk) -> None:
    answer(asked, FIRST + HOUR)
    assert awaiting(asked) == z(SECOND)
    answer(asked, SECOND + HOUR)
    assert asked.message(amazon_id(1))["answered_at"] == z(FIRST + HOUR)
    assert awaiting(asked) is None


@pytest.mark.parametrize("at", [NOW + timedelta(seconds=1), FIRST, FIRST - DAY])
def test_an_answer_lies_after_the_question_and_not_in_the_future(asked: Desk, at: datetime) -> None:
    before = asked.state()
    with pytest.raises(Rejected):
        answer(asked, at)
    assert asked.state() == before


@pytest.mark.parametrize("what", ["waive", "answer"])
def test_a_mark_can_be_taken_back_and_made_again(asked: Desk, what: str) -> None:
    def make() -> None:
        waive(asked) if what == "waive" else answer(asked, SECOND + HOUR)

    make()
    while shown(asked).marks:
        undo(asked)
    assert (awaiting(asked), asked.only_ticket()["due_at"]) == (z(FIRST), z(FIRST + DAY))
    make()
    assert awaiting(asked) is None


def test_a_mark_is_taken_back_only_once(asked: Desk) -> None:
    answer(asked, SECOND + HOUR)
    mark_id = shown(asked).marks[0].id
    undo(asked)
    with pytest.raises(Rejected, match="already"):
        marks.undo_mark(asked.store, shown(asked).id, shown(asked).version, actor=ANA, now=NOW, mark_id=mark_id)


def test_marks_over_an_unseen_message_are_refused(asked: Desk) -> None:
    seen = shown(asked)
    asked.read(ask(3, NOW - HOUR, t="A0THREADX"))
    for mark in (
        lambda: marks.no_response_needed(asked.store, seen.id, seen.version, actor=ANA, now=NOW),
        lambda: marks.answered(asked.store, seen.id, seen.version, actor=ANA, now=NOW, at=NOW),
    ):
        with pytest.raises(Stale):
            mark()
    assert awaiting(asked) == z(FIRST)


def test_there_is_nothing_to_mark_where_nothing_is_owed(asked: Desk) -> None:
    waive(asked)
    with pytest.raises(Rejected, match="Nothing is owed"):
        waive(asked)
    with pytest.raises(Rejected, match="Nothing is owed"):
        answer(asked, NOW)


def test_scripts_mark_one_message(asked: Desk) -> None:
    first = asked.message(amazon_id(1))["id"]
    assert marks.mark_message(asked.store, first, actor=ANA, now=NOW, answered_at=None)[1] == "no_response_needed"
    assert awaiting(asked) == z(SECOND)
    for wrong in (0, 10**12):
        with pytest.raises(Rejected, match="no buyer message"):
            marks.mark_message(asked.store, wrong, actor=ANA, now=NOW, answered_at=None)
