"""Control charts of returns by period: a p-chart with exact limits, so that a bad batch stands out from chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log, log1p

FALSE_ALARM = 0.0027
"""The chance that a point of an undisturbed process lies outside: that of Shewhart's three sigma, both ends together."""
FEWEST_PERIODS = 8
"""With fewer periods that have sales the usual rate is not known well enough to call anything unusual."""
ROUNDS = 5


@dataclass(frozen=True)
class Period:
    """One point to be judged: of `of` units sold, `hits` came back."""

    start: date
    hits: int
    of: int


@dataclass(frozen=True)
class Point:
    """A judged period. `low` and `high` are fractions, None without a verdict; `verdict`: high, low, or empty."""

    start: date
    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True)
class Chart:
    """All points by time and the usual share `centre`, None while there is too little to say what is usual."""

    centre: float | None
    points: tuple[Point, ...]


def chart(periods: Sequence[Period], *, false_alarm: float = FALSE_ALARM) -> Chart:
    """Judge each period by what is usual in the others.

    What is usual is estimated without the periods that stand out (at most five rounds), so that a bad batch does not
    hide itself. Limits are those of the binomial distribution, exact also where few units were sold.
    """
    clean = [_tidy(each) for each in periods]
    counted = [each for each in clean if each.of]
    if len(counted) < FEWEST_PERIODS:
        return Chart(None, tuple(_unjudged(each) for each in clean))
    centre = _usual(counted, false_alarm)
    return Chart(centre, tuple(_judged(each, centre, false_alarm) for each in clean))


def _tidy(period: Period) -> Period:
    """No negative counts; more back than sold (a source is behind) counts as all of them."""
    of = max(period.of, 0)
    return Period(period.start, min(max(period.hits, 0), of), of)


def _usual(periods: Sequence[Period], false_alarm: float) -> float:
    kept = list(periods)
    centre = _pooled(kept)
    for _ in range(ROUNDS):
        inside = [each for each in kept if not _judged(each, centre, false_alarm).verdict]
        # What is usual needs most of the periods; a process that is never itself has no outliers.
        if len(inside) == len(kept) or 2 * len(inside) < len(periods):
            break
        kept, centre = inside, _pooled(inside)
    return centre


def _pooled(periods: Sequence[Period]) -> float:
    return sum(each.hits for each in periods) / sum(each.of for each in periods)


def _unjudged(period: Period) -> Point:
    share = period.hits / period.of if period.of else None
    return Point(period.start, period.hits, period.of, share, None, None, "")


def _judged(period: Period, centre: float, false_alarm: float) -> Point:
    if not period.of:
        return _unjudged(period)
    least, most = limits(period.of, centre, false_alarm)
    verdict = "high" if period.hits > most else "low" if period.hits < least else ""
    n = period.of
    return Point(period.start, period.hits, n, period.hits / n, least / n, most / n, verdict)


def limits(of: int, share: float, false_alarm: float = FALSE_ALARM) -> tuple[int, int]:
    """The fewest and the most hits among `of` that chance still explains: either tail has half the false alarms.

    Exact binomial quantiles; a count outside has at each end a probability of at most `false_alarm / 2`.
    """
    if share <= 0:
        return 0, 0
    if share >= 1:
        return of, of
    return _least(of, share, false_alarm / 2), of - _least(of, 1 - share, false_alarm / 2)


def _least(of: int, share: float, tail: float) -> int:
    """The smallest k with P(hits <= k) > tail: fewer than k are rarer than the tail."""
    start = _first_likely(of, share, tail)
    each, total = _probability(start, of, share), 0.0
    odds = share / (1 - share)
    for k in range(start, of + 1):
        total += each
        if total > tail:
            return k
        each *= (of - k) / (k + 1) * odds
    return of


def _first_likely(of: int, share: float, tail: float) -> int:
    """A count below which all together is far too unlikely to matter, found by halving: sums stay short."""
    low, high = 0, int(of * share)
    while low < high:
        middle = (low + high) // 2
        if _probability(middle, of, share) * (middle + 1) < tail * 1e-6:
            low = middle + 1
        else:
            high = middle
    return low


def _probability(k: int, of: int, share: float) -> float:
    ways = lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)
    return exp(ways + k * log(share) + (of - k) * log1p(-share))
