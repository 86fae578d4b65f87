"""Reading templates: the list, what fits a ticket, one template, and the tickets to try one on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data import templates as rows
from data import tickets
from data.store import Store
from services.inbox import conversation, queue
from services.inbox.shapes import Filters, Row
from services.people import Person
from services.rules import placeholders
from services.rules.placeholders import PLACEHOLDERS
from services.rules.templates import Wish
from services.settings import Settings
from services.templates.filling import About, Preview, facts_of, preview, values_of


@dataclass(frozen=True)
class Template:
    """A prepared reply. `language` None: any; no `marketplaces` or `types` (ticket types): all; `owner` None: shared.

    `used`: how often by everybody; `last_used`: when by the one who asks. `may_edit`: whether they may change it.
    """

    id: int
    version: int
    name: str
    language: str | None
    marketplaces: tuple[str, ...]
    types: tuple[str, ...]
    text: str
    owner: str | None
    active: bool
    deleted: bool
    used: int
    last_used: datetime | None
    changed_at: datetime
    changed_by: str
    may_edit: bool

    @property
    def wish(self) -> Wish:
        """The same as what somebody wants a template to be, for changing it."""
        names = ("name", "text", "language", "marketplaces", "types", "active")
        return Wish(**{name: getattr(self, name) for name in names}, shared=self.owner is None)


@dataclass(frozen=True)
class Offered:
    """A template filled for a ticket; `unfilled`: the labels of what somebody must fill in by hand."""

    id: int
    name: str
    language: str | None
    shared: bool
    text: str
    unfilled: tuple[str, ...]


@dataclass(frozen=True)
class TemplatePage:
    """Templates by name, and the mark of the next page."""

    rows: tuple[Template, ...]
    next: str | None


def listing(
    store: Store,
    *,
    actor: Person,
    text: str = "",
    language: str = "",
    marketplace: str = "",
    mark: str | None = None,
    limit: int = 50,
) -> TemplatePage:
    """A page of what this person sees, by name: one statement. A broken mark gives the first page."""
    wanted = rows.Wanted(actor.name, text, language, marketplace)
    number, _, name = (mark or "").partition(".")
    after = (name, int(number)) if number.isdecimal() and len(number) < 18 else None
    with store.read() as session:
        found = rows.page(session, wanted, after=after, limit=limit + 1)
    shown = tuple(_shape(row, actor) for row in found[:limit])
    return TemplatePage(shown, f"{shown[-1].id}.{shown[-1].name}" if len(found) > limit else None)


def offered(
    store: Store,
    *,
    language: str | None,
    marketplace: str | None,
    type: str | None,
    actor: Person,
    text: str = "",
    limit: int = 60,
) -> tuple[Template, ...]:
    """What may be used in a ticket, best first: its language, its marketplace, its type, then what was used last.

    Templates that are for other marketplaces or types are left out. One statement.
    """
    with store.read() as session:
        found = rows.offered(
            session,
            who=actor.name,
            language=language,
            marketplace=marketplace,
            type_=type,
            text=text,
            limit=limit,
        )
    return tuple(_shape(row, actor) for row in found)


def for_ticket(
    store: Store, settings: Settings, ticket: About, *, type: str | None, actor: Person, limit: int = 60
) -> tuple[Offered, ...]:
    """What may be used in a ticket, best first and filled for it; the cost does not grow with the templates.

    Nothing is counted: `count_use` does that once one is taken.
    """
    found = offered(
        store, language=ticket.language, marketplace=ticket.marketplace, type=type, actor=actor, limit=limit
    )
    facts = facts_of(store, settings, ticket, actor=actor) if found else None
    return tuple(_filled(each, values_of(facts, each.language)) for each in found if facts)


def template(store: Store, template_id: int, *, actor: Person) -> Template | None:
    """A template, also a deleted one; None if there is none or it is somebody else's own."""
    with store.read() as session:
        found = rows.one(session, template_id, who=actor.name)
    return _shape(found, actor) if found else None


def any_there(store: Store, *, actor: Person) -> bool:
    """Whether this person sees any template at all."""
    with store.read() as session:
        return rows.any_there(session, actor.name)


def types_in_use(store: Store) -> tuple[str, ...]:
    """The ticket types that a template can be narrowed to."""
    with store.read() as session:
        return tuple(tickets.types(session))


def recent(store: Store, *, actor: Person, now: datetime, limit: int = 15) -> tuple[Row, ...]:
    """Tickets to try a template on: those that wait for an answer, then the latest."""
    return queue.queue(store, Filters(box="all"), now=now, actor=actor, limit=limit).rows


def preview_for(
    store: Store,
    settings: Settings,
    text: str,
    *,
    ticket_id: int | None,
    language: str | None,
    actor: Person,
    now: datetime,
) -> Preview:
    """A text filled for a ticket, or with example values where there is none."""
    ticket = conversation.conversation(store, ticket_id, now=now) if ticket_id is not None else None
    return preview(store, settings, text, ticket=ticket, language=language, actor=actor)


def _filled(each: Template, values: Mapping[str, str]) -> Offered:
    filled = placeholders.fill(each.text, values)
    labels = tuple(dict.fromkeys(PLACEHOLDERS[field.name].label for field in filled.unfilled))
    return Offered(each.id, each.name, each.language, each.owner is None, filled.text, labels)


def _shape(found: rows.Shown, actor: Person) -> Template:
    row, used, last_used = found
    return Template(
        id=row.id,
        version=row.version,
        name=row.name,
        language=row.language,
        marketplaces=rows.unlisted(row.marketplaces),
        types=rows.unlisted(row.types),
        text=row.text,
        owner=row.owner,
        active=row.active,
        deleted=row.deleted_at is not None,
        used=int(used),
        last_used=last_used,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        may_edit=actor.is_supervisor if row.owner is None else row.owner == actor.name,
    )
