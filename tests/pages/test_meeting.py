"""The Meeting page: headline, parts and files of a pack, closing it, and decisions with their versions."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from data.store import Store
from pages.ui.meeting import asked
from services import seeding
from services.meeting import decisions, keep
from services.meeting.decisions import Wish
from services.people import Person
from services.rules import periods
from services.runtime import runtime
from services.seeding import PEOPLE
from tests.desks import NOW
from tests.pages.conftest import INBOX, MEETING, shown, statements

Visit = Callable[..., AppTest]
W46 = periods.week("2026-W46")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test counts for itself."""
    asked._built.clear()
    asked._known.clear()


@pytest.fixture
def busy(empty_desk: Store) -> Store:
    """A desk with some weeks behind it."""
    seeding.fill(empty_desk, 250, seed=1, now=NOW)
    return empty_desk


def words(app: AppTest) -> str:
    return shown(app).replace("\\", "")


def decision(store: Store, number: int) -> decisions.Decision:
    found = decisions.by_id(store, runtime().settings, number, NOW)
    assert found is not None
    return found


def test_it_opens_with_the_last_week_that_is_over_and_every_part_draws(busy: Store, visit: Visit) -> None:
    app = visit(MEETING)
    assert "Week 46 of 2026, 9 to 15 Nov" in words(app)
    assert [each.label for each in app.metric][:3] == ["Buyer messages", "Answered within 24 h", "Late or unanswered"]
    assert len(app.get("plotly_chart")) == 3
    for part in asked.PARTS:
        app.query_params["part"] = part
        app.run()
        assert not app.exception
        assert len(app.get("plotly_chart")) <= 4
    assert "Why it changed" not in words(app)


def test_an_empty_desk_says_what_is_missing(empty_desk: Store, visit: Visit) -> None:
    app = visit(MEETING, kind="month")
    assert not app.exception
    assert "October 2026" in words(app)
    assert "No buyer message came in this month." in words(app)


@pytest.mark.parametrize(
    "address",
    [
        {"period": "2026-W48"},
        {"period": "2025-W53"},
        {"kind": "year", "period": "<b>", "part": "x"},
        {"decision": "99999999"},
        {"decision": "²"},
    ],
)
def test_what_the_url_says_wrongly_shows_the_last_week(address: dict[str, str], desk: Store, visit: Visit) -> None:
    app = visit(MEETING, **address)
    assert not app.exception
    assert "Week 46 of 2026" in words(app)


def test_a_running_period_can_be_looked_at_but_not_closed(desk: Store, visit: Visit) -> None:
    app = visit(MEETING, period="2026-W47")
    assert "The week is still running" in words(app)
    assert "Close the pack" not in [each.label for each in app.button]
    (later,) = [each for each in app.button if each.label == "Later"]
    assert later.disabled


def test_closing_keeps_it_and_shows_what_is_known_now_beside_it(busy: Store, visit: Visit) -> None:
    app = visit(MEETING)
    (button,) = [each for each in app.button if each.label == "Close the pack"]
    button.click().run()
    assert "The pack of Week 46 of 2026, 9 to 15 Nov is closed." in words(app)
    found = keep.closed(busy, W46)
    assert found is not None
    assert found.by == "You"
    app.toggle[0].set_value(True).run()
    assert "As closed" in words(app)
    assert "became known only after the end of the period" in words(app)
    assert "Closed Sun 22 Nov 10:00 by You." in words(app)
    assert "2026-W46" in [each.label for each in app.button]


def test_handing_out_a_file_closes_the_pack(busy: Store, visit: Visit) -> None:
    visit(MEETING)
    data = asked.file(W46, "pptx")
    assert len(Presentation(io.BytesIO(data)).slides) > 3
    assert keep.closed(busy, W46) is not None
    assert asked.file(W46, "html") == asked.file(W46, "html")


def test_a_worst_case_opens_its_ticket(busy: Store, visit: Visit) -> None:
    app = visit(MEETING, part="cases")
    links = [each.proto for each in app.get("page_link") if "Ticket" in each.proto.label]
    assert links
    assert all("ticket=" in each.query_string for each in links)
    assert INBOX.rpartition("/")[2].removesuffix(".py") == links[0].page


def test_a_decision_is_recorded_changed_and_closed(busy: Store, visit: Visit, me: Person) -> None:
    app = visit(MEETING, part="decisions")
    app.text_area[0].set_value("Answer **Germany** before noon").run()
    (button,) = [each for each in app.button if each.label == "Record"]
    button.click().run()
    assert "Recorded." in words(app)
    with busy.read() as session:
        (line,) = decisions.rows.open_decisions(session, limit=5)
    assert (line.text, line.owner, line.figure, line.target) == (
        "Answer **Germany** before noon", "You", "within_24h", 0.95,
    )  # fmt: skip
    assert app.text_area[-1].value == ""
    by_key = {each.key: each for each in app.number_input}
    by_key[f"target-within_24h-{line.id}-1"].set_value(97.5).run()
    next(each for each in app.button if each.key == f"save-{line.id}-1").click().run()
    assert decision(busy, line.id).target == 0.975
    next(each for each in app.text_area if each.key == f"outcome-{line.id}-2").set_value("It helped").run()
    next(each for each in app.button if each.key == f"done-{line.id}-2").click().run()
    assert (decision(busy, line.id).state, decision(busy, line.id).outcome) == ("Done", "It helped")
    next(each for each in app.button if each.label == "Open again").click().run()
    assert decision(busy, line.id).is_open


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(busy: Store, visit: Visit, me: Person) -> None:
    wish = Wish("Once", "You", (NOW + timedelta(days=3)).date(), "missed", "", 3.0)
    number = decisions.add(busy, runtime().settings, W46, wish, actor=me, now=NOW)
    app = visit(MEETING, decision=str(number))
    assert "Once" in words(app)
    ann = Person(PEOPLE[0], "agent", False, None)
    decisions.close(busy, number, 1, "dropped", outcome="", actor=ann, now=NOW)
    next(each for each in app.button if each.key == f"save-{number}-1").click().run()
    assert "Somebody else changed this decision" in words(app)
    assert decision(busy, number).state == "Dropped"


def test_a_refusal_is_a_sentence_and_the_draft_stays(busy: Store, visit: Visit) -> None:
    app = visit(MEETING, part="decisions")
    next(each for each in app.button if each.label == "Record").click().run()
    assert "Write down what was decided." in words(app)
    app.text_area[0].set_value("Kept").run()
    app.date_input[0].set_value((NOW - timedelta(days=2)).date()).run()
    next(each for each in app.button if each.label == "Record").click().run()
    assert "The due date has passed" in words(app)
    assert app.text_area[0].value == "Kept"


def test_a_closed_pack_costs_as_many_statements_over_many_tickets_as_over_few(busy: Store, visit: Visit) -> None:
    keep.close(busy, runtime().settings, W46, by="x", now=NOW)
    few = _cost(busy, visit)
    seeding.fill(busy, 1000, seed=2, now=NOW)
    assert _cost(busy, visit) == few


def _cost(store: Store, visit: Visit) -> int:
    app: Any = visit(MEETING)
    with statements(store) as seen:
        app.run()
    assert not app.exception
    return len(seen)
