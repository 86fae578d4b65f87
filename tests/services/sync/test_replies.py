"""Copies of our own replies: which conversation they answer, in whatever order mail is read."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data import messages
from data.store import Store
from services.inbox import marks
from services.inbox.conversation import conversation
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z

AT = NOW - 3 * DAY
NAMES = ("Kim Example", "Lee Example")


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


def two_years(r: random.Random, n: int) -> list[bytes]:
    """Buyers of two names over two years, in talks that gain their order or another name late; copies by both."""
    talks = [(f"A0THREAD{i:06}", f"alias{i:09}", r.choice(NAMES), ORDERS[20 + i % 4]) for i in range(7)]
    made = []
    for number in range(1, n + 1):
        thread_id, alias, name, order = r.choice(talks)
        at = NOW - timedelta(minutes=r.choice([r.randrange(700 * 1440), r.randrange(60 * 1440)]))
        of_order = order if r.random() < 0.3 else None
        called = r.choice(NAMES) if r.random() < 0.15 else name
        if r.random() < 0.55:
            made.append(ask(number, at, t=thread_id, alias=alias, name=called, order=of_order))
        else:
            made.append(copy(number, at, name=called, order=of_order))
    return made


def placed(desk: Desk) -> Any:
    """Every copy's conversation (by the first Amazon id in it), every answer, every question."""
    rows = {row["id"]: row["amazon_message_id"] or row["message_id"] for row in desk.messages()}
    talks = {t["id"]: min(rows[id_] for id_ in t["message_ids"]) for t in desk.tickets()}
    copies = {row["message_id"]: talks.get(row["ticket_id"]) for row in desk.messages() if row["direction"] == "agent"}
    asks = {talks[t["id"]]: {rows[int(i)] for i in t["asks"].split(",")} for t in desk.tickets() if t["asks"]}
    return copies, answers(desk), asks


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEEDS", "5"))))
def test_however_it_comes_in_each_copy_is_placed_as_if_all_had_been_there(
    seed: int, tmp_path: Path, fresh_store: Callable[[], Store]
) -> None:
    r = random.Random(seed)
    mixed = two_years(r, 26)
    at_once = Desk(fresh_store(), tmp_path / "0", horizon_days=900)
    at_once.read(*mixed)
    piecemeal = Desk(fresh_store(), tmp_path / "1", horizon_days=900)
    r.shuffle(mixed)
    while mixed:
        size = r.choice([1, 1, 2, 9])
        piecemeal.read(*mixed[:size])
        mixed = mixed[size:]
    assert placed(piecemeal) == placed(at_once)


@pytest.mark.parametrize(("days", "answered"), [(89, True), (91, False)])
def test_a_name_alone_reaches_ninety_days_back_and_an_order_any_time(desk: Desk, days: int, answered: bool) -> None:
    late = NOW - DAY
    desk = Desk(desk.store, desk.root, horizon_days=900)
    desk.read(ask(1, late - days * DAY, name="Kim Example"), copy(1, late, name="Kim Example"))
    desk.read(ask(2, late - 200 * DAY, name="Lee Example", alias="b" * 14, order=ORDERS[3]))
    desk.read(copy(2, late, name="Lee Example", order=ORDERS[3]))
    by_name = (z(late), "reply") if answered else (None, None)
    assert answers(desk) == {amazon_id(1): by_name, amazon_id(2): (z(late), "reply")}


def test_what_namesakes_wrote_over_the_years_is_not_read_again(desk: Desk) -> None:
    def rows_read(mail: bytes) -> int:
        seen: list[int] = []
        real = messages.about

        def counting(*args: Any, **more: Any) -> list[Any]:
            found = real(*args, **more)
            seen.append(len(found))
            return found

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(messages, "about", counting)
            desk.read(mail)
        return max(seen)

    talk = [ask(900, AT, name="Kim Example", alias="z" * 14), copy(900, AT + HOUR, name="Kim Example")]
    desk.read(*talk)
    few = rows_read(copy(901, AT + 2 * HOUR, name="Kim Example"))
    old = [ask(n, AT - 200 * DAY - n * HOUR, name="Kim Example", alias=f"alias{n:09}") for n in range(1, 120)]
    old += [copy(n, AT - 200 * DAY - n * HOUR + HOUR / 2, name="Kim Example") for n in range(1, 120)]
    desk.read(*old)
    assert rows_read(copy(902, AT + 3 * HOUR, name="Kim Example")) <= few + 2
