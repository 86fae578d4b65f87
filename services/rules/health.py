"""Account health: what Amazon's words mean for us, how far a metric is from its target, and where it goes.

Rates are fractions. Amazon's status is kept as it stands; only where there is none is the target asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, Literal, NamedTuple

Level = Literal["bad", "near", "fine", "unknown"]
STALE_AFTER = timedelta(hours=26)
"""A daily snapshot that is older says nothing of today."""
FINE = frozenset({"NORMAL", "GOOD", "GREAT"})
SILENT = frozenset({"", "NONE"})
"""No verdict of Amazon's: the metric does not apply, or nothing was counted."""
_RANKS = {"DEACTIVATED": 5, "SUSPENDED": 5, "AT_RISK": 4, "CRITICAL": 4, "WARNED": 4}
NEAR = Fraction(4, 5)
"""A metric that has used up so much of what its target allows is shown before it is missed."""
NEAR_RATING = 250


class Metric(NamedTuple):
    """A metric's label, its unit (rate, score, count or word), and what one defect is called: one, several."""

    label: str
    unit: str
    defect: tuple[str, str] = ("defect", "defects")


_DEFECTS = ("order with a defect", "orders with a defect")
METRICS: Mapping[str, Metric] = {
    "account_status": Metric("Account status", "word"),
    "account_health_rating": Metric("Account Health Rating", "score"),
    "odr_mfn": Metric("Order defect rate, merchant", "rate", _DEFECTS),
    "odr_afn": Metric("Order defect rate, FBA", "rate", _DEFECTS),
    "late_shipment_rate": Metric("Late shipment rate", "rate", ("late shipment", "late shipments")),
    "pre_fulfillment_cancellation_rate": Metric(
        "Pre-fulfillment cancellation rate", "rate", ("cancellation", "cancellations")
    ),
    "valid_tracking_rate": Metric(
        "Valid tracking rate", "rate", ("shipment without valid tracking", "shipments without valid tracking")
    ),
    "on_time_delivery_rate": Metric("On-time delivery rate", "rate", ("late delivery", "late deliveries")),
    "unit_on_time_delivery_rate": Metric("On-time delivery rate, units", "rate", ("late unit", "late units")),
    "invoice_defect_rate": Metric("Invoice defect rate", "rate", ("invoice defect", "invoice defects")),
}
PARTS = {"negative_feedback": "Negative feedback", "claims": "A-to-z claims", "chargebacks": "Chargebacks"}
"""What an order defect is made of; an order counts once whatever it has of them."""


class Target(NamedTuple):
    """What Amazon wants: LESS_THAN, GREATER_THAN, AT_LEAST or EQUALS `value`; who says so, and since and until when."""

    value: float
    condition: str
    source: str
    since: date | None = None
    until: date | None = None


_HELP = "Amazon's seller performance targets, as they stood in November 2026"
TARGETS: Mapping[str, tuple[Target, ...]] = {
    "odr_mfn": (Target(0.01, "LESS_THAN", _HELP),),
    "odr_afn": (Target(0.01, "LESS_THAN", _HELP),),
    "late_shipment_rate": (Target(0.04, "LESS_THAN", _HELP),),
    "pre_fulfillment_cancellation_rate": (Target(0.025, "LESS_THAN", _HELP),),
    "valid_tracking_rate": (Target(0.95, "GREATER_THAN", _HELP),),
    "on_time_delivery_rate": (Target(0.9, "AT_LEAST", "Amazon's notice of September 2024", date(2024, 9, 25)),),
    "invoice_defect_rate": (Target(0.05, "LESS_THAN", _HELP),),
    "account_health_rating": (Target(200, "AT_LEAST", "Amazon's help on the rating: healthy from 200 on"),),
}
"""Used where Amazon's report names no target."""


@dataclass(frozen=True)
class Reading:
    """One metric of one snapshot. `counts`: orders, defects or good, and the parts of an order defect."""

    metric: str
    taken_at: datetime
    value: float | None = None
    word: str | None = None
    status: str | None = None
    target: float | None = None
    condition: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)


class Headroom(NamedTuple):
    """What is left until the target is missed, in words; `left` is negative or 0 once it is."""

    left: float
    words: str


class Trend(NamedTuple):
    """The change since an earlier snapshot and what it means."""

    change: float
    days: int
    direction: Literal["better", "worse", "steady"]
    words: str


