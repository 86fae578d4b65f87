"""Bad batches: weekly contacts, returns and negative feedback of one SKU, judged against its own weeks before.

The weeks before are taken as a rate that is itself not known exactly (a Poisson rate with a Gamma belief, Jeffreys'
prior), so a young SKU needs more to raise an alarm than an old one. The last week, the last two and the last four are
judged: a jump shows in the first, a creeping rise in the last. The threshold is set so that undisturbed SKUs raise
fewer than one alarm a year per hundred; `tests/services/rules/test_batch_alarm.py` measures it by simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma, log

SPANS = (1, 2, 4)
"""Weeks that are judged together."""
BEFORE, FEWEST = 26, 8
"""So many weeks before are looked at; with fewer nothing is usual yet."""
CHARTS = 3
RARE = 1 / (100 * 52 * CHARTS * len(SPANS))
"""The probability of an alarm by chance: one a year over a hundred SKUs, three charts and three spans."""
FEWEST_HITS = 3
NEGLIGIBLE = 1e-18


@dataclass(frozen=True)
class Week:
    """One week (its Monday): so many hits beside so many units sold lately."""

    start: date
    hits: int
    sold: float


@dataclass(frozen=True)
class Alarm:
    """Hits in the last `weeks` weeks, from `since` on, against the number that was to be expected, and its chance."""

    since: date
    weeks: int
    hits: int
    expected: float
    chance: float


def judge(weeks: Sequence[Week], *, reasons: int = 1) -> Alarm | None:
    """The alarm that the last weeks raise, oldest week first; the least likely if several spans do.

    `reasons`: so many charts of this kind are kept for the SKU (one per contact reason), which share the false alarms.
    """
    found = [alarm for span in SPANS if (alarm := _span(weeks, span)) and alarm.chance < RARE / reasons]
    return min(found, key=lambda alarm: alarm.chance, default=None)


def sold_lately(sold: Sequence[float]) -> list[float]:
    """Mean units sold in each week and the three before it: what is complained of was sold some time ago."""
    return [sum(sold[max(0, n - 3) : n + 1]) / min(n + 1, 4) for n in range(len(sold))]


def tail(hits: int, before: int, ratio: float) -> float:
    """The probability of at least `hits` now after `before` hits; `ratio` is units sold now over units sold then."""
    shape = before + 0.5
    # The predictive distribution is negative binomial; the terms beyond its bulk fall geometrically.
    stay, go = log(1 / (1 + ratio)), log(ratio / (1 + ratio))
    start = shape * stay - lgamma(shape)
    mean, total, k = shape * ratio, 0.0, hits
    while True:
        term = exp(lgamma(k + shape) - lgamma(k + 1) + start + k * go)
        total += term
        if k > mean and term < NEGLIGIBLE + total * 1e-9:
            return min(1.0, total)
        k += 1


def _span(weeks: Sequence[Week], span: int) -> Alarm | None:
    recent, earlier = weeks[-span:], weeks[-span - BEFORE : -span]
    if len(earlier) < FEWEST:
        return None
    hits, before = sum(week.hits for week in recent), sum(week.hits for week in earlier)
    now, then = sum(week.sold for week in recent), sum(week.sold for week in earlier)
    if hits < FEWEST_HITS or now <= 0 or then <= 0:
        return None
    expected = before * now / then
    if hits <= expected:
        return None
    return Alarm(recent[0].start, span, hits, expected, tail(hits, before, now / then))


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
