"""The right of the Inbox: the order, what is known of it, other tickets, and who did what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from pages.ui import format as words
from pages.ui.inbox.actions import Spec
from pages.ui.inbox.conversation import KINDS, Reader
from pages.ui.inbox.writing import answered, open_from
from pages.ui.ticket_list import asset, related_line
from services import settings
from services.inbox.shapes import Act, Conversation, Entry, Related

KEY = "order-panel"
SHOWN = 6
MATCHES = {
    "order_id": "",
    "thread": "Found by the thread of the conversation.",
    "alias": "A guess by the buyer's address. Check it, or detach it under Edit.",
    "weak": "A weak guess. Check it, or detach it under Edit.",
}

_panel = st.components.v2.component(
    "within24_order_panel", js=asset("inbox/order_panel", "js"), css=asset("inbox/order_panel", "css")
)


def draw_order_panel(ticket: Conversation, reader: Reader, more: Sequence[Spec]) -> None:
    """Draw it as one part; `more` are blocks below the order. A ticket that is picked in it is opened."""
    clock = {"now": reader.now.timestamp(), "frozen": settings.is_frozen(), "risk": reader.at_risk.total_seconds()}
    data = {"blocks": [*blocks(ticket, reader, more)], **clock}
    _panel(key=KEY, data=data, on_open_change=lambda: open_from(KEY), on_act_change=lambda: answered(KEY))


def blocks(ticket: Conversation, reader: Reader, more: Sequence[Spec] = ()) -> Iterator[Spec]:
    """All blocks of the panel, each with a title and what stands below it."""
    yield _order(ticket, reader)
    yield from more
    yield from _related("Other tickets of this order", ticket.same_order, reader)
    yield from _related("Other tickets of this buyer", ticket.same_buyer, reader)
    yield from _family(ticket)
    if ticket.activity:
        yield {"title": "Activity", "acts": [_act(act, reader) for act in ticket.activity]}


def _order(ticket: Conversation, reader: Reader) -> Spec:
    facts = {"Marketplace": ticket.marketplace, "ASIN": ticket.asin, "Buyer": ticket.buyer}
    facts["Opened"] = words.when(ticket.opened_at, reader.zone, reader.now)
    return {
        "title": "Order",
        "code": ticket.order_id,
        "notes": list(_match(ticket)),
        "facts": [[name, value] for name, value in facts.items() if value],
        "mails": [_mail(entry, reader) for entry in ticket.order_mail],
        "presses": list(_story(ticket)),
    }


def _story(ticket: Conversation) -> Iterator[Spec]:
    if ticket.order_id:
        values = {"account": ticket.account, "order_id": ticket.order_id}
        answer = {"what": "story", "ticket": ticket.id, "version": None, "values": values}
        help_ = "Everything that happened to this order"
        yield {"label": "Order story", "icon": "timeline", "help": help_, "answer": answer}


def _match(ticket: Conversation) -> Iterator[Spec]:
    if not ticket.order_id:
        yield {"text": "No order is known. Attach one under Edit.", "warns": False}
    elif MATCHES.get(ticket.match or ""):
        yield {"text": MATCHES[ticket.match or ""], "warns": ticket.match in ("alias", "weak")}


def _mail(entry: Entry, reader: Reader) -> Spec:
    name = KINDS.get(entry.kind, "Notice from Amazon")
    return {"line": f"{name} · {words.when(entry.sent_at, reader.zone, reader.now)}", "text": entry.text}


def _related(title: str, tickets: tuple[Related, ...], reader: Reader) -> Iterator[Spec]:
    if not tickets:
        return
    latest = f"The latest {SHOWN} of {len(tickets)}"
    yield {
        "title": title,
        "notes": [{"text": latest, "warns": False}] if len(tickets) > SHOWN else [],
        "lines": [related_line(each, zone=reader.zone, now=reader.now) for each in tickets[:SHOWN]],
    }


def _family(ticket: Conversation) -> Iterator[Spec]:
    notes = [f"Follow-up of #{ticket.follow_up_of}"] if ticket.follow_up_of else []
    if ticket.follow_ups:
        notes.append("Followed up in " + ", ".join(f"#{each}" for each in ticket.follow_ups))
    if notes:
        yield {"title": "Follow-ups", "notes": [{"text": note, "warns": False} for note in notes]}


def _act(act: Act, reader: Reader) -> Spec:
    in_time = {True: " · within 24 h", False: " · not within 24 h", None: ""}[act.within_24h]
    return {"who": act.actor, "what": act.sentence, "when": words.when(act.at, reader.zone, reader.now) + in_time}
