"""Which conversation a mail joins: each of Amazon's keys in turn, and when none of them leads anywhere."""

from __future__ import annotations

import pytest

from services.inbox import actions
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z

START = NOW - 20 * DAY
CASE = "11111111-2222-4333-8444-555555555555"
OTHER_CASE = "99999999-2222-4333-8444-555555555555"


def together(desk: Desk, *numbers: int) -> bool:
    """Whether these messages are in one ticket."""
    return len({desk.message(amazon_id(n))["ticket_id"] for n in numbers}) == 1


def test_the_footers_thread_id_joins_whatever_else_differs(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, START, t="A0THREADX", alias="aaaaaaaaaaaaaa", order=ORDERS[1]),
        ask(2, START + 50 * DAY - 40 * DAY, t="A0THREADX", alias="bbbbbbbbbbbbbb", order=ORDERS[2]),
    )
    assert together(every_desk, 1, 2)


def test_an_unknown_thread_id_falls_through_to_order_and_alias(desk: Desk) -> None:
    desk.read(ask(1, START, order=ORDERS[1]), ask(2, START + DAY, order=ORDERS[1]))
    assert together(desk, 1, 2)
    assert desk.only_ticket()["match"] == "order_id"


def test_a_case_joins_before_order_and_alias_do(desk: Desk) -> None:
    desk.read(
        ask(1, START, case=CASE, order=ORDERS[1]),
        ask(2, START + HOUR, case=OTHER_CASE, order=ORDERS[2]),
        ask(3, START + 2 * HOUR, case=CASE, order=ORDERS[2]),
    )
    assert together(desk, 1, 3)
    assert not together(desk, 1, 2)


def test_the_case_of_the_report_link_is_the_same_case(desk: Desk) -> None:
    desk.read(
        ask(1, START, report_case=CASE, order=ORDERS[1]),
        ask(2, START + HOUR, case=CASE, alias="cccccccccccccc"),
    )
    assert together(desk, 1, 2)


def test_a_mail_that_answers_a_known_message_id_joins_it(desk: Desk) -> None:
    desk.read(
        ask(1, START, alias="aaaaaaaaaaaaaa"),
        ask(2, START + 40 * DAY - 25 * DAY, alias="bbbbbbbbbbbbbb", references="<buyer-1@example.amazonses.com>"),
    )
    assert together(desk, 1, 2)


@pytest.mark.parametrize(("gap_days", "joined"), [(29.9, True), (30, True), (30.1, False), (90, False)])
def test_the_alias_alone_reaches_thirty_days_from_the_conversations_last_mail(
    desk: Desk, gap_days: float, joined: bool
) -> None:
    first = NOW - 200 * DAY
    last = first + 25 * DAY
    desk.read(ask(1, first), ask(2, last), ask(3, last + gap_days * DAY))
    assert together(desk, 1, 2)
    assert together(desk, 2, 3) is joined


def test_the_alias_never_joins_two_different_orders(every_desk: Desk) -> None:
    every_desk.read(ask(1, START, order=ORDERS[1]), ask(2, START + HOUR, order=ORDERS[2]))
    assert not together(every_desk, 1, 2)


def test_one_alias_at_two_marketplaces_is_two_buyers(desk: Desk) -> None:
    desk.read(ask(1, START), ask(2, START + HOUR, marketplace="DE"))
    assert not together(desk, 1, 2)


def test_a_question_before_the_sale_gains_its_order_and_keeps_it(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, START),
        ask(2, START + 3 * DAY, order=ORDERS[1]),
        ask(3, START + 40 * DAY - 22 * DAY, order=ORDERS[1]),
        ask(4, START + 19 * DAY, order=ORDERS[2]),
    )
    assert together(every_desk, 1, 2, 3)
    assert not together(every_desk, 1, 4)
    ticket = next(t for t in every_desk.tickets() if t["id"] == every_desk.message(amazon_id(1))["ticket_id"])
    assert (ticket["order_id"], ticket["match"]) == (ORDERS[1], "alias")


def test_a_closed_ticket_is_found_too_and_owes_an_answer_again(every_desk: Desk) -> None:
    every_desk.read(ask(1, NOW - 5 * DAY, order=ORDERS[1]), copy(1, NOW - 4 * DAY, order=ORDERS[1]))
    ticket = every_desk.only_ticket()
    version = actions._version(every_desk.store, ticket["id"])
    actions.set_status(
        every_desk.store, ticket["id"], version, actor=every_desk.supervisor(), now=NOW - 3 * DAY, status="closed"
    )
    assert every_desk.only_ticket()["status"] == "closed"
    every_desk.read(ask(2, NOW - HOUR, order=ORDERS[1]))
    ticket = every_desk.only_ticket()
    assert (ticket["status"], ticket["awaiting_since"]) == ("new", z(NOW - HOUR))


def test_the_buyers_first_mail_joins_the_notices_about_its_order(desk: Desk) -> None:
    desk.read(
        mails.notice(
            f"Return requested for order {ORDERS[1]}",
            f"<p>Order ID: {ORDERS[1]}</p>",
            type_header="RETURN_REQUEST_NOTIFICATION",
            marketplace="US",
            date=START,
        )
    )
    (notice,) = desk.messages()
    desk.read(ask(1, START + HOUR, order=ORDERS[1]))
    if notice["ticket_id"] is not None:
        assert desk.message(amazon_id(1))["ticket_id"] == notice["ticket_id"]


def test_a_bounce_attaches_to_the_conversation_it_concerns_and_moves_no_clock(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, NOW - 3 * HOUR, order=ORDERS[1]), mails.delivery_report(order=ORDERS[1], date=NOW - 2 * HOUR)
    )
    ticket = every_desk.only_ticket()
    assert len(ticket["message_ids"]) == 2
    assert ticket["awaiting_since"] == z(NOW - 3 * HOUR)


def test_a_bounce_that_came_first_is_joined_by_the_buyer(desk: Desk) -> None:
    desk.read(mails.delivery_report(order=ORDERS[1], date=NOW - 4 * HOUR))
    desk.read(ask(1, NOW - 3 * HOUR, order=ORDERS[1]))
    assert len(desk.only_ticket()["message_ids"]) == 2


def test_opened_at_is_when_the_first_mail_was_sent_whichever_was_read_first(every_desk: Desk) -> None:
    every_desk.read(ask(2, START + DAY, t="A0THREADX"))
    every_desk.read(ask(1, START, t="A0THREADX"))
    assert every_desk.only_ticket()["opened_at"] == z(START)


def test_two_messages_of_one_batch_open_one_ticket(desk: Desk) -> None:
    desk.read(*(ask(n, START + n * HOUR, t="A0THREADX") for n in range(1, 6)))
    assert len(desk.only_ticket()["message_ids"]) == 5
