"""The client against a server that behaves, and misbehaves, as Amazon does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.errors import NeedsPerson, RetryLater, Waiting
from services.sources.amazon.client import Client
from services.sources.amazon.transport import Refused
from tests.amazons import START, Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Fault, Seller

ORDER = "114-5550001-7770001"


def an_order(n: int = 1, **more: Any) -> dict[str, Any]:
    at = (START - timedelta(days=n)).isoformat()
    return {
        "orderId": f"114-555{n:04}-7770001", "createdTime": at, "lastUpdatedTime": at, "orderItems": [],
        "salesChannel": {"marketplaceId": "ATVPDKIKX0DER"}, "buyer": {"buyerName": "Kim Example"},
        "recipient": {"deliveryAddress": {}}, "fulfillment": {"fulfillmentStatus": "SHIPPED"},
    } | more  # fmt: skip


def test_an_answer_is_a_plain_dict(client: Client, seller: Seller) -> None:
    seller.orders = [an_order()]
    found = client.call("getOrder", ORDER, includedData=["FULFILLMENT"])
    assert type(found) is dict
    assert found["order"]["orderId"] == ORDER
    assert found["order"]["fulfillment"] == {"fulfillmentStatus": "SHIPPED"}
    assert "buyer" not in found["order"]


def test_one_token_serves_many_calls_and_many_threads(client: Client, seller: Seller, amazon: Amazon) -> None:
    seller.orders = [an_order()]

    def work() -> None:
        client.call("getOrder", ORDER)
        client.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (amazon.count("getOrder", 200), amazon.count("token")) == (8, 1)


def test_a_token_is_fetched_anew_before_it_ends(
    client: Client, seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    seller.orders = [an_order()]
    amazon.token_life = 600
    for _ in range(3):
        client.call("getOrder", ORDER)
        clock.pass_by(minutes=9.5)
    assert (amazon.count("token"), amazon.count("getOrder", 403)) == (3, 0)


def test_an_expired_token_is_replaced_once_and_the_call_made_again(
    client: Client, seller: Seller, amazon: Amazon
) -> None:
    seller.orders = [an_order()]
    client.call("getOrder", ORDER)
    amazon.expire_tokens()
    client.call("getOrder", ORDER)
    assert [request.status for request in amazon.asked("getOrder")] == [200, 403, 200]
    assert amazon.count("token") == 2


def test_tokens_that_are_always_refused_need_a_person(client: Client, amazon: Amazon) -> None:
    amazon.fail("getOrder", fake.TOKEN_EXPIRED, fake.TOKEN_EXPIRED)
    with pytest.raises(NeedsPerson, match="refuses fresh access tokens"):
        client.call("getOrder", ORDER)
    assert amazon.count("token") == 2


@pytest.mark.parametrize(
    "trouble",
    [fake.UNAVAILABLE, fake.SERVER_ERROR, fake.NOT_JSON, fake.NULL, fake.EMPTY_OBJECT, fake.DROPPED,
     fake.DROPPED_AFTER, Fault(200, b'{"order": ')],
    ids=["503 html", "500 json", "html", "null", "empty", "dropped", "dropped after", "half"],
)  # fmt: skip
def test_trouble_of_amazons_is_tried_again_with_a_pause(
    client: Client, seller: Seller, amazon: Amazon, clock: Simulated, trouble: Fault
) -> None:
    seller.orders = [an_order()]
    amazon.fail("getOrder", trouble, trouble)
    assert client.call("getOrder", ORDER)["order"]["orderId"] == ORDER
    assert amazon.count("getOrder") == 3
    assert len(clock.slept) == 2
    assert all(0 <= pause <= 8 for pause in clock.slept)


def test_trouble_that_stays_ends_in_a_sentence_after_a_few_tries(client: Client, amazon: Amazon) -> None:
    amazon.fail("getOrder", *[fake.UNAVAILABLE] * 9)
    with pytest.raises(RetryLater, match=r"trouble of its own \(503\)") as caught:
        client.call("getOrder", ORDER)
    assert not isinstance(caught.value, Waiting)
    assert amazon.count("getOrder") == 5


@pytest.mark.parametrize("trouble", [fake.UNAVAILABLE, fake.DROPPED, fake.DROPPED_AFTER, fake.NOT_JSON])
def test_asking_for_a_report_is_never_repeated_blindly(client: Client, amazon: Amazon, trouble: Fault) -> None:
    amazon.fail("createReport", trouble)
    with pytest.raises(RetryLater):
        client.call("createReport", reportType="GET_SELLER_FEEDBACK_DATA", marketplaceIds=["A"])
    assert amazon.count("createReport") == 1


@pytest.mark.parametrize("trouble", [fake.TOO_MANY, fake.TOO_MANY_TEXT])
def test_too_many_calls_empty_the_budget_and_the_call_waits_for_its_turn(
    make_client: Callable[..., Client], seller: Seller, amazon: Amazon, clock: Simulated, trouble: Fault
) -> None:
    client = make_client(patience=timedelta(seconds=10))
    seller.orders = [an_order()]
    amazon.fail("getOrder", trouble)
    client.call("getOrder", ORDER)
    assert [request.status for request in amazon.asked("getOrder")] == [429, 200]
    assert sum(clock.slept) == pytest.approx(1 / (0.5 * 0.98), rel=0.01)


def test_a_budget_that_is_empty_for_long_says_when_to_come_back(client: Client, amazon: Amazon) -> None:
    amazon.fail("searchOrders", fake.TOO_MANY)
    with pytest.raises(Waiting) as caught:
        client.call("searchOrders", createdAfter="2026-11-01T00:00:00Z")
    assert caught.value.after is not None
    assert timedelta(seconds=180) < caught.value.after < timedelta(seconds=190)
    assert "3 min" in str(caught.value)


def test_amazons_header_corrects_the_rate(
    make_client: Callable[..., Client], seller: Seller, amazon: Amazon, clock: Simulated
) -> None:
    client = make_client(patience=timedelta(seconds=10))
    seller.orders = [an_order()]
    amazon.rates["getOrder"] = (5.0, 30)
    for _ in range(60):
        client.call("getOrder", ORDER)
    assert amazon.refused() == []
    assert sum(clock.slept) < 10
    amazon.rates.clear()
    client.call("getOrder", ORDER)
    begun = clock.now()
    for _ in range(40):
        client.call("getOrder", ORDER)
    assert (clock.now() - begun).total_seconds() > 40
    assert amazon.count("getOrder", 429) <= 1


# Permission


def test_a_missing_role_is_named_with_what_to_do(client: Client, seller: Seller, amazon: Amazon) -> None:
    seller.forbidden.add("getSolicitationActionsForOrder")
    with pytest.raises(NeedsPerson) as caught:
        client.call("getSolicitationActionsForOrder", ORDER, marketplaceIds="ATVPDKIKX0DER")
    assert "does not let acme call getSolicitationActionsForOrder" in str(caught.value)
    assert "Buyer Solicitation" in caught.value.what_to_do
    assert amazon.count("getSolicitationActionsForOrder") == 1


def test_a_gateways_403_is_no_success(client: Client, amazon: Amazon) -> None:
    amazon.fail("getOrder", fake.FORBIDDEN_GATEWAY)
    with pytest.raises(NeedsPerson, match="Forbidden"):
        client.call("getOrder", ORDER)


def test_a_revoked_permission_names_the_refresh_token(client: Client, seller: Seller, amazon: Amazon) -> None:
    seller.orders = [an_order()]
    client.call("getOrder", ORDER)
    amazon.revoke(seller)
    with pytest.raises(NeedsPerson, match="no longer accepts the refresh token of acme") as caught:
        client.call("getOrder", ORDER)
    assert "[accounts.acme.sp_api] refresh_token" in caught.value.what_to_do


def test_after_a_rotation_the_new_token_works(
    amazon: Amazon, seller: Seller, make_client: Callable[..., Client]
) -> None:
    seller.orders = [an_order()]
    amazon.rotate(seller)
    assert make_client().call("getOrder", ORDER)


def test_wrong_app_credentials_name_the_settings(make_client: Callable[..., Client]) -> None:
    wrong = make_client(client_secret="mistyped")
    with pytest.raises(NeedsPerson, match="does not accept the app's credentials of acme") as caught:
        wrong.call("getOrder", ORDER)
    assert "[accounts.acme.sp_api]" in caught.value.what_to_do
    assert "mistyped" not in str(caught.value) + caught.value.what_to_do


@pytest.mark.parametrize(
    "trouble", [fake.UNAVAILABLE, fake.DROPPED, fake.TOO_MANY_TEXT, fake.NOT_JSON, fake.EMPTY_OBJECT]
)
def test_a_sign_in_in_trouble_is_tried_again(client: Client, seller: Seller, amazon: Amazon, trouble: Fault) -> None:
    seller.orders = [an_order()]
    amazon.fail("token", trouble)
    assert client.call("getOrder", ORDER)


@pytest.mark.parametrize(("order", "status"), [("114-0000000-0000000", 404)])
def test_what_is_not_there_is_refused_with_its_status(client: Client, order: str, status: int) -> None:
    with pytest.raises(Refused) as caught:
        client.call("getOrder", order)
    assert (caught.value.status, caught.value.code) == (status, "NotFound")


def test_a_call_that_amazon_cannot_understand_is_refused_once(client: Client, amazon: Amazon) -> None:
    with pytest.raises(Refused, match="Exactly one of"):
        client.call("searchOrders")
    assert amazon.count("searchOrders") == 1


def test_a_server_that_is_not_there_is_a_temporary_trouble(make_client: Callable[..., Client]) -> None:
    lonely = make_client(endpoint="http://127.0.0.1:9")
    with pytest.raises(RetryLater, match="cannot be reached"):
        lonely.call("getOrder", ORDER)


def test_an_answer_that_trickles_or_swells_is_given_up(
    client: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sources.amazon import transport

    seller.orders = [an_order(text="x" * 50_000)]
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 10_000)
    with pytest.raises(RetryLater, match="larger than any answer"):
        client.call("getOrder", ORDER)
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1_000_000)
    monkeypatch.setattr(transport, "LONGEST_ANSWER", -1.0)
    with pytest.raises(RetryLater, match="takes too long"):
        client.call("getOrder", ORDER)


def test_a_slow_answer_ends_in_a_time_out(
    client: Client, seller: Seller, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    from services.sources.amazon import client as module

    monkeypatch.setattr(module, "TIMEOUT", httpx.Timeout(0.15))
    seller.orders = [an_order()]
    amazon.fail("getOrder", Fault(wait=0.5))
    assert client.call("getOrder", ORDER)
    assert amazon.count("getOrder") == 2


# Pages


def test_all_pages_arrive_each_once(client: Client, seller: Seller) -> None:
    seller.orders = [an_order(n) for n in range(1, 26)]
    pages = list(client.pages("searchOrders", lastUpdatedAfter="2026-01-01T00:00:00Z", maxResultsPerPage=10))
    assert [len(page["orders"]) for page in pages] == [10, 10, 5]
    assert len({order["orderId"] for page in pages for order in page["orders"]}) == 25


def test_an_empty_page_with_a_token_is_not_the_end(client: Client, seller: Seller) -> None:
    seller.orders, seller.page_fault = [an_order(n) for n in range(1, 4)], "empty"
    pages = list(client.pages("searchOrders", lastUpdatedAfter="2026-01-01T00:00:00Z"))
    assert [len(page["orders"]) for page in pages] == [0, 3]


@pytest.mark.parametrize("operation", ["searchOrders", "listFinancialEvents"])
def test_a_token_that_repeats_is_a_circle(client: Client, seller: Seller, amazon: Amazon, operation: str) -> None:
    seller.orders, seller.page_fault = [an_order()], "repeat"
    params = {"searchOrders": {"createdAfter": "2026-01-01T00:00:00Z"}}.get(operation, {})
    with pytest.raises(RetryLater, match="same page again"):
        list(client.pages(operation, **params))
    assert amazon.count(operation) == 2


def test_the_financial_events_come_without_their_wrapper(client: Client, seller: Seller) -> None:
    seller.events = [{"RefundEventList": [{"AmazonOrderId": ORDER}]}, {}, {"ChargebackEventList": []}]
    pages = list(client.pages("listFinancialEvents", PostedAfter="2026-11-01T00:00:00Z"))
    assert [list(page["FinancialEvents"]) for page in pages] == [["RefundEventList"], [], ["ChargebackEventList"]]


def test_reports_are_listed_with_the_token_as_the_only_parameter(
    client: Client, seller: Seller, amazon: Amazon
) -> None:
    for n in range(5):
        seller.add_report("GET_SELLER_FEEDBACK_DATA", START - timedelta(hours=n), ["DONE"])
    pages = list(client.pages("getReports", reportTypes=["GET_SELLER_FEEDBACK_DATA"], pageSize=2))
    assert [len(page["reports"]) for page in pages] == [2, 2, 1]
    assert set(amazon.asked("getReports")[1].params) == {"nextToken"}


def test_missing_optional_fields_and_no_content_are_answers_too(client: Client, seller: Seller) -> None:
    seller.solicitations[ORDER] = []
    seller.participations = ["ATVPDKIKX0DER"]
    assert client.call("getItemReviewTopics", "B000000000", marketplaceId="ATVPDKIKX0DER", sortBy="MENTIONS") == {}
    found = client.call("getSolicitationActionsForOrder", ORDER, marketplaceIds="ATVPDKIKX0DER")
    assert found["_links"]["actions"] == []
    (place,) = client.call("getMarketplaceParticipations")["payload"]
    assert place["marketplace"]["id"] == "ATVPDKIKX0DER"


def test_nothing_secret_is_ever_logged(
    client: Client, seller: Seller, amazon: Amazon, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection", "sp_api", "sp_api.base.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    seller.orders = [an_order()]
    seller.documents["D1"] = Content(b"a\tb\r\n")
    about = client.call("getReportDocument", "D1")
    client.call("getOrder", ORDER)
    from services.sources.amazon import documents

    documents.fetch(about["url"], "GZIP", client.memory.folder / "a.gz")
    amazon.fail("getOrder", Fault(400, fake.fault("Bad", f"see {about['url']} with Atza|secret and Atzr|secret")))
    with pytest.raises(Refused) as caught:
        client.call("getOrder", ORDER)
    said = caplog.text + str(caught.value) + repr(caught.value.__cause__)
    for secret in ("X-Amz-Signature", "Atza|", "Atzr|", "app-secret", "/documents/D1?"):
        assert secret not in said
    assert caplog.records == []
