"""Feedback: entering by hand, the draft with its findings, the second confirmation, what is final stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data import public_answers
from data.store import Store
from services import runtime
from services.feedback import answers as feedback
from services.feedback.answers import Answer
from services.people import Person
from tests.desks import HOUR, NOW, ORDERS
from tests.pages.conftest import FEEDBACK, press, shown, statements

GOOD = "The lamp is dimmable with any standard dimmer."
Visit = Callable[..., AppTest]


def entered(store: Store, me: Person, kind: str = "product_question", about: str = "B0EXAMPLE1") -> int:
    settings = runtime.runtime().settings
    one = {"kind": kind, "account": "acme", "marketplace": "US", "about": about, "asked": "Is it *dimmable*?"}
    return feedback.enter(store, settings, **one, actor=me, now=NOW - HOUR)


def only(store: Store, answer_id: int) -> Answer:
    found = feedback.answer(store, answer_id)
    assert found is not None
    return found


def test_the_page_says_what_to_do_when_there_is_nothing(desk: Store, visit: Visit) -> None:
    text = shown(visit(FEEDBACK, view="public"))
    assert "Nothing here." in text
    assert "0 drafts · 0 to be copied" in text


def test_a_question_is_entered_by_hand_and_opens(desk: Store, visit: Visit) -> None:
    app = visit(FEEDBACK, view="public")
    app.selectbox(key="new_place").set_value("DE")
    app.text_input(key="new_about").set_value("b0example1")
    app.text_area(key="new_asked").set_value("Passt die Lampe an die Wand?")
    app = press(app, "Add")
    (row,) = feedback.answers(desk, feedback.Filters()).rows
    assert (row.marketplace, row.asin, row.state, row.created_by) == ("DE", "B0EXAMPLE1", "draft", "You")
    assert app.query_params["id"] == str(row.id)
    assert "Passt die Lampe an die Wand?" in shown(app)


def test_a_refused_entry_is_said_and_keeps_what_was_typed(desk: Store, visit: Visit) -> None:
    app = visit(FEEDBACK, view="public")
    app.text_input(key="new_about").set_value("not an asin")
    app.text_area(key="new_asked").set_value("Is it dimmable?")
    (button,) = [each for each in app.button if each.label == "Add"]
    app = button.click().run()
    assert "give its ASIN" in app.info[0].value
    assert app.text_area(key="new_asked").value == "Is it dimmable?"


def test_an_answer_becomes_final_only_after_a_second_confirmation_of_its_text(
    desk: Store, visit: Visit, me: Person
) -> None:
    answer_id = entered(desk, me)
    app = visit(FEEDBACK, view="public", id=str(answer_id))
    app.text_area(key=f"answer-{answer_id}").set_value(GOOD).run()
    assert only(desk, answer_id).answer == GOOD
    (button,) = [each for each in app.button if each.label == "Finish"]
    app = button.click().run()
    assert only(desk, answer_id).state == "draft"
    assert any(each.value == GOOD for each in app.text)
    app = press(app, "Mark as final")
    row = only(desk, answer_id)
    assert (row.state, row.answer, row.final_by) == ("final", GOOD, "You")
    assert not [area for area in app.text_area if area.key == f"answer-{answer_id}"]
    press(app, "I have posted it")
    assert only(desk, answer_id).state == "posted"


def test_personal_details_are_found_and_nothing_becomes_final(desk: Store, visit: Visit, me: Person) -> None:
    answer_id = entered(desk, me, "feedback", ORDERS[1])
    app = visit(FEEDBACK, view="public", id=str(answer_id))
    app.text_area(key=f"answer-{answer_id}").set_value(f"Dear Alex Example, order {ORDERS[1]} was late.").run()
    assert "carries no order ids" in shown(app)
    (button,) = [each for each in app.button if each.label == "Finish"]
    app = button.click().run()
    assert "Mark as final" not in [each.label for each in app.button]
    assert only(desk, answer_id).state == "draft"


def test_a_final_answer_leads_to_seller_central(desk: Store, visit: Visit, me: Person) -> None:
    answer_id = entered(desk, me, "feedback", ORDERS[1])
    settings, text = runtime.runtime().settings, "We are sorry for the delay."
    feedback.finish(desk, settings, answer_id, 1, actor=me, now=NOW, text=text)
    app = visit(FEEDBACK, view="public", id=str(answer_id))
    (link,) = app.get("link_button")
    assert link.proto.url == "https://sellercentral.amazon.com/feedback-manager/index.html"
    assert "Final: You" in shown(app).replace("\\", "")


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, 2),
        ({"state": "draft"}, 1),
        ({"state": "discarded"}, 1),
        ({"state": "nonsense"}, 2),
        ({"kind": "feedback"}, 1),
        ({"mp": "DE"}, 0),
        ({"mp": "XX"}, 2),
        ({"before": "broken"}, 2),
        ({"before": "1"}, 0),
    ],
)
def test_the_url_decides_what_is_listed(
    parameters: dict[str, str], found: int, desk: Store, visit: Visit, me: Person
) -> None:
    entered(desk, me)
    other = entered(desk, me, "feedback", ORDERS[2])
    feedback.discard(desk, other, 1, actor=me, now=NOW)
    app = visit(FEEDBACK, view="public", **parameters)
    assert not app.exception
    assert len([each for each in app.button if str(each.key).startswith("open-")]) == found


def test_a_filter_stands_in_the_url(desk: Store, visit: Visit, me: Person) -> None:
    entered(desk, me)
    app = visit(FEEDBACK, view="public")
    app.selectbox(key="state-").set_value("discarded").run()
    assert app.query_params["state"] == "discarded"
    assert "Nothing here." in shown(app.run())


@pytest.mark.parametrize("asked", ["999", "-1", "abc", "²"])
def test_one_that_does_not_exist_is_said_in_a_sentence(asked: str, desk: Store, visit: Visit) -> None:
    app = visit(FEEDBACK, view="public", id=asked)
    assert not app.exception
    assert app.info[0].value == "There is no such question or feedback."


def test_a_discarded_one_is_put_back(desk: Store, visit: Visit, me: Person) -> None:
    answer_id = entered(desk, me)
    app = press(visit(FEEDBACK, view="public", id=str(answer_id)), "Discard")
    assert only(desk, answer_id).state == "discarded"
    press(app, "Put back")
    assert only(desk, answer_id).state == "draft"


def test_a_list_of_a_thousand_costs_as_many_statements_as_one_of_ten(
    empty_desk: Store, visit: Visit, me: Person
) -> None:
    def cost(n: int) -> int:
        with empty_desk.write() as session:
            for _ in range(n):
                public_answers.add(
                    session, kind="feedback", account="acme", marketplace="US", order_id=ORDERS[1], asked="Late.",
                    state="draft", created_at=NOW, created_by="You", version=1,
                )  # fmt: skip
        app = visit(FEEDBACK, view="public")
        with statements(empty_desk) as seen:
            app.run()
        assert not app.exception
        return len(seen)

    assert cost(10) == cost(1000)
