"""The list of seller feedback: filters in the URL, kinds by a click, removal, replies, marks on many, the rating."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from data.models.amazon_asked import ReviewTopic
from data.store import Store
from pages.ui.feedback.work import number_of
from services import runtime
from services.feedback import acts, answers, reading
from services.feedback.shapes import Filters, Line
from services.people import Person
from services.reports.base import Row
from services.sync import housekeeping, rows
from tests.desks import DAY, NOW, ORDERS
from tests.feedbacks import LATE, MIXED, PRODUCT
from tests.pages.conftest import FEEDBACK, INBOX, TODAY, answer, parts, press, shown, statements

Visit = Callable[..., AppTest]
RUDE = '<img src="https://evil.example/x.png"> **bold** :red[late] $x$'


def arrive(store: Store, texts: Sequence[tuple[str, int]], first: int = 10) -> list[str]:
    """Feedback about orders from number `first` on, each a day younger than the one before; their ids."""
    found = []
    for n, (text, stars) in enumerate(texts, start=first):
        day = date(2026, 11, 1 + n % 20)
        values: dict[str, Any] = {"account": "acme", "order_id": ORDERS[n], "marketplace": "US", "guess": "US"}
        values["day"] = day
        values |= {"date_raw": f"{day:%m/%d/%y}", "rating": stars, "comment": text, "response": ""}
        found.append(Row("feedback", values))
    with store.write() as session:
        rows.store(session, found, NOW)
    return [f"acme/{ORDERS[n]}" for n in range(first, first + len(texts))]


def one(store: Store, id_: str) -> Line:
    found = reading.detail(store, id_, now=NOW)
    assert found is not None
    return found.line


def lines(app: AppTest) -> list[str]:
    (found,) = [part for part in parts(app) if part.get("label") == "feedback, newest first"]
    return [f"acme/{order}" for row in found["rows"] for order in row["sub"].split(" · ") if order in ORDERS]


def test_an_empty_list_says_so(empty_desk: Store, visit: Visit) -> None:
    app = visit(FEEDBACK)
    assert not app.exception
    assert "Nothing here." in shown(app)


def test_the_list_shows_stars_kind_state_and_the_buyers_words_as_words(desk: Store, visit: Visit) -> None:
    ids = arrive(desk, [(PRODUCT, 1), (RUDE, 3)])
    app = visit(FEEDBACK)
    assert lines(app) == ids[::-1]
    text = shown(app).replace("\\", "")
    assert "1 star · Poor quality, the lamp broke" in text
    assert f"Product review · US · {ORDERS[10]}" in text
    assert not any("evil.example" in each.value and "\\" not in each.value for each in app.caption)


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, [2, 1, 0]),
        ({"kind": "delivery"}, [1]),
        ({"stars": "negative"}, [1, 0]),
        ({"can": "removal"}, [0]),
        ({"order": ORDERS[11]}, [1]),
        ({"state": "asked"}, []),
        ({"mp": "DE"}, []),
        ({"state": "nonsense", "after": "broken", "view": "nonsense"}, [2, 1, 0]),
    ],
)
def test_the_url_decides_what_is_listed(
    parameters: dict[str, str], found: list[int], desk: Store, visit: Visit
) -> None:
    ids = arrive(desk, [(PRODUCT, 1), (LATE, 2), (MIXED + " and no reply", 3)])
    app = visit(FEEDBACK, **parameters)
    assert not app.exception
    assert lines(app) == [ids[n] for n in found]


def test_a_filter_stands_in_the_url(desk: Store, visit: Visit) -> None:
    arrive(desk, [(PRODUCT, 1)])
    app = visit(FEEDBACK, id="x")
    app.selectbox(key="kind-").set_value("delivery").run()
    assert (app.query_params["kind"], "id" in app.query_params) == ("delivery", False)


def test_the_words_that_decided_are_shown_and_a_click_corrects(desk: Store, visit: Visit, me: Person) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 1)])
    app = visit(FEEDBACK, id=id_)
    assert "Proposed: Product review, by “quality”, “broke”." in shown(app).replace("\\", "")
    app.button_group(key=f"kind-{id_}-0").set_value("order").run()
    assert (one(desk, id_).kind, one(desk, id_).kind_from) == ("order", "person")


def test_removal_is_asked_with_the_clause_and_decided(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 1)])
    app = visit(FEEDBACK, id=id_)
    text = shown(app).replace("\\", "")
    assert "the entire feedback comment is a product review" in text
    assert f"Order {ORDERS[10]}. This feedback qualifies for removal" in app.code[0].value
    app = press(app, "I have asked Amazon")
    assert one(desk, id_).state == "asked"
    app = press(app, "Refused")
    assert one(desk, id_).state == "refused"
    assert "Amazon refused the removal" in shown(app).replace("\\", "")


def test_mixed_comments_offer_no_removal_and_say_why(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(MIXED, 1)])
    app = visit(FEEDBACK, id=id_)
    assert "Mixed comments stay" in shown(app)
    assert "I have asked Amazon" not in [each.label for each in app.button]


def test_a_reply_is_begun_checked_finished_and_posted_beside_the_feedback(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(MIXED, 1)])
    app = press(visit(FEEDBACK, id=id_), "Reply in public")
    (row,) = answers.answers(desk, answers.Filters()).rows
    assert (row.kind, row.order_id, row.asked) == ("feedback", ORDERS[10], MIXED)
    app.text_area(key=f"answer-{row.id}").set_value("We are sorry for the delay.").run()
    (button,) = [each for each in app.button if each.label == "Finish"]
    app = press(button.click().run(), "Mark as final")
    press(app, "I have posted it")
    assert one(desk, id_).state == "answered"


def test_contact_opens_the_ticket_in_the_inbox(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [("The seller never replied", 3)])
    app = visit(FEEDBACK, id=id_)
    (button,) = [each for each in app.button if each.label == "Contact the buyer"]
    app = button.click().run()
    assert not app.exception
    assert app.query_params["ticket"] == str(one(desk, id_).ticket_id)
    assert one(desk, id_).action_chosen == "contact_buyer"


def test_a_stale_click_is_refused_in_a_sentence(desk: Store, visit: Visit, me: Person) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 3)])
    app = visit(FEEDBACK, id=id_)
    acts.write_note(desk, id_, 0, note="Mine", actor=me, now=NOW)
    (button,) = [each for each in app.button if each.label == "Close"]
    app = button.click().run()
    assert "Somebody else changed this" in app.info[0].value
    assert one(desk, id_).state == "open"


def test_several_are_marked_at_once_and_taken_back(desk: Store, visit: Visit) -> None:
    ids = arrive(desk, [(PRODUCT, 3), (LATE, 3), (MIXED, 3)])
    targets = [[number_of(id_), 0] for id_ in ids[:2]]
    chosen = {"what": "close", "targets": targets, "values": {}}
    app = answer(visit(FEEDBACK), "feedback", "bulk", chosen, whole=False)
    assert "2 marked." in shown(app).replace("\\", "")
    assert [one(desk, id_).state for id_ in ids] == ["closed", "closed", "open"]
    press(app, "Undo")
    assert [one(desk, id_).state for id_ in ids] == ["open", "open", "open"]


@pytest.mark.parametrize(
    "said",
    [
        {"what": "dance", "targets": [[0, 0]], "values": {}},
        {"what": "close", "targets": [[7, 0]], "values": {}},
        {"what": "kind", "targets": [[0, 0]], "values": {}},
        {"what": "close", "targets": "all"},
        "nonsense",
    ],
)
def test_an_answer_of_the_list_that_makes_no_sense_changes_nothing(said: Any, desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 3)])
    if isinstance(said, dict) and said["targets"] == [[0, 0]]:
        said = {**said, "targets": [[number_of(id_), 0]]}
    app = answer(visit(FEEDBACK), "feedback", "bulk", said, whole=False)
    assert not app.exception
    assert "older than the program" in shown(app)
    assert one(desk, id_).state == "open"


def test_the_first_is_open_until_another_is_picked(desk: Store, visit: Visit) -> None:
    ids = arrive(desk, [(PRODUCT, 3), (LATE, 3)])
    app = visit(FEEDBACK)
    assert f"{ORDERS[11]} · channel unknown" in shown(app).replace("\\", "")
    app = answer(app, "feedback", "open", number_of(ids[0]))
    assert app.query_params["id"] == ids[0]
    assert f"{ORDERS[10]} · channel unknown" in shown(app).replace("\\", "")


@given(st.lists(st.from_regex(r"[a-z]{1,8}/[0-9]{3}-[0-9]{7}-[0-9]{7}", fullmatch=True), unique=True, max_size=30))
def test_numbers_of_the_list_are_such_as_a_browser_can_count(ids: list[str]) -> None:
    assert len({number_of(id_) for id_ in ids}) == len(ids)
    assert all(0 <= number_of(id_) < 2**53 for id_ in ids)


def test_a_note_is_kept_and_history_tells_who_did_what(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 3)])
    app = visit(FEEDBACK, id=id_)
    app.text_area(key=f"note-{id_}-0").set_value("Called the warehouse").run()
    app = press(app, "Close")
    text = shown(app).replace("\\", "")
    assert "You changed the note" in text
    assert "You closed it" in text
    found = reading.detail(desk, id_, now=NOW)
    assert found is not None
    assert found.note == "Called the warehouse"


def test_another_language_is_marked(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [("Schlechte Qualität, die Lampe war nach zwei Tagen kaputt.", 1)])
    text = shown(visit(FEEDBACK, id=id_)).replace("\\", "")
    assert "German" in text
    assert f"{ORDERS[10]} · de" in text


@pytest.mark.parametrize("asked", ["acme/999", "nothing", "/", "²"])
def test_one_that_does_not_exist_is_said_in_a_sentence(asked: str, desk: Store, visit: Visit) -> None:
    app = visit(FEEDBACK, id=asked)
    assert not app.exception
    assert app.info[0].value == "There is no such feedback."


def test_the_rating_rests_on_a_typed_in_total(desk: Store, visit: Visit) -> None:
    arrive(desk, [(PRODUCT, 1), (LATE, 3)])
    app = visit(FEEDBACK, view="rating", of="acme/US")
    assert "Amazon reports only 1 to 3 stars" in shown(app)
    app.number_input(key="total-ratings").set_value(40)
    app = press(app, "Save")
    assert not app.exception
    assert "95.0 %" in shown(app)


def test_complaints_of_reviews_are_listed_as_they_were_last(desk: Store, visit: Visit) -> None:
    told = {"account": "acme", "asin": "B0EXAMPLE1", "marketplace": "US", "share": 0.1, "impact": -0.4}
    with desk.write() as session:
        for topic, sentiment, mentions, asked in (
            ("flickers", "negative", 12, NOW), ("cable too short", "negative", 30, NOW),
            ("bright", "positive", 50, NOW), ("gone by now", "negative", 99, NOW - DAY),
        ):  # fmt: skip
            row = {"topic": topic, "sentiment": sentiment, "mentions": mentions, "asked_at": asked}
            session.add(ReviewTopic(**told, **row, first_seen_at=NOW, read_at=NOW))
    text = shown(visit(FEEDBACK, view="rating", of="acme/US"))
    assert text.index("cable too short") < text.index("flickers")
    assert "bright" not in text
    assert "gone by now" not in text


def test_the_ticket_of_a_negative_feedback_opens_in_the_inbox(desk: Store, visit: Visit) -> None:
    (id_,) = arrive(desk, [(PRODUCT, 1)], first=20)
    housekeeping.tidy(desk, NOW)
    app = visit(INBOX, ticket=str(one(desk, id_).ticket_id))
    assert not app.exception
    assert "Feedback with 1 star" in shown(app)


def test_a_list_of_thousands_costs_as_many_statements_as_one_of_ten(empty_desk: Store, visit: Visit) -> None:
    def cost(page: str, n: int, **parameters: Any) -> int:
        found = []
        for at in range(n):
            values: dict[str, Any] = {
                "account": "acme",
                "order_id": f"114-{at:07}-1234567",
                "marketplace": "US",
                "guess": "US",
            }
            values |= {"day": (NOW - at % 80 * DAY).date(), "date_raw": "x", "rating": 1, "comment": PRODUCT}
            found.append(Row("feedback", values | {"response": ""}))
        with empty_desk.write() as session:
            rows.store(session, found, NOW)
        app = visit(page, **parameters)
        with statements(empty_desk) as seen:
            app.run()
        assert not app.exception
        return len(seen)

    opened = {"id": "acme/114-0000001-1234567"}
    few = cost(FEEDBACK, 10), cost(FEEDBACK, 10, **opened), cost(TODAY, 10)
    assert (cost(FEEDBACK, 2000), cost(FEEDBACK, 2000, **opened), cost(TODAY, 2000)) == few


def test_the_public_view_takes_reviews_with_their_stars(desk: Store, me: Person, visit: Visit) -> None:
    settings = runtime.runtime().settings
    given: dict[str, Any] = {
        "kind": "product_review",
        "account": "acme",
        "marketplace": "US",
        "about": "B0EXAMPLE1",
        "stars": 2,
    }
    answers.enter(desk, settings, **given, asked="Too dim.", actor=me, now=NOW)
    assert "Product review · 2 stars · US · B0EXAMPLE1" in shown(visit(FEEDBACK, view="public")).replace("\\", "")
    assert reading.listing(desk, Filters(), now=NOW).rows == ()
