"""The way from a row to its buyer: the ticket of its order, or a new one, with the kind's template filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data import followups as rows
from data import journal
from data.followups import Found
from data.models.derived import Card
from data.store import Store
from services import templates
from services.errors import Rejected
from services.followups import cards
from services.inbox import conversation, opening, replying
from services.inbox.actions import LONGEST_SUBJECT
from services.people import Person, check_access
from services.rules import followups as rules
from services.rules.marketplaces import MARKETPLACES
from services.rules.templates import marketplace_code
from services.settings import Settings

NO_ORDER = (
    "No order number can be read in this row, so there is no ticket to write in. Correct it in the sheet, "
    "or contact the buyer another way and mark it."
)
PLACES = ("marketplace", "country", "site", "store")
"""Headings under which a sheet may say where an order is from."""


@dataclass(frozen=True)
class Contact:
    """The ticket to write in. `template`: the name of the one that stands in the reply box now, or empty; `findings`:
    how many things the policy check finds in it, `blank` how many values are missing."""

    ticket: int
    template: str = ""
    findings: int = 0
    blank: int = 0


def contact(store: Store, settings: Settings, followup_id: int, *, actor: Person, now: datetime) -> Contact:
    """Find or open the ticket, and put the filled template into the actor's draft unless they have one there already.

    Nothing is sent: the reply box checks the text and a person sends it. Raises Rejected with a sentence.
    """
    check_access(actor)
    with store.read() as session:
        found = rows.one(session, followup_id)
        if found is None:
            raise Rejected("There is no such follow-up any more.")
        ticket = session.get(Card, found.card.ticket_id) if found.card.ticket_id else None
    if not found.card.order_id:
        raise Rejected(NO_ORDER)
    ticket_id = ticket.ticket_id if ticket and ticket.status != "closed" else _open(store, settings, found, actor, now)
    _remember(store, followup_id, ticket_id, actor, now)
    return _draft(store, settings, found, ticket_id, actor=actor, now=now)


def _open(store: Store, settings: Settings, found: Found, actor: Person, now: datetime) -> int:
    card = found.card
    kind = rules.kind_of(card.kind)
    return opening.open_ticket(
        store, settings, account=card.account, order_id=card.order_id, buyer="",
        marketplace=card.marketplace or _place(settings, found), type=kind.ticket_type,
        subject=f"{kind.label}: {card.item or card.order_id}"[:LONGEST_SUBJECT], actor=actor, now=now,
    )  # fmt: skip


def _place(settings: Settings, found: Found) -> str:
    """The marketplace that a cell of the row names, or the only one of the account; empty leaves it to the mail."""
    account = settings.accounts.get(found.card.account)
    served = account.marketplaces if account else ()
    cells = found.row.cells if found.row else {}
    for heading, text in cells.items():
        if heading.strip().casefold() in PLACES and (code := marketplace_code(text)) in served:
            return code
    return served[0] if len(served) == 1 else ""


def _remember(store: Store, followup_id: int, ticket_id: int, actor: Person, now: datetime) -> None:
    with store.write() as session:
        work = rows.lock(session, [followup_id]).get(followup_id)
        if work is None or work.ticket_id == ticket_id:
            return
        work.ticket_id = ticket_id
        session.flush()
        cards.told_by_sheets(session, [(work.account, work.sheet, work.row_key)], now=now)
        after = {"ticket": ticket_id}
        journal.append(
            session, journal.Entry(now, actor.name, "followup.contact", f"followup:{followup_id}", None, after)
        )


def _draft(store: Store, settings: Settings, found: Found, ticket_id: int, *, actor: Person, now: datetime) -> Contact:
    ticket = conversation.conversation(store, ticket_id, now=now)
    if ticket is None or replying.draft(store, ticket_id, actor=actor) is not None:
        return Contact(ticket_id)
    template = _template(store, found, ticket.language, ticket.marketplace, actor)
    if template is None:
        return Contact(ticket_id)
    filled = templates.fill_for(store, settings, template.id, ticket, actor=actor, now=now)
    replying.save_draft(store, ticket_id, actor=actor, now=now, text=filled.text, base_version=ticket.version)
    language = template.language or ticket.language
    wrong = replying.examine(settings, filled.text, language=language, order_id=ticket.order_id)
    return Contact(ticket_id, template.name, len(wrong), len(filled.unfilled))


def _template(
    store: Store, found: Found, language: str | None, marketplace: str | None, actor: Person
) -> templates.Template | None:
    """The template that is made for tickets of this kind, in the buyer's language or the marketplace's."""
    place = MARKETPLACES.get(marketplace or "")
    spoken = language or (place.languages[0] if place else None)
    kind = rules.kind_of(found.card.kind).ticket_type
    offered = templates.offered(store, language=spoken, marketplace=marketplace, type=kind, actor=actor)
    fitting = (each for each in offered if kind in each.types and each.language in (None, spoken))
    return next(fitting, None)
