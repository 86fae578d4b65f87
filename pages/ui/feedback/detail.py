"""One seller feedback: what the buyer wrote, its kind, the next step with its reason, notes and history."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.answer import draw_answer
from pages.ui.feedback import public, urls
from pages.ui.frame import Frame
from pages.ui.order_story import draw_way_in
from services.feedback import acts, answers
from services.feedback.shapes import Detail, Line
from services.rules.feedback import ACTIONS, KINDS, SOURCE, STATES

INBOX = "pages/work/inbox.py"
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "it": "Italian", "es": "Spanish", "ja": "Japanese",
    "nl": "Dutch", "sv": "Swedish", "pl": "Polish", "pt": "Portuguese",
}  # fmt: skip


def is_foreign(line: Line) -> bool:
    """Whether the comment is in another language than the reader's browser."""
    reader = (st.context.locale or "en")[:2].lower()
    return bool(line.language) and line.language != reader


def draw_detail(found: Detail, frame: Frame) -> None:
    """All of one feedback and what can be done with it now."""
    line = found.line
    _said(line)
    _kind(line)
    _step(found, frame)
    _others(found)
    if found.answer_id:
        _public(found.answer_id, frame)
    key = f"note-{line.id}-{line.version}"
    st.text_area("Note for the team", found.note, key=key, height=70, max_chars=acts.LONGEST_NOTE, on_change=_note,
                 args=(line, key))  # fmt: skip
    with st.expander("History"):
        for event in found.history:
            who = f"{event.who} " if event.who else ""
            st.caption(words.plain(f"{words.when(event.at, frame.zone, frame.now)}: {who}{event.what}"))


def _said(line: Line) -> None:
    channel = line.channel.upper() if line.channel else "channel unknown"
    about = f"{words.plural(line.rating, 'star')} · {line.marketplace or 'unknown'} · {line.order_id} · {channel}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.plain(about)}**", width="content")
        if is_foreign(line):
            st.badge(LANGUAGES.get(line.language or "", line.language or ""), color="gray")
        st.caption(f"{STATES[line.state]} · {line.day:%d %b %Y}", width="content")
        if line.ticket_id:
            st.page_link(INBOX, label="Ticket", query_params={"ticket": str(line.ticket_id)})
        draw_way_in(line.account, line.order_id, key=f"story-{line.id}")
    with st.container(border=True):
        st.text(line.comment or "No comment, only stars.")
    if line.response:
        with st.container(border=True):
            st.caption("Our public reply")
            st.text(line.response)


def _kind(line: Line) -> None:
    key = f"kind-{line.id}-{line.version}"
    st.segmented_control(
        "Kind", list(KINDS), default=line.kind, format_func=KINDS.__getitem__, key=key, label_visibility="collapsed",
        on_change=_choose_kind, args=(line, key),
    )  # fmt: skip
    decided = ", ".join(f"“{word}”" for word in line.words[:8]) or "no word that the rules know"
    proposed = f"Proposed: {KINDS[line.proposed]}, by {decided}."
    st.caption(words.plain(proposed if line.kind_from == "rule" else f"Chosen by hand. {proposed}"))


def _choose_kind(line: Line, key: str) -> None:
    if kind := st.session_state.get(key):
        urls.write(acts.choose_kind, line.id, line.version, kind=kind)


def _note(line: Line, key: str) -> None:
    urls.write(acts.write_note, line.id, line.version, note=str(st.session_state.get(key) or ""))


def _step(found: Detail, frame: Frame) -> None:
    line = found.line
    with st.container(border=True):
        if line.state in ("open", "refused"):
            st.markdown(f"**Next: {ACTIONS[line.step.action]}.** {words.plain(line.step.why)}")
        else:
            st.markdown(f"**{STATES[line.state]}**")
        if line.state == "asked" and found.asked_at:
            st.caption(f"Asked {words.when(found.asked_at, frame.zone, frame.now)}. What did Amazon decide?")
            _buttons(line, ("Granted", acts.decide_removal, {"decision": "granted"}),
                     ("Refused", acts.decide_removal, {"decision": "refused"}))  # fmt: skip
        elif line.removal.criterion and line.state not in ("granted", "removed"):
            _removal(found)
        elif line.state in ("open", "refused"):
            st.caption(words.plain(f"No removal: {line.removal.why}"))


def _removal(found: Detail) -> None:
    line, fits = found.line, found.line.removal
    st.caption(words.plain(f"Amazon's words: “{fits.clause}” ({SOURCE})."))
    st.code(request_of(line), language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.link_button("Open Feedback Manager", found.manager, icon=":material/open_in_new:")
        _buttons(line, ("I have asked Amazon", acts.ask_removal, {}))
        st.caption(f"until {line.window_ends:%d %b %Y}", width="content")


def request_of(line: Line) -> str:
    """The text to be copied into Amazon's form."""
    named = ", ".join(f'"{word}"' for word in line.removal.words[:8])
    reason = f"This feedback qualifies for removal: {line.removal.clause}"
    return f"Order {line.order_id}. {reason}{f' ({named})' if named else ''}."


def _others(found: Detail) -> None:
    line = found.line
    with st.container(horizontal=True, gap="small"):
        if not found.answer_id and not line.response:
            _buttons(line, ("Reply in public", acts.begin_reply, {"settings": True}))
        if st.button("Contact the buyer", icon=":material/forum:"):
            ticket_id = urls.write(acts.open_ticket, line.id, line.version, settings=True)
            if ticket_id is not None:
                st.switch_page(INBOX, query_params={"ticket": str(ticket_id)})
            st.rerun()
        back = {"asked": "asked", "refused": "decision", "granted": "decision", "contacted": "contacted",
                "closed": "closed"}.get(line.state)  # fmt: skip
        if line.state in ("open", "refused"):
            _buttons(line, ("Buyer contacted", acts.contacted, {}), ("Close", acts.close, {}))
        if back:
            _buttons(line, ("Take back", acts.take_back, {"what": back}))


def _buttons(line: Line, *several: tuple[str, Any, dict[str, Any]]) -> None:
    with st.container(horizontal=True, gap="small", width="content"):
        for label, what, values in several:
            args = (what, line.id, line.version)
            st.button(label, on_click=urls.write, args=args, kwargs=values, key=f"{label}-{line.id}")


def _public(answer_id: int, frame: Frame) -> None:
    answer = answers.answer(frame.store, answer_id)
    if answer is not None:
        with st.container(border=True):
            draw_answer(answer, frame, partial(public.examine, frame, answer.kind), public.act)
