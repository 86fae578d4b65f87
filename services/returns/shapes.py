"""What the Returns page is given: rows of the list, one return, what is due; and what the list can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.inbox.shapes import Related
from services.order_story import Event

CHANNELS: Mapping[str, str] = {"fba": "FBA", "fbm": "Merchant"}
BOXES: Mapping[str, str] = {
    "needs": "Needs us",
    "open": "No outcome yet",
    "done": "Outcome recorded",
    "mine": "Mine",
    "all": "All",
}


@dataclass(frozen=True)
class Filters:
    """What the list and the figures are narrowed to; empty values do not narrow.

    `week` is the Monday of a week (UTC), of the return or, with `by` sale, of the purchase.
    """

    box: str = "all"
    channel: str = ""
    marketplace: str = ""
    account: str = ""
    reason: str = ""
    fault: str = ""
    disposition: str = ""
    outcome: str = ""
    sku: str = ""
    asin: str = ""
    text: str = ""
    start: date | None = None
    end: date | None = None
    by: str = ""


@dataclass(frozen=True)
class Line:
    """One return in the list; `ticket` is the newest ticket of its order."""

    id: int
    version: int
    account: str
    order_id: str
    channel: str
    marketplace: str | None
    sku: str | None
    asin: str | None
    title: str | None
    quantity: int
    returned_at: datetime
    reason: str
    reason_raw: str | None
    fault: str
    disposition: str | None
    amazon_state: str | None
    comment: str | None
    state: str
    outcome: str | None
    assignee: str | None
    need: str | None
    due_at: datetime | None
    ticket: int | None


@dataclass(frozen=True)
class Page:
    """A page of the list; `next` is the mark of the following one."""

    rows: tuple[Line, ...]
    next: str | None


@dataclass(frozen=True)
class AskedByMail:
    """A return request that only Amazon's mail tells of so far."""

    message_id: int
    ticket: int | None
    order_id: str | None
    marketplace: str | None
    buyer: str | None
    due_at: datetime


@dataclass(frozen=True)
class Board:
    """What is due, the most urgent first: returns of the reports, and requests that only a mail tells of."""

    lines: tuple[Line, ...]
    count: int
    capped: bool
    by_mail: tuple[AskedByMail, ...]


@dataclass(frozen=True)
class Detail:
    """One return with everything around it. Amounts in minor units of `currency`.

    `notes` are sentences about what is odd in the data; `story` is the order's.
    """

    line: Line
    key: str
    amount: int | None
    currency: str | None
    refunded: int | None
    order_amount: int | None
    decided_at: datetime | None
    decided_by: str | None
    authorised_at: datetime | None
    authorised_by: str | None
    note: str
    resolution: str | None
    in_policy: bool | None
    a_to_z: bool | None
    tracking: str | None
    delivered_at: datetime | None
    center: str | None
    safet: str | None
    sold_at: datetime | None
    order_known: bool
    tickets: tuple[Related, ...]
    notes: tuple[str, ...]
    story: tuple[Event, ...]
