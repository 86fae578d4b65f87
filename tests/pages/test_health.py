"""Account health: Amazon's words, age and coverage in sight, every figure opens what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.models.amazon import AmazonOrder, HealthMetric
from data.store import Store
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import HEALTH, answer, parts, shown, statements

Visit = Callable[..., AppTest]
PARTS = {"orders": 900, "defects": 9, "negative_feedback": 6, "claims": 2, "chargebacks": 1, "claims_status": "GOOD"}


def metric(name: str, value: float | None = None, at: datetime = NOW, place: str = "US", **more: Any) -> HealthMetric:
    usual = {"status": "GOOD", "details": {}, "first_seen_at": at, "read_at": at}
    return HealthMetric(account="acme", marketplace=place, metric=name, taken_at=at, value=value, **usual | more)


def fill(store: Store, at: datetime = NOW) -> None:
    """US is well; in DE the order defect rate is missed."""
    window = {"window_from": NOW - 74 * DAY, "window_to": NOW - 14 * DAY}
    with store.write() as session:
        session.add_all(
            [
                metric("account_status", at=at, word="NORMAL", status="NORMAL"),
                metric("odr_mfn", 0.0044, at=at, details={"orders": 900, "defects": 4}),
                metric("valid_tracking_rate", 0.99, at=at),
                metric("account_status", at=at, place="DE", word="AT_RISK", status="AT_RISK"),
                metric("odr_mfn", 0.01, at=at, place="DE", status="BAD", details=PARTS, **window),
                metric("odr_mfn", 0.008, at=at - 7 * DAY, place="DE"),
                metric("listingPolicyViolations", 2, at=at, place="DE", status="BAD"),
            ]
        )


def table(app: AppTest, label: str) -> dict[str, Any]:
    (found,) = [part for part in parts(app) if "cells" in part and label in part["label"]]
    return found


def column(app: AppTest, label: str, head: str) -> dict[str, dict[str, Any]]:
    found = table(app, label)
    return {row[0]["text"]: row[found["heads"].index(head)] for row in found["cells"]}


def test_every_marketplace_shows_amazons_own_words(desk: Store, visit: Visit) -> None:
    fill(desk)
    app = visit(HEALTH)
    assert {place: cell["text"] for place, cell in column(app, "All", "Status").items()} == {
        "DE": "AT_RISK",
        "US": "NORMAL",
    }
    rates = column(app, "All", "Order defects, merchant")
    assert (rates["DE"]["text"], rates["DE"]["sub"], rates["DE"]["tone"]) == ("1 %", "BAD", "bad")
    assert (rates["US"]["text"], rates["US"]["sub"], rates["US"]["tone"]) == ("0.44 %", "GOOD", "")


def test_the_opened_marketplace_shows_target_headroom_trend_and_window(desk: Store, visit: Visit) -> None:
    fill(desk)
    found = table(visit(HEALTH, mp="DE", metric="odr_mfn"), "Metrics of DE")
    (line,) = [row for row in found["cells"] if row[0]["text"] == "Order defect rate, merchant"]
    assert [cell["text"] for cell in line] == [
        "Order defect rate, merchant",
        "1 %",
        "less than 1 %",
        "1 order with a defect too many",
        "+0.2 points in 7 days",
        "BAD",
    ]
    assert line[0]["sub"] == "9 Sep to 8 Nov"
    assert "Amazon's seller performance targets" in line[2]["help"]


def test_an_order_defect_rate_is_shown_by_its_three_parts(desk: Store, visit: Visit) -> None:
    fill(desk)
    found = table(visit(HEALTH, mp="DE"), "Metrics of DE")
    below = [(row[0]["text"], row[1]["text"], row[2]["text"]) for row in found["cells"] if row[0].get("inner")]
    assert below == [
        ("Negative feedback", "6", "of 900 orders"),
        ("A-to-z claims", "2", "of 900 orders"),
        ("Chargebacks", "1", "of 900 orders"),
    ]


def test_age_coverage_and_what_is_missing_are_in_sight(desk: Store, visit: Visit) -> None:
    fill(desk, NOW - 3 * HOUR)
    text = shown(visit(HEALTH)).replace("\\", "")
    assert "2 marketplaces, oldest snapshot 3 h ago; no report of JP." in text


def test_stale_figures_are_grey_whatever_they_say(desk: Store, visit: Visit) -> None:
    fill(desk, NOW - 27 * HOUR)
    app = visit(HEALTH)
    assert "2 stale (older than 26 h), in grey" in shown(app).replace("\\", "")
    tones = {cell.get("tone") for row in table(app, "All")["cells"] for cell in row[:-1]}
    assert tones == {"stale"}


def test_picking_a_figure_opens_what_is_behind_it(desk: Store, visit: Visit) -> None:
    fill(desk)
    app = visit(HEALTH)
    pick = column(app, "All", "Order defects, merchant")["US"]["pick"]
    app = answer(app, "glance", "pick", pick)
    assert dict(app.query_params) == {"account": "acme", "mp": "US", "metric": "odr_mfn"}
    assert table(app, "Metrics of US")["picked"] == pick
    text = shown(app).replace("\\", "")
    assert "**Order defect rate, merchant** over 90 days" in text
    assert app.get("plotly_chart")
    assert "https://sellercentral.amazon.com/performance/dashboard" in [
        each.proto.url for each in app.get("link_button")
    ]


def test_unshipped_orders_open_their_list(desk: Store, visit: Visit) -> None:
    fill(desk)
    more = {"channel": "fbm", "purchased_at": NOW - DAY, "first_seen_at": NOW, "read_at": NOW, "marketplace": "US"}
    with desk.write() as session:
        session.add(AmazonOrder(account="acme", order_id=ORDERS[20], status="Unshipped", ship_by=NOW - HOUR, **more))
    app = visit(HEALTH)
    cell = column(app, "All", "Unshipped")["US"]
    assert (cell["text"], cell["sub"], cell["tone"]) == ("1", "1 late", "bad")
    app = answer(app, "glance", "pick", cell["pick"])
    text = shown(app).replace("\\", "")
    assert ORDERS[20] in text
    assert "1 merchant order, 1 past the ship-by date; must be 0 by the end of the day" in text


def test_without_a_report_the_page_says_how_to_get_one(empty_desk: Store, visit: Visit) -> None:
    text = shown(visit(HEALTH)).replace("\\", "")
    assert "GET_V2_SELLER_PERFORMANCE_REPORT" in text
    assert "Connect the account's SP-API" in text
    assert "Unshipped orders: no order data yet." in text


@pytest.mark.parametrize("parameters", [{"mp": "XX"}, {"metric": "<b>"}, {"account": "nobody", "metric": "unshipped"}])
def test_what_the_url_says_wrongly_does_no_harm(parameters: dict[str, str], desk: Store, visit: Visit) -> None:
    fill(desk)
    assert not visit(HEALTH, **parameters).exception


def test_words_of_amazons_that_look_like_markup_are_words(desk: Store, visit: Visit) -> None:
    rude = "**BAD** <img src=x>"
    with desk.write() as session:
        session.add(metric("listing<b>Violations", 1, status=rude))
    app = visit(HEALTH)
    assert not app.exception
    assert [each.proto.body for each in app.get("markdown") if "<img" in each.proto.body] == []
    assert table(app, "Metrics of US")["cells"][0][-1]["text"] == rude


def test_the_page_costs_the_same_with_400_snapshots(desk: Store, visit: Visit) -> None:
    fill(desk)
    few = _cost(desk, visit)
    with desk.write() as session:
        session.add_all(metric("odr_mfn", 0.01, at=NOW - n * 5 * HOUR, place="DE") for n in range(1, 400))
    assert _cost(desk, visit) == few


def _cost(store: Store, visit: Visit) -> int:
    app = visit(HEALTH)
    with statements(store) as seen:
        app.run()
    assert not app.exception
    return len(seen)
