"""One line above the conversation that says what just happened, and lets it be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.ui import format as words

_KEY = "strip"
Do = Callable[..., None]


@dataclass(frozen=True)
class Strip:
    """What happened. With `marks` or a `queued` reply it can be undone; with `confirm_url` Amazon must be told."""

    text: str
    warns: bool = False
    ticket: int = 0
    marks: tuple[int, ...] = ()
    confirm_url: str = ""
    queued: int = 0


def say(strip: Strip | None) -> None:
    """Show this strip from the next drawing on; None takes it away."""
    st.session_state[_KEY] = strip


def draw_strip(do: Do) -> None:
    """Draw what was last said, until the next action or until it is closed."""
    strip = st.session_state.get(_KEY)
    if not isinstance(strip, Strip):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True, key="strip-box"):
        icon = ":material/warning:" if strip.warns else ":material/check:"
        st.markdown(f"{icon} {words.plain(strip.text)}", width="stretch")
        if strip.confirm_url:
            st.link_button("Set it in Amazon", strip.confirm_url, icon=":material/open_in_new:", type="tertiary")
            args = ("confirm", strip.ticket)
            st.button("Confirmed", key="strip-confirm", on_click=do, args=args, kwargs={"mark_ids": strip.marks})
        if strip.marks:
            args = ("undo", strip.ticket)
            st.button("Undo", key="strip-undo", on_click=do, args=args, kwargs={"mark_ids": strip.marks})
        if strip.queued:
            args, values = ("take_back", strip.ticket), {"outbox_id": strip.queued}
            st.button("Undo", key="strip-take-back", on_click=do, args=args, kwargs=values)
        if not strip.marks:
            st.button("Close", key="strip-close", type="tertiary", on_click=say, args=(None,))
