"""Merging and splitting: all shows in one ticket, no clock moves, both can be taken back and survive a rebuild."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, update

from data import clock, journal
from data.models.derived import Card, CardCount, Response
from data.models.ledger import RawMail
from data.models.mirrored import Message, ThreadKey
from data.store import Store
from services import people
from services.errors import Rejected, Stale
from services.inbox import actions, marks, merging, replying
from services.inbox.conversation import conversation
from services.people import Person
from services.sync import intake
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z

START = NOW - 10 * HOUR
ANA = Person("Ana", "agent", False, None)


def version(desk: Desk, ticket_id: int) -> int:
    return actions._version(desk.store, ticket_id)


def ticket_of(desk: Desk, n: int) -> int:
    return int(desk.message(amazon_id(n))["ticket_id"])


def card(desk: Desk, ticket_id: int) -> dict[str, Any]:
    (found,) = [row for row in desk.tickets() if row["id"] == ticket_id]
    return found


def merge(desk: Desk, into: int, other: int, now: datetime = NOW, **more: Any) -> int:
    mine, theirs = version(desk, into), version(desk, other)
    return merging.merge(desk.store, into, mine, other, theirs, actor=desk.supervisor(), now=now, **more)


def split(desk: Desk, ticket_id: int, *numbers: int, now: datetime = NOW) -> int:
    ids = [desk.message(amazon_id(n))["id"] for n in numbers]
    return merging.split(desk.store, ticket_id, version(desk, ticket_id), ids, actor=desk.supervisor(), now=now)


def undo_last(desk: Desk, ticket_id: int, now: datetime = NOW) -> None:
    shown = conversation(desk.store, ticket_id, now=now)
    assert shown is not None
    last = shown.regrouped[0]
    merging.undo(desk.store, shown.id, shown.version, actor=desk.supervisor(), now=now, regrouping_id=last.id)


def answers(desk: Desk) -> dict[str, Any]:
    return {row["message_id"]: (row["answered_at"], row["answered_by"]) for row in desk.messages()}


def agrees(desk: Desk) -> None:
    """Cards, counts and log say what the facts say."""
    with desk.store.read() as session:
        assert clock.drift(session) == []
        assert journal.first_broken(session)[1] is None
        counted = {(c.account, c.marketplace, c.status): c.n for c in session.query(CardCount) if c.n}
        stored: dict[tuple[str, str, str], int] = {}
        for one in session.query(Card):
            place = (one.account, one.marketplace or "", one.status)
            stored[place] = stored.get(place, 0) + 1
    assert counted == stored


def forget_the_mirror(desk: Desk) -> None:
    """Drop everything that the sync wrote, and read all mail again from the ledger."""
    with desk.store.write() as session:
        for table in (Message, ThreadKey, Card, CardCount, Response):
            session.execute(delete(table))
        session.execute(update(RawMail).values(disposition=None, message_row=None))
    intake.digest(desk.store, desk.settings, NOW)


def places(desk: Desk) -> dict[str, int | None]:
    return {row["message_id"]: row["ticket_id"] for row in desk.messages()}


@pytest.fixture
def two(every_desk: Desk) -> tuple[Desk, int, int]:
    """One buyer asks twice about one order, in two threads; only the second was answered."""
    desk = every_desk
    people.add(desk.store, "Ana", "agent", actor=desk.supervisor(), now=NOW)
    desk.read(
        ask(1, START, order=None, alias="aaaaaaaaaaaaaa"),
        ask(2, START + HOUR, order=ORDERS[1], alias="bbbbbbbbbbbbbb", name="Bo Example"),
        copy(2, START + 2 * HOUR, order=ORDERS[1], name="Bo Example"),
    )
    return desk, ticket_of(desk, 1), ticket_of(desk, 2)


def test_all_of_the_other_ticket_shows_in_the_target(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    actor = desk.supervisor()
    actions.add_note(desk.store, other, 0, actor=actor, now=NOW, text="The carrier has it.")
    actions.assign(desk.store, other, 0, actor=actor, now=NOW, person="Ana")
    replying.save_draft(desk.store, other, actor=actor, now=NOW, text="Hello Bo", base_version=0)
    merge(desk, into, other)
    shown = conversation(desk.store, into, now=NOW)
    assert shown is not None
    assert [entry.direction for entry in shown.entries] == ["buyer", "buyer", "agent"]
    assert [note.text for note in shown.notes] == ["The carrier has it."]
    assert shown.owners == ("Ana",)
    draft = replying.draft(desk.store, into, actor=actor)
    assert draft is not None
    assert draft.text == "Hello Bo"
    agrees(desk)


def test_the_other_id_is_a_pointer_and_no_ticket_of_its_own(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    merge(desk, into, other)
    shown = conversation(desk.store, other, now=NOW)
    assert shown is not None
    assert shown.id == into
    assert [row["id"] for row in desk.tickets()] == [into]
    assert {row["ticket_id"] for row in desk.messages()} == {into}
    with pytest.raises(Rejected, match=f"merged into ticket {into}"):
        actions.add_note(desk.store, other, 0, actor=desk.supervisor(), now=NOW, text="Late")


def test_merging_stops_no_clock(two: tuple[Desk, int, int]) -> None:
    """The answer to the second question is none to the first, which was asked earlier."""
    desk, into, other = two
    before = answers(desk)
    assert card(desk, into)["awaiting_since"] == z(START)
    merge(desk, into, other)
    assert answers(desk) == before
    assert card(desk, into)["awaiting_since"] == z(START)
    assert card(desk, into)["status"] in ("new", "open")
    agrees(desk)


def test_a_reply_after_the_merge_answers_all(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    merge(desk, into, other)
    marks.answered(desk.store, into, version(desk, into), actor=ANA, now=NOW + HOUR, at=NOW + HOUR / 2)
    assert card(desk, into)["awaiting_since"] is None
    agrees(desk)


def test_later_mail_of_the_others_threads_lands_in_the_target(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    merge(desk, into, other)
    desk.read(ask(3, NOW - HOUR, order=ORDERS[1], alias="bbbbbbbbbbbbbb", name="Bo Example"), now=NOW)
    assert ticket_of(desk, 3) == into
    undo_last(desk, into)
    assert ticket_of(desk, 3) == other
    agrees(desk)


def test_unmerging_restores_exactly(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    actor = desk.supervisor()
    actions.set_status(desk.store, other, version(desk, other), actor=actor, now=NOW, status="on_hold")
    actions.add_note(desk.store, other, 0, actor=actor, now=NOW, text="A note")
    actions.assign(desk.store, other, 0, actor=actor, now=NOW, person="Ana")
    for ticket_id, text in ((into, "First"), (other, "Second")):
        replying.save_draft(desk.store, ticket_id, actor=actor, now=NOW, text=text, base_version=0)
    before = desk.tickets(), desk.messages()
    merge(desk, into, other)
    joined = replying.draft(desk.store, into, actor=actor)
    assert joined is not None
    assert joined.text == "First\n\nSecond"
    undo_last(desk, into)
    assert (desk.tickets(), desk.messages()) == before
    shown = conversation(desk.store, other, now=NOW)
    assert shown is not None
    assert [note.text for note in shown.notes] == ["A note"]
    for ticket_id, text in ((into, "First"), (other, "Second")):
        kept = replying.draft(desk.store, ticket_id, actor=actor)
        assert kept is not None
        assert kept.text == text
    agrees(desk)


def test_a_merge_survives_a_reparse_and_a_rebuilt_mirror(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    merge(desk, into, other)
    desk.read(ask(3, NOW - HOUR, order=ORDERS[1], alias="bbbbbbbbbbbbbb", name="Bo Example"))
    before, answered = places(desk), answers(desk)
    forget_the_mirror(desk)
    assert (places(desk), answers(desk)) == (before, answered)
    agrees(desk)
    undo_last(desk, into)
    assert (ticket_of(desk, 1), ticket_of(desk, 2), ticket_of(desk, 3)) == (into, other, other)
    agrees(desk)


def test_tickets_of_two_accounts_are_never_merged(store: Store, tmp_path: Any) -> None:
    desk = Desk(store, tmp_path / "shop", {"acme": ("US",), "other": ("DE",)})
    desk.put(ask(1, START))
    desk.put(ask(2, START, marketplace="DE"), account="other")
    desk.sync()
    with pytest.raises(Rejected, match="different accounts"):
        merge(desk, ticket_of(desk, 1), ticket_of(desk, 2), across_orders=True)


def test_two_orders_are_merged_only_with_an_explicit_yes(desk: Desk) -> None:
    desk.read(ask(1, START, order=ORDERS[1]), ask(2, START, order=ORDERS[2]))
    one, other = ticket_of(desk, 1), ticket_of(desk, 2)
    with pytest.raises(Rejected, match="two orders"):
        merge(desk, one, other)
    merge(desk, one, other, across_orders=True)
    assert [row["id"] for row in desk.tickets()] == [one]


def test_what_cannot_be_merged_is_refused_in_a_sentence(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    actor = desk.supervisor()
    with pytest.raises(Rejected, match="with itself"):
        merging.merge(desk.store, into, None, into, None, actor=actor, now=NOW)
    with pytest.raises(Rejected, match="no ticket 999"):
        merging.merge(desk.store, into, None, 999, None, actor=actor, now=NOW)
    with pytest.raises(Stale):
        merging.merge(desk.store, into, version(desk, into), other, 1, actor=actor, now=NOW)
    with pytest.raises(Rejected, match="access is closed"):
        merging.merge(desk.store, into, None, other, None, actor=Person("Gone", "agent", True, None), now=NOW)
    actions.set_status(desk.store, other, version(desk, other), actor=actor, now=NOW, status="closed")
    with pytest.raises(Rejected, match=f"Ticket {other}: .*frozen"):
        merge(desk, into, other)
    assert len(desk.tickets()) == 2


@pytest.fixture
def mixed(every_desk: Desk) -> tuple[Desk, int]:
    """Two matters in one ticket, both answered by one reply; the second has a thread of its own."""
    desk = every_desk
    desk.read(
        ask(1, START, order=ORDERS[1], t="A0THREADX"),
        ask(2, START + HOUR, order=ORDERS[1], t="A0THREADY"),
        copy(1, START + 2 * HOUR, order=ORDERS[1]),
        ask(3, START + 3 * HOUR, order=ORDERS[1], t="A0THREADX"),
    )
    return desk, ticket_of(desk, 1)


def test_split_messages_have_a_ticket_of_their_own_and_no_clock_moves(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    before = answers(desk)
    new_id = split(desk, ticket_id, 2)
    assert (ticket_of(desk, 1), ticket_of(desk, 2), ticket_of(desk, 3)) == (ticket_id, new_id, ticket_id)
    assert answers(desk) == before
    assert card(desk, new_id)["awaiting_since"] is None
    agrees(desk)


def test_later_mail_of_the_split_thread_follows_and_other_mail_stays(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    new_id = split(desk, ticket_id, 2)
    desk.read(
        ask(4, NOW - HOUR, order=ORDERS[1], t="A0THREADY"),
        ask(5, NOW - HOUR, order=ORDERS[1], t="A0UNKNOWN"),
        ask(6, NOW - HOUR, order=ORDERS[1], t=None, references="<buyer-2@example.amazonses.com>"),
    )
    assert (ticket_of(desk, 4), ticket_of(desk, 5), ticket_of(desk, 6)) == (new_id, ticket_id, new_id)
    agrees(desk)


def test_a_split_is_taken_back_exactly(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    before = desk.tickets(), desk.messages()
    new_id = split(desk, ticket_id, 2)
    desk.read()
    undo_last(desk, new_id)
    assert (desk.tickets(), desk.messages()) == before
    shown = conversation(desk.store, new_id, now=NOW)
    assert shown is not None
    assert shown.id == ticket_id
    agrees(desk)


def test_a_split_survives_a_rebuilt_mirror(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    split(desk, ticket_id, 2)
    desk.read(ask(4, NOW - HOUR, order=ORDERS[1], t="A0THREADY"))
    before, answered = places(desk), answers(desk)
    forget_the_mirror(desk)
    assert (places(desk), answers(desk)) == (before, answered)
    undo_last(desk, ticket_id)
    assert set(places(desk).values()) == {ticket_id}
    agrees(desk)


def test_a_split_where_somebody_worked_is_merged_back_instead(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    new_id = split(desk, ticket_id, 2)
    actions.add_note(desk.store, new_id, 0, actor=desk.supervisor(), now=NOW, text="Mine")
    with pytest.raises(Rejected, match=f"merge it back into ticket {ticket_id}"):
        undo_last(desk, new_id)
    merge(desk, ticket_id, new_id)
    assert set(places(desk).values()) == {ticket_id}
    agrees(desk)


def test_the_latest_is_taken_back_first(mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    new_id = split(desk, ticket_id, 2)
    shown = conversation(desk.store, new_id, now=NOW)
    assert shown is not None
    first = shown.regrouped[0].id
    merge(desk, ticket_id, new_id)
    with pytest.raises(Rejected, match="take that back first"):
        merging.undo(desk.store, ticket_id, None, actor=desk.supervisor(), now=NOW, regrouping_id=first)
    undo_last(desk, ticket_id)
    undo_last(desk, ticket_id)
    with pytest.raises(Rejected, match="taken back already"):
        merging.undo(desk.store, ticket_id, None, actor=desk.supervisor(), now=NOW, regrouping_id=first)


@pytest.mark.parametrize("numbers", [(), (1, 2, 3)])
def test_a_split_takes_some_messages_and_leaves_some(numbers: tuple[int, ...], mixed: tuple[Desk, int]) -> None:
    desk, ticket_id = mixed
    with pytest.raises(Rejected, match="some of the messages"):
        split(desk, ticket_id, *numbers)
    with pytest.raises(Rejected, match="not all of these messages|Not all of these messages"):
        merging.split(desk.store, ticket_id, None, [99_999], actor=desk.supervisor(), now=NOW)
    assert len(desk.tickets()) == 1


def test_mail_of_a_month_later_finds_the_way_of_its_alias_into_the_target(desk: Desk) -> None:
    first = ask(1, START - DAY, alias="aaaaaaaaaaaaaa", order=None)
    desk.read(first, ask(2, START, alias="bbbbbbbbbbbbbb", order=None))
    into, other = ticket_of(desk, 1), ticket_of(desk, 2)
    merge(desk, into, other)
    desk.read(ask(3, NOW + 20 * DAY, alias="bbbbbbbbbbbbbb", order=None), now=NOW + 20 * DAY + HOUR)
    assert ticket_of(desk, 3) == into


def test_the_log_names_both_tickets(two: tuple[Desk, int, int]) -> None:
    desk, into, other = two
    merge(desk, into, other)
    said = {(row["what"], row["object"]) for row in desk.rows("activity")}
    assert {("merge", f"ticket:{into}"), ("merge.away", f"ticket:{other}")} <= said
    shown = conversation(desk.store, into, now=NOW)
    assert shown is not None
    assert f"merged into this ticket: ticket {other}" in [act.sentence for act in shown.activity]
