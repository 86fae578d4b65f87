"""The period and the marketplace that a review page is about; both live in the URL."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from pages.ui.frame import Frame

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90}
USUAL = "30 days"


def draw_period(frame: Frame) -> tuple[date, date, str | None]:
    """Draw both choices; gives the first and last UTC day and the marketplace, None for all."""
    served = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    asked, place = st.query_params.get("period", USUAL), st.query_params.get("mp", "")[:20]
    chosen = asked if asked in PERIODS else USUAL
    options = ["", *served] if place in ("", *served) else ["", place, *served]
    with st.container(horizontal=True, vertical_alignment="center", key="period-row"):
        key = f"period-{chosen}"
        st.segmented_control(
            "Period",
            list(PERIODS),
            default=chosen,
            required=True,
            key=key,
            on_change=_keep,
            args=("period", key),
            label_visibility="collapsed",
        )
        key = f"mp-{place}"
        st.selectbox(
            "Marketplace",
            options,
            options.index(place),
            format_func=lambda code: code or "All marketplaces",
            key=key,
            on_change=_keep,
            args=("mp", key),
            label_visibility="collapsed",
            width=190,
        )
    end = frame.now.date()
    return end - timedelta(days=PERIODS[chosen] - 1), end, place or None


def _keep(param: str, key: str) -> None:
    value = st.session_state.get(key)
    for old in ("day", "group", param):
        st.query_params.pop(old, None)
    if value:
        st.query_params[param] = value
