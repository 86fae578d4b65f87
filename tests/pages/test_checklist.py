"""The Checklist page: the grid of a day, the matrices, one cell with its proof and signature, duties, coverage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import checklist as rows
from data.store import Store
from services import checklist, people, runtime
from services.checklist import keeping
from services.people import Person
from services.rules.checklist import Key
from services.settings import Settings
from tests.checks import duty, look, state
from tests.desks import NOW
from tests.pages.conftest import CHECKLIST as PAGE
from tests.pages.conftest import press, shown, statements

TODAY = NOW.date()
DAY = timedelta(days=1)
Visit = Callable[..., AppTest]


@pytest.fixture
def known(desk: Store) -> Settings:
    return runtime.runtime().settings


def number_of(store: Store, title: str) -> int:
    return next(line.id for line in checklist.listing(store) if line.last.wording.title == title)


def click(app: AppTest, label: str) -> AppTest:
    """Press a button and look at once: what is said about it is said one time."""
    (button,) = [each for each in app.button if each.label == label]
    return button.click().run()


def grid(app: AppTest) -> dict[str, Any]:
    (found,) = [
        data
        for each in app.get("bidi_component")
        if "heads" in (data := json.loads(each.proto.json)) and "picked" in data
    ]
    assert isinstance(found, dict)
    return found


def words_of(app: AppTest) -> str:
    return shown(app).replace("\\", "")


def fields(app: AppTest, title: str) -> Iterator[dict[str, Any]]:
    for row in grid(app)["rows"]:
        if row["title"] == title:
            yield from (box for box in row["boxes"] if box)


def texts(app: AppTest, title: str) -> list[str]:
    return [box["text"] for box in fields(app, title)]


def test_the_grid_shows_every_duty_by_marketplace(desk: Store, visit: Visit) -> None:
    app = visit(PAGE)
    assert not app.exception
    found = grid(app)
    assert [head["text"] for head in found["heads"]] == ["Account", "DE", "JP", "US"]
    assert texts(app, "Buyer messages answered") == ["due", "due", "due"]
    assert texts(app, "Every source is up to date") == ["proved"]
    assert "due" in words_of(app)
    assert "Pick a field" in words_of(app)
    later = visit(PAGE, day="2026-12-03")
    assert texts(later, "Notification preferences") == ["–"] * 3
    assert [row["section"] for row in grid(later)["rows"] if "section" in row] == ["Daily", "Weekly", "Monthly"]


def test_a_cell_is_signed_with_others_and_taken_back(desk: Store, visit: Visit, known: Settings) -> None:
    mine = Key(number_of(desk, "Returns looked at"), "acme", "DE", TODAY)
    app = visit(PAGE, cell=str(mine))
    text = words_of(app)
    assert "Returns looked at" in text
    assert "No return waits for authorisation" in text
    (link,) = [each.proto.url for each in app.get("link_button")]
    assert link == "https://sellercentral.amazon.de/gp/returns/list/v2"
    app.multiselect(key=f"sign-{mine}-0-also").set_value(["JP"])
    app = press(app, "Sign")
    assert texts(app, "Returns looked at") == ["signed", "signed", "due"]
    assert "nothing found" in words_of(app)
    app = click(app, "Take back")
    assert "Taken back: 2 cells open again." in words_of(app)
    assert state(desk, known, mine, NOW) == "due"
    assert texts(app, "Returns looked at") == ["due", "due", "due"]


def test_what_was_found_needs_a_note_and_what_was_typed_stays(desk: Store, visit: Visit, known: Settings) -> None:
    mine = Key(number_of(desk, "Spam folder looked through"), "acme", "", TODAY)
    app, form = visit(PAGE, cell=str(mine)), f"sign-{mine}-0-"
    app.segmented_control(key=f"{form}what").set_value("Found").run()
    app.number_input(key=f"{form}found").set_value(2)
    app = press(app, "Sign")
    assert app.number_input(key=f"{form}found").value == 2
    assert state(desk, known, mine, NOW) == "due"
    app.text_area(key=f"{form}note").set_value("Two *old* ones, moved.")
    app = press(app, "Sign")
    assert texts(app, "Spam folder looked through") == ["2 found"]
    assert "Two *old* ones, moved." in shown(app)


def test_the_store_is_asked_and_names_the_rows(desk: Store, visit: Visit, known: Settings) -> None:
    number = number_of(desk, "Buyer messages answered")
    app = press(visit(PAGE, cell=f"{number}~acme~US~{TODAY}"), "Ask the store now")
    text = words_of(app)
    assert "1 conversation unanswered over 24 h, not proved" in text
    (link,) = [each for each in app.get("page_link") if each.proto.label.startswith("Ticket ")]
    assert "ticket=" in link.proto.query_string
    app = press(visit(PAGE, cell=f"{number}~acme~JP~{TODAY}"), "Ask the store now")
    assert texts(app, "Buyer messages answered") == ["due", "proved", "due"]
    assert "0 conversations unanswered over 24 h, proved" in words_of(app)
    assert not [each for each in app.button if each.label == "Sign"]


def test_a_missed_cell_asks_why_and_stays_flagged(desk: Store, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_NOW", (NOW + DAY).isoformat())
    mine = f"{number_of(desk, 'Spam folder looked through')}~acme~~{TODAY}"
    app = visit(PAGE, cell=mine)
    assert "missed in the 7 days before" in shown(app)
    app = click(app, "Sign")
    assert "give the reason" in shown(app)
    app.text_input(key=f"sign-{mine}-0-reason").set_value("The line was down.")
    app = press(app, "Sign")
    assert "Signed after its time: The line was down." in words_of(app)
    week = visit(PAGE, view="week", day=str(TODAY))
    (field,) = fields(week, "Spam folder looked through")
    assert (field["flag"], field["look"]) == (True, "done")
    (missed,) = fields(week, "Buyer messages answered")
    assert (missed["text"], missed["look"]) == ("3", "missed")
    one = visit(PAGE, view="month", mp="DE")
    assert texts(one, "Buyer messages answered")[0] == "1"


STRANGE: tuple[dict[str, str], ...] = (
    {"view": "nonsense", "day": "yesterday", "cell": "x"},
    {"view": "week", "day": "9999-12-31", "mp": "Atlantis"},
    {"view": "month", "day": "2026-02-29"},
    {"view": "month", "day": "0001-01-01"},
    {"cell": "1~acme~US~2026-13-01"},
    {"cell": "1~acme~~0001-01-01"},
    {"cell": "99999999999999999999~acme~US~2026-11-22"},
    {"view": "duties", "duty": "99999"},
    {"view": "duties", "duty": "x" * 400},
    {"view": "coverage"},
)


def test_an_address_that_makes_no_sense_shows_a_page_all_the_same(desk: Store, visit: Visit) -> None:
    app = visit(PAGE)
    for parameters in STRANGE:
        app.query_params.clear()
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception, parameters
    assert "Every marketplace is covered." in words_of(app)


def test_a_supervisor_changes_a_duty_and_an_agent_only_reads(
    desk: Store, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = number_of(desk, "Spam folder looked through")
    app, key = visit(PAGE, view="duties", duty=str(number)), f"duty-{number}-1-"
    app.text_input(key=f"{key}title").set_value("Junk looked through")
    app = click(app, "Save")
    assert "Holds from Mon 23 Nov 2026 on" in words_of(app)
    assert texts(visit(PAGE), "Spam folder looked through") == ["due"]
    assert texts(visit(PAGE, day="2026-11-23"), "Junk looked through") == ["–"]
    app = click(visit(PAGE, view="duties", duty=str(number)), "End it")
    assert "No more cells from" in words_of(app)
    app = visit(PAGE, view="duties", duty="new")
    app.text_input(key="duty-new-title").set_value("Returns desk tidied")
    app = press(app, "Add")
    assert app.query_params["duty"] == str(number_of(desk, "Returns desk tidied"))
    agent = Person("Ana", "agent", False, None)
    monkeypatch.setattr(people, "local_person", lambda _store: agent)
    app = visit(PAGE, view="duties")
    assert "Only a supervisor may change duties." in shown(app)
    assert [each.label for each in app.button if each.label in ("Save", "End it", "New duty")] == []


def test_an_empty_desk_says_where_duties_come_from(empty_desk: Store, visit: Visit) -> None:
    app = visit(PAGE)
    assert not app.exception
    assert "No duty falls here. The sync begins the checklist" in shown(app)


def test_the_page_costs_the_same_whatever_was_closed(desk: Store, visit: Visit, known: Settings) -> None:
    app = visit(PAGE, view="month")
    costs = []
    for n in (10, 1000):
        _close(desk, known, n)
        with statements(desk) as seen:
            app.run()
        costs.append(len(seen))
    assert not app.exception
    assert costs[0] == costs[1]


def _close(store: Store, known: Settings, n: int) -> None:
    """Close so many cells of this month that none was closed of before."""
    if n > 100:
        for more in range(n // 20):
            duty(store, known, f"More {more}", now=NOW)
    plan, cells = look(store, known, TODAY, TODAY + 8 * DAY, NOW)
    fresh = [cell for cell in cells if cell.key not in plan.marks and cell.period.duty.rhythm == "daily"][:n]
    assert len(fresh) == n
    told = {"rhythm": "daily", "how": "signature", "at": NOW, "by": "You"}
    with store.write() as session:
        rows.mark(session, [{**cell.key._asdict(), **told} for cell in fresh])


def test_the_sample_of_the_tests_was_begun_by_the_sync(desk: Store, known: Settings) -> None:
    assert keeping.tend(desk, known, NOW) == 0
    assert date(2026, 11, 22) == TODAY
