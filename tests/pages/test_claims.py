"""Claims: the list with its filters, one case with its next step, evidence and packet, months, and the rate."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from data.models.cases import CaseCard, ClaimCase
from data.store import Store
from services import runtime
from services.claims import entry, packet, queue
from services.claims.shapes import Filters, Line
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import CLAIMS, answer, parts, press, shown, statements, tickets_listed
from tests.returned import order, put

LABEL = "cases by what is due"
Visit = Callable[..., AppTest]


def entered(store: Store, me: Person, order: str = ORDERS[1], **told: str) -> int:
    usual = {"order_id": order, "kind": "a_to_z", "marketplace": "US", "opened_at": "2026-11-21 09:00"}
    settings = runtime.runtime().settings
    return entry.enter(store, settings, account="acme", actor=me, now=NOW, **{**usual, **told}).case_id


def line(store: Store, case_id: int) -> Line:
    (found,) = [each for each in queue.cases_page(store, Filters(), now=NOW).rows if each.id == case_id]
    return found


def test_the_page_says_what_to_do_when_there_is_nothing(empty_desk: Store, visit: Visit) -> None:
    text = shown(visit(CLAIMS))
    assert "No case fits. Enter one with New." in text
    assert "0 need an answer · 0 may be appealed" in text


def test_the_most_urgent_case_is_open_with_its_deadline_and_what_is_missing(
    desk: Store, visit: Visit, me: Person
) -> None:
    late = entered(desk, me, opened_at="2026-11-18")
    other = entered(desk, me, ORDERS[2], kind="chargeback", amount="45,90", currency="USD", reason="Never *arrived*")
    app = visit(CLAIMS)
    assert tickets_listed(app, LABEL) == [late, other]
    text = shown(app).replace("\\", "")
    assert "Send Amazon your side by Fri 20 Nov 01:00: late 2 d 9 h" in text
    assert "Missing: carrier and tracking number, proof of delivery" in text
    app = visit(CLAIMS, case=str(other))
    text = shown(app).replace("\\", "")
    assert "45.90 USD" in text
    assert "Send the proof for the chargeback by Sat 28 Nov 10:00" in text


def test_the_next_step_is_a_click_and_is_taken_back_by_another(desk: Store, visit: Visit, me: Person) -> None:
    case_id = entered(desk, me)
    app = press(visit(CLAIMS, case=str(case_id)), "I have answered Amazon")
    assert line(desk, case_id).state == "under_review"
    app = visit(CLAIMS, case=str(case_id))
    (button,) = [each for each in app.button if each.key == "close-denied"]
    app = button.click().run()
    assert (line(desk, case_id).state, line(desk, case_id).result) == ("closed", "kept")
    (button,) = [each for each in app.button if each.key == "undo"]
    button.click().run()
    assert line(desk, case_id).state == "under_review"


def test_several_are_marked_in_the_list(desk: Store, visit: Visit, me: Person) -> None:
    ids = [entered(desk, me, order) for order in ORDERS[:3]]
    targets = [[each, line(desk, each).version] for each in ids[:2]]
    app = answer(visit(CLAIMS), "cases", "bulk", {"what": "granted", "targets": targets, "values": {}}, whole=False)
    assert "2 cases changed." in shown(app).replace("\\", "")
    assert [line(desk, each).outcome for each in ids] == ["granted", "granted", None]
    app = answer(app, "cases", "bulk", {"what": "dance", "targets": targets, "values": {}}, whole=False)
    assert "older than the program" in shown(app)


def test_a_note_a_tick_and_an_owner_are_kept(desk: Store, visit: Visit, me: Person) -> None:
    case_id = entered(desk, me)
    app = visit(CLAIMS, case=str(case_id))
    app.text_input(key=f"note-{case_id}").set_value("Ask the *carrier*")
    app = press(app, "Add note")
    assert "Ask the *carrier*" in shown(app)
    version = line(desk, case_id).version
    app.checkbox(key=f"has-{case_id}-{version}-delivery").check().run()
    assert "ticked by You" in shown(app.run()).replace("\\", "")
    version = line(desk, case_id).version
    app.selectbox(key=f"owner-of-{case_id}-{version}").set_value("You").run()
    assert line(desk, case_id).owner == "You"


def test_a_case_is_entered_by_hand_and_a_refusal_keeps_what_was_typed(desk: Store, visit: Visit) -> None:
    app = visit(CLAIMS)
    app.text_input(key="new-order_id").set_value(ORDERS[5])
    app.text_input(key="new-amount").set_value("1.234")
    app.text_input(key="new-currency").set_value("EUR")
    (button,) = [each for each in app.button if each.label == "Add"]
    app = button.click().run()
    assert "thousands or thousandths" in shown(app)
    assert app.text_input(key="new-amount").value == "1.234"
    app.text_input(key="new-amount").set_value("1.234,00")
    app = press(app, "Add")
    (row,) = queue.cases_page(desk, Filters(), now=NOW).rows
    assert (row.amount, row.order_id, row.sources) == ("1234.00", ORDERS[5], ("hand",))
    assert app.query_params["case"] == str(row.id)


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, 3),
        ({"state": "closed"}, 1),
        ({"state": "nonsense"}, 3),
        ({"kind": "chargeback"}, 1),
        ({"mp": "DE"}, 2),  # the mail about the first order is of DE, whatever was typed
        ({"due": "late"}, 1),
        ({"owner": "-"}, 3),
        ({"order": ORDERS[2]}, 1),
        ({"after": "broken"}, 3),
        ({"after": "999999999999.1"}, 0),
    ],
)
def test_the_url_decides_what_is_listed(
    parameters: dict[str, str], found: int, desk: Store, visit: Visit, me: Person
) -> None:
    entered(desk, me, opened_at="2026-11-18")
    entered(desk, me, ORDERS[2], kind="chargeback", marketplace="DE")
    entered(desk, me, ORDERS[3], state="closed", outcome="denied")
    app = visit(CLAIMS, **parameters)
    assert not app.exception
    assert len(tickets_listed(app, LABEL)) == found


def test_a_filter_stands_in_the_url_and_begins_the_list_anew(desk: Store, visit: Visit, me: Person) -> None:
    entered(desk, me)
    app = visit(CLAIMS, after="1.1")
    app.selectbox(key="state-").set_value("closed").run()
    assert app.query_params["state"] == "closed"
    assert "after" not in app.query_params


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"case": "999"}, "There is no such case."),
        ({"case": "abc"}, "There is no such case."),
        ({"ticket": "999"}, "There is no claim about this ticket's order."),
    ],
)
def test_what_does_not_exist_is_said(parameters: dict[str, str], said: str, desk: Store, visit: Visit) -> None:
    app = visit(CLAIMS, **parameters)
    assert not app.exception
    assert [each.value for each in app.info] == [said]


def test_a_ticket_leads_to_its_case_and_the_case_to_its_ticket(desk: Store, visit: Visit, me: Person) -> None:
    case_id = entered(desk, me, ORDERS[0])
    entered(desk, me, ORDERS[1], opened_at="2026-11-18")
    found = next(each for each in runtime_tickets(desk) if each[1] == ORDERS[0])
    app = visit(CLAIMS, ticket=str(found[0]))
    assert f"A-to-z claim · {ORDERS[0]}" in [each.value.replace("\\", "").strip("*") for each in app.markdown]
    assert queue.of_ticket(desk, found[0])[0].id == case_id
    assert f"Ticket {found[0]}" in [each.proto.label for each in app.get("page_link")]


def runtime_tickets(store: Store) -> list[tuple[int, str | None]]:
    from services import export

    return [(row["id"], row["order_id"]) for row in export.rows(store, "tickets", now=NOW)]


def test_the_packet_holds_the_conversation_and_the_statement(desk: Store, visit: Visit, me: Person) -> None:
    case_id = entered(desk, me, ORDERS[0])
    app = visit(CLAIMS, case=str(case_id))
    assert [each.proto.label for each in app.get("download_button")] == ["Packet with 0 files"]
    name, content = packet.archive(desk, case_id)
    assert name == f"evidence-a-to-z-{ORDERS[0]}.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert "Where is my lamp?" in made.read("2-conversation.txt").decode()


def test_the_months_open_their_cases(desk: Store, visit: Visit, me: Person) -> None:
    entered(desk, me, amount="45.90", currency="USD", state="closed", outcome="granted")
    entered(desk, me, ORDERS[2])
    app = visit(CLAIMS, view="months")
    text = shown(app).replace("\\", "")
    assert "45.90 USD" in text
    assert len(app.get("plotly_chart")) == 1
    app = visit(CLAIMS, month="2026-11", result="lost")
    assert len(tickets_listed(app, LABEL)) == 1
    assert "Only 2026-11 · Lost" in shown(app).replace("\\", "")
    app = press(app, "Show all")
    assert len(tickets_listed(app, LABEL)) == 2


def test_the_rate_says_what_it_covers(desk: Store, visit: Visit) -> None:
    app = visit(CLAIMS, view="rate", mp="DE", channel="fba")
    assert not app.exception
    assert "DE, shipped by Amazon" in shown(app).replace("\\", "")
    assert "Amazon's figure has not been read" in shown(app).replace("\\", "")


def test_two_thousand_cases_cost_as_many_statements_as_ten(empty_desk: Store, visit: Visit) -> None:
    def cost(first: int, last: int) -> list[int]:
        fill(empty_desk, first, last)
        made = []
        for parameters in ({"case": "1"}, {"view": "months"}, {"view": "rate"}):
            app = visit(CLAIMS, **parameters)
            with statements(empty_desk) as seen:
                app.run()
            assert not app.exception
            made.append(len(seen))
        return made

    assert cost(1, 10) == cost(11, 2000)


def fill(store: Store, first: int, last: int) -> None:
    cases, cards = [], []
    for n in range(first, last + 1):
        key = {"account": "acme", "order_id": f"111-{n:07}-0000001", "kind": "a_to_z"}
        at = NOW - n * HOUR
        cases.append({"id": n, **key, "made_at": at, "made_by": "sync", "told": [], "evidence": {}, "version": 1})
        cards.append({
            "case_id": n, **key, "marketplace": "US", "state": "action_required", "outcome": None, "result": "open",
            "opened_at": at, "respond_by": None, "decided_at": None, "due_at": at + 2 * DAY, "due_what": "Answer",
            "why_none": "", "amount": 4590, "currency": "USD", "reason": None, "source": "mail", "doubts": "",
            "owner": None, "month": "2026-11", "seen_at": at, "version": 1,
            "sort_key": int((at + timedelta(days=2)).timestamp()),
        })  # fmt: skip
    with store.write() as session:
        session.execute(insert(ClaimCase), cases)
        session.execute(insert(CaseCard), cards)


def test_what_was_entered_is_taken_back_by_a_click(desk: Store, visit: Visit) -> None:
    app = visit(CLAIMS)
    app.text_input(key="new-order_id").set_value(ORDERS[5])
    (button,) = [each for each in app.button if each.label == "Add"]
    app = button.click().run()
    (undo,) = [each for each in app.button if each.key == "undo"]
    app = undo.click().run()
    assert queue.cases_page(desk, Filters(), now=NOW).rows == ()
    assert "There is no such case." in shown(app)


def test_work_on_a_case_that_left_the_list_is_still_shown(desk: Store, visit: Visit, me: Person) -> None:
    with desk.write() as session:
        case = {"account": "acme", "order_id": ORDERS[7], "kind": "chargeback", "made_at": NOW, "made_by": "sync"}
        row = ClaimCase(**case, owner="You", state_chosen="under_review", chosen_at=NOW, told=[], evidence={})
        session.add(row)
        session.flush()
        case_id = row.id
    text = shown(visit(CLAIMS, case=str(case_id)))
    assert "No mail or report tells of this case any more." in text
    assert "Under review" in text


def test_the_orders_behind_the_rate_open_their_story(desk: Store, visit: Visit, me: Person) -> None:
    put(desk, order(1, NOW - 20 * DAY, order_id=ORDERS[1], channel="fbm"))
    entered(desk, me)
    app = visit(CLAIMS, view="rate", mp="US", channel="fbm")
    (found,) = [part for part in parts(app) if str(part.get("label")).startswith("Orders with a defect")]
    assert [row["title"] for row in found["rows"]] == [ORDERS[1]]
    app = answer(app, "defects", "open", 0, whole=False)
    assert app.query_params["story"] == f"acme/{ORDERS[1]}"
