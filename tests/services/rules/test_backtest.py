"""The forecast on simulated teams: better than sorting by Time Left where pace decides, modest where it does not."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from services.rules import backtest, forecast
from services.rules.backtest import Tried
from services.rules.forecast import Clock
from services.rules.pace import HOUR, WEEK

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@cache
def a_team(weeks: int = 24, arrivals: float = 1.2, answers: int = 6) -> tuple[Clock, ...]:
    """Buyers write at all hours; people answer Monday to Saturday from 8 to 18, the oldest first, `answers` an hour."""
    chance, moment = random.Random(7), NOW - weeks * WEEK
    waiting: list[tuple[datetime, int]] = []
    clocks: list[Clock] = []
    while moment < NOW:
        come = int(arrivals) + (chance.random() < arrivals % 1)
        waiting += [(moment + chance.random() * HOUR, len(waiting) + len(clocks) + n) for n in range(come)]
        local = moment.astimezone(ZONE)
        can = answers if local.weekday() < 6 and 8 <= local.hour < 18 and chance.random() > 0.1 else 0
        for since, ticket in waiting[:can]:
            clocks.append(Clock(ticket, since, max(since, moment) + chance.random() * HOUR))
        waiting = waiting[can:]
        moment += HOUR
    clocks += [Clock(ticket, since, None) for since, ticket in waiting]
    return tuple(sorted(clocks, key=lambda clock: (clock.since, clock.ticket)))


@cache
def tried() -> Tried:
    return backtest.try_out(a_team(), NOW, ZONE)


def test_where_nobody_works_on_sundays_the_forecast_beats_sorting_by_time_left() -> None:
    scores = tried().scores
    assert tried().weeks == 8
    assert scores.is_better is True
    assert scores.brier is not None
    assert scores.plain_brier is not None
    assert scores.brier < 0.5 * scores.plain_brier


def test_most_misses_are_flagged_six_hours_ahead_and_few_flags_are_false() -> None:
    scores = tried().scores
    assert scores.missed_flagged / scores.missed > 0.8
    assert (scores.flagged - scores.missed_flagged) / scores.flagged < 0.3


def test_what_is_foretold_comes_as_often_as_it_is_foretold() -> None:
    for n, foretold, came in tried().scores.bins:
        if n >= 1000:
            assert foretold / n == pytest.approx(came / n, abs=0.15)


def test_the_range_for_tomorrow_holds_about_eight_times_in_ten() -> None:
    scores = tried().scores
    assert len(scores.days) >= 50
    assert scores.days_inside / len(scores.days) > 0.7


def test_the_scores_do_not_change_with_what_happens_after_the_tested_time() -> None:
    """Each week knows only what lies before it: another last week leaves the table of the weeks before as it was."""
    cut = NOW - WEEK
    earlier = [clock for clock in a_team() if clock.since < cut]
    known_then = [clock if clock.answered_at and clock.answered_at < cut else Clock(clock.ticket, clock.since, None)
                  for clock in earlier]  # fmt: skip
    then = backtest.try_out(known_then, cut, ZONE)
    later = backtest.try_out(a_team(), NOW, ZONE)
    days_then = {day[0]: day[1:] for day in then.scores.days}
    days_later = {day[0]: day[1:] for day in later.scores.days}
    both = sorted(set(days_then) & set(days_later))
    assert len(both) >= 40
    for day in both:
        assert days_then[day] == pytest.approx(days_later[day])


def test_a_team_without_misses_gets_no_forecast() -> None:
    quick = tuple(Clock(n, NOW - n * HOUR, NOW - n * HOUR + HOUR) for n in range(1500, 0, -1))
    found = backtest.try_out(quick, NOW, ZONE)
    assert found.scores.missed == 0
    assert found.scores.is_better is None


@pytest.mark.parametrize(("weeks", "tested"), [(0, 0), (1, 0), (3, 1), (6, 4)])
def test_a_short_past_is_tried_as_far_as_it_goes(weeks: int, tested: int) -> None:
    found = backtest.try_out(a_team(weeks=weeks) if weeks else (), NOW, ZONE)
    assert abs(found.weeks - tested) <= 1
    assert forecast.days([], NOW, found.table, found.pace, ZONE)


def test_what_was_learned_survives_the_store() -> None:
    assert Tried.from_json(json.loads(json.dumps(tried().to_json()))) == tried()


@pytest.mark.parametrize(
    ("expected", "variance", "spread", "low_high"),
    [(0.0, 0.0, 1.0, (0, 0)), (10.0, 9.0, 1.0, (6, 14)), (5.99, 0.0, 1.0, (5, 6)), (1.0, 4.0, 4.0, (0, 7))],
)
def test_a_range_is_never_below_nothing(
    expected: float, variance: float, spread: float, low_high: tuple[int, int]
) -> None:
    assert backtest.span(expected, variance, spread) == low_high


def test_a_team_that_changes_its_ways_by_the_hour_is_not_credited() -> None:
    """Answers at random: there is nothing to learn from the queue, and the forecast must not claim much."""
    chance = random.Random(3)
    clocks = [Clock(n, NOW - timedelta(minutes=60 * n), None) for n in range(4000, 0, -1)]
    answered = [Clock(each.ticket, each.since, each.since + chance.uniform(1, 30) * HOUR) for each in clocks]
    known = [each if each.answered_at and each.answered_at < NOW else Clock(each.ticket, each.since, None)
             for each in answered]  # fmt: skip
    scores = backtest.try_out(known, NOW, ZONE).scores
    assert scores.brier is not None
    assert scores.plain_brier is not None
    assert abs(scores.brier - scores.plain_brier) < 0.02
