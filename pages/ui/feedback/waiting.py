"""Today's block of negative feedback that nobody has chosen a step for, worst first."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from services.feedback.cards import today_in
from services.feedback.shapes import Line, Waiting
from services.rules.feedback import ACTIONS, KINDS

PAGE = "pages/work/feedback.py"
LONGEST = 90


def draw_waiting(found: Waiting, frame: Frame) -> None:
    """Its number, the first of them, and the way to all."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**Negative feedback** · {words.count(found.count, found.capped)}", width="content")
        if found.count:
            st.page_link(PAGE, label="Open Feedback", query_params={"state": "todo", "stars": "negative"})
    if not found.rows:
        st.caption("No negative feedback waits for a step.")
    for line in found.rows:
        left = (line.window_ends - today_in(line.marketplace, frame.now)).days
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            label = f"{words.plural(line.rating, 'star')} · {line.marketplace or 'unknown'} · {line.order_id}"
            st.page_link(PAGE, label=words.plain(label), query_params={"id": line.id}, width="content")
            st.caption(words.plain(f"{_what(line)} · {words.plural(left, 'day')} left"))


def _what(line: Line) -> str:
    said = " ".join(line.comment.split())[:LONGEST]
    return f"{KINDS[line.kind]} · {ACTIONS[line.step.action]}" + (f" · {said}" if said else "")
