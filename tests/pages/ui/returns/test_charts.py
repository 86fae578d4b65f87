"""Charts of returns: they are what plotly itself takes, every bar and point says what it opens, and empty ones draw."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from pages.ui.returns import charts
from services.returns.figures import Unit
from services.rules import control_chart, return_rate
from services.rules.control_chart import Chart, Period

WEEKS = [date(2026, 8, 31) + timedelta(days=7 * n) for n in range(12)]
HITS = [2, 3, 2, 1, 3, 2, 19, 2, 1, 3, 2, 2]
TREND = control_chart.chart([Period(week, hits, 100, week < WEEKS[-1]) for week, hits in zip(WEEKS, HITS, strict=True)])
REASONS = return_rate.pareto({f"reason_{n}": n + 1 for n in range(14)})


def unit(name: str, returned: int, sold: int, *, out: bool = False) -> Unit:
    rate = return_rate.rate(returned, sold)
    return Unit(name, rate, rate, {}, out)


UNITS = [unit("NL-1", 9, 40, out=True), unit("", 1, 12), unit("NL-3", 4, 0)]
FIGURES = {
    "trend": charts.trend(TREND),
    "trend of nothing": charts.trend(Chart(None, ())),
    "reasons": charts.pareto(REASONS, {"reason_3": "defective"}),
    "reasons of nothing": charts.pareto((), {}),
    "rates": charts.rates(UNITS, "sale"),
    "rates of nothing": charts.rates((), "return"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_takes_every_word_of_it(name: str) -> None:
    """The charts are made without plotly's checks, which are slow: here they are made with them."""
    made: dict[str, Any] = FIGURES[name].to_plotly_json()
    checked = go.Figure(data=made["data"], layout=made["layout"])
    assert json.loads(checked.to_json())["data"] == json.loads(FIGURES[name].to_json())["data"]


def test_a_week_that_stands_out_is_red_and_each_point_names_its_monday() -> None:
    week = next(trace for trace in FIGURES["trend"].data if trace.name == "Week")
    assert [point[0] for point in week.customdata] == [each.isoformat() for each in WEEKS]
    assert [at for at, colour in enumerate(week.marker.color) if colour == charts.OUT] == [6]
    assert week.marker.symbol[-1] == "circle-open"  # this week is not over


def test_reasons_name_themselves_and_ours_are_amber() -> None:
    bars = FIGURES["reasons"].data[0]
    assert len(bars.x) == charts.MOST_REASONS
    assert [each[0] for each in bars.customdata] == [bar.name for bar in REASONS[: charts.MOST_REASONS]]
    assert bars.marker.color.count(charts.OURS) == 1


def test_rates_without_sales_are_left_out_and_few_are_pale() -> None:
    bars = FIGURES["rates"].data[0]
    assert list(bars.y) == ["unknown (few)", "NL-1"]
    assert list(bars.marker.opacity) == [0.45, 1.0]
    assert list(bars.marker.color) == [charts.USUAL, charts.OUT]
