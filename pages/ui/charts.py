"""Charts as plotly figures, made purely from figures that services counted; no data is touched here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from services.rules.response_time import Numbers

Days = Sequence[tuple[date, Numbers]]

WITHIN, LATE, UNANSWERED, PENDING = "#64748b", "#d97706", "#dc2626", "#cbd5e1"
MEDIAN, P90 = "#1d4ed8", "#0d9488"
TARGET_HOURS = 24
GROUPS = ("within", "late", "unanswered", "pending")


def answers_by_day(days: Days) -> go.Figure:
    """What became of each day's messages: stacked bars; each bar carries (day, group) for selections."""
    parts = (
        ("within", "Within 24 h", WITHIN, [n.answered_within_24h for _, n in days]),
        ("late", "Late", LATE, [n.late for _, n in days]),
        ("unanswered", "Unanswered over 24 h", UNANSWERED, [n.unanswered_over_24h for _, n in days]),
        ("pending", "Still in time", PENDING, [n.pending for _, n in days]),
    )
    figure = go.Figure(
        go.Bar(
            name=label,
            x=[day for day, _ in days],
            y=values,
            marker={"color": colour, "line": {"width": 0}},
            customdata=[[day.isoformat(), group] for day, _ in days],
            hovertemplate="%{x|%a %d %b}: %{y}<extra>" + label + "</extra>",
        )
        for group, label, colour, values in parts
    )
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_yaxes(title="messages", rangemode="tozero")
    return _calm(figure)


def hours_by_day(days: Days) -> go.Figure:
    """Median and 90th percentile of the hours until the answer, against the 24-hour line."""
    answered = [(day, n) for day, n in days if n.p50_hours is not None]
    figure = go.Figure()
    for label, colour, values in (
        ("Median", MEDIAN, [n.p50_hours for _, n in answered]),
        ("90th percentile", P90, [n.p90_hours for _, n in answered]),
    ):
        figure.add_scatter(
            name=label,
            x=[day for day, _ in answered],
            y=values,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5},
            customdata=[[day.isoformat(), "all"] for day, _ in answered],
            hovertemplate="%{x|%a %d %b}: %{y:.1f} h<extra>" + label + "</extra>",
        )
    figure.add_hline(
        y=TARGET_HOURS,
        line={"color": UNANSWERED, "width": 1, "dash": "dash"},
        annotation={"text": "24 h", "font": {"color": UNANSWERED}},
        annotation_position="top left",
    )
    figure.update_yaxes(title="hours", rangemode="tozero")
    return _calm(figure)


def _calm(figure: go.Figure) -> go.Figure:
    figure.update_layout(
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        hovermode="closest",
    )
    figure.update_xaxes(showgrid=False)
    return figure
