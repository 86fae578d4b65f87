"""Which column of a spreadsheet is what: heading, some of its cells, what is guessed, and another choice."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services import sheets
from services.errors import Rejected
from services.sheets import GUESS, NONE, Column, SheetView

SAID = "settings-said"
WORDS = {NONE: "No such column"}


def save_columns(view: SheetView) -> None:
    """Keep the columns that were chosen."""
    frame, state = at_work(), st.session_state
    choices = {column.role: state[_key(view, column.role)] for column in view.columns}
    try:
        sheets.choose(frame.store, view.account, view.sheet, view.tab, view.version, choices, actor=frame.actor,
                      now=frame.now)  # fmt: skip
        state[SAID] = f"Saved. {view.kind} is read again now."
    except Rejected as refused:
        state[SAID] = str(refused)


def draw_sheets(frame: Frame) -> None:
    """Every sheet with its state and, folded, its columns."""
    st.subheader("Sheets", anchor=False)
    found = sheets.overview(frame.store)
    if not found:
        st.caption("No spreadsheet has been read. README says how to connect one.")
    for view in found:
        with st.container(border=True, gap="xsmall", key=f"sheet-{view.account}-{view.sheet}-{view.tab}"):
            _state(view, frame)
            with st.expander("Columns", expanded=any(column.is_gone for column in view.columns)):
                _editor(view, frame)


def _state(view: SheetView, frame: Frame) -> None:
    place = "Google Sheets" if view.place == "google" else "file"
    read = words.when(view.read_at, frame.zone, frame.now) if view.read_at else "not yet"
    st.markdown(f"**{words.plain(view.kind)}** · {words.plain(view.account)}")
    st.caption(words.plain(f"{place}, {view.title or view.sheet}: {view.rows:,} rows, read {read}"))
    if view.problem:
        st.warning(words.plain(view.problem))


def _editor(view: SheetView, frame: Frame) -> None:
    may = frame.actor.is_supervisor
    with st.form(f"columns-{view.account}-{view.sheet}-{view.tab}", border=False):
        for column in view.columns:
            _choice(view, column, may=may)
        st.caption("Another column for order id, item or date makes other follow-ups of the same rows.")
        st.form_submit_button("Save columns", on_click=save_columns, args=(view,), disabled=not may)
    if not may:
        st.caption("Supervisors choose columns.")


def _choice(view: SheetView, column: Column, *, may: bool) -> None:
    kept = [column.chosen] if column.chosen not in (GUESS, NONE, *view.headings) else []
    options = [GUESS, NONE, *view.headings, *kept]
    guess = f"By itself: {column.guess or 'none found'}"
    gone = f"{column.heading} is gone from the sheet" if column.is_gone else ""
    st.selectbox(
        column.name + (" (written)" if column.is_written else ""),
        options,
        index=options.index(column.chosen),
        format_func=lambda choice: guess if choice == GUESS else WORDS.get(choice, choice),
        key=_key(view, column.role),
        disabled=not may,
        help=words.plain(gone or column.sample) or None,
    )
    if shown := gone or column.sample:
        st.caption(words.plain(shown))


def _key(view: SheetView, role: str) -> str:
    """A new key with each version, so that the boxes show what holds."""
    return f"column-{view.account}-{view.sheet}-{view.tab}-{role}-{view.version}"
