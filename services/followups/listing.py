"""The list of follow-ups, how many there are in each box, and the sheets behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import followups as rows
from data import people, sheets
from data.followups import Found, Wanted
from data.models.sheets import Sheet
from data.store import Store
from services.followups.shapes import BOXES, USUAL_BOX, Filters, Line, Page, SheetState
from services.rules import followups as rules

SHOWN = 50
LONGEST = 200
STALE_AFTER = timedelta(hours=1)
"""A sheet that was last read longer ago than this is shown as stale."""


def page(
    store: Store,
    filters: Filters,
    *,
    now: datetime,
    mark: str | None = None,
    backwards: bool = False,
    limit: int = SHOWN,
) -> Page:
    """A page of follow-ups, the most urgent first, in one statement; a broken mark gives the first page."""
    after = _mark(mark)
    with store.read() as session:
        found = rows.page(session, wanted(filters, now), after=after, backwards=backwards, limit=limit + 1)
    more = len(found) > limit
    kept = found[1:] if backwards and more else found[:limit]
    has_before, has_next = (more, True) if backwards else (after is not None, more)
    first, last = (kept[0].card, kept[-1].card) if kept else (None, None)
    return Page(
        tuple(line_of(each, now) for each in kept),
        f"{first.sort_key}.{first.id}" if first and has_before else None,
        f"{last.sort_key}.{last.id}" if last and has_next else None,
    )


def counts(store: Store, filters: Filters, *, now: datetime) -> dict[str, int]:
    """How many there are in each box under these filters, up to CAP; one statement."""
    boxes = [box for box in BOXES if box not in ("all", "over", "contacted")]
    with store.read() as session:
        found = rows.counts(session, [wanted(filters, now, box) for box in boxes])
    return dict(zip(boxes, found, strict=True))


def is_capped(number: int) -> bool:
    """Whether counting stopped there."""
    return number >= rows.CAP


def all_sheets(store: Store, *, now: datetime) -> tuple[SheetState, ...]:
    """Every sheet that was ever found, by account and name."""
    with store.read() as session:
        return tuple(sheet_of(each, now) for each in sheets.sheets(session))


def owners(store: Store) -> tuple[str, ...]:
    """Who may be given a row."""
    with store.read() as session:
        return tuple(person.name for person in people.everybody(session) if person.disabled_at is None)


def of_order(session: Session, account: str, order_id: str, *, now: datetime) -> tuple[Line, ...]:
    """The follow-ups of an order, the most urgent first; one statement."""
    return tuple(line_of(each, now) for each in rows.of_order(session, account, order_id))


def wanted(filters: Filters, now: datetime, box: str | None = None) -> Wanted:
    """The filters as the store takes them; a box that does not exist is the usual one."""
    equal = {name: getattr(filters, name)[:LONGEST] for name in ("kind", "sheet", "account", "marketplace")}
    equal["owner"] = "" if filters.owner == "-" else filters.owner[:LONGEST]
    asked = box or (filters.box if filters.box in BOXES else USUAL_BOX)
    return Wanted(now, asked, equal, unowned=filters.owner == "-", text=filters.text.strip()[:LONGEST])


def line_of(found: Found, now: datetime) -> Line:
    """A stored follow-up as a row of the list."""
    card = found.card
    same = (
        *("id", "account", "sheet", "kind", "row_key", "order_id", "item", "marketplace", "order_status", "began_at"),
        *("due_at", "contacted_at", "contacted_by", "snoozed_until", "owner", "proposal", "proposed_at", "conflicts"),
    )
    state = rules.shown_state(card.state, card.snoozed_until, now)
    return Line(
        version=found.work.version,
        label=rules.kind_of(card.kind).label,
        ticket=card.ticket_id,
        state=state,
        for_others=state == "to_contact" and rules.is_for_others(card.due_at, now),
        **{name: getattr(card, name) for name in same},
    )


def sheet_of(row: Sheet, now: datetime) -> SheetState:
    """How a sheet stands."""
    return SheetState(
        account=row.account,
        sheet=row.sheet,
        title=row.title or row.sheet,
        label=rules.kind_of(row.kind).label,
        kind=row.kind,
        rows=row.rows,
        read_at=row.read_at,
        is_stale=row.read_at is None or now - row.read_at > STALE_AFTER,
        problem=row.problem,
    )


def _mark(mark: str | None) -> rows.Mark | None:
    first, _, last = (mark or "").partition(".")
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()) or len(mark or "") > 36:
        return None
    return int(first), int(last)
