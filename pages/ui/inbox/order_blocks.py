"""What Amazon says of the order, worded as blocks of the order panel: the order, its parcels, the buyer's last year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from pages.ui import format as words
from pages.ui.inbox.actions import Spec
from pages.ui.inbox.conversation import Reader
from services.inbox.order_facts import Followup, Item, OrderFacts, Package, Past, PastOrder
from services.rules import followups as followup_rules
from services.rules.marketplaces import MARKETPLACES
from services.rules.money import decimal_string

CHANNELS = {"fba": "Amazon (FBA)", "fbm": "Merchant (FBM)"}
REFUNDS = {
    "refund": "Refunded",
    "claim": "A-to-z claim",
    "chargeback": "Chargeback",
    "safe_t": "SAFE-T",
    "return": "Refunded",
}
CLAIMS = {"a_to_z": "A-to-z claim", "chargeback": "Chargeback"}
LINKED = 3


def blocks(facts: OrderFacts, reader: Reader) -> list[Spec]:
    """The blocks below the panel's own "Order", in the shape that `order_panel.js` draws."""
    made = [_order(facts, reader)] if facts.order_id else []
    if facts.packages:
        made.append({"title": "Parcels", "items": [_package(each, reader) for each in facts.packages]})
    made += [_followups(facts, reader)] if facts.followups else []
    return [*made, *_buyer(facts, reader)]


def money(amount: int | None, currency: str | None) -> str:
    """`91.80 USD`; empty for nothing."""
    return "" if amount is None else f"{decimal_string(amount, currency)} {currency or ''}".strip()


def _order(facts: OrderFacts, reader: Reader) -> Spec:
    return {
        "title": "What Amazon says",
        "notes": list(_notes(facts, reader)),
        "facts": [[name, value] for name, value in _facts(facts, reader) if value],
        "items": [_item(each) for each in facts.items],
        "presses": [*_links(facts), *_fetching(facts)],
    }


def _notes(facts: OrderFacts, reader: Reader) -> Iterator[Spec]:
    """What needs a look first, then how old it all is."""
    if facts.late and facts.ship_by:
        yield _note(f"Not shipped, and {words.left(facts.ship_by, reader.now)}.", warns=True)
    elif facts.unshipped:
        left = f": {words.left(facts.ship_by, reader.now)}" if facts.ship_by else "."
        yield _note(f"Not shipped yet{left}", warns=True)
    if facts.overdue and facts.deliver_by:
        yield _note(f"Not delivered, and {words.left(facts.deliver_by, reader.now)}.", warns=True)
    if facts.cancel_requested:
        why = f": {facts.cancel_reason}" if facts.cancel_reason else "."
        yield _note(f"The buyer asks to cancel{why}", warns=True)
    if facts.replaces:
        yield _note(f"Replaces order {facts.replaces}.")
    if facts.replaced_by:
        yield _note(f"Replaced by order {', '.join(facts.replaced_by)}.")
    if facts.coverage:
        yield _note(facts.coverage)
    elif facts.known:
        told = facts.updated_at or facts.read_at
        if told:
            yield _note(f"As Amazon told it {words.when(told, reader.zone, reader.now)}.")


def _note(text: str, *, warns: bool = False) -> Spec:
    return {"text": text, "warns": warns}


def _facts(facts: OrderFacts, reader: Reader) -> Iterator[tuple[str, str]]:
    """Nothing that names or locates the buyer; the order's number and marketplace stand above."""
    if not facts.known:
        return
    kinds = [name for name, is_one in (("Prime", facts.is_prime), ("Business", facts.is_business)) if is_one]
    yield "Fulfilment", ", ".join([CHANNELS.get(facts.channel or "", facts.channel or ""), *kinds])
    yield "Status", facts.status or ""
    yield "Placed", _when(facts.purchased_at, reader)
    yield "Payment", "not accepted yet" if (facts.status or "").lower() == "pending" else ""
    yield "Shipped", _when(facts.shipped_at, reader)
    yield "Service", facts.service_level or ""
    yield "Ship by", _when(facts.ship_by, reader)
    yield "Deliver by", _when(facts.deliver_by, reader)
    yield from _amounts(facts)
    stars = next((each for each in facts.history.feedback if each.order_id == facts.order_id), None)
    yield "Feedback", _stars(stars) if stars else ""


def _amounts(facts: OrderFacts) -> Iterator[tuple[str, str]]:
    sums = facts.amounts
    parts = (("Items", sums.items), ("Shipping", sums.shipping), ("Tax", sums.tax))
    yield from ((name, money(amount, sums.currency)) for name, amount in parts if amount)
    if sums.promotion:
        yield "Promotion", money(-abs(sums.promotion), sums.currency)
    yield "Total", money(sums.total, sums.currency)
    for kind, amount, currency in sums.refunds:
        yield REFUNDS.get(kind, kind), money(amount, currency)


