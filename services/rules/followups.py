"""Follow-ups of sheets: by when the buyer must be contacted, how far a row is, and what would close it.

A row is one order in a shared spreadsheet whose buyer must hear from us. Kinds and their times are data, KINDS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.rules.marketplaces import MARKETPLACES


@dataclass(frozen=True)
class Kind:
    """One kind of sheet. `days`: working days after the row's day in which the buyer is to be contacted.

    `settled_by`: what Amazon may tell of the order that settles such a row. `ticket_type`: the type of a ticket that is
    opened for it, to which templates can be narrowed. `source`: where the time is from.
    """

    name: str
    label: str
    what: str
    days: int
    settled_by: frozenset[str]
    ticket_type: str
    source: str


_OVER = frozenset({"cancelled", "refunded", "delivered"})
_DAILY = "S0: both sheets are gone through daily; S2: nothing may wait over two days"
USUAL = Kind("", "Follow-up", "Contact the buyer", 1, _OVER, "Follow-up", "as for the two sheets of S0")
KINDS: Mapping[str, Kind] = {
    each.name: each
    for each in (
        Kind("shipping_info_missing", "Shipping info missing", "Ask for the shipping information", 1,
             _OVER | {"shipped"}, "Shipping info missing", _DAILY),
        Kind("tracking_out_of_stock", "Out of stock or no tracking", "Tell the buyer about the delay", 1,
             _OVER | {"shipped"}, "Out of stock", _DAILY),
    )
}  # fmt: skip
"""The kinds that the house documents know; any other name is a kind of the user's own."""

STATES: Mapping[str, str] = {
    "to_contact": "To contact",
    "snoozed": "Snoozed",
    "contacted": "Contacted",
    "resolved": "Resolved",
    "gone": "Gone from the sheet",
}
HOWS: Mapping[str, str] = {"message": "Message on Amazon", "phone": "Phone", "other": "Another way", "sheet": "Sheet"}
"""How a buyer was contacted; the sheet cannot tell how."""
WHYS: Mapping[str, str] = {
    "done": "Done",
    "no_contact_needed": "No contact needed",
    "wrong_row": "The row is wrong",
}
"""Why a person closes a row by hand."""
ESCALATE_AFTER = timedelta(days=2)
"""Late for longer than this is a case for somebody else (S2: no answer in two days, ask again)."""
SILENCE = timedelta(days=7)
"""No answer for so long after the contact settles a row (S0: solved after seven silent days)."""
_REST = 10**11


class Proposed(NamedTuple):
    """What a proposal does if somebody accepts it (close or contacted), and why, in a sentence."""

    does: str
    why: str


PROPOSALS: Mapping[str, Proposed] = {
    "cancelled": Proposed("close", "Amazon says that the order is cancelled."),
    "refunded": Proposed("close", "All the money of the order went back to the buyer."),
    "delivered": Proposed("close", "The order was delivered."),
    "shipped": Proposed("close", "The order was shipped."),
    "answered": Proposed("close", "The buyer answered after the contact."),
    "written": Proposed("contacted", "We wrote to the buyer after the row was made."),
    "silent": Proposed("close", "The buyer has not answered for seven days."),
}
"""What may be proposed, the weightiest first."""


@dataclass(frozen=True)
class Row:
    """What the sheet says. `day` is the row's own date; `contacted_on` may be unknown though `contacted`."""

    kind: str
    first_seen_at: datetime
    day: date | datetime | None = None
    contacted: bool = False
    contacted_on: date | datetime | None = None
    contacted_by: str | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True)
class Work:
    """What people did here; `refused` are the keys of proposals that were turned down."""

    contacted_at: datetime | None = None
    contacted_by: str | None = None
    resolved_at: datetime | None = None
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outside:
    """What Amazon and the ticket say. `status` is Amazon's word, `parcels` those of its parcels; `changed_at`: as of
    when. `refunded_at`: when all the money had gone back. The ticket's times are of its last messages."""

    status: str | None = None
    parcels: tuple[str, ...] = ()
    shipped_at: datetime | None = None
    changed_at: datetime | None = None
    refunded_at: datetime | None = None
    last_buyer_at: datetime | None = None
    last_reply_at: datetime | None = None


class Proposal(NamedTuple):
    """A key of PROPOSALS and since when it holds."""

    code: str
    at: datetime

    @property
    def key(self) -> str:
        """What stays the same while it is the same proposal: a later answer is another one, a later report is not."""
        return f"{self.code} {self.at.isoformat()}" if self.code in ("answered", "written") else self.code


class Verdict(NamedTuple):
    """How far a row is. `due_at` is None once nobody must be contacted; `sort_key` orders rows, urgent ones first."""

    state: str
    began_at: datetime
    due_at: datetime | None
    contacted_at: datetime | None
    contacted_by: str | None
    proposal: Proposal | None
    sort_key: int


def kind_of(name: str) -> Kind:
    """The kind of this name; one of the user's own is called by its name and has the usual time."""
    known = KINDS.get(name)
    if known:
        return known
    label = " ".join(name.replace("_", " ").split()).capitalize() or USUAL.label
    return Kind(name, label, USUAL.what, USUAL.days, USUAL.settled_by, USUAL.ticket_type, USUAL.source)


