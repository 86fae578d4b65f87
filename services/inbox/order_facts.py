"""The order beside a conversation: what Amazon says of it, what its buyer did within a year, and fetching it.

Values only: how they are worded is `pages.ui.inbox.order_blocks`. Nothing here names or locates a buyer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data import buyer_history, followups, order_wishes, orders
from data.buyer_history import GUESSES, Coming, Event
from data.models.amazon import AmazonOrder, OrderItem
from data.models.derived import Card
from data.store import Store
from services.errors import Rejected
from services.inbox.actions import _opened, _version
from services.inbox.conversation import related_of
from services.inbox.shapes import Related
from services.people import Person
from services.rules import followups as followup_rules
from services.rules import identity
from services.settings import Settings

YEAR = timedelta(days=365)
TOLD = (
    *("marketplace", "status", "channel", "purchased_at", "service_level", "ship_by", "deliver_by", "is_business"),
    *("is_prime", "updated_at", "read_at"),
)
"""Columns of an order that are shown as they stand."""
NO_SOURCE = (
    "No order data comes in yet. Connect the account's SP-API, or put Amazon's report of all orders into its folder "
    "reports."
)
NEXT_SYNC = "No order data yet: it arrives with the next sync. If the order is an older one, fetch it."
NO_REPORT = "No order data yet: none of the order reports read so far names it."
ASKED = "Asked of Amazon; it arrives with the next sync."


@dataclass(frozen=True)
class Item:
    """One line of an order; `price` is of the whole line, amounts are in minor units of `currency`."""

    title: str | None
    sku: str | None
    asin: str | None
    quantity: int | None
    shipped: int | None
    status: str | None
    price: int | None
    promotion: int | None
    currency: str | None


@dataclass(frozen=True)
class Amounts:
    """Sums over the lines in minor units of `currency`, None where no line tells; `refunds`: (kind, minor, currency).

    `total` is Amazon's own, else the sum. A refund's kind is refund, claim, chargeback, safe_t or return.
    """

    currency: str | None
    items: int | None
    shipping: int | None
    tax: int | None
    promotion: int | None
    total: int | None
    refunds: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Package:
    """One parcel; `status` is Amazon's word."""

    carrier: str | None
    tracking: str | None
    shipped_at: datetime | None
    status: str | None


@dataclass(frozen=True)
class PastOrder:
    """One of the buyer's orders."""

    order_id: str
    marketplace: str | None
    status: str | None
    channel: str | None
    purchased_at: datetime | None
    total: int | None
    currency: str | None


@dataclass(frozen=True)
class Past:
    """Feedback, a return, a claim or a chargeback; `number` is stars or units, `text` a comment or Amazon's reason."""

    what: str
    order_id: str
    day: date | None
    number: int | None
    text: str | None


@dataclass(frozen=True)
class History:
    """The buyer's last 365 days, newest first. `by_alias` is false once the alias is gone: then it is this order's."""

    by_alias: bool
    orders: tuple[PastOrder, ...]
    tickets: tuple[Related, ...]
    feedback: tuple[Past, ...]
    returns: tuple[Past, ...]
    claims: tuple[Past, ...]


@dataclass(frozen=True)
class Wish:
    """Somebody asked for this order; `waiting` until Amazon answers, `message` if it has no such order."""

    asked_at: datetime
    asked_by: str
    waiting: bool
    message: str


@dataclass(frozen=True)
class Followup:
    """A row of a shared sheet about the order; `state` is a key of `rules.followups.STATES`."""

    id: int
    label: str
    state: str
    due_at: datetime | None
    contacted_at: datetime | None
    contacted_by: str | None


@dataclass(frozen=True)
class OrderFacts:
    """All that is known of one order; `known` is false while Amazon has not told of it.

    `unshipped`: a merchant order that still has to be shipped; `late`: and its ship-by date is past. `overdue`: the
    deliver-by date is past and not every parcel is delivered. `coverage` is a sentence about what is missing.
    """

    ticket: int
    account: str
    order_id: str | None
    known: bool
    marketplace: str | None
    status: str | None
    channel: str | None
    purchased_at: datetime | None
    shipped_at: datetime | None
    service_level: str | None
    ship_by: datetime | None
    deliver_by: datetime | None
    is_business: bool | None
    is_prime: bool | None
    updated_at: datetime | None
    read_at: datetime | None
    unshipped: bool
    late: bool
    overdue: bool
    cancel_requested: bool
    cancel_reason: str | None
    replaces: str | None
    replaced_by: tuple[str, ...]
    items: tuple[Item, ...]
    amounts: Amounts
    packages: tuple[Package, ...]
    history: History
    wish: Wish | None
    may_fetch: bool
    coverage: str
    followups: tuple[Followup, ...] = ()


