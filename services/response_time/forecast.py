"""The forecast of the Response time page: learned once a day by the sync, tried on the past, asked by the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data import forecasts
from data.store import Store
from services.inbox.queue import row_of
from services.inbox.shapes import Row
from services.rules import backtest, forecast
from services.rules.backtest import Scores, Tried
from services.rules.forecast import Clock, Look
from services.rules.pace import work
from services.team import team

NAME = "late"
LEARN_EVERY = timedelta(hours=24)
SHOWN = 12


@dataclass(frozen=True)
class DayAhead:
    """A local day and how many tickets are expected to become late on it: eight times in ten between low and high."""

    day: date
    expected: float
    low: int
    high: int


@dataclass(frozen=True)
class Absence:
    """What becomes late on a day and the day after, as the team usually works, and with nobody on that day."""

    day: date
    usual: float
    with_nobody: float

    @property
    def more(self) -> int:
        """So many more become late."""
        return round(self.with_nobody - self.usual)


@dataclass(frozen=True)
class TicketAhead:
    """A ticket that still is in time, its chance to miss, and what the chance is made of."""

    row: Row
    chance: float
    look: Look


@dataclass(frozen=True)
class Outlook:
    """The forecast and how it did on the past. Without `is_shown` there are no days, absences or tickets.

    `learned_at` None: the sync has learned nothing yet.
    """

    learned_at: datetime | None = None
    weeks: int = 0
    scores: Scores | None = None
    days: tuple[DayAhead, ...] = ()
    absences: tuple[Absence, ...] = ()
    tickets: tuple[TicketAhead, ...] = ()
    waiting: int = 0

    @property
    def is_shown(self) -> bool:
        """Only a forecast that beat the plain rule on this account's own past is shown."""
        return bool(self.scores and self.scores.is_better)


def learn(store: Store, *, now: datetime) -> bool:
    """Learn from the past of 24 weeks, at most once a day or when the team's zone changed; whether it did."""
    zone = team(store, now=now).zone_info
    with store.read() as session:
        held = forecasts.learned(session, NAME)
        if held and held.zone == zone.key and held.at <= now < held.at + LEARN_EVERY:
            return False
        past = forecast.clocks(forecasts.waits(session, now - backtest.LOADED, now))
    tried = backtest.try_out(past, now, zone)
    with store.write() as session:
        forecasts.keep(session, NAME, at=now, zone=zone.key, values=tried.to_json())
    return True


def outlook(store: Store, *, now: datetime) -> Outlook:
    """The forecast from now on; four statements, whatever lies behind it."""
    house = team(store, now=now)
    with store.read() as session:
        held = forecasts.learned(session, NAME)
        if held is None:
            return Outlook()
        tried = Tried.from_json(held.values)
        plain = Outlook(held.at, tried.weeks, tried.scores)
        if not plain.is_shown:
            return plain
        waits = forecasts.open_waits(session, now - forecast.AHEAD_FOR, now)
        clocks, zone = forecast.clocks(waits), ZoneInfo(held.zone)
        ranked = chances(tried, clocks, now, zone)
        cards = forecasts.cards(session, [clock.ticket for clock, _, _ in ranked[:SHOWN]])
    return Outlook(
        plain.learned_at,
        plain.weeks,
        plain.scores,
        days=_days(tried, clocks, now, zone),
        absences=_absences(tried, clocks, now, zone),
        tickets=tuple(
            TicketAhead(row_of(cards[clock.ticket], now=now, house=house), chance, look)
            for clock, chance, look in ranked[:SHOWN]
            if clock.ticket in cards
        ),
        waiting=len(ranked),
    )


def chances(tried: Tried, clocks: list[Clock], now: datetime, zone: ZoneInfo) -> list[tuple[Clock, float, Look]]:
    """Each waiting ticket that still is in time with its chance to miss, the highest first."""
    done = work(tried.pace, now, now + timedelta(hours=25), zone)
    found = [(clock, tried.table.chance(look), look) for _, clock, look in forecast.looks(clocks, [now], done)]
    return sorted(found, key=lambda each: (-each[1], each[0].due, each[0].ticket))


def _days(tried: Tried, clocks: list[Clock], now: datetime, zone: ZoneInfo) -> tuple[DayAhead, ...]:
    """Today and tomorrow."""
    spread = tried.scores.spread
    found = forecast.days(clocks, now, tried.table, tried.pace, zone)[:2]
    return tuple(DayAhead(day.day, day.expected, *backtest.span(day.expected, day.variance, spread)) for day in found)


def _absences(tried: Tried, clocks: list[Clock], now: datetime, zone: ZoneInfo) -> tuple[Absence, ...]:
    """The next seven days, one by one without anybody."""
    usual = forecast.days(clocks, now, tried.table, tried.pace, zone)
    found = []
    for number in range(7):
        day = usual[number].day
        without = forecast.days(clocks, now, tried.table, tried.pace, zone, nobody_on=day)
        two = slice(number, number + 2)
        found.append(Absence(day, sum(d.expected for d in usual[two]), sum(d.expected for d in without[two])))
    return tuple(found)
