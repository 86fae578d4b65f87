"""Feedback: seller feedback of all marketplaces with its next step, public answers, and the rating."""

from __future__ import annotations

import streamlit as st

from pages.ui.feedback.public import draw_public
from pages.ui.feedback.rating import draw_rating
from pages.ui.feedback.work import draw_work
from pages.ui.frame import page_frame
from pages.ui.order_story import draw_asked

VIEWS = {"feedback": "Seller feedback", "public": "Reviews and questions", "rating": "Rating and themes"}
DRAW = {"feedback": draw_work, "public": draw_public, "rating": draw_rating}


def chosen_view() -> str:
    """The view that the URL names, else the first."""
    asked = st.query_params.get("view", "")
    return asked if asked in VIEWS else "feedback"


def turn_to(key: str) -> None:
    """Another view; the filters of the one before are left behind."""
    wanted = st.session_state.get(key)
    if wanted:
        st.query_params.clear()
        st.query_params["view"] = wanted


def draw_views(now: str) -> None:
    """The switch between the views."""
    key = f"view-{now}"
    st.segmented_control(
        "View", list(VIEWS), default=now, format_func=VIEWS.__getitem__, key=key, label_visibility="collapsed",
        on_change=turn_to, args=(key,),
    )  # fmt: skip


here = page_frame("Feedback")
draw_asked(here)
view = chosen_view()
draw_views(view)
DRAW[view](here)
