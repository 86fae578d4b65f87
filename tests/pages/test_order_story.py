"""One order, one story, from wherever an order is shown: a button or an address opens it, its events their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import order_story, runtime
from services.claims import entry
from services.people import Person
from services.reports.base import Row
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import CLAIMS, FEEDBACK, INBOX, RETURNS, answer, parts, shown
from tests.returned import fba, put

ORDER = ORDERS[0]
ASKED = f"acme/{ORDER}"
LABEL = "What happened to the order"
Visit = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def known(desk: Store, me: Person) -> None:
    """The first order of the desk also has a claim, a feedback and a return."""
    said = {"order_id": ORDER, "kind": "a_to_z", "amount": "45.90", "currency": "USD"}
    entry.enter(desk, runtime.runtime().settings, account="acme", actor=me, now=NOW - HOUR, **said)
    put(desk, fba(1, NOW - DAY, order_id=ORDER), Row("feedback", {
        "account": "acme", "order_id": ORDER, "marketplace": "US", "guess": "US", "day": (NOW - DAY).date(),
        "date_raw": "11/21/26", "rating": 1, "comment": "Never again", "response": "",
    }))  # fmt: skip


def story_in(app: AppTest) -> list[str]:
    return [row["title"] for part in parts(app) if part.get("label") == LABEL for row in part["rows"]]


def with_story(app: AppTest) -> list[str]:
    assert not app.exception
    assert app.query_params["story"] == ASKED
    return story_in(app)


EVERYTHING = ["Return arrived at Amazon", "The buyer wrote", "Feedback: 1 of 5", "A-to-z claim entered"]


@pytest.mark.parametrize(("page", "parameters"), [(CLAIMS, {}), (FEEDBACK, {"id": ASKED})])
def test_a_page_that_shows_an_order_opens_its_story(page: str, parameters: dict[str, str], visit: Visit) -> None:
    app = visit(page, **parameters)
    assert story_in(app) == []
    (button,) = [each for each in app.button if each.label == "Order story"]
    assert sorted(with_story(button.click().run())) == sorted(EVERYTHING)


def test_the_order_panel_of_the_inbox_opens_it(visit: Visit) -> None:
    app = visit(INBOX, ticket="2", box="all")
    (presses,) = [block["presses"] for part in parts(app) for block in part.get("blocks", ())
                  if block["title"] == "Order"]  # fmt: skip
    (press,) = [each for each in presses if each["label"] == "Order story"]
    app = answer(app, "order-panel", "act", press["answer"])
    assert sorted(with_story(app)) == sorted(EVERYTHING)


@pytest.mark.parametrize("page", [CLAIMS, FEEDBACK, RETURNS, INBOX])
def test_an_address_opens_it_on_every_page_and_nonsense_is_said(page: str, visit: Visit) -> None:
    app = visit(page, story=ORDER)
    assert sorted(story_in(app)) == sorted(EVERYTHING)
    app.query_params["story"] = "![x](http://evil.example)"
    app.run()
    assert not app.exception
    assert story_in(app) == []
    assert "is no order number" in shown(app)


@pytest.mark.parametrize(
    ("title", "page", "parameters"),
    [
        ("The buyer wrote", "Inbox", {"ticket": "2"}),
        ("A-to-z claim entered", "Claims", {"order": ORDER}),
        ("Feedback: 1 of 5", "Feedback", {"order": ORDER}),
        ("Return arrived at Amazon", "Returns", {"id": "1"}),
    ],
)
def test_an_event_opens_its_place_and_the_story_is_closed(
    title: str, page: str, parameters: dict[str, str], visit: Visit
) -> None:
    app = visit(CLAIMS, story=ASKED)
    number = story_in(app).index(title)
    app = answer(app, f"story-of-{ORDER}", "open", number, whole=False)
    assert app.subheader[0].value == page
    for name, value in parameters.items():
        assert app.query_params[name] == value
    assert "story" not in app.query_params


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ASKED, ("acme", ORDER)),
        (ORDER, ("acme", ORDER)),
        (f"nobody/{ORDER}", None),
        ("acme/114-555", None),
        ("", None),
        ("acme/", None),
        (f"acme/{ORDER} or so", None),
    ],
)
def test_an_address_names_an_account_and_an_order(asked: str, found: Any, desk: Store) -> None:
    assert order_story.found(desk, ["acme"], asked) == found


def test_a_number_alone_is_of_the_account_that_knows_the_order(desk: Store) -> None:
    assert order_story.found(desk, ["other", "acme"], ORDER) == ("acme", ORDER)
    assert order_story.found(desk, ["other", "acme"], ORDERS[40]) == ("other", ORDERS[40])
