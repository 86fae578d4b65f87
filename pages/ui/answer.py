"""One public answer: the buyer's words, the draft with its findings, the second confirmation, what is final."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from services.rules.policy import Finding
from services.rules.public_answers import KINDS, STATES

LONGEST = 4000
LONGEST_LINE = 140
Act = Callable[..., None]
Examine = Callable[[str], Sequence[Finding]]


def draw_answer(row: Any, frame: Frame, examine: Examine, act: Act) -> None:
    """All of one answer (`services.feedback.answers.Answer`) and what can be done with it now."""
    st.markdown(f"**{words.plain(_title(row))}**")
    with st.container(border=True):
        st.caption("The buyer wrote")
        st.text(row.asked)
    if row.state == "draft":
        _draft(row, examine, act)
    elif row.state == "discarded":
        st.button("Put back", icon=":material/undo:", on_click=act, args=("restore", row.id, row.version))
    else:
        _final(row, frame, act)


def draw_line(row: Any, frame: Frame, is_open: bool, on_open: Callable[[int], None]) -> None:
    """One of the list in two lines."""
    with st.container(border=True, gap=None, key=f"line-{row.id}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            label, key = words.plain(_title(row)), f"open-{row.id}"
            st.button(label, key, on_click=on_open, args=(row.id,), type="tertiary", disabled=is_open)
            state = f"{STATES[row.state]} · {words.when(row.created_at, frame.zone, frame.now)}"
            st.caption(state, width="content")
        st.caption(words.plain(row.asked[:LONGEST_LINE]))


def _title(row: Any) -> str:
    stars = f" · {words.plural(row.stars, 'star')}" if row.stars else ""
    return f"{KINDS[row.kind]}{stars} · {row.marketplace} · {row.about}"


def _draft(row: Any, examine: Examine, act: Act) -> None:
    key = f"answer-{row.id}"
    st.text_area(
        "Our public answer",
        row.answer,
        key=key,
        height=170,
        max_chars=LONGEST,
        placeholder="Everybody will read this. No names, order numbers or addresses.",
        on_change=lambda: act("save", row.id, row.version, str(st.session_state.get(key) or "")),
    )
    typed = str(st.session_state.get(key) or "")
    findings = examine(typed) if typed.strip() else ()
    for finding in findings:
        _finding(typed, finding)
    blocked = any(finding.severity == "block" for finding in findings)
    is_kept = bool(typed.strip()) and typed.split() == row.answer.split()
    with st.container(horizontal=True, gap="small"):
        # Never disabled: whoever mends the text presses before the page has looked at it again.
        if st.button("Finish", type="primary", icon=":material/check:") and not blocked and is_kept:
            _confirm(row, act)
        st.button("Discard", icon=":material/delete:", on_click=act, args=("discard", row.id, row.version))


@st.dialog("This is what everybody will read")
def _confirm(row: Any, act: Act) -> None:
    """The second confirmation: the very text that becomes final."""
    st.text(row.answer)
    st.caption(f"{row.marketplace} · {words.plain(row.about)}. It cannot be changed afterwards.")
    done = st.button(
        "Mark as final",
        type="primary",
        key=f"final-{row.id}",
        on_click=act,
        args=("finish", row.id, row.version, row.answer),
    )
    if done:
        st.rerun()


def _final(row: Any, frame: Frame, act: Act) -> None:
    st.code(row.answer, language=None, wrap_lines=True)
    st.caption(words.plain(f"Final: {row.final_by}, {words.when(row.final_at, frame.zone, frame.now)}"))
    if row.state == "posted":
        st.caption(words.plain(f"Posted: {row.posted_by}, {words.when(row.posted_at, frame.zone, frame.now)}"))
        return
    where = "Open Seller Central" if row.kind == "feedback" else "Open the product page"
    with st.container(horizontal=True, gap="small"):
        st.link_button(where, row.link, icon=":material/open_in_new:")
        args = ("posted", row.id, row.version)
        st.button("I have posted it", type="primary", icon=":material/done:", on_click=act, args=args)


def _finding(text: str, finding: Finding) -> None:
    quoted = text[slice(*finding.span)].strip()
    icon = ":material/block:" if finding.severity == "block" else ":material/info:"
    shown = f"“{quoted[:60]}”: " if quoted else ""
    st.markdown(f"{icon} {words.plain(shown + finding.why)} {words.plain(finding.way_out)}")
