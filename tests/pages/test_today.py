"""Today: one list in one order, whose it is, what is beside it, and escalations asked and answered there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.models.amazon import AmazonOrder, HealthMetric
from data.store import Store
from services import people, runtime
from services.escalations import acts, causes, reading
from services.escalations.shapes import About, Line, Wish
from services.inbox import actions, asking, conversation, replying
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import CLAIMS, INBOX, TODAY, answer, parts, press, shown, statements

Visit = Callable[..., AppTest]
LIST = "What needs a person"
BEA = Person("Bea", "supervisor", False, None)
ABOUT = About("ticket", "3", "Ticket 3", "inbox", (("ticket", "3"),), "acme", ticket_id=3)


def listed(app: AppTest) -> list[dict[str, Any]]:
    (found,) = [part["rows"] for part in parts(app) if part.get("label") == LIST]
    return [row for row in found if "claims of this week" not in row["title"]]


def tickets(app: AppTest) -> list[str]:
    """The order numbers of the waiting tickets, in the order of the list."""
    return [order for row in listed(app) for order in ORDERS if order in row["sub"] and "an answer" in row["sub"]]


def links(app: AppTest) -> list[str]:
    return [each.proto.label.replace("\\", "") for each in app.get("page_link")]


def said(app: AppTest) -> str:
    """All words in the open dialog (and on the page), as people read them."""
    texts = [each.value for kind in (app.markdown, app.caption, app.error, app.info) for each in kind]
    return "\n".join(texts).replace("\\", "")


def asked_of(store: Store, actor: Person) -> Line:
    """The one escalation by a person that concerns the actor."""
    with store.read() as session:
        found = reading.concerning(session, runtime.runtime().settings, actor)
    (line,) = [each for each in found if not each.by_itself]
    return line


@pytest.fixture
def supervisor(desk: Store, me: Person) -> Person:
    """A second supervisor beside whoever looks."""
    return people.add(desk, "Bea", "supervisor", actor=me, now=NOW)


def test_waiting_tickets_stand_by_due_time_and_whose_they_are_is_in_the_url(
    desk: Store, visit: Visit, me: Person
) -> None:
    app = visit(TODAY)
    late, at_risk = tickets(app)[:2]
    assert [late, at_risk] == [ORDERS[0], ORDERS[1]]
    actions.assign(desk, 2, 1, actor=me, now=NOW, person=me.name)
    mine, free = (tickets(visit(TODAY, whose=whose)) for whose in ("mine", "unowned"))
    assert (mine, free) == ([ORDERS[0]], [ORDERS[1]])
    assert tickets(visit(TODAY, whose="nonsense")) == tickets(app)


def test_the_numbers_above_lead_to_their_boxes_and_follow_the_end_of_the_shift(desk: Store, visit: Visit) -> None:
    assert links(visit(TODAY))[:3] == ["Late **1**", "Due before 18:00 **1**", "Without owner **3**"]
    assert "Due before 11:00 **0**" in links(visit(TODAY, until="11:00"))
    assert "Due before 12:30 **1**" in links(visit(TODAY, until="12:30"))
    assert "Due before 18:00 **1**" in links(visit(TODAY, until="25:99"))
    assert "Set aside 1" in links(visit(TODAY))


def test_an_empty_desk_says_so_in_words(empty_desk: Store, visit: Visit) -> None:
    app = visit(TODAY)
    assert "No mail has been read yet" in shown(app)
    (found,) = [part for part in parts(app) if part.get("label") == LIST]
    assert found["empty"] == "Nothing needs a person now."


def test_what_amazon_finds_wrong_is_one_line_each_that_opens_account_health(desk: Store, visit: Visit) -> None:
    before = links(visit(TODAY))
    with desk.write() as session:
        session.add_all(_reading(f"odr_{kind}", place) for kind in ("mfn", "afn") for place in ("US", "DE"))
        session.add(_unshipped())
    assert [label for label in links(visit(TODAY)) if label not in before] == [
        "1 merchant order still has to be shipped today (US 1), 1 of them past the ship-by date.",
        "DE: Order defect rate, merchant is BAD, 2 % where Amazon wants less than 1 %, and 1 more needs attention.",
        "US: Order defect rate, merchant is BAD, 2 % where Amazon wants less than 1 %, and 1 more needs attention.",
    ]


def test_what_escalated_by_itself_is_said_once_and_opening_it_is_seeing_it(
    desk: Store, visit: Visit, me: Person
) -> None:
    settings = runtime.runtime().settings
    with desk.write() as session:
        session.add(_reading("odr_mfn", "DE"))
    causes.look(desk, settings, now=NOW)
    app = visit(TODAY)
    sentence = "DE: Order defect rate, merchant is BAD, 2 % where Amazon wants less than 1 %."
    assert sentence not in links(app)
    first = listed(app)[0]
    assert (first["title"], first["tags"]) == (sentence, ["escalated"])
    opened = answer(app, "today-list", "open", first["id"])
    assert not opened.exception
    with desk.read() as session:
        (line,) = [each for each in reading.concerning(session, settings, me) if each.about.kind == "metric"]
    assert (line.state, line.acknowledged_by) == ("acknowledged", me.name)
    again = visit(TODAY)
    assert sentence in links(again)
    assert sentence not in [row["title"] for row in listed(again)]


def test_account_health_costs_today_the_same_with_more_snapshots(desk: Store, visit: Visit) -> None:
    costs = []
    for age in (0, 1, 2):
        with desk.write() as session:
            session.add_all(_reading(f"metric{n}", "US", NOW - age * DAY) for n in range(1 + 20 * age))
        app = visit(TODAY)
        with statements(desk) as seen:
            app.run()
        costs.append(len([each for each in seen if not each.startswith("BEGIN")]))
    assert len(set(costs)) == 1
    assert costs[0] <= 10, costs


def test_a_colleagues_question_and_a_promise_to_a_buyer_are_in_the_list(desk: Store, visit: Visit, me: Person) -> None:
    people.add(desk, "Anna", "agent", actor=me, now=NOW)
    asking.ask(desk, 2, None, actor=Person("Anna", "agent", False, None), now=NOW, question="May I refund it?", to=None)
    text, until = "Hello, we ask the carrier and write to you tomorrow at the latest.", NOW + 20 * HOUR
    version = conversation.conversation(desk, 3, now=NOW).version  # type: ignore[union-attr]
    how: dict[str, Any] = {"actor": me, "now": NOW, "text": text, "after_send": "hold", "promise_until": until}
    outbox = replying.send(desk, runtime.runtime().settings, 3, version, **how)
    replying.done_in_seller_central(desk, outbox, actor=me, now=NOW)
    rows = {row["title"]: row["due"] for row in listed(visit(TODAY))}
    assert "Anna asks: May I refund it?" in rows
    assert [due for title, due in rows.items() if title.startswith("Promised")] == [int(until.timestamp())]


def test_an_escalation_is_answered_in_its_dialog_and_the_answer_comes_back(
    desk: Store, visit: Visit, me: Person, supervisor: Person
) -> None:
    wish = Wish("He wants double his money", "May I?", "", NOW + 5 * HOUR, "today", "")
    number = acts.ask(desk, ABOUT, wish, actor=supervisor, now=NOW)
    app = visit(TODAY)
    (row,) = [each for each in listed(app) if "He wants double" in each["title"]]
    assert row["title"] == "Bea asks: He wants double his money"
    # Beside it stands the buyer whose time was over when the desk was filled.
    assert "2 escalations for you" in links(visit(CLAIMS))
    app = visit(TODAY, escalation=str(number))
    assert "Ticket 3" in "\n".join(links(app))
    assert {"I have seen it", "Send the answer", "Close"} <= {button.label for button in app.button}
    _press(app, "I have seen it")
    (text,) = [each for each in app.text_area if each.label == "Your answer"]
    text.set_value("Give him half.")
    _press(app, "Send the answer")
    line = asked_of(desk, supervisor)
    assert (line.state, line.answer, line.acknowledged_by) == ("answered", "Give him half.", me.name)
    assert "He wants double" not in str([row["title"] for row in listed(visit(TODAY))])


def test_what_i_asked_stands_beside_the_list_until_it_is_answered_and_then_in_it(
    desk: Store, visit: Visit, me: Person, supervisor: Person
) -> None:
    wish = Wish("He wants double his money", "", "Bea", NOW + 5 * HOUR, "normal", "")
    number = acts.ask(desk, ABOUT, wish, actor=me, now=NOW)
    assert "He wants double his money" in links(visit(TODAY))
    acts.answer(desk, number, 1, actor=supervisor, now=NOW, text="Give him half.")
    app = visit(TODAY)
    assert "He wants double his money" not in links(app)
    assert "Bea answered: Give him half." in [row["title"] for row in listed(app)]
    app = visit(TODAY, escalation=str(number))
    assert "Half of all answers came within 0 h 00 m" in said(app)
    _press(app, "Done")
    with desk.read() as session:
        found = reading.concerning(session, runtime.runtime().settings, me)
    assert [line for line in found if not line.by_itself] == []


def test_an_address_that_names_no_escalation_says_so(desk: Store, visit: Visit) -> None:
    assert "There is no such escalation." in shown(visit(TODAY, escalation="77"))
    assert "There is no such escalation." in shown(visit(TODAY, escalation="x"))


def test_a_case_is_escalated_from_its_page_and_a_refusal_keeps_what_was_typed(
    desk: Store, visit: Visit, supervisor: Person
) -> None:
    from tests.pages.test_claims import fill

    fill(desk, 1, 1)
    app = visit(CLAIMS)
    _press(app, "Escalate")
    assert "A-to-z claim 111-0000001-0000001" in said(app)
    _typed(app, "What is needed", "A decision")
    [button for button in app.button if button.label == "Escalate"][-1].click().run()
    assert "Say in one sentence what it is about" in said(app)
    assert [each.value for each in app.text_input if each.label == "What is needed"] == ["A decision"]
    _typed(app, "In one sentence", "We cannot prove the delivery")
    [button for button in app.button if button.label == "Escalate"][-1].click().run()
    line = asked_of(desk, supervisor)
    assert (line.sentence, line.needed, line.about.kind, line.about.page) == (
        "We cannot prove the delivery", "A decision", "claim", "claims",
    )  # fmt: skip
    assert line.needed_by - NOW <= timedelta(days=2, hours=1)


def test_a_ticket_is_escalated_from_the_inbox_and_keeps_a_note_of_it(
    desk: Store, visit: Visit, me: Person, supervisor: Person
) -> None:
    app = press(visit(INBOX, ticket="3", box="all"), "Escalate")
    assert f"Ticket 3, {ORDERS[1]}" in said(app)
    _typed(app, "In one sentence", "He wants double his money")
    [button for button in app.button if button.label == "Escalate"][-1].click().run()
    line = asked_of(desk, supervisor)
    assert (line.about.ticket_id, line.about.account, line.by) == (3, "acme", me.name)
    ticket = conversation.conversation(desk, 3, now=NOW)
    assert ticket is not None
    assert [note.text for note in ticket.notes] == ["Escalated to any supervisor: He wants double his money -Y"]


def _typed(app: AppTest, label: str, words: str) -> None:
    (field,) = [each for each in app.text_input if each.label == label]
    field.set_value(words)


def _press(app: AppTest, label: str) -> None:
    next(_buttons(app, label)).click().run()
    assert not app.exception


def _buttons(app: AppTest, label: str) -> Iterator[Any]:
    return (button for button in app.button if button.label == label)


def _reading(metric: str, place: str, at: Any = NOW) -> HealthMetric:
    more = {"status": "BAD", "value": 0.02, "details": {}, "first_seen_at": at, "read_at": at}
    return HealthMetric(account="acme", marketplace=place, metric=metric, taken_at=at, **more)


def _unshipped() -> AmazonOrder:
    more = {"channel": "fbm", "ship_by": NOW - HOUR, "purchased_at": NOW - DAY, "first_seen_at": NOW, "read_at": NOW}
    return AmazonOrder(account="acme", order_id=ORDERS[9], marketplace="US", status="Unshipped", **more)
