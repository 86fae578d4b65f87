"""Carries out what a part of the Inbox asks for: writes, says what became of it, and moves on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from pages.ui import escalate, order_story
from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.inbox import events, originals, queue_panel
from pages.ui.inbox.events import Event
from pages.ui.inbox.revisions import files_key, next_revision
from pages.ui.inbox.strips import Strip, say
from services.errors import Rejected, Stale
from services.inbox import bulk, conversation, presence, queue, replying
from services.inbox.bulk import BulkResult
from services.inbox.shapes import Conversation
from services.inbox.writes import WRITES

LEAVES = {
    "answered": "marked as answered",
    "no_response_needed": "marked No Response Needed",
    "snooze": "snoozed",
    "unread": "set to unread",
    "send": "reply queued",
    "by_hand": "answered in Seller Central",
}
"""What takes a ticket from the agent's hands; the next one is opened."""


def answered(key: str) -> None:
    """The callback of all parts: do what the part of this key has just asked for."""
    try:
        event = events.read(events.asked(key), at_work().zone)
    except Rejected as error:
        say(Strip(str(error), warns=True))
        return
    if event.what == "draft":
        _keep_draft(event)
    elif event.what in ASIDES:
        ASIDES[event.what](event)
        st.rerun("ticket")
    else:
        (_undo_many if event.what == "bulk_undo" else _do)(event)
        st.rerun()


def answered_for_many(key: str) -> None:
    """The callback of the list: do what was asked for all chosen tickets, and say what became of it."""
    frame = at_work()
    try:
        event = events.read_bulk(events.asked(key, "bulk"), frame.zone)
        result = bulk.do(frame.store, event.what, event.targets, actor=frame.actor, now=frame.now, **event.values)
        say(Strip(_of_many(result), warns=bool(result.refused), token=result.undo or ""))
    except Rejected as error:
        say(Strip(str(error), warns=True))
    st.session_state["bulks"] = bulks() + 1
    st.rerun()


def bulks() -> int:
    """How often something was done to several tickets in this session."""
    return int(st.session_state.get("bulks", 0))


def beat(frame: Frame, ticket: int, *, is_writing: bool) -> None:
    """Tell the colleagues that this window has the ticket open."""
    window = st.session_state.setdefault("window", uuid4().hex)
    presence.beat(frame.store, ticket, frame.actor.name, window, is_writing)


def load(frame: Frame, ticket: int) -> Conversation | None:
    """The ticket as it is now."""
    return conversation.conversation(frame.store, ticket, now=frame.now)


def _undo_many(event: Event) -> None:
    frame = at_work()
    try:
        result = bulk.undo(frame.store, event.values["token"], actor=frame.actor, now=frame.now)
        say(Strip(f"Taken back: {_of_many(result)}", warns=bool(result.refused)))
    except Rejected as error:
        say(Strip(str(error), warns=True))


def _keep_draft(event: Event) -> None:
    # Nothing else is looked at or drawn: this happens while somebody types.
    frame = at_work()
    try:
        _write("draft", frame, event.ticket, event.version, text=event.values.get("text", ""))
        beat(frame, event.ticket, is_writing=True)
    except Rejected as error:
        say(Strip(str(error), warns=True))


def _do(event: Event) -> None:
    try:
        frame = at_work()
        before = _loaded(frame, event.ticket)
        version = before.version if event.version is None else event.version
        result = _written(event, frame, before, version)
        replying.rebase_draft(frame.store, before.id, actor=frame.actor, seen=version)
        _say_and_move(event.what, frame, before, result)
    except Stale:
        say(Strip(_who_was_faster(event.ticket), warns=True))
    except Rejected as error:
        say(Strip(str(error), warns=True))


def _written(event: Event, frame: Frame, before: Conversation, version: int) -> int:
    values = dict(event.values)
    if event.what == "answered":
        values["at"] = values.get("at") or frame.now
    if event.what == "send":
        uploads = st.session_state.get(files_key(before.id)) or []
        values["files"] = [(upload.name, upload.getvalue()) for upload in uploads]
    mark_ids = values.pop("mark_ids", ())
    for each in [{"mark_id": mark_id} for mark_id in mark_ids] or [values]:
        version = _write(event.what, frame, before.id, version, **each)
    return version


