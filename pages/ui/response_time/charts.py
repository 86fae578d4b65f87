"""Charts of response times as pure functions: distribution, backlog, hours of the week, groups, agents' time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import plotly.graph_objects as go

from pages.ui.charts import LATE, LINE, PENDING, UNANSWERED, WITHIN
from services.response_time.fair import AgentLine
from services.response_time.views import Waiting
from services.rules.response_cells import BINS, UNKNOWN
from services.rules.response_time import Numbers

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOUR = timedelta(hours=1)
AGES = (("Up to 12 h old", PENDING), ("12 to 24 h", WITHIN), ("24 to 72 h", LATE), ("Older", UNANSWERED))
PARTS = (
    ("mine", "In their hands", WITHIN),
    ("importing", "Until we had read it", PENDING),
    ("unowned", "Without an owner", "#b9a5d6"),
    ("others", "In others' hands", "#8490a5"),
    ("supervisor", "Waiting for a supervisor", "#d8b365"),
)
# Fixed ends keep one dot per cell readable on light and on dark.
_CALM, _BUSY, _BAD = "rgba(139,163,196,0.18)", "#4f7fe0", UNANSWERED


def distribution(bars: Sequence[int]) -> go.Figure:
    """Answers by how long they took, two hours a bar, with the line at 24 hours. Bars carry [bar] as `customdata`."""
    names = [f"{end - 2} to {end} h" for end in BINS] + ["over 48 h"]
    figure = go.Figure()
    for name, colour, which in (("Within 24 h", WITHIN, range(12)), ("Late", LATE, range(12, len(bars)))):
        figure.add_bar(
            name=name,
            x=[2 * n + 1 for n in which],
            y=[bars[n] for n in which],
            customdata=[[str(n), names[n]] for n in which],
            marker_color=colour,
            marker_line_width=0,
            hovertemplate="%{customdata[1]}: %{y}<extra></extra>",
        )
    top = max(bars, default=0) or 1
    line = {"color": LINE, "dash": "dash", "width": 1.5}
    figure.add_scatter(name="24 h", x=[24, 24], y=[0, top], mode="lines", line=line, hoverinfo="skip")
    figure.update_layout(bargap=0.08, **layout())
    ticks = [0, 12, 24, 36, 48]
    figure.update_xaxes(fixedrange=True, tickvals=[*ticks, 50], ticktext=[*(f"{n} h" for n in ticks), ""])
    figure.update_yaxes(fixedrange=True, rangemode="tozero")
    return figure


def backlog(days: Sequence[Waiting]) -> go.Figure:
    """What waited at the end of each day, by age. Bars carry [day] as `customdata`."""
    figure = go.Figure()
    for n, (name, colour) in enumerate(AGES):
        figure.add_bar(
            name=name,
            x=[waiting.day for waiting in days],
            y=[waiting.ages[n] for waiting in days],
            customdata=[[waiting.day.isoformat()] for waiting in days],
            marker_color=colour,
            marker_line_width=0,
            hovertemplate=f"%{{x|%a %d %b}}<br>{name}: %{{y}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.15, **layout())
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True, rangemode="tozero")
    return figure


def week(slots: Mapping[tuple[int, int], Numbers], shows: str) -> go.Figure:
    """The hours of the week as cells: `messages`, the share `missed`, or the `median` hours, written into each.

    Cells carry ["weekday-hour"] as `customdata`. They are square points, because a heat map of Plotly's cannot be
    clicked in Streamlit.
    """
    cells = sorted(slots.items())
    values = [cell_value(numbers, shows) for _, numbers in cells]
    worst = _BUSY if shows == "messages" else _BAD
    texts = ["" if value is None else _cell_text(value, shows) for value in values]
    most = max([value or 0 for value in values] + [_LEAST[shows]])
    figure = go.Figure()
    figure.add_scatter(
        x=[hour for (_, hour), _ in cells],
        y=[weekday for (weekday, _), _ in cells],
        customdata=[[f"{weekday}-{hour}", numbers.messages] for (weekday, hour), numbers in cells],
        mode="markers+text",
        text=texts,
        textfont={"size": 10, "color": [_ink(value, most) for value in values]},
        marker={
            "symbol": "square",
            "size": 27,
            "color": [value or 0 for value in values],
            "colorscale": [[0, _CALM], [1, worst]],
            "cmin": 0,
            "cmax": most,
        },
        hovertemplate="%{text}, %{customdata[1]} messages<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(**{**layout(), "height": 330})
    figure.update_xaxes(
        fixedrange=True, range=[-0.6, 23.6], dtick=1, showgrid=False, zeroline=False,
        tickvals=list(range(0, 24, 2)), ticktext=[f"{n:02}" for n in range(0, 24, 2)],
    )  # fmt: skip
    figure.update_yaxes(
        fixedrange=True, range=[6.6, -0.6], tickvals=list(range(7)), ticktext=WEEKDAYS, showgrid=False, zeroline=False
    )
    return figure


_LEAST = {"messages": 1.0, "missed": 0.1, "median": 24.0}
"""The value that has the full colour at least, so that a calm week looks calm."""


def _ink(value: float | None, most: float) -> str:
    return "#ffffff" if (value or 0) > 0.35 * most else "#76839a"


def cell_value(numbers: Numbers, shows: str) -> float | None:
    """What a cell of the week shows; None where there is nothing to judge."""
    if shows == "messages":
        return float(numbers.messages)
    return numbers.late_response_rate if shows == "missed" else numbers.p50_hours


def _cell_text(value: float, shows: str) -> str:
    if shows == "missed":
        return f"{100 * value:.0f}%"
    return f"{value:.0f}"


def groups(rows: Sequence[tuple[str, str, Numbers]]) -> go.Figure:
    """What became of each group's messages. `rows` are (address, words, figures); bars carry [address, group]."""
    shown = list(reversed(rows))
    figure = go.Figure()
    for group, name, colour in (
        ("within", "Within 24 h", WITHIN),
        ("late", "Answered late", LATE),
        ("unanswered", "Unanswered over 24 h", UNANSWERED),
        ("pending", "Still in time", PENDING),
    ):
        counts = [_count(numbers, group) for _, _, numbers in shown]
        figure.add_bar(
            name=name,
            orientation="h",
            x=counts,
            y=[words for _, words, _ in shown],
            customdata=[[address, group] for address, _, _ in shown],
            marker_color=colour,
            marker_line_width=0,
            hovertemplate=f"%{{y}}<br>{name}: %{{x}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", **{**layout(), "height": max(180, 70 + 28 * len(shown))})
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True, type="category")
    return figure


