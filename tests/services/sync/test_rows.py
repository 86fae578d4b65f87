"""Reports in a folder, synced and exported: keys, changes, what comes late, and what must not be overwritten."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data import claims, feedback, health, orders
from data.models.return_figures import UnitWeek
from services.reports.base import Row
from services.sync import rows as rows_
from tests import mails
from tests import reports as made
from tests.desks import DAY, HOUR, NOW, Desk
from tests.reports import ORDER, OTHER, feedback_row, tsv


def opened_mail(at: datetime, days: str = "3 calendar days") -> bytes:
    """Amazon's notice that a buyer wants money back."""
    html = f"<p>A buyer has filed a claim for 45.90 USD. Please answer within {days}.</p><p>Order ID: {ORDER}</p>"
    return mails.notice(
        f"Refund request received for order {ORDER}",
        html,
        type_header="A_Z_CLAIM_RESPONDENT_NOTIFY",
        sender="atoz-guarantee-no-reply@amazon.com",
        marketplace="US",
        date=at,
    )


class Reports:
    """The reports folder of a desk's account."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._clock = desk, 1_700_000_000.0

    def put(self, name: str, content: Any) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        path: Path = self.desk.root / "acme" / "reports" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        self._clock += 1
        os.utime(path, (self._clock, self._clock))

    def read(self, name: str, content: Any, now: datetime = NOW) -> tuple[int, int, int]:
        """(new, changed, rejected) of a sync with this file."""
        self.put(name, content)
        outcome = self.desk.sync(now)[1]
        assert outcome.state == "ok", outcome
        return outcome.tally.new, outcome.tally.changed, outcome.tally.rejected

    def only(self, kind: str) -> dict[str, Any]:
        (row,) = self.desk.rows(kind)
        return row


@pytest.fixture
def desk_reports(desk: Desk) -> Reports:
    return Reports(desk)


@pytest.fixture
def every_reports(every_desk: Desk) -> Reports:
    return Reports(every_desk)


def test_every_kind_is_stored_and_exported_with_the_promised_keys_on_both_databases(every_reports: Reports) -> None:
    put = every_reports.put
    put("1", tsv(made.ALL_ORDERS, [made.order_row()]))
    put("2", made.feedback("US", feedback_row()))
    put("3", tsv(made.FBA_RETURNS, [made.fba_return()]))
    put("4", tsv(made.FBM_RETURNS, [made.fbm_return()]))
    put("5", finances(GuaranteeClaimEventList=[-4590, -367]))
    put("6", {"accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": "NORMAL"}]})
    put("7", tsv(made.REPLACEMENTS, [("2026-11-01T08:00:00+00:00", "NL-1", "", "", "", "1", "3", OTHER, ORDER)]))
    every_reports.desk.sync()
    promised = {
        "orders": "account marketplace order_id status channel purchased_at updated_at",
        "feedback": "account marketplace order_id date rating comment response category action state window_ends",
        "returns": "account marketplace order_id channel sku asin quantity returned_at reason_raw reason disposition "
                   "state comment key",
        "claims": "account marketplace order_id kind state opened_at respond_by amount currency reason outcome source",
        "health": "account marketplace metric value target status window_from window_to taken_at",
    }  # fmt: skip
    for kind, names in promised.items():
        found = every_reports.desk.rows(kind)
        assert found, kind
        assert all(set(names.split()) <= row.keys() for row in found), kind
        assert all(row["marketplace"] == "US" for row in found), kind
    assert every_reports.desk.rows("rejects") == []
    before = {kind: every_reports.desk.rows(kind) for kind in promised}
    every_reports.desk.sync(NOW + HOUR)
    assert {kind: every_reports.desk.rows(kind) for kind in promised} == before


def test_a_report_read_twice_changes_nothing(desk_reports: Reports) -> None:
    text = tsv(made.ALL_ORDERS, [made.order_row(), made.order_row(amazon_order_id=OTHER)])
    assert desk_reports.read("a.txt", text) == (4, 0, 0)
    assert desk_reports.read("b.txt", text + "\r\n") == (0, 0, 0)


def test_a_newer_report_changes_an_order_and_an_older_one_does_not(desk_reports: Reports) -> None:
    def row(status: str, at: str, **more: str) -> str:
        return tsv(made.ALL_ORDERS, [made.order_row(order_status=status, last_updated_date=at, **more)])

    desk_reports.read("a.txt", row("Pending", "2026-11-12T09:00:00+00:00", ship_service_level=""))
    assert desk_reports.read("b.txt", row("Shipped", "2026-11-14T09:00:00Z", ship_service_level="")) == (0, 2, 0)
    desk_reports.read("c.txt", row("Cancelled", "2026-11-13T09:00:00Z", ship_service_level="Expedited"))
    shown = desk_reports.only("orders")
    assert (shown["status"], shown["updated_at"]) == ("Shipped", "2026-11-14T09:00:00Z")
    with desk_reports.desk.store.read() as session:
        order = orders.order(session, "acme", ORDER)
        assert order is not None
        assert order.service_level == "Expedited"


def sold(reports: Reports) -> dict[str, int]:
    """SKU -> units sold."""
    with reports.desk.store.read() as session:
        weeks = session.scalars(select(UnitWeek).where(UnitWeek.level == "sku", UnitWeek.sold > 0))
        return {week.sku: week.sold for week in weeks}


def test_report_and_api_describe_one_order_without_counting_its_units_twice(desk_reports: Reports) -> None:
    desk_reports.put("a.txt", tsv(made.ALL_ORDERS, [made.order_row(quantity="1"), made.order_row(quantity="1")]))
    item = {"orderItemId": "61", "quantityOrdered": 2, "product": {"sellerSku": "NL-1", "asin": "B0TEST0001"}}
    desk_reports.read("b.json", {"orders": [{
        "orderId": ORDER, "lastUpdatedTime": "2026-11-15T09:00:00Z", "orderItems": [item],
        "createdTime": "2026-11-10T08:00:00Z", "fulfillment": {"fulfillmentStatus": "SHIPPED"},
    }]})  # fmt: skip
    with desk_reports.desk.store.read() as session:
        assert [(line.source, line.quantity) for line in orders.items(session, "acme", ORDER)] == [("api", 2)]
    assert sold(desk_reports) == {"NL-1": 2}
    assert desk_reports.only("orders")["status"] == "SHIPPED"


def test_cancelled_orders_are_no_units_sold(desk_reports: Reports) -> None:
    desk_reports.read("a.txt", tsv(made.ALL_ORDERS, [
        made.order_row(), made.order_row(amazon_order_id=OTHER, order_status="Cancelled")]))  # fmt: skip
    assert sold(desk_reports) == {"NL-1": 2}


def test_what_is_unshipped_is_counted_per_marketplace(desk_reports: Reports) -> None:
    desk_reports.put("a.txt", tsv(made.UNSHIPPED, [made.unshipped_row(), made.unshipped_row(order_id=OTHER)]))
    desk_reports.read("b.txt", tsv(made.ALL_ORDERS, [
        made.order_row(amazon_order_id=OTHER, order_status="Shipped", last_updated_date="2026-11-21T10:00:00Z"),
        made.order_row(order_status="Unshipped", fulfillment_channel="Merchant"),
    ]))  # fmt: skip
    with desk_reports.desk.store.read() as session:
        assert orders.unshipped_count(session) == {("acme", "US"): 1}
        assert [order.order_id for order in orders.unshipped(session)] == [ORDER]


def test_a_feedback_that_changes_keeps_what_it_said(desk_reports: Reports) -> None:
    desk_reports.read("a.txt", made.feedback("US", feedback_row(comment="Bad", response="")))
    later = made.feedback("US", feedback_row(comment="", response="We are sorry", rating="3"))
    assert desk_reports.read("b.txt", later, NOW + DAY) == (0, 1, 0)
    shown = desk_reports.only("feedback")
    assert (shown["comment"], shown["response"], shown["rating"]) == ("", "We are sorry", 3)
    with desk_reports.desk.store.read() as session:
        told = [(each.field, each.before, each.after) for each in feedback.changes(session, "acme", ORDER)]
    assert sorted(told) == [("comment", "Bad", ""), ("rating", "1", "3"), ("response", "", "We are sorry")]


def test_every_sighting_of_a_feedback_is_noted_though_nothing_changed(desk_reports: Reports) -> None:
    desk_reports.read("a.txt", made.feedback("US", feedback_row()))
    assert desk_reports.read("b.txt", made.feedback("US", feedback_row(), feedback_row(OTHER)), NOW + DAY) == (1, 0, 0)
    with desk_reports.desk.store.read() as session:
        (found,) = feedback.of_orders(session, "acme", [ORDER])
    assert (found.first_seen_at, found.last_seen_at) == (NOW, NOW + DAY)


@pytest.mark.parametrize("order_first", [True, False])
def test_an_order_tells_the_marketplace_and_so_the_day_whenever_it_comes(
    desk_reports: Reports, order_first: bool
) -> None:
    files = [
        ("o.txt", tsv(made.ALL_ORDERS, [made.order_row(sales_channel="Amazon.co.uk")])),
        ("f.txt", made.feedback("US", feedback_row(date="03/04/26"))),
        ("r.txt", tsv(made.FBA_RETURNS, [made.fba_return()])),
    ]
    for name, text in files if order_first else reversed(files):
        desk_reports.read(name, text)
    shown = desk_reports.only("feedback")
    assert (shown["marketplace"], shown["date"]) == ("UK", "2026-04-03")
    assert desk_reports.only("returns")["marketplace"] == "UK"


def test_a_mail_about_the_order_tells_its_marketplace_too(desk_reports: Reports) -> None:
    desk_reports.desk.read(mails.buyer_mail(order=OTHER, marketplace="DE", date=NOW - HOUR))
    desk_reports.put("f.txt", made.feedback("US", feedback_row(OTHER, date="03/04/26")))
    desk_reports.read("r.txt", tsv(made.FBA_RETURNS, [made.fba_return(order_id=OTHER)]))
    assert (desk_reports.only("feedback")["marketplace"], desk_reports.only("feedback")["date"]) == ("DE", "2026-04-03")
    assert desk_reports.only("returns")["marketplace"] == "DE"


@pytest.mark.parametrize("days", [("2026-11-18", "2026-11-12"), ("2026-11-12", "2026-11-18")])
def test_a_unit_that_is_listed_twice_stands_once_with_its_latest_date(
    desk_reports: Reports, days: tuple[str, str]
) -> None:
    rows = [made.fba_return(return_date=f"{day}T10:00:00Z", status=f"as of {day}") for day in days]
    desk_reports.read("a.txt", tsv(made.FBA_RETURNS, rows))
    shown = desk_reports.only("returns")
    assert (shown["returned_at"], shown["state"]) == ("2026-11-18T10:00:00Z", "as of 2026-11-18")
    desk_reports.read("b.txt", tsv(made.FBA_RETURNS, [made.fba_return(return_date="2026-11-01T10:00:00Z")]))
    assert desk_reports.only("returns") == shown


def test_a_merchant_return_changes_its_state(desk_reports: Reports) -> None:
    desk_reports.read("a.txt", tsv(made.FBM_RETURNS, [made.fbm_return({"Return request status": "Pending"})]))
    after = made.fbm_return({"Return request status": "Completed", "Refunded Amount": "45.90"})
    assert desk_reports.read("b.txt", tsv(made.FBM_RETURNS, [after])) == (0, 1, 0)
    shown = desk_reports.only("returns")
    assert (shown["state"], shown["refunded"], shown["key"]) == ("Completed", "45.90", "DRMA1RRMA|B0TEST0001|NL-1")
    assert (shown["reason_raw"], shown["reason"], shown["returned_at"]) == (
        "CR-DEFECTIVE", "defective", "2026-11-16T00:00:00Z",
    )  # fmt: skip


def test_what_was_rejected_is_closed_when_the_file_is_mended(desk_reports: Reports) -> None:
    desk_reports.read("a.txt", made.feedback("US", feedback_row(rating="9"), ("x",)))
    assert [row["place"] for row in desk_reports.desk.rows("rejects")] == ["a.txt:2", "a.txt:3"]
    desk_reports.read("a.txt", made.feedback("US", feedback_row(rating="2"), ("x", "y")))
    (left,) = desk_reports.desk.rows("rejects")
    assert (left["place"], left["raw"], left["source"], left["stream"]) == ("a.txt:3", "x\ty", "folder", "reports")


def test_health_keeps_every_snapshot(desk_reports: Reports) -> None:
    def report(status: str) -> dict[str, Any]:
        return {"accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": status}]}

    desk_reports.read("a.json", report("NORMAL"))
    desk_reports.read("b.json", report("AT_RISK"))
    shown = desk_reports.desk.rows("health")
    assert [(row["metric"], row["value"], row["status"]) for row in shown] == [
        ("account_status", "NORMAL", "NORMAL"), ("account_status", "AT_RISK", "AT_RISK"),
    ]  # fmt: skip
    with desk_reports.desk.store.read() as session:
        assert [row.status for row in health.latest(session)] == ["AT_RISK"]
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        assert len(health.history(session, "acme", ["account_status"], since=long_ago)) == 2


def finances(**lists: Any) -> dict[str, Any]:
    """Finance events of 19 November for ORDER: list name -> charges in cents."""

    def event(amounts: list[int]) -> dict[str, Any]:
        charges = [{"ChargeType": f"C{n}", "ChargeAmount": {"CurrencyCode": "USD", "CurrencyAmount": cents / 100}}
                   for n, cents in enumerate(amounts)]  # fmt: skip
        fee = [{"FeeType": "Commission", "FeeAmount": {"CurrencyCode": "USD", "CurrencyAmount": 9.99}}]
        item = {"OrderAdjustmentItemId": "1", "ItemChargeAdjustmentList": charges, "ItemFeeAdjustmentList": fee}
        return {"AmazonOrderId": ORDER, "MarketplaceName": "Amazon.com", "PostedDate": "2026-11-19T10:00:00Z",
                "ShipmentItemAdjustmentList": [item]}  # fmt: skip

    return {"payload": {"FinancialEvents": {name: [event(amounts)] for name, amounts in lists.items()}}}


def test_a_claim_of_the_mail_and_its_money_are_one_row(desk_reports: Reports) -> None:
    desk_reports.desk.read(opened_mail(NOW - 5 * DAY))
    opened = desk_reports.only("claims")
    assert (opened["opened_at"], opened["respond_by"]) == ("2026-11-17T09:00:00Z", "2026-11-20T09:00:00Z")
    assert (opened["amount"], opened["marketplace"]) == ("45.90", "US")
    assert (opened["kind"], opened["state"], opened["source"], opened["outcome"]) == (
        "a_to_z", "action_required", "mail", None,
    )  # fmt: skip
    desk_reports.read("f.json", finances(GuaranteeClaimEventList=[-4590, -367], RefundEventList=[-100]))
    shown = desk_reports.only("claims")
    assert (shown["amount"], shown["currency"], shown["state"], shown["outcome"], shown["source"]) == (
        "49.57", "USD", "closed", "granted", "mail+finances",
    )  # fmt: skip
    assert (shown["opened_at"], shown["respond_by"]) == (opened["opened_at"], opened["respond_by"])
    with desk_reports.desk.store.read() as session:
        assert [mail.order_id for mail in claims.mails(session, "acme", [ORDER])] == [ORDER]
        assert claims.moneys(session, "acme", [OTHER]) == []
        assert orders.refunded(session, "acme", ORDER) == [("claim", "USD", 4957), ("refund", "USD", 100)]


def test_a_return_mail_without_a_report_makes_no_return(desk_reports: Reports) -> None:
    desk_reports.desk.read(
        mails.notice(
            f"Return authorization notification for order {ORDER}",
            f"<p>Order ID: {ORDER}</p>",
            type_header="RETURN_REQUEST",
            marketplace="US",
            date=NOW - DAY,
        )
    )
    assert desk_reports.desk.rows("returns") == []


def test_feedback_is_paged_without_gap_or_repeat(desk_reports: Reports) -> None:
    ids = [f"114-{n:07}-7770001" for n in range(120)]
    desk_reports.read(
        "b.txt", made.feedback("US", *(feedback_row(each, date=f"11/{1 + n % 18:02}/26") for n, each in enumerate(ids)))
    )
    with desk_reports.desk.store.read() as session:
        told, spot = [], None
        while stars := feedback.page(session, mark=spot):
            told += [row.order_id for row in stars]
            assert stars[-1].day is not None
            spot = (stars[-1].day, stars[-1].account, stars[-1].order_id)
        assert sorted(told) == ids


def test_no_personal_data_of_a_report_reaches_the_store(desk_reports: Reports) -> None:
    desk_reports.put("1", tsv(made.UNSHIPPED, [made.unshipped_row()]))
    desk_reports.put("2", made.feedback("US", feedback_row(rater="zz9secret@marketplace.amazon.com")))
    desk_reports.read("3", tsv(made.ALL_ORDERS, [made.order_row(ship_city="Secretville")]))
    with desk_reports.desk.store.read() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        everything = "\n".join(raw.iterdump())
    for word in ("zz9secret", "Secretville", "Carol", "Invented Street", "62704"):
        assert word not in everything


def test_rows_of_one_key_in_one_batch_are_laid_over_each_other(desk: Desk) -> None:
    def order(**values: Any) -> Row:
        return Row("order", {"account": "acme", "order_id": ORDER, "marketplace": None} | values)

    with desk.store.write() as session:
        first = order(status="Pending", updated_at=NOW)
        second = order(status="Shipped", updated_at=NOW + HOUR, currency="USD")
        assert rows_.store(session, [first, second, first], NOW) == (1, 0)
        found = orders.order(session, "acme", ORDER)
        assert found is not None
        assert (found.status, found.currency) == ("Shipped", "USD")
    with desk.store.write() as session:
        assert rows_.store(session, [order(status=None, updated_at=NOW + 2 * HOUR)], NOW) == (0, 1)
        session.expire_all()
        again = orders.order(session, "acme", ORDER)
        assert again is not None
        assert again.status == "Shipped"


def test_a_row_of_an_unknown_table_is_a_bug(desk: Desk) -> None:
    with desk.store.write() as session, pytest.raises(KeyError):
        rows_.store(session, [Row("nothing", {})], NOW)


def test_export_takes_days(desk_reports: Reports) -> None:
    from services import export

    desk_reports.read("f.txt", made.feedback("US", feedback_row(date="11/02/26"), feedback_row(OTHER, date="11/20/26")))
    found = export.rows(desk_reports.desk.store, "feedback", now=NOW, since=date(2026, 11, 19))
    assert [row["order_id"] for row in found] == [OTHER]
