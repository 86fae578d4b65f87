"""Beside Today's list: how much there is of each kind, what the reader asked others, and what cannot be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import format as words
from pages.ui.escalate import PAGES, stands
from pages.ui.frame import Frame
from services import health
from services.board import Board
from services.escalations.shapes import Line
from services.sync_status import SourceState

SHOWN = 4
"""So many sentences about account health; the list is below them."""
BOXES = (("late", "Late"), ("risk", "Due before {until}"), ("unassigned", "Without owner"))
KINDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("cases", "Claims", "claims", {}),
    ("returns", "Returns", "returns", {}),
    ("ratings", "Negative feedback", "feedback", {"state": "todo", "stars": "negative"}),
    ("followups", "Follow-ups", "followups", {}),
    ("checks", "Checklist", "checklist", {}),
    ("decisions", "Decisions", "meeting", {}),
    ("batches", "Bad batches", "returns", {"view": "batches"}),
    ("promises", "Promises", "inbox", {"box": "on_hold"}),
    ("problems", "Set aside", "data_problems", {}),
)


def draw_glance(found: Board, until: str) -> None:
    """The three numbers of the queue, large, and the others as one line of ways to their pages."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="glance"):
        for box, title in BOXES:
            number = words.count(found.counts[box], box in found.capped)
            label = f"{title.format(until=until)} **{number}**"
            st.page_link(PAGES["inbox"], label=label, query_params={"box": box}, width="content")
        for kind, title, page, target in KINDS:
            if found.counts[kind]:
                number = words.count(found.counts[kind], kind in found.capped)
                st.page_link(PAGES[page], label=f"{title} {number}", query_params=target, width="content")


def draw_sources(bad: Sequence[SourceState], has_sources: bool) -> None:
    """Whether the figures below can be trusted."""
    if not has_sources:
        st.info("No mail has been read yet. The Sync page says why.", icon=":material/sync_problem:")
    for source in bad:
        what = f"{source.source} {source.account}: {source.words}. {source.message} {source.what_to_do}"
        st.caption(f":material/sync_problem: {words.plain(what)}")


def draw_health(lines: Sequence[health.Line]) -> None:
    """One sentence for each thing that Amazon says is not as it should be; a stale one says so."""
    for line in lines[:SHOWN]:
        stale = " (stale)" if line.stale else ""
        target = {"account": line.account, "mp": line.marketplace, "metric": line.metric}
        label = words.plain(line.sentence + stale)
        st.page_link(PAGES["health"], label=label, icon=":material/monitor_heart:", query_params=target)
    if len(lines) > SHOWN:
        more = f"{len(lines) - SHOWN} more on Account health"
        st.page_link(PAGES["health"], label=more, icon=":material/monitor_heart:")


def draw_asked(frame: Frame, lines: Sequence[Line]) -> None:
    """What the reader asked others and nobody has answered yet."""
    if not lines:
        return
    st.markdown(f"**You asked** · {len(lines)}")
    for line in lines[:SHOWN]:
        with st.container(gap=None):
            st.page_link("pages/work/today.py", label=words.plain(line.sentence), icon=":material/campaign:",
                         query_params={"escalation": str(line.id)})  # fmt: skip
            st.caption(words.plain(stands(line, frame)))
