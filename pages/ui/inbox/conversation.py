"""The middle of the Inbox: what just happened, the head of a ticket, its actions, its messages and notes by time.

Whatever a buyer or Amazon wrote goes to the browser as text; nothing of it is read as Markdown or HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from pages.ui.inbox.actions import Bench, Spec, actions, boxes, button
from pages.ui.inbox.writing import answered
from pages.ui.ticket_list import asset
from services import settings
from services.inbox.shapes import Conversation, Entry, Leaving, MarkMade, NoteEntry, QuestionLine
from services.rules.ticket_status import LABELS, SOLVED_REASONS

Item = Entry | NoteEntry | MarkMade | QuestionLine

KEY = "conversation"
RESERVE = 235
"""Pixels that stay for the reply below the conversation."""

TURNS = {
    "agent": "our turn",
    "buyer": "the buyer's turn",
    "stakeholder": "somebody else's turn",
    "nobody": "nobody's turn",
}
KINDS = {
    "amazon_cs_message": "Amazon for a customer",
    "reply_confirmation": "Answered in Seller Central",
    "reply": "Reply",
    "cancellation_request": "Cancellation request",
    "return_request": "Return request",
    "refund_issued": "Refund issued",
    "a_to_z_opened": "A-to-z claim opened",
    "a_to_z_decision": "A-to-z claim decided",
    "chargeback_opened": "Chargeback opened",
    "chargeback_decision": "Chargeback decided",
    "opt_out": "The buyer opted out of messages",
    "bounce": "A reply could not be delivered",
    "order_notice": "Order notice",
    "fba_notice": "Notice about fulfilment by Amazon",
    "unknown_notice": "Notice from Amazon",
}

_conversation = st.components.v2.component(
    "within24_conversation", js=asset("inbox/conversation", "js"), css=asset("inbox/conversation", "css")
)


@dataclass(frozen=True)
class Reader:
    """Who reads, when and where."""

    now: datetime
    zone: ZoneInfo
    at_risk: timedelta
    accounts: int = 1


def draw_conversation(bench: Bench | None, reader: Reader, strip: Spec | None, empty: str) -> None:
    """Draw it as one part; without a ticket it says `empty`."""
    ticket = bench.ticket if bench else None
    shown = {
        "id": ticket.id if ticket else None,
        "version": ticket.version if ticket else None,
        "strip": strip,
        "head": head(ticket, reader) if ticket else None,
        "acts": actions(bench) if bench else [],
        "boxes": boxes(bench) if bench else [],
        "entries": list(entries(ticket, reader)) if ticket else [],
    }
    clock = {"now": reader.now.timestamp(), "frozen": settings.is_frozen(), "risk": reader.at_risk.total_seconds()}
    data = {**shown, **clock, "empty": empty, "reserve": RESERVE}
    _conversation(key=KEY, data=data, on_act_change=lambda: answered(KEY))


def head(ticket: Conversation, reader: Reader) -> Spec:
    """Subject, Time Left, status with who must act, type, owners; below it the buyer and the clocks."""
    status = f"{LABELS[ticket.status]}: {TURNS[ticket.who_acts]}"
    if ticket.solved_reason:
        status = f"Solved: {SOLVED_REASONS.get(ticket.solved_reason, ticket.solved_reason)}"
    chips = [status, ticket.type, ", ".join(ticket.owners) or "Unassigned"]
    chips += ticket.tags
    if ticket.promised_until:
        chips.append(f"Promised by {_when(ticket.promised_until, reader)}")
    if ticket.snoozed_until:
        chips.append(f"Snoozed until {_when(ticket.snoozed_until, reader)}")
    subject, due = ticket.subject or "No subject", words.epoch(ticket.due_at)
    return {"subject": subject, "due": due, "chips": chips, "meta": list(_meta(ticket, reader))}


def entries(ticket: Conversation, reader: Reader) -> Iterator[Spec]:
    """Messages, notices, replies on their way, notes and marks, oldest first."""
    asked = [each for each in ticket.questions if each.answered_at]
    items: list[Item] = [*ticket.entries, *ticket.notes, *_answers(ticket), *asked]
    for item in sorted(items, key=_moment):
        if isinstance(item, NoteEntry):
            yield _entry("note", "Internal note", [item.by, _when(item.at, reader)], item.text)
        elif isinstance(item, MarkMade):
            yield _mark(item, reader)
        elif isinstance(item, QuestionLine):
            facts = [f"{item.asked_by} asked: {item.question}", _when(_moment(item), reader)]
            yield _entry("note", f"{item.answered_by} answered", facts, item.answer)
        elif item.direction == "buyer" or item.kind == "amazon_cs_message":
            yield _message(item, ticket, reader)
        elif item.leaving:
            yield _leaving(item, item.leaving, reader)
        else:
            yield notice(item, reader)


def notice(entry: Entry, reader: Reader) -> Spec:
    """A mail of Amazon's as one line that opens; a copy of an answer shows its words."""
    ours = entry.direction in ("agent", "automatic")
    name = KINDS.get(entry.kind, "Notice from Amazon")
    made = _entry("ours" if ours else "notice", name, [_when(entry.sent_at, reader)], entry.text)
    return {**made, "folds": not ours}


