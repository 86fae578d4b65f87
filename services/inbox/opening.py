"""Opening tickets from an order or by hand: work that no mail has started, and on which no clock runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from data import journal, messages, ticket_work, tickets
from data.store import Store
from services import desk, triage
from services.errors import Rejected
from services.inbox.actions import LONGEST_NOTE, LONGEST_SUBJECT
from services.inbox.conversation import related_of
from services.inbox.shapes import Related
from services.people import Person, check_access
from services.rules import identity, ticket_status
from services.rules.marketplaces import MARKETPLACES
from services.settings import Settings

USUAL_TYPE = "Contact Buyer"
LONGEST_BUYER = 200


@dataclass(frozen=True)
class Wanted:
    """A ticket to be opened, tidied and checked; `relay` is a buyer's address if one was given."""

    account: str
    order_id: str | None
    buyer: str | None
    relay: str | None
    marketplace: str
    subject: str
    type: str
    note: str


def open_ticket(
    store: Store,
    settings: Settings,
    *,
    account: str,
    order_id: str | None,
    buyer: str,
    marketplace: str,
    subject: str,
    type: str = USUAL_TYPE,
    note: str = "",
    actor: Person,
    now: datetime,
) -> int:
    """A new ticket's id. No clock runs on it until a buyer writes; mail about its order joins it.

    `buyer`: a name or a relay address, or empty. An empty marketplace is that of the order's mail. Tickets of the same
    order that are open are no obstacle: `open_tickets_of` names them. Raises Rejected with a sentence.
    """
    check_access(actor)
    with store.write() as session:
        place = marketplace.strip() or _marketplace_of(session, account, order_id)
        wanted = _checked(settings, account, order_id, buyer, place, subject, type, note)
        ticket_id = _open(session, wanted, actor, now)
        after = {"order": wanted.order_id, "type": wanted.type}
        said = [journal.Entry(now, actor.name, "ticket.open", f"ticket:{ticket_id}", None, after)]
        if wanted.note:
            note_id = ticket_work.add_note(session, ticket_id, wanted.note, by=actor.name, at=now)
            said.append(journal.Entry(now, actor.name, "note.add", f"ticket:{ticket_id}", None, {"note": note_id}))
        changes = desk.Changes(now, actor.name, said)
        desk.derive(session, [ticket_id], changes)
        triage.opened(session, ticket_id, changes)
        changes.write(session)
    return ticket_id


def open_tickets_of(store: Store, *, account: str, order_id: str) -> tuple[Related, ...]:
    """The tickets of this order that are not solved or closed, the newest first; at most twelve."""
    if not order_id.strip():
        return ()
    with store.read() as session:
        found = tickets.of_order(session, account, order_id.strip(), but=("solved", "closed"))
    return tuple(related_of(card) for card in found)


def _checked(
    settings: Settings,
    account: str,
    order_id: str | None,
    buyer: str,
    marketplace: str,
    subject: str,
    type: str,
    note: str,
) -> Wanted:
    order = (order_id or "").strip()
    words, kind = " ".join(subject.split()), " ".join(type.split())
    known = settings.accounts.get(account)
    if known is None:
        raise Rejected(f"There is no account {account!r} in the settings.")
    if order and identity.order_id(order) != order:
        raise Rejected("An Amazon order number has 17 digits like 123-1234567-1234567.")
    _check_place(marketplace, account, known.marketplaces)
    if not words or len(words) > LONGEST_SUBJECT:
        raise Rejected(f"Give a subject of 1 to {LONGEST_SUBJECT} characters.")
    _check_type(kind)
    if len(note.strip()) > LONGEST_NOTE:
        raise Rejected(f"The note has {len(note.strip()):,} characters; {LONGEST_NOTE:,} are allowed.")
    name, relay = _buyer(buyer)
    if not order and not name and not relay:
        raise Rejected("Say what it is about: an order number, or a buyer.")
    return Wanted(account, order or None, name, relay, marketplace, words, kind, note.strip())


def _check_place(marketplace: str, account: str, served: tuple[str, ...] | list[str]) -> None:
    if not marketplace:
        raise Rejected("Choose a marketplace; no mail tells which one it is.")
    if marketplace not in MARKETPLACES or marketplace not in served:
        raise Rejected(f"The account {account} does not sell in {marketplace}; choose one of {', '.join(served)}.")


def _check_type(kind: str) -> None:
    if not kind or len(kind) > 80:
        raise Rejected("Choose a type.")
    if kind in ticket_status.LOCKED_TYPES or kind in ticket_status.TYPES_WITHOUT_REPLY:
        raise Rejected(f"Only Amazon's own mail makes a {kind} ticket; choose another type.")


def _buyer(given: str) -> tuple[str | None, str | None]:
    """(name, relay address) of what was typed."""
    words = " ".join(given.split())
    if len(words) > LONGEST_BUYER:
        raise Rejected(f"A buyer's name has at most {LONGEST_BUYER} characters.")
    if "@" not in words:
        return words or None, None
    if identity.relay(words) is None:
        masked = identity.mask_address(words)
        raise Rejected(f"{masked} is no buyer's address at Amazon; give the buyer's name, or leave it out.")
    return None, words.lower()


def _marketplace_of(session: Session, account: str, order_id: str | None) -> str:
    found = messages.about_order(session, account, (order_id or "").strip())
    return next((message.marketplace for message in found if message.marketplace), "") or ""


def _open(session: Session, wanted: Wanted, actor: Person, now: datetime) -> int:
    values = {
        "account": wanted.account,
        "key": f"hand:{uuid.uuid4().hex}",
        "opened_at": now,
        "opened_by": actor.name,
        "order_chosen": wanted.order_id,
        "order_detached": False,
        "type_chosen": wanted.type,
        "subject_chosen": wanted.subject,
        "marketplace_chosen": wanted.marketplace,
        "buyer_chosen": wanted.buyer,
        "relay_chosen": wanted.relay,
        "read_at": now,
        "read_by": actor.name,
        "version": 1,
    }
    ticket_id = messages.open_ticket(session, values)
    if ticket_work.is_working_here(session, actor.name):
        ticket_work.assign(session, ticket_id, actor.name, by=actor.name, at=now)
    return ticket_id
