"""What people do to tickets: stale screens are refused, Closed is frozen, everything is in the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data import journal, messages
from data.models.mirrored import Message
from data.store import Store
from services import desk as cards
from services import people
from services.errors import Rejected, Stale
from services.inbox import actions, marks
from services.inbox.conversation import conversation, mark_read
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy

ANA = Person("Ana", "agent", False, None)
SINCE = NOW - 2 * HOUR
Act = Callable[[Store, int, int, Person], object]


def version(desk: Desk, ticket_id: int) -> int:
    shown = conversation(desk.store, ticket_id, now=NOW)
    assert shown is not None
    return shown.version


@pytest.fixture
def asked(every_desk: Desk) -> Desk:
    """One buyer waits for an answer."""
    people.add(every_desk.store, "Ana", "agent", actor=every_desk.supervisor(), now=NOW)
    every_desk.read(ask(1, SINCE, order=ORDERS[1]))
    return every_desk


@pytest.fixture
def answered(desk: Desk) -> Desk:
    """One buyer has been answered."""
    people.add(desk.store, "Ana", "agent", actor=desk.supervisor(), now=NOW)
    desk.read(ask(1, SINCE, order=ORDERS[1]), copy(1, SINCE + HOUR, order=ORDERS[1]))
    return desk


EDITS: dict[str, Act] = {
    "attach order": lambda s, t, v, p: actions.attach_order(s, t, v, actor=p, now=NOW, order_id=ORDERS[5]),
    "detach order": lambda s, t, v, p: actions.detach_order(s, t, v, actor=p, now=NOW),
    "snooze": lambda s, t, v, p: actions.snooze(s, t, v, actor=p, now=NOW, until=NOW + HOUR),
    "unsnooze": lambda s, t, v, p: actions.unsnooze(s, t, v, actor=p, now=NOW),
    "unread": lambda s, t, v, p: actions.set_unread(s, t, v, actor=p, now=NOW),
    "type": lambda s, t, v, p: actions.change_type(s, t, v, actor=p, now=NOW, type="Other thing"),
    "subject": lambda s, t, v, p: actions.change_subject(s, t, v, actor=p, now=NOW, subject="Lost"),
    "pending": lambda s, t, v, p: actions.set_status(s, t, v, actor=p, now=NOW, status="pending"),
}
ADDITIONS: dict[str, Act] = {
    "note": lambda s, t, v, p: actions.add_note(s, t, v, actor=p, now=NOW, text="Call them."),
    "assign": lambda s, t, v, p: actions.assign(s, t, v, actor=p, now=NOW, person="Ana"),
}


@pytest.mark.parametrize("act", EDITS.values(), ids=EDITS)
def test_a_decision_over_a_message_that_was_not_seen_is_refused_and_nothing_is_written(
    answered: Desk, act: Act
) -> None:
    ticket_id = answered.only_ticket()["id"]
    seen = version(answered, ticket_id)
    answered.read(ask(2, NOW - HOUR / 2, order=ORDERS[1]))
    before = answered.state()
    with pytest.raises(Stale, match="Something changed"):
        act(answered.store, ticket_id, seen, ANA)
    assert answered.state() == before


@pytest.mark.parametrize("act", ADDITIONS.values(), ids=ADDITIONS)
def test_what_only_adds_goes_through_whatever_was_on_screen(answered: Desk, act: Act) -> None:
    ticket_id = answered.only_ticket()["id"]
    entries = len(answered.rows("activity"))
    act(answered.store, ticket_id, 1, ANA)
    assert len(answered.rows("activity")) == entries + 1


def test_the_second_of_two_who_decide_at_once_is_refused(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    seen = version(asked, ticket_id)
    actions.change_subject(asked.store, ticket_id, seen, actor=ANA, now=NOW, subject="First")
    with pytest.raises(Stale):
        actions.change_subject(asked.store, ticket_id, seen, actor=ANA, now=NOW, subject="Second")
    assert asked.only_ticket()["subject"] == "First"


def test_each_action_gives_the_version_for_the_next_one(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    seen = version(asked, ticket_id)
    for subject in ("a", "b", "c"):
        seen = actions.change_subject(asked.store, ticket_id, seen, actor=ANA, now=NOW, subject=subject)
    assert seen == version(asked, ticket_id)


def test_a_message_that_goes_and_another_that_comes_is_a_change(desk: Desk) -> None:
    """One copy leaves for asking, one question arrives: as many messages as before, but others."""
    desk.read(ask(1, SINCE, name="Kim Example"), copy(1, SINCE + HOUR, name="Kim Example"))
    ticket_id = desk.only_ticket()["id"]
    seen = version(desk, ticket_id)
    desk.read(
        ask(2, SINCE - HOUR, name="Kim Example", alias="bbbbbbbbbbbbbb"),
        ask(3, NOW - HOUR / 2, name="Kim Example", t="A0THREAD000001"),
    )
    assert len(next(t for t in desk.tickets() if t["id"] == ticket_id)["message_ids"]) == 2
    with pytest.raises(Stale):
        actions.change_subject(desk.store, ticket_id, seen, actor=ANA, now=NOW, subject="x")


# Closed is frozen


@pytest.fixture
def closed(answered: Desk) -> Desk:
    ticket_id = answered.only_ticket()["id"]
    actions.set_status(answered.store, ticket_id, version(answered, ticket_id), actor=ANA, now=NOW, status="closed")
    return answered


@pytest.mark.parametrize("act", [*EDITS.values(), ADDITIONS["assign"]], ids=[*EDITS, "assign"])
def test_nothing_of_a_closed_ticket_can_be_changed(closed: Desk, act: Act) -> None:
    ticket_id = closed.only_ticket()["id"]
    before = closed.state()
    with pytest.raises(Rejected, match="Closed"):
        act(closed.store, ticket_id, version(closed, ticket_id), ANA)
    assert closed.state() == before


def test_a_closed_ticket_takes_notes_and_follow_ups(closed: Desk) -> None:
    ticket_id = closed.only_ticket()["id"]
    actions.add_note(closed.store, ticket_id, 0, actor=ANA, now=NOW, text="They called.")
    new_id = actions.follow_up(closed.store, ticket_id, version(closed, ticket_id), actor=ANA, now=NOW)
    new = next(ticket for ticket in closed.tickets() if ticket["id"] == new_id)
    assert (new["status"], new["order_id"], new["message_ids"]) == ("on_hold", ORDERS[1], [])
    shown = conversation(closed.store, ticket_id, now=NOW)
    assert shown is not None
    assert (shown.follow_ups, [note.text for note in shown.notes]) == ((new_id,), ["They called."])
    assert [act.sentence for act in shown.activity][:2] == [
        f"added follow-up ticket {new_id}",
        "wrote an internal note",
    ]


def test_a_supervisor_reopens_with_a_reason_and_an_agent_does_not(closed: Desk) -> None:
    ticket_id = closed.only_ticket()["id"]
    boss = closed.supervisor()
    for actor, reason in ((ANA, "Please"), (boss, " ")):
        with pytest.raises(Rejected):
            actions.set_status(
                closed.store,
                ticket_id,
                version(closed, ticket_id),
                actor=actor,
                now=NOW,
                status="open",
                reason=reason,
            )
    actions.set_status(
        closed.store, ticket_id, version(closed, ticket_id), actor=boss, now=NOW, status="open", reason="They called"
    )
    assert closed.only_ticket()["status"] == "pending"


def test_a_follow_up_needs_a_closed_ticket(answered: Desk) -> None:
    ticket_id = answered.only_ticket()["id"]
    with pytest.raises(Rejected, match="not Closed"):
        actions.follow_up(answered.store, ticket_id, version(answered, ticket_id), actor=ANA, now=NOW)


# Status


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved", "closed"])
def test_no_status_hides_a_buyer_who_waits(asked: Desk, status: str) -> None:
    ticket = asked.only_ticket()
    with pytest.raises(Rejected, match="owed an answer"):
        actions.set_status(
            asked.store,
            ticket["id"],
            version(asked, ticket["id"]),
            actor=asked.supervisor(),
            now=NOW,
            status=status,
            solved_reason="known_fix",
        )
    assert asked.only_ticket() == ticket


def test_solved_wants_one_of_the_three_reasons(answered: Desk) -> None:
    ticket_id = answered.only_ticket()["id"]
    for reason in (None, "", "because"):
        with pytest.raises(Rejected, match="Say why"):
            actions.set_status(
                answered.store,
                ticket_id,
                version(answered, ticket_id),
                actor=ANA,
                now=NOW,
                status="solved",
                solved_reason=reason,
            )
    actions.set_status(
        answered.store,
        ticket_id,
        version(answered, ticket_id),
        actor=ANA,
        now=NOW,
        status="solved",
        solved_reason="known_fix",
    )
    ticket = answered.only_ticket()
    assert (ticket["status"], ticket["solved_reason"]) == ("solved", "known_fix")


def test_reading_makes_new_open_and_unread_makes_it_new(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    mark_read(asked.store, ticket_id, actor=ANA, now=NOW)
    assert asked.only_ticket()["status"] == "open"
    actions.set_unread(asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW + HOUR)
    assert asked.only_ticket()["status"] == "new"
    mark_read(asked.store, ticket_id, actor=ANA, now=NOW + 2 * HOUR)
    asked.read(ask(2, NOW + HOUR, order=ORDERS[1]), now=NOW + 3 * HOUR)
    assert asked.only_ticket()["status"] == "new"


def test_a_status_change_says_whether_it_was_within_24_hours(desk: Desk) -> None:
    desk.read(*(ask(n, SINCE, order=ORDERS[n], alias=f"alias{n:09}") for n in (1, 2)))
    desk.read(copy(1, SINCE + 24 * HOUR, order=ORDERS[1]), now=NOW + 3 * DAY)
    desk.read(copy(2, SINCE + 24 * HOUR + timedelta(seconds=1), order=ORDERS[2]), now=NOW + 3 * DAY)
    assert [row["within_24h"] for row in desk.rows("activity") if row["what"] == "status"] == [True, False]


# Assignment


def test_agents_are_added_and_only_a_supervisor_takes_one_off(asked: Desk) -> None:
    ticket_id, boss = asked.only_ticket()["id"], asked.supervisor()
    for name in ("Ana", boss.name, "Ana"):
        actions.assign(asked.store, ticket_id, 0, actor=ANA, now=NOW, person=name)
    assert sorted(asked.only_ticket()["assignees"]) == sorted(["Ana", boss.name])
    off: dict[str, Any] = {"now": NOW, "person": "Ana"}
    for actor, reason in ((ANA, "Holiday"), (boss, "")):
        with pytest.raises(Rejected):
            actions.unassign(asked.store, ticket_id, version(asked, ticket_id), actor=actor, reason=reason, **off)
    actions.unassign(asked.store, ticket_id, version(asked, ticket_id), actor=boss, reason="Holiday", **off)
    assert asked.only_ticket()["assignees"] == [boss.name]


def test_nobody_who_does_not_work_here_can_be_assigned(asked: Desk) -> None:
    people.set_disabled(asked.store, "Ana", True, actor=asked.supervisor(), now=NOW)
    for name in ("Ana", "Somebody else"):
        with pytest.raises(Rejected, match="does not work here"):
            actions.assign(asked.store, asked.only_ticket()["id"], 0, actor=asked.supervisor(), now=NOW, person=name)


@pytest.mark.parametrize("act", [*EDITS.values(), *ADDITIONS.values()], ids=[*EDITS, *ADDITIONS])
def test_somebody_whose_access_is_closed_can_do_nothing(answered: Desk, act: Act) -> None:
    ticket_id = answered.only_ticket()["id"]
    gone = Person("Ana", "agent", True, None)
    with pytest.raises(Rejected, match="access is closed"):
        act(answered.store, ticket_id, version(answered, ticket_id), gone)
    with pytest.raises(Rejected, match="access is closed"):
        marks.choose_copy(answered.store, ticket_id, 0, actor=gone, now=NOW, message_id=2, chosen_ticket=ticket_id)


# Order, snooze, words


def test_an_attached_order_is_stronger_than_the_mails_and_a_detached_one_stays_away(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    actions.detach_order(asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW)
    assert (asked.only_ticket()["order_id"], asked.only_ticket()["match"]) == (None, None)
    actions.attach_order(
        asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW, order_id=f" {ORDERS[7]} "
    )
    assert asked.only_ticket()["order_id"] == ORDERS[7]
    for wrong in ("", "114-1-1", f"{ORDERS[7]}0", "see 114-5550001-5550002"):
        with pytest.raises(Rejected, match="17 digits"):
            actions.attach_order(asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW, order_id=wrong)


def test_a_snooze_ends_when_the_answer_is_due_at_the_latest(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    for until in (NOW, NOW - HOUR, SINCE + 24 * HOUR + timedelta(seconds=1)):
        with pytest.raises(Rejected):
            actions.snooze(asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW, until=until)
    actions.snooze(asked.store, ticket_id, version(asked, ticket_id), actor=ANA, now=NOW, until=SINCE + 24 * HOUR)
    shown = conversation(asked.store, ticket_id, now=NOW)
    assert shown is not None
    assert shown.snoozed_until == SINCE + 24 * HOUR


def test_a_long_snooze_does_not_hide_a_buyer_who_writes_later(answered: Desk) -> None:
    from services.inbox.queue import queue
    from services.inbox.shapes import Filters

    ticket_id = answered.only_ticket()["id"]
    actions.snooze(answered.store, ticket_id, version(answered, ticket_id), actor=ANA, now=NOW, until=NOW + 9 * DAY)
    answered.read(ask(2, NOW + HOUR, order=ORDERS[1]), now=NOW + 2 * HOUR)
    page = queue(answered.store, Filters(box="waiting"), now=NOW + 2 * HOUR, actor=ANA)
    assert [row.id for row in page.rows] == [ticket_id]


def test_a_buyer_who_writes_ends_the_snooze_though_it_would_end_before_the_answer_is_due(answered: Desk) -> None:
    ticket_id = answered.only_ticket()["id"]
    actions.snooze(answered.store, ticket_id, version(answered, ticket_id), actor=ANA, now=NOW, until=NOW + 9 * HOUR)
    answered.read(ask(2, NOW + HOUR, order=ORDERS[1]), now=NOW + 2 * HOUR)
    shown = conversation(answered.store, ticket_id, now=NOW + 2 * HOUR)
    assert shown is not None
    assert shown.snoozed_until is None
    actions.snooze(
        answered.store,
        ticket_id,
        version(answered, ticket_id),
        actor=ANA,
        now=NOW + 3 * HOUR,
        until=NOW + 5 * HOUR,
    )
    shown = conversation(answered.store, ticket_id, now=NOW + 3 * HOUR)
    assert shown is not None
    assert shown.snoozed_until == NOW + 5 * HOUR


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_note_has_words_and_an_end(asked: Desk, text: str) -> None:
    with pytest.raises(Rejected):
        actions.add_note(asked.store, asked.only_ticket()["id"], 0, actor=ANA, now=NOW, text=text)


def test_there_is_no_ticket_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(Rejected, match="no ticket 99"):
        actions.change_subject(desk.store, 99, 1, actor=ANA, now=NOW, subject="x")
    assert conversation(desk.store, 99, now=NOW) is None


def test_the_log_tells_everything_newest_first_and_its_chain_holds(asked: Desk) -> None:
    ticket_id = asked.only_ticket()["id"]
    seen = version(asked, ticket_id)
    seen = actions.change_subject(asked.store, ticket_id, seen, actor=ANA, now=NOW, subject="Lost parcel")
    seen = actions.change_type(asked.store, ticket_id, seen, actor=ANA, now=NOW, type="Delivery")
    seen = marks.no_response_needed(asked.store, ticket_id, seen, actor=ANA, now=NOW)
    shown = conversation(asked.store, ticket_id, now=NOW)
    assert shown is not None
    assert [act.sentence for act in shown.activity] == [
        "New → Solved",
        "marked No Response Needed",
        "changed the type to Delivery",
        "changed the subject",
    ]
    with asked.store.read() as session:
        assert journal.first_broken(session)[1] is None
    assert "Lost parcel" not in str(asked.rows("activity"))


@pytest.mark.servers
def test_a_mail_that_arrives_while_somebody_decides_is_never_lost_from_the_queue(
    postgres_store: Store, tmp_path: Path
) -> None:
    """On PostgreSQL both write at once: the decision waits for the mail, and is then refused as stale."""
    store = postgres_store
    desk = Desk(store, tmp_path / "shop")
    people.add(store, "Ana", "agent", actor=desk.supervisor(), now=NOW)
    desk.read(ask(1, SINCE, order=ORDERS[1]), copy(1, SINCE + HOUR, order=ORDERS[1]))
    ticket_id = desk.only_ticket()["id"]
    seen = version(desk, ticket_id)
    refused: list[str] = []

    def decide() -> None:
        try:
            actions.set_status(store, ticket_id, seen, actor=ANA, now=NOW, status="on_hold")
        except Stale as stale:
            refused.append(str(stale))

    with store.write() as session:
        columns = {name: getattr(session.get(Message, 1), name) for name in (c.name for c in Message.__table__.c)}
        del columns["id"]
        messages.add(session, [columns | {"key": "m:late", "sent_at": NOW - HOUR / 2}])
        cards.rebuild(session, [ticket_id], now=NOW)
        person = threading.Thread(target=decide)
        person.start()
        person.join(0.5)
        assert person.is_alive()
    person.join(10)
    assert len(refused) == 1
    assert desk.only_ticket()["status"] == "new"
