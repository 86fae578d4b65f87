"""The operations of the loopback Selling Partner API: their plans, and what each answers from a seller's data."""

from __future__ import annotations

import gzip
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.servers.amazon import Amazon

FBA_INTERVALS = {
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": timedelta(hours=4),
    "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA": timedelta(hours=4),
}
LONGEST = {
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": timedelta(days=60),
    "GET_XML_RETURNS_DATA_BY_RETURN_DATE": timedelta(days=60),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": timedelta(days=30),
}
UNDER_WAY = ("IN_QUEUE", "IN_PROGRESS")
STAGES = ["IN_QUEUE", "IN_PROGRESS", "DONE"]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `length` is the Content-Length if it is to lie."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass(frozen=True)
class Content:
    """A report's content as its maker has it.

    `packed`: sent as gzip; `said_packed`: what Amazon says of that, if it is wrong; `cut`: only so many bytes of it
    were ever stored; `hangs_up`: the connection ends half-way.
    """

    data: bytes
    charset: str | None = "UTF-8"
    packed: bool = True
    said_packed: bool | None = None
    cut: int | None = None
    hangs_up: bool = False

    @property
    def kind(self) -> str:
        return f"text/plain;charset={self.charset}" if self.charset else "application/octet-stream"

    def sent(self) -> bytes:
        sent = gzip.compress(self.data) if self.packed else self.data
        return sent[: self.cut] if self.cut is not None else sent


@dataclass
class Report:
    """One report that was asked for; each look at it moves it to its next stage, the last one stays."""

    id: str
    type: str
    created: datetime
    start: str | None
    end: str | None
    marketplaces: list[str]
    stages: list[str]
    document_id: str | None = None
    looks: int = 0

    @property
    def status(self) -> str:
        return self.stages[min(self.looks, len(self.stages) - 1)]


