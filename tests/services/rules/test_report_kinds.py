"""Which windows of reports are asked for: all of the wanted time, nothing twice but what still changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.report_kinds import KINDS, LAG, Window, gaps, history, rolling, united

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOWS = st.lists(
    st.builds(
        lambda start, length: Window(NOW - start * DAY, NOW - start * DAY + length * DAY),
        st.integers(0, 500),
        st.integers(1, 90),
    ),
    max_size=12,
)


def covered(windows: list[Window], moment: datetime) -> bool:
    return any(window.start <= moment <= window.end for window in windows)


@given(WINDOWS, WINDOWS)
def test_windows_and_their_gaps_are_the_whole(have: list[Window], more: list[Window]) -> None:
    whole = Window(NOW - 500 * DAY, NOW)
    missing = gaps(have, whole)
    assert all(one.end < other.start for one, other in zip(missing, missing[1:], strict=False))
    for days in range(500):
        moment = NOW - days * DAY - timedelta(hours=12)
        assert covered(have, moment) != covered(missing, moment) or not whole.start <= moment <= whole.end
    assert gaps([*have, *missing], whole) == []
    assert united([*have, *more]) == united([*united(have), *united(more)])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(have=WINDOWS)
def test_no_window_is_too_long_too_new_or_already_read(kind, have: list[Window]) -> None:  # type: ignore[no-untyped-def]
    again, old = rolling(kind, have, NOW), history(kind, have, NOW)
    if again is None:
        assert old == []
        return
    for window in [again, *old]:
        assert window.start < window.end <= NOW - LAG
        assert window.end - window.start <= (kind.longest if kind.dated == "both" else kind.history)
    for window in old:
        middle = window.start + (window.end - window.start) / 2
        assert not covered([*have, again], middle)
    assert old == sorted(old, reverse=True)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.dated == "both"], ids=lambda kind: kind.name)
def test_once_all_is_read_only_what_still_changes_is_read_again(kind) -> None:  # type: ignore[no-untyped-def]
    first = [rolling(kind, [], NOW), *history(kind, [], NOW)]
    assert united(first) == [Window(NOW - LAG - kind.history, NOW - LAG)]
    assert history(kind, first, NOW) == []
    assert history(kind, first, NOW + DAY) == []
    assert rolling(kind, first, NOW + DAY) == Window(NOW + DAY - LAG - kind.reread, NOW + DAY - LAG)


def test_the_gap_of_a_long_absence_is_read_like_history() -> None:
    kind = KINDS["all_orders"]
    have = [Window(NOW - kind.history, NOW)]
    back = NOW + 40 * DAY
    assert united([*have, *history(kind, have, back), rolling(kind, have, back)])[0].end == back - LAG


def test_lookback_windows_are_those_in_which_rows_still_change() -> None:
    days = {name: kind.reread.days for name, kind in KINDS.items()}
    assert days == {"seller_feedback": 90, "account_health": 0, "fbm_returns": 60, "fbm_returns_xml": 60,
                    "fba_returns": 45, "fba_replacements": 45, "all_orders": 3}  # fmt: skip


def test_feedback_is_asked_for_with_a_start_only_and_the_whole_year_at_first() -> None:
    kind = KINDS["seller_feedback"]
    assert kind.dated == "start"
    assert rolling(kind, [], NOW) == Window(NOW - LAG - 365 * DAY, NOW - LAG)
    assert rolling(kind, [Window(NOW - DAY, NOW)], NOW) == Window(NOW - LAG - 90 * DAY, NOW - LAG)
