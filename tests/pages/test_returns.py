"""Returns: one list for both channels, outcomes one by one and many at once, the way to the buyer, the figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data.models.return_work import ReturnWork
from data.store import Store
from services.people import Person
from services.returns import writes
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import RETURNS, answer, parts, press, shown, statements
from tests.returned import fba, fbm, item, order, order_id, put, sales

Visit = Callable[..., AppTest]
LIST = "Returns, newest first"


def some(store: Store) -> None:
    put(
        store,
        *(order(1, NOW - 60 * DAY), item(1, NOW - 60 * DAY), fba(1, NOW - DAY, comment="*too* wide :red[x]")),
        *(order(2, NOW - 20 * DAY, channel="fbm"), fbm(2, NOW - 2 * HOUR, state="Pending Approval")),
        fba(3, NOW - 3 * DAY, order_id=ORDERS[0], reason_raw="SWITCHEROO"),
    )


def work(store: Store, return_id: int) -> ReturnWork:
    with store.read() as session:
        return session.scalars(select(ReturnWork).where(ReturnWork.id == return_id)).one()


def lines(app: AppTest, label: str = LIST) -> list[dict[str, Any]]:
    (found,) = [part for part in parts(app) if part.get("label") == label]
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def test_both_channels_stand_in_one_list_with_reason_state_and_fault(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(RETURNS)
    rows = lines(app)
    assert [row["id"] for row in rows] == [2, 1, 3]
    assert rows[1]["title"] == "NL-1 · Lamp"
    assert "unwanted item · SELLABLE · *too* wide" in rows[1]["sub"]
    assert rows[2]["tags"] == ["Wrong or incomplete"]
    assert [row["id"] for row in lines(app, "Returns that need us by a time")] == [2]


def test_the_page_says_what_to_do_when_there_is_nothing(desk: Store, visit: Visit) -> None:
    app = visit(RETURNS)
    assert "No return fits." in shown(app)
    assert "Nothing was returned in this period." in shown(visit(RETURNS, view="figures"))


def test_a_picked_return_opens_beside_the_list(desk: Store, visit: Visit) -> None:
    some(desk)
    app = answer(visit(RETURNS), "returns", "open", 1)
    assert app.query_params["id"] in ("1", ["1"])
    text = shown(app)
    assert "*too* wide :red[x]" in [each.value for each in app.text]
    assert "unwanted item" in text
    assert "UNWANTED_ITEM" not in text
    assert "Order placed" in text


def test_an_outcome_is_recorded_and_taken_back(desk: Store, visit: Visit) -> None:
    some(desk)
    app = press(visit(RETURNS, id="1"), "Refunded in full")
    assert (work(desk, 1).outcome, work(desk, 1).decided_by) == ("refund_full", "You")
    press(app, "Reopen")
    assert work(desk, 1).state == "open"


def test_a_partial_refund_asks_for_its_amount(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(RETURNS, id="1")
    app = press(app, "Record")
    assert "Say how much was refunded" in shown(app)
    app.text_input(key="amount-1").set_value("12,50")
    press(app, "Record")
    assert (work(desk, 1).outcome, work(desk, 1).amount) == ("refund_partial", 1250)


def test_a_note_is_kept_and_a_stale_one_is_refused_in_a_sentence(desk: Store, visit: Visit, me: Person) -> None:
    some(desk)
    app = visit(RETURNS, id="1")
    app.text_area(key="note-1-1").set_value("Ask the supplier.").run()
    assert work(desk, 1).note == "Ask the supplier."
    writes.do(desk, "assign", 1, 2, actor=me, now=NOW)
    app.text_area(key="note-1-2").set_value("Ask them twice.").run()
    assert work(desk, 1).note == "Ask the supplier."
    assert "Somebody changed this return since you opened it" in shown(app)


def test_many_are_marked_at_once_and_taken_back(desk: Store, visit: Visit) -> None:
    some(desk)
    asked = {"what": "outcome", "targets": [[1, 1], [3, 1]], "values": {"outcome": "no_return_needed"}}
    app = answer(visit(RETURNS), "returns", "bulk", asked)
    assert [work(desk, n).state for n in (1, 2, 3)] == ["done", "open", "done"]
    assert "2 returns changed" in shown(app)
    press(app, "Undo")
    assert [work(desk, n).state for n in (1, 2, 3)] == ["open", "open", "open"]


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"what": "outcome", "targets": [[1, 1]], "values": {}},
        {"what": "outcome", "targets": [["1", 1]], "values": {"outcome": "refund_full"}},
        {"what": "note", "targets": [[1, 1]], "values": {"text": "x"}},
        {"what": "outcome", "targets": [[1, 1]], "values": {"outcome": "refund_full", "actor": "x"}},
        {"what": "burn", "targets": [[1, 1]], "values": {}},
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(asked: Any, desk: Store, visit: Visit) -> None:
    some(desk)
    app = answer(visit(RETURNS), "returns", "bulk", asked)
    assert not app.exception
    assert work(desk, 1).version == 1


def test_the_buyer_is_written_to_in_the_ticket_of_the_order(desk: Store, visit: Visit) -> None:
    some(desk)
    app = visit(RETURNS, id="3")
    (button,) = [each for each in app.button if each.label == "Open the ticket"]
    app = button.click().run()
    assert not app.exception
    assert "Where is my lamp?" in shown(app)


def test_a_request_is_authorised_in_seller_central_and_leaves_the_board(desk: Store, visit: Visit) -> None:
    some(desk)
    app = press(visit(RETURNS, id="2"), "Authorised in Seller Central")
    assert work(desk, 2).authorised_by == "You"
    assert [part for part in parts(app) if part.get("label") == "Returns that need us by a time"] == []


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({}, [2, 1, 3]),
        ({"channel": "fbm"}, [2]),
        ({"box": "needs"}, [2]),
        ({"box": "nonsense"}, [2, 1, 3]),
        ({"fault": "wrong_item"}, [3]),
        ({"q": order_id(1)}, [1]),
        ({"mp": "US"}, [2, 1, 3]),
        ({"from": "2026-11-21"}, [2, 1]),
        ({"from": "yesterday"}, [2, 1, 3]),
        ({"page": "broken"}, [2, 1, 3]),
        ({"sku": "<script>"}, []),
    ],
)
def test_the_url_decides_what_is_listed(
    parameters: dict[str, str], ids: list[int], desk: Store, visit: Visit
) -> None:
    some(desk)
    app = visit(RETURNS, **parameters)
    assert not app.exception
    assert [row["id"] for row in lines(app)] == ids


@pytest.mark.parametrize("asked", ["999", "-1", "abc", "²"])
def test_one_that_does_not_exist_is_said_in_a_sentence(asked: str, desk: Store, visit: Visit) -> None:
    app = visit(RETURNS, id=asked)
    assert not app.exception
    assert app.info[0].value == "There is no such return."


def test_the_figures_say_rates_reasons_window_and_age(desk: Store, visit: Visit) -> None:
    put(desk, *sales(40, at=NOW - 60 * DAY), *(fba(n, NOW - 20 * DAY, reason_raw="DEFECTIVE") for n in (1, 2, 3)))
    app = visit(RETURNS, view="figures", period="13 weeks")
    assert not app.exception
    text = shown(app).replace("\\", "")
    assert "7.5 %" in text
    assert "3 units returned 2026-08-24 to 2026-11-22 (UTC), all marketplaces" in text
    charts = [json.loads(each.proto.spec) for each in app.get("plotly_chart")]
    assert len(charts) == 3
    (bar,) = [trace for trace in charts[1]["data"] if trace["type"] == "bar"]
    assert bar["customdata"][0][0] == "defective"


def test_a_figure_opens_its_rows(desk: Store, visit: Visit) -> None:
    put(desk, *sales(40, at=NOW - 60 * DAY), fba(1, NOW - 20 * DAY, reason_raw="DEFECTIVE"), fba(2, NOW - 9 * DAY))
    app = visit(RETURNS, view="figures", period="13 weeks")
    app = press(app, "Show them")
    assert [row["id"] for row in lines(app)] == [1]


def test_ten_returns_cost_as_many_statements_as_two_thousand(empty_desk: Store, visit: Visit) -> None:
    put(empty_desk, *sales(10), *(fba(n, NOW - n * HOUR) for n in range(1, 11)))
    few = [_cost(empty_desk, visit, **which) for which in ({"id": "5"}, {"view": "figures"})]
    put(empty_desk, *(fba(n, NOW - n * HOUR) for n in range(11, 2011)))
    assert [_cost(empty_desk, visit, **which) for which in ({"id": "5"}, {"view": "figures"})] == few


def _cost(store: Store, visit: Visit, **which: str) -> int:
    app = visit(RETURNS, **which)
    with statements(store) as seen:
        app.run()
    assert not app.exception
    return len(seen)
