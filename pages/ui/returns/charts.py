"""Charts of returns as pure functions: reasons by weight, the trend with its limits, rates with their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from services.returns.figures import Unit
from services.rules.control_chart import Chart
from services.rules.return_rate import Bar, Rate

# Colour means urgency: what stands out is red, what is our fault is amber, everything else is muted.
USUAL, OURS, OUT, LINE = "#8ba3c4", "#e08e2b", "#c4361f", "#7a8496"
MOST_REASONS = 12


def pareto(bars: Sequence[Bar], faults: dict[str, str]) -> go.Figure:
    """Reasons by units, the heaviest first, and the share of all up to each. Bars carry [reason] as `customdata`."""
    shown = bars[:MOST_REASONS]
    names = [bar.name.replace("_", " ") for bar in shown]
    units = {
        "type": "bar",
        "name": "Units",
        "x": names,
        "y": [bar.units for bar in shown],
        "customdata": [[bar.name, bar.share * 100] for bar in shown],
        "marker": {"color": [OURS if faults.get(bar.name) else USUAL for bar in shown], "line": {"width": 0}},
        "hovertemplate": "%{x}<br>%{y} units (%{customdata[1]:.0f} %)<extra></extra>",
    }
    line = {
        "type": "scatter",
        "name": "Up to here",
        "x": names,
        "y": [100 * bar.up_to for bar in shown],
        "yaxis": "y2",
        "mode": "lines+markers",
        "line": {"color": LINE, "width": 1.5},
        "marker": {"color": LINE, "size": 5},
        "hovertemplate": "%{y:.0f} % up to here<extra></extra>",
    }
    right = {"overlaying": "y", "side": "right", "range": [0, 104], "tickvals": [0, 50, 100], "ticksuffix": " %"}
    return _figure(
        [units, line],
        xaxis={"fixedrange": True, "tickangle": -35},
        yaxis={"fixedrange": True, "rangemode": "tozero"},
        yaxis2={**right, "showgrid": False, "fixedrange": True, "rangemode": "tozero"},
    )


def trend(chart: Chart) -> go.Figure:
    """The share of each week between its limits. Points carry [Monday] as `customdata`; what stands out is red."""
    points = [point for point in chart.points if point.share is not None]
    weeks = [point.start for point in points]
    bounds = {"Upper limit": [_percent(p.high) for p in points], "Lower limit": [_percent(p.low) for p in points]}
    dotted = {"color": LINE, "dash": "dot", "width": 1, "shape": "hvh"}
    plain = {"type": "scatter", "x": weeks, "mode": "lines", "hoverinfo": "skip"}
    traces = [{**plain, "name": name, "y": ends, "line": dotted, "showlegend": False} for name, ends in bounds.items()]
    if chart.centre is not None:
        usual, dashed = 100 * chart.centre, {"color": LINE, "dash": "dash", "width": 1.5}
        traces.append({**plain, "name": f"Usual {usual:.1f} %", "y": [usual] * len(weeks), "line": dashed})
    traces.append({
        "type": "scatter",
        "name": "Week",
        "x": weeks,
        "y": [_percent(point.share) for point in points],
        "customdata": [[point.start.isoformat(), point.hits, point.of] for point in points],
        "mode": "lines+markers",
        "line": {"color": USUAL, "width": 2},
        "marker": {
            "color": [OUT if point.verdict == "high" else USUAL for point in points],
            "size": [11 if point.verdict else 7 for point in points],
            "symbol": ["circle" if point.high is not None else "circle-open" for point in points],
        },
        "hovertemplate": "Week of %{x|%d %b}<br>%{customdata[1]} of %{customdata[2]:.0f} (%{y:.1f} %)<extra></extra>",
    })  # fmt: skip
    shares = {"rangemode": "tozero", "ticksuffix": " %", "fixedrange": True}
    return _figure(traces, xaxis={"fixedrange": True}, yaxis=shares)


def rates(units: Sequence[Unit], basis: str) -> go.Figure:
    """The rate of each SKU or ASIN with its 95 % limits. Bars carry [name] as `customdata`."""
    shown = [unit for unit in reversed(units) if _rate(unit, basis).value is not None]
    mine = [_rate(unit, basis) for unit in shown]
    above = [100 * ((rate.high or 0) - (rate.value or 0)) for rate in mine]
    below = [100 * ((rate.value or 0) - (rate.low or 0)) for rate in mine]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [_percent(rate.value) for rate in mine],
        "y": [_label(unit, rate) for unit, rate in zip(shown, mine, strict=True)],
        "customdata": [[unit.name, rate.returned, rate.sold] for unit, rate in zip(shown, mine, strict=True)],
        "error_x": {"type": "data", "array": above, "arrayminus": below, "color": LINE, "thickness": 1},
        "marker": {
            "color": [OUT if unit.stands_out else USUAL for unit in shown],
            "opacity": [0.45 if rate.is_small else 1.0 for rate in mine],
            "line": {"width": 0},
        },
        "hovertemplate": "%{y}<br>%{customdata[1]} of %{customdata[2]} (%{x:.1f} %)<extra></extra>",
    }
    return _figure(
        [bars],
        height=max(160, 40 + 26 * len(shown)),
        showlegend=False,
        xaxis={"rangemode": "tozero", "ticksuffix": " %", "fixedrange": True},
        yaxis={"fixedrange": True, "type": "category"},
    )


def _figure(traces: list[dict[str, Any]], **layout: Any) -> go.Figure:
    """Plotly's own checks take ten times as long as all the rest of a chart; a test makes them instead."""
    return go.Figure(data=traces, layout={**_layout(), **layout}, _validate=False)


def _label(unit: Unit, rate: Rate) -> str:
    return f"{unit.name or 'unknown'}{' (few)' if rate.is_small else ''}"


def _rate(unit: Unit, basis: str) -> Rate:
    return unit.by_sale if basis == "sale" else unit.by_return


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _layout() -> dict[str, Any]:
    return {
        "height": 290,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "dragmode": False,
        "clickmode": "event+select",
    }
