"""Single questions to Amazon: orders that people want, who may be asked for a review, what reviews speak of."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data import asked as answers
from data import order_wishes, streams
from data.models.amazon import AmazonOrder
from data.models.amazon_work import OrderWish
from data.store import Store
from services.reports.base import Row
from services.settings import Account, Settings
from services.sources.amazon import asked
from services.sources.amazon.client import Client
from services.sync import engine, rows, runner, schedule
from tests.amazons import Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Seller

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
US = "ATVPDKIKX0DER"


def number(n: int) -> str:
    return f"114-555{n:04}-7770001"


def an_order(n: int) -> dict[str, Any]:
    return {
        "orderId": number(n),
        "createdTime": "2025-06-01T10:00:00Z",
        "lastUpdatedTime": "2025-06-02T10:00:00Z",
        "salesChannel": {"marketplaceId": US},
        "fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "MERCHANT"},
        "buyer": {"buyerName": "Somebody Example"},
    }


class Desk:
    """One account's questions, run as the sync does, by the simulated clock."""

    def __init__(self, store: Store, client: Client, clock: Simulated) -> None:
        self.store, self.client, self.clock = store, client, clock
        self.settings = Settings(accounts={"acme": Account.model_validate({"marketplaces": ["US", "CA"]})})

    def run(self, name: str) -> runner.Outcome:
        stream = next(each for each in asked.streams(self.client, "acme", ("US", "CA")) if each.name == name)
        os.environ["WITHIN24_NOW"] = self.clock.now().isoformat()
        try:
            return runner.run_stream(self.store, self.settings, stream)
        finally:
            del os.environ["WITHIN24_NOW"]

    def want(self, n: int) -> None:
        with self.store.write() as session:
            order_wishes.want(session, "acme", number(n), by="Anna", at=self.clock.now())

    def wish(self, n: int) -> OrderWish:
        with self.store.read() as session:
            found = order_wishes.of_order(session, "acme", number(n))
        assert found is not None
        return found

    def orders(self) -> list[str]:
        with self.store.read() as session:
            return list(session.scalars(select(AmazonOrder.order_id).order_by(AmazonOrder.order_id)))

    def put(self, *made: Row) -> None:
        with self.store.write() as session:
            rows.store(session, made, self.clock.now())

    def delivered(self, n: int, days: float, **more: Any) -> Row:
        then = self.clock.now() - timedelta(days=days)
        values = {"order_id": number(n), "marketplace": "US", "status": "Shipped", "channel": "fbm"}
        times = {"purchased_at": then, "deliver_by": then, "updated_at": then}
        return Row("order", {"account": "acme"} | values | times | more)


@pytest.fixture
def desk(store: Store, client: Client, clock: Simulated) -> Desk:
    return Desk(store, client, clock)


# Orders that people want


def test_without_a_wish_nothing_is_asked(desk: Desk, amazon: Amazon) -> None:
    assert desk.run("wanted_orders").state == "ok"
    assert amazon.requests == []


def test_a_wanted_order_comes_without_anything_personal(desk: Desk, amazon: Amazon, seller: Seller) -> None:
    seller.orders = [an_order(1), an_order(2)]
    desk.want(1)
    assert desk.wish(1).done_at is None
    desk.run("wanted_orders")
    assert (desk.orders(), desk.wish(1).message) == ([number(1)], "")
    assert desk.wish(1).done_at is not None
    (request,) = amazon.asked("getOrder")
    assert "BUYER" not in request.params["includedData"]
    desk.run("wanted_orders")
    assert amazon.count("getOrder") == 1


def test_an_order_that_is_not_there_is_said_and_can_be_asked_for_again(
    desk: Desk, amazon: Amazon, seller: Seller
) -> None:
    desk.want(1)
    assert desk.run("wanted_orders").state == "ok"
    assert "no such order" in desk.wish(1).message
    assert "two years" in desk.wish(1).message
    seller.orders = [an_order(1)]
    desk.want(1)
    assert (desk.wish(1).done_at, desk.wish(1).message) == (None, "")
    desk.run("wanted_orders")
    assert desk.orders() == [number(1)]


def test_a_wish_wakes_its_stream_and_no_other(desk: Desk, store: Store) -> None:
    desk.run("wanted_orders")
    stream = asked.streams(desk.client, "acme", ("US",))[0]
    with store.read() as session:
        assert schedule.due([stream], streams.states(session), desk.clock.now() - HOUR) == []
    desk.want(1)
    with store.read() as session:
        states = streams.states(session)
    assert schedule.due([stream], states, desk.clock.now() - HOUR) == [stream]
    assert list(states) == [("amazon", "acme", "wanted_orders")]