def facts(store: Store, account: str, order_id: str | None, *, ticket: int, now: datetime) -> OrderFacts:
    """What is known of an order beside a ticket, in six statements whatever there is; `order_id` None: the buyer's
    history only."""
    since = now - YEAR
    with store.read() as session:
        cards = buyer_history.tickets(session, account, order_id, ticket, since=since)
        ids = {card.order_id for card in cards if card.order_id and card.match not in GUESSES}
        ids |= {order_id} if order_id else set()
        known = orders.orders(session, account, ids)
        lines = orders.lines(session, account, ids)
        happened = buyer_history.events(session, account, ids)
        coming = buyer_history.coming(session, account, order_id)
        sheet_rows = followups.of_order(session, account, order_id) if order_id else []
    order = next((each for each in known if each.order_id == order_id), None)
    told: dict[str, Any] = {name: getattr(order, name, None) for name in TOLD}
    mine = [event for event in happened if event.order_id == order_id]
    my_lines = lines.get(order_id or "", [])
    return OrderFacts(
        ticket=ticket,
        account=account,
        order_id=order_id,
        known=order is not None,
        **told,
        **_state(order, my_lines, now),
        replaces=getattr(order, "replaces_order_id", None) or _other(mine, "replaces"),
        replaced_by=tuple(dict.fromkeys(each.text for each in mine if each.what == "replaced_by" and each.text)),
        items=tuple(_item(line) for line in my_lines),
        amounts=_amounts(order, my_lines, mine),
        history=_history(cards, [_past_order(each, lines) for each in known], happened, ticket, since),
        wish=_wish(coming),
        may_fetch=bool(order_id) and any(each.source == "amazon" for each in coming),
        coverage=_coverage(order, order_id, _wish(coming), coming),
        followups=tuple(_followup(each, now) for each in sheet_rows),
    )


def _followup(found: followups.Found, now: datetime) -> Followup:
    card = found.card
    state = followup_rules.shown_state(card.state, card.snoozed_until, now)
    label = followup_rules.kind_of(card.kind).label
    return Followup(card.id, label, state, card.due_at, card.contacted_at, card.contacted_by)


def _state(order: AmazonOrder | None, lines: Sequence[OrderItem], now: datetime) -> dict[str, Any]:
    """Parcels, what is late, and whether the buyer wants to cancel."""
    packages = tuple(_packages(order))
    asked = next((each for each in (order, *lines) if each is not None and each.cancel_requested), None)
    unshipped = order is not None and order.status in orders.UNSHIPPED and order.channel != "fba"
    travels = order is not None and order.status not in orders.CANCELLED and bool(packages)
    return {
        "packages": packages,
        "shipped_at": min((each.shipped_at for each in packages if each.shipped_at), default=None),
        "unshipped": unshipped,
        "late": unshipped and _is_past(order, "ship_by", now),
        "overdue": travels and _is_past(order, "deliver_by", now) and not all(map(_is_delivered, packages)),
        "cancel_requested": asked is not None,
        "cancel_reason": asked.cancel_reason if asked else None,
    }


def _is_past(order: AmazonOrder | None, name: str, now: datetime) -> bool:
    moment = getattr(order, name, None)
    return moment is not None and moment < now


def fetch(
    store: Store,
    settings: Settings,
    ticket_id: int,
    *,
    actor: Person,
    now: datetime,
    order_id: str,
) -> int:
    """Ask for one order, whatever the version of the ticket: the sync fetches it at its next tick; the new version.

    Raises Rejected if the number is none, or the account has no access to Amazon's API.
    """
    number = order_id.strip()
    if identity.order_id(number) != number:
        raise Rejected("An order number has 17 digits, like 123-1234567-1234567.")
    with _opened(store, ticket_id, None, actor=actor, now=now, frozen=False) as at:
        account = at.ticket.account
        known = settings.accounts.get(account)
        if known is None or known.sp_api is None:
            raise Rejected(
                f"{account} has no access to Amazon's API. Put a report of all orders into its folder reports instead."
            )
        order_wishes.want(at.session, account, number, at=now, by=actor.name)
        at.note_down("order.fetch", None, {"value": number})
    return _version(store, ticket_id)


def _item(line: OrderItem) -> Item:
    names = Item.__dataclass_fields__
    return Item(**{name: getattr(line, name) for name in names})


