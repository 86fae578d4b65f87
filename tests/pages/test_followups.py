"""Follow-ups: the work list over sheets, marking one and many, proposals, cells that differ, the way to the buyer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import sheet_writes
from data.models.followups import FollowupCard, FollowupWork
from data.models.outgoing import Draft
from data.models.sheets import Sheet
from data.store import Store
from services import templates
from services.followups import writes
from services.people import Person
from services.sync import rows as mirrored
from services.templates import Wish
from tests import followups as made
from tests import returned
from tests.desks import DAY, NOW, ORDERS
from tests.pages.conftest import FOLLOWUPS, answer, parts, press, shown, statements

Visit = Callable[..., AppTest]
ANA = Person("Ana", "agent", False, None)
LIST = "Follow-ups, the most urgent first"


def some(store: Store) -> None:
    """1: two days late, no ticket; 2: due on Monday, of Ana's ticket; 3: contacted by Bo in the sheet."""
    told = {"contacted": True, "contacted_text": "x", "contact_day": date(2026, 11, 21), "agent": "Bo"}
    made.put(store, made.row(7, dated=date(2026, 11, 16), item="*too* wide :red[x]"))
    made.put(store, made.row(0, dated=date(2026, 11, 20)))
    made.put(store, made.row(5, **told))


def work(store: Store, n: int) -> FollowupWork:
    with store.read() as session:
        return session.get_one(FollowupWork, n)


def state(store: Store, n: int) -> str:
    with store.read() as session:
        return session.get_one(FollowupCard, n).state


def lines(app: AppTest) -> list[dict[str, Any]]:
    (found,) = [part for part in parts(app) if part.get("label") == LIST]
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def ids(app: AppTest) -> list[int]:
    return [row["id"] for row in lines(app)]


