"""Rows of a sheet and the keys by which they are found again, however the sheet is sorted and laid out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import sheet_columns, sheet_rows
from services.rules.sheet_rows import Reading, spread

HEAD = ["Order ID", "Item", "Date", "Contacted", "Contact date", "Agent", "Notes"]
ONE = ["111-5550001-7770001", "Mug", "11/20/2026", "yes", "11/21/2026", "Ana", ""]
NAME = ("acme", "key", "")


def read(*rows: Sequence[str], head: Sequence[str] = HEAD, name: Sequence[str] = NAME) -> Reading:
    grid = [head, *rows]
    columns = sheet_columns.find(grid)
    assert columns is not None
    return sheet_rows.read(grid, columns, name=name)


def test_a_row_says_what_it_says() -> None:
    (line,) = read(ONE).lines.values()
    assert (line.order_id, line.item, line.dated) == ("111-5550001-7770001", "Mug", date(2026, 11, 20))
    assert (line.contacted, line.contact_day, line.texts["agent"]) == (True, date(2026, 11, 21), "Ana")
    assert line.cells == dict(zip(HEAD, ONE, strict=True))
    assert line.at == (1,)


def test_the_key_is_of_order_item_and_day_and_of_one_sheet() -> None:
    (key,) = read(ONE).lines
    assert set(read([*ONE[:3], "", "", "Bo", "other words"]).lines) == {key}
    assert set(read(["11155500017770001", " mug ", "20 Nov 2026"]).lines) == {key}
    for column, other in ((0, "111-5550002-7770001"), (1, "Cup"), (2, "11/21/2026")):
        assert key not in read([*ONE[:column], other, *ONE[column + 1 :]]).lines
    for name in (("shop", "key", ""), ("acme", "other", ""), ("acme", "key", "tab")):
        assert key not in read(ONE, name=name).lines


days, marks, words = st.integers(13, 16), st.sampled_from(["", "yes", "no"]), st.sampled_from(["", "a", "b"])
rows = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["Mug", "Cup"]), days, marks, words), max_size=12)


@settings(max_examples=60)
@given(rows, st.randoms(use_true_random=False), st.integers(0, 4))
def test_no_order_of_rows_or_columns_changes_what_they_say(found: list[tuple[int, str, int, str, str]],
                                                           chance: random.Random, blank: int) -> None:  # fmt: skip
    table = [[f"111-555000{n}-7770001", item, f"11/{day}/2026", yes, "", "", note] for n, item, day, yes, note in found]
    one = read(*table)
    places = list(range(len(HEAD)))
    chance.shuffle(places)
    shuffled = [[row[place] for place in places] for row in table] + [[]] * blank
    chance.shuffle(shuffled)
    # The plain date must not slip to the right of "Contacted": there it would be the day of the contact.
    head = ["Order date" if HEAD[place] == "Date" else HEAD[place] for place in places]
    other = read(*shuffled, head=head)
    assert {key: (line.contacted, line.twins, line.texts) for key, line in one.lines.items()} == {
        key: (line.contacted, line.twins, line.texts) for key, line in other.lines.items()}  # fmt: skip
    assert sum(len(line.at) for line in other.lines.values()) == len(table)


def test_the_same_row_twice_is_one_and_is_contacted_if_either_says_so() -> None:
    (line,) = read([*ONE[:3], "", "", "", "rang"], ONE).lines.values()
    assert (line.contacted, line.at) == (True, (2, 1))
    assert line.twins == {"contacted": ("",), "date": ("",), "agent": ("",), "note": ("rang",)}


def test_rows_without_an_order_id_are_known_by_all_that_we_never_write() -> None:
    found = read(
        ["", "", "", "", "", "", ""], ["n/a", "Cup", "", "x"], ["n/a", "Cup"], ["", "Bowl"], ["", "", "", "FALSE"]
    )
    assert [(line.order_id, line.item, len(line.at)) for line in found.lines.values()] == [
        (None, "Cup", 2), (None, "Bowl", 1)]  # fmt: skip
    assert found.unread == []
    assert [row for row, _ in read(["", "", "", "", "", "", "who?"]).unread] == [1]


def test_a_merged_cell_says_the_same_of_each_of_its_rows_and_cannot_be_written() -> None:
    grid, fixed = spread([["a", "b"], ["c"], [], ["e", "f"]], [(1, 3, 0, 1), (3, 4, 0, 2), (9, 12, 0, 1)])
    assert grid[2] == ["c"]
    assert fixed == {(1, 0), (2, 0), (3, 1)}
