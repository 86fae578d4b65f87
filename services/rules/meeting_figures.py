"""The figures that a meeting looks at and decides by: their names, how they are written, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Better = Literal["up", "down", ""]


class Spec(NamedTuple):
    """A figure's label, how it is written (share, hours, count), which way is better, and whether it is a headline."""

    label: str
    form: str
    better: Better
    is_headline: bool = True


FIGURES: Mapping[str, Spec] = {
    "messages": Spec("Buyer messages", "count", ""),
    "within_24h": Spec("Answered within 24 h", "share", "up"),
    "missed": Spec("Late or unanswered", "count", "down"),
    "p50_hours": Spec("Median hours to answer", "hours", "down"),
    "p90_hours": Spec("90th percentile, hours", "hours", "down"),
    "negative_feedback": Spec("Negative feedback", "count", "down"),
    "returned_units": Spec("Units returned", "count", "down"),
    "cases_opened": Spec("Claims, chargebacks opened", "count", "down"),
    "late_response_rate": Spec("Late response rate", "share", "down", is_headline=False),
    "unanswered_over_24h": Spec("Unanswered over 24 h", "count", "down", is_headline=False),
    "odr_mfn": Spec("Order defect rate, merchant", "share", "down", is_headline=False),
    "odr_afn": Spec("Order defect rate, FBA", "share", "down", is_headline=False),
    "late_shipment_rate": Spec("Late shipment rate", "share", "down", is_headline=False),
    "valid_tracking_rate": Spec("Valid tracking rate", "share", "up", is_headline=False),
    "on_time_delivery_rate": Spec("On-time delivery rate", "share", "up", is_headline=False),
}
HEALTH = ("odr_mfn", "odr_afn", "late_shipment_rate", "valid_tracking_rate", "on_time_delivery_rate")
"""Figures of Amazon's account health reports; over several marketplaces the worst of them."""
VERDICTS = {
    "reached": "Target reached",
    "nearer": "Moved towards the target",
    "same": "Did not move",
    "farther": "Moved away from the target",
    "unknown": "Not known",
}


def shown(form: str, value: float | None) -> str:
    """A value in words: `97.4 %`, `3.4 h`, `1,204`; an em dash where there is none."""
    if value is None:
        return "—"
    if form == "share":
        return f"{100 * value:.1f} %"
    if form == "hours":
        return f"{value:.1f} h"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def changed(form: str, value: float | None, other: float | None) -> str:
    """The difference in words: `+1.2 points`, `-0.4 h`, `±0`; nothing where one of both is not known."""
    if value is None or other is None:
        return ""
    difference = (value - other) * (100 if form == "share" else 1)
    whole = form == "count" and float(difference).is_integer()
    text = f"{difference:+,.0f}" if whole else f"{difference:+,.1f}"
    if not text.strip("+-0.,"):
        return "±0"
    return text.replace("-", "−") + {"share": " points", "hours": " h"}.get(form, "")


def tone(better: str, value: float | None, other: float | None) -> str:
    """better, worse, or nothing if it did not move or nobody can say."""
    if not better or value is None or other is None or value == other:
        return ""
    return "better" if (value > other) == (better == "up") else "worse"


def verdict(better: str, *, then: float | None, now: float | None, target: float) -> str:
    """What became of a decision's figure: a key of VERDICTS.

    A target is reached once the figure is as good or better; a figure without a better way has to meet it exactly.
    """
    if now is None:
        return "unknown"
    reached = now >= target if better == "up" else now <= target if better == "down" else now == target
    if reached:
        return "reached"
    if then is None:
        return "unknown"
    if now == then:
        return "same"
    return "nearer" if abs(now - target) < abs(then - target) else "farther"
