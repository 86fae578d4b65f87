"""Amazon's streams through the real runner: what they bring, when they wait, and what trouble leaves as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data import streams as stream_states
from data.models.amazon import AmazonOrder, CustomerReturn, FinanceEvent, SellerFeedback
from data.models.ledger import Reject
from data.store import Store
from services.settings import Account, Settings
from services.sources.amazon import lists, reports, source
from services.sources.amazon.client import Client
from services.sources.base import Stream
from services.sync import runner
from tests import amazons
from tests.amazons import START, Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Report, Seller

DAY = timedelta(days=1)
FEEDBACK, FBA = "GET_SELLER_FEEDBACK_DATA", "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
ALL_ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
PLACES = ("US", "CA")
COLUMNS = {
    FEEDBACK: ["Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"],
    FBA: [
        *("return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id"),
        *("detailed-disposition", "reason", "status", "license-plate-number", "customer-comments"),
    ],
}


def table(type_: str, *rows: list[str]) -> bytes:
    return "".join("\t".join(row) + "\r\n" for row in [COLUMNS[type_], *rows]).encode()


def a_return(n: int = 1, day: str = "2026-11-10") -> list[str]:
    return [f"{day}T10:00:00+00:00", f"114-555{n:04}-7770001", "SKU-1", "B000000001", "X000000001", "Lamp", "1", "AAA1",
            "SELLABLE", "UNWANTED_ITEM", "Unit returned to inventory", f"LPNAAA{n:09}", ""]  # fmt: skip


def some_feedback(n: int = 1) -> list[str]:
    return ["11/10/26", "1", "Late.", "", f"114-555{n:04}-7770001", f"x{n}@marketplace.amazon.com"]


class Desk:
    """One account's streams, run as the sync does, by the simulated clock."""

    def __init__(self, store: Store, client: Client, clock: Simulated) -> None:
        self.store, self.client, self.clock = store, client, clock
        account = {"marketplaces": PLACES}
        self.settings = Settings(accounts={"acme": Account.model_validate(account)})

    def run(self, stream: Stream) -> runner.Outcome:
        os.environ["WITHIN24_NOW"] = self.clock.now().isoformat()
        try:
            return runner.run_stream(self.store, self.settings, stream)
        finally:
            del os.environ["WITHIN24_NOW"]

    def settle(self, stream: Stream, most: int = 300) -> runner.Outcome:
        """Run a stream whenever it wants, until it no longer waits."""
        for _ in range(most):
            outcome = self.run(stream)
            if outcome.state != "waiting":
                return outcome
            assert outcome.after is not None
            self.clock.sleep(outcome.after.total_seconds())
        raise AssertionError(f"still waiting: {outcome}")

    def report(self, kind: str, *places: str) -> reports.ReportStream:
        found = reports.streams(self.client, "acme", PLACES)
        return next(each for each in found if each.kind.name == kind and each.marketplaces == (places or PLACES))

    def list_of(self, name: str) -> Any:
        return next(each for each in lists.streams(self.client, "acme", PLACES) if each.name == name)

    def count(self, model: Any) -> int:
        with self.store.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def cursor(self, stream: Stream) -> str | None:
        with self.store.write() as session:
            return stream_states.state(session, (stream.source, stream.account, stream.name)).cursor


@pytest.fixture
def desk(store: Store, make_client: Callable[..., Client], clock: Simulated) -> Desk:
    return Desk(store, make_client(patience=timedelta(seconds=30)), clock)