def test_who_must_be_contacted_stands_first_and_the_worst_is_open(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(FOLLOWUPS)
    assert not app.exception
    rows = lines(app)
    assert [row["id"] for row in rows] == [1, 2]
    assert rows[0]["title"] == f"{ORDERS[7]} · *too* wide :red[x]"
    assert rows[0]["tags"] == ["Escalate"]
    text = shown(app).replace("\\", "")
    assert "Ask for the shipping information by Wed 18 Nov 01:00: late 4 d 9 h" in text
    assert "1 sheet · 1 row · read 0 s ago" in text
    assert "Customer name" in text
    assert "No order data yet" in text
    assert "esc_sentence" in [each.key for each in press(app, "Escalate").text_input]


def test_without_a_sheet_the_page_says_what_to_do(desk: Store, visit: Visit) -> None:
    text = shown(visit(FOLLOWUPS))
    assert "No sheet is connected yet." in text
    assert "the folder of acme" in text


def test_one_is_marked_and_the_mark_is_taken_back(desk: Store, visit: Visit) -> None:
    some(desk)
    app = press(visit(FOLLOWUPS, id="1"), "Contacted")
    assert (work(desk, 1).contacted_by, work(desk, 1).contacted_how, state(desk, 1)) == ("You", "message", "contacted")
    assert ids(app) == [2]
    assert "Not in the sheet yet: contacted, contact date." in shown(app).replace("\\", "")
    assert "marked it as contacted" in shown(app)
    press(app, "Take the mark back")
    assert state(desk, 1) == "to_contact"


def test_another_way_and_another_time_can_be_told(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(FOLLOWUPS, id="1")
    app.datetime_input(key="when-1-1").set_value(datetime(2026, 11, 21, 18, 30))  # noqa: DTZ001  the reader's own time
    app.text_input(key="text-1-1").set_value("left a message")
    press(app, "Mark as contacted")
    assert work(desk, 1).contacted_how == "phone"
    assert f"{work(desk, 1).contacted_at:%d %H:%M}" == "21 17:30"
    assert work(desk, 1).note == "left a message"


def test_a_row_is_put_off_closed_and_opened_again(desk: Store, visit: Visit) -> None:
    some(desk)
    app = press(visit(FOLLOWUPS, id="1"), "Until tomorrow")
    assert f"{work(desk, 1).snoozed_until:%d %H:%M}" == "23 08:00"
    assert ids(app) == [2]
    assert "Snoozed until Mon 23 Nov 09:00" in shown(app).replace("\\", "")
    app = press(app, "No contact needed")
    assert (state(desk, 1), work(desk, 1).resolved_why) == ("resolved", "no_contact_needed")
    press(app, "Reopen")
    assert state(desk, 1) == "to_contact"


def test_owner_and_note_are_kept_and_a_stale_note_is_refused(desk: Store, visit: Visit, me: Person) -> None:
    some(desk)
    app = visit(FOLLOWUPS, id="1")
    app.selectbox(key="owner-1-1").set_value("You").run()
    app.text_input(key="note-1-2").set_value("Ask the warehouse").run()
    assert (work(desk, 1).owner, work(desk, 1).note) == ("You", "Ask the warehouse")
    writes.do(desk, "resolve", 1, 3, actor=me, now=NOW, why="done")
    app.text_input(key="note-1-3").set_value("Again").run()
    assert work(desk, 1).note == "Ask the warehouse"
    assert "Somebody changed this row since you opened it" in shown(app)


def test_what_amazon_knows_proposes_to_close_and_a_person_decides(desk: Store, visit: Visit) -> None:
    some(desk)
    with desk.write() as session:
        mirrored.store(session, [returned.order(1, NOW, order_id=ORDERS[n], status="Cancelled") for n in (0, 7)], NOW)
    app = visit(FOLLOWUPS, id="1")
    assert "Amazon says that the order is cancelled." in shown(app).replace("\\", "")
    app = press(app, "Not so")
    assert (state(desk, 1), ids(visit(FOLLOWUPS, box="proposed"))) == ("to_contact", [2])
    press(visit(FOLLOWUPS, id="2"), "Close the row")
    assert (state(desk, 2), work(desk, 2).resolved_why) == ("resolved", "cancelled")


def test_cells_that_differ_stand_side_by_side(desk: Store, visit: Visit) -> None:
    some(desk)
    writes.do(desk, "contacted", 1, 1, actor=ANA, now=NOW)
    with desk.write() as session:
        key = made.key(7)
        write = next(each for each in sheet_writes.of_rows(session, [key])[key] if each.role == "agent")
        write.state, write.theirs = "conflict", "Bo"
    made.put(desk, made.row(7, agent="Bo"))
    app = visit(FOLLOWUPS, box="conflicts")
    assert ids(app) == [1]
    assert ">Ana<" in shown(app)
    assert ">Bo<" in shown(app)
    app = press(app, "Keep mine")
    assert ids(visit(FOLLOWUPS, box="conflicts")) == []
    assert state(desk, 1) == "contacted"


def test_many_are_marked_at_once_and_taken_back(desk: Store, visit: Visit) -> None:
    some(desk)
    asked = {"what": "contacted", "targets": [[1, 1], [2, 1]], "values": {"how": "phone"}}
    app = answer(visit(FOLLOWUPS), "followups", "bulk", asked)
    assert [state(desk, n) for n in (1, 2)] == ["contacted", "contacted"]
    assert "2 rows changed" in shown(app)
    press(app, "Undo")
    assert [state(desk, n) for n in (1, 2)] == ["to_contact", "to_contact"]


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"what": "contacted", "targets": [[1, 1]], "values": {}},
        {"what": "contacted", "targets": [["1", 1]], "values": {"how": "phone"}},
        {"what": "note", "targets": [[1, 1]], "values": {"text": "x"}},
        {"what": "contacted", "targets": [[1, 1]], "values": {"how": "phone", "by": "x"}},
        {"what": "snooze", "targets": [[1, 1]], "values": {"until": [1]}},
        {"what": "snooze", "targets": [[1, 1]], "values": {"until": "tomorrow"}},
        {"what": ["contacted"], "targets": [], "values": {}},
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(asked: Any, desk: Store, visit: Visit) -> None:
    some(desk)
    app = answer(visit(FOLLOWUPS), "followups", "bulk", asked)
    assert not app.exception
    assert work(desk, 1).version == 1


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, [1, 2]),
        ({"box": "all"}, [1, 2, 3]),
        ({"box": "contacted"}, [3]),
        ({"box": "late"}, [1]),
        ({"box": "nonsense"}, [1, 2]),
        ({"q": ORDERS[0]}, [2]),
        ({"owner": "-", "kind": "shipping_info_missing"}, [1, 2]),
        ({"sheet": "other.csv"}, []),
        ({"mp": "US"}, [2]),
        ({"after": "broken"}, [1, 2]),
        ({"kind": "<script>"}, []),
    ],
)
def test_the_url_decides_what_is_listed(
    parameters: dict[str, str], found: list[int], desk: Store, visit: Visit
) -> None:
    some(desk)
    app = visit(FOLLOWUPS, **parameters)
    assert not app.exception
    assert ids(app) == found


