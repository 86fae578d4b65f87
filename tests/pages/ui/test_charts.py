"""Charts: the figures they show are the figures they were given."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pages.ui import charts
from services.rules.response_time import Numbers

DAYS = (
    (date(2026, 11, 20), Numbers(10, 7, 1, 2, 0, 5.0, 20.0)),
    (date(2026, 11, 21), Numbers(0, 0, 0, 0, 0, None, None)),
    (date(2026, 11, 22), Numbers(4, 1, 0, 0, 3, 2.0, 2.0)),
)


def test_the_shares_of_a_day_add_up_to_all_its_messages() -> None:
    bars = [trace for trace in charts.share_by_day(DAYS, target=0.9).data if trace.type == "bar"]
    assert [sum(bar.y[at] for bar in bars) for at in range(3)] == [100, 0, 100]
    assert [bar.y[0] for bar in bars] == [70, 10, 20, 0]


def test_each_bar_knows_its_day_and_group() -> None:
    first = charts.share_by_day(DAYS, target=0.9).data[0]
    assert list(first.customdata[0]) == ["2026-11-20", "within", 7]


def test_the_target_and_the_24_hours_are_lines_with_names() -> None:
    assert [trace.name for trace in charts.share_by_day(DAYS, target=0.9).data][-1] == "Target 90 %"
    assert [trace.name for trace in charts.hours_by_day(DAYS).data] == ["Median", "90th percentile", "24 h"]


def test_a_day_without_answers_has_no_point() -> None:
    median = charts.hours_by_day(DAYS).data[0]
    assert list(median.x) == [date(2026, 11, 20), date(2026, 11, 22)]
    assert list(median.y) == [5.0, 2.0]


SNAPSHOTS = [
    ("US", datetime(2026, 11, 20, 9, tzinfo=UTC), 0.004),
    ("DE", datetime(2026, 11, 20, 9, tzinfo=UTC), 0.008),
    ("DE", datetime(2026, 11, 21, 9, tzinfo=UTC), None),
    ("DE", datetime(2026, 11, 22, 9, tzinfo=UTC), 0.012),
]


def test_the_trend_draws_the_opened_marketplace_on_top_and_the_target_last() -> None:
    traces = charts.trend_by_place(SNAPSHOTS, place="US", rate=True, target=0.01, name="Target").data
    assert [trace.name for trace in traces] == ["DE", "US", "Target"]
    assert (list(traces[0].y), list(traces[2].y)) == ([0.8, 1.2], [1.0, 1.0])
    assert traces[1].line.width > traces[0].line.width


def test_the_trend_of_a_count_is_drawn_as_it_is() -> None:
    traces = charts.trend_by_place(SNAPSHOTS, place="DE", rate=False, target=None, name="").data
    assert [(trace.name, list(trace.y)) for trace in traces] == [("US", [0.004]), ("DE", [0.008, 0.012])]
