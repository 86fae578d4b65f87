"""Answering in the Inbox: the draft and what is found in it, Send and its refusals, questions, many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from data.store import Store
from services import export, people
from services.inbox import actions, asking, conversation, replying
from services.inbox.shapes import Conversation
from services.people import Person
from tests.desks import NOW
from tests.pages.conftest import INBOX, answer, offered, parts, press, shown, tickets_listed

Visit = Callable[..., AppTest]
DORA, ANA, BEN, CLEO = 1, 2, 3, 4
REPLY = "Hello Ana, your lamp was sent again this morning and arrives on Tuesday. We are sorry for the wait."


def test_what_is_typed_is_kept_and_what_is_found_in_it_is_marked(visit: Visit, desk: Store, me: Person) -> None:
    app = _type(visit(INBOX), "Write to help@nordlicht-shop.com please, thank you.")
    (found,) = [each for each in _composer(app)["findings"] if each["severity"] == "block"]
    assert _composer(app)["checked"][found["from"] : found["to"]] == "help@nordlicht-shop.com"
    assert found["sentence"] == "Please contact our official support team for further assistance."
    kept = replying.draft(desk, ANA, actor=me)
    assert kept is not None
    assert kept.text.startswith("Write to help@nordlicht-shop.com")
    assert _composer(visit(INBOX))["text"] == kept.text


def test_a_reply_is_queued_and_the_next_buyer_is_on_screen(visit: Visit, desk: Store) -> None:
    app = _send(visit(INBOX), REPLY)
    (row,) = export.rows(desk, "outbox", now=NOW)
    assert (row["ticket_id"], row["text"], row["channel"]) == (ANA, REPLY, "seller_central")
    assert "Copy the reply to Seller Central" in shown(app)
    app = press(app, "Sent there")
    assert app.query_params["ticket"] == str(BEN)
    assert tickets_listed(app) == [BEN, CLEO]


def test_a_blocked_reply_stays_where_it_is_and_only_a_supervisor_may_override(visit: Visit, desk: Store) -> None:
    text = "Hello, call us on +49 171 2345678 and we solve it."
    app = _send(_type(visit(INBOX), text), text)
    assert list(export.rows(desk, "outbox", now=NOW)) == []
    assert _strip(app)["warns"]
    assert _composer(app)["text"] == text
    app = press(app, "Send all the same", text=text, override_reason="The carrier's own number")
    assert [row["text"] for row in export.rows(desk, "outbox", now=NOW)] == [text]


def test_a_reply_to_an_older_state_is_stopped_and_the_draft_is_kept(visit: Visit, desk: Store, me: Person) -> None:
    app = _type(visit(INBOX), REPLY)
    people.add(desk, "Bea", "agent", actor=me, now=NOW)
    actions.add_note(desk, ANA, None, actor=Person("Bea", "agent", False, None), now=NOW, text="I wrote to them.")
    app = _send(app, REPLY)
    assert list(export.rows(desk, "outbox", now=NOW)) == []
    assert "was changed by Bea meanwhile" in shown(app)
    assert _composer(app)["text"] == REPLY
    _send(app, REPLY)
    assert len(list(export.rows(desk, "outbox", now=NOW))) == 1


def test_ones_own_note_does_not_warn_of_ones_own_draft(visit: Visit, desk: Store) -> None:
    app = press(_type(visit(INBOX), REPLY), "Save the note", text="Only a note")
    assert _composer(app)["above"] == []
    assert _composer(app)["text"] == REPLY


def test_a_question_goes_to_a_colleague_and_the_answer_comes_back(visit: Visit, desk: Store, me: Person) -> None:
    people.add(desk, "Bea", "agent", actor=me, now=NOW)
    bea = Person("Bea", "agent", False, None)
    asking.ask(desk, ANA, None, actor=bea, now=NOW, question="May I refund it?", to=None)
    app = visit(INBOX, box="questions")
    assert tickets_listed(app) == [ANA]
    assert "Bea asks a supervisor" in shown(app)
    app = press(app, "Answer", text="Yes, all of it.")
    assert "Yes, all of it." in shown(app)
    assert _load(desk, ANA).awaiting_since is not None, "the buyer's clock goes on"


def test_many_tickets_are_changed_at_once_and_it_can_be_undone(visit: Visit, desk: Store) -> None:
    app = _bulk(visit(INBOX), "assign", [ANA, BEN], desk, person="You")
    assert _strip(app)["text"] == "2 tickets changed."
    assert (_load(desk, ANA).owners, _load(desk, BEN).owners) == (("You",), ("You",))
    press(app, "Undo")
    assert (_load(desk, ANA).owners, _load(desk, BEN).owners) == ((), ())


def test_of_many_tickets_those_that_changed_meanwhile_are_left_alone_and_named(
    visit: Visit, desk: Store, me: Person
) -> None:
    app = visit(INBOX)
    old = {ANA: _load(desk, ANA).version, BEN: _load(desk, BEN).version}
    actions.add_note(desk, BEN, None, actor=me, now=NOW, text="I look into it")
    asked = {"what": "status", "targets": [list(pair) for pair in old.items()], "values": {"status": "pending"}}
    app = answer(app, "queue", "bulk", asked)
    assert _strip(app)["warns"]
    assert f"#{BEN}" in _strip(app)["text"] or f"#{ANA}" in _strip(app)["text"]


def test_a_template_is_offered_filled_for_the_ticket(visit: Visit, desk: Store, me: Person) -> None:
    from services import templates

    templates.add_starter_set(desk, actor=me, now=NOW)
    app = visit(INBOX)
    assert _composer(app)["templates"] is None
    app = press(app, "Template")
    first = _composer(app)["templates"][0]
    assert "Ana" in first["text"]


def test_two_tickets_become_one_and_two_again(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX, ticket=str(ANA)), "Merge into this one", other_ticket=str(DORA), across_orders="yes")
    assert {entry["text"] for entry in _part(app, "entries")["entries"]} >= {"Where is my lamp?", "Is it dimmable?"}
    (undo,) = [label for label in offered(app) if label.startswith("Take back: merge")]
    press(app, undo)
    assert [entry.text for entry in _load(desk, ANA).entries] == ["Where is my lamp?"]


def test_a_ticket_is_opened_by_hand(visit: Visit, desk: Store) -> None:
    app = visit(INBOX)
    (button,) = [each for each in app.button if each.label == "New ticket"]
    app = button.click().run()
    app.text_input(key="new-subject").set_value("Call of the carrier")
    app.text_input(key="new-buyer").set_value("Emil Example")
    app.selectbox(key="new-place").set_value("US")
    (create,) = [each for each in app.button if each.label == "Open the ticket"]
    app = create.click().run()
    assert "Call of the carrier" in shown(app.run())


def _type(app: AppTest, text: str) -> AppTest:
    return answer(app, "composer", "act", _asked(app, "draft", text=text))


def _send(app: AppTest, text: str) -> AppTest:
    return answer(app, "composer", "act", _asked(app, "send", text=text, after_send="", promise_until=None))


def _asked(app: AppTest, what: str, **values: Any) -> dict[str, Any]:
    data = _composer(app)
    return {"what": what, "ticket": data["id"], "version": data["version"], "values": values}


def _bulk(app: AppTest, what: str, tickets: list[int], desk: Store, **values: Any) -> AppTest:
    targets = [[ticket, _load(desk, ticket).version] for ticket in tickets]
    return answer(app, "queue", "bulk", {"what": what, "targets": targets, "values": values})


def _composer(app: AppTest) -> dict[str, Any]:
    return _part(app, "findings")


def _strip(app: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = _part(app, "strip")["strip"]
    return found


def _part(app: AppTest, name: str) -> dict[str, Any]:
    (found,) = [part for part in parts(app) if name in part]
    return found


def _load(store: Store, ticket: int) -> Conversation:
    found = conversation.conversation(store, ticket, now=NOW)
    assert found is not None
    return found
