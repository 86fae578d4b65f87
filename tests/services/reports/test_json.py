"""JSON documents: account health, finance events and orders, with everything optional left out in turn."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports import read as reports
from services.reports.base import Context, Row, Unread
from tests.reports import ORDER

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
US = "ATVPDKIKX0DER"
WINDOW = {"reportingDateFrom": "2026-09-06T00:00Z", "reportingDateTo": "2026-11-05T00:00Z"}


def odr(kind: str) -> dict[str, Any]:
    return {
        "reportingDateRange": WINDOW, "orderCount": 1000, "orderWithDefects": {"count": 9, "status": "GOOD"},
        "claims": {"count": 3, "status": "GOOD"}, "chargebacks": {"count": 1, "status": "GOOD"},
        "negativeFeedback": {"count": 5, "status": "GOOD"}, "fulfillmentType": kind, "status": "GOOD", "rate": 0.009,
        "targetValue": 0.01, "targetCondition": "LESS_THAN",
    }  # fmt: skip


def rate(value: float | None, **more: Any) -> dict[str, Any]:
    return {"reportingDateRange": WINDOW, "rate": value, "status": "BAD", "targetValue": 0.04} | more


HEALTH = {
    "accountStatuses": [{"marketplaceId": US, "status": "AT_RISK"},
                        {"marketplaceId": "A1PA6795UKMFR9", "status": "NORMAL"}],
    "performanceMetrics": [{
        "marketplaceId": US,
        "orderDefectRate": {"mfn": odr("mfn"), "afn": odr("mfn")},
        "lateShipmentRate": rate(0.05, orderCount=200, lateShipmentCount=10),
        "preFulfillmentCancellationRate": rate(0.01, orderCount=100, cancellationCount=1),
        "validTrackingRate": rate(0.97, shipmentCount=100, validTrackingCount=97, targetCondition="GREATER_THAN"),
        "onTimeDeliveryRate": rate(None, shipmentCountWithValidTracking=0),
        "unitOnTimeDeliveryRate": rate(0.95, totalUnitCount=20, unitOnTimeDeliveryCount=19),
        "invoiceDefectRate": rate(0.02, orderCount=50, invoiceDefect={"count": 1, "status": "GOOD"}),
        "accountHealthRating": {"reportingDateRange": WINDOW, "ahrStatus": "WARNED", "ahrScore": 210},
        "warningStates": [{"warningType": "spammingSellerMessaging", "status": "GOOD"}],
        "listingPolicyViolations": {"reportingDateRange": WINDOW, "defectsCount": 2, "status": "BAD", "targetValue": 0},
        "policyViolationWarnings": {"warningsCount": 4},
        "documentRequests": {"defectsCount": 1, "status": "BAD"},
        "somethingNew": {"a": 1}, "lateShipmentRateList": [{"rate": 0.1}],
    }],
}  # fmt: skip


def run(document: Any, *marketplaces: str) -> tuple[list[Row], list[Unread]]:
    text = document if isinstance(document, str) else json.dumps(document)
    kind = reports.recognise(text)
    assert kind, "not recognised"
    context = Context("acme", marketplaces or ("US", "DE"), None, "file.json", NOW)
    found = list(reports.read(kind, io.StringIO(text), context))
    return [row for row in found if isinstance(row, Row)], [each for each in found if isinstance(each, Unread)]


def metrics(document: Any) -> dict[tuple[str, str], dict[str, Any]]:
    rows, problems = run(document)
    assert problems == []
    return {(row.values["marketplace"], row.values["metric"]): row.values for row in rows}


def test_every_metric_of_account_health_is_a_row() -> None:
    found = metrics(HEALTH)
    assert {metric for place, metric in found if place == "US"} == {
        "account_status", "odr_mfn", "odr_afn", "late_shipment_rate", "pre_fulfillment_cancellation_rate",
        "valid_tracking_rate", "on_time_delivery_rate", "unit_on_time_delivery_rate", "invoice_defect_rate",
        "account_health_rating", "warningStates.spammingSellerMessaging", "listingPolicyViolations",
        "policyViolationWarnings", "documentRequests",
    }  # fmt: skip
    defects = found["US", "odr_mfn"]
    assert (defects["value"], defects["target"], defects["status"], defects["condition"]) == (
        0.009,
        0.01,
        "GOOD",
        "LESS_THAN",
    )
    assert (defects["window_from"], defects["window_to"]) == (
        datetime(2026, 9, 6, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC),
    )  # fmt: skip
    counts = {
        name: defects["details"][name] for name in ("orders", "defects", "claims", "chargebacks", "negative_feedback")
    }
    assert counts == {"orders": 1000, "defects": 9, "claims": 3, "chargebacks": 1, "negative_feedback": 5}
    assert found["US", "account_status"]["status"] == found["US", "account_status"]["word"] == "AT_RISK"
    assert (found["US", "account_health_rating"]["value"], found["US", "account_health_rating"]["status"]) == (
        210,
        "WARNED",
    )
    assert found["US", "on_time_delivery_rate"]["value"] is None
    assert found["US", "listingPolicyViolations"]["value"] == 2
    assert found["DE", "account_status"]["taken_at"] == NOW


@pytest.mark.parametrize(
    ("amazons", "other"),
    [
        ("preFulfillmentCancellationRate", "prefulfillmentCancelRate"),
        ("warningStates", "warningState"),
        ("documentRequests", "documentRequest"),
        ("ahrStatus", "accountHealthRatingStatus"),
    ],
)
def test_both_of_amazons_spellings_mean_the_same(amazons: str, other: str) -> None:
    assert metrics(json.loads(json.dumps(HEALTH).replace(f'"{amazons}"', f'"{other}"'))) == metrics(HEALTH)


@pytest.mark.parametrize("name", sorted(HEALTH["performanceMetrics"][0]))  # type: ignore[arg-type]
@pytest.mark.parametrize("instead", [None, [], {}, "x", 7, "gone"])
def test_no_block_of_account_health_is_needed(name: str, instead: Any) -> None:
    block = dict(HEALTH["performanceMetrics"][0])  # type: ignore[arg-type]
    del block[name]
    if instead != "gone":
        block[name] = instead
    rows, problems = run(HEALTH | {"performanceMetrics": [block]})
    assert rows
    assert len(problems) == (name == "marketplaceId" and not (isinstance(instead, str) and instead == "x"))


def charge(kind: str, amount: float | str, currency: str = "USD") -> dict[str, Any]:
    return {"ChargeType": kind, "ChargeAmount": {"CurrencyCode": currency, "CurrencyAmount": amount}}


def event(**more: Any) -> dict[str, Any]:
    return {
        "AmazonOrderId": ORDER, "MarketplaceName": "Amazon.com", "PostedDate": "2026-11-19T10:00:00Z",
        "ShipmentItemAdjustmentList": [{
            "SellerSKU": "NL-1", "OrderAdjustmentItemId": "77",
            "ItemChargeAdjustmentList": [charge("Principal", -45.9), charge("Tax", "-3.67")],
            "ItemFeeAdjustmentList": [
                {"FeeType": "Commission", "FeeAmount": {"CurrencyCode": "USD", "CurrencyAmount": 6.89}},
                {"FeeType": "Nothing", "FeeAmount": {"CurrencyCode": "USD", "CurrencyAmount": 0}},
            ],
        }],
    } | more  # fmt: skip


def finances(**lists: Any) -> dict[str, Any]:
    return {"payload": {"FinancialEvents": lists}}


def test_a_claim_is_a_row_per_amount_with_a_key_that_stays() -> None:
    rows, problems = run(finances(GuaranteeClaimEventList=[event()]))
    assert problems == []
    assert [(row.values["part"], row.values["type"], row.values["amount"]) for row in rows] == [
        ("charge", "Principal", -4590), ("charge", "Tax", -367), ("fee", "Commission", 689),
    ]  # fmt: skip
    assert {row.values["kind"] for row in rows} == {"claim"}
    assert {row.values["marketplace"] for row in rows} == {"US"}
    assert len({row.values["key"] for row in rows}) == 3
    pages = [finances(RefundEventList=[]), finances(GuaranteeClaimEventList=[event()])]
    assert run(pages)[0] == rows


@pytest.mark.parametrize(("name", "kind"), [("ChargebackEventList", "chargeback"), ("RefundEventList", "refund")])
def test_each_list_is_a_kind_of_its_own(name: str, kind: str) -> None:
    assert {row.values["kind"] for row in run(finances(**{name: [event()]}))[0]} == {kind}


def test_a_safe_t_reimbursement_has_its_claim_and_reason() -> None:
    given_back = {"PostedDate": "2026-11-19T10:00:00Z", "SAFETClaimId": "123", "ReasonCode": "Lost",
                  "ReimbursedAmount": {"CurrencyCode": "JPY", "CurrencyAmount": 1200}}  # fmt: skip
    ((row,), problems) = run(finances(SAFETReimbursementEventList=[given_back]))
    assert problems == []
    assert (row.values["kind"], row.values["amount"], row.values["claim_id"], row.values["reason"]) == (
        "safe_t", 1200, "123", "Lost",
    )  # fmt: skip


def test_two_equal_amounts_of_one_event_are_two_rows() -> None:
    item = {
        "OrderAdjustmentItemId": "1",
        "ItemChargeAdjustmentList": [charge("Principal", -1), charge("Principal", -1)],
    }
    rows, _ = run(finances(GuaranteeClaimEventList=[event(ShipmentItemAdjustmentList=[item])]))
    assert len({row.values["key"] for row in rows}) == 2


def test_an_amount_without_a_number_is_rejected_and_the_others_stay() -> None:
    bad = event(
        ShipmentItemAdjustmentList=[{"ItemChargeAdjustmentList": [charge("Principal", "many"), charge("Tax", -1)]}]
    )
    rows, (problem,) = run(finances(GuaranteeClaimEventList=[bad]))
    assert [row.values["type"] for row in rows] == ["Tax"]
    assert problem.place == "file.json:1"
    assert "Principal" in problem.reason


ORDER_ANSWER: dict[str, Any] = {
    "orderId": ORDER, "createdTime": "2026-11-10T08:00:00Z", "lastUpdatedTime": "2026-11-12T09:00:00Z",
    "programs": ["PRIME"], "salesChannel": {"marketplaceId": US, "marketplaceName": "Amazon.com"},
    "associatedOrders": [{"orderId": "111-0000001-0000001", "associationType": "REPLACEMENT_ORIGINAL_ID"}],
    "buyer": {"buyerName": "Carol Example"}, "recipient": {"deliveryAddress": {"name": "Carol Example"}},
    "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT",
                    "shipByWindow": {"latestDateTime": "2026-11-23T07:59:59Z"}},
    "proceeds": {"grandTotal": {"amount": "99.13", "currencyCode": "USD"}},
    "orderItems": [{
        "orderItemId": "6123", "quantityOrdered": 2,
        "product": {"asin": "B0TEST0001", "title": "Lamp", "sellerSku": "NL-1",
                    "price": {"unitPrice": {"amount": "45.90", "currencyCode": "USD"}}},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 2},
        "proceeds": {"breakdowns": [{"type": "TAX", "subtotal": {"amount": "7.34"}},
                                    {"type": "DISCOUNT", "subtotal": {"amount": "-5.00"}}]},
        "cancellation": {"cancellationRequest": {"requester": "BUYER", "cancelReason": "NO_LONGER_NEEDED"}},
    }],
    "packages": [{"carrier": "Parcel", "trackingNumber": "1Z", "packageStatus": {"status": "IN_TRANSIT"}}],
}  # fmt: skip


def test_an_order_of_the_api_is_read_without_its_buyer() -> None:
    rows, problems = run({"orders": [ORDER_ANSWER], "pagination": {"nextToken": "x"}})
    assert problems == []
    order, item = (row.values for row in rows)
    assert (order["status"], order["channel"], order["marketplace"], order["total"]) == ("UNSHIPPED", "fbm", "US", 9913)
    assert (order["cancel_requested"], order["replaces_order_id"]) == (True, "111-0000001-0000001")
    assert order["ship_by"] == datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC)
    assert order["packages"][0]["tracking"] == "1Z"
    assert (item["line"], item["price"], item["tax"], item["promotion"]) == ("6123", 9180, 734, 500)
    assert "Carol" not in str(rows)
    assert run({"order": ORDER_ANSWER})[0] == rows


@pytest.mark.parametrize("name", sorted(set(ORDER_ANSWER) - {"orderId"}))
@pytest.mark.parametrize("instead", [None, [], {}, "x", "gone"])
def test_no_field_of_an_order_but_its_id_is_needed(name: str, instead: Any) -> None:
    answer = {key: value for key, value in ORDER_ANSWER.items() if key != name}
    if instead != "gone":
        answer[name] = instead
    rows, problems = run({"orders": [answer]})
    assert rows[0].values["order_id"] == ORDER
    assert problems == []


def test_an_order_without_a_readable_id_is_rejected_and_the_others_stay() -> None:
    rows, problems = run({"orders": [{"orderId": None}, {"orderId": 5}, ORDER_ANSWER]})
    assert len(rows) == 2
    assert [problem.place for problem in problems] == ["file.json:1", "file.json:2"]


@pytest.mark.parametrize(
    "text", [json.dumps(HEALTH)[:-3], json.dumps(HEALTH) + "date\torder", '{"orders": [' + "[" * 9000]
)
def test_damaged_json_gives_nothing_but_a_reason(text: str) -> None:
    rows, (problem,) = run(text)
    assert rows == []
    assert problem.place == "file.json"
    assert "damaged or cut off" in problem.reason


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*ORDER_ANSWER, *HEALTH["performanceMetrics"][0], "status", "rate",  # type: ignore[misc]
                         "ShipmentItemAdjustmentList",
                         "ItemChargeAdjustmentList", "ChargeAmount", "CurrencyAmount", "CurrencyCode", "count"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(["orders", "performanceMetrics", "accountStatuses"]), anything)
def test_whatever_stands_in_the_json_is_read_or_rejected(name: str, value: Any) -> None:
    text = json.dumps({name: value if isinstance(value, list) else [value], "order": {}})
    if reports.recognise(text):
        rows, problems = run(text)
        assert isinstance(rows, list)
        assert all(problem.reason for problem in problems)


@given(anything)
def test_whatever_stands_in_the_finances_is_read_or_rejected(value: Any) -> None:
    run(finances(GuaranteeClaimEventList=[value], RefundEventList=value))
