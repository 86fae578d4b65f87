"""Today's board of what waits beside messages; a line opens its page."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.ticket_list import Line as Row
from pages.ui.ticket_list import ticket_list
from services.board import Board, Line
from services.team import Team

KEY = "panel-board"


def draw_board(frame: Frame, found: Board, house: Team) -> None:
    """How much waits, and the first of it, what is due first on top."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**Claims, returns, feedback** · {words.count(found.count, found.capped)}", width="content")
        st.page_link("pages/work/claims.py", label="Open Claims")
    rows = [_row(line) for line in found.lines]
    picked = ticket_list(rows, key=KEY, label="Claims, returns, feedback", now=frame.now, at_risk=house.at_risk,
                         empty="Nothing waits.")  # fmt: skip
    line = next((each for each in found.lines if each.id == picked), None)
    if line is not None:
        st.switch_page(f"pages/work/{line.page}.py", query_params=dict([line.target]))


def _row(line: Line) -> Row:
    facts = (line.marketplace, line.about)
    return {
        "id": line.id,
        "title": line.what,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": line.owner or "no owner",
        "due": words.epoch(line.due_at),
        "chip": "" if line.due_at else "no date known",
        "tone": "late",
        "unread": False,
    }