@dataclass
class Seller:
    """What Amazon knows of one seller; fill it in.

    `reports`: type -> content, or a function of the report. `stages`: type -> stages of its next reports.
    `fatal`: type -> what the document of a FATAL report says (none: no document). `events`: pages of FinancialEvents.
    `actions`: order id -> action names. `topics`: ASIN -> payload. `forbidden`: operations whose role is missing.
    """

    name: str
    refresh_token: str
    reports: dict[str, Content | Callable[[Report], Content]] = field(default_factory=dict)
    stages: dict[str, list[str]] = field(default_factory=dict)
    fatal: dict[str, bytes] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    participations: list[str] = field(default_factory=list)
    solicitations: dict[str, list[str]] = field(default_factory=dict)
    messaging: dict[str, list[str]] = field(default_factory=dict)
    topics: dict[str, dict[str, Any]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    made: dict[str, Report] = field(default_factory=dict)
    documents: dict[str, Content] = field(default_factory=dict)
    unlisted: int = 0
    page_fault: str = ""

    def add_report(
        self,
        type_: str,
        created: datetime,
        stages: list[str],
        *,
        start: str | None = None,
        end: str | None = None,
        marketplaces: list[str] | None = None,
    ) -> Report:
        """A report that another program asked for."""
        made = Report(f"R{secrets.token_hex(5)}", type_, created, start, end, marketplaces or [], list(stages))
        self.made[made.id] = made
        return made


Handler = Callable[[Seller, "tuple[str, ...]", Mapping[str, str], dict[str, Any], "Amazon"], Answer]


@dataclass(frozen=True)
class Operation:
    """One operation: its path with a placeholder for each word, and its documented plan."""

    name: str
    method: str
    path: str
    rate: float
    burst: int
    answer: Handler


def fault(code: str, message: str, details: str = "") -> bytes:
    """Amazon's error list."""
    return json.dumps({"errors": [{"code": code, "message": message, "details": details}]}).encode()


def _ok(found: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(found).encode())


def _bad(message: str) -> Answer:
    return Answer(400, fault("InvalidInput", message))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _clock(amazon: Amazon) -> datetime:
    return datetime.fromtimestamp(amazon.now(), UTC)


# Reports 2021-06-30


def create_report(seller: Seller, _: Any, __: Any, body: dict[str, Any], amazon: Amazon) -> Answer:
    places, type_ = body.get("marketplaceIds"), body.get("reportType")
    if not type_ or not isinstance(places, list) or not 1 <= len(places) <= 25:
        return _bad("reportType and 1 to 25 marketplaceIds are required.")
    start, end = body.get("dataStartTime"), body.get("dataEndTime")
    now = _clock(amazon)
    if end and (_moment(end) or now) > now:
        return _bad("dataEndTime must not be in the future.")
    if start and type_ in LONGEST and (_moment(end) or now) - (_moment(start) or now) > LONGEST[type_]:
        return _bad(f"The range of {type_} must not exceed {LONGEST[type_].days} days.")
    twin = _twin(seller, type_, start, end, now)
    stages = ["FATAL"] if twin else list(seller.stages.get(type_, STAGES))
    made = Report(f"R{secrets.token_hex(5)}", type_, now, start, end, [str(place) for place in places], stages)
    seller.made[made.id] = made
    return _ok({"reportId": made.id}, 202)


def _twin(seller: Seller, type_: str, start: str | None, end: str | None, now: datetime) -> bool:
    """Whether the same FBA report was asked for within its interval: Amazon then fails the second."""
    interval = FBA_INTERVALS.get(type_)
    same = [one for one in seller.made.values() if (one.type, one.start, one.end) == (type_, start, end)]
    return interval is not None and any(now - one.created < interval for one in same)


def get_report(seller: Seller, words: tuple[str, ...], _: Any, __: Any, amazon: Amazon) -> Answer:
    report = seller.made.get(words[0])
    if report is None:
        return Answer(404, fault("NotFound", "The report does not exist."))
    shown = _shown(seller, report)
    report.looks += 1
    return _ok(shown)


def _shown(seller: Seller, report: Report) -> dict[str, Any]:
    if report.status == "DONE" and report.document_id is None:
        content = seller.reports.get(report.type, Content(b""))
        _file(seller, report, content(report) if callable(content) else content)
    if report.status == "FATAL" and report.type in seller.fatal and report.document_id is None:
        _file(seller, report, Content(seller.fatal[report.type], charset="UTF-8"))
    shown: dict[str, Any] = {
        "reportId": report.id,
        "reportType": report.type,
        "createdTime": _z(report.created),
        "processingStatus": report.status,
    }
    optional = {
        "dataStartTime": report.start,
        "dataEndTime": report.end,
        "marketplaceIds": report.marketplaces,
        "reportDocumentId": report.document_id if report.status in ("DONE", "FATAL") else None,
    }
    return shown | {key: value for key, value in optional.items() if value}


def _file(seller: Seller, report: Report, content: Content) -> None:
    report.document_id = f"amzn1.spdoc.1.4.na.{secrets.token_hex(8)}"
    seller.documents[report.document_id] = content


def get_reports(seller: Seller, _: Any, params: Mapping[str, str], __: Any, amazon: Amazon) -> Answer:
    if params.get("nextToken"):
        types, since, at, size = json.loads(params["nextToken"])
    else:
        types, since, at = (params.get("reportTypes") or "").split(","), params.get("createdSince"), 0
        size = min(100, int(params.get("pageSize") or 10))
        if not 1 <= len([each for each in types if each]) <= 10:
            return _bad("reportTypes is required.")
    newest = sorted(seller.made.values(), key=lambda one: one.created, reverse=True)[seller.unlisted :]
    oldest = _moment(since) or _clock(amazon) - timedelta(days=90)
    fits = [one for one in newest if one.type in types and one.created >= oldest]
    found: dict[str, Any] = {"reports": [_shown(seller, one) for one in fits[at : at + size]]}
    if at + size < len(fits):
        found["nextToken"] = json.dumps([types, since, at + size, size])
    return _ok(found)


def cancel_report(seller: Seller, words: tuple[str, ...], *_: Any) -> Answer:
    report = seller.made.get(words[0])
    if report is None:
        return Answer(404, fault("NotFound", "The report does not exist."))
    if report.status != "IN_QUEUE":
        return _bad("Only a report in the queue can be cancelled.")
    report.stages, report.looks = ["CANCELLED"], 0
    return Answer(200, b"")


def get_report_document(seller: Seller, words: tuple[str, ...], _: Any, __: Any, amazon: Amazon) -> Answer:
    content = seller.documents.get(words[0])
    if content is None:
        return Answer(404, fault("NotFound", "The document does not exist."))
    found = {"reportDocumentId": words[0], "url": amazon.address(words[0])}
    packed = content.packed if content.said_packed is None else content.said_packed
    return _ok(found | ({"compressionAlgorithm": "GZIP"} if packed else {}))


# Orders 2026-01-01


def search_orders(seller: Seller, _: Any, params: Mapping[str, str], __: Any, amazon: Amazon) -> Answer:
    named = [key for key in ("createdAfter", "lastUpdatedAfter") if params.get(key)]
    if len(named) != 1:
        return _bad("Exactly one of createdAfter and lastUpdatedAfter is required.")
    column = "createdTime" if named == ["createdAfter"] else "lastUpdatedTime"
    before = params.get(named[0].replace("After", "Before"))
    if before and (_moment(before) or _clock(amazon)) > _clock(amazon) - timedelta(minutes=2):
        return _bad("The end must be at least two minutes ago.")
    fits = [order for order in seller.orders if _fits(order, column, params[named[0]], before, params)]
    fits.sort(key=lambda order: (order[column], order["orderId"]))
    return _paged(
        seller,
        fits,
        params,
        "paginationToken",
        lambda rows, token: {
            "orders": [_included(row, params) for row in rows],
            **({"pagination": {"nextToken": token}} if token else {}),
        },
    )


def _fits(order: dict[str, Any], column: str, after: str, before: str | None, params: Mapping[str, str]) -> bool:
    at = _moment(order[column])
    fulfillment = order.get("fulfillment") or {}
    wanted = {
        "marketplaceIds": (order.get("salesChannel") or {}).get("marketplaceId"),
        "fulfillmentStatuses": fulfillment.get("fulfillmentStatus"),
        "fulfilledBy": fulfillment.get("fulfilledBy"),
    }
    inside = at and at >= (_moment(after) or at) and (before is None or at <= (_moment(before) or at))
    return bool(inside) and all(value in params[key].split(",") for key, value in wanted.items() if params.get(key))


def _included(order: dict[str, Any], params: Mapping[str, str]) -> dict[str, Any]:
    """The order with what was asked for: personal data only when it was named."""
    asked = {each.strip().upper() for each in (params.get("includedData") or "").split(",")}
    blocks = {
        "buyer": "BUYER",
        "recipient": "RECIPIENT",
        "proceeds": "PROCEEDS",
        "fulfillment": "FULFILLMENT",
        "packages": "PACKAGES",
    }
    return {key: value for key, value in order.items() if key not in blocks or blocks[key] in asked}


def get_order(seller: Seller, words: tuple[str, ...], params: Mapping[str, str], *_: Any) -> Answer:
    for order in seller.orders:
        if order["orderId"] == words[0]:
            return _ok({"order": _included(order, params)})
    return Answer(404, fault("NotFound", "The order does not exist."))


def _paged(
    seller: Seller,
    rows: list[Any],
    params: Mapping[str, str],
    token_param: str,
    shape: Callable[[list[Any], str | None], dict[str, Any]],
) -> Answer:
    """One page; `page_fault` makes it repeat its token, or put an empty page with a token first."""
    size = int(params.get("maxResultsPerPage") or params.get("MaxResultsPerPage") or 100)
    token = params.get(token_param)
    if token and not re.fullmatch(r"p\d+", token):
        return _bad("The token is not valid.")
    at = int(token[1:]) if token else 0
    if seller.page_fault == "empty" and not token:
        return _ok(shape([], "p0"))
    more = f"p{at + size}" if at + size < len(rows) else None
    return _ok(shape(rows[at : at + size], "p0" if seller.page_fault == "repeat" else more))


# Finances v0, Sellers, Solicitations, Messaging, Customer Feedback


def list_financial_events(seller: Seller, _: Any, params: Mapping[str, str], __: Any, amazon: Amazon) -> Answer:
    after, before = _moment(params.get("PostedAfter")), _moment(params.get("PostedBefore"))
    now = _clock(amazon)
    if any(moment and moment > now - timedelta(minutes=2) for moment in (after, before)):
        return _bad("PostedAfter and PostedBefore must be more than two minutes ago.")
    pages = list(seller.events)
    if after and (before or now) - after > timedelta(days=180):
        pages = []
    at = int(params["NextToken"]) if params.get("NextToken") else 0
    payload: dict[str, Any] = {"FinancialEvents": pages[at] if at < len(pages) else {}}
    if seller.page_fault == "repeat":
        payload["NextToken"] = "0"
    elif at + 1 < len(pages):
        payload["NextToken"] = str(at + 1)
    return _ok({"payload": payload})


def participations(seller: Seller, *_: Any) -> Answer:
    return _ok(
        {
            "payload": [
                {
                    "marketplace": {"id": place},
                    "participation": {"isParticipating": True, "hasSuspendedListings": False},
                }
                for place in seller.participations
            ]
        }
    )


def _actions(book: dict[str, list[str]], words: tuple[str, ...]) -> Answer:
    names = book.get(words[0])
    if names is None:
        return Answer(404, fault("NotFound", "The order does not exist."))
    links = [{"href": f"/orders/{words[0]}/{name}", "name": name} for name in names]
    return _ok({"_links": {"self": {"href": "…"}, "actions": links}, "_embedded": {"actions": []}})


def solicitations(seller: Seller, words: tuple[str, ...], params: Mapping[str, str], *_: Any) -> Answer:
    return _actions(seller.solicitations, words) if params.get("marketplaceIds") else _bad("marketplaceIds is required")


def messaging(seller: Seller, words: tuple[str, ...], params: Mapping[str, str], *_: Any) -> Answer:
    return _actions(seller.messaging, words) if params.get("marketplaceIds") else _bad("marketplaceIds is required")


def topics(seller: Seller, words: tuple[str, ...], params: Mapping[str, str], *_: Any) -> Answer:
    if not params.get("marketplaceId"):
        return _bad("marketplaceId is required.")
    found = seller.topics.get(words[0])
    return _ok(found) if found is not None else Answer(204)


_R, _F = "/reports/2021-06-30", "/customerFeedback/2024-06-01/items/{}/reviews"
OPERATIONS: dict[str, Operation] = {
    each.name: each
    for each in (
        Operation("createReport", "POST", f"{_R}/reports", 0.0167, 15, create_report),
        Operation("getReports", "GET", f"{_R}/reports", 0.0222, 10, get_reports),
        Operation("getReport", "GET", f"{_R}/reports/{{}}", 2, 15, get_report),
        Operation("cancelReport", "DELETE", f"{_R}/reports/{{}}", 0.0222, 10, cancel_report),
        Operation("getReportDocument", "GET", f"{_R}/documents/{{}}", 0.0167, 15, get_report_document),
        Operation("searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20, search_orders),
        Operation("getOrder", "GET", "/orders/2026-01-01/orders/{}", 0.5, 30, get_order),
        Operation("listFinancialEvents", "GET", "/finances/v0/financialEvents", 0.5, 30, list_financial_events),
        Operation(
            "getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", 0.016, 15, participations
        ),
        Operation("getSolicitationActionsForOrder", "GET", "/solicitations/v1/orders/{}", 1, 5, solicitations),
        Operation("getMessagingActionsForOrder", "GET", "/messaging/v1/orders/{}", 1, 5, messaging),
        Operation("getItemReviewTopics", "GET", f"{_F}/topics", 0.5, 5, topics),
        Operation("getItemReviewTrends", "GET", f"{_F}/trends", 0.5, 5, topics),
    )
}


def operation_of(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """The operation that a path belongs to, and the words in its placeholders."""
    for operation in OPERATIONS.values():
        fits = re.fullmatch(operation.path.replace("{}", "([^/]+)"), path)
        if fits and operation.method == method:
            return operation, fits.groups()
    return None
