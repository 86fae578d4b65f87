"""Writing and sending a reply from a ticket: the draft, Send, the ten seconds of undo, and what asks a person after.

What can be refused is an exception: `errors.Blocked` (with findings), `errors.Stale` (the buyer or a colleague was
quicker), `errors.Rejected` (a sentence). The draft is kept in every one of these cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from data import casework, drafts, outgoing
from data.models.derived import Card
from data.store import Store
from services.errors import Rejected
from services.inbox.shapes import Conversation, PromiseLine
from services.outbox import queue
from services.outbox.compose import LONGEST_TEXT, MOST_BYTES, TYPES, File
from services.outbox.queue import enqueue as send
from services.people import Person, check_access
from services.rules import clock
from services.rules.policy import Finding
from services.settings import Settings
from services.templates import Offered, for_ticket

__all__ = ["LONGEST_TEXT", "MOST_BYTES", "TYPES", "File", "Offered", "send"]

LONGEST_DRAFT = 100_000


@dataclass(frozen=True)
class Draft:
    """What a person has written and not sent; `base_version` is the ticket as they saw it, `stale` if it changed."""

    text: str
    updated_at: datetime
    base_version: int
    stale: bool


@dataclass(frozen=True)
class Panel:
    """What stands below a conversation for one person: their draft, what the check found in it, who else writes.

    `templates` is None until they were asked for.
    """

    text: str
    is_stale: bool
    others: tuple[str, ...]
    by_mail: bool
    findings: tuple[Finding, ...]
    templates: tuple[Offered, ...] | None


def panel(
    store: Store, settings: Settings, ticket: Conversation, *, actor: Person, with_templates: bool
) -> Panel:
    """All of it in a fixed number of statements."""
    kept = draft(store, ticket.id, actor=actor)
    text = kept.text if kept else ""
    offered = for_ticket(store, settings, ticket, type=ticket.type, actor=actor) if with_templates else None
    return Panel(
        text=text,
        is_stale=kept is not None and kept.stale,
        others=tuple(name for name, _ in writing(store, ticket.id, actor=actor)),
        by_mail=goes_by_mail(settings, ticket.account),
        findings=examine(settings, text, language=ticket.language, order_id=ticket.order_id) if text.strip() else (),
        templates=offered,
    )


def draft(store: Store, ticket_id: int, *, actor: Person) -> Draft | None:
    """This person's draft in a ticket."""
    with store.read() as session:
        found = drafts.draft(session, ticket_id, actor.name)
        card = session.get(Card, ticket_id)
    if found is None or card is None:
        return None
    return Draft(found.text, found.updated_at, found.base_version, found.base_version != card.version)


def save_draft(
    store: Store, ticket_id: int, *, actor: Person, now: datetime, text: str, base_version: int
) -> None:
    """Keep what was written so far, whatever became of the ticket; an empty text drops the draft."""
    check_access(actor)
    if len(text) > LONGEST_DRAFT:
        raise Rejected(f"The draft has {len(text):,} characters; {LONGEST_DRAFT:,} are kept.")
    words = text.encode("utf-8", "ignore").decode().replace("\0", "")
    with store.write() as session:
        # Merged away while somebody wrote: the text goes where the ticket went.
        ticket_id = casework.now_in(session, [ticket_id])[ticket_id]
        if session.get(Card, ticket_id) is None:
            raise Rejected(f"There is no ticket {ticket_id}.")
        if words.strip():
            drafts.save(session, ticket_id, actor.name, words, at=now, base_version=base_version)
        else:
            drafts.drop(session, ticket_id, actor.name)


def rebase_draft(store: Store, ticket_id: int, *, actor: Person, seen: int) -> None:
    """What this person did at version `seen` is no news to their own draft there."""
    with store.write() as session:
        card = session.get(Card, ticket_id)
        if card is not None:
            drafts.rebase(session, ticket_id, actor.name, seen, card.version)


def drop_draft(store: Store, ticket_id: int, *, actor: Person) -> None:
    """Throw this person's draft away."""
    with store.write() as session:
        drafts.drop(session, ticket_id, actor.name)


def writing(store: Store, ticket_id: int, *, actor: Person) -> tuple[tuple[str, datetime], ...]:
    """Who else has a draft in this ticket, and when they last wrote; the latest first."""
    with store.read() as session:
        others = [each for each in drafts.drafts_in(session, ticket_id) if each.person != actor.name]
    return tuple((each.person, each.updated_at) for each in others)


def undo(store: Store, outbox_id: int, *, actor: Person, now: datetime) -> bool:
    """Take a reply back that has not left yet; its words are the author's draft again. False if it is too late."""
    return queue.cancel(store, outbox_id, actor=actor, now=now)


def files(store: Store, outbox_id: int) -> tuple[File, ...]:
    """The files of a reply, for attaching them again after an undo or a failure."""
    with store.read() as session:
        return tuple(File(file.name, file.data) for file in outgoing.files(session, outbox_id))


def settle_unknown(
    store: Store, settings: Settings, outbox_id: int, *, arrived: bool, actor: Person, now: datetime
) -> int | None:
    """Say of a reply of unknown fate that it arrived (None), or have it sent again: the new outbox id."""
    return queue.settle_unknown(store, settings, outbox_id, arrived=arrived, actor=actor, now=now)


def done_in_seller_central(
    store: Store, outbox_id: int, *, actor: Person, now: datetime, at: datetime | None = None
) -> None:
    """Say that a reply was copied to Seller Central and sent there, now or at a time."""
    queue.done_by_hand(store, outbox_id, actor=actor, now=now, at=at)


def promises(session: Session, *, now: datetime, limit: int = 50) -> tuple[PromiseLine, ...]:
    """Promises that stand, the most urgent first; one statement."""
    return tuple(
        PromiseLine(
            card.ticket_id,
            card.subject,
            card.buyer_name,
            card.marketplace,
            promise.until,
            promise.by,
            clock.urgency(promise.until, now),
        )
        for promise, card in drafts.open_promises(session, limit=limit)
    )


def take_back(store: Store, outbox_id: int, *, actor: Person, now: datetime) -> None:
    """Undo a send. Raises Rejected with a sentence if the reply has left."""
    if not undo(store, outbox_id, actor=actor, now=now):
        raise Rejected("It is too late: the reply has left. Write another one if something was wrong.")


def examine(settings: Settings, text: str, *, language: str | None, order_id: str | None) -> tuple[Finding, ...]:
    """What the policy check finds in a reply while it is written."""
    from services.policy.check import check

    profile = settings.policy.profile
    return check(text, channel="message", language=language, order_id=order_id, profile=profile).findings


def goes_by_mail(settings: Settings, account: str) -> bool:
    """Whether replies of this account leave by SMTP; otherwise a person copies them to Seller Central."""
    known = settings.accounts.get(account)
    return known is not None and known.smtp is not None
