"""Copies of our own replies: which conversation they answer, in whatever order mail is read."""

from __future__ import annotations

import itertools

import pytest

from services.inbox import marks
from services.inbox.conversation import conversation
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z

AT = NOW - 3 * DAY


def answers(desk: Desk) -> dict[str, tuple[str | None, str | None]]:
    """When and by what each buyer message was answered."""
    return {
        row["amazon_message_id"]: (row["answered_at"], row["answered_by"])
        for row in desk.messages()
        if row["direction"] == "buyer"
    }


def asking(desk: Desk) -> int:
    """How many tickets ask a person about a copy."""
    return sum(ticket["asks"] is not None for ticket in desk.tickets())


def rules(desk: Desk) -> list[str]:
    """What the ledger says of copies, in the order of arrival."""
    return [row["rule"] for row in desk.rows("ledger") if row["kind"] == "reply_confirmation"]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_copy_counts_at_its_own_date_whenever_it_is_read(desk: Desk, order: tuple[int, ...], together: bool) -> None:
    arriving = [
        ask(1, AT, order=ORDERS[1]),
        copy(1, AT + HOUR, order=ORDERS[1]),
        ask(2, AT + 2 * HOUR, order=ORDERS[1], t="A0THREAD000001"),
    ]
    desk.put(*(arriving[n] for n in order)) if together else [desk.read(arriving[n]) for n in order]
    desk.sync()
    assert answers(desk) == {amazon_id(1): (z(AT + HOUR), "reply"), amazon_id(2): (None, None)}
    assert desk.only_ticket()["awaiting_since"] == z(AT + 2 * HOUR)


def test_the_order_id_wins_over_a_waiting_namesake(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, AT, order=ORDERS[1], name="Kim Example", alias="aaaaaaaaaaaaaa"),
        ask(2, AT, order=ORDERS[2], name="Kim Example", alias="bbbbbbbbbbbbbb"),
        copy(1, AT + HOUR, order=ORDERS[2], name="Kim Example"),
    )
    assert answers(every_desk) == {amazon_id(1): (None, None), amazon_id(2): (z(AT + HOUR), "reply")}


def test_a_copy_about_another_order_never_answers_a_namesake(desk: Desk) -> None:
    desk.read(ask(1, AT, order=ORDERS[1], name="Kim Example"), copy(1, AT + HOUR, order=ORDERS[9], name="Kim Example"))
    assert answers(desk) == {amazon_id(1): (None, None)}


def test_if_two_of_one_name_wait_nothing_changes_and_both_ask(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, AT, name="Kim Example", alias="aaaaaaaaaaaaaa"),
        ask(2, AT, name="ＫＩＭ  example", alias="bbbbbbbbbbbbbb"),
        copy(1, AT + HOUR, name="Kim Example"),
    )
    assert set(answers(every_desk).values()) == {(None, None)}
    assert asking(every_desk) == 2
    assert rules(every_desk) == ["reply_confirmation:asks"]


def two_ask(desk: Desk) -> int:
    """Two conversations that ask about one copy; the copy's message id."""
    desk.read(
        ask(1, AT, name="Kim Example", alias="aaaaaaaaaaaaaa"),
        ask(2, AT, name="Kim Example", alias="bbbbbbbbbbbbbb"),
        copy(1, AT + HOUR, name="Kim Example"),
    )
    (found,) = [row["id"] for row in desk.messages() if row["kind"] == "reply_confirmation"]
    return int(found)


def test_a_persons_choice_answers_one_and_stays(every_desk: Desk) -> None:
    copy_id = two_ask(every_desk)
    first, second = (every_desk.message(amazon_id(n))["ticket_id"] for n in (1, 2))
    marks.choose_copy(
        every_desk.store,
        first,
        0,
        actor=every_desk.supervisor(),
        now=NOW,
        message_id=copy_id,
        chosen_ticket=second,
    )
    expected = {amazon_id(1): (None, None), amazon_id(2): (z(AT + HOUR), "reply")}
    assert (answers(every_desk), asking(every_desk)) == (expected, 0)
    assert rules(every_desk) == ["reply_confirmation"]
    assert every_desk.dispositions() == ["ticketed"] * 3
    every_desk.read(ask(3, AT + 2 * HOUR, name="Kim Example", alias="cccccccccccccc"))
    assert answers(every_desk) == expected | {amazon_id(3): (None, None)}


