"""Checklist: duties by marketplace for the day, the week and the month, closed by the store's proof or a signature."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.checklist import asked, editor, table
from pages.ui.checklist.panel import draw_cell
from pages.ui.frame import Frame, page_frame
from pages.ui.tables import draw_table
from services import checklist
from services.checklist import reading
from services.checklist.reading import Table
from services.rules import checklist as rules


def main() -> None:
    frame = page_frame("Checklist")
    escalate.draw_asked(frame)
    view = asked.view()
    {"duties": draw_duties, "coverage": draw_coverage}.get(view, draw_cells)(frame, view)


def draw_head(view: str) -> None:
    """The views."""
    key = f"view-{view}"
    st.segmented_control("View", list(asked.VIEWS), default=view, required=True, format_func=asked.VIEWS.__getitem__,
                         key=key, on_change=asked.choose, args=("view", key), label_visibility="collapsed")  # fmt: skip


def draw_said() -> None:
    """What became of the last click, with the way to take it back."""
    text, token = st.session_state.pop(asked.SAID, ("", None))
    if not text:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words.plain(text), width="content")
        if token:
            st.button("Undo", key="undo", icon=":material/undo:", type="tertiary", on_click=asked.undo, args=(token,))


def draw_cells(frame: Frame, view: str) -> None:
    day, place = asked.day(frame.now.date()), st.query_params.get("mp", "")[:60]
    found = read(frame, view, day, place)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checklist-top"):
        draw_head(view)
        draw_moves(view, day or found.today, found.today)
        if view != "day":
            draw_choice("mp", place, reading.place_names(frame.settings), "All marketplaces")
        elif len(frame.settings.accounts) > 1:
            draw_choice("account", st.query_params.get("account", ""), tuple(frame.settings.accounts), "All accounts")
    draw_said()
    table.draw_summary(frame, found, view)
    key = asked.cell()
    left, right = st.columns([62, 38] if view != "month" else [68, 32], gap="medium")
    with left:
        if not found.rows:
            st.info("No duty falls here. The sync begins the checklist; supervisors edit it under Duties.")
        table.draw_table(frame, found, view=view)
    with right, st.container(gap="small"):
        cell = (
            reading.detail(frame.store, frame.settings, key, actor_name=frame.actor.name, now=frame.now)
            if key
            else None
        )
        if cell is not None:
            draw_cell(frame, cell)
        elif "cell" in st.query_params:
            st.info("There is no such cell.", icon=":material/search_off:")
        else:
            st.caption("Pick a field to see what is to be done there, what the store can prove, and to sign.")


def read(frame: Frame, view: str, day: date | None, place: str) -> Table:
    if view == "day":
        account = st.query_params.get("account", "")
        known = account if account in frame.settings.accounts else ""
        return reading.day_grid(frame.store, frame.settings, day=day, now=frame.now, account=known)
    span = asked.SPANS[view]
    known = place if place in reading.place_names(frame.settings) else ""
    return reading.matrix(frame.store, frame.settings, span=span, day=day, now=frame.now, place=known)


def draw_moves(view: str, day: date, today: date) -> None:
    """A step back, the period in words, a step on, and today."""
    rhythm = asked.SPANS[view]
    start = rules.start_of(rhythm, day)
    before, after = rules.start_of(rhythm, start - timedelta(days=1)), rules.next_start(rhythm, start)
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        st.button("", key="back", icon=":material/chevron_left:", help="Earlier", type="tertiary", on_click=asked.move,
                  args=(before.isoformat(),))  # fmt: skip
        st.markdown(f"**{words.plain(rules.label(rhythm, start))}**", width="content")
        st.button("", key="on", icon=":material/chevron_right:", help="Later", type="tertiary", on_click=asked.move,
                  args=(after.isoformat(),))  # fmt: skip
        if start != rules.start_of(rhythm, today):
            st.button("Today", key="now", type="tertiary", on_click=asked.move, args=("",))


def draw_choice(param: str, chosen: str, names: tuple[str, ...], everything: str) -> None:
    options = ["", *names]
    key = f"{param}-{chosen[:60]}"
    st.selectbox(everything, options, options.index(chosen) if chosen in options else 0, key=key, width=190,
                 format_func=lambda name: name or everything, label_visibility="collapsed",
                 on_change=asked.choose, args=(param, key))  # fmt: skip


def draw_duties(frame: Frame, view: str) -> None:
    draw_head(view)
    draw_said()
    lines, number = checklist.listing(frame.store), asked.duty()
    line = next((each for each in lines if each.id == number), None) or (lines[0] if lines and number is None else None)
    left, right = st.columns([2, 3], gap="large")
    with left:
        if frame.actor.is_supervisor:
            st.button("New duty", icon=":material/add:", on_click=asked.put, kwargs={"duty": "new"})
        editor.draw_list(frame, lines, line.id if line else None)
    with right, st.container(gap="small"):
        if line or number == 0:
            editor.draw_duty(frame, line, frame.now.date())
        elif number is not None:
            st.info("There is no such duty.", icon=":material/search_off:")


def draw_coverage(frame: Frame, view: str) -> None:
    """Which tool covers which marketplace, and what has to be swept by hand."""
    draw_head(view)
    found = checklist.coverage(frame.settings)
    by_hand = sum(each.by_hand for each in found)
    st.caption(words.plain(
        f"{words.plural(by_hand, 'marketplace')} to be swept by hand." if by_hand else "Every marketplace is covered."
    ))  # fmt: skip
    heads = ("Account", "Marketplace", "Messages, claims", "Feedback, returns, orders, health")
    draw_table(
        heads, [(each.account, each.marketplace, each.mail, each.reports) for each in found], wide=3, label="Coverage"
    )


main()
