"""Choosing the columns of a sheet by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from data import journal
from data.store import Store
from services import sheets
from services.errors import Rejected, Stale
from services.people import Person
from services.sheets import GUESS, NONE
from tests.sheets import HEADINGS, NOW, Desk, desk, frozen, line

ANA = Person("Ana", "supervisor", False, "")


@pytest.fixture
def it(store: Store, tmp_path: Path) -> Desk:
    with frozen():
        made = desk(store, tmp_path, [[*HEADINGS[:3], "Reached?", *HEADINGS[4:]], line(1, "x", "", "Mia", "01067")])
        made.sync()
    return made


def view(it: Desk) -> sheets.SheetView:
    (found,) = sheets.overview(it.store)
    return found


def choose(it: Desk, version: int, **choices: str) -> None:
    sheets.choose(it.store, "acme", "key", "", version, choices, actor=ANA, now=NOW)


def test_each_role_shows_its_heading_some_cells_and_what_is_guessed(it: Desk) -> None:
    found = {column.role: column for column in view(it).columns}
    assert (found["note"].heading, found["note"].sample, found["note"].guess) == ("Notes", "01067", "Notes")
    assert (found["contacted"].heading, found["contacted"].guess) == ("", "")
    assert "nothing can be written" in view(it).problem
    assert [role for role, column in found.items() if column.is_written] == ["contacted", "date", "agent", "note"]


def test_a_choice_holds_from_the_next_reading_and_is_written_down(it: Desk) -> None:
    choose(it, 0, contacted="Reached?", note=NONE, agent=GUESS)
    with frozen():
        assert it.sync().state == "ok"
    found = {column.role: column for column in view(it).columns}
    assert (found["contacted"].heading, found["contacted"].chosen) == ("Reached?", "Reached?")
    assert (found["note"].heading, found["note"].chosen, found["agent"].chosen) == ("", NONE, GUESS)
    assert it.row(1).contacted
    with it.store.read() as session:
        (entry,) = journal.of_object(session, "sheet acme/key")
    assert (entry.actor, entry.after) == ("Ana", {"contacted": "Reached?", "note": ""})


def test_two_roles_cannot_have_one_column_and_two_people_not_one_version(it: Desk) -> None:
    with pytest.raises(Rejected, match="two things"):
        choose(it, 0, contacted="Notes", note="Notes")
    choose(it, 0, contacted="Reached?")
    with pytest.raises(Stale):
        choose(it, 0, contacted="Notes")
    choose(it, 1, contacted="Notes")
    assert view(it).version == 2