def verdict(row: Row, work: Work, outside: Outside, marketplace: str | None, now: datetime) -> Verdict:
    """How far a row is, from the sheet, people's work, the order and its ticket. A mark here and one in the sheet count
    alike; where both are, the one made here tells when and who."""
    zone = zone_of(marketplace)
    began = began_at(row, zone)
    here = work.contacted_at is not None
    contacted = here or row.contacted
    state = _state(row, work, contacted)
    due = due_at(row.kind, began, zone) if state == "to_contact" else None
    at = work.contacted_at or _moment(row.contacted_on, UTC)
    # Of a day in the sheet only its end is certainly after the contact.
    since = work.contacted_at or _moment(row.contacted_on, UTC, end=True)
    proposed = _proposals(row, state, began, since, outside, now)
    return Verdict(
        state=state,
        began_at=began,
        due_at=due,
        contacted_at=at if contacted else None,
        contacted_by=(work.contacted_by if here else row.contacted_by) if contacted else None,
        proposal=next((each for each in proposed if each.key not in work.refused), None),
        sort_key=_sort_key(state, due, at or work.resolved_at or row.gone_at or began),
    )


def zone_of(marketplace: str | None) -> tzinfo:
    """The zone in which a marketplace's days are counted; UTC where it is not known."""
    place = MARKETPLACES.get(marketplace or "")
    return ZoneInfo(place.zone) if place else UTC


def began_at(row: Row, zone: tzinfo) -> datetime:
    """Since when the row waits: its own date, or when it was first seen if that is earlier or there is no date."""
    return min(_moment(row.day, zone) or row.first_seen_at, row.first_seen_at)


def due_at(kind: str, began: datetime, zone: tzinfo) -> datetime:
    """The end of the last working day (Monday to Friday) in which the buyer is to be contacted, in UTC."""
    day, left = began.astimezone(zone).date(), kind_of(kind).days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def shown_state(state: str, snoozed_until: datetime | None, now: datetime) -> str:
    """A key of STATES: a row that must be contacted and is put off is snoozed until then."""
    return "snoozed" if state == "to_contact" and snoozed_until and snoozed_until > now else state


def is_for_others(due: datetime | None, now: datetime) -> bool:
    """Whether a row has been late for so long that somebody else should know."""
    return due is not None and now - due > ESCALATE_AFTER


def order_state(outside: Outside) -> str:
    """cancelled, delivered, shipped or empty: what Amazon's words for the order and its parcels come to."""
    word = (outside.status or "").lower()
    if word.startswith("cancel"):
        return "cancelled"
    parcels = [each.lower() for each in outside.parcels]
    if "delivered to buyer" in word or (parcels and all(each == "delivered" for each in parcels)):
        return "delivered"
    is_shipped = word.startswith("shipped") or (outside.shipped_at is not None and "unshipped" not in word)
    return "shipped" if is_shipped and "partially" not in word else ""


def _proposals(
    row: Row, state: str, began: datetime, contacted_at: datetime | None, outside: Outside, now: datetime
) -> Iterator[Proposal]:
    """All that can be proposed, the weightiest first. What happened before the row was made says nothing about it, but
    for an order that is cancelled."""
    if state not in ("to_contact", "contacted"):
        return
    settled_by = kind_of(row.kind).settled_by
    order, told = order_state(outside), outside.changed_at or now
    if order == "cancelled" and "cancelled" in settled_by:
        yield Proposal("cancelled", told)
    if outside.refunded_at and outside.refunded_at >= began and "refunded" in settled_by:
        yield Proposal("refunded", outside.refunded_at)
    since = max(told, outside.shipped_at or told) if order == "delivered" else outside.shipped_at or told
    if order in ("delivered", "shipped") and order in settled_by and since >= began:
        yield Proposal(order, since)
    if state == "contacted" and contacted_at:
        yield from _after_contact(contacted_at, outside.last_buyer_at, now)
    elif state == "to_contact" and outside.last_reply_at and outside.last_reply_at >= began:
        yield Proposal("written", outside.last_reply_at)


def _after_contact(contacted_at: datetime, last_buyer_at: datetime | None, now: datetime) -> Iterator[Proposal]:
    if last_buyer_at and last_buyer_at > contacted_at:
        yield Proposal("answered", last_buyer_at)
    elif now - contacted_at >= SILENCE:
        yield Proposal("silent", contacted_at + SILENCE)


def _state(row: Row, work: Work, contacted: bool) -> str:
    if work.resolved_at:
        return "resolved"
    if row.gone_at:
        return "gone"
    return "contacted" if contacted else "to_contact"


def _moment(day: date | datetime | None, zone: tzinfo, *, end: bool = False) -> datetime | None:
    """A time as it is, a day as its beginning or end in a zone."""
    if day is None or isinstance(day, datetime):
        return day
    return datetime.combine(day + timedelta(days=end), time.min, zone).astimezone(UTC)


def _sort_key(state: str, due: datetime | None, at: datetime) -> int:
    if due:
        return int(due.timestamp())
    return (2 if state == "contacted" else 3) * _REST - int(at.timestamp())