def label(metric: str) -> str:
    """A metric's name for people; Amazon's own names of counts and warnings are only taken apart."""
    if metric in METRICS:
        return METRICS[metric].label
    warning, _, kind = metric.partition(".")
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind or warning).replace("_", " ")
    spaced = spaced[:1].upper() + spaced[1:].lower()
    return f"Warning: {spaced.lower()}" if kind else spaced


def unit(metric: str) -> str:
    """Rate, score, count or word."""
    if metric in METRICS:
        return METRICS[metric].unit
    return "word" if "." in metric else "count"


def shown(metric: str, value: float | None, word: str | None = None) -> str:
    """A value for people: `93.6 %`, `312`, `AT_RISK`; an em dash where there is none."""
    if unit(metric) == "word" or value is None:
        return word or "—"
    return percent(value) if unit(metric) == "rate" else f"{value:g}"


def percent(value: float) -> str:
    """`0.44 %`, `2.5 %`, `1 %`."""
    return f"{100 * value:.2f}".rstrip("0").rstrip(".") + " %"


def target(metric: str, told: float | None, condition: str | None, on: date) -> Target | None:
    """The target of a metric on a day: the report's own if it names one."""
    if told is not None:
        return Target(told, condition or _usual(metric), "Amazon's report")
    for each in TARGETS.get(metric, ()):
        if (each.since is None or each.since <= on) and (each.until is None or on < each.until):
            return each
    return None


def _usual(metric: str) -> str:
    known = TARGETS.get(metric)
    return known[0].condition if known else "EQUALS" if unit(metric) == "count" else "LESS_THAN"


def target_of(reading: Reading) -> Target | None:
    """The target that holds for a reading."""
    return target(reading.metric, reading.target, reading.condition, reading.taken_at.date())


def wanted(metric: str, goal: Target | None) -> str:
    """A target for people: `less than 1 %`, `0`."""
    if goal is None:
        return ""
    words = {"LESS_THAN": "less than ", "GREATER_THAN": "more than ", "AT_LEAST": "at least "}
    return words.get(goal.condition, "") + shown(metric, goal.value)


def is_missed(value: float, goal: Target) -> bool:
    """Whether a value misses a target; a target that is just reached by LESS_THAN or GREATER_THAN is missed."""
    if goal.condition == "GREATER_THAN":
        return value <= goal.value
    if goal.condition == "AT_LEAST":
        return value < goal.value
    return value > goal.value if goal.condition == "EQUALS" else value >= goal.value


def level(reading: Reading) -> Level:
    """What a reading asks for. Anything but NORMAL, GOOD and GREAT is bad; no word at all is judged by the target."""
    said, goal = _said(reading), target_of(reading)
    if said not in FINE | SILENT:
        return "bad"
    if reading.value is None or goal is None:
        return "fine" if said in FINE else "unknown"
    if said in SILENT and is_missed(reading.value, goal):
        return "bad"
    return "near" if _is_near(reading.metric, reading.value, goal) else "fine"


def _said(reading: Reading) -> str:
    return (reading.status or reading.word or "").strip().upper()


def _is_near(metric: str, value: float, goal: Target) -> bool:
    if unit(metric) == "score":
        return value < NEAR_RATING
    if unit(metric) != "rate":
        return False
    if goal.condition in ("GREATER_THAN", "AT_LEAST"):
        return 1 - _exact(value) >= NEAR * (1 - _exact(goal.value))
    return goal.value > 0 and _exact(value) >= NEAR * _exact(goal.value)


def rank(reading: Reading) -> int:
    """How bad: 5 deactivated, 4 at risk, 3 another word that is not good, 2 near, 1 fine, 0 not known."""
    found = level(reading)
    return _RANKS.get(_said(reading), 3) if found == "bad" else {"near": 2, "fine": 1}.get(found, 0)


def headroom(reading: Reading) -> Headroom | None:
    """How much more may go wrong until the target is missed: in defects where they are counted, else in points.

    One more defect is taken to befall an order that is counted already, so the number of orders stays.
    """
    goal, value, kind = target_of(reading), reading.value, unit(reading.metric)
    if goal is None or (value is None and kind != "rate"):
        return None
    if kind == "score" and value is not None:
        left = value - goal.value
        return Headroom(left, f"{abs(left):g} {'above' if left >= 0 else 'below'} {goal.value:g}")
    if kind == "count" and value is not None:
        left = goal.value - value
        return Headroom(left, f"{-left:g} too many" if left < 0 else "none allowed" if left == 0 else f"{left:g} left")
    return _in_defects(reading, goal) or _in_points(reading, goal)


