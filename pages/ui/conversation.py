"""The middle of the Inbox: the head of a ticket and its messages, notices and notes by time.

Whatever a buyer or Amazon wrote is escaped; nothing of it is read as Markdown or HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from pages.ui.ticket_list import asset
from services import settings
from services.errors import Rejected
from services.inbox.shapes import Attachment, Conversation, Entry, MarkMade, NoteEntry
from services.rules.ticket_status import LABELS, SOLVED_REASONS

TALL = 340
"""Pixels after which a conversation scrolls by itself, so that it and its actions fit a window 900 high."""

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
_SMALL = "font-size:.88em;opacity:.75"
_WORDS = "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5"
_LINE = "color-mix(in srgb,currentColor 16%,transparent)"

_head = st.components.v2.component(
    "within24_ticket_head", js=asset("ticket_head", "js"), css=asset("ticket_head", "css")
)


class Mail(Protocol):
    """A mail as it came, with its HTML already made safe by the service."""

    @property
    def html(self) -> str | None:
        """Cleaned HTML, if the mail had any."""

    @property
    def text(self) -> str:
        """Its plain text."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers as readable pairs."""


@dataclass(frozen=True)
class Reader:
    """Who reads, when and where, and how mails and files are fetched when they are asked for."""

    now: datetime
    zone: ZoneInfo
    at_risk: timedelta
    fetch: Callable[[int, int], tuple[str, str, bytes]]


def draw_head(ticket: Conversation, reader: Reader, *, accounts: int) -> None:
    """Subject, Time Left, status with who must act, type, owners; below it the buyer and the clocks."""
    status = f"{LABELS[ticket.status]}: {TURNS[ticket.who_acts]}"
    if ticket.solved_reason:
        status = f"Solved: {SOLVED_REASONS.get(ticket.solved_reason, ticket.solved_reason)}"
    owners = ", ".join(ticket.owners) or "Unassigned"
    snoozed = ticket.snoozed_until
    chips = [status, ticket.type, owners]
    if snoozed:
        chips.append(f"Snoozed until {words.when(snoozed, reader.zone, reader.now)}")
    data = {
        "subject": ticket.subject or "No subject",
        "due": words.epoch(ticket.due_at),
        "chips": chips,
        "meta": list(_meta(ticket, reader, accounts)),
        "now": reader.now.timestamp(),
        "frozen": settings.is_frozen(),
        "risk": reader.at_risk.total_seconds(),
    }
    _head(key="ticket-head", data=data)


def draw_timeline(ticket: Conversation, reader: Reader) -> None:
    """Messages, notices, notes and marks, oldest first; it scrolls by itself when it is tall."""
    is_tall = _height(ticket) > TALL
    key = f"timeline-{ticket.id}"
    items: list[Entry | NoteEntry | MarkMade] = [*ticket.entries, *ticket.notes, *_answers(ticket)]
    follows = is_tall and len(items) > 1
    with st.container(height=TALL if is_tall else "content", border=False, autoscroll=follows, gap="small", key=key):
        for item in sorted(items, key=_moment):
            if isinstance(item, NoteEntry):
                st.html(_note(item, reader))
            elif isinstance(item, MarkMade):
                st.html(_mark(item, reader))
            elif _is_buyers(item):
                _draw_message(item, ticket, reader)
            else:
                st.html(notice(item, reader.zone, reader.now))


def notice(entry: Entry, zone: ZoneInfo, now: datetime) -> str:
    """A mail of Amazon's as one line that opens; a copy of an answer shows its words."""
    name = KINDS.get(entry.kind, "Notice from Amazon")
    line = f'<span style="{_SMALL}"><b>{name}</b> · {words.when(entry.sent_at, zone, now)}</span>'
    text = f'<div style="{_WORDS}" dir="auto">{words.escaped(entry.text)}</div>' if entry.text else ""
    if entry.direction in ("agent", "automatic"):
        return f'<div style="border-left:3px solid {_LINE};padding:.1rem .7rem">{line}{text}</div>'
    if not text:
        return f'<div style="padding:.1rem .7rem">{line}</div>'
    return (
        f'<details style="padding:.1rem .7rem"><summary style="cursor:pointer">{line}</summary>'
        f'<div style="padding:.3rem 0 .2rem 1rem">{text}</div></details>'
    )


def draw_asked_original(fetch: Callable[[int], Mail]) -> None:
    """Show the mail whose Original was pressed just now; `fetch` raises Rejected if it is gone."""
    message = st.session_state.pop("original", None)
    if message is None:
        return

    @st.dialog("The mail as it came", width="large", icon=":material/mail:")
    def original() -> None:
        try:
            found = fetch(message)
        except Rejected as error:
            st.info(words.plain(str(error)))
        else:
            _original(found.html, found.text, found.headers)

    original()


def _show_original(message: int) -> None:
    st.session_state["original"] = message


def _original(html: str | None, text: str, headers: tuple[tuple[str, str], ...]) -> None:
    body, head = st.tabs(["Mail", "Headers"])
    with body, st.container(height=460, border=True):
        st.html(html if html else f'<div style="{_WORDS}">{words.escaped(text)}</div>')
    with head, st.container(height=460, border=True):
        rows = "".join(f"<div><b>{words.escaped(name)}:</b> {words.escaped(value)}</div>" for name, value in headers)
        st.html(f'<div style="font-size:.88em;overflow-wrap:anywhere">{rows}</div>')