@pytest.mark.parametrize("asked", ["999", "-1", "abc", "²"])
def test_one_that_does_not_exist_is_said_in_a_sentence(asked: str, desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(FOLLOWUPS, id=asked)
    assert not app.exception
    assert app.info[0].value == "There is no such follow-up."


def test_the_buyer_is_written_to_in_a_new_ticket_with_the_template_filled(
    desk: Store, visit: Visit, me: Person
) -> None:
    some(desk)
    with desk.write() as session:
        mirrored.store(session, [returned.order(1, NOW - DAY, order_id=ORDERS[7], status="Unshipped")], NOW)
    text = "Hello,\n\nwe cannot ship your order {{order_id}} yet. Please reply with your full address.\n\n{{shop_name}}"
    for name, language, kind in (("Other", "en", "Refund"), ("Info", "en", "Shipping info missing")):
        templates.add(desk, Wish(name, text, language, (), (kind,), shared=True), actor=me, now=NOW)
    press(visit(FOLLOWUPS, id="1"), "Write to the buyer")
    ticket = work(desk, 1).ticket_id
    assert ticket
    with desk.read() as session:
        draft = session.get_one(Draft, (ticket, "You"))
        card = session.get_one(FollowupCard, 1)
    assert f"we cannot ship your order {ORDERS[7]} yet" in draft.text
    assert draft.text.endswith("Acme")
    assert card.ticket_id == ticket


def test_a_ticket_that_is_there_is_opened_and_a_draft_in_it_is_left_alone(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(FOLLOWUPS, id="2")
    (button,) = [each for each in app.button if each.label == "Open the ticket"]
    app = button.click().run()
    assert not app.exception
    assert "Where is my lamp?" in shown(app)


def test_trouble_with_a_sheet_and_a_row_without_an_order_are_said(desk: Store, visit: Visit) -> None:
    made.put(desk, made.row(1, order_id=None))
    with desk.write() as session:
        session.get_one(Sheet, ("acme", made.SHEET, "")).problem = "The column Contacted is gone. Put it back."
    app = visit(FOLLOWUPS)
    text = shown(app).replace("\\", "")
    assert "The column Contacted is gone. Put it back." in text
    assert "No order number can be read in this row." in text
    press(app, "Write to the buyer")
    assert "there is no ticket to write in" in shown(app)


def test_ten_rows_cost_as_many_statements_as_two_thousand(empty_desk: Store, visit: Visit) -> None:
    made.put(empty_desk, *(made.row(n) for n in range(10)))
    few = _cost(empty_desk, visit)
    made.put(empty_desk, *(made.row(n, order_id=f"114-{n:07}-7770002") for n in range(10, 1010)))
    assert _cost(empty_desk, visit) == few
    app = visit(FOLLOWUPS)
    first = ids(app)
    second = ids(press(app, "More"))
    assert (len(first), len(second), set(first) & set(second)) == (50, 50, set())
    assert ids(press(app, "Earlier")) == first


def _cost(store: Store, visit: Visit) -> int:
    app = visit(FOLLOWUPS, id="5")
    with statements(store) as seen:
        app.run()
    assert not app.exception
    return len(seen)
