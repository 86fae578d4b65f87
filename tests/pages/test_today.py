"""Today: what is late, due in this shift, without an owner, and set aside."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from data.store import Store
from tests.pages.conftest import TODAY, parts, shown

Visit = Callable[..., AppTest]


def test_late_tickets_and_those_due_in_this_shift_are_listed_apart(desk: Store, visit: Visit) -> None:
    found = _panels(visit(TODAY))
    assert found["Late"] == [2]
    assert found["Due before 18:00"] == [3]
    assert found["Unassigned"] == [2, 3, 4]


def test_a_shorter_shift_has_less_to_do(desk: Store, visit: Visit) -> None:
    assert _panels(visit(TODAY, until="11:00"))["Due before 11:00"] == []
    assert _panels(visit(TODAY, until="12:30"))["Due before 12:30"] == [3]


def test_a_broken_end_of_shift_in_the_url_is_the_teams_own(desk: Store, visit: Visit) -> None:
    assert "Due before 18:00" in _panels(visit(TODAY, until="25:99"))


def test_what_was_set_aside_is_named_with_its_reason(desk: Store, visit: Visit) -> None:
    text = shown(visit(TODAY))
    assert "lottery.example" in text
    assert "**Set aside** · 1" in text


def test_an_empty_desk_says_so_in_words(empty_desk: Store, visit: Visit) -> None:
    app = visit(TODAY)
    assert {part["empty"] for part in parts(app)} >= {"Nothing is late.", "Every waiting ticket has an owner."}
    assert "No mail has been read yet" in shown(app)


def _panels(app: AppTest) -> dict[str, list[int]]:
    return {part["label"]: [row["id"] for row in part["rows"]] for part in parts(app)}
