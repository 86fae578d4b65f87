"""Charts of response times: they show what they were given, and each mark knows what it opens."""

from __future__ import annotations

from datetime import date

import pytest

from pages.ui.response_time import charts
from services.response_time.fair import AgentLine, Share
from services.response_time.views import Waiting
from services.rules.response_cells import BINS, Ages
from services.rules.response_time import Numbers

FEW = Numbers(10, 6, 1, 2, 1, 5.0, 20.0, 30.0)


def test_the_bars_beyond_24_hours_are_late_and_every_bar_knows_its_number() -> None:
    bars = list(range(len(BINS) + 1))
    within, late, line = charts.distribution(bars).data
    assert [*within.y, *late.y] == bars
    assert [at[0] for at in [*within.customdata, *late.customdata]] == [str(n) for n in bars]
    assert [at[1] for at in late.customdata][:1] == ["24 to 26 h"]
    assert late.customdata[-1][1] == "over 48 h"
    assert list(line.x) == [24, 24]


def test_the_backlog_is_stacked_by_age() -> None:
    figure = charts.backlog([Waiting(date(2026, 11, 20), Ages(4, 3, 2, 1))])
    assert [trace.y[0] for trace in figure.data] == [4, 3, 2, 1]
    assert {trace.customdata[0][0] for trace in figure.data} == {"2026-11-20"}


@pytest.mark.parametrize(
    ("shows", "text", "colour"), [("messages", "10", 10.0), ("missed", "33%", 1 / 3), ("median", "5", 5.0)]
)
def test_a_cell_of_the_week_says_its_value_in_words(shows: str, text: str, colour: float) -> None:
    (trace,) = charts.week({(6, 23): FEW}, shows).data
    assert (list(trace.text), list(trace.marker.color)) == ([text], [pytest.approx(colour)])
    assert list(trace.customdata[0]) == ["6-23", 10]
    assert (trace.x[0], trace.y[0]) == (23, 6)


def test_a_week_without_messages_and_a_cell_without_a_value_can_be_drawn() -> None:
    assert list(charts.week({}, "missed").data[0].x) == []
    assert list(charts.week({(0, 0): Numbers(1, 0, 0, 0, 1, None, None)}, "median").data[0].text) == [""]


def test_a_group_is_as_long_as_its_messages_and_opens_each_part() -> None:
    figure = charts.groups([("DE", "DE", FEW), ("-", "Not known", FEW)])
    assert [sum(trace.x[n] for trace in figure.data) for n in (0, 1)] == [10, 10]
    assert [list(trace.customdata[0]) for trace in figure.data] == [
        ["-", "within"], ["-", "late"], ["-", "unanswered"], ["-", "pending"]
    ]  # fmt: skip


def test_the_parts_of_an_agents_bar_are_the_mean_hours_and_who_left_is_marked() -> None:
    hour = 3_600_000_000
    line = AgentLine("Ana", Share(2, 1, 0, 1, 2 * hour, 4 * hour, 6 * hour, 0, 8 * hour), left=True)
    nobody = AgentLine("Bo", Share(charged=1), left=False)
    figure = charts.agents([line, nobody])
    assert {trace.name: trace.x[0] for trace in figure.data} == {
        "In their hands": 3.0,
        "Until we had read it": 1.0,
        "Without an owner": 2.0,
        "In others' hands": 0.0,
        "Waiting for a supervisor": 4.0,
    }
    assert [list(trace.y) for trace in figure.data][0] == ["Ana (left)"]
    assert figure.data[0].customdata[0][0] == "Ana"
    assert charts.mean_hours(nobody, "mine") == 0
