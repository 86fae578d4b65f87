"""How figures and their changes are written, and what became of a decision's figure."""

from __future__ import annotations

import pytest

from services.rules.meeting_figures import FIGURES, HEALTH, changed, shown, tone, verdict


@pytest.mark.parametrize(
    ("form", "value", "other", "words", "change"),
    [
        ("share", 0.974, 0.95, "97.4 %", "+2.4 points"),
        ("share", 0.5, 1.0, "50.0 %", "−50.0 points"),
        ("share", 0.95, 0.95001, "95.0 %", "±0"),
        ("hours", 3.44, 4.0, "3.4 h", "−0.6 h"),
        ("count", 1204.0, 4, "1,204", "+1,200"),
        ("count", 3, 2.5, "3", "+0.5"),
        ("count", 0, 0, "0", "±0"),
        ("share", None, 0.5, "—", ""),
        ("hours", 1.0, None, "1.0 h", ""),
    ],
)
def test_a_value_and_its_change_in_words(
    form: str, value: float | None, other: float | None, words: str, change: str
) -> None:
    assert (shown(form, value), changed(form, value, other)) == (words, change)


@pytest.mark.parametrize(
    ("better", "then", "now", "target", "expected"),
    [
        ("up", 0.5, 0.9, 0.9, "reached"),
        ("up", 0.5, 0.7, 0.9, "nearer"),
        ("up", 0.5, 0.4, 0.9, "farther"),
        ("up", 0.5, 0.5, 0.9, "same"),
        ("down", 12, 0, 2, "reached"),
        ("down", 12, 13, 2, "farther"),
        ("down", None, 3, 2, "unknown"),
        ("down", None, 1, 2, "reached"),
        ("up", 0.5, None, 0.9, "unknown"),
        ("", 10, 8, 8, "reached"),
        ("", 10, 9, 8, "nearer"),
    ],
)
def test_what_became_of_a_decisions_figure(
    better: str, then: float | None, now: float | None, target: float, expected: str
) -> None:
    assert verdict(better, then=then, now=now, target=target) == expected


def test_a_change_is_better_or_worse_by_the_figures_own_way() -> None:
    assert [tone("up", 2, 1), tone("down", 2, 1), tone("", 2, 1), tone("up", 1, 1), tone("up", None, 1)] == [
        "better", "worse", "", "", ""
    ]  # fmt: skip


def test_every_health_figure_is_a_figure() -> None:
    assert set(HEALTH) <= set(FIGURES)
