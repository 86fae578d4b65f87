"""The queue of the Inbox: a page of rows by Time Left, counts beside the boxes, what the filters offer."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from data import counts as stored_counts
from data import people, tags, tickets, views
from data.models.derived import Card
from data.models.triage import View
from data.store import Store
from data.tickets import CAP, FILTERS, Kept, Wanted
from services.inbox.shapes import BOXES, Choices, Counts, Filters, Page, Row
from services.people import Person
from services.rules import clock, ticket_status
from services.rules.marketplaces import MARKETPLACES
from services.rules.templates import LANGUAGES
from services.team import Team, team

LONGEST_SEARCH = 200
LIVE_BOXES = ("waiting", "late", "risk", "unassigned", "mine", "asks", "snoozed", "questions")
"""Boxes over open work, counted live up to a cap; the others come from stored counts."""


def queue(
    store: Store,
    filters: Filters,
    *,
    now: datetime,
    actor: Person,
    mark: str | None = None,
    backwards: bool = False,
    limit: int = 50,
) -> Page:
    """One page of the queue: two statements, whatever lies behind it. A broken mark gives the first page."""
    house = team(store, now=now)
    after = _unmark(mark)
    with store.read() as session:
        found = tickets.page(
            session,
            wanted(filters, house, now=now, actor=actor, view=_view(session, filters, actor)),
            after=after,
            backwards=backwards and after is not None,
            limit=limit + 1,
        )
    more = len(found) > limit
    cards = found[-limit:] if backwards and more else found[:limit]
    rows = tuple(row_of(card, now=now, house=house) for card in cards)
    has_next = more if not backwards else after is not None
    has_previous = after is not None if not backwards else more
    return Page(
        rows=rows,
        next=_mark(cards[-1]) if cards and has_next else None,
        previous=_mark(cards[0]) if cards and has_previous else None,
    )


def counts(store: Store, filters: Filters, *, now: datetime, actor: Person) -> Counts:
    """Numbers beside the boxes. Those over history are counted per account and marketplace only."""
    house = team(store, now=now)
    with store.read() as session:
        view = _view(session, filters, actor)
        narrowed = wanted(filters.only(text=""), house, now=now, actor=actor, view=view)
        boxes = tickets.box_counts(session, narrowed, LIVE_BOXES)
        by_status = stored_counts.by_status(session, account=filters.account, marketplace=filters.marketplace)
    boxes |= {status: by_status[status] for status in ("pending", "on_hold", "solved", "closed")}
    boxes["all"] = sum(by_status.values())
    return Counts(boxes, frozenset(box for box in LIVE_BOXES if boxes[box] >= CAP))


def choices(store: Store, accounts: tuple[str, ...] = (), marketplaces: tuple[str, ...] = ()) -> Choices:
    """What the filters offer: accounts and marketplaces as given by the settings, types in use, people."""
    with store.read() as session:
        return Choices(
            accounts=accounts,
            marketplaces=marketplaces or tuple(MARKETPLACES),
            types=tuple(tickets.types(session)),
            people=tuple(person.name for person in people.everybody(session) if not person.disabled_at),
            languages=tuple(LANGUAGES),
            tags=tuple(tags.named(session)),
        )


def newest(store: Store) -> tuple[int, int]:
    """Something cheap that changes whenever mail comes in or somebody acts."""
    with store.read() as session:
        return tickets.newest(session)


def next_due(store: Store, filters: Filters, *, now: datetime, actor: Person, after_ticket: int | None) -> int | None:
    """The first ticket of the queue that is not the given one, and whose reply is not on its way out already."""
    page = queue(store, filters, now=now, actor=actor)
    return next((row.id for row in page.rows if row.id != after_ticket and row.outbox != "leaving"), None)


def row_of(card: Card, *, now: datetime, house: Team) -> Row:
    """A card as the queue shows it."""
    return Row(
        id=card.ticket_id,
        version=card.version,
        account=card.account,
        marketplace=card.marketplace,
        subject=card.subject,
        preview=card.preview,
        buyer=card.buyer_name,
        order_id=card.order_id,
        type=card.type,
        status=card.status,
        owners=tuple(card.owners.split("\n")) if card.owners else (),
        due_at=card.due_at,
        awaiting_since=card.awaiting_since,
        last_at=card.last_at,
        waiting=card.waiting,
        urgency=clock.urgency(card.due_at, now, at_risk=house.at_risk),
        mark=ticket_status.read_mark(read_at=card.read_at, unread_at=None, news_at=None, now=now)
        if card.awaiting_since
        else "",
        snoozed_until=card.snoozed_until if card.snoozed_until and card.snoozed_until > now else None,
        asks=card.asks,
        outbox=card.outbox,
        question=card.question,
        tags=tuple(card.tags.split("\n")) if card.tags else (),
        why=tuple(getattr(card, "why", None) or ()),
    )


def wanted(filters: Filters, house: Team, *, now: datetime, actor: Person, view: View | None = None) -> Wanted:
    """The filters as the store takes them; `view` is the row of the view that they name."""
    box = filters.box if filters.box in BOXES else "waiting"
    return Wanted(
        now=now,
        # Whoever searches wants to find, whatever became of the ticket.
        box="all" if _searchable(filters.text) else box,
        text=_searchable(filters.text),
        actor=actor.name,
        risk_until=now + house.at_risk,
        supervises=actor.is_supervisor,
        view=str(view.id) if view else None,
        kept=_kept(view),
        by_exposure=filters.order == "exposure" and not (view or filters.tag),
        **{name: getattr(filters, name) for name in FILTERS},
    )


def _kept(view: View | None) -> Kept | None:
    if view is None or view.filters is None:
        return None
    names = {name: str(view.filters.get(name, "")) for name in FILTERS}
    return Kept(**names, text=_searchable(str(view.filters.get("text", ""))))


def _view(session: Session, filters: Filters, actor: Person) -> View | None:
    if not filters.view.isdecimal() or len(filters.view) > 15:
        return None
    found = views.one(session, int(filters.view), actor.name)
    return None if found is None or found.deleted_at else found


def _mark(card: Card) -> str:
    return f"{getattr(card, 'place', card.sort_key)}.{card.ticket_id}"


def _unmark(mark: str | None) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,18})", mark or "")
    return (int(found[1]), int(found[2])) if found else None


def _searchable(text: str) -> str:
    """Words to search for; control characters, which no database takes, are left out."""
    return "".join(c for c in text if c.isprintable() or c.isspace()).strip()[:LONGEST_SEARCH]