def test_a_copy_that_belongs_to_none_asks_no_more(desk: Desk) -> None:
    copy_id = two_ask(desk)
    ticket_id = desk.message(amazon_id(1))["ticket_id"]
    marks.choose_copy(
        desk.store, ticket_id, 0, actor=desk.supervisor(), now=NOW, message_id=copy_id, chosen_ticket=None
    )
    desk.read(ask(3, AT + 2 * HOUR, name="Kim Example", alias="cccccccccccccc"))
    assert asking(desk) == 0
    assert set(answers(desk).values()) == {(None, None)}


def test_the_conversation_shows_the_question_and_its_candidates(desk: Desk) -> None:
    copy_id = two_ask(desk)
    shown = conversation(desk.store, desk.message(amazon_id(1))["ticket_id"], now=NOW)
    assert shown is not None
    assert shown.asks is not None
    assert shown.asks.message_id == copy_id
    assert {each.id for each in shown.asks.tickets} == {t["id"] for t in desk.tickets()}


def test_mail_that_arrives_later_and_waited_then_makes_it_ambiguous(every_desk: Desk) -> None:
    every_desk.read(ask(1, AT, name="Kim Example", alias="aaaaaaaaaaaaaa"), copy(1, AT + HOUR, name="Kim Example"))
    assert answers(every_desk) == {amazon_id(1): (z(AT + HOUR), "reply")}
    every_desk.read(ask(2, AT - HOUR, name="Kim Example", alias="bbbbbbbbbbbbbb"))
    assert set(answers(every_desk).values()) == {(None, None)}
    assert asking(every_desk) == 2
    assert rules(every_desk) == ["reply_confirmation:asks"]


def test_a_reply_that_arrives_later_resolves_the_question(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, AT, name="Kim Example", alias="aaaaaaaaaaaaaa", order=ORDERS[1]),
        ask(2, AT, name="Kim Example", alias="bbbbbbbbbbbbbb", order=ORDERS[2]),
        copy(1, AT + 2 * HOUR, name="Kim Example"),
    )
    assert asking(every_desk) == 2
    every_desk.read(copy(2, AT + HOUR, order=ORDERS[1], name="Kim Example"))
    assert answers(every_desk) == {amazon_id(1): (z(AT + HOUR), "reply"), amazon_id(2): (z(AT + 2 * HOUR), "reply")}
    assert asking(every_desk) == 0


def test_a_buyer_without_a_name_takes_no_question_away(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, AT, name="Kim Example", alias="aaaaaaaaaaaaaa", order=ORDERS[1]),
        ask(2, AT, name="Kim Example", alias="bbbbbbbbbbbbbb", order=ORDERS[2]),
        copy(1, AT + HOUR, name="Kim Example"),
    )
    assert asking(every_desk) == 2
    every_desk.read(
        ask(3, AT + 2 * HOUR, sender="aaaaaaaaaaaaaa@marketplace.amazon.com", order=ORDERS[1], subject="Hello")
    )
    assert asking(every_desk) == 2


def test_a_second_reply_moves_no_clock(desk: Desk) -> None:
    desk.read(
        ask(1, AT, name="Kim Example"), copy(1, AT + HOUR, name="Kim Example"), copy(2, AT + DAY, name="Kim Example")
    )
    assert answers(desk) == {amazon_id(1): (z(AT + HOUR), "reply")}
    assert desk.only_ticket()["last_reply_at"] == z(AT + DAY)


def test_no_response_needed_for_one_message_leaves_the_other_waiting_for_a_copy(desk: Desk) -> None:
    desk.read(
        ask(1, AT, name="Kim Example", t="A0THREADX"),
        ask(2, AT + HOUR, name="Kim Example", t="A0THREADX"),
        ask(3, AT, name="Kim Example", alias="bbbbbbbbbbbbbb"),
    )
    marks.mark_message(
        desk.store,
        desk.message(amazon_id(1))["id"],
        actor=desk.supervisor(),
        now=AT + 2 * HOUR,
        answered_at=None,
    )
    desk.read(copy(1, AT + 3 * HOUR, name="Kim Example"))
    assert asking(desk) == 2


def test_a_copy_of_another_marketplace_is_not_meant(desk: Desk) -> None:
    desk.read(
        ask(1, AT, name="Kim Example", marketplace="DE"), copy(1, AT + HOUR, name="Kim Example", marketplace="US")
    )
    assert answers(desk) == {amazon_id(1): (None, None)}
    assert rules(desk) == ["reply_confirmation:no_conversation"]