def _count(numbers: Numbers, group: str) -> int:
    return {
        "within": numbers.answered_within_24h,
        "late": numbers.late,
        "unanswered": numbers.unanswered_over_24h,
        "pending": numbers.pending,
    }[group]


def agents(lines: Sequence[AgentLine]) -> go.Figure:
    """Mean hours until an answer, by where they went. Bars carry [agent] as `customdata`."""
    shown = [line for line in reversed(lines) if line.share.answers]
    figure = go.Figure()
    for part, name, colour in PARTS:
        figure.add_bar(
            name=name,
            orientation="h",
            x=[mean_hours(line, part) for line in shown],
            y=[agent_words(line) for line in shown],
            customdata=[[line.agent] for line in shown],
            marker_color=colour,
            marker_line_width=0,
            hovertemplate=f"%{{y}}<br>{name}: %{{x:.1f}} h<extra></extra>",
        )
    figure.update_layout(barmode="stack", **{**layout(), "height": max(190, 80 + 30 * len(shown))})
    figure.update_xaxes(fixedrange=True, ticksuffix=" h")
    figure.update_yaxes(fixedrange=True, type="category")
    return figure


def agent_words(line: AgentLine) -> str:
    """An agent's name; who does not work here any more is marked."""
    name = "Not known" if line.agent == UNKNOWN else line.agent
    return f"{name} (left)" if line.left else name


def mean_hours(line: AgentLine, part: str) -> float:
    """The mean hours of one agent's answers that went into a part."""
    return timedelta(microseconds=getattr(line.share, part)) / HOUR / line.share.answers if line.share.answers else 0.0


def layout() -> dict[str, Any]:
    """What all charts of the page share."""
    return {
        "height": 270,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "dragmode": False,
        "clickmode": "event+select",
    }
