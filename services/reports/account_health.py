"""The account health report (V2, JSON): each metric as one row of a snapshot, in whatever spelling and with gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from services.reports import shapes
from services.reports.base import Context, Row, Unread, Unreadable, unread
from services.rules.marketplaces import by_id

# Amazon's names, in the spelling of its schema and of its example, to the names of our rates.
RATES = {
    "lateShipmentRate": "late_shipment_rate",
    "preFulfillmentCancellationRate": "pre_fulfillment_cancellation_rate",
    "preFulfillmentCancelRate": "pre_fulfillment_cancellation_rate",
    "prefulfillmentCancelRate": "pre_fulfillment_cancellation_rate",
    "prefulfillmentCancellationRate": "pre_fulfillment_cancellation_rate",
    "validTrackingRate": "valid_tracking_rate",
    "onTimeDeliveryRate": "on_time_delivery_rate",
    "unitOnTimeDeliveryRate": "unit_on_time_delivery_rate",
    "invoiceDefectRate": "invoice_defect_rate",
}
_OTHER_SPELLINGS = {"documentRequest": "documentRequests"}
_COUNTS = {
    "orderCount": "orders",
    "orderWithDefects": "defects",
    "claims": "claims",
    "chargebacks": "chargebacks",
    "negativeFeedback": "negative_feedback",
    "lateShipmentCount": "defects",
    "cancellationCount": "defects",
    "shipmentCount": "orders",
    "validTrackingCount": "good",
    "shipmentCountWithValidTracking": "orders",
    "onTimeDeliveryCount": "good",
    "totalUnitCount": "orders",
    "unitOnTimeDeliveryCount": "good",
    "invoiceDefect": "defects",
    "missingInvoice": "missing_invoice",
    "lateInvoice": "late_invoice",
}


def read_document(stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    """Rows for `health`, taken at `context.now`. Raises Unreadable."""
    found = [row for part in shapes.objects(shapes.load(stream)) for row in _report(part, context)]
    if not found:
        raise Unreadable("The account health report has neither a status nor a metric in it.")
    yield from found


def _report(report: Mapping[str, Any], context: Context) -> Iterator[Row | Unread]:
    for each in shapes.objects(report.get("accountStatuses")):
        status = shapes.text(each.get("status"))
        if status:
            yield _row(each, "account_status", {"status": status}, context, word=status)
    for each in shapes.objects(report.get("performanceMetrics")):
        if shapes.text(each.get("marketplaceId")) is None and context.only is None:
            yield unread(context, None, repr(dict(each)), "These metrics do not say for which marketplace they are.")
            continue
        yield from _metrics(each, context)


def _metrics(block: Mapping[str, Any], context: Context) -> Iterator[Row]:
    for name, value in block.items():
        inside = shapes.mapping(value)
        if name == "orderDefectRate":
            for half in ("mfn", "afn"):
                if isinstance(inside.get(half), dict):
                    yield _rate(block, f"odr_{half}", inside[half], context)
        elif name in RATES and inside:
            yield _rate(block, RATES[name], inside, context)
        elif name == "accountHealthRating" and inside:
            yield _rating(block, inside, context)
        elif name in ("warningStates", "warningState"):
            yield from _warnings(block, value, context)
        elif "defectsCount" in inside or "warningsCount" in inside:
            counted = inside.get("defectsCount", inside.get("warningsCount"))
            metric = _OTHER_SPELLINGS.get(name, name)
            yield _row(block, metric, inside, context, value=shapes.number(counted))


def _rate(block: Mapping[str, Any], metric: str, inside: Mapping[str, Any], context: Context) -> Row:
    details: dict[str, Any] = {}
    for name, ours in _COUNTS.items():
        value = inside.get(name)
        found = shapes.count(value.get("count") if isinstance(value, dict) else value)
        if found is not None:
            details[ours] = found
        if isinstance(value, dict) and shapes.text(value.get("status")):
            details[f"{ours}_status"] = shapes.text(value.get("status"))
    return _row(block, metric, inside, context, value=shapes.number(inside.get("rate")), details=details)


def _rating(block: Mapping[str, Any], inside: Mapping[str, Any], context: Context) -> Row:
    word = shapes.text(inside.get("ahrStatus")) or shapes.text(inside.get("accountHealthRatingStatus"))
    score = shapes.number(inside.get("ahrScore"))
    return _row(block, "account_health_rating", {**inside, "status": word}, context, value=score, word=word)


def _warnings(block: Mapping[str, Any], value: Any, context: Context) -> Iterator[Row]:
    for each in shapes.objects(value):
        kind = shapes.text(each.get("warningType"))
        if kind:
            yield _row(block, f"warningStates.{kind}", each, context, word=shapes.text(each.get("status")))


def _row(
    block: Mapping[str, Any],
    metric: str,
    inside: Mapping[str, Any],
    context: Context,
    *,
    value: float | None = None,
    word: str | None = None,
    details: dict[str, Any] | None = None,
) -> Row:
    stated = shapes.text(block.get("marketplaceId"))
    place = by_id(stated)
    window = shapes.mapping(inside.get("reportingDateRange"))
    return Row("health", {
        "account": context.account,
        "marketplace": place.code if place else stated or context.only or "",
        "metric": metric,
        "taken_at": context.now,
        "value": value,
        "word": word,
        "target": shapes.number(inside.get("targetValue")),
        "condition": shapes.text(inside.get("targetCondition")),
        "status": shapes.text(inside.get("status")),
        "window_from": shapes.moment(window.get("reportingDateFrom")),
        "window_to": shapes.moment(window.get("reportingDateTo")),
        "details": details or {},
    })  # fmt: skip
