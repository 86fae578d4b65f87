"""The composer below a conversation: the draft, what the policy check finds in it, and the ways to send it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from pages.ui import format as words
from services.inbox.shapes import Conversation, Entry, Leaving
from services.people import Person
from services.rules import ticket_status
from services.rules.policy import Finding

HOLDS = {"4 hours": timedelta(hours=4), "1 day": timedelta(days=1), "3 days": timedelta(days=3)}
LONGEST = 20_000
KINDS = ["pdf", "jpg", "jpeg", "png", "gif", "txt", "doc", "docx"]
Do = Callable[..., None]


@dataclass(frozen=True)
class Pen:
    """What the composer needs: the ticket, who writes, the stored draft, and what to call."""

    ticket: Conversation
    actor: Person
    now: datetime
    text: str
    is_stale: bool
    others: tuple[str, ...]
    by_mail: bool
    examine: Callable[[str], tuple[Finding, ...]]
    do: Do

    @property
    def key(self) -> str:
        """The key of the text area: another one whenever the stored text was replaced, never while somebody types."""
        return f"reply-{self.ticket.id}-{st.session_state.get(f'replies-{self.ticket.id}', 0)}"

    def typed(self) -> str:
        """What stands in the text area now."""
        return str(st.session_state.get(self.key, self.text) or "")


def draw_composer(pen: Pen) -> None:
    """The text area with its findings and buttons, or the sentence that says why nobody can reply here."""
    refused = ticket_status.may_reply(pen.ticket.type, pen.ticket.status)
    if refused:
        st.caption(words.plain(refused))
        return
    if pen.others:
        st.caption(words.plain(f"{', '.join(pen.others)} has a draft here too"))
    if pen.is_stale and pen.text:
        st.warning("Something came in after you wrote this. Read it; your text is kept.", icon=":material/history:")
    st.text_area(
        "Reply to the buyer",
        pen.text,
        key=pen.key,
        height=130,
        max_chars=LONGEST,
        placeholder="Reply to the buyer",
        label_visibility="collapsed",
        on_change=_keep,
        args=(pen,),
    )
    findings = pen.examine(pen.typed()) if pen.typed().strip() else ()
    _buttons(pen, blocked=any(finding.severity == "block" for finding in findings))
    for finding in findings:
        _finding(pen, finding)


def draw_leaving(entry: Entry, leaving: Leaving, pen: Pen) -> None:
    """What can be done about a reply of ours that is not settled yet."""
    if not (leaving.can_undo or leaving.to_settle or leaving.to_copy):
        return
    with st.container(border=True, gap="xsmall", key=f"leaving-{leaving.outbox_id}"):
        st.markdown(words.plain(f"{leaving.words}. {leaving.error or ''}"))
        if leaving.to_copy:
            st.code(entry.text, language=None, wrap_lines=True)
        with st.container(horizontal=True, gap="xsmall"):
            if leaving.to_copy:
                _settling("Sent in Seller Central", "by_hand", leaving, pen, icon=":material/done:")
            if leaving.can_undo:
                _settling("Take it back", "take_back", leaving, pen, icon=":material/undo:")
            if leaving.to_settle:
                _settling("It arrived", "settle", leaving, pen, arrived=True)
                _settling("It did not: send it again", "settle", leaving, pen, arrived=False)


def _settling(label: str, what: str, leaving: Leaving, pen: Pen, *, icon: str | None = None, **values: Any) -> None:
    st.button(
        label,
        key=f"{what}-{leaving.outbox_id}-{label}",
        icon=icon,
        on_click=pen.do,
        args=(what, pen.ticket.id),
        kwargs={"outbox_id": leaving.outbox_id, **values},
    )


def _keep(pen: Pen) -> None:
    pen.do("draft", pen.ticket.id, text=pen.typed(), base_version=pen.ticket.version)


def _buttons(pen: Pen, *, blocked: bool) -> None:
    # Never disabled: whoever mends the text presses Ctrl+Enter before the page has looked at it again.
    by_hand = ("Queue", "To be copied to Seller Central by hand")
    label, how = ("Send", "Leaves in ten seconds") if pen.by_mail else by_hand
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        # Shortcuts hear the whole page: while a note is written, Ctrl+Enter saves the note and must not send this.
        shortcut = None if st.session_state.get(f"note-open-{pen.ticket.id}") else "Ctrl+Enter"
        _send(pen, label, "", type="primary", icon=":material/send:", shortcut=shortcut, help=how)
        _send(pen, "and solve", "solve")
        _send(pen, "and wait", "pending", help="Pending: the buyer's turn")
        with st.popover("as holding reply", help="Amazon's clock stops; ours runs until the promised time"):
            for name, length in HOLDS.items():
                _send(pen, f"We answer within {name}", "hold", promise_until=pen.now + length, type="tertiary")
        files = st.popover("", icon=":material/attach_file:", help="Attach files, 10 MB in all")
        files.file_uploader("Files for the buyer", KINDS, accept_multiple_files=True, key=f"{pen.key}-files")
        if blocked and pen.actor.is_supervisor:
            with st.popover("Override", icon=":material/gavel:"):
                st.text_input("Why is this allowed here? It is written into the log.", key=f"{pen.key}-why")
                _send(pen, "Send all the same", "", overrides=True)


def _send(pen: Pen, label: str, after: str, *, overrides: bool = False, **options: Any) -> None:
    promise_until = options.pop("promise_until", None)
    st.button(
        label,
        key=f"{pen.key}-send-{label}",
        on_click=_press_send,
        args=(pen, after, promise_until, overrides),
        **options,
    )


def _press_send(pen: Pen, after: str, promise_until: datetime | None, overrides: bool) -> None:
    uploads = st.session_state.get(f"{pen.key}-files") or []
    pen.do(
        "send",
        pen.ticket.id,
        version=pen.ticket.version,
        text=pen.typed(),
        files=[(upload.name, upload.getvalue()) for upload in uploads],
        after_send=after,
        promise_until=promise_until,
        override_reason=str(st.session_state.get(f"{pen.key}-why", "")) if overrides else "",
    )


def _finding(pen: Pen, finding: Finding) -> None:
    start, end = finding.span
    quoted = pen.typed()[start:end].strip()
    shown = f"“{quoted[:60]}”: " if quoted else ""
    icon = ":material/block:" if finding.severity == "block" else ":material/info:"
    st.markdown(f"{icon} {words.plain(shown + finding.why)} {words.plain(finding.way_out)}")
