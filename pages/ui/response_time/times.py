"""First and further answers, the time until tickets are solved, and promises to buyers."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked
from pages.ui.response_time.overview import HEADS, draw_numbers
from services.response_time import times
from services.response_time.shapes import Wanted


def draw_times(frame: Frame, wanted: Wanted) -> None:
    """All of them for the period."""
    found = times.times(frame.store, wanted)
    turns = [("First message of a ticket", "first", found.first), ("Further messages", "next", found.further)]
    with st.container(border=True, gap="small"):
        st.markdown("**First and next answers**")
        rows = [(name, numbers) for name, _, numbers in turns if numbers]
        draw_numbers(["Message", *HEADS], rows, label="First and next answers")
        with st.container(horizontal=True):
            for name, turn, numbers in turns:
                if numbers:
                    st.button(f"Show: {name.lower()}", key=f"turn-{turn}", type="tertiary", on_click=asked.show,
                              args=("all",), kwargs={"turn": turn})  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, gap="small"):
        st.markdown("**Solved or closed in the period**")
        for column, (label, value) in zip(
            st.columns(3),
            {
                "Tickets": words.count(found.solved.tickets),
                "Median": words.hours(found.solved.p50_hours),
                "90th percentile": words.hours(found.solved.p90_hours),
            }.items(),
            strict=True,
        ):
            column.metric(label, value)
        st.caption("From the first mail until the ticket was solved or closed. Tickets opened again do not count.")
    with right.container(border=True, gap="small"):
        st.markdown("**Promises that fell due in the period**")
        made = found.promises
        shown = {"Kept": made.kept, "Kept late": made.late, "Broken": made.broken, "Still ahead": made.ahead}
        for column, (label, number) in zip(st.columns(4), shown.items(), strict=True):
            column.metric(label, words.count(number))
        st.caption("A holding reply promises the buyer an answer by a time.")
