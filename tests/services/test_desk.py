"""The cards say what the facts say: after imports, marks and decisions, and however often they are rebuilt."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from data import clock
from data.store import Store
from services import desk as cards
from services import people
from services.inbox import actions, marks
from services.inbox.conversation import conversation
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy, z


def rebuild_all(desk: Desk) -> None:
    with desk.store.write() as session:
        cards.rebuild(session, [ticket["id"] for ticket in desk.tickets()], now=NOW)


def test_the_sql_twin_of_the_clock_agrees_with_every_card(every_desk: Desk) -> None:
    r = random.Random(3)
    mails = []
    for n in range(1, 40):
        at, order = NOW - timedelta(minutes=r.randrange(60 * 24 * 40)), ORDERS[r.randrange(12)]
        make = ask if r.random() < 0.6 else copy
        mails.append(make(n, at, order=order, name="Kim Example"))
    every_desk.read(*mails)
    boss = every_desk.supervisor()
    for ticket in every_desk.tickets()[::2]:
        if ticket["awaiting_since"]:
            shown = conversation(every_desk.store, ticket["id"], now=NOW)
            assert shown is not None
            marks.no_response_needed(every_desk.store, ticket["id"], shown.version, actor=boss, now=NOW)
    with every_desk.store.read() as session:
        assert clock.drift(session) == []


def test_rebuilding_changes_nothing_and_writes_nothing_into_the_log(every_desk: Desk) -> None:
    every_desk.read(ask(1, NOW - 3 * HOUR, order=ORDERS[1]), copy(1, NOW - HOUR, order=ORDERS[1]), ask(2, NOW - DAY))
    before = every_desk.state()
    rebuild_all(every_desk)
    assert every_desk.state() == before


def test_cards_that_were_dropped_come_back_as_they_were(every_desk: Desk) -> None:
    every_desk.read(*(ask(n, NOW - n * HOUR, alias=f"alias{n:09}", order=ORDERS[n]) for n in range(1, 6)))
    every_desk.read(copy(2, NOW - HOUR, order=ORDERS[2]))
    before, ids = every_desk.state(), [ticket["id"] for ticket in every_desk.tickets()]
    with every_desk.store.write() as session:
        for table in ("card", "response", "card_count"):
            session.connection().exec_driver_sql(f"delete from {table}")
        cards.rebuild(session, ids, now=NOW)
    assert every_desk.state() == before


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ORDERS[1], ORDERS[1], (ORDERS[1], "order_id")),
        (None, ORDERS[1], (ORDERS[1], "thread")),
        (ORDERS[1], None, (ORDERS[1], "order_id")),
        (None, None, (None, None)),
    ],
)
def test_the_order_and_how_it_was_found(
    desk: Desk, first: str | None, second: str | None, expected: tuple[str | None, str | None]
) -> None:
    desk.read(ask(1, NOW - DAY, order=first, t="A0THREADX"), ask(2, NOW - HOUR, order=second, t="A0THREADX"))
    ticket = desk.only_ticket()
    assert (ticket["order_id"], ticket["match"]) == expected


NAMED = f"Where is order {ORDERS[1]}?"


@pytest.mark.parametrize(
    ("mails", "expected"),
    [
        ([{"text": NAMED}], (ORDERS[1], "weak")),
        ([{"text": NAMED}, {"order": ORDERS[2], "t": "A0THREAD000001"}], (ORDERS[2], "thread")),
        ([{"text": NAMED}, {"order": ORDERS[1], "t": "A0THREAD000001"}], (ORDERS[1], "thread")),
        ([{}, {"text": NAMED, "t": "A0THREAD000001"}], (ORDERS[1], "weak")),
        ([{"order": ORDERS[2]}, {"text": NAMED, "t": "A0THREAD000001"}], (ORDERS[2], "order_id")),
        ([{}, {"order": ORDERS[1]}], (ORDERS[1], "alias")),
    ],
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_guessed_order_is_called_a_guess_in_whatever_order_mail_is_read(
    desk: Desk, mails: list[dict[str, str]], expected: tuple[str, str], newest_first: bool
) -> None:
    arriving = [ask(n, NOW - (9 - n) * DAY, **more) for n, more in enumerate(mails, 1)]
    for raw in reversed(arriving) if newest_first else arriving:
        desk.read(raw)
    ticket = desk.only_ticket()
    assert (ticket["order_id"], ticket["match"]) == expected


def test_the_oldest_unanswered_message_holds_the_clock(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, NOW - 9 * HOUR, t="A0THREADX", order=ORDERS[1]),
        copy(1, NOW - 8 * HOUR, order=ORDERS[1]),
        ask(2, NOW - 7 * HOUR, t="A0THREADX"),
        ask(3, NOW - 2 * HOUR, t="A0THREADX"),
    )
    ticket = every_desk.only_ticket()
    assert (ticket["awaiting_since"], ticket["due_at"]) == (z(NOW - 7 * HOUR), z(NOW + 17 * HOUR))
    assert (ticket["last_buyer_at"], ticket["last_reply_at"]) == (z(NOW - 2 * HOUR), z(NOW - 8 * HOUR))


def test_nothing_that_people_do_moves_a_due_time(every_desk: Desk) -> None:
    every_desk.read(ask(1, NOW - 2 * HOUR, order=ORDERS[1]))
    store, boss, due = every_desk.store, every_desk.supervisor(), every_desk.only_ticket()["due_at"]
    ticket_id = every_desk.only_ticket()["id"]
    version = actions.assign(store, ticket_id, 0, actor=boss, now=NOW, person=boss.name)
    version = actions.change_subject(store, ticket_id, version, actor=boss, now=NOW, subject="x")
    version = actions.snooze(store, ticket_id, version, actor=boss, now=NOW, until=NOW + HOUR)
    version = actions.attach_order(store, ticket_id, version, actor=boss, now=NOW, order_id=ORDERS[8])
    version = actions.set_status(store, ticket_id, version, actor=boss, now=NOW, status="open")
    version = actions.set_unread(store, ticket_id, version, actor=boss, now=NOW)
    actions.add_note(store, ticket_id, version, actor=boss, now=NOW, text="x")
    assert every_desk.only_ticket()["due_at"] == due == z(NOW + 22 * HOUR)


def test_rebuilding_many_tickets_takes_as_many_statements_as_few(store: Store, desk: Desk) -> None:
    from tests.services.inbox.test_queue import counted

    people.local_person(store)
    taken = []
    for n in (1, 60):
        desk.read(*(ask(n * 100 + m, NOW - HOUR, alias=f"alias{n:03}{m:03}xxx") for m in range(n)))
        with counted(store) as statements:
            rebuild_all(desk)
        taken.append(len([s for s in statements if "card.ticket_id >" not in s]))
    assert taken[0] == taken[1]
