"""What a dry run found: how much matches, by day, what would be done and what not, and the tickets themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as words
from pages.ui.charts import WITHIN
from pages.ui.tables import draw_table
from pages.ui.ticket_list import Line, row_line, ticket_list
from services.triage_rules import DryRun, Match


def draw_found(found: DryRun, *, zone: tzinfo, now: datetime, at_risk: timedelta) -> int | None:
    """The result of a dry run; gives the ticket that was picked just now."""
    mail = words.plural(found.looked, "message")
    st.markdown(
        f"**{found.matched:,}** of {mail} since {words.when(found.since, zone, now)} match, "
        f"in {words.plural(found.tickets, 'ticket')}."
    )
    more = f" {found.stopped:,} more are stopped by a rule above." if found.stopped else ""
    st.caption(f"Dry run by {words.plain(found.by)} {words.when(found.at, zone, now)}. Nothing was changed.{more}")
    if not found.matched:
        return None
    st.plotly_chart(by_day(found.days), key="rule-days", config={"displayModeBar": False})
    counted = [(f"Would be done: {what}", f"{n:,}") for what, n in found.done]
    counted += [(f"Left alone: {what}", f"{n:,}") for what, n in found.left]
    draw_table(("What", "Messages"), counted, wide=0, label="What would be done")
    shown = len(found.rows)
    st.caption("All of them:" if shown == found.matched else f"The newest {shown}:")
    lines = [_line(match, zone, now) for match in found.rows]
    return ticket_list(lines, key="rule-matches", label="Matches", now=now, at_risk=at_risk)


def by_day(days: Sequence[tuple[date, int]]) -> go.Figure:
    """How many messages match, by day (UTC)."""
    figure = go.Figure()
    hover = "%{x|%a %d %b}: %{y}<extra></extra>"
    figure.add_bar(x=[day for day, _ in days], y=[n for _, n in days], marker_color=WITHIN, hovertemplate=hover)
    figure.update_layout(height=150, margin={"l": 8, "r": 8, "t": 8, "b": 8}, dragmode=False, bargap=0.2)
    figure.update_yaxes(rangemode="tozero", fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    return figure


def _line(match: Match, zone: tzinfo, now: datetime) -> Line:
    """A matching message: its ticket, and what would be done to it."""
    line = row_line(match.row, zone=zone, now=now)
    line["sub"] = ", ".join(match.does) or "nothing: " + "; ".join(match.leaves)
    line["side"] = words.when(match.at, zone, now)
    line["unread"] = False
    return line
