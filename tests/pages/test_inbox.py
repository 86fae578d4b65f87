"""The Inbox: what is open, what the URL decides, what the buttons do, and that nobody's text is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import people
from services.inbox import actions, conversation, marks
from services.inbox.shapes import Conversation
from services.people import Person
from tests.desks import HOUR, NOW
from tests.pages.conftest import INBOX, RUDE, answer, offered, parts, press, shown, tickets_listed

Visit = Callable[..., AppTest]
DORA, ANA, BEN, CLEO = 1, 2, 3, 4  # tickets are numbered by the date of their first mail


@pytest.fixture(autouse=True)
def the_names_hold(desk: Store) -> None:
    """The tests below call tickets by their buyers."""
    for ticket, name in ((ANA, "Ana"), (BEN, "Ben"), (CLEO, "Cleo"), (DORA, "Dora")):
        assert _load(desk, ticket).buyer == f"{name} Example"


def test_the_most_urgent_conversation_is_open_and_in_the_url(visit: Visit) -> None:
    app = visit(INBOX)
    assert tickets_listed(app) == [ANA, BEN, CLEO]
    assert app.query_params["ticket"] == str(ANA)
    assert "Where is my lamp?" in shown(app)


def test_a_link_opens_its_ticket_in_whatever_box(visit: Visit) -> None:
    app = visit(INBOX, ticket=str(DORA))
    assert "Is it dimmable?" in shown(app)
    assert "Answered in Seller Central" in shown(app)
    assert tickets_listed(app) == [ANA, BEN, CLEO]


@pytest.mark.parametrize("ticket", ["999", "-1", "abc", "1e3", "9" * 40, "²", "![x](http://evil.example)"])
def test_a_ticket_that_does_not_exist_is_said_in_a_sentence(ticket: str, visit: Visit) -> None:
    app = visit(INBOX, ticket=ticket)
    assert not app.exception
    (part,) = [part for part in parts(app) if "strip" in part]
    assert part["empty"] == f"There is no ticket {ticket[:40]}."


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"box": "late"}, [ANA]),
        ({"box": "risk"}, [BEN]),
        ({"box": "nonsense"}, [ANA, BEN, CLEO]),
        ({"mp": "JP"}, [CLEO]),
        ({"mp": "DE", "box": "late"}, []),
        ({"owner": "Nobody"}, []),
        ({"account": "acme"}, [ANA, BEN, CLEO]),
        ({"q": "dimmable"}, [DORA]),
        ({"q": "領収書"}, [CLEO]),
        ({"page": "broken"}, [ANA, BEN, CLEO]),
    ],
)
def test_the_url_decides_what_is_listed(parameters: dict[str, str], found: list[int], visit: Visit) -> None:
    app = visit(INBOX, **parameters)
    assert not app.exception
    assert tickets_listed(app) == found


def test_by_exposure_each_row_says_what_drove_it(visit: Visit) -> None:
    app = visit(INBOX, sort="exposure")
    assert not app.exception
    assert set(tickets_listed(app, "tickets by exposure")) == {ANA, BEN, CLEO}
    (found,) = [part for part in parts(app) if "rows" in part]
    assert "become defects · late already" in found["rows"][0]["sub"]
    assert tickets_listed(visit(INBOX, sort="nonsense")) == [ANA, BEN, CLEO]


def test_an_empty_box_says_when_the_next_answer_is_due(visit: Visit) -> None:
    app = visit(INBOX, mp="JP", box="late")
    (found,) = [part["empty"] for part in parts(app) if "rows" in part]
    assert found == "Nothing here. The next answer is due: 22 h 00 m left."


def test_a_buyers_words_are_never_read_as_markdown_or_html(visit: Visit) -> None:
    app = visit(INBOX, ticket=str(BEN))
    assert [entry["text"] for part in parts(app) for entry in part.get("entries", ())] == [RUDE]
    drawn = [str(getattr(each.proto, "body", "")) for each in app.main if hasattr(each, "proto")]
    assert not any("evil.example" in body for body in drawn)


def test_times_are_given_for_the_reader_and_for_the_buyer(visit: Visit) -> None:
    text = shown(visit(INBOX, ticket=str(CLEO)))
    assert "Sun 22 Nov 08:00" in text
    assert "Sun 16:00 in Tokyo" in text


def test_an_attachment_can_be_downloaded(visit: Visit, desk: Store) -> None:
    app = visit(INBOX, ticket=str(CLEO))
    (file,) = [
        act
        for part in parts(app)
        for entry in part.get("entries", ())
        for act in entry["acts"]
        if act["label"] == "lamp photo.jpg (20 B)"
    ]
    app = answer(app, "conversation", "act", {**file, "ticket": CLEO, "version": 1}, whole=False)
    labels = [each.proto.label for each in app.get("download_button")]
    assert labels == ["lamp photo\\.jpg"]


def test_whoever_opens_a_new_ticket_has_read_it(visit: Visit, desk: Store) -> None:
    assert _load(desk, ANA).status == "new"
    visit(INBOX)
    assert _load(desk, ANA).status == "open"
    assert _load(desk, BEN).status == "new"


def test_mark_answered_stops_the_clock_and_moves_on(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX), "Mark answered")
    assert _load(desk, ANA).status == "pending"
    assert app.query_params["ticket"] == str(BEN)
    assert tickets_listed(app) == [BEN, CLEO]


def test_a_mark_can_be_undone_from_the_next_ticket(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX), "Mark answered")
    app = press(app, "Undo")
    assert _load(desk, ANA).status == "open"
    assert app.query_params["ticket"] == str(ANA)


def test_no_response_needed_asks_to_be_confirmed_in_amazon(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX), "No response needed")
    assert _load(desk, ANA).marks[0].confirmed_at is None
    app = visit(INBOX, ticket=str(ANA))
    assert "Confirm once No Response Needed is also set in Amazon" in shown(app)
    app = press(app, "Confirm")
    assert _load(desk, ANA).marks[0].confirmed_by == "You"
    assert "Confirm once" not in shown(app)


def test_an_answer_of_an_earlier_time_counts_from_then(visit: Visit, desk: Store) -> None:
    app = visit(INBOX)
    version = _load(desk, ANA).version
    asked = {"what": "answered", "ticket": ANA, "version": version, "values": {"at": "2026-11-21T23:00"}}
    answer(app, "conversation", "act", asked)
    made = _load(desk, ANA).marks[0].at
    assert made == NOW - 11 * HOUR, "the field is in the reader's zone, an hour before UTC"


def test_a_note_is_kept_in_the_conversation(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX), "Save the note", text="The carrier has it.")
    assert [note.text for note in _load(desk, ANA).notes] == ["The carrier has it."]
    assert "The carrier has it." in shown(app)


def test_two_agents_at_once_nothing_is_overwritten(visit: Visit, desk: Store, me: Person) -> None:
    app = visit(INBOX)
    people.add(desk, "Bea", "agent", actor=me, now=NOW)
    actions.add_note(desk, ANA, 0, actor=Person("Bea", "agent", False, None), now=NOW, text="I am on it.")
    app = press(app, "Mark answered")
    assert _load(desk, ANA).status == "open", "nobody decides over what they have not seen"
    assert "was changed by Bea meanwhile" in shown(app)
    assert "I am on it." in shown(app)


@pytest.mark.parametrize(
    "asked",
    [
        "nonsense",
        {"what": "delete_everything", "ticket": ANA, "version": 1, "values": {}},
        {"what": "assign", "ticket": "1; drop", "version": 1, "values": {}},
        {"what": "assign", "ticket": ANA, "version": 1, "values": {"store": "other"}},
        {"what": "answered", "ticket": ANA, "version": 1, "values": {"at": "yesterday"}},
        {"what": "snooze", "ticket": ANA, "version": 1, "values": {"until": 10**30}},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_in_a_sentence(asked: object, visit: Visit, desk: Store) -> None:
    app = answer(visit(INBOX), "conversation", "act", asked)
    (part,) = [part for part in parts(app) if "strip" in part]
    assert part["strip"]["warns"]
    assert not app.exception
    assert _load(desk, ANA).owners == ()


def test_what_a_rule_refuses_is_said_and_nothing_changes(visit: Visit, desk: Store, me: Person) -> None:
    marks.no_response_needed(desk, ANA, _load(desk, ANA).version, actor=me, now=NOW)
    actions.set_status(desk, ANA, _load(desk, ANA).version, actor=me, now=NOW, status="closed")
    app = visit(INBOX, ticket=str(ANA))
    assert "Add a follow-up ticket" in offered(app)
    assert not {"Mark answered", "Assign to me"} & set(offered(app))
    app = press(app, "Add a follow-up ticket")
    new = int(app.query_params["ticket"])
    assert _load(desk, new).follow_up_of == ANA


def test_a_closed_ticket_is_reopened_only_with_a_reason(visit: Visit, desk: Store, me: Person) -> None:
    marks.no_response_needed(desk, ANA, _load(desk, ANA).version, actor=me, now=NOW)
    actions.set_status(desk, ANA, _load(desk, ANA).version, actor=me, now=NOW, status="closed")
    app = press(visit(INBOX, ticket=str(ANA)), "Reopen", reason="")
    assert "Say in a few words why" in shown(app)
    press(app, "Reopen", reason="It came back")
    assert _load(desk, ANA).status != "closed"


def test_assigning_to_me_keeps_the_ticket_open(visit: Visit, desk: Store) -> None:
    app = press(visit(INBOX), "Assign to me")
    assert _load(desk, ANA).owners == ("You",)
    assert app.query_params["ticket"] == str(ANA)
    assert tickets_listed(visit(INBOX, box="mine")) == [ANA]


def test_while_an_answer_is_owed_it_can_be_snoozed_only_until_then(visit: Visit) -> None:
    (part,) = [part for part in parts(visit(INBOX, ticket=str(BEN))) if "strip" in part]
    (menu,) = [spec for spec in part["acts"] if spec["label"] == "Snooze"]
    assert [item["label"] for item in menu["items"]] == ["1 hour", "1 hour before it is due"]


def _load(store: Store, ticket: int) -> Conversation:
    found = conversation.conversation(store, ticket, now=NOW)
    assert found is not None
    return found