def test_a_list_that_is_too_long_for_the_budget_gives_the_others_a_turn(
    store: Store, client: Client, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    seller.events = [{} for _ in range(4)]
    desk, runs = Desk(store, client, clock), 0
    stream = desk.list_of("finance_events")
    while (outcome := desk.run(stream)).state == "waiting":
        runs += 1
        assert runs < 200
        assert timedelta(seconds=2) <= (outcome.after or DAY) <= timedelta(seconds=5.1)
        clock.sleep((outcome.after or DAY).total_seconds())
    calls = amazon.count("listFinancialEvents")
    assert (outcome.state, calls, amazon.refused()) == ("ok", 53 * 4, [])
    assert calls >= 0.9 * amazon.allowed("listFinancialEvents", (clock.now() - START).total_seconds() - 5)


def test_returns_of_a_year_arrive_and_the_next_sync_reads_only_what_still_changes(
    desk: Desk, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    seller.reports[FBA] = Content(table(FBA, a_return(1), a_return(2)))
    stream = desk.report("fba_returns")
    assert desk.settle(stream).state == "ok"
    assert desk.count(CustomerReturn) == 2
    made = [(one.start, one.end) for one in seller.made.values()]
    assert len(made) == 1 + 4
    assert desk.run(stream).state == "ok"
    assert len(seller.made) == 5
    clock.pass_by(hours=4)
    assert desk.settle(stream).state == "ok"
    assert len(seller.made) == 6
    assert amazon.refused() == []


def test_nothing_is_asked_of_amazon_before_the_interval_is_over(
    desk: Desk, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback()))
    stream = desk.report("seller_feedback", "US")
    desk.settle(stream)
    before = len(amazon.requests)
    for _ in range(11):
        clock.pass_by(hours=1)
        desk.run(stream)
    assert len(amazon.requests) == before
    clock.pass_by(hours=1)
    desk.settle(stream)
    assert len(seller.made) == 2
    assert desk.count(SellerFeedback) == 1


def test_cancelled_deletes_nothing_and_keeps_the_watermark(desk: Desk, seller: Seller, clock: Simulated) -> None:
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback()))
    stream = desk.report("seller_feedback", "US")
    desk.settle(stream)
    cursor = desk.cursor(stream)
    seller.stages[FEEDBACK] = ["IN_QUEUE", "CANCELLED"]
    clock.pass_by(hours=12)
    assert desk.settle(stream).state == "ok"
    assert (desk.count(SellerFeedback), desk.cursor(stream)) == (1, cursor)


def test_another_reports_content_is_set_aside_and_nothing_of_it_is_stored(
    desk: Desk, seller: Seller, clock: Simulated
) -> None:
    seller.reports[FEEDBACK] = Content(table(FBA, a_return()))
    stream = desk.report("seller_feedback", "US")
    outcome = desk.settle(stream)
    assert outcome.state == "needs_person"
    assert "This is a report of" in outcome.message
    with desk.store.read() as session:
        (reject,) = session.scalars(select(Reject)).all()
    assert "not of" in reject.reason
    assert (desk.client.memory.folder / reject.place).is_file()
    assert (desk.count(SellerFeedback), desk.count(CustomerReturn)) == (0, 0)
    assert desk.run(stream).state == "needs_person"
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback()))
    clock.pass_by(hours=12)
    assert desk.settle(stream).state == "ok"
    assert desk.count(SellerFeedback) == 1


def test_a_bad_row_is_rejected_with_its_line_and_the_others_are_kept(desk: Desk, seller: Seller) -> None:
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback(1), ["11/10/26", "1"], some_feedback(2)))
    outcome = desk.settle(desk.report("seller_feedback", "US"))
    assert (outcome.state, desk.count(SellerFeedback)) == ("ok", 2)
    with desk.store.read() as session:
        (reject,) = session.scalars(select(Reject)).all()
    assert reject.place.endswith(".gz:3")


def test_a_document_without_a_byte_is_as_unknown_as_a_cancelled_report(desk: Desk, seller: Seller) -> None:
    seller.reports[FEEDBACK] = Content(b"")
    stream = desk.report("seller_feedback", "US")
    assert (desk.settle(stream).state, desk.cursor(stream)) == ("ok", None)


@pytest.mark.parametrize("stages", [["FATAL"], ["IN_QUEUE"]], ids=["fatal", "stuck"])
def test_a_report_that_amazon_cannot_make_needs_a_person_until_one_comes(
    desk: Desk, seller: Seller, clock: Simulated, stages: list[str]
) -> None:
    seller.stages[FEEDBACK] = stages
    stream = desk.report("seller_feedback", "US")
    assert desk.settle(stream).state == "needs_person"
    seller.stages.clear()
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback()))
    clock.pass_by(hours=25)
    assert desk.settle(stream).state == "ok"


