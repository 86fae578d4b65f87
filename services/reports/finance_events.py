"""Finance events v0: guarantee claims, chargebacks, refunds and SAFE-T reimbursements, one row per amount."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TextIO

from services.reports import shapes
from services.reports.base import Context, Row, Unread, unread
from services.reports.cells import marketplace

SHIPMENTS = {"GuaranteeClaimEventList": "claim", "ChargebackEventList": "chargeback", "RefundEventList": "refund"}
REIMBURSEMENTS = "SAFETReimbursementEventList"
# (list in an event or item, part, key of the type, key of the amount)
_LISTS = (
    ("ItemChargeAdjustmentList", "charge", "ChargeType", "ChargeAmount"),
    ("OrderChargeAdjustmentList", "charge", "ChargeType", "ChargeAmount"),
    ("ItemFeeAdjustmentList", "fee", "FeeType", "FeeAmount"),
    ("OrderFeeAdjustmentList", "fee", "FeeType", "FeeAmount"),
    ("ShipmentFeeAdjustmentList", "fee", "FeeType", "FeeAmount"),
    ("PromotionAdjustmentList", "promotion", "PromotionType", "PromotionAmount"),
)


class _Moved(NamedTuple):
    part: str
    type: str
    money: Mapping[str, Any]
    sku: str | None = None
    item: str | None = None


def read_document(stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    """Answers kept as a file, one or a list of pages, with or without `payload`. Raises Unreadable."""
    for answer in shapes.objects(shapes.load(stream)):
        yield from read_finances(events_in(answer), context)


def events_in(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The FinancialEvents of one answer."""
    inside = shapes.mapping(answer.get("payload")) or answer
    return shapes.mapping(inside.get("FinancialEvents"))


def read_finances(financial_events: Mapping[str, Any], context: Context) -> Iterator[Row | Unread]:
    """Rows for `finance`; an event whose amounts cannot be read is an Unread."""
    for name, kind in SHIPMENTS.items():
        for event in shapes.objects(financial_events.get(name)):
            yield from _shipment(name, kind, event, context)
    for event in shapes.objects(financial_events.get(REIMBURSEMENTS)):
        amount = _Moved("reimbursement", "SAFE-T", shapes.mapping(event.get("ReimbursedAmount")))
        yield from _rows(REIMBURSEMENTS, "safe_t", event, [amount], context)


def _shipment(name: str, kind: str, event: Mapping[str, Any], context: Context) -> Iterator[Row | Unread]:
    moved = list(_amounts(event, None, None))
    for item in shapes.objects(event.get("ShipmentItemAdjustmentList")):
        number = shapes.text(item.get("OrderAdjustmentItemId")) or shapes.text(item.get("OrderItemId"))
        moved += _amounts(item, shapes.text(item.get("SellerSKU")), number)
    yield from _rows(name, kind, event, moved, context)


def _amounts(holder: Mapping[str, Any], sku: str | None, item: str | None) -> Iterator[_Moved]:
    for name, part, type_key, amount_key in _LISTS:
        for each in shapes.objects(holder.get(name)):
            kind = shapes.text(each.get(type_key)) or part
            yield _Moved(part, kind, shapes.mapping(each.get(amount_key)), sku, item)
    for withheld in shapes.objects(holder.get("ItemTaxWithheldList")):
        for each in shapes.objects(withheld.get("TaxesWithheld")):
            kind = shapes.text(each.get("ChargeType")) or "tax"
            yield _Moved("tax", kind, shapes.mapping(each.get("ChargeAmount")), sku, item)


def _rows(
    name: str, kind: str, event: Mapping[str, Any], moved: list[_Moved], context: Context
) -> Iterator[Row | Unread]:
    order, posted = shapes.text(event.get("AmazonOrderId")), shapes.moment(event.get("PostedDate"))
    place = marketplace(str(event.get("MarketplaceName") or "")) or context.only
    equal: Counter[str] = Counter()
    for each in moved:
        currency = shapes.text(each.money.get("CurrencyCode"))
        amount = shapes.amount(each.money.get("CurrencyAmount"), currency)
        if currency is None or amount is None:
            yield unread(context, None, repr(dict(event)), f"An amount of {each.type} has no currency or number.")
            continue
        if amount == 0 and each.part != "charge":
            continue
        told = shapes.text(event.get("SAFETClaimId"))
        stated = (name, order or told, event.get("PostedDate"), each.item or each.sku, each.part, each.type, amount)
        text = "\t".join(str(part) for part in stated)
        equal[text] += 1
        yield Row("finance", {
            "account": context.account,
            "key": hashlib.sha256(f"{text}\t{equal[text]}".encode()).hexdigest()[:32],
            "kind": kind,
            "order_id": order,
            "marketplace": place,
            "posted_at": posted,
            "sku": each.sku,
            "part": each.part,
            "type": each.type,
            "amount": amount,
            "currency": currency,
            "claim_id": told,
            "reason": shapes.text(event.get("ReasonCode")),
        })  # fmt: skip
