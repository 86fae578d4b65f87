"""The sync as a process: killed at any moment it loses nothing, and run again it changes nothing."""

from __future__ import annotations

import json
import random
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.store import Store, open_store
from services import export, sync_status
from services.inbox import actions
from services.sync import engine
from tests.commands import Commands
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy, z

KINDS = ("tickets", "messages", "ledger", "activity")
MAILS, KILLS = 300, 10


def mails(r: random.Random, n: int) -> list[bytes]:
    """Questions and answers of forty orders, with repeated mails, replies by name and broken ones between."""
    made = []
    for number in range(n):
        order = ORDERS[r.randrange(40)]
        at, name = NOW - timedelta(minutes=r.randrange(20 * 1440)), f"Kim Example {order[-9:-8]}"
        if r.random() < 0.03:
            made.append(b"\x00 broken")
        elif r.random() < 0.6:
            made.append(ask(number % (n - 20), at, order=order, name=name, alias=f"alias{order[4:11]}xx"))
        else:
            made.append(copy(number, at, order=order if r.random() < 0.7 else None, name=name))
    return made


def state(url: str) -> dict[str, list[dict[str, Any]]]:
    store = open_store(url)
    return {kind: list(export.rows(store, kind, now=NOW)) for kind in KINDS}


def test_killed_at_any_moment_the_import_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, killed = Commands(tmp_path / "whole"), Commands(tmp_path / "killed")
    for number, raw in enumerate(mails(random.Random(24), MAILS)):
        whole.put(f"{number:04}.eml", raw)
    shutil.copytree(whole.home / "exports", killed.home / "exports", dirs_exist_ok=True)
    begun = time.monotonic()
    whole.sync()
    length = time.monotonic() - begun

    r = random.Random(2)
    for _ in range(KILLS):
        process = killed.start("services.sync", "--once")
        time.sleep(r.uniform(0.35, 0.95) * length)
        process.kill()
        process.wait()
    killed.sync()

    urls = [f"sqlite:///{commands.home}/state/within24.db" for commands in (whole, killed)]
    expected, found = (state(url) for url in urls)
    assert len(found["ledger"]) == MAILS
    assert found == expected
    (line,) = sync_status.ledger_lines(open_store(urls[1]))
    assert (line.seen, line.unexplained) == (MAILS, 0)
    assert {run["state"] for run in killed.export("runs")} <= {"ok", "retry", "waiting"}


def test_run_twice_nothing_changes_byte_for_byte(tmp_path: Path) -> None:
    commands = Commands(tmp_path / "shop")
    for number, raw in enumerate(mails(random.Random(5), 40)):
        commands.put(f"{number:04}.eml", raw)
    commands.sync()
    url = f"sqlite:///{commands.home}/state/within24.db"
    before = json.dumps(state(url))
    commands.sync()
    assert json.dumps(state(url)) == before
    assert len(state(url)["messages"]) > 20


def test_the_loop_survives_a_failing_round_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds = threading.Event(), []

    def due(*_: object) -> list[Any]:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("the store restarts")
        stop.set()
        return []

    monkeypatch.setattr(engine, "TICK", 0.01)
    monkeypatch.setattr(engine, "AFTER_TROUBLE", 0.01)
    monkeypatch.setattr(engine, "_due", due)
    engine.run_forever(desk.store, desk.settings, only=None, stop=stop)
    assert len(rounds) == 2


def test_only_one_source_is_run_when_only_one_is_wanted(desk: Desk) -> None:
    desk.put(ask(1, NOW - HOUR))
    outcomes = engine.run_once(desk.store, desk.settings, only="mailbox", stop=threading.Event())
    assert (outcomes, desk.tickets()) == ([], [])


# Seven days of silence


def solved(desk: Desk) -> list[str | None]:
    return [ticket["solved_reason"] for ticket in desk.tickets() if ticket["status"] == "solved"]


@pytest.mark.parametrize(("days", "expected"), [(6.9, []), (7, ["silence"])])
def test_seven_silent_days_after_our_word_solve_a_ticket(every_desk: Desk, days: float, expected: list[str]) -> None:
    said = NOW - days * DAY
    every_desk.read(ask(1, said - HOUR, order=ORDERS[1]), copy(1, said, order=ORDERS[1]))
    assert solved(every_desk) == expected
    entries = [row for row in every_desk.rows("activity") if row["actor"] == "seven-day rule"]
    assert [(row["what"], row["after"]) for row in entries] == [("status", {"status": "solved"}) for _ in expected]


def test_silence_does_not_solve_what_a_person_put_on_hold(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, order=ORDERS[1]), copy(1, NOW, order=ORDERS[1]))
    (ticket,) = desk.tickets()
    version = actions._version(desk.store, ticket["id"])
    actions.set_status(desk.store, ticket["id"], version, actor=desk.supervisor(), now=NOW + HOUR, status="on_hold")
    desk.sync(NOW + 30 * DAY)
    assert solved(desk) == []


def test_a_buyer_who_wrote_last_is_not_silent_though_no_answer_is_owed(desk: Desk) -> None:
    from services.inbox import marks

    desk.read(
        ask(1, NOW - 10 * DAY, order=ORDERS[1]),
        copy(1, NOW - 9 * DAY, order=ORDERS[1]),
        ask(2, NOW - 8 * DAY, order=ORDERS[1]),
    )
    (ticket,) = desk.tickets()
    boss = desk.supervisor()
    marks.no_response_needed(desk.store, ticket["id"], actions._version(desk.store, ticket["id"]), actor=boss, now=NOW)
    version = actions._version(desk.store, ticket["id"])
    actions.set_status(desk.store, ticket["id"], version, actor=boss, now=NOW + HOUR, status="pending")
    desk.sync(NOW + DAY)
    assert [row["status"] for row in desk.tickets()] == ["pending"]


def test_more_silent_tickets_than_one_piece_are_all_solved(
    fresh_store: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sync import housekeeping

    monkeypatch.setattr(housekeeping, "AT_ONCE", 3)
    desk = Desk(fresh_store(), tmp_path / "shop")
    desk.put(*(ask(n, NOW - 9 * DAY, order=ORDERS[n], alias=f"alias{n:09}") for n in range(1, 9)))
    desk.read(*(copy(n, NOW - 8 * DAY, order=ORDERS[n]) for n in range(1, 9)))
    assert len(solved(desk)) == 8
    assert {ticket["last_reply_at"] for ticket in desk.tickets()} == {z(NOW - 8 * DAY)}