def test_one_failing_marketplace_leaves_the_other_alone(desk: Desk, seller: Seller) -> None:
    def content(report: Report) -> Content:
        us = report.marketplaces == ["ATVPDKIKX0DER"]
        return Content(table(FEEDBACK, some_feedback()) if us else b"nonsense")

    seller.reports[FEEDBACK] = content
    assert desk.settle(desk.report("seller_feedback", "CA")).state == "needs_person"
    assert desk.settle(desk.report("seller_feedback", "US")).state == "ok"
    assert desk.count(SellerFeedback) == 1


def test_a_fetched_file_that_vanished_is_fetched_again(
    desk: Desk, seller: Seller, amazon: Amazon, clock: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, some_feedback()))
    stream = desk.report("seller_feedback", "US")
    with monkeypatch.context() as patch:
        patch.setattr(reports.readers, "read", lambda *_: 1 / 0)
        assert desk.settle(stream).state == "retry"
    for file in desk.client.memory.folder.rglob("*.gz"):
        file.unlink()
    assert desk.settle(stream).state == "ok"
    assert (desk.count(SellerFeedback), amazon.count("createReport")) == (1, 1)


def test_rows_and_cursor_of_a_report_are_stored_before_it_counts_as_read(
    desk: Desk, seller: Seller, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "BATCH_ROWS", 2)
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, *(some_feedback(n) for n in range(1, 8))))
    stream = desk.report("seller_feedback", "US")
    while (outcome := desk.run(stream)).state == "waiting" and "Fetched" not in outcome.message:
        if desk.count(SellerFeedback):
            break
        desk.clock.sleep((outcome.after or DAY).total_seconds())
    assert desk.count(SellerFeedback) == 7
    assert amazon.count("createReport") == 1
    assert "2026-11-22" in (desk.cursor(stream) or "")


def test_a_million_rows_would_not_stand_in_memory(desk: Desk, seller: Seller) -> None:
    """Batches hold at most 2,000 rows, and the document is streamed."""
    seller.reports[FEEDBACK] = Content(table(FEEDBACK, *(some_feedback(n) for n in range(1, 5001))))
    stream, sizes = desk.report("seller_feedback", "US"), []
    cursor = None
    for _ in range(20):
        try:
            for batch in stream.fetch(cursor, desk.clock.now()):
                sizes.append(len(batch.rows))
                cursor = batch.cursor
            break
        except Exception:
            desk.clock.pass_by(minutes=5)
    assert [size for size in sizes if size] == [2000, 2000, 1000]


# Lists


def an_order(n: int, updated: Any = None, **more: Any) -> dict[str, Any]:
    at = (updated or START - timedelta(hours=n)).isoformat()
    return {
        "orderId": f"114-555{n:04}-7770001", "createdTime": at, "lastUpdatedTime": at, "orderItems": [],
        "salesChannel": {"marketplaceId": "ATVPDKIKX0DER"}, "buyer": {"buyerName": "Kim Example"},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
    } | more  # fmt: skip


