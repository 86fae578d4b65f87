"""The overview of response times: shares and hours by day or week, how long answers took, and what waited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import charts as lines
from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked, charts
from pages.ui.response_time.controls import draw_switch
from pages.ui.response_time.headline import within
from pages.ui.tables import draw_table
from services.response_time import views
from services.response_time.shapes import Overview, Wanted
from services.rules.response_time import Numbers

HEADS = ("Messages", "Within 24 h", "Share", "Late", "Unanswered", "Still in time", "Median", "90th percentile",
         "99th percentile")  # fmt: skip


def draw_overview(frame: Frame, wanted: Wanted, headline: Overview) -> None:
    """Four charts and their figures as a table."""
    by = asked.choice("by", asked.TREND, "day")
    draw_switch("Trend", "by", asked.TREND, by)
    found = views.trend(frame.store, wanted, by)
    unit = "week" if by == "week" else "day"
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, gap="small"):
        st.markdown(f"**Share within 24 h, by {unit}**")
        alt = f"Share of buyer messages answered within 24 hours, by {unit}"
        draw_chart(
            "shares", lines.share_by_day(found, target=headline.target), alt, lambda at: asked.show(at[1], day=at[0])
        )
    with right.container(border=True, gap="small"):
        st.markdown(f"**Hours until the answer, by {unit}**")
        alt = f"Median and 90th percentile of hours until the answer, by {unit}, against 24 hours"
        draw_chart("hours", lines.hours_by_day(found), alt, lambda at: asked.show("all", day=at[0]))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, gap="small"):
        st.markdown("**How long answers took**")
        alt = "Answers by how long they took, two hours a bar, with a line at 24 hours"
        draw_chart("took", charts.distribution(headline.bars), alt, lambda at: asked.show("all", bar=at[0]))
    with right.container(border=True, gap="small"):
        st.markdown("**Waiting at midnight (UTC), by age**")
        waiting = views.backlog(frame.store, wanted)
        alt = "Messages that waited for an answer at the end of each day, by age"
        draw_chart("backlog", charts.backlog(waiting), alt, lambda at: asked.show("all", tick=at[0]))
    with st.expander("The same as tables"):
        named = [(_period(name, by), numbers) for name, numbers in reversed(found)]
        draw_numbers([unit.capitalize(), *HEADS], named, label=f"Response times by {unit}")
        rows = [(each.day.isoformat(), *map(words.count, each.ages), words.count(sum(each.ages)))
                for each in reversed(waiting)]  # fmt: skip
        heads = ["Waiting at the end of", *(name for name, _ in charts.AGES), "All"]
        draw_table(heads, rows, wide=len(heads) - 1, label="Backlog by age")


def draw_numbers(heads: Sequence[str], rows: Sequence[tuple[str, Numbers]], *, label: str) -> None:
    """Figures as a table."""
    draw_table(heads, [(name, *cells(numbers)) for name, numbers in rows], wide=0, label=label)


def cells(numbers: Numbers) -> tuple[str, ...]:
    """Figures as the words of a row."""
    return (
        words.count(numbers.messages),
        words.count(numbers.answered_within_24h),
        words.share(within(numbers)),
        words.count(numbers.late),
        words.count(numbers.unanswered_over_24h),
        words.count(numbers.pending),
        words.hours(numbers.p50_hours),
        words.hours(numbers.p90_hours),
        words.hours(numbers.p99_hours),
    )


def draw_chart(key: str, figure: go.Figure, alt: str, show: Callable[[Any], None]) -> None:
    """A chart whose bars, points or cells open what is behind them."""
    options: dict[str, Any] = {"selection_mode": "points", "config": {"displayModeBar": False}, "alt": alt}
    st.plotly_chart(figure, key=key, on_select=lambda: picked(key, show), **options)


def picked(key: str, show: Callable[[Any], None]) -> None:
    """Something in a chart was clicked: its messages are listed."""
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        show(points[0]["customdata"])


def _period(name: date, by: str) -> str:
    return f"Week of {name}" if by == "week" else f"{name} {name:%a}"
