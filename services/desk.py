"""Keeps the cards: derives each ticket's queue row and response times from the stored facts, after every write."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import casework, counts, facts, journal, tags
from data.facts import MessageFact, TicketFacts
from data.models.ours import Ticket
from services.followups import cards as followup_cards
from services.rules import clock, identity, outbox, regrouping, ticket_status
from services.rules.clock import Asked, Reply, Verdict

SYNC = "sync"
PREVIEW_LENGTH = 160
NOT_OWED = 10**11
"""Sort keys of tickets that are owed nothing start here: beyond any due time in seconds since 1970."""

NOTICE_TYPES = {
    "cancellation_request": "Cancelation",
    "return_request": "Return",
    "a_to_z_opened": "A-to-z claim",
    "a_to_z_decision": "A-to-z claim",
    "chargeback_opened": "Chargeback",
    "chargeback_decision": "Chargeback",
    "refund_issued": "Refund",
}


@dataclass(frozen=True)
class Judged:
    """A ticket's facts together with the verdicts that follow from them."""

    facts: TicketFacts
    verdicts: tuple[Verdict, ...]
    awaiting: datetime | None
    last_reply_at: datetime | None


@dataclass
class Changes:
    """What rebuilt cards change beside themselves: the counts, and the log with what somebody did to cause it.

    Both are written last, so that all writers lock in one order (tickets, counts, log) and never wait for each other.
    """

    now: datetime
    actor: str = SYNC
    entries: list[journal.Entry] = field(default_factory=list)
    moved: Counter[counts.Place] = field(default_factory=Counter)

    def write(self, session: Session) -> None:
        """Store counts and log entries."""
        counts.apply(session, self.moved)
        journal.append(session, *self.entries)


def rebuild(
    session: Session,
    ticket_ids: Collection[int],
    *,
    now: datetime,
    actor: str = SYNC,
    said: Sequence[journal.Entry] = (),
) -> None:
    """Derive cards and responses of these tickets anew; log `said`, then each change of status that follows.

    A fixed number of statements, however many tickets.
    """
    changes = Changes(now, actor, list(said))
    derive(session, ticket_ids, changes)
    changes.write(session)


def derive(session: Session, ticket_ids: Collection[int], changes: Changes) -> None:
    """Derive cards and responses anew; what follows from it is added to `changes`, to be written once at the end."""
    cards, responses, labelled = [], [], []
    about: list[tuple[str, str | None]] = []
    away = casework.away(session, ticket_ids)
    changes.moved.subtract(casework.drop_cards(session, away))
    for each in facts.of_tickets(session, set(ticket_ids) - away):
        judged = judge(each)
        card = card_of(judged)
        cards.append(card)
        labelled += [each.ticket.id] if each.labels else []
        about += [(each.ticket.account, card["order_id"])]
        about += [(each.ticket.account, each.card.order_id)] if each.card else []
        responses.extend(responses_of(judged))
        changes.moved.update(_moved(each, card))
        changes.moved.subtract(_moved_from(each))
        changes.entries.extend(_status_change(each, card, now=changes.now, actor=changes.actor))
    facts.write_cards(session, cards)
    tags.follow(session, labelled)
    facts.write_responses(session, ticket_ids, responses, now=changes.now)
    followup_cards.told_of_orders(session, about, now=changes.now)
    session.expire_all()


def judge(each: TicketFacts) -> Judged:
    """The verdicts on one ticket's buyer messages."""
    homes = {m.id: m.home for m in each.messages}
    asked = [(Asked(m.id, m.sent_at, m.before_horizon), m.home) for m in each.messages if m.starts_clock]
    answered = [mark for mark in each.marks if mark.kind == "answered"]
    confirming = {sent.copy_message_id for sent in each.sent}
    copies = [m for m in each.messages if m.direction in ("agent", "automatic") and m.id not in confirming]
    replies = [(Reply(m.sent_at, None, m.direction == "automatic"), m.home) for m in copies]
    replies += [(Reply(mark.at, mark.by or None), homes.get(mark.message_id, each.ticket.id)) for mark in answered]
    replies += _own_replies(each)
    unneeded = {mark.message_id: mark.at for mark in each.marks if mark.kind == "no_response_needed"}
    verdicts = regrouping.judge(asked, replies, unneeded, each.together)
    last_reply = max((reply.at for reply, _ in replies if not reply.automatic), default=None)
    return Judged(each, verdicts, clock.awaiting_since(verdicts), last_reply)


def _own_replies(each: TicketFacts) -> list[tuple[Reply, int]]:
    """Replies that were handed over, and their homes; a reply and its copy are one, at the earlier of both times."""
    copied = {m.id: m.sent_at for m in each.messages}
    return [
        (Reply(min(sent.handed_over_at, copied.get(sent.copy_message_id or 0, sent.handed_over_at)), by), sent.home)
        for sent, by in ((sent, sent.by) for sent in each.sent)
        if sent.state in outbox.COUNTS and sent.handed_over_at
    ]


