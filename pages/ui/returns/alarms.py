"""Batches that stand out: contacts, returns or feedback of one SKU far above what is usual for it."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services.errors import Rejected
from services.returns import alarms as service
from services.returns.alarms import KINDS, AlarmLine

SAID = "alarms-said"


def draw_alarms(frame: Frame) -> None:
    """The batches, the surest first; one statement."""
    if said := st.session_state.pop(SAID, ""):
        st.warning(words.plain(said), icon=":material/info:")
    found = service.alarms(frame.store)
    st.caption(
        "Each finished week the contacts, returns and negative feedback of every SKU are held against its own last "
        "26 weeks and what was sold. Chance alone raises fewer than one alarm a year per 100 SKUs."
    )
    if not found:
        st.info("No SKU stands out.", icon=":material/check_circle:")
    for line in found:
        _draw_one(line, frame)


def _draw_one(line: AlarmLine, frame: Frame) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"alarm-{line.id}"):
        with st.container(gap=None):
            st.markdown(f"**{words.plain(line.sku)}** · {_what(line)}")
            st.caption(_why(line, frame))
        page, params, label = _rows(line)
        st.page_link(page, label=label, icon=":material/list:", query_params=params, width="content")
        label = "Looked at" if line.seen_at is None else "Not looked at"
        args = (line.id, line.version, line.seen_at is None)
        st.button(label, key=f"seen-{line.id}-{line.version}", on_click=_look, args=args)


def _what(line: AlarmLine) -> str:
    kind = KINDS[line.kind] + (f", {words.plain(line.reason)}" if line.reason else "")
    span = "in the last week" if line.weeks == 1 else f"in the last {line.weeks} weeks"
    return f"{kind}: {line.hits:,} {span}, {line.expected:.1f} would be usual"


def _why(line: AlarmLine, frame: Frame) -> str:
    seen = "nobody has looked yet"
    if line.seen_at and line.seen_by:
        seen = f"{words.plain(line.seen_by)} looked {words.when(line.seen_at, frame.zone, frame.now)}"
    return f"{words.plain(line.account)} · since {line.since:%a} {line.since.day} {line.since:%b} · {seen}"


def _rows(line: AlarmLine) -> tuple[str, dict[str, str], str]:
    """Where the rows behind an alarm are listed."""
    if line.kind == "returns":
        return "pages/work/returns.py", {"sku": line.sku, "from": line.since.isoformat()}, "Returns"
    if line.kind == "feedback":
        return "pages/work/feedback.py", {"q": line.sku}, "Feedback"
    return "pages/work/inbox.py", {"box": "all", "type": line.reason}, "Tickets"


def _look(alarm_id: int, version: int, seen: bool) -> None:
    frame = at_work()
    try:
        service.look_at(frame.store, alarm_id, version, actor=frame.actor, now=frame.now, seen=seen)
    except Rejected as refused:
        st.session_state[SAID] = str(refused)
