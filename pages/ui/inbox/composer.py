"""The reply to the buyer below a conversation: the draft, what the policy check finds in it, the ways to send it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.inbox.actions import Spec, button, field, form, menu, part
from pages.ui.inbox.revisions import files_key, revision
from pages.ui.inbox.writing import answered
from pages.ui.ticket_list import asset
from services.inbox.replying import Offered, Panel
from services.inbox.shapes import Conversation
from services.people import Person
from services.rules import important, ticket_status
from services.rules.policy import REDIRECT, Finding

KEY = "composer"
HOLDS = {"4 hours": timedelta(hours=4), "1 day": timedelta(days=1), "3 days": timedelta(days=3)}
KINDS = ["pdf", "jpg", "jpeg", "png", "gif", "txt", "doc", "docx"]
LONGEST_WHY = 300
SAY_INSTEAD = "Solve it here, or say the one allowed sentence."
BY_MAIL = ("Send", "Leaves in ten seconds")
BY_HAND = ("Queue", "To be copied to Seller Central by hand")

_composer = st.components.v2.component(
    "within24_composer", js=asset("inbox/composer", "js"), css=asset("inbox/composer", "css")
)


@dataclass(frozen=True)
class Pen:
    """What the composer shows: the ticket, who writes, and what is known of the reply."""

    ticket: Conversation
    actor: Person
    now: datetime
    panel: Panel


def draw_composer(pen: Pen) -> None:
    """The text area with its findings and buttons, or the sentence that says why nobody can reply here."""
    refused = ticket_status.may_reply(pen.ticket.type, pen.ticket.status)
    data = {
        "id": pen.ticket.id,
        "version": pen.ticket.version,
        "revision": f"{pen.ticket.id}-{revision(pen.ticket.id)}",
        "text": pen.panel.text,
        "checked": pen.panel.text,
        "refused": bool(refused),
        "above": [{"text": refused, "warns": False}] if refused else list(_above(pen.panel)),
        "findings": [finding(each) for each in pen.panel.findings],
        "acts": [] if refused else list(ways(pen)),
        "templates": None if pen.panel.templates is None else [offer(each) for each in pen.panel.templates],
        "drawn": _count(),
    }
    _composer(key=KEY, data=data, on_act_change=lambda: answered(KEY))
    _draw_files(pen)


def offer(each: Offered) -> Spec:
    """A template as the browser lists it; `note` says what is still to be filled in by hand."""
    note = f"to fill in: {', '.join(each.unfilled)}" if each.unfilled else ""
    return {"id": each.id, "name": each.name, "text": each.text, "note": note}


def templates_wanted(ticket: int) -> bool:
    """Whether the templates for this ticket were asked for."""
    return bool(st.session_state.get("templates-for") == ticket)


def _draw_files(pen: Pen) -> None:
    if st.session_state.get(f"attach-{pen.ticket.id}"):
        key = files_key(pen.ticket.id)
        st.file_uploader("Files for the buyer, 10 MB in all", KINDS, accept_multiple_files=True, key=key)


def finding(found: Finding) -> Spec:
    """One finding as the browser marks it; `sentence` is what a click puts in its place."""
    start, end = found.span
    sentence = REDIRECT if REDIRECT in found.way_out and end > start else None
    shown = {"from": start, "to": end, "severity": found.severity, "why": found.why, "sentence": sentence}
    return {**shown, "way_out": SAY_INSTEAD if sentence else found.way_out}


def ways(pen: Pen) -> Iterator[Spec]:
    """The ways to send, and what helps with writing."""
    # Never disabled: whoever mends the text presses Ctrl+Enter before the page has looked at it again.
    label, how = BY_MAIL if pen.panel.by_mail else BY_HAND
    primary = {"tone": "primary", "icon": "send", "key": "ctrl", "shown": "Ctrl+Enter", "help": how}
    yield button(label, "send", values=_how(), **primary)
    solve, wait = _how(after_send="solve"), _how(after_send="pending")
    holds = [_hold(name, pen.now + length) for name, length in HOLDS.items()]
    items = [
        {"label": f"{label} and solve", "values": solve},
        {"label": f"{label} and wait", "hint": "Pending: the buyer's turn", "values": wait},
        *holds,
    ]
    yield menu(f"{label} and …", "send", items)
    yield button("Template", "templates", icon="article", key="t")
    yield button("", "attach", icon="attach_file", help="Attach files, 10 MB in all")
    if pen.panel.by_mail:
        yield _important()
    if pen.actor.is_supervisor and any(each.severity == "block" for each in pen.panel.findings):
        why = field("override_reason", "Why is this allowed here? It is written into the log.", longest=LONGEST_WHY)
        yield form("Override", "override", [part("send", "Send all the same", why, values=_how())], icon="gavel")


def _hold(name: str, until: datetime) -> Spec:
    hint = "Holding reply: Amazon's clock stops, ours runs until then"
    return {"label": f"Promise an answer within {name}", "hint": hint, "values": _how("hold", words.epoch(until))}


def _how(after_send: str = "", promise_until: int | None = None) -> dict[str, Any]:
    return {"after_send": after_send, "promise_until": promise_until}


def _important() -> Spec:
    reasons = [{"label": label, "value": code} for code, label in important.REASONS.items()]
    why = field("important_reason", "Why the order cannot do without it", "choice", options=reasons)
    send = part("send", "Send as [Important]", why, values={**_how(), "important": True}, text=important.RULE)
    return form("", "important", [send], icon="priority_high", help="Send as [Important]")


def _above(panel: Panel) -> Iterator[Spec]:
    if panel.others:
        yield {"text": f"{', '.join(panel.others)} has a draft here too", "warns": False}
    if panel.is_stale and panel.text:
        yield {"text": "Something came in after you wrote this. Read it; your text is kept.", "warns": True}


def _count() -> int:
    # Another number each time: an answer that changes nothing must still tell the browser that it was heard.
    st.session_state["drawn"] = int(st.session_state.get("drawn", 0)) + 1
    return int(st.session_state["drawn"])