def _write(what: str, frame: Frame, ticket: int, version: int | None, **values: Any) -> int:
    write = WRITES.get(what)
    if write is None:
        raise Rejected(events.RELOAD)
    return write(frame.store, ticket, version, actor=frame.actor, now=frame.now, **values)


def _say_and_move(what: str, frame: Frame, before: Conversation, result: int) -> None:
    say(None)
    if what in ("send", "take_back"):
        next_revision(before.id)
    if what in LEAVES:
        _leave(what, frame, before, queued=result if what == "send" else 0)
    elif what in ("undo", "choose_copy", "take_back"):
        open_ticket(before.id)
    elif what in ("follow_up", "split"):
        open_ticket(result)


def _leave(what: str, frame: Frame, before: Conversation, *, queued: int) -> None:
    after = _loaded(frame, before.id)
    if queued and after.outbox == "by_hand":
        say(Strip("Copy the reply to Seller Central, then say that it was sent.", ticket=before.id))
        return
    known = {mark.id for mark in before.marks}
    made = tuple(mark.id for mark in after.marks if mark.id not in known)
    confirm = before.seller_central if what == "no_response_needed" else ""
    said = f"#{before.id} {LEAVES[what]}."
    say(Strip(said, ticket=before.id, marks=made, confirm_url=confirm, queued=queued))
    filters, actor = queue_panel.filters_from_url(), frame.actor
    open_ticket(queue.next_due(frame.store, filters, now=frame.now, actor=actor, after_ticket=before.id))


def _who_was_faster(ticket: int) -> str:
    frame = at_work()
    last = next(iter(_loaded(frame, ticket).activity), None)
    who = last.actor if last and last.actor != "sync" else "a new mail"
    who = "you, in another window or with an earlier click," if who == frame.actor.name else who
    return f"#{ticket} was changed by {who} meanwhile. Your text is kept; look at it and try again."


def _loaded(frame: Frame, ticket: int) -> Conversation:
    found = load(frame, ticket)
    if found is None:
        raise Rejected(f"There is no ticket {ticket}.")
    return found


def _of_many(result: BulkResult) -> str:
    """What became of a bulk action, in a sentence; the first reasons of those that were refused."""
    said = words.plural(len(result.done), "ticket") + " changed."
    reasons = [f"#{ticket}: {why}" for ticket, why in list(result.refused.items())[:3]]
    more = f" and {len(result.refused) - 3} more" if len(result.refused) > 3 else ""
    return said + (f" {len(result.refused)} not: {' '.join(reasons)}{more}" if reasons else "")


def _attach(event: Event) -> None:
    key = f"attach-{event.ticket}"
    st.session_state[key] = not st.session_state.get(key)


def _about(event: Event) -> escalate.About:
    number, order = str(event.ticket), event.values["order_id"]
    target = (("ticket", number), ("box", "all"))
    where = (event.values["account"], None, order or None, event.ticket)
    return escalate.About("ticket", number, f"Ticket {number}, {order or 'no order'}", "inbox", target, *where)


ASIDES: Mapping[str, Callable[[Event], None]] = {
    "close_strip": lambda _event: say(None),
    "original": lambda event: originals.ask_for(event.values["message_id"]),
    "file": lambda event: originals.ask_for(event.values["message_id"], event.values["index"]),
    "attach": _attach,
    "story": lambda event: order_story.ask_for(event.values["account"], event.values["order_id"]),
    "escalate": lambda event: escalate.ask_for(_about(event)),
    "templates": lambda event: st.session_state.update({"templates-for": event.ticket}),
}


def ticket_in_url() -> int | None:
    """The ticket that the URL names; -1 if what it says is no number."""
    value = st.query_params.get("ticket")
    if value is None:
        return None
    return int(value) if value.isdecimal() and len(value) < 16 else -1


def open_ticket(ticket: int | None) -> None:
    """Put a ticket into the URL, or leave it to the queue which one is opened."""
    if ticket is None:
        st.query_params.pop("ticket", None)
    else:
        st.query_params["ticket"] = str(ticket)


def open_from(key: str, scope: str = "app") -> None:
    """The callback of a list: open what was picked in the part of this key, and draw only `scope` again."""
    picked = events.asked(key, "open")
    open_ticket(int(picked) if isinstance(picked, int | float) and not isinstance(picked, bool) else None)
    say(None)
    st.rerun(scope)
