"""Bulk actions: each ticket as if it were done alone, refusals one by one, and taking back exactly what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data import clock, journal
from data.models.teamwork import BulkAction, BulkStep
from data.store import Store
from services import people
from services.errors import Rejected
from services.inbox import actions, bulk, marks, tags
from services.inbox.conversation import conversation
from services.inbox.shapes import Conversation
from services.people import Person
from services.sync import housekeeping
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy
from tests.services.inbox.test_queue import counted

ANA = Person("Ana", "agent", False, None)
BEN = Person("Ben", "agent", False, None)
Row = dict[str, Any]
SOLVED = {"status": "solved", "solved_reason": "known_fix"}
ACTIONS: Mapping[str, Row] = {
    "assign": {"person": "Ben"},
    "status": {"status": "on_hold"},
    "no_response_needed": {},
    "snooze": {"until": NOW + HOUR},
    "tag": {"tag": "Lost parcel"},
}


@pytest.fixture
def shop(every_desk: Desk) -> Desk:
    """Six tickets: 1 to 4 wait for an answer (4 twice), 5 and 6 were answered."""
    return opened(every_desk)


def opened(desk: Desk) -> Desk:
    for person in (ANA, BEN):
        people.add(desk.store, person.name, person.role, actor=desk.supervisor(), now=NOW)
    asked = [ask(n, NOW - n * HOUR, order=ORDERS[n], alias=f"alias{n:09}") for n in range(1, 7)]
    again = ask(14, NOW - HOUR, order=ORDERS[4], alias=f"alias{4:09}", t="A0THREAD000004")
    desk.read(*asked, again, *(copy(n, NOW - HOUR / 2, order=ORDERS[n]) for n in (5, 6)))
    return desk


def ids(desk: Desk, *numbers: int) -> list[int]:
    """The tickets of these orders."""
    by_order = {row["order_id"]: row["id"] for row in desk.tickets()}
    return [by_order[ORDERS[n]] for n in numbers]


def shown(desk: Desk, ticket_id: int) -> Conversation:
    found = conversation(desk.store, ticket_id, now=NOW)
    assert found is not None
    return found


def targets(desk: Desk, *numbers: int) -> list[tuple[int, int]]:
    return [(each, shown(desk, each).version) for each in ids(desk, *numbers)]


def do(desk: Desk, what: str, *numbers: int, actor: Person = ANA, now: Any = NOW, **values: Any) -> bulk.BulkResult:
    return bulk.do(desk.store, what, targets(desk, *numbers), actor=actor, now=now, **values)


def state(desk: Desk) -> list[Row]:
    """All that people can see of the tickets, without the log."""
    more = [(each.snoozed_until, each.tags) for each in (shown(desk, t["id"]) for t in desk.tickets())]
    return [*desk.tickets(), *desk.messages(), *({"more": each} for each in more)]


def suits(what: str) -> tuple[int, ...]:
    """Tickets to which this can be done."""
    return (5, 6) if what == "status" else (1, 2, 4)


def undo(desk: Desk, result: bulk.BulkResult, actor: Person = ANA, now: Any = NOW) -> bulk.BulkResult:
    assert result.undo is not None
    return bulk.undo(desk.store, result.undo, actor=actor, now=now)


@pytest.mark.parametrize("what", ACTIONS)
def test_many_at_once_is_the_same_as_one_by_one(fresh_store: Callable[[], Store], tmp_path: Path, what: str) -> None:
    at_once, alone = (opened(Desk(fresh_store(), tmp_path / name)) for name in ("at once", "alone"))
    single = {
        "assign": actions.assign, "status": actions.set_status, "snooze": actions.snooze,
        "no_response_needed": marks.no_response_needed, "tag": tags.add,
    }[what]  # fmt: skip
    result = do(at_once, what, *suits(what), **ACTIONS[what])
    for ticket_id, version in targets(alone, *suits(what)):
        single(alone.store, ticket_id, version, actor=ANA, now=NOW, **ACTIONS[what])
    assert state(at_once) == state(alone)
    assert result.done == dict(targets(alone, *suits(what))) == dict(targets(at_once, *suits(what)))
    logged = [sorted((r["what"], r["object"], str(r["after"])) for r in d.rows("activity")) for d in (at_once, alone)]
    assert logged[0] == logged[1]


@pytest.mark.parametrize("what", ACTIONS)
def test_taking_it_back_leaves_everything_as_it_was(shop: Desk, what: str) -> None:
    before = state(shop)
    result = do(shop, what, *suits(what), **ACTIONS[what])
    assert (set(result.done), result.refused) == (set(ids(shop, *suits(what))), {})
    assert state(shop) != before
    back = undo(shop, result, now=NOW + HOUR)
    assert (set(back.done), back.refused) == (set(result.done), {})
    assert state(shop) == before
    assert back.done == dict(targets(shop, *suits(what)))
    with shop.store.read() as session:
        assert clock.drift(session) == []
        assert journal.first_broken(session)[1] is None


def test_tags_are_taken_off_where_they_are(shop: Desk) -> None:
    do(shop, "tag", 1, 2, tag="vip")
    result = do(shop, "untag", 1, 2, 3, tag="vip")
    assert (set(result.done), result.refused) == (set(ids(shop, 1, 2)), {ids(shop, 3)[0]: "The ticket has no tag vip."})
    undo(shop, result)
    assert [shown(shop, each).tags for each in ids(shop, 1, 2, 3)] == [("vip",), ("vip",), ()]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("assign", "took back the assignment of Ben"),
        ("status", "took the chosen status back"),
        ("no_response_needed", "took a mark back"),
        ("snooze", "took the snooze back"),
        ("tag", "took off the tag lost parcel"),
    ],
)
def test_both_ways_are_in_the_log_of_every_ticket(shop: Desk, what: str, sentence: str) -> None:
    undo(shop, do(shop, what, *suits(what), **ACTIONS[what]))
    for ticket_id in ids(shop, *suits(what)):
        said = [act.sentence for act in shown(shop, ticket_id).activity if "→" not in act.sentence]
        assert (said[0], len(said) >= 2) == (sentence, True)


def test_the_clock_runs_on_from_the_first_message_once_the_marks_are_gone(shop: Desk) -> None:
    before = [(row["awaiting_since"], row["due_at"]) for row in shop.tickets()]
    result = do(shop, "no_response_needed", 4)
    assert shown(shop, ids(shop, 4)[0]).awaiting_since is None
    assert len(shown(shop, ids(shop, 4)[0]).marks) == 2
    undo(shop, result)
    assert [(row["awaiting_since"], row["due_at"]) for row in shop.tickets()] == before


def test_what_refuses_and_what_is_stale_stops_none_of_the_others(shop: Desk) -> None:
    wanted = targets(shop, 1, 4, 5, 6)
    (fourth,) = ids(shop, 4)
    (fifth,) = ids(shop, 5)
    marks.no_response_needed(shop.store, fourth, shown(shop, fourth).version, actor=BEN, now=NOW)
    actions.change_subject(shop.store, fifth, shown(shop, fifth).version, actor=BEN, now=NOW, subject="New")
    result = bulk.do(shop.store, "status", [*wanted, (99, 1)], actor=ANA, now=NOW, **SOLVED)
    assert set(result.done) == set(ids(shop, 6))
    assert {each: why.split(";")[0].split(",")[0] for each, why in result.refused.items()} == {
        ids(shop, 1)[0]: "A buyer is owed an answer",
        fourth: "Something changed in this ticket since the list was shown",
        fifth: "Something changed in this ticket since the list was shown",
        99: "There is no ticket 99.",
    }


def test_solved_wants_its_reason_here_too(shop: Desk) -> None:
    result = do(shop, "status", 5, 6, status="solved")
    assert (result.done, result.undo) == ({}, None)
    assert all("Say why it is solved" in why for why in result.refused.values())
    result = do(shop, "status", 5, 6, **SOLVED)
    assert [row["status"] for row in shop.tickets() if row["id"] in result.done] == ["solved"] * 2


def test_closed_tickets_stay_frozen(shop: Desk) -> None:
    do(shop, "status", 5, status="closed")
    result = do(shop, "assign", 5, 6, person="Ben")
    assert "frozen" in result.refused[ids(shop, 5)[0]]
    assert set(result.done) == set(ids(shop, 6))


def test_assigning_goes_through_whatever_was_on_screen(shop: Desk) -> None:
    old = targets(shop, 1, 2)
    do(shop, "snooze", 1, 2, until=NOW + HOUR)
    assert set(bulk.do(shop.store, "assign", old, actor=ANA, now=NOW, person="Ben").done) == set(ids(shop, 1, 2))


def test_whoever_was_on_a_ticket_before_stays_on_it(shop: Desk) -> None:
    (first,) = ids(shop, 1)
    actions.assign(shop.store, first, 0, actor=ANA, now=NOW, person="Ben")
    result = do(shop, "assign", 1, 2, person="Ben")
    assert set(result.done) == set(ids(shop, 1, 2))
    assert set(undo(shop, result).done) == set(ids(shop, 2))
    assert [shown(shop, each).owners for each in ids(shop, 1, 2)] == [("Ben",), ()]


def test_where_nothing_was_to_be_done_nothing_can_be_taken_back(shop: Desk) -> None:
    do(shop, "assign", 1, person="Ben")
    log = shop.rows("activity")
    assert do(shop, "assign", 1, person="Ben").undo is None
    assert shop.rows("activity") == log


def test_what_somebody_changed_since_stays_as_it_is(shop: Desk) -> None:
    result = do(shop, "status", 5, 6, **SOLVED)
    fifth, sixth = ids(shop, 5, 6)
    actions.set_status(shop.store, fifth, shown(shop, fifth).version, actor=BEN, now=NOW, status="closed")
    back = undo(shop, result)
    assert (set(back.done), back.refused) == ({sixth}, {fifth: bulk.CHANGED})
    assert [shown(shop, each).status for each in (fifth, sixth)] == ["closed", "pending"]


def test_a_buyer_who_writes_meanwhile_hinders_nobody(shop: Desk) -> None:
    """Nobody has changed the ticket then, and the mark must be taken back all the more."""
    result = do(shop, "no_response_needed", 1)
    shop.read(ask(21, NOW + HOUR / 2, order=ORDERS[1], alias=f"alias{1:09}", t="A0THREAD000001"), now=NOW + HOUR / 2)
    assert undo(shop, result).refused == {}
    assert shown(shop, ids(shop, 1)[0]).awaiting_since == NOW - HOUR


def test_it_can_be_taken_back_once_within_the_hour_and_by_its_author(shop: Desk) -> None:
    result = do(shop, "assign", 1, 2, person="Ben")
    for actor in (BEN, shop.supervisor()):
        with pytest.raises(Rejected, match="Only Ana"):
            undo(shop, result, actor=actor)
    with pytest.raises(Rejected, match="too late"):
        undo(shop, result, now=NOW + HOUR + timedelta(seconds=1))
    assert set(undo(shop, result, now=NOW + HOUR).done) == set(ids(shop, 1, 2))
    with pytest.raises(Rejected, match="taken back already"):
        undo(shop, result)
    for token in ("", "nonsense"):
        with pytest.raises(Rejected, match="too late"):
            bulk.undo(shop.store, token, actor=ANA, now=NOW)


def test_what_cannot_be_taken_back_any_more_is_forgotten(shop: Desk) -> None:
    do(shop, "assign", 1, 2, person="Ben")
    do(shop, "snooze", 3, until=NOW + 3 * HOUR, now=NOW + 2 * HOUR)
    housekeeping.tidy(shop.store, NOW + HOUR + timedelta(minutes=1))
    with shop.store.read() as session:
        assert list(session.scalars(select(BulkAction.what))) == ["snooze"]
        assert len(list(session.scalars(select(BulkStep)))) == 1


@pytest.mark.parametrize(
    ("what", "chosen", "sentence"),
    [
        ("assign", [], "Choose tickets first"),
        ("merge", [(1, 1)], "cannot be done"),
        ("assign", [(n, 1) for n in range(501)], "501 tickets are chosen; 500"),
    ],
)
def test_what_can_be_done_to_none_is_refused_as_a_whole(
    desk: Desk, what: str, chosen: list[tuple[int, int]], sentence: str
) -> None:
    with pytest.raises(Rejected, match=sentence):
        bulk.do(desk.store, what, chosen, actor=ANA, now=NOW)


def test_somebody_whose_access_is_closed_can_do_nothing(shop: Desk) -> None:
    result = do(shop, "assign", 1, person="Ben")
    gone = Person("Ana", "agent", True, None)
    with pytest.raises(Rejected, match="access is closed"):
        do(shop, "assign", 2, actor=gone, person="Ben")
    with pytest.raises(Rejected, match="access is closed"):
        undo(shop, result, actor=gone)


def test_the_same_ticket_twice_is_one(shop: Desk) -> None:
    (target,) = targets(shop, 1)
    result = bulk.do(shop.store, "no_response_needed", [target, (target[0], 0)], actor=ANA, now=NOW)
    assert (set(result.done), result.refused) == ({target[0]}, {})


@pytest.mark.parametrize("what", ACTIONS)
def test_each_ticket_costs_a_handful_of_statements(desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear, with a small constant; also over several transactions."""
    monkeypatch.setattr(bulk, "AT_ONCE", 20)
    people.add(desk.store, "Ben", "agent", actor=desk.supervisor(), now=NOW)
    desk.read(*(ask(n, NOW - HOUR, order=f"114-5550{n:03}-7770001", alias=f"alias{n:09}") for n in range(1, 61)))
    if what == "status":
        for ticket in desk.tickets():
            marks.no_response_needed(
                desk.store, ticket["id"], shown(desk, ticket["id"]).version, actor=ANA, now=NOW - DAY
            )
    wanted = [(t["id"], shown(desk, t["id"]).version) for t in desk.tickets()]
    used = []
    for chosen in (wanted[:20], wanted[20:]):
        with counted(desk.store) as statements:
            result = bulk.do(desk.store, what, chosen, actor=ANA, now=NOW, **ACTIONS[what])
        assert len(result.done) == len(chosen)
        with counted(desk.store) as backwards:
            undo(desk, result)
        used.append((len(statements) / len(chosen), len(backwards) / len(chosen)))
    assert used[0] == pytest.approx(used[1], abs=0.2)
    assert max(used[0]) <= 6


def test_a_store_that_fails_half_way_keeps_what_was_done_and_says_so(
    shop: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    rebuild, calls = bulk.desk.rebuild, []

    def failing(*args: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("insert", {}, Exception("disk I/O error"))
        rebuild(*args, **more)

    monkeypatch.setattr(bulk.desk, "rebuild", failing)
    before = state(shop)
    result = do(shop, "assign", 1, 2, 3, 4, 5, person="Ben")
    assert (len(result.done), set(result.refused.values())) == (3, {bulk.FAILED})
    assert set(undo(shop, result).done) == set(result.done)
    assert state(shop) == before
