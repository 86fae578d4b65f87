"""One conversation of the Inbox: the buyer's words, what happened, what is known of the order, who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import casework, conversations, journal, ledger, questions, tickets, views
from data.conversations import Stored
from data.models.casework import Regrouping
from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.ours import Mark
from data.store import Store
from services import desk
from services.errors import Rejected
from services.inbox import asking, leaving
from services.inbox.acts import act_of
from services.inbox.shapes import (
    Attachment,
    Candidate,
    Conversation,
    Entry,
    MarkMade,
    NoteEntry,
    Regrouped,
    Related,
    ViewName,
)
from services.mail import show
from services.people import Person
from services.rules import clock, ticket_status
from services.rules.clock import Verdict
from services.rules.marketplaces import MARKETPLACES
from services.settings import real_now
from services.team import Team, team

PURGED = "The original of this mail was removed by the retention of personal data."
NOTES = {
    "footer": "Cut at Amazon's footer; look at the original if something seems to be missing.",
    "whole": "Amazon's wrapper was not recognised, so the whole mail is shown.",
}


def conversation(store: Store, ticket_id: int, *, now: datetime) -> Conversation | None:
    """A ticket with all that stands beside it; None if there is no such ticket."""
    house = team(store, now=now)
    with store.read() as session:
        ticket_id = casework.now_in(session, [ticket_id])[ticket_id]
        stored = conversations.load(session, ticket_id)
        if stored is None:
            return None
        regrouped = casework.touching(session, [ticket_id])
        same_order, same_buyer = tickets.related(session, stored.card)
        follow_ups = tickets.follow_ups(session, ticket_id)
        put = views.of_ticket(session, ticket_id)
        acts = journal.of_object(session, f"ticket:{ticket_id}")
        asks = _candidate(session, stored.card)
        asked = questions.of_ticket(session, ticket_id)
    return Conversation(
        **_head(stored),
        **_times(stored, house, now),
        **_parts(stored, now),
        same_order=tuple(related_of(each) for each in same_order),
        same_buyer=tuple(related_of(each) for each in same_buyer),
        follow_ups=tuple(follow_ups),
        activity=tuple(act_of(row) for row in acts),
        asks=asks,
        views=tuple(ViewName(each.id, each.name, "" if each.shared else each.person) for each in put),
        regrouped=tuple(_regrouped(row, ticket_id, is_latest=n == 0) for n, row in enumerate(regrouped)),
        questions=tuple(asking.line_of(each, stored.card) for each in asked),
    )


def _regrouped(row: Regrouping, ticket_id: int, *, is_latest: bool) -> Regrouped:
    other = row.from_ticket if row.into_ticket == ticket_id else row.into_ticket
    came = "came" if row.into_ticket == ticket_id else "went"
    return Regrouped(row.id, row.kind, other, row.at, row.by, came, is_latest)


def original(store: Store, message_id: int) -> show.Original:
    """The mail as it came, made safe to show. Raises Rejected if it was purged or never had one."""
    return show.original(_raw(store, message_id))


def attachment(store: Store, message_id: int, index: int) -> tuple[str, str, bytes]:
    """(safe file name, media type, content) of a message's attachment."""
    try:
        return show.attachment(_raw(store, message_id), index)
    except IndexError:
        raise Rejected("There is no such attachment in this mail.") from None


def mark_read(store: Store, ticket_id: int, *, actor: Person, now: datetime) -> None:
    """Remember that somebody opened the ticket; New becomes Open."""
    with store.write() as session:
        ticket = tickets.ticket(session, ticket_id)
        if ticket is None:
            return
        ticket.read_at, ticket.read_by = now, actor.name
        questions.look(session, ticket_id, actor.name, at=now)
        session.flush()
        desk.rebuild(session, [ticket_id], now=now, actor=actor.name)


def related_of(card: Card) -> Related:
    """Another ticket in one line."""
    return Related(
        card.ticket_id, card.subject, card.status, card.last_at, card.marketplace, card.order_id, card.due_at
    )


def _raw(store: Store, message_id: int) -> bytes:
    with store.read() as session:
        row = conversations.raw_mail(session, message_id)
        raw = ledger.raw_of(session, row.id) if row else None
    if raw is None:
        raise Rejected(PURGED)
    return raw


def _candidate(session: Session, card: Card) -> Candidate | None:
    if not card.asks:
        return None
    first = int(card.asks.split(",")[0])
    message, cards = conversations.asking(session, first)
    if message is None:
        return None
    return Candidate(first, message.buyer_name or "", message.sent_at, tuple(related_of(each) for each in cards))