def test_wishes_wait_while_amazon_is_away_or_the_budget_is_used_up(
    desk: Desk, amazon: Amazon, seller: Seller, clock: Simulated
) -> None:
    seller.orders = [an_order(n) for n in range(1, 41)]
    for n in range(1, 41):
        desk.want(n)
    amazon.fail("getOrder", *[fake.UNAVAILABLE] * 5)
    assert desk.run("wanted_orders").state == "retry"
    assert desk.wish(1).done_at is None
    runs = 0
    while desk.run("wanted_orders").state == "waiting":
        clock.sleep(5)
        runs += 1
        assert runs < 50
    assert runs > 2
    assert desk.orders() == [number(n) for n in range(1, 41)]
    assert amazon.refused() == []


def test_a_missing_role_is_for_a_person_and_the_wish_waits(desk: Desk, seller: Seller) -> None:
    seller.forbidden = {"getOrder"}
    desk.want(1)
    outcome = desk.run("wanted_orders")
    assert outcome.state == "needs_person"
    assert "Inventory and Order Tracking" in outcome.what_to_do
    assert desk.wish(1).done_at is None


# Review requests and review topics


def test_only_orders_that_were_delivered_five_to_thirty_days_ago_are_asked_about(
    desk: Desk, amazon: Amazon, seller: Seller, store: Store
) -> None:
    desk.put(*(desk.delivered(n, days) for n, days in enumerate((2, 10, 29, 31))))
    desk.put(desk.delivered(8, 10, status="Canceled"), desk.delivered(9, 10, marketplace=None))
    seller.solicitations = {number(1): ["productReviewAndSellerFeedback"], number(2): []}
    assert desk.run("solicitations").state == "ok"
    assert {request.path.rpartition("/")[2] for request in amazon.asked("getSolicitationActionsForOrder")} == {
        number(1),
        number(2),
    }
    with store.read() as session:
        found = {n: answers.solicitation(session, "acme", number(n)) for n in range(4)}
    assert {n: each.actions for n, each in found.items() if each} == {1: ["productReviewAndSellerFeedback"], 2: []}
    desk.run("solicitations")
    assert amazon.count("getSolicitationActionsForOrder") == 2


def test_many_orders_are_asked_about_bit_by_bit_each_once(desk: Desk, amazon: Amazon, clock: Simulated) -> None:
    desk.put(*(desk.delivered(n, 10) for n in range(60)))
    for _ in range(60):
        outcome = desk.run("solicitations")
        if outcome.state == "ok":
            break
        assert outcome.after is not None
        assert outcome.after > engine.LONGEST_WAIT
        clock.sleep(outcome.after.total_seconds())
    assert outcome.state == "ok"
    assert amazon.count("getSolicitationActionsForOrder", 404) == 60
    assert amazon.refused() == []


@pytest.mark.parametrize("name", ["solicitations", "topics"])
def test_who_lacks_the_role_for_them_is_not_troubled(
    desk: Desk, amazon: Amazon, seller: Seller, name: str
) -> None:
    seller.forbidden = {"getSolicitationActionsForOrder", "getItemReviewTopics"}
    desk.put(desk.delivered(1, 10), a_return(desk, 1))
    outcome = desk.run(name)
    assert (outcome.state, outcome.after) == ("waiting", DAY)
    assert "Who can do without" in outcome.message


def a_return(desk: Desk, n: int, asin: str = "B000000001") -> Row:
    values = {"order_id": number(n), "channel": "fba", "key": f"LPN{n}", "asin": asin, "sku": "S", "quantity": 1}
    return Row("return", {"account": "acme", "returned_at": desk.clock.now() - DAY, "marketplace": None} | values)


def test_topics_of_returned_items_are_kept_as_they_were_last(
    desk: Desk, amazon: Amazon, seller: Seller, store: Store, clock: Simulated
) -> None:
    desk.put(desk.delivered(1, 10), a_return(desk, 1), a_return(desk, 2, "B000000002"))
    seller.topics["B000000001"] = {
        "topics": {
            "positiveTopics": [{"topic": "light",
                                "asinMetrics": {"numberOfMentions": 9, "occurrencePercentage": 12.5}}],
            "negativeTopics": [{"topic": "switch", "asinMetrics": {"numberOfMentions": 4, "starRatingImpact": -0.4}},
                               {"topic": None}, "nonsense"],
        }
    }  # fmt: skip
    assert desk.run("topics").state == "ok"
    assert topics(store) == [("light", "positive", 9, 0.125, None), ("switch", "negative", 4, None, -0.4)]
    # The second item's order is not known, so neither is its marketplace.
    assert amazon.count("getItemReviewTopics") == 1
    clock.sleep(8 * DAY.total_seconds())
    del seller.topics["B000000001"]
    assert desk.run("topics").state == "ok"
    assert (topics(store), amazon.count("getItemReviewTopics", 204)) == ([], 1)


def topics(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as session:
        found = answers.topics(session, "acme", "B000000001", "US")
    return [(each.topic, each.sentiment, each.mentions, each.share, each.impact) for each in found]

