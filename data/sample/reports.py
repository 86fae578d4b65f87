"""Amazon's reports about the sample seller, in Amazon's formats, about the same orders that its mail is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from data.sample import shop
from data.sample.mails import Talk
from data.sample.shop import PRODUCTS, STORE_WEIGHTS, STORES, Product, Store

DAYS = 92
OTHER_ORDERS = 1500
BLOCK = timedelta(days=30)
ORDERS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "is-business-order", "purchase-order-number",
    "price-designation",
)  # fmt: skip
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
# topic -> (Amazon's reason, disposition)
REASONS = {
    "defect": ("DEFECTIVE", "DEFECTIVE"), "return": ("UNWANTED_ITEM", "SELLABLE"),
    "wrong_item": ("SWITCHEROO", "CUSTOMER_DAMAGED"), "damaged": ("DAMAGED_BY_CARRIER", "CARRIER_DAMAGED"),
    "missing_part": ("MISSING_PARTS", "DEFECTIVE"), "parcel_late": ("MISSED_ESTIMATED_DELIVERY", "SELLABLE"),
    "angry": ("QUALITY_UNACCEPTABLE", "CUSTOMER_DAMAGED"), "compat": ("NOT_COMPATIBLE", "SELLABLE"),
}  # fmt: skip
# Headings of feedback; only German, Spanish and English ones are documented.
HEADINGS = {
    "en": ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"),
    "de": ("Datum", "Bewertung", "Kommentar", "Ihre Antwort", "Transaktionsnummer", "E-Mail des Bewertenden"),
    "es": ("Date", "Rating", "Comentarios", "Response", "Número de pedido", "E-mail del cliente"),
    "fr": ("Date", "Note", "Commentaires", "Votre réponse", "Numéro de commande", "E-mail de l'évaluateur"),
    "it": ("Data", "Valutazione", "Commenti", "La tua risposta", "Numero ordine", "E-mail del valutatore"),
    "ja": ("日付", "評価", "コメント", "出品者の返信", "注文番号", "評価者のEメール"),
}
SAID = {
    "en": ("Came a week late.", "Stopped working after two days!", "Box was crushed.", "Ok, but slow answers."),
    "de": ("Kam viel zu spät.", "Nach zwei Tagen defekt.", "Verpackung völlig zerdrückt.", "Geht so."),
    "fr": ("Livré en retard.", "Ne fonctionne plus après deux jours.", "Emballage abîmé."),
    "it": ("Arrivato in ritardo.", "Si è rotto subito.", "Scatola danneggiata."),
    "es": ("Llegó tarde.", "Dejó de funcionar a los dos días.", "La caja llegó rota."),
    "ja": ("届くのが遅かったです。", "二日で壊れました。", "箱がつぶれていました。"),
}
ANSWERED = {"en": "We are sorry and have sent a new one.", "de": "Das tut uns leid, Ersatz ist unterwegs."}
_ODR = {"US": 0.0042, "CA": 0.0, "UK": 0.0061, "DE": 0.0035, "FR": 0.0048, "IT": 0.0092, "ES": 0.0, "JP": 0.0021}


@dataclass
class Sale:
    """One order line."""

    order: str
    store: Store
    product: Product
    bought: datetime
    by_amazon: bool
    quantity: int = 1
    status: str = "Shipped"
    talk: Talk | None = None
    topic: str = ""

    @property
    def price(self) -> int:
        """Of the whole line, in minor units."""
        return self.product.price * self.quantity


@dataclass
class Chosen:
    """What the mails are about: return and refund notices, and claims as (talk, kind, the day money moved)."""

    returned: Sequence[Talk] = ()
    refunded: Sequence[Talk] = ()
    claims: Sequence[tuple[Talk, str, datetime]] = field(default_factory=tuple)


def files(talks: Sequence[Talk], chosen: Chosen, anchor: datetime) -> dict[str, bytes]:
    """File name below reports/ to content."""
    sales = all_sales(talks, chosen, anchor)
    out = _orders(sales, anchor)
    out["fba-returns.txt"] = _tsv(FBA_RETURNS, _fba_returns(sales, anchor))
    out["merchant-returns.txt"] = _tsv(FBM_RETURNS, _fbm_returns(sales, chosen, anchor))
    out["fba-replacements.txt"] = _tsv(REPLACEMENTS, _replacements(sales, anchor))
    out["finance-events.json"] = _finances(chosen, anchor)
    out |= _feedback(sales, anchor)
    out |= _health(anchor)
    return dict(sorted(out.items()))


def all_sales(talks: Sequence[Talk], chosen: Chosen, anchor: datetime) -> list[Sale]:
    """Every order of the sample, the oldest first."""
    rng = Random("nordlicht orders")
    returned = {talk.order for talk in chosen.returned}
    known: dict[str, Sale] = {}
    for talk in talks:
        if talk.order:
            bought = talk.said[0].at - timedelta(days=rng.randrange(2, 12), seconds=rng.randrange(86400))
            sale = Sale(talk.order, talk.store, talk.product, bought, rng.random() < 0.6 and talk.order not in returned)
            sale.talk, sale.topic = talk, talk.topic.split(":")[0]
            sale.status = "Cancelled" if sale.topic == "cancel" and rng.random() < 0.6 else "Shipped"
            known.setdefault(talk.order, sale)
    for _ in range(OTHER_ORDERS):
        store = STORES[rng.choices(list(STORE_WEIGHTS), list(STORE_WEIGHTS.values()))[0]]
        bought = anchor - timedelta(seconds=rng.randrange(3600, DAYS * 86400))
        product = rng.choice(PRODUCTS + PRODUCTS[:3])
        sale = Sale(shop.order_id(store, rng), store, product, bought, rng.random() < 0.6, rng.choice((1, 1, 1, 1, 2)))
        sale.status = _status(sale, anchor, rng)
        known.setdefault(sale.order, sale)
    return sorted(known.values(), key=lambda each: (each.bought, each.order))


def _status(sale: Sale, anchor: datetime, rng: Random) -> str:
    if anchor - sale.bought < timedelta(hours=30):
        return "Pending" if sale.by_amazon else "Unshipped"
    return "Cancelled" if rng.random() < 0.02 else "Shipped"


def _orders(sales: Sequence[Sale], anchor: datetime) -> dict[str, bytes]:
    """Reports of 30 days each, as Amazon allows."""
    blocks: dict[str, list[tuple[str, ...]]] = {}
    for sale in sales:
        changed = min(sale.bought + timedelta(days=2, seconds=len(sale.order) * 977), anchor - timedelta(minutes=30))
        name = f"orders-{max(0, 3 - int((anchor - changed) / BLOCK)) + 1}.txt"
        blocks.setdefault(name, []).append(_order(sale, changed))
    return {name: _tsv(ORDERS, rows) for name, rows in blocks.items()}


def _order(sale: Sale, changed: datetime) -> tuple[str, ...]:
    store, product = sale.store, sale.product
    tax = sale.price * 8 // 100 if store.code in ("US", "CA") else 0
    values = {
        "amazon-order-id": sale.order, "purchase-date": _iso(sale.bought), "last-updated-date": _iso(changed),
        "order-status": sale.status, "fulfillment-channel": "Amazon" if sale.by_amazon else "Merchant",
        "sales-channel": f"Amazon.{store.tld}", "ship-service-level": "Expedited" if sale.by_amazon else "Standard",
        "product-name": product.title, "sku": product.sku, "asin": product.asin, "item-status": sale.status,
        "quantity": str(sale.quantity), "currency": store.currency, "item-price": _money(sale.price, store),
        "item-tax": _money(tax, store), "shipping-price": _money(0 if sale.by_amazon else 399, store),
        "ship-country": store.code, "is-business-order": "false",
    }  # fmt: skip
    return tuple(values.get(name, "") for name in ORDERS)


def _fba_returns(sales: Sequence[Sale], anchor: datetime) -> Iterable[tuple[str, ...]]:
    rng = Random("nordlicht fba returns")
    for number, sale in enumerate(sales):
        chance = 0.5 if sale.topic in REASONS else 0.035
        at = sale.bought + timedelta(days=rng.randrange(9, 33), seconds=rng.randrange(86400))
        if sale.by_amazon and sale.status == "Shipped" and rng.random() < chance and at < anchor:
            reason, disposition = REASONS.get(sale.topic) or rng.choice(list(REASONS.values()))
            product = sale.product
            yield (_iso(at), sale.order, product.sku, product.asin, f"X00{product.asin[-7:]}", product.title, "1",
                   {"US": "ABE8", "CA": "YYZ4", "JP": "NRT5"}.get(sale.store.code, "DTM2"), disposition, reason,
                   "Unit returned to inventory", f"LPN{number:07}NL", "")  # fmt: skip


def _fbm_returns(sales: Sequence[Sale], chosen: Chosen, anchor: datetime) -> Iterable[tuple[str, ...]]:
    rng = Random("nordlicht merchant returns")
    asked = {talk.order for talk in chosen.returned}
    claimed = {talk.order for talk, _, _ in chosen.claims}
    quiet: list[tuple[int, Sale]] = []
    for number, sale in enumerate(sales):
        at = sale.bought + timedelta(days=rng.randrange(5, 20))
        wanted = sale.order in asked or (rng.random() < (0.3 if sale.topic in REASONS else 0.03))
        if sale.by_amazon or sale.status != "Shipped" or not wanted or at > anchor - timedelta(hours=30):
            quiet += [(number, sale)] if not (sale.by_amazon or sale.talk) and sale.status == "Shipped" else []
            continue
        done = anchor - at > timedelta(days=14)
        reason = (REASONS.get(sale.topic) or rng.choice(list(REASONS.values())))[0]
        yield _fbm_return(number, sale, {
            "Return request date": _named(at), "Return request status": "Completed" if done else "Approved",
            "A-to-Z Claim": "Y" if sale.order in claimed else "N", "Return Reason": f"CR-{reason}",
            "Refunded Amount": _money(sale.price, sale.store) if done else "",
        })  # fmt: skip
    recent = [each for each in quiet if timedelta(days=8) < anchor - each[1].bought < timedelta(days=25)]
    for (number, sale), more in zip(recent, _waiting_returns(anchor), strict=False):
        yield _fbm_return(number, sale, more)


def _waiting_returns(anchor: datetime) -> list[dict[str, str]]:
    """Two outside the policy that the seller has to authorise by hand, late and soon; one that is back, unrefunded."""
    day = timedelta(days=1)
    by_hand = {"Return request status": "Pending", "In policy": "N"}
    back = {"Return request status": "Approved", "Return delivery date": _named(anchor - day)}
    return [
        {**by_hand, "Return request date": _named(anchor - day), "Return Reason": "CR-UNWANTED_ITEM"},
        {**by_hand, "Return request date": _named(anchor), "Return Reason": "CR-NOT_COMPATIBLE"},
        {**back, "Return request date": _named(anchor - 8 * day), "Return Reason": "CR-DEFECTIVE"},
    ]


def _fbm_return(number: int, sale: Sale, more: dict[str, str]) -> tuple[str, ...]:
    values = {
        "Order ID": sale.order, "Order date": _named(sale.bought), "Amazon RMA ID": f"D{number:06}NLRMA",
        "Label cost": _money(490, sale.store), "Currency code": sale.store.currency,
        "Return carrier": "Sample Parcel", "Label to be paid by": "Seller", "Is prime": "N", "In policy": "Y",
        "A-to-Z Claim": "N", "ASIN": sale.product.asin, "Merchant SKU": sale.product.sku,
        "Item Name": sale.product.title, "Return quantity": "1", "Return type": "C-Returns",
        "Order quantity": str(sale.quantity), "Resolution": "StandardRefund",
        "Order Amount": _money(sale.price, sale.store), **more,
    }  # fmt: skip
    return tuple(values.get(name, "") for name in FBM_RETURNS)


def _replacements(sales: Sequence[Sale], anchor: datetime) -> Iterable[tuple[str, ...]]:
    rng = Random("nordlicht replacements")
    for sale in sales:
        if sale.by_amazon and sale.topic in ("damaged", "parcel_missing") and anchor - sale.bought > timedelta(days=20):
            at, new = sale.bought + timedelta(days=14), shop.order_id(sale.store, rng)
            product = sale.product
            yield _iso(at), product.sku, product.asin, "DTM2", "DTM2", "1", rng.choice("138"), new, sale.order


def _finances(chosen: Chosen, anchor: datetime) -> bytes:
    lists: dict[str, list[object]] = {"RefundEventList": [], "GuaranteeClaimEventList": [], "ChargebackEventList": []}
    for talk in chosen.refunded:
        at = min(talk.said[0].at + timedelta(days=2), anchor - timedelta(days=3))
        lists["RefundEventList"].append(_event(talk, at))
    for talk, kind, at in chosen.claims:
        name = "GuaranteeClaimEventList" if kind == "a_to_z" else "ChargebackEventList"
        lists[name].append(_event(talk, at))
    return _json({"payload": {"FinancialEvents": lists}})


def _event(talk: Talk, at: datetime) -> dict[str, object]:
    def money(amount: int) -> dict[str, object]:
        return {"CurrencyCode": talk.store.currency, "CurrencyAmount": float(_money(amount, talk.store))}

    price = talk.product.price
    item = {
        "SellerSKU": talk.product.sku, "OrderAdjustmentItemId": str(abs(price * 7919 + at.day)), "QuantityShipped": 1,
        "ItemChargeAdjustmentList": [{"ChargeType": "Principal", "ChargeAmount": money(-price)}],
        "ItemFeeAdjustmentList": [{"FeeType": "Commission", "FeeAmount": money(price * 15 // 100)}],
    }  # fmt: skip
    return {"AmazonOrderId": talk.order, "MarketplaceName": f"Amazon.{talk.store.tld}", "PostedDate": _zulu(at),
            "ShipmentItemAdjustmentList": [item]}  # fmt: skip


def _feedback(sales: Sequence[Sale], anchor: datetime) -> dict[str, bytes]:
    """One report per marketplace, in its language, dates and charset."""
    rng = Random("nordlicht feedback")
    rows: dict[str, list[tuple[str, ...]]] = {}
    for sale in sales:
        at = sale.bought + timedelta(days=rng.randrange(6, 15))
        unhappy = sale.talk and sale.topic in ("angry", "parcel_late", "parcel_missing", "damaged", "defect")
        if sale.talk and unhappy and rng.random() < 0.16 and at < anchor - timedelta(hours=30):
            said = rng.choice(SAID[sale.store.lang])
            answer = ANSWERED.get(sale.store.lang, "") if rng.random() < 0.3 else ""
            rater = f"{sale.talk.alias}@marketplace.amazon.{sale.store.tld}"
            rating = rng.choice("11233")
            row = (_local_day(at, sale.store), rating, said, answer, sale.order, rater)
            rows.setdefault(sale.store.code, []).append(row)
    return {
        f"feedback-{code}.txt": _tsv(HEADINGS[STORES[code].lang], found, "cp932" if code == "JP" else "utf-8")
        for code, found in rows.items()
    }


def _health(anchor: datetime) -> dict[str, bytes]:
    """A report each week, and each day of the last two weeks."""
    ages = [*range(DAYS - 1, 14, -7), *range(14, -1, -1)]
    return {f"account-health-{anchor - timedelta(days=age):%Y-%m-%d}.json": _snapshot(anchor, age) for age in ages}


def _snapshot(anchor: datetime, age: int) -> bytes:
    taken = anchor - timedelta(days=age)
    statuses = [{"marketplaceId": store.id, "status": "NORMAL"} for store in STORES.values()]
    metrics = [_metrics(store, taken, age) for store in STORES.values()]
    return _json({"accountStatuses": statuses, "performanceMetrics": metrics})


def _metrics(store: Store, taken: datetime, age: int) -> dict[str, object]:
    rng = Random(f"nordlicht health {store.code} {age}")
    late = 0.012 + (0.024 if store.code == "US" else 0.004) * (1 - age / DAYS) + rng.uniform(-0.002, 0.002)
    tracked = 0.936 if store.code == "IT" else 0.97 + rng.uniform(0, 0.02)
    return {
        "marketplaceId": store.id,
        "orderDefectRate": {"mfn": _odr(store, taken, age, "mfn"), "afn": _odr(store, taken, age, "afn")},
        "lateShipmentRate": _rate(taken, 30, late, 0.04, "LESS_THAN", orderCount=400,
                                  lateShipmentCount=int(late * 400)),
        "preFulfillmentCancellationRate": _rate(taken, 7, 0.006, 0.025, "LESS_THAN", orderCount=160,
                                                cancellationCount=1),
        "validTrackingRate": _rate(taken, 30, tracked, 0.95, "GREATER_THAN", shipmentCount=400,
                                   validTrackingCount=int(tracked * 400)),
        "onTimeDeliveryRate": _rate(taken, 30, 0.954, 0.9, "GREATER_THAN", shipmentCountWithValidTracking=390,
                                    onTimeDeliveryCount=372),
        "accountHealthRating": {"reportingDateRange": _window(taken, 180), "ahrStatus": "GREAT", "ahrScore": 312},
        "listingPolicyViolations": _count(taken, 1 if store.code == "DE" and age < 6 else 0),
        "productAuthenticityCustomerComplaints": _count(taken, 0),
        "receivedIntellectualPropertyComplaints": _count(taken, 0),
        "restrictedProductPolicyViolations": _count(taken, 0),
    }  # fmt: skip


def _odr(store: Store, taken: datetime, age: int, kind: str) -> dict[str, object]:
    orders = 900 if kind == "mfn" else 1400
    rate = _ODR[store.code] * (1 if kind == "mfn" else 0.5) * (1 - age / 400)
    defects = round(rate * orders)
    good = {"status": "GOOD"}
    return _rate(
        taken - timedelta(days=14), 60, defects / orders, 0.01, "LESS_THAN", orderCount=orders, fulfillmentType=kind,
        orderWithDefects={"count": defects, **good}, claims={"count": defects // 3, **good},
        chargebacks={"count": defects // 6, **good},
        negativeFeedback={"count": defects - defects // 3 - defects // 6, **good},
    )  # fmt: skip


def _rate(taken: datetime, days: int, rate: float, target: float, condition: str, **more: object) -> dict[str, object]:
    good = rate < target if condition == "LESS_THAN" else rate > target
    return {"reportingDateRange": _window(taken, days), **more, "status": "GOOD" if good else "BAD",
            "rate": round(rate, 4), "targetValue": target, "targetCondition": condition}  # fmt: skip


def _count(taken: datetime, count: int) -> dict[str, object]:
    return {"reportingDateRange": _window(taken, 180), "defectsCount": count, "status": "BAD" if count else "GOOD",
            "targetValue": 0, "targetCondition": "EQUALS"}  # fmt: skip


def _window(until: datetime, days: int) -> dict[str, str]:
    first = until - timedelta(days=days)
    return {"reportingDateFrom": f"{first:%Y-%m-%d}T00:00Z", "reportingDateTo": f"{until:%Y-%m-%d}T00:00Z"}


def _tsv(headings: Sequence[str], rows: Iterable[Sequence[str]], charset: str = "utf-8") -> bytes:
    return "".join("\t".join(row) + "\r\n" for row in (headings, *rows)).encode(charset)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _zulu(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _named(at: datetime) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day:02}-{months[at.month - 1]}-{at.year}"


def _local_day(at: datetime, store: Store) -> str:
    form = {"US": "%m/%d/%y", "DE": "%d.%m.%y", "JP": "%y/%m/%d"}.get(store.code, "%d/%m/%y")
    return (at + timedelta(hours=store.hours)).strftime(form)


def _money(amount: int, store: Store) -> str:
    """As the reports write it; prices in yen are twice the number, as in the mails."""
    if store.currency == "JPY":
        return str(amount * 2)
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"
