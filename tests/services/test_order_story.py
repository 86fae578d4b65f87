"""One order, one story: every kind of event in the order of time, each with where it opens, for a fixed price."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from data.models.amazon import FeedbackChange
from data.models.casework import PublicAnswer
from data.models.ours import Ticket
from data.store import Store
from services import order_story
from services.claims import entry
from services.feedback import acts
from services.order_story import Event, Place
from services.reports.base import Row
from services.returns import writes
from tests import mails
from tests.desks import DAY, HOUR, NOW, Desk, ask, copy
from tests.feedbacks import PRODUCT
from tests.returned import fba, item, order, order_id, put, sales

ID = order_id(1)
BOUGHT = NOW - 20 * DAY


def of(store: Store, **more: Any) -> list[Event]:
    return list(order_story.story(store, "acme", ID, now=more.get("now", NOW)))


def money(key: str, kind: str, amount: int, part: str = "charge", days: int = 2) -> Row:
    return Row("finance", {
        "account": "acme", "key": key, "kind": kind, "order_id": ID, "marketplace": "US", "posted_at": NOW - days * DAY,
        "sku": "NL-1", "part": part, "type": "x", "amount": amount, "currency": "USD", "claim_id": None, "reason": None,
    })  # fmt: skip


def feedback() -> Row:
    return Row("feedback", {
        "account": "acme", "order_id": ID, "marketplace": "US", "guess": "US", "day": (NOW - DAY).date(),
        "date_raw": "11/21/26", "rating": 1, "comment": "Never again", "response": "",
    })  # fmt: skip


def claim_mail() -> bytes:
    html = f"<p>A buyer has filed a claim for 45.90 USD. Please answer within 3 days.</p><p>Order ID: {ID}</p>"
    return mails.notice(
        f"Refund request received for order {ID}",
        html,
        type_header="A_Z_CLAIM_RESPONDENT_NOTIFY",
        sender="atoz-guarantee-no-reply@amazon.com",
        marketplace="US",
        date=NOW - 36 * HOUR,
    )


def live(desk: Desk) -> None:
    """Everything that can happen to an order."""
    shipped = [{"carrier": "Parcel", "tracking": "PX1", "shipped_at": "2026-11-03T10:00:00Z", "status": "DELIVERED"}]
    asked = ask(1, NOW - 10 * DAY, order=ID, text="Where is my lamp?")
    desk.read(asked, copy(1, NOW - 9 * DAY, order=ID), claim_mail())
    put(
        desk.store,
        *(order(1, BOUGHT, packages=shipped), item(1, BOUGHT), fba(1, NOW - 5 * DAY)),
        *(money("k1", "refund", -4000), money("k2", "refund", -590), money("k3", "refund", 600, "fee"), feedback()),
        Row("replacement", {"account": "acme", "replacement_order_id": order_id(9), "sku": "NL-1", "order_id": ID,
                            "asin": None, "shipped_at": NOW - 4 * DAY, "quantity": 1, "reason_raw": "1",
                            "center": None}),
    )  # fmt: skip
    writes.do(desk.store, "outcome", 1, 1, actor=desk.supervisor(), now=NOW - HOUR, outcome="replacement")
    with desk.store.write() as session:
        session.add(PublicAnswer(
            kind="feedback", account="acme", marketplace="US", order_id=ID, asked="Never again", answer="We are sorry.",
            state="posted", created_at=NOW - 9 * HOUR, created_by="You", posted_at=NOW - 2 * HOUR, posted_by="You",
        ))  # fmt: skip


def test_everything_that_happened_stands_in_the_order_of_time(desk: Desk) -> None:
    live(desk)
    found = of(desk.store)
    assert [(each.kind, each.title) for each in found] == [
        ("placed", "Order placed"),
        ("shipped", "Shipped"),
        ("message", "The buyer wrote"),
        ("message", "We answered"),
        ("return", "Return arrived at Amazon"),
        ("replacement", "Amazon sent a replacement"),
        ("refund", "Refunded"),
        ("claim", "A-to-z claim opened"),
        ("feedback", "Feedback: 1 of 5"),
        ("answer", "Public answer posted by You"),
        ("outcome", "Replacement sent"),
    ]
    assert [each.at for each in found] == sorted(each.at for each in found)


def test_each_event_opens_its_place(desk: Desk) -> None:
    live(desk)
    with desk.store.read() as session:
        tickets = {str(each.id) for each in session.query(Ticket)}
    opens = {each.title: each.opens for each in of(desk.store)}
    for title in ("The buyer wrote", "We answered"):
        place = opens[title]
        assert place is not None
        assert place.page == "inbox"
        assert place.parameters["ticket"] in tickets
    for title, page in (("Return arrived at Amazon", "returns"), ("Feedback: 1 of 5", "feedback"),
                        ("A-to-z claim opened", "claims")):  # fmt: skip
        place = opens[title]
        assert place is not None
        assert place.page == page
    assert opens["Order placed"] is None


def test_amounts_of_one_moment_are_one_event_without_amazons_fees(desk: Desk) -> None:
    live(desk)
    (refund,) = [each for each in of(desk.store) if each.kind == "refund"]
    assert refund.detail == "45.90 USD"


def test_feedback_that_changed_tells_what_it_said_before(desk: Desk) -> None:
    live(desk)
    put(desk.store, Row("feedback", {**feedback().values, "rating": 4}))
    changed = [each for each in of(desk.store) if each.title == "Feedback changed: rating"]
    assert [each.detail for each in changed] == ["1 → 4"]


def test_what_happens_later_than_now_is_not_told(desk: Desk) -> None:
    live(desk)
    assert {each.kind for each in of(desk.store, now=BOUGHT + HOUR)} == {"placed"}


def test_what_people_entered_and_marked_of_a_case_is_told(desk: Desk) -> None:
    told = {"order_id": ID, "kind": "chargeback", "amount": "45.90", "currency": "USD", "reason": "Never arrived"}
    who = {"actor": desk.supervisor(), "account": "acme"}
    entry.enter(desk.store, desk.settings, **who, now=NOW - 2 * HOUR, **told)
    again = {**told, "state": "closed", "outcome": "denied"}
    entry.enter(desk.store, desk.settings, **who, now=NOW - HOUR, **again)
    found = of(desk.store)
    assert [(each.kind, each.title, each.detail) for each in found] == [
        ("chargeback", "Chargeback entered", "45.90 USD · Never arrived · You"),
        ("chargeback", "Chargeback marked: closed", "Denied: we won · You"),
    ]
    assert [each.opens for each in found] == [Place("claims", {"order": ID})] * 2


def test_a_removal_and_its_decision_are_told(desk: Desk) -> None:
    put(desk.store, Row("feedback", {**feedback().values, "comment": PRODUCT}))
    me, id_ = desk.supervisor(), f"acme/{ID}"
    version = acts.ask_removal(desk.store, id_, 0, actor=me, now=NOW - 2 * HOUR)
    acts.decide_removal(desk.store, id_, version, actor=me, now=NOW - HOUR, decision="refused")
    titles = [each.title for each in of(desk.store)]
    assert titles == ["Feedback: 1 of 5", "Removal of the feedback asked for", "Removal of the feedback refused"]


@pytest.mark.parametrize(("after", "title"), [("no", "Feedback is gone"), ("yes", "Feedback is back")])
def test_a_report_that_lists_a_feedback_no_more_or_again_says_so(store: Store, after: str, title: str) -> None:
    put(store, feedback())
    with store.write() as session:
        change = {"account": "acme", "order_id": ID, "at": NOW - HOUR, "field": "listed", "before": "", "after": after}
        session.add(FeedbackChange(**change))
    assert [each.title for each in of(store)][-1] == title


def test_long_words_end_where_they_are_cut(desk: Desk) -> None:
    desk.read(ask(1, NOW - DAY, order=ID, text="Where is it? " * 40))
    (wrote,) = of(desk.store)
    assert (len(wrote.detail), wrote.detail[-1]) == (order_story.FIRST_WORDS + 1, "…")


@pytest.mark.parametrize("packages", [None, [], ["x"], [{"shipped_at": "soon"}], [{"shipped_at": 7}], [{}]])
def test_packages_that_make_no_sense_are_left_out(packages: Any, store: Store) -> None:
    put(store, order(1, BOUGHT, packages=packages))
    assert [each.kind for each in of(store)] == ["placed"]


@pytest.mark.parametrize("asked", ["", "nothing", order_id(77)])
def test_an_order_that_nobody_knows_has_no_story(asked: str, store: Store) -> None:
    assert order_story.story(store, "acme", asked, now=NOW) == ()


def test_another_accounts_order_of_the_same_number_is_not_mixed_in(desk: Desk) -> None:
    live(desk)
    assert order_story.story(desk.store, "other", ID, now=NOW) == ()


def test_a_story_is_one_statement_per_kind_however_much_there_is(desk: Desk) -> None:
    live(desk)
    few = _cost(desk.store)
    put(desk.store, *sales(300, start=100), *(fba(1, NOW - DAY, key=f"LPNX{n}") for n in range(200)))
    put(desk.store, *(money(f"more{n}", "refund", -1, days=n % 9) for n in range(100)))
    assert _cost(desk.store) == few
    assert few == len(order_story.TELLERS) + 1  # feedback and its changes


def _cost(store: Store) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    of(store)
    for engine in store.engines:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])
