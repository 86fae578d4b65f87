"""Charts as pure functions: figures in, a plotly Figure out. Colours are few and always come with words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

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


def trend_by_place(
    points: Sequence[tuple[str, datetime, float | None]], *, place: str, rate: bool, target: float | None, name: str
) -> go.Figure:
    """One metric over time: the opened marketplace as a strong line, the others faint, and the target.

    `points` are (marketplace, when, value), oldest first; rates are fractions and drawn in percent.
    """
    scale, figure = (100 if rate else 1), go.Figure()
    measured = [(code, at, scale * value) for code, at, value in points if value is not None]
    # The opened one is drawn last, on top of the others.
    for code in sorted({code for code, _, _ in measured}, key=lambda each: (each == place, each)):
        mine = [(at, value) for other, at, value in measured if other == code]
        figure.add_scatter(
            name=code,
            x=[at for at, _ in mine],
            y=[value for _, value in mine],
            mode="lines+markers" if code == place else "lines",
            line={"color": MEDIAN if code == place else P90, "width": 2.5 if code == place else 1},
            opacity=1 if code == place else 0.55,
            marker={"size": 5},
            hovertemplate=f"%{{x|%a %d %b}}<br>{code}: %{{y:.4~g}}{' %' if rate else ''}<extra></extra>",
        )
    if target is not None:
        days = sorted({at for _, at, _ in measured})
        _add_line(figure, [*days[:1], *days[-1:]], scale * target, name)
    figure.update_layout(**_layout())
    figure.update_yaxes(ticksuffix=" %" if rate else "", fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    return figure


def _add_line(figure: go.Figure, days: Sequence[date | datetime], height: float, name: str) -> None:
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
