"""From Amazon to the export, as users run it: `python -m services.sync --once` and `python -m services export`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import reports as made
from tests.commands import Commands
from tests.reports import OTHER
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Seller

US = "ATVPDKIKX0DER"
DAY = timedelta(days=1)
TYPES = {
    "seller_feedback": "GET_SELLER_FEEDBACK_DATA",
    "account_health": "GET_V2_SELLER_PERFORMANCE_REPORT",
    "fbm_returns": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    "fba_returns": "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
    "fba_replacements": "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA",
    "all_orders": "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
}
API_ORDER = "114-5550009-7770009"
CONFIG = """
[accounts.acme]
marketplaces = ["US"]

[accounts.acme.sp_api]
client_id = "env:ACME_LWA_ID"
client_secret = "env:ACME_LWA_SECRET"
refresh_token = "env:ACME_REFRESH_TOKEN"
endpoint = "{base}"
token_endpoint = "{base}"
"""


def documents(now: datetime) -> dict[str, str]:
    """What the reports say; each table has a line that cannot be read."""
    day = f"{now - 2 * DAY:%m/%d/%y}"
    health = {
        "accountStatuses": [{"marketplaceId": US, "status": "NORMAL"}],
        "performanceMetrics": [{"marketplaceId": US, "lateShipmentRate": {
            "reportingDateRange": {"reportingDateFrom": "2026-10-01T00:00Z", "reportingDateTo": "2026-10-31T00:00Z"},
            "rate": 0.02, "status": "GOOD", "targetValue": 0.04, "targetCondition": "LESS_THAN",
            "orderCount": 100, "lateShipmentCount": 2,
        }}],
    }  # fmt: skip
    return {
        "seller_feedback": made.feedback("US", made.feedback_row(date=day), ("too", "few")),
        "account_health": json.dumps(health),
        "fbm_returns": made.tsv(made.FBM_RETURNS, [made.fbm_return(), ("x",)]),
        "fba_returns": made.tsv(made.FBA_RETURNS, [made.fba_return(order_id=OTHER)]),
        "fba_replacements": made.tsv(made.REPLACEMENTS, []),
        "all_orders": made.tsv(made.ALL_ORDERS, [made.order_row(), made.order_row(amazon_order_id=OTHER)]),
    }


def order(now: datetime) -> dict[str, Any]:
    then = f"{now - timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "orderId": API_ORDER, "createdTime": then, "lastUpdatedTime": then, "orderItems": [],
        "salesChannel": {"marketplaceId": US}, "buyer": {"buyerName": "Kim Example"},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
    }  # fmt: skip


def claim(now: datetime) -> dict[str, Any]:
    money = {"ChargeType": "Principal", "ChargeAmount": {"CurrencyCode": "USD", "CurrencyAmount": -45.9}}
    items = [{"SellerSKU": "NL-1", "OrderAdjustmentItemId": "7", "ItemChargeAdjustmentList": [money]}]
    posted = f"{now - 3 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    return {"GuaranteeClaimEventList": [{"AmazonOrderId": OTHER, "MarketplaceName": "Amazon.com", "PostedDate": posted,
                                         "ShipmentItemAdjustmentList": items}]}  # fmt: skip


# A report is looked for after half a minute, and a year of history comes bit by bit: not what these tests wait for.
IMPATIENT = """
from dataclasses import replace
from datetime import timedelta
from services.rules import report_jobs, report_kinds
report_jobs.POLLS = (timedelta(0),)
report_kinds.KINDS.update({name: replace(kind, history=kind.reread) for name, kind in report_kinds.KINDS.items()})
"""


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with Amazon() as server:
        # A whole first sync would wait for its budgets; here Amazon grants more, and says so in its headers.
        for name in ("listFinancialEvents", "createReport", "getReportDocument", "getReports"):
            server.rates[name] = (100, fake.OPERATIONS[name].burst)
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    shop, now = amazon.seller(), datetime.now(UTC)
    for kind, text in documents(now).items():
        shop.reports[TYPES[kind]] = Content(text.encode())
    shop.orders, shop.events = [order(now)], [claim(now)]
    return shop


@pytest.fixture
def commands(amazon: Amazon, seller: Seller, tmp_path: Path) -> Commands:
    made_ = Commands(tmp_path, config=CONFIG.format(base=amazon.base), now=None)
    secrets = {"ACME_LWA_ID": "app-id", "ACME_LWA_SECRET": "app-secret", "ACME_REFRESH_TOKEN": seller.refresh_token}
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "sitecustomize.py").write_text(IMPATIENT)
    path = os.pathsep.join((str(tmp_path / "first"), made_.env["PYTHONPATH"]))
    made_.env |= secrets | {"NO_PROXY": "127.0.0.1", "PYTHONPATH": path}
    return made_


def states(commands: Commands) -> dict[str, tuple[str, str]]:
    return {row["stream"]: (row["state"], row["message"]) for row in commands.export("runs")}


def test_what_amazon_serves_is_in_the_exports_and_a_second_run_asks_for_nothing(
    commands: Commands, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    done = commands.run("services.sync", "--once")
    assert done.returncode == 0, done.stderr
    assert {state for state, _ in states(commands).values()} == {"ok"}
    asked = len(amazon.requests)
    assert amazon.refused() == []
    windows = [(report.type, report.start, report.end) for report in seller.made.values()]
    assert len(windows) == len(set(windows)) == len(TYPES)

    orders = {row["order_id"]: (row["status"], row["channel"]) for row in commands.export("orders")}
    assert orders == {made.ORDER: ("Shipped", "fba"), OTHER: ("Shipped", "fba"), API_ORDER: ("UNSHIPPED", "fbm")}
    (feedback,) = commands.export("feedback")
    assert (feedback["order_id"], feedback["rating"], feedback["marketplace"]) == (made.ORDER, 1, "US")
    returns = {(row["channel"], row["order_id"], row["reason"]) for row in commands.export("returns")}
    assert returns == {("fbm", made.ORDER, "defective"), ("fba", OTHER, "unwanted_item")}
    (claimed,) = commands.export("claims")
    assert (claimed["order_id"], claimed["kind"], claimed["amount"]) == (OTHER, "a_to_z", "45.90")
    health = {row["metric"]: (row["value"], row["target"]) for row in commands.export("health")}
    assert health == {"account_status": ("NORMAL", None), "late_shipment_rate": (0.02, 0.04)}
    rejects = commands.export("rejects")
    assert sorted(row["stream"] for row in rejects) == ["fbm_returns", "seller_feedback US"]
    assert all(row["reason"] for row in rejects)

    again = commands.run("services.sync", "--once")
    assert (again.returncode, len(amazon.requests)) == (0, asked)
    kept = [file for file in (tmp_path / "state").rglob("*") if file.is_file()]
    for secret in ("app-secret", seller.refresh_token, "Atza|", "X-Amz-Signature", "Kim Example"):
        assert not [file for file in kept if secret.encode() in file.read_bytes()], secret


def test_trouble_with_amazon_is_no_failure_of_the_run_and_is_told_in_sentences(
    commands: Commands, amazon: Amazon, seller: Seller
) -> None:
    seller.stages[TYPES["seller_feedback"]] = ["CANCELLED"]
    seller.stages[TYPES["fba_returns"]] = ["FATAL"]
    seller.fatal[TYPES["fba_returns"]] = b'{"errorDetails": "The marketplace is not served."}'
    amazon.fail("searchOrders", fake.TOO_MANY_TEXT)
    amazon.fail("listFinancialEvents", *[fake.UNAVAILABLE] * 5)
    amazon.fail("getReport", fake.TOKEN_EXPIRED, fake.UNAVAILABLE)
    done = commands.run("services.sync", "--once")
    assert done.returncode == 0, done.stderr
    found = states(commands)
    assert found["orders"][0] == "waiting"
    assert "Amazon allows the next searchOrders" in found["orders"][1]
    assert found["finance_events"] == ("retry", "Amazon has trouble of its own (503).")
    assert found["fba_returns"] == ("waiting", "Amazon could not make the report: The marketplace is not served.")
    assert found["seller_feedback US"][0] == "ok"
    assert {found[name][0] for name in ("all_orders", "fbm_returns", "account_health")} == {"ok"}
    assert len(commands.export("orders")) == 2
    assert commands.export("feedback") == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda amazon, seller: amazon.revoke(seller), "no longer accepts the refresh token of acme"),
        (lambda amazon, seller: seller.forbidden.add("searchOrders"), "does not let acme call searchOrders"),
    ],
)
def test_what_only_a_person_can_mend_ends_the_run_with_one_and_says_what_to_do(
    commands: Commands, amazon: Amazon, seller: Seller, spoil: Callable[[Amazon, Seller], None], words: str
) -> None:
    spoil(amazon, seller)
    done = commands.run("services.sync", "--once")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Seller Central" in done.stderr
    assert seller.refresh_token not in done.stderr
    assert "needs_person" in {state for state, _ in states(commands).values()}
