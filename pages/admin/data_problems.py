"""Data problems: what could not be read, why, and what can be done about each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.frame import Frame, page_frame
from pages.ui.problem_list import SAID, act, draw_file
from services import data_problems

STATES = ("open", "discarded")


def draw_bulk(ids: tuple[int, ...]) -> None:
    """What can be done with the selected problems, whichever they are."""
    picked = tuple(problem for problem in ids if st.session_state.get(f"pick-{problem}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = f"Read {len(picked)} again" if picked else f"Read all {len(ids)} again"
        st.button(label, key="retry-many", icon=":material/refresh:", on_click=act, args=("retry", picked or ids))
        with st.popover(
            "Discard",
            icon=":material/delete:",
            disabled=not picked,
            help="Select problems first" if not picked else None,
        ):
            st.write(f"{words.plural(len(picked), 'problem')} will leave this list. The raw form is kept.")
            st.button("Discard", key="discard-many", type="primary", on_click=act, args=("discard", picked))


def newest() -> None:
    """Leave the older pages."""
    st.query_params.pop("before", None)


def draw_list(frame: Frame) -> None:
    """Filters, the page of problems, and the way to older ones."""
    with st.container(horizontal=True, vertical_alignment="center"):
        bound: dict[str, Any] = {"bind": "query-params", "on_change": newest, "label_visibility": "collapsed"}
        state = st.segmented_control("State", STATES, default="open", key="state", **bound)
        text = st.text_input("Search", key="q", placeholder="Reason or place", width=320, **bound)
    before = st.query_params.get("before", "")
    mark = int(before) if before.isdigit() and len(before) < 18 else None
    page = data_problems.problems(frame.store, state=state or "open", text=text or "", mark=mark, limit=20)
    if not page.rows:
        st.info("Everything could be read." if state != "discarded" and not text else "Nothing here.")
    if page.rows and state != "discarded":
        draw_bulk(tuple(problem.id for problem in page.rows))
    for group in data_problems.by_file(page.rows):
        draw_file(group, frame)
    if page.next is not None:
        st.button("Older", on_click=st.query_params.update, kwargs={"before": str(page.next)})
    if mark is not None:
        st.button("Back to the newest", type="tertiary", on_click=newest)


frame = page_frame("Data problems")
if said := st.session_state.pop(SAID, ""):
    st.info(words.plain(said))
escalate.draw_asked(frame)
draw_list(frame)