def _amounts(order: AmazonOrder | None, lines: Sequence[OrderItem], mine: Iterable[Event]) -> Amounts:
    sums = {name: _sum(getattr(line, name) for line in lines) for name in ("price", "shipping", "tax", "promotion")}
    currency = next((line.currency for line in lines if line.currency), order.currency if order else None)
    total = order.total if order else None
    if total is None and sums["price"] is not None:
        total = sums["price"] + (sums["shipping"] or 0) + (sums["tax"] or 0) - (sums["promotion"] or 0)
    return Amounts(
        currency=currency,
        items=sums["price"],
        shipping=sums["shipping"],
        tax=sums["tax"],
        promotion=sums["promotion"],
        total=total,
        refunds=tuple(_refunds(mine)),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    there = [value for value in values if value is not None]
    return sum(there) if there else None


def _refunds(mine: Iterable[Event]) -> list[tuple[str, int, str]]:
    """Money that went back, by its kind; what a return report says counts only if the finances tell nothing."""
    known = [each for each in mine if each.amount and each.amount > 0 and each.currency]
    moved = [each for each in known if each.what != "return"]
    return [(each.what, each.amount or 0, each.currency or "") for each in moved or known]


def _packages(order: AmazonOrder | None) -> Iterable[Package]:
    for each in (order.packages if order else None) or ():
        shipped = each.get("shipped_at")
        at = datetime.fromisoformat(shipped).astimezone(UTC) if shipped else None
        yield Package(each.get("carrier"), each.get("tracking"), at, each.get("status"))


def _is_delivered(package: Package) -> bool:
    return (package.status or "").upper() == "DELIVERED"


def _other(mine: Iterable[Event], what: str) -> str | None:
    return next((each.text for each in mine if each.what == what), None)


def _past_order(order: AmazonOrder, lines: Mapping[str, Sequence[OrderItem]]) -> PastOrder:
    sums = _amounts(order, lines.get(order.order_id, ()), ())
    return PastOrder(
        order.order_id, order.marketplace, order.status, order.channel, order.purchased_at, sums.total, sums.currency
    )


def _history(
    cards: Sequence[Card], known: Sequence[PastOrder], happened: Collection[Event], ticket: int, since: datetime
) -> History:
    me = next((card for card in cards if card.ticket_id == ticket), None)
    late_enough = [each for each in known if each.purchased_at is None or each.purchased_at >= since]
    return History(
        by_alias=me is not None and me.alias is not None,
        orders=tuple(late_enough),
        tickets=tuple(related_of(card) for card in cards if card.ticket_id != ticket),
        feedback=tuple(_past(happened, {"feedback": "feedback"}, since.date())),
        returns=tuple(_past(happened, {"return": "return"}, since.date())),
        claims=tuple(_claims(_past(happened, CLAIMS, since.date()))),
    )


CLAIMS = {
    "a_to_z_opened": "a_to_z",
    "a_to_z_decision": "a_to_z",
    "claim": "a_to_z",
    "chargeback_opened": "chargeback",
    "chargeback_decision": "chargeback",
    "chargeback": "chargeback",
}


def _past(happened: Iterable[Event], kinds: dict[str, str], since: date) -> list[Past]:
    found = []
    for each in happened:
        day = each.day or (each.at.date() if each.at else None)
        if each.what in kinds and (day is None or day >= since):
            found.append(Past(kinds[each.what], each.order_id, day, each.number, each.text))
    return sorted(found, key=lambda each: (each.day or date.min, each.order_id), reverse=True)


def _claims(found: Iterable[Past]) -> list[Past]:
    """One for each order and kind, with its first day: notices and money speak of the same claim."""
    first = {(each.what, each.order_id): each for each in found}
    return list(first.values())


def _wish(coming: Iterable[Coming]) -> Wish | None:
    made = next((each for each in coming if each.source == "wish"), None)
    if made is None or made.at is None:
        return None
    return Wish(made.at, made.name, made.done_at is None, made.words or "")


def _coverage(order: AmazonOrder | None, order_id: str | None, wish: Wish | None, coming: Sequence[Coming]) -> str:
    """What is missing, in a sentence; empty if nothing is."""
    if order_id is None:
        return ""
    if wish and wish.waiting:
        return ASKED
    if order is not None:
        return ""
    if wish and wish.message:
        return wish.message
    brings = {each.source for each in coming} - {"wish"}
    return NEXT_SYNC if "amazon" in brings else NO_REPORT if brings else NO_SOURCE
