"""The three-way merge of a cell: what a person typed is never written over, and nothing is asked for no reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.sheet_merge import Decision, decide, is_same, means_yes, to_write

ROLES = ("contacted", "date", "agent", "note")
texts = st.sampled_from(["", "a", "b", "c", " a ", "yes", "2026-11-22"])
some = st.lists(texts, min_size=1, max_size=3)


@pytest.mark.parametrize(
    "text", ["yes", "Y", " TRUE ", "x", "X", "done", "1", "22.11.2026", "2026-11-22", "ja", "はい"]
)
def test_these_mean_contacted(text: str) -> None:
    assert means_yes(text)


@pytest.mark.parametrize("text", ["", "no", "n", "FALSE", "0", "not yet", "left voicemail", "2", "-"])
def test_these_do_not(text: str) -> None:
    assert not means_yes(text)


def test_a_cell_that_says_what_it_said_is_written() -> None:
    assert decide("note", ["called"], "called twice", ["called"]) == Decision("write", (0,))


def test_a_cell_that_says_so_already_is_left() -> None:
    assert decide("contacted", [""], "yes", ["x"]) == Decision("already")
    assert decide("date", [""], "2026-11-22", ["11/22/2026"]) == Decision("already")


def test_a_cell_that_a_person_changed_is_a_conflict() -> None:
    assert decide("note", [""], "ours", ["theirs"]) == Decision("conflict", theirs="theirs")


def test_what_an_earlier_write_of_ours_left_is_no_edit_of_somebody_else() -> None:
    assert decide("note", ["", "ours before"], "ours", ["ours before"]) == Decision("write", (0,))


def test_a_row_that_stands_there_twice_is_written_in_both_places() -> None:
    assert decide("contacted", [""], "yes", ["", ""]) == Decision("write", (0, 1))
    assert decide("contacted", [""], "yes", ["yes", ""]) == Decision("write", (1,))
    assert decide("note", ["", "other"], "ours", ["", "other"]) == Decision("write", (0,))
    assert decide("note", [""], "ours", ["", "typed"]) == Decision("conflict", theirs="typed")


@settings(max_examples=200)
@given(st.sampled_from(ROLES), some, texts, some)
def test_no_text_is_written_over_that_nobody_had_read(
    role: str, bases: list[str], ours: str, theirs: list[str]
) -> None:
    found = decide(role, bases, ours, theirs)
    read = {base.strip() for base in bases} | {""}
    for place in found.at:
        assert theirs[place].strip() in read
        assert not is_same(role, theirs[place], ours)
    if found.outcome == "already":
        assert any(is_same(role, text, ours) for text in theirs)


@settings(max_examples=200)
@given(st.sampled_from(ROLES), some, texts, some)
def test_writing_what_was_decided_settles_it(role: str, bases: list[str], ours: str, theirs: list[str]) -> None:
    found = decide(role, bases, ours, theirs)
    after = [ours if place in found.at else text for place, text in enumerate(theirs)]
    if found.outcome == "write":
        assert decide(role, bases, ours, after).outcome == "already"


def test_tick_boxes_are_ticked_and_not_written_into() -> None:
    assert to_write("yes", "FALSE") is True
    assert to_write("", "TRUE") is False
    assert to_write("yes", "") == "yes"
    assert to_write("=1+1", "TRUE") == "=1+1"
