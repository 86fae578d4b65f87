"""The figures of the Returns page: rates by SKU or ASIN, reasons by weight, and a trend that shows a bad batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data import return_figures as rows
from data.return_cards import monday
from data.return_figures import Units, Window
from data.store import Store
from services.returns.shapes import CHANNELS, Filters
from services.rules import control_chart, return_rate
from services.rules.control_chart import Chart, Period
from services.rules.return_rate import Bar, Rate

WEEK = timedelta(days=7)
PERIODS = {"4 weeks": 4, "13 weeks": 13, "26 weeks": 26, "52 weeks": 52}
USUAL = "26 weeks"
NAMES = {"sku": "SKU", "asin": "ASIN"}
BASES = {"sale": "By sale", "return": "By return date"}
RIPE_AFTER = timedelta(days=45)
"""A sale is judged when it is so old: a return window of 30 days, and the way back. Younger ones still come back."""
SMOOTHED = 4
"""Returns of a week are held against the sales of this week and the three before it, from which most of them come."""
SHOWN = 15


@dataclass(frozen=True)
class Unit:
    """One SKU or ASIN: its rates by return date and by sale, units by fault, and whether it is clearly above all."""

    name: str
    by_return: Rate
    by_sale: Rate
    faults: dict[str, int]
    stands_out: bool


@dataclass(frozen=True)
class Figures:
    """Everything the page draws. `units`: the heaviest first; `names` is how many there are in all.

    `orphans`: units of returns whose order is not known. `waiting`: weeks that are being counted again.
    """

    first: date
    last: date
    ripe: date
    by_return: Rate
    by_sale: Rate
    faults: dict[str, int]
    units: tuple[Unit, ...]
    names: int
    reasons: tuple[Bar, ...]
    trend: Chart
    covers: str
    read_at: datetime | None
    waiting: int


def figures(
    store: Store, filters: Filters, *, now: datetime, weeks: int = 26, name: str = "sku", basis: str = "sale"
) -> Figures:
    """The figures of the last `weeks` weeks (UTC, Monday to Sunday), this one included, in four statements."""
    last = monday(now)
    window = Window(last - (weeks - 1) * WEEK, last, _ripe(now), _narrow(filters))
    with store.read() as session:
        named = rows.by_name(session, window, name)
        weekly = rows.by_week(session, window, window.first - (SMOOTHED - 1) * WEEK)
        reasons = rows.reasons(session, window)
        waiting, read_at = rows.ages(session)
    within = [each for each in weekly if each.name >= window.first]
    returned, sold = _rates(within)
    units = [_unit(each, returned, sold) for each in named if each.returned or each.came_back]
    return Figures(
        first=window.first,
        last=now.date(),
        ripe=window.ripe,
        by_return=returned,
        by_sale=sold,
        faults={code: sum(getattr(each, code) for each in within) for code in return_rate.FAULTS},
        units=tuple(sorted(units, key=_weight)[:SHOWN]),
        names=len(units),
        reasons=return_rate.pareto(reasons),
        trend=_by_sale(within, window) if basis == "sale" else _by_return(weekly, window),
        covers=_covers(window, filters, within, now),
        read_at=read_at,
        waiting=waiting,
    )


def _ripe(now: datetime) -> date:
    """The last week whose every sale is old enough."""
    return monday(now - RIPE_AFTER) - WEEK


def _narrow(filters: Filters) -> dict[str, str]:
    return {name: getattr(filters, name) for name in rows.NARROWS}


def _rates(counted: Sequence[Units]) -> tuple[Rate, Rate]:
    """(by return date, by sale) of all of these."""
    returned, sold = sum(each.returned for each in counted), sum(each.sold for each in counted)
    back, ripe = sum(each.came_back_of_them for each in counted), sum(each.sold_long_ago for each in counted)
    return return_rate.rate(returned, sold), return_rate.rate(back, ripe)


def _unit(each: Units, returned: Rate, sold: Rate) -> Unit:
    by_return, by_sale = _rates([each])
    mine = {code: getattr(each, code) for code in return_rate.FAULTS if getattr(each, code)}
    return Unit(each.name, by_return, by_sale, mine, _above(by_sale, sold) or _above(by_return, returned))


def _above(one: Rate, everything: Rate) -> bool:
    """Clearly above: even the lower limit of its rate is more than the rate of all."""
    known = one.low is not None and everything.value is not None
    return known and not one.is_small and (one.low or 0) > (everything.value or 0)


def _weight(unit: Unit) -> tuple[bool, int, str]:
    return not unit.stands_out, -max(unit.by_return.returned, unit.by_sale.returned), unit.name


def _by_sale(within: Sequence[Units], window: Window) -> Chart:
    """Of the units sold in a week, how many came back: a p-chart; weeks that are too young are shown, not judged."""
    periods = [Period(each.name, each.came_back, each.sold, each.name <= window.ripe) for each in within]
    return control_chart.chart(periods, "p")


def _by_return(weekly: Sequence[Units], window: Window) -> Chart:
    """The units that came back in a week beside a week's sales lately: a u-chart; this week is not over."""
    sold = {each.name: each.sold for each in weekly}
    periods = []
    for each in weekly:
        if each.name >= window.first:
            lately = sum(sold.get(each.name - n * WEEK, 0) for n in range(SMOOTHED)) / SMOOTHED
            periods.append(Period(each.name, each.returned, lately, each.name < window.last))
    return control_chart.chart(periods, "u")


def _covers(window: Window, filters: Filters, within: Sequence[Units], now: datetime) -> str:
    """What the figures are about, in a sentence."""
    units, orphans = sum(each.returned for each in within), sum(each.orphans for each in within)
    narrowed = [CHANNELS.get(filters.channel, ""), filters.marketplace, filters.sku, filters.asin, filters.account]
    about = ", ".join(word for word in narrowed if word) or "all marketplaces"
    without = f"; {orphans:,} of them of orders that no report names" if orphans else ""
    return f"{units:,} units returned {window.first} to {now.date()} (UTC), {about}{without}"