def card_of(judged: Judged) -> dict[str, Any]:
    """The queue row of a ticket, as column values of `card`."""
    each, ticket = judged.facts, judged.facts.ticket
    bought = [m for m in each.messages if m.starts_clock]
    first = next(iter(bought or each.messages), None)
    last_buyer = bought[-1].sent_at if bought else None
    last_at = max([m.sent_at for m in each.messages] + [judged.last_reply_at or ticket.opened_at])
    order_id, match = _order(each)
    due = clock.due_at(judged.awaiting)
    return {
        "ticket_id": ticket.id,
        "account": ticket.account,
        "marketplace": _first(m.marketplace for m in bought or each.messages) or ticket.marketplace_chosen,
        "subject": ticket.subject_chosen or (first.subject if first else ""),
        "preview": _preview(judged, first),
        "buyer_name": _first(m.buyer_name for m in bought or each.messages) or ticket.buyer_chosen,
        "alias": _first(m.relay for m in bought or each.messages) or _chosen_alias(ticket),
        "order_id": order_id,
        "match": match,
        "type": ticket.type_chosen or _type(each),
        "kind": first.kind if first else "agent",
        "language": bought[-1].language if bought else None,
        "status": _status(judged, last_buyer),
        "solved_reason": ticket.solved_reason,
        **_sorted(each),
        "opened_at": _opened_at(each),
        "awaiting_since": judged.awaiting,
        "due_at": due,
        "waiting": sum(v.answered_by is None and not v.hidden for v in judged.verdicts),
        "last_buyer_at": last_buyer,
        "last_reply_at": judged.last_reply_at,
        "last_at": last_at,
        "messages": len(each.messages),
        "snoozed_until": _snoozed_until(each, due),
        "read_at": _read_at(each),
        "asks": each.card.asks if each.card else None,
        "outbox": _outbox(judged),
        "sort_key": int(due.timestamp()) if due else 2 * NOT_OWED - int(last_at.timestamp()),
        "version": _version(each),
    }


def _chosen_alias(ticket: Ticket) -> str | None:
    found = identity.relay(ticket.relay_chosen)
    return found.key if found else None


def _sorted(each: TicketFacts) -> dict[str, Any]:
    """What the team made of the ticket: who is on it, its tags, what colleagues ask each other."""
    return {
        "owner": each.owners[0] if each.owners else None,
        "owners": "\n".join(each.owners),
        "tags": "\n".join(value for kind, value in each.labels if kind == "tag"),
        "question": next((state for state in ("open", "answered") if state in each.questions), None),
    }


def _outbox(judged: Judged) -> str | None:
    """What the ticket's last reply on its way out needs: nothing, time, or a person."""
    each = judged.facts
    if any(sent.state == "unknown" for sent in each.sent):
        return "unknown"
    last = each.sent[-1] if each.sent else None
    if last is None:
        return None
    if last.state in outbox.LEAVING:
        if last.channel != "smtp":
            return "by_hand"
        return "retrying" if last.state == "queued" and last.attempts else "leaving"
    if last.state not in outbox.FAILED or last.settled_at is None:
        return None
    since = [judged.last_reply_at, each.ticket.decided_at, *(mark.made_at for mark in each.marks)]
    return None if any(moment and moment > last.settled_at for moment in since) else "failed"


def _version(each: TicketFacts) -> int:
    """A number that differs whenever a person wrote or the messages became others, so that a stale screen shows."""
    seen = f"{each.ticket.version} {sorted(m.id for m in each.messages)}"
    return zlib.crc32(seen.encode()) >> 1


def _opened_at(each: TicketFacts) -> datetime:
    """When the first mail was sent, in whatever order mail was read; a ticket that a person opened keeps its time."""
    by_mail = each.ticket.opened_by == "mail" and each.messages
    return each.messages[0].sent_at if by_mail else each.ticket.opened_at


def _snoozed_until(each: TicketFacts, due: datetime | None) -> datetime | None:
    """A snooze ends when a buyer writes again, and never hides what is owed beyond its due time."""
    until, chosen_at = each.ticket.snoozed_until, each.ticket.snoozed_at
    if until is None or (due and until > due):
        return None
    news = any(m.starts_clock and chosen_at and m.imported_at > chosen_at for m in each.messages)
    return None if news else until


