"""What a write hit because rows or columns moved under it: found by comparison, and put back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.rules import sheet_columns, sheet_repair, sheet_rows
from services.rules.sheet_rows import Cell, Reading

HEAD = ["Order ID", "Item", "Date", "Contacted", "Contact date", "Agent", "Notes"]
Grid = list[list[str]]


def grid() -> Grid:
    return [list(HEAD), *([f"111-555000{n}-7770001", "Mug", "", "", "", "", f"note {n}"] for n in range(1, 6))]


def read(table: Grid) -> Reading:
    columns = sheet_columns.find(table)
    assert columns is not None
    return sheet_rows.read(table, columns, name=("acme", "key", ""))


def put(table: Grid, cells: list[Cell]) -> None:
    for cell in cells:
        while len(table) <= cell.row:
            table.append([])
        table[cell.row] += [""] * (cell.column + 1 - len(table[cell.row]))
        table[cell.row][cell.column] = str(cell.value)


def shift(table: Grid) -> None:
    for row in table:
        row.insert(1, "")
    table[0][1] = "Extra"


MOVES: dict[str, Callable[[Grid], None]] = {
    "nothing": lambda _: None,
    "a row above the headings": lambda table: table.insert(0, ["Our list"]),
    "an empty row between": lambda table: table.insert(2, []),
    "a new row between": lambda table: table.insert(2, ["111-5550009-7770001", "Cup"]),
    "sorted the other way": lambda table: table.__setitem__(slice(1, None), table[:0:-1]),
    "a row deleted": lambda table: table.pop(1),
    "the row itself deleted": lambda table: table.pop(3),
    "the last row deleted": lambda table: table.pop(),
    "a column inserted": shift,
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("row", [1, 2, 3, 5])
def test_whatever_was_moved_under_a_write_nothing_of_it_stays_where_it_does_not_belong(
    move: Callable[[Grid], None], row: int
) -> None:
    table = grid()
    before = read([list(cells) for cells in table])
    sent = [Cell(row, 3, "yes"), Cell(row, 5, "Ana"), Cell(row, 6, "ours")]
    move(table)
    meant = [list(cells) for cells in table]
    put(table, sent)
    owed = sheet_repair.damages(before, sent, read([list(cells) for cells in table]))
    cells, left = sheet_repair.mend(owed, read([list(each) for each in table]))
    put(table, cells)
    written = {row[0] for row in table if "ours" in row}
    assert written <= {before.grid[row][0]}
    for was, now in zip(meant, [row for row in table if any(row) or [] in meant], strict=False):
        if now[:1] != [before.grid[row][0]]:
            assert [text for text in now if text] == [text for text in was if text]
    assert len(left) == len(owed)


def test_what_a_person_typed_over_it_is_left_to_them() -> None:
    table = grid()
    before = read([list(cells) for cells in table])
    table.insert(1, table.pop(3))
    sent = [Cell(3, 5, "Ana"), Cell(3, 6, "ours")]
    put(table, sent)
    table[3][6] = "typed"
    owed = sheet_repair.damages(before, sent, read(table))
    cells, _ = sheet_repair.mend(owed, read(table))
    assert cells == [Cell(3, 5, "")]
    table[3][5] = "typed too"
    assert sheet_repair.mend(owed, read(table)) == ([], [])
