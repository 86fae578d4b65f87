"""Lays what people did over a copy of a spreadsheet file, beside the original, which is never written.

The copy is made anew from the original and all that stands; so it can be deleted, and a cell that a person changed in
the original is never covered by ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data import sheet_writes
from data.models.sheets import SheetWrite
from data.store import Store
from services.followups import cards as followup_cards
from services.rules import sheet_merge
from services.rules.sheet_merge import Decision
from services.rules.sheet_rows import Cell, Outlet, Reading

WAITING = ("queued", "row_gone")


def carry_out(store: Store, outlet: Outlet, *, now: datetime) -> int:
    """Make the copy anew if the original or what stands has changed; how many cells were settled.

    Raises RetryLater if the copy cannot be written; what is queued stays so.
    """
    with store.read() as session:
        standing = sheet_writes.standing(session, outlet.account, outlet.sheet, outlet.tab)
    if not standing or not (outlet.has_changed or any(write.state in WAITING for write in standing)):
        return 0
    reading = outlet.look().reading
    if reading is None:
        return 0
    outlet.write([cell for write in standing for cell in _cells(write, reading)])
    with store.write() as session:
        moved = [_settled(write, reading, now)
                 for write in sheet_writes.standing(session, outlet.account, outlet.sheet, outlet.tab)]  # fmt: skip
        session.flush()
        keys = [(outlet.account, outlet.sheet, key) for key in dict.fromkeys(moved) if key]
        followup_cards.told_by_sheets(session, keys, now=now)
    return len(keys)


def _cells(write: SheetWrite, reading: Reading) -> Sequence[Cell]:
    decision, column = _decision(write, reading), reading.columns.at.get(write.role)
    if decision is None or decision.outcome != "write" or column is None:
        return ()
    line = reading.lines[write.row_key]
    return [Cell(line.at[n], column, write.ours, write.role) for n in decision.at]


def _decision(write: SheetWrite, reading: Reading) -> Decision | None:
    """None if there is no such cell."""
    line, column = reading.lines.get(write.row_key), reading.columns.at.get(write.role)
    if line is None or column is None:
        return None
    grid = reading.grid
    theirs = [grid[row][column] if column < len(grid[row]) else "" for row in line.at]
    return sheet_merge.decide(write.role, write.bases, write.ours, theirs)


def _settled(write: SheetWrite, reading: Reading, now: datetime) -> str:
    """Move one write on; its row's key if that changed anything."""
    decision = _decision(write, reading)
    if decision is None:
        state = "row_gone" if write.row_key not in reading.lines and write.state == "queued" else write.state
    else:
        state = "conflict" if decision.outcome == "conflict" else "done"
    if state == write.state:
        return ""
    write.state, write.version = state, write.version + 1
    write.theirs = decision.theirs if decision else None
    write.done_at = now if state == "done" else None
    return write.row_key
