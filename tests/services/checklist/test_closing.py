"""Closing cells: signatures, their reasons and flags, taking them back, and who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data.models.checklist import CheckMark
from data.models.journal import Activity
from data.store import Store
from services import checklist
from services.checklist import reading
from services.errors import Rejected, Stale
from services.rules.checklist import Key
from services.settings import Settings
from tests.checks import BEGIN, agent, duty, me, settings, state

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = BEGIN.date()


@pytest.fixture
def known() -> Settings:
    return settings()


def key(duty_id: int, place: str = "US", day: date = TODAY) -> Key:
    return Key(duty_id, "acme", place, day)


def journal(store: Store) -> list[tuple[str, str, dict[str, object] | None]]:
    with store.read() as session:
        rows = session.scalars(select(Activity).where(Activity.what.like("check.%")).order_by(Activity.id))
        return [(row.actor, row.what, row.after) for row in rows]


def test_a_signature_closes_a_cell_and_is_taken_back_within_the_hour(every_store: Store, known: Settings) -> None:
    store = every_store
    mine, ana = key(duty(store, known)), agent(store)
    assert state(store, known, mine, BEGIN) == "due"
    token = checklist.sign(store, known, [mine], actor=ana, now=BEGIN)
    assert state(store, known, mine, BEGIN + 9 * DAY) == "signed"
    with pytest.raises(Rejected, match="Only Ana"):
        checklist.undo(store, token, actor=me(store), now=BEGIN)
    assert checklist.undo(store, token, actor=ana, now=BEGIN + HOUR) == 1
    assert state(store, known, mine, BEGIN + HOUR) == "due"
    checklist.sign(store, known, [mine], actor=me(store), now=BEGIN + 2 * HOUR)
    assert [(who, what) for who, what, _ in journal(store)] == [
        ("Ana", "check.sign"), ("Ana", "check.undo"), ("You", "check.sign"),
    ]  # fmt: skip
    found = reading.detail(store, known, mine, actor_name="You", now=BEGIN + 2 * HOUR)
    assert found
    assert found.closed_by
    assert found.closed_by.by == "You"
    assert [(mark.by, mark.undone_by) for mark in found.taken_back] == [("Ana", "Ana")]
    assert found.undo == found.closed_by.token


def test_after_an_hour_a_signature_stands(store: Store, known: Settings) -> None:
    mine = key(duty(store, known))
    token = checklist.sign(store, known, [mine], actor=me(store), now=BEGIN)
    with pytest.raises(Rejected, match="more than an hour"):
        checklist.undo(store, token, actor=me(store), now=BEGIN + HOUR + timedelta(seconds=1))
    assert state(store, known, mine, BEGIN + 2 * HOUR) == "signed"
    found = reading.detail(store, known, mine, actor_name="You", now=BEGIN + 2 * HOUR)
    assert found
    assert found.undo is None


def test_who_comes_second_is_told_and_changes_nothing(every_store: Store, known: Settings) -> None:
    store = every_store
    number = duty(store, known)
    checklist.sign(store, known, [key(number)], actor=me(store), now=BEGIN)
    with pytest.raises(Stale, match="closed this cell"):
        checklist.sign(store, known, [key(number, "DE"), key(number)], actor=agent(store), now=BEGIN)
    assert state(store, known, key(number, "DE"), BEGIN) == "due"
    assert len(journal(store)) == 1


def test_two_at_the_same_moment_are_one(store: Store, known: Settings) -> None:
    """The database itself takes only one: whoever comes between reading and writing is told as well."""
    mine = key(duty(store, known))

    def between(*_rest: object) -> dict[object, CheckMark]:
        return {}

    checklist.sign(store, known, [mine], actor=me(store), now=BEGIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data.checklist.live", between)
        with pytest.raises(Stale):
            checklist.sign(store, known, [mine], actor=agent(store), now=BEGIN)
    assert state(store, known, mine, BEGIN) == "signed"


def test_several_places_are_signed_at_once_and_taken_back_at_once(store: Store, known: Settings) -> None:
    number = duty(store, known)
    both = [key(number), key(number, "DE")]
    token = checklist.sign(store, known, both, actor=me(store), now=BEGIN, note="Looked at both.")
    assert [state(store, known, each, BEGIN) for each in both] == ["signed", "signed"]
    assert checklist.undo(store, token, actor=me(store), now=BEGIN) == 2


def test_what_was_found_is_written_down_but_its_words_are_not_in_the_log(store: Store, known: Settings) -> None:
    mine = key(duty(store, known))
    checklist.sign(store, known, [mine], actor=me(store), now=BEGIN, found=3, note="Three old ones.")
    found = reading.detail(store, known, mine, actor_name="You", now=BEGIN)
    assert found
    assert found.closed_by
    assert (found.closed_by.found, found.closed_by.note) == (3, "Three old ones.")
    ((_, _, after),) = journal(store)
    assert after == {
        "account": "acme", "marketplace": "US", "period": "2027-12-20", "found": 3, "back_dated": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"found": 2}, "Write a note"),
        ({"found": -1}, "Say how many"),
        ({"found": 10**9, "note": "many"}, "Say how many"),
        ({"note": "x" * 3000}, "at most"),
    ],
)
def test_a_signature_that_says_too_little_or_too_much_is_refused(
    said: dict[str, object], sentence: str, store: Store, known: Settings
) -> None:
    mine = key(duty(store, known))
    with pytest.raises(Rejected, match=sentence):
        checklist.sign(store, known, [mine], actor=me(store), now=BEGIN, **said)  # type: ignore[arg-type]
    assert state(store, known, mine, BEGIN) == "due"


def test_a_back_dated_tick_takes_a_reason_and_stays_flagged(store: Store, known: Settings) -> None:
    mine = key(duty(store, known))
    late = BEGIN + DAY
    assert state(store, known, mine, late) == "missed"
    with pytest.raises(Rejected, match="Mon 20 Dec 2027 is over"):
        checklist.sign(store, known, [mine], actor=me(store), now=late, reason=" ")
    checklist.sign(store, known, [mine], actor=me(store), now=late, reason="The line was down.")
    grid = reading.day_grid(store, known, day=TODAY, now=late)
    boxes = [box for box in grid.rows[0].boxes if box]
    assert [(box.state, box.back_dated) for box in boxes] == [("missed", False), ("signed", True)]
    assert grid.back_dated == 1
    on_time = reading.day_grid(store, known, day=late.date(), now=late)
    assert on_time.back_dated == 0


def test_a_reason_given_in_time_flags_nothing(store: Store, known: Settings) -> None:
    mine = key(duty(store, known))
    checklist.sign(store, known, [mine], actor=me(store), now=BEGIN, reason="Just so.")
    with store.read() as session:
        assert session.scalars(select(CheckMark.reason)).all() == [""]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts": TODAY + DAY}, "has not begun"),
        ({"duty_id": 99}, "no such cell"),
        ({"marketplace": "FR"}, "no such cell"),
        ({"account": "other"}, "no such cell"),
        ({"starts": TODAY - DAY}, "no such cell"),
    ],
)
def test_what_is_no_open_cell_takes_no_signature(
    change: dict[str, Any], sentence: str, store: Store, known: Settings
) -> None:
    mine = key(duty(store, known))._replace(**change)
    with pytest.raises(Rejected, match=sentence):
        checklist.sign(store, known, [mine], actor=me(store), now=BEGIN, reason="x")


def test_a_weekly_cell_is_named_by_its_monday(store: Store, known: Settings) -> None:
    number = duty(store, known, rhythm="weekly", days=(4,))
    with pytest.raises(Rejected, match="no such cell"):
        checklist.sign(store, known, [key(number, day=date(2027, 12, 24))], actor=me(store), now=BEGIN + 4 * DAY)
    checklist.sign(store, known, [key(number)], actor=me(store), now=BEGIN)
    assert state(store, known, key(number), BEGIN + 6 * DAY) == "signed"


def test_who_is_disabled_signs_nothing(store: Store, known: Settings) -> None:
    mine, away = key(duty(store, known)), replace(agent(store), disabled=True)
    with pytest.raises(Rejected, match="closed"):
        checklist.sign(store, known, [mine], actor=away, now=BEGIN)
    with pytest.raises(Rejected, match="closed"):
        checklist.undo(store, "token", actor=away, now=BEGIN)
    with pytest.raises(Rejected, match="taken back already"):
        checklist.undo(store, "token", actor=me(store), now=datetime(2028, 1, 1, tzinfo=UTC))


def test_nothing_and_too_much_at_once_are_refused(store: Store, known: Settings) -> None:
    number = duty(store, known)
    for targets in ([], [key(number)] * 201):
        with pytest.raises(Rejected, match="Choose 1 to 200"):
            checklist.sign(store, known, targets, actor=me(store), now=BEGIN)
    with pytest.raises(Rejected, match="on its own"):
        checklist.sign(store, known, [key(number), key(number, "DE")], actor=me(store), now=BEGIN, found=1, note="x")
