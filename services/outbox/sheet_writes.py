"""Writes what people did into spreadsheets: rows found by content, cells merged three ways, one writer for each sheet.

What is guaranteed, whatever people do in the sheet meanwhile (edit, sort, insert, delete, rename):
- A cell is written only if it says what it said when the write was decided (or what an earlier write of ours left); a
  cell that a person changed is a conflict and stays as it is, until somebody settles it.
- A row is found by its content in a reading made immediately before the write; nothing is ever appended, so no row and
  no value is doubled; a write whose outcome is unknown is not repeated but looked up.
- If rows or columns were moved in the one round trip between that reading and the write, the reading after it shows
  it: what was hit by mistake gets its text back, and ours goes where it belongs.
What is not: Google knows no compare-and-set, so what a person types into the very cell that we write, within that one
round trip, is written over; and if we die or lose Google between a write and the reading after it, while rows were
moved in that same round trip, the row that was hit keeps our text.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data import leases, sheet_writes
from data.models.ledger import Lease
from data.models.sheets import SheetWrite
from data.store import Store
from services import processes, sheet_reading
from services.errors import NeedsPerson, Rejected, RetryLater, Waiting
from services.followups import cards as followup_cards
from services.outbox import sheet_copies
from services.rules import sheet_merge, sheet_repair
from services.rules.sheet_repair import Damage
from services.rules.sheet_rows import Cell, Outlet, Reading, SheetRead
from services.settings import real_now

ROUNDS, LONGEST = 8, 60
"""So often a sheet is read and written in one run until it says what it shall; longer only to mend what was hit."""
AT_ONCE = 1000
PATIENT_UNTIL, REST = 10, timedelta(minutes=15)
"""After so many tries a cell that does not take its text is tried again only so often."""
FORMULA = "This cell holds a formula, which would be lost."
MERGED = "This cell is merged with others; separate them, then it is written."
NO_COLUMN = "The column for this is gone from the sheet; put it back or choose another one in Settings."
STUBBORN = "The sheet does not take this text; somebody or something puts back what was there."

Place = tuple[str, str]
"""A cell by its row's key and its role."""


@dataclass
class _Plan:
    """What one reading asks for: cells to write, and whose they are."""

    cells: list[Cell] = field(default_factory=list)
    of: dict[tuple[int, int], Place] = field(default_factory=dict)


def carry_out(
    store: Store, outlet: Outlet, *, now: datetime, keep_going: Callable[[], bool] = lambda: True
) -> int:  # fmt: skip
    """Write what is queued for a sheet; how many cells were settled (written, found written, or in conflict).

    Raises RetryLater, Waiting and NeedsPerson as the outlet does; what could not be written stays queued.
    """
    if outlet.is_copy:
        return sheet_copies.carry_out(store, outlet, now=now)
    first = outlet.latest()
    with store.read() as session:
        waiting = sheet_writes.to_do(session, outlet.account, outlet.sheet, outlet.tab)
    if not waiting:
        return 0
    with _turn(store, outlet.sheet) as renew:
        return _Work(store, outlet, now, renew, keep_going).run(first or outlet.look())


