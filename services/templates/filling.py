"""Fills reply templates: what is known of a ticket, its order, its buyer and the one who answers, as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from data import orders
from data import templates as rows
from data.models.amazon import AmazonOrder, OrderItem
from data.store import Store
from services import people
from services.errors import Rejected
from services.people import LOCAL, Person
from services.rules import placeholders
from services.rules.marketplaces import MARKETPLACES
from services.rules.placeholders import Filled
from services.rules.policy import Finding
from services.settings import Settings

REPLY_NAME = "reply_name"
"""The preference that holds what somebody calls themselves towards buyers."""
LONGEST_NAME = 60


class About(Protocol):
    """What a template needs to know of a ticket; `services.inbox.shapes.Conversation` has it. `zone` is a zone name."""

    @property
    def account(self) -> str: ...
    @property
    def marketplace(self) -> str | None: ...
    @property
    def zone(self) -> str: ...
    @property
    def buyer(self) -> str | None: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def asin(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def promised_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Facts:
    """What there is to fill templates with in one ticket."""

    ticket: About
    agent: str
    shop: str
    order: AmazonOrder | None
    items: tuple[OrderItem, ...]


@dataclass(frozen=True)
class Preview:
    """A text as it would leave: filled, what is still open in it, and what the policy check says. Offsets into it."""

    filled: Filled
    policy: tuple[Finding, ...]


def fill_for(
    store: Store,
    settings: Settings,
    template_id: int,
    ticket: About,
    *,
    actor: Person,
    now: datetime,
    more: Mapping[str, str] | None = None,
) -> Filled:
    """The text of a template for a ticket; this use is counted. `more` are values known elsewhere, by placeholder.

    Raises Rejected if the template is gone. What could not be filled stays in the text as `{{name}}` and is listed;
    the policy check blocks it.
    """
    with store.read() as session:
        found = rows.one(session, template_id, who=actor.name)
    if found is None or found[0].deleted_at:
        raise Rejected("This template is not there any more; choose another one.")
    template = found[0]
    values = values_for(store, settings, ticket, actor=actor, language=template.language)
    count_use(store, template_id, actor=actor, now=now)
    return placeholders.fill(template.text, {**values, **(more or {})})


def count_use(store: Store, template_id: int, *, actor: Person, now: datetime) -> None:
    """Remember that somebody took a template into a reply; one that is gone meanwhile is no reason to stop them."""
    with store.write() as session:
        if rows.get(session, template_id):
            rows.used(session, template_id, actor.name, at=now)


def values_for(
    store: Store, settings: Settings, ticket: About, *, actor: Person, language: str | None
) -> dict[str, str]:
    """Value by placeholder, as far as it is known; dates as readers of `language` (else the buyer's) write them."""
    return values_of(facts_of(store, settings, ticket, actor=actor), language)


def facts_of(store: Store, settings: Settings, ticket: About, *, actor: Person) -> Facts:
    """What there is to fill templates with in a ticket; a fixed number of statements."""
    agent, shop = reply_name(store, actor), shop_name(settings, ticket.account)
    if not ticket.order_id:
        return Facts(ticket, agent, shop, None, ())
    with store.read() as session:
        order = orders.order(session, ticket.account, ticket.order_id)
        items = orders.items(session, ticket.account, ticket.order_id)
    return Facts(ticket, agent, shop, order, tuple(items))


def values_of(facts: Facts, language: str | None) -> dict[str, str]:
    """The same as words in a language, by placeholder; what is not known is empty or missing."""
    ticket, buyer = facts.ticket, _line(facts.ticket.buyer)
    place = MARKETPLACES.get(ticket.marketplace or "")
    known = {
        "buyer_name": buyer,
        "buyer_first_name": placeholders.first_name(buyer),
        "order_id": ticket.order_id or "",
        "marketplace": place.domain.capitalize() if place else "",
        "asin": ticket.asin or "",
        "agent_name": facts.agent,
        "agent_first_name": placeholders.first_name(facts.agent),
        "shop_name": facts.shop,
    }
    return {**known, **_of_order(facts), **_dates(facts, language)}


def preview(
    store: Store, settings: Settings, text: str, *, ticket: About | None, language: str | None, actor: Person
) -> Preview:
    """A text filled for a ticket, or with example values, and what the policy check finds in it then."""
    if ticket is None:
        values: Mapping[str, str] = placeholders.EXAMPLES
    else:
        values = values_for(store, settings, ticket, actor=actor, language=language)
    filled = placeholders.fill(text, values)
    asked = language or (ticket.language if ticket else None)
    order = ticket.order_id if ticket else placeholders.EXAMPLES["order_id"]
    return Preview(filled, examine(settings, filled.text, language=asked, order_id=order))


def examine(
    settings: Settings, text: str, *, language: str | None = None, order_id: str | None = None
) -> tuple[Finding, ...]:
    """What the policy check finds in a text; nothing in an empty one."""
    from services.policy.check import check

    if not text.strip():
        return ()
    return check(text, language=language, order_id=order_id, profile=settings.policy.profile).findings


def shop_name(settings: Settings, account: str) -> str:
    """What buyers know this account by: as the settings say, else the account's own name."""
    known = settings.accounts.get(account)
    return (known.shop if known else "") or " ".join(account.replace("_", " ").split()).capitalize()


def reply_name(store: Store, actor: Person) -> str:
    """What this person calls themselves towards buyers; the local user is nobody until they say it."""
    own = "" if actor.name == LOCAL else actor.name
    return str(people.preference(store, actor, REPLY_NAME, "") or own)


def set_reply_name(store: Store, name: str, *, actor: Person) -> str:
    """Choose what to be called towards buyers, empty takes it back; what holds then. Raises Rejected."""
    wanted = _line(name)
    if len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Rejected(f"Give a name of at most {LONGEST_NAME} characters.")
    people.set_preference(store, actor, REPLY_NAME, wanted)
    return reply_name(store, actor)


def _of_order(facts: Facts) -> dict[str, str]:
    """What Amazon says of the order: its item if there is one kind only, carriers, tracking numbers."""
    sent = _packages(facts.order)
    titles = [_line(item.title) for item in facts.items if item.title]
    asins = {item.asin for item in facts.items if item.asin}
    found = {
        "item": titles[0] if len(titles) == 1 else "",
        "carrier": _joined(package.get("carrier") for package in sent),
        "tracking_number": _joined(package.get("tracking") for package in sent),
    }
    return found | ({"asin": asins.pop()} if len(asins) == 1 and not facts.ticket.asin else {})


def _dates(facts: Facts, language: str | None) -> dict[str, str]:
    order, ticket = facts.order, facts.ticket
    shipped = [moment for package in _packages(order) if (moment := _moment(package.get("shipped_at")))]
    moments = {
        "ship_date": max(shipped, default=None),
        "delivery_date": order.deliver_by if order else None,
        "promised_date": ticket.promised_until,
    }
    zone, reader = ZoneInfo(ticket.zone), language or ticket.language
    return {
        name: placeholders.day_words(moment.astimezone(zone).date(), reader, ticket.marketplace)
        for name, moment in moments.items()
        if moment
    }


def _packages(order: AmazonOrder | None) -> list[dict[str, Any]]:
    return [each for each in (order.packages or []) if isinstance(each, dict)] if order else []


def _moment(value: object) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _joined(values: Any) -> str:
    return ", ".join(dict.fromkeys(_line(str(value)) for value in values if value))


def _line(text: str | None) -> str:
    """A value from outside as one line without control characters; what it says is left as it is."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
