"""Orders as the Orders API 2026-01-01 gives them, read without buyer and recipient, which are never asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from services.reports import shapes
from services.reports.all_orders import LineNumbers
from services.reports.base import Context, Row, Unread, unread
from services.reports.cells import channel, order_id
from services.rules.marketplaces import by_id


def read_document(stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    """Answers kept as a file: `{"orders": […]}`, `{"order": {…}}`, or a list of them. Raises Unreadable."""
    for answer in shapes.objects(shapes.load(stream)):
        yield from read_orders(orders_in(answer), context)


def orders_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The orders of one answer, also below `payload`."""
    inside = shapes.mapping(answer.get("payload")) or answer
    return shapes.objects(inside.get("orders")) + shapes.objects(inside.get("order"))


def read_orders(orders: Sequence[Mapping[str, Any]], context: Context) -> Iterator[Row | Unread]:
    """Rows for `order` and `item`; an order without a readable id is an Unread."""
    for order in orders:
        try:
            number = order_id(str(order.get("orderId") or ""))
        except ValueError as trouble:
            yield unread(context, None, repr(order), f"{trouble}.")
            continue
        yield Row("order", _order(number, order, context))
        yield from _items(number, order, context)


def _order(number: str, order: Mapping[str, Any], context: Context) -> dict[str, Any]:
    fulfillment = shapes.mapping(order.get("fulfillment"))
    total = shapes.mapping(shapes.mapping(order.get("proceeds")).get("grandTotal"))
    currency = shapes.text(total.get("currencyCode"))
    programs = order.get("programs") if isinstance(order.get("programs"), list) else []
    requests = [_cancellation(item) for item in shapes.objects(order.get("orderItems"))]
    asked, why = next((each for each in requests if each[0]), (None, None))
    return {
        "account": context.account,
        "order_id": number,
        "marketplace": marketplace(order) or context.only,
        "status": shapes.text(fulfillment.get("fulfillmentStatus")),
        "channel": channel(str(fulfillment.get("fulfilledBy") or "")),
        "purchased_at": shapes.moment(order.get("createdTime")),
        "updated_at": shapes.moment(order.get("lastUpdatedTime")),
        "service_level": shapes.text(fulfillment.get("fulfillmentServiceLevel")),
        "ship_by": _latest(fulfillment.get("shipByWindow")),
        "deliver_by": _latest(fulfillment.get("deliverByWindow")),
        "currency": currency,
        "total": shapes.amount(total.get("amount"), currency),
        "is_business": "AMAZON_BUSINESS" in programs if programs else None,
        "is_prime": "PRIME" in programs if programs else None,
        "replaces_order_id": _original(order),
        "cancel_requested": asked,
        "cancel_reason": why,
        "packages": [_package(each) for each in shapes.objects(order.get("packages"))] or None,
    }


def marketplace(order: Mapping[str, Any]) -> str | None:
    """The code of the marketplace that sold it."""
    place = by_id(shapes.text(shapes.mapping(order.get("salesChannel")).get("marketplaceId")))
    return place.code if place else None


def _items(number: str, order: Mapping[str, Any], context: Context) -> Iterator[Row]:
    numbers = LineNumbers()
    for item in shapes.objects(order.get("orderItems")):
        product, done = shapes.mapping(item.get("product")), shapes.mapping(item.get("fulfillment"))
        sku, asin = shapes.text(product.get("sellerSku")), shapes.text(product.get("asin"))
        line = shapes.text(item.get("orderItemId")) or f"{sku or ''}|{asin or ''}"
        line = line if "|" not in line else f"{line}|{numbers.next(number, line)}"
        quantity = shapes.count(item.get("quantityOrdered"))
        unit = shapes.mapping(shapes.mapping(product.get("price")).get("unitPrice"))
        currency = shapes.text(unit.get("currencyCode"))
        each = shapes.amount(unit.get("amount"), currency)
        asked, why = _cancellation(item)
        yield Row("item", {
            "account": context.account,
            "order_id": number,
            "source": "api",
            "line": line,
            "sku": sku,
            "asin": asin,
            "title": shapes.text(product.get("title")),
            "quantity": quantity,
            "shipped": shapes.count(done.get("quantityFulfilled")),
            "currency": currency,
            "price": each * quantity if each is not None and quantity is not None else None,
            "purchased_at": shapes.moment(order.get("createdTime")),
            "updated_at": shapes.moment(order.get("lastUpdatedTime")),
            "cancel_requested": asked,
            "cancel_reason": why,
            **_breakdown(item, currency),
        })  # fmt: skip


def _breakdown(item: Mapping[str, Any], currency: str | None) -> dict[str, int | None]:
    """Tax, shipping and promotion of a line, where its proceeds are broken down."""
    found: dict[str, int | None] = {"tax": None, "shipping": None, "promotion": None}
    for part in shapes.objects(shapes.mapping(item.get("proceeds")).get("breakdowns")):
        kind = str(part.get("type") or "").upper()
        name = {"TAX": "tax", "SHIPPING": "shipping", "DISCOUNT": "promotion", "PROMOTION": "promotion"}.get(kind)
        value = shapes.amount(shapes.mapping(part.get("subtotal")).get("amount"), currency)
        if name and value is not None:
            found[name] = (found[name] or 0) + (abs(value) if name == "promotion" else value)
    return found


def _cancellation(item: Mapping[str, Any]) -> tuple[bool | None, str | None]:
    request = shapes.mapping(shapes.mapping(item.get("cancellation")).get("cancellationRequest"))
    return (True, shapes.text(request.get("cancelReason"))) if request else (None, None)


def _package(package: Mapping[str, Any]) -> dict[str, Any]:
    shipped = shapes.moment(package.get("shipTime"))
    return {
        "carrier": shapes.text(package.get("carrier")),
        "tracking": shapes.text(package.get("trackingNumber")),
        "shipped_at": shipped.isoformat().replace("+00:00", "Z") if shipped else None,
        "status": shapes.text(shapes.mapping(package.get("packageStatus")).get("status")),
    }


def _latest(window: Any) -> Any:
    return shapes.moment(shapes.mapping(window).get("latestDateTime"))


def _original(order: Mapping[str, Any]) -> str | None:
    for other in shapes.objects(order.get("associatedOrders")):
        if str(other.get("associationType") or "").endswith("_ORIGINAL_ID"):
            return shapes.text(other.get("orderId"))
    return None