def _status(judged: Judged, last_buyer: datetime | None) -> str:
    each, ticket = judged.facts, judged.facts.ticket
    last = judged.verdicts[-1] if judged.verdicts else None
    return ticket_status.status(
        awaiting=judged.awaiting is not None,
        read_or_owned=bool(each.owners) or _read_at(each) is not None,
        decided=ticket.decided,
        decided_at=ticket.decided_at,
        last_buyer_at=last_buyer,
        last_reply_at=judged.last_reply_at,
        answered_by_nrn=last is not None and last.answered_by == "no_response_needed",
        notice_only=not judged.verdicts,
    )


def _read_at(each: TicketFacts) -> datetime | None:
    """When the ticket was last read, unless it was set to unread or a buyer wrote since."""
    ticket = each.ticket
    news = max((m.imported_at for m in each.messages if m.starts_clock), default=None)
    if ticket.read_at is None or (ticket.unread_at and ticket.unread_at >= ticket.read_at):
        return None
    return None if news and news > ticket.read_at else ticket.read_at


def _order(each: TicketFacts) -> tuple[str | None, str | None]:
    """The ticket's order and how it was found: a person's choice, the mail's own words, or nothing.

    An id that stands only in somebody's words is a guess, as is one that only the buyer's address leads to.
    """
    ticket = each.ticket
    if ticket.order_chosen:
        return ticket.order_chosen, "order_id"
    stated = [] if ticket.order_detached else [m for m in each.messages if m.order_id]
    if not stated:
        return None, None
    message = next((m for m in stated if m.order_from != "text"), stated[0])
    if message.order_from == "text":
        return message.order_id, "weak"
    if message is each.messages[0]:
        return message.order_id, "order_id"
    by_alias = "alias" in (message.joined_by, each.messages[0].joined_by)
    return message.order_id, "alias" if by_alias else "thread"


def _type(each: TicketFacts) -> str:
    """The buyer's contact reason; what Amazon reports has fixed types."""
    topic: str | None = _first(m.topic for m in each.messages if m.starts_clock)
    if topic:
        return topic
    if any(m.starts_clock for m in each.messages):
        return "Other"
    if not each.messages:
        return "Contact Buyer"
    return NOTICE_TYPES.get(each.messages[0].kind, "System Message")


def _preview(judged: Judged, first: MessageFact | None) -> str:
    """The beginning of the oldest message that is owed an answer, else of the last one."""
    by_id = {m.id: m for m in judged.facts.messages}
    owed = next((by_id[v.id] for v in judged.verdicts if v.answered_by is None and not v.hidden), None)
    message = owed or (judged.facts.messages[-1] if judged.facts.messages else first)
    return " ".join(message.start.split())[:PREVIEW_LENGTH] if message else ""


def responses_of(judged: Judged) -> list[dict[str, Any]]:
    """What became of each buyer message of a ticket, as column values of `response`."""
    by_id = {m.id: m for m in judged.facts.messages}
    return [
        {
            "message_id": v.id,
            "ticket_id": judged.facts.ticket.id,
            "account": by_id[v.id].account,
            "marketplace": by_id[v.id].marketplace,
            "kind": by_id[v.id].kind,
            "language": by_id[v.id].language,
            "sent_at": v.sent_at,
            "answered_at": v.answered_at,
            "answered_by": v.answered_by,
            "agent": _agent(judged.facts, v),
            "hidden": v.hidden,
        }
        for v in judged.verdicts
    ]


def _agent(each: TicketFacts, verdict: Verdict) -> str | None:
    """Who answered: whoever is known to have, else the first who was on the ticket by then."""
    if verdict.answered_by != "reply" or verdict.answered_at is None:
        return None
    answered_at = verdict.answered_at
    return verdict.agent or next((person for person, at in each.assigned if at <= answered_at), None)


def _moved(each: TicketFacts, card: dict[str, Any]) -> Counter[counts.Place]:
    return Counter({(each.ticket.account, card["marketplace"] or "", card["status"]): 1})


def _moved_from(each: TicketFacts) -> Counter[counts.Place]:
    old = each.card
    return Counter({(old.account, old.marketplace or "", old.status): 1}) if old else Counter()


def _status_change(each: TicketFacts, card: dict[str, Any], *, now: datetime, actor: str) -> list[journal.Entry]:
    """The log entry for a changed status, with whether it was within the 24 hours that were running."""
    old = each.card
    if old is None or old.status == card["status"] or {old.status, card["status"]} == {"new", "open"}:
        return []
    moment = card["last_reply_at"] if card["last_reply_at"] != old.last_reply_at else now
    within = bool(moment <= old.due_at) if old.due_at and card["due_at"] is None and moment else None
    before, after = {"status": old.status}, {"status": card["status"]}
    return [journal.Entry(now, actor, "status", f"ticket:{each.ticket.id}", before, after, within)]


def _first(values: Any) -> Any:
    return next((value for value in values if value), None)