def _meta(ticket: Conversation, reader: Reader, accounts: int) -> Iterator[str]:
    facts = [ticket.buyer or "No name", ticket.marketplace or "", ticket.account if accounts > 1 else ""]
    if ticket.due_at:
        facts.append(f"due {words.when(ticket.due_at, reader.zone, reader.now)}")
    yield " · ".join(fact for fact in [*facts, f"#{ticket.id}"] if fact)
    if ticket.house_due_at and ticket.house_due_at != ticket.due_at:
        house = words.when(ticket.house_due_at, reader.zone, reader.now)
        yield f"House rule, closed days left out: {house}"


def _draw_message(entry: Entry, ticket: Conversation, reader: Reader) -> None:
    with st.container(gap=None, key=f"message-{entry.id}"):
        st.html(_message(entry, ticket, reader))
        if not entry.has_original:
            return
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Original",
                key=f"original-{entry.id}",
                type="tertiary",
                icon=":material/mail:",
                on_click=_show_original,
                args=(entry.id,),
            )
            for each in entry.attachments:
                _draw_attachment(entry.id, each, reader)


def _draw_attachment(message_id: int, each: Attachment, reader: Reader) -> None:
    def content() -> bytes:
        return reader.fetch(message_id, each.index)[2]

    st.download_button(
        words.plain(f"{each.name} ({words.size(each.size)})"),
        content,
        file_name=each.name,
        mime=each.media_type,
        key=f"file-{message_id}-{each.index}",
        type="tertiary",
        icon=":material/attach_file:",
        on_click="ignore",
    )


def _message(entry: Entry, ticket: Conversation, reader: Reader) -> str:
    name = words.escaped(entry.who or ticket.buyer or "Buyer")
    if entry.kind == "amazon_cs_message":
        name = f"{KINDS[entry.kind]} · {name}"
    facts = [f"<b>{name}</b>", *_times(entry.sent_at, ticket.zone, reader)]
    if entry.language:
        facts.append(words.escaped(entry.language))
    lang = words.escaped(entry.language or "")
    text = words.escaped(entry.text) if entry.text else f'<i style="{_SMALL}">No text</i>'
    notes = "".join(f'<div style="{_SMALL};margin-top:.3rem">{words.escaped(note)}</div>' for note in entry.notes)
    return (
        f'<div style="border:1px solid {_LINE};border-radius:6px;padding:.55rem .8rem;'
        'background:color-mix(in srgb,currentColor 3.5%,transparent)">'
        f'<div style="{_SMALL};display:flex;flex-wrap:wrap;gap:0 1rem;'
        'justify-content:space-between;margin-bottom:.25rem">'
        f"<span>{' · '.join(facts)}</span><span>{_fate(entry)}</span></div>"
        f'<div style="{_WORDS}" dir="auto" lang="{lang}">{text}</div>{notes}</div>'
    )


def _times(moment: datetime, zone_name: str, reader: Reader) -> Iterator[str]:
    """The reader's time, and the buyer's where it is another one."""
    yield words.when(moment, reader.zone, reader.now)
    zone = ZoneInfo(zone_name)
    if moment.astimezone(zone).utcoffset() != moment.astimezone(reader.zone).utcoffset():
        yield f"{moment.astimezone(zone):%a %H:%M} in {words.place(zone_name)}"


def _fate(entry: Entry) -> str:
    if entry.hidden:
        return "before the first import: no clock"
    if entry.owed:
        return "<b>waits for an answer</b>"
    if entry.answered_by == "no_response_needed":
        return "no response needed"
    if entry.answered_at is None:
        return ""
    late = "" if entry.within_24h is not False else ", late"
    return f"answered after {words.span(entry.answered_at - entry.sent_at)}{late}"


def _note(note: NoteEntry, reader: Reader) -> str:
    return (
        f'<div style="border:1px dashed color-mix(in srgb,currentColor 38%,transparent);border-radius:6px;'
        f'padding:.45rem .8rem;margin-left:1.5rem"><div style="{_SMALL}"><b>Internal note</b> · '
        f"{words.escaped(note.by)} · {words.when(note.at, reader.zone, reader.now)}</div>"
        f'<div style="{_WORDS}" dir="auto">{words.escaped(note.text)}</div></div>'
    )


def _mark(mark: MarkMade, reader: Reader) -> str:
    what = "Answered in Seller Central" if mark.kind == "answered" else "No Response Needed"
    return (
        f'<div style="border-left:3px solid {_LINE};padding:.1rem .7rem;{_SMALL}"><b>{what}</b> · '
        f"marked by {words.escaped(mark.by)} · {words.when(mark.at, reader.zone, reader.now)}</div>"
    )


def _answers(ticket: Conversation) -> Iterator[MarkMade]:
    """Each answer once, though it may have been marked on several messages."""
    seen = set()
    for mark in ticket.marks:
        if (mark.kind, mark.at) not in seen:
            seen.add((mark.kind, mark.at))
            yield mark


def _is_buyers(entry: Entry) -> bool:
    return entry.direction == "buyer" or entry.kind == "amazon_cs_message"


def _moment(item: Entry | NoteEntry | MarkMade) -> datetime:
    return item.sent_at if isinstance(item, Entry) else item.at


def _height(ticket: Conversation) -> int:
    """Roughly how many pixels the timeline takes: only tells whether it has to scroll."""
    texts = [entry.text for entry in ticket.entries if _is_buyers(entry)] + [note.text for note in ticket.notes]
    lines = sum(
        1 + len(line) // (40 if line and ord(line[0]) > 0x2FFF else 80) for t in texts for line in t.split("\n")
    )
    return 21 * lines + 85 * len(texts) + 30 * (len(ticket.entries) + len(ticket.marks))
