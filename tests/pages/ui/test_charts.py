"""Charts: the figures they show are the figures they were given."""

from __future__ import annotations

from datetime import date

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