def _entry(look: str, who: str, facts: list[str], text: str, **more: Any) -> Spec:
    made: Spec = {"look": look, "who": who, "facts": facts, "text": text}
    return {**made, "fate": "", "owed": False, "lang": None, "notes": [], "acts": [], "folds": False, **more}


def _message(entry: Entry, ticket: Conversation, reader: Reader) -> Spec:
    who = entry.who or ticket.buyer or "Buyer"
    if entry.kind == "amazon_cs_message":
        who = f"{KINDS[entry.kind]} · {who}"
    facts = [*_times(entry.sent_at, ticket.zone, reader), *([entry.language] if entry.language else [])]
    fate, notes, acts = _fate(entry), list(entry.notes), list(_files(entry))
    more = {"fate": fate, "owed": entry.owed, "lang": entry.language, "notes": notes, "acts": acts}
    return _entry("buyer", who, facts, entry.text, **more)


def _files(entry: Entry) -> Iterator[Spec]:
    if not entry.has_original:
        return
    yield button("Original", "original", values={"message_id": entry.id}, icon="mail", tone="bare")
    for each in entry.attachments:
        values, label = {"message_id": entry.id, "index": each.index}, f"{each.name} ({words.size(each.size)})"
        yield button(label, "file", values=values, icon="attach_file", tone="bare")


def _leaving(entry: Entry, leaving: Leaving, reader: Reader) -> Spec:
    notes = [leaving.error] if leaving.error else []
    facts = [entry.who, _when(entry.sent_at, reader)]
    return _entry("ours", KINDS["reply"], facts, entry.text, fate=leaving.words, notes=notes, acts=list(_ways(leaving)))


def _ways(leaving: Leaving) -> Iterator[Spec]:
    values = {"outbox_id": leaving.outbox_id}
    if leaving.can_undo:
        yield button("Take it back", "take_back", values=values, icon="undo")
    if leaving.to_settle:
        yield button("It arrived", "settle", values={**values, "arrived": True})
        yield button("It did not: send it again", "settle", values={**values, "arrived": False})


def _meta(ticket: Conversation, reader: Reader) -> Iterator[str]:
    facts = [ticket.buyer or "No name", ticket.marketplace or "", ticket.account if reader.accounts > 1 else ""]
    if ticket.due_at:
        facts.append(f"due {_when(ticket.due_at, reader)}")
    yield " · ".join(fact for fact in [*facts, f"#{ticket.id}"] if fact)
    if ticket.house_due_at and ticket.house_due_at != ticket.due_at:
        yield f"House rule, closed days left out: {_when(ticket.house_due_at, reader)}"


def _when(moment: datetime, reader: Reader) -> str:
    return words.when(moment, reader.zone, reader.now)


def _times(moment: datetime, zone_name: str, reader: Reader) -> Iterator[str]:
    """The reader's time, and the buyer's where it is another one."""
    yield _when(moment, reader)
    zone = ZoneInfo(zone_name)
    if moment.astimezone(zone).utcoffset() != moment.astimezone(reader.zone).utcoffset():
        yield f"{moment.astimezone(zone):%a %H:%M} in {words.place(zone_name)}"


def _fate(entry: Entry) -> str:
    if entry.hidden:
        return "before the first import: no clock"
    if entry.owed:
        return "waits for an answer"
    if entry.answered_by == "no_response_needed":
        return "no response needed"
    if entry.answered_at is None:
        return ""
    late = "" if entry.within_24h is not False else ", late"
    return f"answered after {words.span(entry.answered_at - entry.sent_at)}{late}"


def _mark(mark: MarkMade, reader: Reader) -> Spec:
    what = "Answered in Seller Central" if mark.kind == "answered" else "No Response Needed"
    return _entry("mark", what, [f"marked by {mark.by}", _when(mark.at, reader)], "")


def _answers(ticket: Conversation) -> Iterator[MarkMade]:
    """Each answer once, though it may have been marked on several messages."""
    seen = set()
    for mark in ticket.marks:
        if (mark.kind, mark.at) not in seen:
            seen.add((mark.kind, mark.at))
            yield mark


def _moment(item: Item) -> datetime:
    if isinstance(item, QuestionLine):
        return item.answered_at or item.asked_at
    return item.sent_at if isinstance(item, Entry) else item.at