@dataclass
class _Work:
    store: Store
    outlet: Outlet
    now: datetime
    renew: Callable[[], None]
    keep_going: Callable[[], bool]
    held: frozenset[Place] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)
    settled: int = 0
    moved: dict[str, None] = field(default_factory=dict)
    trouble: RetryLater | None = None

    def run(self, first: SheetRead) -> int:
        plan = self._plan(first, sending=False)
        if not plan.cells:
            return self.settled
        self.held = frozenset(plan.of[cell] for cell in self.outlet.formulas(list(plan.of)))
        before: Reading | None = None
        sent: Sequence[Cell] = ()
        owed: list[Damage] = []
        for n in range(LONGEST):
            read = self.outlet.look(patient=True)
            if before and read.reading:
                owed = sheet_repair.damages(before, sent, read.reading, owed)
            cells, owed = sheet_repair.mend(owed, read.reading) if read.reading else ([], owed)
            if cells and read.reading:
                self._arrived(read.reading)
            elif n < ROUNDS:
                cells = self._plan(read, sending=True).cells[:AT_ONCE]
            if not cells:
                return self._ended(n)
            if not owed and not self.keep_going():
                raise Waiting("Stopped; goes on where it was.")
            before, sent = read.reading, self._send(cells)
        raise self.trouble or RetryLater("The sheet is changed all the time.")

    def _send(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Write cells, as many as Google will have; which of them it may have written."""
        self.renew()
        try:
            self.outlet.write(cells)
        except RetryLater as trouble:
            self.trouble = trouble
        except Rejected as refusal:
            return self._send_by_role(cells, refusal)
        return cells

    def _send_by_role(self, cells: Sequence[Cell], refusal: Rejected) -> Sequence[Cell]:
        """One cell that Google will not have must not keep the others waiting."""
        roles = dict.fromkeys(cell.role for cell in cells)
        if len(roles) == 1:
            self.refused[cells[0].role] = str(refusal)
            return ()
        # Each role by itself after a fresh look: only the first is written now, the others in the next rounds.
        return self._send([cell for cell in cells if cell.role == next(iter(roles))])

    def _plan(self, read: SheetRead, *, sending: bool) -> _Plan:
        """Keep what was read, settle what it settles, and find the cells that are still to be written."""
        plan = _Plan()
        if read.reading is None:
            return plan
        with self.store.write() as session:
            sheet_reading.store(session, read, now=self.now)
            for write in sheet_writes.to_do(session, self.outlet.account, self.outlet.sheet, self.outlet.tab):
                self._look_at(write, read.reading, plan, sending=sending)
            session.flush()
            moved = [(self.outlet.account, self.outlet.sheet, key) for key in self.moved]
            followup_cards.told_by_sheets(session, moved, now=self.now)
        self.moved.clear()
        return plan

    def _arrived(self, reading: Reading) -> None:
        """Note what has arrived while other rows are put right: who undoes it from now on means to.

        Nothing else is concluded from a sheet that says things by our mistake.
        """
        with self.store.write() as session:
            for write in sheet_writes.to_do(session, self.outlet.account, self.outlet.sheet, self.outlet.tab):
                line, column = reading.lines.get(write.row_key), reading.columns.at.get(write.role)
                texts = [_text(reading, row, column) for row in line.at] if line and column is not None else []
                if texts and all(sheet_merge.is_same(write.role, text, write.ours) for text in texts):
                    self._move(write, "done")

    def _look_at(self, write: SheetWrite, reading: Reading, plan: _Plan, *, sending: bool) -> None:
        line = reading.lines.get(write.row_key)
        if line is None:
            return self._move(write, "row_gone")
        if write.state == "row_gone":
            self._move(write, "queued")
        column = reading.columns.at.get(write.role)
        if column is None:
            write.error = NO_COLUMN
            return None
        theirs = [_text(reading, row, column) for row in line.at]
        decision = sheet_merge.decide(write.role, write.bases, write.ours, theirs)
        places = [line.at[n] for n in decision.at]
        if decision.outcome == "already":
            self._move(write, "done", error=None)
        elif decision.outcome == "conflict":
            self._move(write, "conflict", theirs=decision.theirs, error=None)
        elif (write.row_key, write.role) in self.held and write.answers is None:
            self._move(write, "conflict", theirs=theirs[decision.at[0]], error=FORMULA)
        elif error := self._hindrance(write, reading, [(row, column) for row in places]):
            write.error = error
        else:
            self._want(write, plan, [(row, column, _text(reading, row, column)) for row in places], sending=sending)
        return None

    def _hindrance(self, write: SheetWrite, reading: Reading, cells: Sequence[tuple[int, int]]) -> str | None:
        """Why a cell cannot be written now, though nobody has changed it."""
        if write.role in self.refused:
            return self.refused[write.role]
        if any(cell in reading.fixed for cell in cells):
            return MERGED
        rests = write.tried_at is not None and real_now() - write.tried_at < REST
        return STUBBORN if write.attempts >= PATIENT_UNTIL and rests else None

    def _want(self, write: SheetWrite, plan: _Plan, cells: Sequence[tuple[int, int, str]], *, sending: bool) -> None:
        for row, column, theirs in cells:
            plan.cells.append(Cell(row, column, sheet_merge.to_write(write.ours, theirs), write.role))
            plan.of[row, column] = (write.row_key, write.role)
        if sending:
            write.attempts, write.tried_at, write.error = write.attempts + 1, real_now(), None

    def _move(self, write: SheetWrite, state: str, *, theirs: str | None = None, error: str | None = None) -> None:
        if write.state != state:
            write.state, write.theirs, write.version = state, theirs, write.version + 1
            write.done_at = self.now if state == "done" else None
            self.settled += state in ("done", "conflict")
            self.moved[write.row_key] = None
        write.error = error

    def _ended(self, rounds: int) -> int:
        for sentence in self.refused.values():
            raise NeedsPerson(sentence.rstrip("."), "Mend that in the spreadsheet; what is queued is written then.")
        if rounds >= ROUNDS:
            raise self.trouble or RetryLater("The sheet is changed all the time; what is queued is written later.")
        return self.settled


@contextmanager
def _turn(store: Store, sheet: str) -> Iterator[Callable[[], None]]:
    """Be the only writer of a sheet while the block runs; the function renews that, and raises if it is lost."""
    name, holder = f"sheet:{sheet}", uuid.uuid4().hex
    pid = os.getpid()

    def take() -> None:
        mine = Lease(name=name, holder=holder, host=socket.gethostname(), pid=pid, started=processes.started(pid))
        with store.write() as session:
            held = leases.take(session, mine, real_now=real_now(), is_alive=_is_alive)
        if held is not None:
            raise Waiting("Another process writes into this sheet just now.", timedelta(seconds=10))

    take()
    try:
        yield take
    finally:
        with store.write() as session:
            leases.give_back(session, name, holder)


def _is_alive(held: Lease) -> bool | None:
    return processes.is_running(held.host, held.pid, held.started)


def _text(reading: Reading, row: int, column: int) -> str:
    cells = reading.grid[row]
    return cells[column].strip() if column < len(cells) else ""
