"""Asking, acknowledging, answering and closing: who may, what is refused, and how the answer comes back."""

from __future__ import annotations

from typing import Any

import pytest

from data.store import Store
from services.errors import Rejected, Stale
from services.escalations import acts, reading
from services.escalations.shapes import About, Wish
from services.inbox import conversation
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk
from tests.desks import ask as mail_of
from tests.escalations import ABOUT, ANNA, BEA, CARL, SENTENCE, ask, climb, made, row, settings_of, team_of_three

LATER = NOW + 3 * HOUR


@pytest.fixture
def team(store: Store) -> Store:
    team_of_three(store)
    return store


def test_a_sentence_with_initials_a_link_and_a_time_is_kept_and_noted_without_its_words(team: Store) -> None:
    found = row(team, ask(team))
    assert (found.sentence, found.initials, found.to_person, found.label) == (SENTENCE, "AB", "Bea", ABOUT.label)
    assert (found.page, found.target, found.needed_by) == ("followups", {"id": "7"}, NOW + 3 * DAY)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sentence": "  "}, "one sentence"),
        ({"to": "Nobody"}, "does not work here"),
        ({"to": "Anna Berg"}, "That is you"),
        ({"actor": Person("Anna Berg", "agent", True, None)}, "closed"),
    ],
)
def test_what_cannot_be_escalated_is_refused_in_words(team: Store, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Rejected, match=says):
        ask(team, **changes)


def test_whoever_is_alone_has_nobody_to_ask(store: Store) -> None:
    with pytest.raises(Rejected, match="no other supervisor"):
        ask(store, to="")


def test_the_answer_comes_back_and_is_done_when_the_asker_says_so(team: Store) -> None:
    number = ask(team, to="")
    acts.acknowledge(team, number, actor=BEA, now=LATER)
    acts.acknowledge(team, number, actor=CARL, now=LATER + HOUR)
    acts.answer(team, number, row(team, number).version, actor=CARL, now=LATER + HOUR, text="Refund it.")
    found = row(team, number)
    assert (found.acknowledged_by, found.answered_by, found.answer) == ("Bea", "Carl", "Refund it.")
    with team.read() as session:
        (mine,) = reading.concerning(session, settings_of(), ANNA)
        assert reading.concerning(session, settings_of(), BEA) == ()
    assert (mine.state, mine.mine, mine.for_me, mine.answer) == ("answered", True, False, "Refund it.")
    assert reading.median_answer(team, now=NOW + DAY) == (4 * HOUR, 1)
    acts.close(team, number, None, actor=ANNA, now=LATER + 2 * HOUR)
    assert row(team, number).seen_at == LATER + 2 * HOUR
    with team.read() as session:
        assert reading.concerning(session, settings_of(), ANNA) == ()


def test_only_who_was_asked_or_supervises_may_answer_and_only_once(team: Store) -> None:
    number = ask(team)
    with pytest.raises(Rejected, match="for Bea"):
        acts.answer(team, number, 1, actor=ANNA, now=LATER, text="Yes.")
    with pytest.raises(Rejected, match="empty"):
        acts.answer(team, number, 1, actor=BEA, now=LATER, text=" ")
    acts.answer(team, number, 1, actor=BEA, now=LATER, text="Yes.")
    with pytest.raises(Stale):
        acts.answer(team, number, 1, actor=CARL, now=LATER, text="No.")
    with pytest.raises(Rejected, match="Bea has answered already"):
        acts.answer(team, number, row(team, number).version, actor=CARL, now=LATER, text="No.")
    acts.close(team, number, None, actor=CARL, now=LATER, why="Settled by phone.")
    with pytest.raises(Rejected, match="Carl has closed this"):
        acts.acknowledge(team, number, actor=BEA, now=LATER)


def test_an_acknowledgement_stops_the_ladder(team: Store) -> None:
    number = ask(team)
    climb(team, settings_of())
    acts.acknowledge(team, number, actor=BEA, now=LATER)
    assert climb(team, settings_of(), NOW + 30 * DAY) == 0
    assert made(team, number) == [("product", 1, "sent")]


def test_what_concerns_a_ticket_is_noted_in_it_and_the_answer_makes_it_new(desk: Desk) -> None:
    team_of_three(desk.store)
    desk.read(mail_of(1, NOW - 2 * HOUR, order=ORDERS[0]))
    ticket = desk.only_ticket()["id"]
    about = About(
        "ticket", str(ticket), f"Ticket {ticket}", "inbox", (("ticket", str(ticket)),), "acme", ticket_id=ticket
    )
    number = ask(desk.store, about)
    acts.answer(desk.store, number, row(desk.store, number).version, actor=BEA, now=LATER, text="Refund it.")
    found = conversation.conversation(desk.store, ticket, now=LATER)
    assert found is not None
    assert [(note.by, note.text) for note in found.notes] == [
        ("Anna Berg", f"Escalated to Bea: {SENTENCE} -AB"),
        ("Bea", f"Answer to Anna Berg ({SENTENCE}): Refund it."),
    ]
    assert found.status == "new"


def test_the_activity_log_says_who_did_what_and_none_of_the_words(desk: Desk) -> None:
    team_of_three(desk.store)
    number = ask(desk.store)
    acts.answer(desk.store, number, 1, actor=BEA, now=LATER, text="Refund it.")
    acts.close(desk.store, number, None, actor=ANNA, now=LATER)
    log = desk.rows("activity")
    assert [(line["actor"], line["what"], line["object"]) for line in log] == [
        ("Anna Berg", "escalation.ask", f"escalation:{number}"),
        ("Bea", "escalation.answer", f"escalation:{number}"),
        ("Anna Berg", "escalation.close", f"escalation:{number}"),
    ]
    assert SENTENCE not in str(log)
    assert "Refund" not in str(log)


def test_a_wish_without_a_time_is_refused(team: Store) -> None:
    with pytest.raises(Rejected, match="by when"):
        acts.ask(team, ABOUT, Wish(SENTENCE, "", "Bea", None, "normal", ""), actor=ANNA, now=NOW)
