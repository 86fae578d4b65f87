"""Writing into a sheet: the right row, only what nobody has changed, and whatever happens to the calls on the way."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from data import leases, sheet_writes
from data.models.ledger import Lease
from data.store import Store
from services import processes
from services.outbox import sheet_writes as outbox
from services.settings import real_now
from tests.servers import sheets as google
from tests.servers.sheets import Typed
from tests.sheets import HEADINGS, NOW, Desk, desk, frozen, line

YES = {"contacted": "yes", "date": "2026-11-22", "agent": "Ana", "note": "=wrote"}


@pytest.fixture(autouse=True)
def held_still() -> Iterator[None]:
    with frozen():
        yield


@pytest.fixture
def it(store: Store, tmp_path: Path) -> Desk:
    return read(desk(store, tmp_path, [HEADINGS, *(line(n, "", "", "", "") for n in range(1, 5))]))


def read(it: Desk) -> Desk:
    assert it.sync().state == "ok"
    return it


def own(it: Desk, n: int) -> list[str]:
    """The cells of a row from "Contacted" on, as the sheet has them."""
    row = next(row for row in it.book.tab().texts() if row and row[0] == line(n)[0])
    return [*row, "", "", "", ""][3:7]


def test_what_was_queued_stands_in_its_row_wherever_that_is_now(it: Desk) -> None:
    it.queue(it.row(2), **YES)
    it.book.tab().sort(0, backwards=True)
    it.book.tab().insert(1, line(9))
    assert it.sync().state == "ok"
    assert own(it, 2) == ["yes", "2026-11-22", "Ana", "=wrote"]
    assert it.states() == ["done"] * 4
    assert len(it.book.written) == 4
    assert it.google.modes == {"RAW"}
    assert (it.row(2).contacted, it.row(2).agent) == (True, "Ana")
    assert it.google.count("write") == 1


def test_what_says_so_already_is_not_queued(it: Desk) -> None:
    assert it.queue(it.row(1), contacted="", agent="") == []
    with pytest.raises(KeyError), it.store.write() as session:
        sheet_writes.queue(session, "acme", "key", it.row(1).row_key, {"item": "x"}, by="Ana", now=NOW)
    with pytest.raises(LookupError), it.store.write() as session:
        sheet_writes.queue(session, "acme", "key", "0" * 16, YES, by="Ana", now=NOW)


def test_a_person_who_wrote_the_same_meanwhile_is_no_conflict(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes", date="2026-11-22")
    it.book.tab().put(1, 3, "x")
    it.book.tab().put(1, 4, "11/22/2026")
    it.sync()
    assert it.states() == ["done", "done"]
    assert own(it, 1)[:2] == ["x", "11/22/2026"]


def test_a_cell_that_a_person_changed_is_a_conflict_and_the_others_are_written(it: Desk) -> None:
    it.queue(it.row(1), **YES)
    it.book.tab().put(1, 6, "he called us")
    it.sync()
    assert it.states() == ["done", "done", "done", "conflict"]
    assert own(it, 1) == ["yes", "2026-11-22", "Ana", "he called us"]
    with it.store.read() as session:
        ((write, row),) = sheet_writes.conflicts(session)
    assert (write.base, write.ours, write.theirs) == ("", "=wrote", "he called us")
    assert row is not None
    assert row.note == "he called us"


@pytest.mark.parametrize(("choice", "left"), [("ours", "=wrote"), ("theirs", "he called us")])
def test_a_conflict_is_settled_by_a_person(it: Desk, choice: str, left: str) -> None:
    it.queue(it.row(1), note="=wrote")
    it.book.tab().put(1, 6, "he called us")
    it.sync()
    (write,) = it.writes()
    with it.store.write() as session:
        assert not sheet_writes.settle(session, write.id, write.version - 1, choice, by="Bo", now=NOW)
        assert sheet_writes.settle(session, write.id, write.version, choice, by="Bo", now=NOW)
        assert not sheet_writes.settle(session, write.id, write.version, choice, by="Bo", now=NOW)
    it.sync()
    assert own(it, 1)[3] == left
    assert it.writes()[0].state == "withdrawn"


def test_ours_in_a_conflict_never_covers_a_third_text(it: Desk) -> None:
    it.queue(it.row(1), note="ours")
    it.book.tab().put(1, 6, "theirs")
    it.sync()
    with it.store.write() as session:
        sheet_writes.settle(session, it.writes()[0].id, it.writes()[0].version, "ours", by="Bo", now=NOW)
    it.book.tab().put(1, 6, "theirs again")
    it.sync()
    assert own(it, 1)[3] == "theirs again"
    assert it.states() == ["withdrawn", "conflict"]


def test_a_row_that_is_gone_waits_and_is_written_when_it_comes_back(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    row = it.book.tab().rows.pop(1)
    it.sync()
    assert it.states() == ["row_gone"]
    it.book.tab().insert(3, row)
    it.sync()
    assert it.states() == ["done"]
    assert own(it, 1)[0] == "yes"


def test_taking_it_back_before_it_left_writes_nothing(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    it.queue(it.row(1), contacted="")
    it.sync()
    assert it.states() == ["withdrawn", "done"]
    assert it.book.written == []


def test_taking_it_back_afterwards_empties_the_cell(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    it.sync()
    it.queue(it.row(1), contacted="")
    it.sync()
    assert own(it, 1)[0] == ""
    assert it.states() == ["done", "done"]


def test_a_row_that_stands_there_twice_is_written_twice_and_is_one(it: Desk) -> None:
    it.book.tab().insert(4, line(1, "", "", "", ""))
    it.sync()
    it.queue(it.row(1), contacted="yes")
    it.sync()
    assert [row[3:4] for row in it.book.tab().texts() if row[0] == line(1)[0]] == [["yes"], ["yes"]]
    assert len(it.rows()) == 4


def test_tick_boxes_are_ticked(it: Desk) -> None:
    for n in range(1, 5):
        it.book.tab().put(n, 3, False)
    it.sync()
    it.queue(it.row(1), contacted="yes")
    it.sync()
    assert it.book.tab().rows[1][3] is True
    assert it.row(1).contacted


def test_a_formula_is_not_written_over_until_somebody_says_so(it: Desk) -> None:
    it.book.tab().put(1, 3, Typed("", "", '=IF(F2<>"","yes","")'))
    it.queue(it.row(1), contacted="yes", agent="Ana")
    it.sync()
    assert it.states() == ["conflict", "done"]
    assert it.writes()[0].error == outbox.FORMULA
    with it.store.write() as session:
        sheet_writes.settle(session, it.writes()[0].id, it.writes()[0].version, "ours", by="Bo", now=NOW)
    it.sync()
    assert own(it, 1)[0] == "yes"


def test_a_merged_cell_waits_until_it_is_separated(it: Desk) -> None:
    it.book.tab().merge(1, 3, 3, 4)
    it.sync()
    it.queue(it.row(1), contacted="yes")
    it.sync()
    assert [(write.state, write.error) for write in it.writes()] == [("queued", outbox.MERGED)]
    it.book.tab().merges.clear()
    it.sync()
    assert it.states() == ["done"]


def test_a_deleted_column_keeps_its_writes_waiting_and_nothing_is_forgotten(it: Desk) -> None:
    it.queue(it.row(2), contacted="yes")
    it.sync()
    it.queue(it.row(1), contacted="yes", agent="Ana")
    it.book.tab().delete_column(3)
    outcome = it.sync()
    assert outcome.state == "needs_person"
    assert outcome.message == f'The column "Contacted" is gone from {it.stream.name} (Sheet1); ' + (
        "what is to be written there waits"
    )
    assert it.states() == ["done", "queued", "done"]
    assert it.row(2).contacted
    it.book.tab().insert_column(3, "Contacted")
    it.book.tab().put(2, 3, "yes")
    assert it.sync().state == "ok"
    assert it.states() == ["done", "done", "done"]
    assert it.looks().problem == ""


def test_it_works_on_while_google_is_away_and_catches_up(it: Desk) -> None:
    it.google.fail(*[google.DROPPED] * 4)
    assert it.sync().state == "retry"
    it.queue(it.row(1), **YES)
    it.google.fail(*[google.UNAVAILABLE] * 4)
    assert it.sync().state == "retry"
    assert it.states() == ["queued"] * 4
    it.book.tab().sort(0, backwards=True)
    assert it.sync().state == "ok"
    assert own(it, 1) == ["yes", "2026-11-22", "Ana", "=wrote"]


@pytest.mark.parametrize(
    "fault", [google.DROPPED, google.DROPPED_AFTER, google.TOO_MANY, google.UNAVAILABLE, google.NOT_JSON]
)
@pytest.mark.parametrize("call", range(6))
def test_whatever_happens_to_a_call_each_cell_is_written_once(
    store: Store, tmp_path: Path, fault: google.Fault, call: int
) -> None:
    it = read(desk(store, tmp_path, [HEADINGS, line(1, "", "", "", "")]))
    it.queue(it.row(1), **YES)
    it.google.fail(*[google.Fault()] * call, fault)
    while it.sync().state != "ok":
        pass
    assert own(it, 1) == ["yes", "2026-11-22", "Ana", "=wrote"]
    assert it.states() == ["done"] * 4
    assert len(it.book.tab().rows) == 2
    assert it.google.throttled == 0


def test_being_asked_to_call_less_often_ends_after_a_few_tries(it: Desk) -> None:
    before = it.google.count()
    it.google.fail(*[google.TOO_MANY] * 50)
    outcome = it.sync()
    assert outcome.state == "retry"
    assert it.google.count() - before <= 4
    assert outcome.after is not None


def test_a_cell_that_google_refuses_keeps_no_other_waiting(it: Desk) -> None:
    it.queue(it.row(1), **YES)
    sent: list[list[tuple[int, int]]] = []

    def protect(cells: list[tuple[int, int]]) -> None:
        sent.append(cells)
        if any(column == 5 for _, column in cells):
            raise google.Refused(400, google.PROTECTED.message)

    it.google.before_write = protect
    outcome = it.sync()
    assert outcome.state == "needs_person"
    assert "protected" in outcome.message
    assert own(it, 1) == ["yes", "2026-11-22", "", "=wrote"]
    assert sorted(it.states()) == ["done", "done", "done", "queued"]
    it.google.before_write = None
    assert it.sync().state == "ok"
    assert own(it, 1)[2] == "Ana"


def test_a_sheet_that_may_only_be_read_says_what_to_do(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    it.book.access = "read"
    outcome = it.sync()
    assert (outcome.state, outcome.message) == (
        "needs_person", "Google lets Within24 read this spreadsheet but not write into it")  # fmt: skip
    assert "editor" in outcome.what_to_do
    it.book.access = "write"
    it.sync()
    assert it.states() == ["done"]


def test_a_cell_that_takes_nothing_is_not_tried_for_ever(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    it.google.before_read = lambda: it.book.tab().put(1, 3, "")
    assert it.sync().state == "retry"
    assert it.sync().state in ("retry", "ok")
    calls = it.google.count("write")
    assert it.sync().state == "ok"
    assert it.google.count("write") == calls
    assert it.writes()[0].error == outbox.STUBBORN


def test_only_one_process_writes_into_a_sheet(it: Desk) -> None:
    it.queue(it.row(1), contacted="yes")
    pid = os.getpid()
    other = Lease(name="sheet:key", holder="other", host=socket.gethostname(), pid=pid, started=processes.started(pid))
    with it.store.write() as session:
        leases.take(session, other, real_now=real_now(), is_alive=lambda _: True)
    assert it.sync().state == "waiting"
    assert it.book.written == []
    with it.store.write() as session:
        leases.give_back(session, "sheet:key", "other")
    it.sync()
    assert it.states() == ["done"]


def test_rows_moved_during_the_write_itself_are_put_right(it: Desk) -> None:
    it.book.tab().put(4, 5, "Mia")
    it.sync()
    it.queue(it.row(1), **YES)
    moves = count()
    it.google.before_write = lambda _: it.book.tab().sort(0, backwards=True) if next(moves) == 0 else None
    assert it.sync().state == "ok"
    assert own(it, 1) == ["yes", "2026-11-22", "Ana", "=wrote"]
    assert own(it, 4) == ["", "", "Mia", ""]
    assert own(it, 2) == own(it, 3) == [""] * 4


class Killed(BaseException):
    """The process dies here."""


def test_dying_at_any_step_and_starting_again_writes_each_cell_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = desk(store, tmp_path, [HEADINGS, *(line(n, "", "", "", "") for n in range(1, 13))])
    read(it)
    asked, wrote = it.google.answer, Store.write
    left = [10**6]

    def may_die() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    def call(*words: Any) -> Any:
        may_die()
        found = asked(*words)
        may_die()
        return found

    def write(self: Store, **how: Any) -> Any:
        may_die()
        return wrote(self, **how)

    monkeypatch.setattr(it.google, "answer", call)
    monkeypatch.setattr(Store, "write", write)
    deaths = 0
    for run in range(45):
        n, said = run % 12 + 1, "" if run % 24 > 11 else "yes"
        it.queue(it.row(n), contacted=said, note=f"note {run}")
        left[0] = run % 45 + 1
        try:
            it.sync()
        except Killed:
            deaths += 1
        left[0] = 10**6
        with it.store.write() as session:
            session.query(Lease).delete()
        assert it.sync().state == "ok"
        assert own(it, n) == [said, "", "", f"note {run}"]
    assert deaths > 20
    assert set(it.states()) == {"done"}
    assert len(it.book.tab().rows) == 13
