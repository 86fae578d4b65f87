"""The headline of the Response time page: what the period came to, what it covers and how old it is."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from services import settings
from services.response_time.shapes import Overview
from services.rules.response_time import Numbers
from services.sync_status import STALE_AFTER


def draw_headline(frame: Frame, found: Overview) -> None:
    """The figures, and in small what they cover."""
    total = found.total
    shown = {
        "Within 24 h": (words.share(within(total)), f"The team aims for {100 * found.target:.0f} %."),
        "Answered late": (words.count(total.late), None),
        "Unanswered": (words.count(total.unanswered_over_24h), "Not answered, and more than 24 hours old."),
        "Median": (words.hours(total.p50_hours), None),
        "90th percentile": (words.hours(total.p90_hours), None),
        "99th percentile": (words.hours(total.p99_hours), None),
        "Still in time": (words.count(total.pending), "Not answered yet, and less than 24 hours old: in no rate."),
    }
    stale = _is_stale(frame, found)
    for column, (label, (value, more)) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(label, f":gray[{value}]" if stale else value, border=True, help=more)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="response-trust"):
        if stale:
            st.badge("Stale", color="gray", icon=":material/history:")
        st.caption(words.plain(_covers(frame, found)))


def within(numbers: Numbers) -> float | None:
    """The share answered within 24 hours of those whose time is over or who were answered."""
    rate = numbers.late_response_rate
    return None if rate is None else 1 - rate


def _is_stale(frame: Frame, found: Overview) -> bool:
    fresh = found.trust.fresh_at
    return fresh is None or (not settings.is_frozen() and frame.now - fresh > STALE_AFTER)


def _covers(frame: Frame, found: Overview) -> str:
    fresh = found.trust.fresh_at
    age = "not all mail has been read yet" if fresh is None else f"mail read {words.ago(fresh, frame.now)}"
    stands = " at the frozen time" if settings.is_frozen() else ""
    rows = words.plural(found.trust.rows, "message")
    left_out = "those marked No Response Needed are left out"
    return f"{found.trust.covers}; {rows} looked at, {left_out}; {age}{stands}."
