"""Charts as pure functions: figures in, a plotly Figure out. Colours are few and always come with words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import plotly.graph_objects as go

from services.rules.response_time import Numbers

Days = Sequence[tuple[date, Numbers]]

TARGET_HOURS = 24
# Colour means urgency: what went well is muted. All of them stand out on light and on dark.
WITHIN, LATE, UNANSWERED, PENDING = "#8ba3c4", "#e08e2b", "#c4361f", "#c9d0db"
MEDIAN, P90, LINE = "#4f7fe0", "#8490a5", "#7a8496"
GROUPS: tuple[tuple[str, str, str, Callable[[Numbers], int]], ...] = (
    ("within", "Within 24 h", WITHIN, lambda day: day.answered_within_24h),
    ("late", "Answered late", LATE, lambda day: day.late),
    ("unanswered", "Unanswered over 24 h", UNANSWERED, lambda day: day.unanswered_over_24h),
    ("pending", "Still in time", PENDING, lambda day: day.pending),
)


def share_by_day(days: Days, *, target: float) -> go.Figure:
    """Bars of 100 % a day by what became of its messages, and the target as a line.

    Each bar carries [day, group] as `customdata`, so that a click knows which messages to open.
    """
    figure = go.Figure()
    for code, name, colour, count in GROUPS:
        counts = [count(numbers) for _, numbers in days]
        shares = [
            100 * n / numbers.messages if numbers.messages else 0 for n, (_, numbers) in zip(counts, days, strict=True)
        ]
        figure.add_bar(
            name=name,
            x=[day for day, _ in days],
            y=shares,
            customdata=[[day.isoformat(), code, n] for n, (day, _) in zip(counts, days, strict=True)],
            marker_color=colour,
            marker_line_width=0,
            hovertemplate=f"%{{x|%a %d %b}}<br>{name}: %{{customdata[2]}} (%{{y:.0f}} %)<extra></extra>",
        )
    _add_line(figure, [day for day, _ in days], 100 * target, f"Target {100 * target:.0f} %")
    figure.update_layout(barmode="stack", bargap=0.15, **_layout())
    figure.update_yaxes(range=[0, 101], ticksuffix=" %", fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    return figure


def hours_by_day(days: Days) -> go.Figure:
    """Median and 90th percentile of the hours until the answer, by day, against the 24-hour line."""
    figure = go.Figure()
    answered = [(day, numbers) for day, numbers in days if numbers.p50_hours is not None]
    for name, colour, dash, values in (
        ("Median", MEDIAN, "solid", [numbers.p50_hours for _, numbers in answered]),
        ("90th percentile", P90, "dot", [numbers.p90_hours for _, numbers in answered]),
    ):
        figure.add_scatter(
            name=name,
            x=[day for day, _ in answered],
            y=values,
            customdata=[[day.isoformat(), "all", numbers.messages] for day, numbers in answered],
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"color": colour, "size": 6},
            hovertemplate=f"%{{x|%a %d %b}}<br>{name}: %{{y:.1f}} h<extra></extra>",
        )
    _add_line(figure, [day for day, _ in days], TARGET_HOURS, "24 h")
    figure.update_layout(**_layout())
    figure.update_yaxes(rangemode="tozero", ticksuffix=" h", fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    return figure


def _add_line(figure: go.Figure, days: Sequence[date], height: float, name: str) -> None:
    line = {"color": LINE, "dash": "dash", "width": 1.5}
    figure.add_scatter(name=name, x=days, y=[height] * len(days), mode="lines", line=line, hoverinfo="skip")


def _layout() -> dict[str, object]:
    return {
        "height": 270,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "dragmode": False,
        "clickmode": "event+select",
    }
