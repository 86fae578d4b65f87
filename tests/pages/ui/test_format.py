"""Words for times, spans and names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import format as words

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-144, "late 2 h 24 m"),
        (-1, "late 0 h 01 m"),
        (0, "0 h 00 m left"),
        (43, "0 h 43 m left"),
        (47 * 60 + 59, "47 h 59 m left"),
        (48 * 60, "2 d 0 h left"),
        (-100 * 60, "late 4 d 4 h"),
    ],
)
def test_time_left_is_said_in_words(minutes: int, said: str) -> None:
    assert words.left(NOW + timedelta(minutes=minutes), NOW) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "Sun 22 Nov 10:00"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Thu 2 Jul 00:30"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "Thu 1 Jan 00:30"),
        (datetime(2025, 12, 31, 12, 0, tzinfo=UTC), "Wed 31 Dec 2025 13:00"),
    ],
)
def test_times_are_local_and_name_another_year(moment: datetime, said: str) -> None:
    assert words.when(moment, BERLIN, NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s ago"), (20, "20 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (4 * 86400, "4 days ago")],
)
def test_ages_are_said_in_one_unit(seconds: int, said: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(("octets", "said"), [(0, "0 B"), (999, "999 B"), (34_000, "34 kB"), (2_100_000, "2.1 MB")])
def test_sizes_are_short(octets: int, said: str) -> None:
    assert words.size(octets) == said


def test_what_cannot_be_measured_is_a_dash() -> None:
    assert (words.hours(None), words.share(None)) == ("—", "—")


@given(st.text())
def test_outside_text_in_a_label_has_no_live_punctuation(text: str) -> None:
    plain = words.plain(text)
    unescaped = plain.replace("\\\\", "").split("\\")
    rest = unescaped[0] + "".join(piece[1:] for piece in unescaped[1:])
    assert not set(rest) & set("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~")


@given(st.text())
def test_outside_text_in_html_opens_no_tag(text: str) -> None:
    assert not set(words.escaped(text)) & set("<>\"'")
