"""Days as marketplaces write them, and what a form of days says about the marketplace."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import report_dates as rules
from services.rules.marketplaces import MARKETPLACES
from services.rules.return_reasons import CODES, reason

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORMS = {"US": "%m/%d/%y", "DE": "%d.%m.%y", "SE": "%Y-%m-%d", "JP": "%y/%m/%d"}


@given(st.dates(date(2000, 1, 1), date(2026, 11, 22)), st.sampled_from(sorted(MARKETPLACES)))
def test_each_marketplaces_own_form_is_read_as_it_was_meant(day: date, code: str) -> None:
    written = day.strftime(FORMS.get(code, "%d/%m/%y"))
    assert rules.feedback_day(written, [code], NOW) == day
    assert code in rules.likely_marketplaces([written], list(MARKETPLACES), NOW)


@pytest.mark.parametrize("text", ["", "soon", "99/99/99", "11/20/36", "1/1/1", "2026-13-01", "20261120x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        rules.feedback_day(text, ["US"], NOW)


def test_a_day_that_its_marketplace_cannot_have_written_is_read_as_another_writes_it() -> None:
    assert rules.feedback_day("22/11/26", ["US"], NOW) == date(2026, 11, 22)


def test_one_bad_day_does_not_hide_what_the_others_say() -> None:
    assert rules.likely_marketplaces(["11/20/26", "11/21/26", "99/99/99"], ["UK", "US"], NOW) == ["US"]
    assert rules.likely_marketplaces(["nonsense"], ["UK", "US"], NOW) == []
    assert rules.likely_marketplaces([], ["UK", "US"], NOW) == ["UK", "US"]


@pytest.mark.parametrize(
    ("texts", "candidates", "order"),
    [
        (["11/20/2026 10:00"], ["UK"], "mdy"),
        (["20/11/2026"], ["US"], "dmy"),
        (["02/03/2026"], ["US"], "mdy"),
        (["02/03/2026"], ["DE", "US"], "dmy"),
        ([], ["US"], "mdy"),
    ],
)
def test_the_days_of_a_report_tell_their_order(texts: list[str], candidates: list[str], order: str) -> None:
    assert rules.likely_order(texts, candidates, NOW) == order


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("CR-DEFECTIVE", "defective"), ("DEFECTIVE", "defective"), ("cr-unwanted_item", "unwanted_item"),
        ("AMZ-PG-BAD-ITEM", "amz-pg-bad-item"), ("NEVER_HEARD_OF", "other"), ("", "other"), (None, "other"),
        ("UND-UNKNOWN", "und-unknown"), ("OTHER", "other"),
    ],
)  # fmt: skip
def test_reasons_are_amazons_codes_in_one_spelling(raw: str | None, expected: str) -> None:
    assert reason(raw) == expected
    assert len(CODES) > 40