def _item(item: Item) -> Spec:
    shipped = f"{item.shipped} shipped" if item.shipped is not None and item.shipped != item.quantity else ""
    off = f"{money(-abs(item.promotion), item.currency)} promotion" if item.promotion else ""
    amount = f"{item.quantity} ×" if item.quantity is not None else ""
    title = " ".join(part for part in (amount, item.title or item.sku or "No title") if part)
    parts = (item.sku, item.asin, money(item.price, item.currency), off, item.status, shipped)
    return {"title": title, "sub": " · ".join(part for part in parts if part)}


def _links(facts: OrderFacts) -> Iterator[Spec]:
    """The product page of each item, where its picture is: no picture is fetched from another machine."""
    place = MARKETPLACES.get(facts.marketplace or "")
    known = dict.fromkeys(item.asin for item in facts.items if item.asin)
    for asin in list(known)[:LINKED] if place else ():
        label = "Product page" if len(known) == 1 else asin
        url = f"https://www.{place.domain}/dp/{asin}" if place else ""
        yield {"label": label, "icon": "image", "url": url, "help": "The product and its pictures on Amazon"}
    past = facts.history
    for label, page, rows in (("Claim", "claims", past.claims), ("Feedback", "feedback", past.feedback)):
        if any(each.order_id == facts.order_id for each in rows):
            yield {"label": label, "icon": "open_in_new", "url": f"{page}?order={facts.order_id}"}


def _fetching(facts: OrderFacts) -> Iterator[Spec]:
    if not facts.may_fetch or (facts.wish and facts.wish.waiting):
        return
    answer = {"what": "fetch_order", "ticket": facts.ticket, "version": None, "values": {"order_id": facts.order_id}}
    label = "Fetch again" if facts.known else "Fetch this order"
    yield {"label": label, "icon": "cloud_download", "help": "Ask Amazon for it now", "answer": answer}


def _package(package: Package, reader: Reader) -> Spec:
    title = " ".join(part for part in (package.carrier, package.tracking) if part) or "No tracking number"
    state = (package.status or "").replace("_", " ").capitalize()
    shipped = f"shipped {words.when(package.shipped_at, reader.zone, reader.now)}" if package.shipped_at else ""
    return {"title": title, "sub": " · ".join(part for part in (state, shipped) if part)}


def _followups(facts: OrderFacts, reader: Reader) -> Spec:
    """The rows of shared sheets about the order, and the way to each."""
    is_one = len(facts.followups) == 1
    ways = [("Open the row" if is_one else each.label, f"followups?box=all&id={each.id}") for each in facts.followups]
    return {
        "title": "In shared sheets",
        "items": [{"title": each.label, "sub": _stands(each, reader)} for each in facts.followups],
        "presses": [{"label": label, "icon": "open_in_new", "url": url} for label, url in ways[:LINKED]],
    }


def _stands(row: Followup, reader: Reader) -> str:
    parts = [followup_rules.STATES.get(row.state, row.state)]
    if row.due_at:
        parts.append(words.left(row.due_at, reader.now))
    parts += [row.contacted_by or "", _when(row.contacted_at, reader)]
    return " · ".join(part for part in parts if part)


def _buyer(facts: OrderFacts, reader: Reader) -> Iterator[Spec]:
    """The buyer's last 365 days; the tickets themselves are listed by the panel."""
    past = facts.history
    counted = {
        "Orders": len(past.orders),
        "Other tickets": len(past.tickets),
        "Feedback": len(past.feedback),
        "Returns": len(past.returns),
        "Claims": len(past.claims),
    }
    others = [each for each in past.orders if each.order_id != facts.order_id]
    acts = [*_pasts(past.claims, _claim), *_pasts(past.feedback, _stars), *_pasts(past.returns, _return)]
    acts += [_past_order(each, reader) for each in others]
    if not acts and not past.tickets:
        return
    note = "" if past.by_alias else "The buyer's address is not known (any more): only what belongs to this order."
    yield {
        "title": "This buyer in 365 days",
        "notes": [_note(note)] if note else [],
        "facts": [[name, str(n)] for name, n in counted.items() if n],
        "acts": acts,
    }


def _pasts(found: Iterable[Past], said: Callable[[Past], str]) -> Iterator[Spec]:
    for each in found:
        yield {"who": each.order_id, "what": said(each), "when": _day(each.day)}


def _claim(past: Past) -> str:
    return CLAIMS[past.what]


def _stars(past: Past) -> str:
    stars = words.plural(past.number or 0, "star")
    return f"{stars}: {past.text}" if past.text else stars


def _return(past: Past) -> str:
    reason = (past.text or "").removeprefix("CR-").replace("_", " ").lower()
    return f"{words.plural(past.number or 0, 'unit')} returned" + (f": {reason}" if reason else "")


def _past_order(order: PastOrder, reader: Reader) -> Spec:
    parts = (order.marketplace, order.status, money(order.total, order.currency))
    return {
        "who": order.order_id,
        "what": " · ".join(part for part in parts if part),
        "when": _when(order.purchased_at, reader),
    }


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _when(moment: datetime | None, reader: Reader) -> str:
    return words.when(moment, reader.zone, reader.now) if moment else ""
