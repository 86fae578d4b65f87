"""Carries out what a button of the Inbox asks for: writes, says what became of it, and moves on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.frame import Frame, at_work
from pages.ui.strips import Strip, say
from pages.ui.ticket_list import opened
from services.errors import Rejected, Stale
from services.inbox.shapes import Conversation

LEAVES = {
    "answered": "marked as answered",
    "no_response_needed": "marked No Response Needed",
    "snooze": "snoozed",
    "unread": "set to unread",
    "send": "reply queued",
}
"""What takes a ticket from the agent's hands; the next one is opened."""


@dataclass(frozen=True)
class Writer:
    """The writes by name, each `(store, ticket, version, *, actor, now, ...) -> new version`, and what they need."""

    writes: Mapping[str, Callable[..., int]]
    load: Callable[[Frame, int], Conversation | None]
    next_due: Callable[[Frame, int], int | None]

    def do(
        self, what: str, ticket: int, *, version: int | None = None, mark_ids: tuple[int, ...] = (), **values: Any
    ) -> None:
        """The callback of all buttons. Only here does the Inbox write; whoever it is, is asked anew."""
        try:
            frame = at_work()
            before = self._loaded(frame, ticket)
            result = before.version if version is None else version
            if what == "answered":
                values["at"] = values["at"].replace(tzinfo=frame.zone) if values["at"] else frame.now
            for each in [{"mark_id": mark_id} for mark_id in mark_ids] or [values]:
                result = self.writes[what](frame.store, ticket, result, actor=frame.actor, now=frame.now, **each)
            self._say_and_move(what, frame, before, result)
        except Stale:
            say(Strip(self._who_was_faster(ticket), warns=True))
        except Rejected as error:
            say(Strip(str(error), warns=True))
        if what != "draft":
            st.rerun()

    def _say_and_move(self, what: str, frame: Frame, before: Conversation, result: int) -> None:
        if what == "draft":
            return
        say(None)
        if what in ("send", "take_back"):
            # Another text area from now on: the browser keeps what an old one shows, whatever the store says.
            st.session_state[f"replies-{before.id}"] = st.session_state.get(f"replies-{before.id}", 0) + 1
        if what in LEAVES:
            known = {mark.id for mark in before.marks}
            made = tuple(mark.id for mark in self._loaded(frame, before.id).marks if mark.id not in known)
            confirm = before.seller_central if what == "no_response_needed" else ""
            queued = result if what == "send" else 0
            if queued and self._loaded(frame, before.id).outbox == "by_hand":
                say(Strip("Copy the reply to Seller Central, then say that it was sent.", ticket=before.id))
                return
            said = f"#{before.id} {LEAVES[what]}."
            say(Strip(said, ticket=before.id, marks=made, confirm_url=confirm, queued=queued))
            open_ticket(self.next_due(frame, before.id))
        elif what in ("undo", "choose_copy", "take_back"):
            open_ticket(before.id)
        elif what == "follow_up":
            open_ticket(result)
        elif what == "note":
            st.session_state[f"notes-{before.id}"] = st.session_state.get(f"notes-{before.id}", 0) + 1
            st.session_state[f"note-open-{before.id}"] = False

    def _who_was_faster(self, ticket: int) -> str:
        frame = at_work()
        last = next(iter(self._loaded(frame, ticket).activity), None)
        who = last.actor if last and last.actor != "sync" else "a new mail"
        who = "you, in another window or with an earlier click," if who == frame.actor.name else who
        return f"#{ticket} was changed by {who} meanwhile. Your text is kept; look at it and try again."

    def _loaded(self, frame: Frame, ticket: int) -> Conversation:
        found = self.load(frame, ticket)
        if found is None:
            raise Rejected(f"There is no ticket {ticket}.")
        return found


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
    """The callback of a list: open what was picked in the list of this key, and draw only `scope` again."""
    open_ticket(opened(key))
    say(None)
    st.rerun(scope)
