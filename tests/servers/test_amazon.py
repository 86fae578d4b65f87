"""The loopback Amazon itself: it refuses what Amazon refuses, so that a client that passes here is right."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.amazons import START, Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Seller

REPORTS = "/reports/2021-06-30"
FBA = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"


@pytest.fixture
def clock() -> Simulated:
    return Simulated()


@pytest.fixture
def amazon(clock: Simulated) -> Iterator[Amazon]:
    with Amazon(now=clock.seconds) as server:
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    return amazon.seller()


@pytest.fixture
def http(amazon: Amazon) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=amazon.base) as client:
        yield client


def token(http: httpx.Client, seller: Seller, **other: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": "app-id", "client_secret": "app-secret",
            "refresh_token": seller.refresh_token}  # fmt: skip
    return http.post("/auth/o2/token", data=form | other)


@pytest.fixture
def signed(http: httpx.Client, seller: Seller) -> dict[str, str]:
    return {"x-amz-access-token": token(http, seller).json()["access_token"], "host": "27.0.0.1:1"}


def create(http: httpx.Client, signed: dict[str, str], **body: Any) -> httpx.Response:
    made = {"reportType": FBA, "marketplaceIds": ["A1"]} | body
    return http.post(f"{REPORTS}/reports", json=made, headers=signed)


@pytest.mark.parametrize(
    ("other", "status", "error"),
    [({"client_secret": "x"}, 401, "invalid_client"), ({"refresh_token": "x"}, 400, "invalid_grant"),
     ({"grant_type": "password"}, 400, "invalid_grant")],
)  # fmt: skip
def test_sign_in_refuses_what_it_does_not_know(
    http: httpx.Client, seller: Seller, other: dict[str, str], status: int, error: str
) -> None:
    answer = token(http, seller, **other)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_ends_and_an_unknown_one_is_refused(
    http: httpx.Client, signed: dict[str, str], clock: Simulated
) -> None:
    path = "/sellers/v1/marketplaceParticipations"
    assert http.get(path, headers=signed).status_code == 200
    clock.pass_by(seconds=3600)
    expired = http.get(path, headers=signed)
    assert (expired.status_code, "expired" in expired.text) == (403, True)
    assert http.get(path).status_code == 403


def test_calls_beyond_the_plan_are_refused_and_a_rest_fills_the_bucket(
    http: httpx.Client, signed: dict[str, str], clock: Simulated
) -> None:
    answers = [create(http, signed, dataStartTime=f"2026-11-{n:02}T00:00:00Z").status_code for n in range(1, 18)]
    assert answers == [202] * 15 + [429] * 2
    clock.pass_by(seconds=60)
    refused = create(http, signed)
    assert refused.status_code == 202
    assert refused.headers["x-amzn-RateLimit-Limit"] == "0.0167"
    assert "x-amzn-RateLimit-Limit" not in create(http, signed).headers


def test_the_same_fba_report_within_its_interval_fails(
    amazon: Amazon, http: httpx.Client, seller: Seller, clock: Simulated
) -> None:
    amazon.token_life = 24 * 3600
    signed = {"x-amz-access-token": token(http, seller).json()["access_token"]}
    first, second = (create(http, signed, dataStartTime="2026-11-01T00:00:00Z").json()["reportId"] for _ in range(2))
    statuses = [http.get(f"{REPORTS}/reports/{each}", headers=signed).json() for each in (first, second)]
    assert [each["processingStatus"] for each in statuses] == ["IN_QUEUE", "FATAL"]
    clock.pass_by(hours=4)
    third = create(http, signed, dataStartTime="2026-11-01T00:00:00Z").json()["reportId"]
    assert http.get(f"{REPORTS}/reports/{third}", headers=signed).json()["processingStatus"] == "IN_QUEUE"


@pytest.mark.parametrize(
    "body",
    [{"marketplaceIds": []}, {"marketplaceIds": ["A"] * 26}, {"reportType": ""},
     {"dataEndTime": "2027-01-01T00:00:00Z"},
     {"reportType": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", "dataStartTime": "2026-09-01T00:00:00Z"}],
)  # fmt: skip
def test_a_report_that_amazon_would_not_take_is_refused(
    http: httpx.Client, signed: dict[str, str], body: dict[str, Any]
) -> None:
    answer = create(http, signed, **body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_a_document_address_is_good_for_five_minutes(
    http: httpx.Client, signed: dict[str, str], seller: Seller, clock: Simulated
) -> None:
    seller.documents["D1"] = Content("日付".encode("cp932"), charset="Windows-31J")
    about = http.get(f"{REPORTS}/documents/D1", headers=signed).json()
    assert about["compressionAlgorithm"] == "GZIP"
    answer = http.get(about["url"])
    assert gzip.decompress(answer.content).decode("cp932") == "日付"
    assert answer.headers["content-type"] == "text/plain;charset=Windows-31J"
    clock.pass_by(seconds=300)
    late = http.get(about["url"])
    assert (late.status_code, late.headers["content-type"], "AccessDenied" in late.text) == (
        403,
        "application/xml",
        True,
    )
    assert http.get(about["url"].split("?")[0]).status_code == 403


def test_only_a_report_in_the_queue_can_be_cancelled(
    http: httpx.Client, signed: dict[str, str], seller: Seller
) -> None:
    queued = seller.add_report(FBA, START, ["IN_QUEUE"])
    making = seller.add_report(FBA, START, ["IN_PROGRESS"])
    statuses = [http.delete(f"{REPORTS}/reports/{each.id}", headers=signed).status_code for each in (queued, making)]
    assert (statuses, queued.status) == ([200, 400], "CANCELLED")


def test_faults_come_in_the_order_of_the_script_and_then_it_is_over(
    http: httpx.Client, signed: dict[str, str], amazon: Amazon
) -> None:
    amazon.fail("createReport", fake.TOO_MANY_TEXT, fake.UNAVAILABLE, None, fake.DROPPED, fake.DROPPED_AFTER)
    seen: list[int] = []
    for _ in range(6):
        try:
            seen.append(create(http, signed).status_code)
        except httpx.HTTPError:
            seen.append(0)
    assert seen == [429, 503, 202, 0, 0, 202]
    assert len(next(iter(amazon.sellers.values())).made) == 3


def test_what_is_not_there_and_what_is_unknown_is_404(
    http: httpx.Client, signed: dict[str, str], amazon: Amazon
) -> None:
    assert http.get(f"{REPORTS}/reports/R0", headers=signed).status_code == 404
    assert http.get("/no/such/path", headers=signed).status_code == 404
    assert [request.operation for request in amazon.requests[-2:]] == ["getReport", "GET /no/such/path"]


def test_messaging_and_solicitations_want_their_marketplace(
    http: httpx.Client, signed: dict[str, str], seller: Seller
) -> None:
    seller.messaging["1"] = ["confirmOrderDetails"]
    assert http.get("/messaging/v1/orders/1", headers=signed).status_code == 400
    found = http.get("/messaging/v1/orders/1?marketplaceIds=A1&noise=", headers=signed).json()
    assert [each["name"] for each in found["_links"]["actions"]] == ["confirmOrderDetails"]
