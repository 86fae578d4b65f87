"""Report files as Amazon writes them, with invented content, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FEEDBACK = {
    "US": ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"),
    "UK": ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"),
    "DE": ("Datum", "Bewertung", "Kommentar", "Ihre Antwort", "Transaktionsnummer", "E-Mail des Bewertenden"),
    "ES": ("Date", "Rating", "Comentarios", "Response", "Número de pedido", "E-mail del cliente"),
    "MX": ("Fecha", "Rating", "Comentarios", "Tu respuesta", "Número de pedido", "Correo electrónico del evaluador"),
    "JP": ("日付", "評価", "コメント", "出品者の返信", "注文番号", "評価者のEメール"),
    "FR": ("Le jour", "Étoiles", "Avis", "La réponse", "Numéro", "Adresse"),
}
FBA_RETURNS = (
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
    "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments",
)  # fmt: skip
FBM_RETURNS = (
    "Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Merchant RMA ID",
    "Label type", "Label cost", "Currency code", "Return carrier", "Tracking ID", "Label to be paid by",
    "A-to-Z Claim", "Is prime", "ASIN", "Merchant SKU", "Item Name", "Return quantity", "Return Reason", "In policy",
    "Return type", "Resolution", "Invoice number", "Return delivery date", "Order Amount", "Order quantity",
    "SafeT Action reason", "SafeT claim id", "SafeT claim state", "SafeT claim creation time",
    "SafeT claim reimbursement amount", "Refunded Amount",
)  # fmt: skip
REPLACEMENTS = (
    "shipment-date", "sku", "asin", "fulfillment-center-id", "original-fulfillment-center-id", "quantity",
    "replacement-reason-code", "replacement-amazon-order-id", "original-amazon-order-id",
)  # fmt: skip
ALL_ORDERS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "is-business-order", "purchase-order-number",
    "price-designation",
)  # fmt: skip
UNSHIPPED = (
    "order-id", "order-item-id", "purchase-date", "payments-date", "reporting-date", "promise-date",
    "days-past-promise", "buyer-email", "buyer-name", "buyer-phone-number", "sku", "product-name",
    "quantity-purchased", "quantity-shipped", "quantity-to-ship", "ship-service-level", "recipient-name",
    "ship-address-1", "ship-address-2", "ship-address-3", "ship-city", "ship-state", "ship-postal-code",
    "ship-country", "is-business-order", "purchase-order-number", "price-designation", "is-prime",
)  # fmt: skip
RATER = "k3jd82ms0qpx1v@marketplace.amazon.com"
ORDER = "114-5550001-7770001"
OTHER = "302-5550002-7770002"


def tsv(headings: Sequence[str], rows: Iterable[Sequence[str]], end: str = "\r\n") -> str:
    """Tabs, no quoting, as Amazon writes it."""
    return "".join("\t".join(row) + end for row in (headings, *rows))


def feedback_row(order: str = ORDER, date: str = "11/20/26", rating: str = "1", comment: str = "Never again",
                 response: str = "", rater: str = RATER) -> tuple[str, ...]:  # fmt: skip
    return (date, rating, comment, response, order, rater)


def _row(headings: Sequence[str], usual: dict[str, str], given: dict[str, str]) -> tuple[str, ...]:
    values = usual | given
    assert values.keys() <= set(headings), values.keys() - set(headings)
    return tuple(values.get(name, "") for name in headings)


def fba_return(**given: str) -> tuple[str, ...]:
    """One row; keys with underscores."""
    usual = {
        "return-date": "2026-11-18T07:12:33+00:00", "order-id": ORDER, "sku": "NL-1", "asin": "B0TEST0001",
        "fnsku": "X001", "product-name": "Lamp 12\" wide", "quantity": "1", "fulfillment-center-id": "DTM2",
        "detailed-disposition": "SELLABLE", "reason": "UNWANTED_ITEM", "status": "Unit returned to inventory",
        "license-plate-number": "LPNRR0000001", "customer-comments": "too wide",
    }  # fmt: skip
    return _row(FBA_RETURNS, usual, {name.replace("_", "-"): value for name, value in given.items()})


def fbm_return(given: dict[str, str] | None = None) -> tuple[str, ...]:
    """One row; keys are headings."""
    usual = {
        "Order ID": ORDER, "Order date": "02-Nov-2026", "Return request date": "16-Nov-2026",
        "Return request status": "Approved", "Amazon RMA ID": "DRMA1RRMA", "Label cost": "4.90", "Currency code": "USD",
        "A-to-Z Claim": "N", "Is prime": "N", "ASIN": "B0TEST0001", "Merchant SKU": "NL-1", "Item Name": "Lamp",
        "Return quantity": "1", "Return Reason": "CR-DEFECTIVE", "In policy": "Y", "Return type": "C-Returns",
        "Order Amount": "45.90", "Order quantity": "1",
    }  # fmt: skip
    return _row(FBM_RETURNS, usual, given or {})


def order_row(**given: str) -> tuple[str, ...]:
    """One order line; keys with underscores."""
    usual = {
        "amazon-order-id": ORDER, "purchase-date": "2026-11-10T08:00:00+00:00",
        "last-updated-date": "2026-11-12T09:00:00+00:00", "order-status": "Shipped", "fulfillment-channel": "Amazon",
        "sales-channel": "Amazon.com", "ship-service-level": "Standard", "product-name": "Lamp", "sku": "NL-1",
        "asin": "B0TEST0001", "item-status": "Shipped", "quantity": "2", "currency": "USD", "item-price": "91.80",
        "item-tax": "7.34", "shipping-price": "4.99", "item-promotion-discount": "5.00", "ship-city": "Springfield",
        "ship-postal-code": "62704", "is-business-order": "false",
    }  # fmt: skip
    return _row(ALL_ORDERS, usual, {name.replace("_", "-"): value for name, value in given.items()})


def unshipped_row(**given: str) -> tuple[str, ...]:
    """One order line to ship; keys with underscores."""
    usual = {
        "order-id": ORDER, "order-item-id": "61234567890123", "purchase-date": "2026-11-20T08:00:00+00:00",
        "reporting-date": "2026-11-20T09:00:00+00:00", "promise-date": "2026-11-23T07:59:59+00:00",
        "buyer-email": "k3jd82ms0qpx1v@marketplace.amazon.com", "buyer-name": "Carol Example",
        "buyer-phone-number": "+1 555 0100", "sku": "NL-1", "product-name": "Lamp", "quantity-purchased": "2",
        "quantity-shipped": "0", "quantity-to-ship": "2", "ship-service-level": "Standard",
        "recipient-name": "Carol Example", "ship-address-1": "1 Invented Street", "ship-city": "Springfield",
        "is-business-order": "false", "is-prime": "true",
    }  # fmt: skip
    return _row(UNSHIPPED, usual, {name.replace("_", "-"): value for name, value in given.items()})


def feedback(code: str, *rows: Sequence[str]) -> str:
    return tsv(FEEDBACK[code], rows)
