"""Days in spreadsheets, in the notations of people, and what stays the same whatever the notation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import sheet_days

NOTATIONS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%d-%b-%y", "%Y%m%d")
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22", "22.11.2026", "11/22/2026", "22/11/2026", "22 Nov 2026", "November 22, 2026", "22. November 2026",
        "2026年11月22日", "20261122", "46348", "22-Nov-26", "Sun, 22 Nov 2026", "22 novembre 2026",
        "22 de noviembre de 2026", "2026-11-22T10:15:00Z", "11/22/2026 3:15 PM", " 22.11.26 ", "2026. 11. 22.",
    ],
)  # fmt: skip
def test_one_day_in_many_notations_is_one_day(text: str) -> None:
    assert sheet_days.day(text) == date(2026, 11, 22)
    assert sheet_days.identity(text) == "2026~11~22"


@pytest.mark.parametrize(
    "text", ["", "x", "1", "soon", "22.11.", "30.02.2026", "2026-13-01", "12345678", "1/2/3/4", "١"]
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert sheet_days.day(text) is None


def test_an_ambiguous_day_is_read_as_the_rest_of_its_column() -> None:
    assert sheet_days.order_of(["05/06/2026", "11/22/2026"]) == "mdy"
    assert sheet_days.order_of(["05/06/2026", "22/11/2026"]) == "dmy"
    assert sheet_days.order_of(["05/06/2026"], "mdy") == "mdy"
    assert sheet_days.day("05/06/2026", "mdy") == date(2026, 5, 6)
    assert sheet_days.day("05/06/2026", "dmy") == date(2026, 6, 5)


@settings(max_examples=60)
@given(days, st.sampled_from(NOTATIONS), st.sampled_from(NOTATIONS))
def test_a_column_shown_in_another_format_has_the_same_identity(day: date, one: str, other: str) -> None:
    assert sheet_days.identity(day.strftime(one)) == sheet_days.identity(day.strftime(other))
    assert sheet_days.is_same(day.strftime(one), day.strftime(other))


@settings(max_examples=60)
@given(days, st.sampled_from(NOTATIONS))
def test_two_days_of_a_month_never_have_one_identity(day: date, notation: str) -> None:
    other = day + timedelta(days=1)
    assert sheet_days.identity(day.strftime(notation)) != sheet_days.identity(other.strftime(notation))


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert sheet_days.day(text) is None or isinstance(sheet_days.day(text), date)
    assert isinstance(sheet_days.identity(text), str)
