"""Control charts of returns by period: exact limits around what is usual, so that a bad batch stands out from chance.

A p-chart is for units sold of which some came back (binomial), a u-chart for units that came back beside units sold,
where one is no part of the other (Poisson).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, lgamma, log, log1p
from typing import Literal

FALSE_ALARM = 0.0027
"""The chance that a point of an undisturbed process lies outside, both ends together: Shewhart's three sigma."""
FEWEST_PERIODS = 8
"""With fewer periods that have sales the usual rate is not known well enough to call anything unusual."""
ROUNDS = 5
NEGLIGIBLE = 1e-9
Kind = Literal["p", "u"]


@dataclass(frozen=True)
class Period:
    """One point: beside `of` units sold, `hits` came back. Not `is_over`: it is shown, not judged."""

    start: date
    hits: int
    of: float
    is_over: bool = True


@dataclass(frozen=True)
class Point:
    """A judged period. Shares are fractions; `low` and `high` are None without a verdict: high, low, or empty."""

    start: date
    hits: int
    of: float
    share: float | None
    low: float | None = None
    high: float | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Chart:
    """All points by time and the usual share `centre`, None while there is too little to say what is usual."""

    centre: float | None
    points: tuple[Point, ...]


def chart(periods: Sequence[Period], kind: Kind = "p", *, false_alarm: float = FALSE_ALARM) -> Chart:
    """Judge each period that is over by what is usual in the others.

    What is usual is estimated without the periods that stand out (at most five rounds), so that a bad batch does not
    hide itself. Limits are exact also where few units were sold.
    """
    clean = [_tidy(each, kind) for each in periods]
    counted = [each for each in clean if each.of and each.is_over]
    if len(counted) < FEWEST_PERIODS:
        return Chart(None, tuple(_shown(each) for each in clean))
    centre = _usual(counted, kind, false_alarm)
    return Chart(centre, tuple(_judged(each, centre, kind, false_alarm) for each in clean))


def limits(of: float, share: float, false_alarm: float = FALSE_ALARM, kind: Kind = "p") -> tuple[int, int]:
    """The fewest and the most hits beside `of` that chance still explains: either tail has half the false alarms.

    Exact quantiles: a count below the fewest, or above the most, has a probability of at most `false_alarm / 2`.
    """
    if kind == "u":
        return _poisson_limits(of * share, false_alarm / 2)
    n = int(of)
    if share <= 0:
        return 0, 0
    if share >= 1:
        return n, n
    return _least(n, share, false_alarm / 2), n - _least(n, 1 - share, false_alarm / 2)


def _tidy(period: Period, kind: Kind) -> Period:
    """No negative counts; in a p-chart more back than sold (a source is behind) counts as all of them."""
    of = max(period.of, 0)
    hits = max(period.hits, 0)
    return replace(period, hits=min(hits, int(of)) if kind == "p" else hits, of=of)


def _usual(periods: Sequence[Period], kind: Kind, false_alarm: float) -> float:
    kept = list(periods)
    centre = _pooled(kept)
    for _ in range(ROUNDS):
        inside = [each for each in kept if not _judged(each, centre, kind, false_alarm).verdict]
        # What is usual needs most of the periods; a process that is never itself has no outliers.
        if len(inside) == len(kept) or 2 * len(inside) < len(periods):
            break
        kept, centre = inside, _pooled(inside)
    return centre


def _pooled(periods: Sequence[Period]) -> float:
    return sum(each.hits for each in periods) / sum(each.of for each in periods)


def _shown(period: Period) -> Point:
    return Point(period.start, period.hits, period.of, period.hits / period.of if period.of else None)


def _judged(period: Period, centre: float, kind: Kind, false_alarm: float) -> Point:
    if not period.of or not period.is_over:
        return _shown(period)
    least, most = limits(period.of, centre, false_alarm, kind)
    verdict = "high" if period.hits > most else "low" if period.hits < least else ""
    return replace(_shown(period), low=least / period.of, high=most / period.of, verdict=verdict)


def _least(of: int, share: float, tail: float) -> int:
    """The smallest k with P(hits <= k) > tail: fewer than k are rarer than the tail."""
    start = _first_likely(of, share)
    each, total = _probability(start, of, share), 0.0
    odds = share / (1 - share)
    for k in range(start, of + 1):
        total += each
        if total > tail:
            return k
        each *= (of - k) / (k + 1) * odds
    return of


def _first_likely(of: int, share: float) -> int:
    """A count below which all together is far too unlikely to matter: sums stay short."""
    spread = (of * share * (1 - share)) ** 0.5
    return max(0, int(of * share - 8 * spread - 8))


def _probability(k: int, of: int, share: float) -> float:
    ways = lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)
    return exp(ways + k * log(share) + (of - k) * log1p(-share))


def _poisson_limits(expected: float, tail: float) -> tuple[int, int]:
    if expected <= 0:
        return 0, 0
    # Below this count nothing matters: ten standard deviations, or zero.
    start = max(0, int(expected - 10 * expected**0.5 - 10))
    each, total, least = exp(start * log(expected) - expected - lgamma(start + 1)), 0.0, None
    k = start
    while True:
        total += each
        if least is None and total > tail:
            least = k
        if 1 - total <= tail or (each < tail * NEGLIGIBLE and k > expected):
            return least or 0, k
        k += 1
        each *= expected / k