def test_changed_orders_arrive_without_personal_data(
    desk: Desk, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    seller.orders = [an_order(n) for n in range(1, 30)]
    stream = desk.list_of("orders")
    assert desk.settle(stream).state == "ok"
    assert desk.count(AmazonOrder) == 29
    clock.pass_by(minutes=15)
    seller.orders = [an_order(40, clock.now() - timedelta(minutes=4))]
    assert desk.run(stream).tally.new == 1
    for request in amazon.asked("searchOrders"):
        assert not {"BUYER", "RECIPIENT"} & set(request.params["includedData"].split(","))
        assert request.params["marketplaceIds"] == "ATVPDKIKX0DER,A2EUQ1WTGCTBG2"


def test_many_orders_go_on_page_by_page_as_the_budget_allows(
    desk: Desk, seller: Seller, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.orders = [an_order(n, START - timedelta(minutes=n)) for n in range(10, 2600)]
    begun = desk.clock.now()
    assert desk.settle(desk.list_of("orders")).state == "ok"
    assert desk.count(AmazonOrder) == 2590
    assert (amazon.count("searchOrders"), amazon.refused()) == (26, [])
    assert desk.clock.now() - begun < timedelta(minutes=25)


def test_a_forgotten_page_token_begins_the_window_again(desk: Desk, seller: Seller, amazon: Amazon) -> None:
    seller.orders = [an_order(n, START - timedelta(minutes=n)) for n in range(10, 260)]
    amazon.fail("searchOrders", None, fake.Fault(400, fake.fault("InvalidInput", "The token has expired.")))
    assert desk.settle(desk.list_of("orders")).state == "ok"
    assert desk.count(AmazonOrder) == 250
    assert amazon.count("searchOrders") == 5


def test_unshipped_orders_are_those_of_merchants_only(desk: Desk, seller: Seller, amazon: Amazon) -> None:
    shipped = {"fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "MERCHANT"}}
    fba = {"fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "AMAZON"}}
    seller.orders = [an_order(1), an_order(2, **shipped), an_order(3, **fba), an_order(4, START - 31 * DAY)]
    assert desk.settle(desk.list_of("unshipped")).state == "ok"
    assert (desk.count(AmazonOrder), amazon.count("searchOrders")) == (1, 1)


def test_finance_events_are_walked_week_by_week_and_the_last_week_again(
    desk: Desk, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    amount = {"CurrencyCode": "USD", "CurrencyAmount": -20.0}
    item = {"SellerSKU": "SKU-1", "OrderAdjustmentItemId": "1",
            "ItemChargeAdjustmentList": [{"ChargeType": "Principal", "ChargeAmount": amount}]}  # fmt: skip
    event = {"AmazonOrderId": "114-5550001-7770001", "PostedDate": "2026-11-10T00:00:00Z",
             "MarketplaceName": "Amazon.com", "ShipmentItemAdjustmentList": [item]}  # fmt: skip
    seller.events = [{"ChargebackEventList": [event]}, {}, {"GuaranteeClaimEventList": [event]}]
    stream = desk.list_of("finance_events")
    assert desk.settle(stream).state == "ok"
    assert desk.count(FinanceEvent) == 2
    asked = [request.params for request in amazon.asked("listFinancialEvents") if "NextToken" not in request.params]
    assert (asked[0]["PostedAfter"], asked[-1]["PostedBefore"][:10]) == ("2025-11-22T09:00:00Z", "2026-11-22")
    assert all(one["PostedBefore"] == other["PostedAfter"] for one, other in zip(asked, asked[1:], strict=False))
    assert len(asked) == 53
    before = amazon.count("listFinancialEvents")
    clock.pass_by(hours=6)
    desk.settle(stream)
    assert amazon.count("listFinancialEvents") - before == 2 * 3
    clock.pass_by(days=7)
    before = amazon.count("listFinancialEvents")
    desk.settle(stream)
    assert amazon.count("listFinancialEvents") - before == 8 * 3
    assert (desk.count(FinanceEvent), amazon.refused()) == (2, [])


def test_trouble_in_the_middle_keeps_what_came_and_goes_on_there(desk: Desk, seller: Seller, amazon: Amazon) -> None:
    seller.events = [{}, {}, {}]
    amazon.fail("listFinancialEvents", None, None, None, None, *[fake.UNAVAILABLE] * 5)
    stream = desk.list_of("finance_events")
    outcome = desk.run(stream)
    while outcome.state == "waiting":
        desk.clock.sleep(1)
        outcome = desk.run(stream)
    assert outcome.state == "retry"
    before = amazon.count("listFinancialEvents")
    assert desk.settle(stream).state == "ok"
    assert amazon.count("listFinancialEvents") - before == 53 * 3 - 4


# The source


def test_an_account_without_access_has_no_streams_and_nothing_is_contacted(store: Store, tmp_path: Path) -> None:
    memory = amazons.memory(store, tmp_path)
    assert source.connect(Settings(accounts={"acme": Account(marketplaces=("US",))}), memory) == []


def test_every_stream_of_an_account_has_a_name_of_its_own(
    store: Store, tmp_path: Path, amazon: Amazon, seller: Seller
) -> None:
    account = Account(marketplaces=PLACES, sp_api=amazons.access(amazon, seller))
    found = source.connect(Settings(accounts={"acme": account}), amazons.memory(store, tmp_path))
    names = [each.name for each in found]
    assert len(set(names)) == len(names)
    assert set(names) >= {"orders", "unshipped", "finance_events", "account_health", "all_orders", "fba_returns",
                          "fbm_returns", "fba_replacements", "seller_feedback US", "seller_feedback CA"}  # fmt: skip
    assert amazon.requests == []
    assert {each.source for each in found} == {"amazon"}