def _in_defects(reading: Reading, goal: Target) -> Headroom | None:
    orders, good = reading.counts.get("orders"), reading.counts.get("good")
    defects = reading.counts.get("defects") if good is None else (orders or 0) - good
    if not isinstance(orders, int) or not isinstance(defects, int) or orders <= 0:
        return None
    left = _first_missing(goal, orders) - defects
    one, several = METRICS[reading.metric].defect if reading.metric in METRICS else ("defect", "defects")
    if left > 0:
        return Headroom(left, f"{left} more {one if left == 1 else several} until {percent(goal.value)}")
    much = 1 - left
    return Headroom(left, f"{much} {one if much == 1 else several} too many")


def _first_missing(goal: Target, orders: int) -> int:
    """The smallest number of defects with which the target is missed."""
    bound = _exact(goal.value) * orders
    if goal.condition == "GREATER_THAN":
        return ceil(orders - bound)
    if goal.condition == "AT_LEAST":
        return int(orders - bound) + 1
    return ceil(bound) if goal.condition == "LESS_THAN" else int(bound) + 1


def _in_points(reading: Reading, goal: Target) -> Headroom | None:
    if reading.value is None:
        return None
    left = goal.value - reading.value
    left = -left if goal.condition in ("GREATER_THAN", "AT_LEAST") else left
    points = f"{abs(100 * left):.2f}".rstrip("0").rstrip(".")
    over = is_missed(reading.value, goal)
    return Headroom(left, f"{points} points {'beyond' if over else 'until'} {percent(goal.value)}")


def trend(latest: Reading, before: Reading | None) -> Trend | None:
    """The change between two of our snapshots; None if there is nothing to compare."""
    if before is None or latest.value is None or before.value is None or before.taken_at >= latest.taken_at:
        return None
    change, days = latest.value - before.value, max(1, round((latest.taken_at - before.taken_at) / timedelta(days=1)))
    is_rate = unit(latest.metric) == "rate"
    over = f"in {days} day{'s' if days > 1 else ''}"
    if abs(change) < (0.00005 if is_rate else 0.5):
        return Trend(change, days, "steady", f"steady {over}")
    goal = target_of(latest)
    rises = goal is not None and goal.condition in ("GREATER_THAN", "AT_LEAST")
    much = f"{100 * change:+.2f}".rstrip("0").rstrip(".") + " points" if is_rate else f"{change:+g}"
    return Trend(change, days, "better" if (change > 0) == rises else "worse", f"{much} {over}")


def is_stale(taken_at: datetime | None, now: datetime) -> bool:
    """Whether a daily snapshot is too old to be believed."""
    return taken_at is None or now - taken_at > STALE_AFTER


def summary(place: str, readings: Iterable[Reading]) -> str | None:
    """One sentence about what is not as Amazon wants it, the worst first; None if all is well."""
    bad: Sequence[Reading] = sorted((each for each in readings if level(each) == "bad"), key=lambda each: -rank(each))
    if not bad:
        return None
    others = len(bad) - 1
    more = f", and {others} more need{'s' if others == 1 else ''} attention" if others else ""
    return f"{place}: {_finding(bad[0])}{more}."


def _finding(reading: Reading) -> str:
    said, goal = _said(reading), target_of(reading)
    stands = f"is {reading.status or reading.word}" if said not in SILENT else "misses its target"
    if unit(reading.metric) == "word" or reading.value is None:
        return f"{label(reading.metric)} {stands}"
    aim = f" where Amazon wants {wanted(reading.metric, goal)}" if goal else ""
    return f"{label(reading.metric)} {stands}, {shown(reading.metric, reading.value)}{aim}"


def unshipped(counts: Mapping[str, int], late: int) -> str | None:
    """One sentence about merchant orders to be shipped, by place; none may be left at the end of the day."""
    total = sum(counts.values())
    if not total:
        return None
    many = f"{total} merchant orders still have" if total > 1 else "1 merchant order still has"
    places = ", ".join(f"{place} {n}" for place, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
    past = f", {late} of them past the ship-by date" if late else ""
    return f"{many} to be shipped today ({places}){past}."


def _exact(value: float) -> Fraction:
    return Fraction(str(value))