def _head(stored: Stored) -> dict[str, Any]:
    """What the ticket is: identity, status, people, order."""
    card, ticket = stored.card, stored.ticket
    place = MARKETPLACES.get(card.marketplace or "")
    last_buyer = next((m for m in reversed(stored.messages) if m.starts_clock), None)
    return {
        "id": ticket.id,
        "version": card.version,
        "account": card.account,
        "marketplace": card.marketplace,
        "zone": place.zone if place else "UTC",
        "subject": card.subject,
        "type": card.type,
        "type_locked": ticket_status.may_change_type(card.type, card.status) is not None,
        "status": card.status,
        "solved_reason": ticket.solved_reason if card.status == "solved" else None,
        "who_acts": ticket_status.WHO_ACTS[card.status],
        "owners": tuple(card.owners.split("\n")) if card.owners else (),
        "buyer": card.buyer_name,
        "alias": card.alias,
        "reply_to": last_buyer.reply_to if last_buyer else None,
        "order_id": card.order_id,
        "match": card.match,
        "asin": next((m.asin for m in stored.messages if m.asin), None),
        "language": card.language,
        "closed": card.status == "closed",
        "follow_up_of": ticket.follow_up_of,
        "seller_central": _seller_central(stored),
        "changed_by": ticket.decided_by,
        "outbox": card.outbox,
        "tags": tuple(card.tags.split("\n")) if card.tags else (),
        "promised_until": stored.promised_until,
    }


def _times(stored: Stored, house: Team, now: datetime) -> dict[str, Any]:
    """Both clocks, and until when the ticket sleeps."""
    card = stored.card
    owed = card.awaiting_since
    return {
        "opened_at": card.opened_at,
        "awaiting_since": owed,
        "due_at": card.due_at,
        "house_due_at": clock.house_due_at(owed, house.zone_info, house.closed_weekdays) if owed else None,
        "urgency": clock.urgency(card.due_at, now, at_risk=house.at_risk),
        "snoozed_until": card.snoozed_until if card.snoozed_until and card.snoozed_until > now else None,
    }


def _parts(stored: Stored, now: datetime) -> dict[str, Any]:
    """What happened: messages, mail about the order, notes, marks."""
    return {
        "entries": _entries(stored, now),
        "order_mail": tuple(_entry(m, None, now) for m in stored.order_mail),
        "notes": tuple(NoteEntry(note.id, note.at, note.by, note.text) for note in stored.notes),
        "marks": tuple(_mark(mark) for mark in stored.marks if mark.undone_at is None),
    }


def _entries(stored: Stored, now: datetime) -> tuple[Entry, ...]:
    """Messages and our own replies by time; a reply stands for its confirmation copy too."""
    confirming = {row.copy_message_id for row in stored.sent}
    written = [_entry(m, stored.responses.get(m.id), now) for m in stored.messages if m.id not in confirming]
    return tuple(sorted(written + leaving.entries(stored.sent, real_now=real_now()), key=lambda each: each.sent_at))


def _entry(message: Message, response: Response | None, now: datetime) -> Entry:
    verdict = _verdict(response) if response else None
    return Entry(
        id=message.id,
        kind=message.kind,
        direction=message.direction,
        who=message.buyer_name or ("Amazon" if message.direction == "amazon" else ""),
        sent_at=message.sent_at,
        imported_at=message.imported_at,
        text=message.text,
        text_from=message.text_from,
        language=message.language,
        attachments=tuple(
            Attachment(a["index"], a["name"], a["media_type"], a["size"]) for a in message.attachments
        ),
        answered_at=verdict.answered_at if verdict else None,
        answered_by=verdict.answered_by if verdict else None,
        within_24h=clock.within_24h(verdict, now) if verdict else None,
        owed=verdict is not None and verdict.answered_by is None and not verdict.hidden,
        hidden=verdict is not None and verdict.hidden and verdict.answered_by is None,
        notes=_notes(message),
        has_original=message.raw_mail_id is not None,
    )


def _verdict(response: Response) -> Verdict:
    return Verdict(
        response.message_id,
        response.sent_at,
        response.answered_at,
        response.answered_by,  # type: ignore[arg-type]
        response.agent,
        response.hidden,
    )


def _notes(message: Message) -> tuple[str, ...]:
    """What a reader should know of how this message came to be shown."""
    notes = [NOTES[message.text_from]] if message.text_from in NOTES and message.starts_clock else []
    if message.facts.get("looks_automatic"):
        notes.append("Looks like an automatic answer of the buyer's; the clock runs until you decide.")
    if message.starts_clock and not message.text and not message.attachments:
        notes.append("No text came with this message; a photo may be in Seller Central.")
    return tuple(notes)


def _mark(mark: Mark) -> MarkMade:
    return MarkMade(mark.id, mark.message_id, mark.kind, mark.at, mark.by, mark.confirmed_at, mark.confirmed_by)


def _seller_central(stored: Stored) -> str:
    """Where this conversation is in Seller Central: the case itself if a mail named it, else the messages of the
    order, else the inbox."""
    card = stored.card
    exact = next((m.console_url for m in reversed(stored.messages) if m.console_url), None)
    if exact:
        return exact
    place = MARKETPLACES.get(card.marketplace or "") or MARKETPLACES["US"]
    if card.order_id:
        return f"https://{place.seller_central}/orders-v3/order/{card.order_id}"
    return f"https://{place.seller_central}/messaging/inbox"
