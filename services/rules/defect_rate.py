"""The order defect rate rebuilt from our own rows, and what it would be if one thing or another happened.

Amazon's words: orders with at least one defect, over all orders, of a 60-day window; negative feedback (1 or 2 stars),
A-to-z claims that were not denied, and service chargebacks; once per order; the target is under 1 %.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

WINDOW = timedelta(days=60)
TARGET = Fraction(1, 100)
NEGATIVE = 2
"""So many stars or fewer are negative feedback."""
KINDS = ("feedback", "a_to_z", "chargeback")
LABELS = {"feedback": "Negative feedback", "a_to_z": "A-to-z claim", "chargeback": "Chargeback"}
_NOT_SERVICE = ("fraud", "unauthori", "not authori", "stolen", "betrug", "frode", "fraude")


@dataclass(frozen=True)
class Defect:
    """One reason why an order counts as defective; `is_open`: not decided yet, so it may still go away."""

    order_id: str
    kind: str
    purchased_at: datetime
    is_open: bool = False


@dataclass(frozen=True)
class Rate:
    """A rate: `defects` of `orders`; `reasons` are kinds by order. `value` is None without orders."""

    orders: int
    reasons: Mapping[str, frozenset[str]]

    @property
    def defects(self) -> int:
        """Orders with a defect: each counts once, for whatever number of reasons."""
        return len(self.reasons)

    @property
    def value(self) -> Fraction | None:
        """The rate itself."""
        return Fraction(self.defects, self.orders) if self.orders else None

    @property
    def is_good(self) -> bool:
        """Under the target; no orders are no trouble."""
        return self.value is None or self.value < TARGET

    @property
    def headroom(self) -> int:
        """So many more defective orders still keep the rate under the target; 0 where it is not."""
        return max(-(-self.orders * TARGET.numerator // TARGET.denominator) - 1 - self.defects, 0)

    @property
    def orders_needed(self) -> int:
        """So many more orders without a defect bring the rate under the target; 0 where it is."""
        return 0 if self.is_good else self.defects * TARGET.denominator // TARGET.numerator + 1 - self.orders


def is_negative(stars: int) -> bool:
    """Whether a feedback is a defect."""
    return stars <= NEGATIVE


def claim_counts(kind: str, outcome: str | None, reason: str | None = None) -> bool:
    """Whether a claim or chargeback is a defect: unless denied or withdrawn; of chargebacks not those for fraud."""
    if outcome in ("denied", "withdrawn"):
        return False
    return kind != "chargeback" or not any(word in (reason or "").lower() for word in _NOT_SERVICE)


def leaves_at(purchased_at: datetime) -> datetime:
    """When an order leaves the 60-day window, and its defects with it."""
    return purchased_at + WINDOW


def rate(orders: int, defects: Iterable[Defect], *, start: datetime, end: datetime) -> Rate:
    """The rate of `orders` orders bought in [start, end), of which these have defects; others are left out."""
    reasons: dict[str, set[str]] = {}
    for defect in defects:
        if start <= defect.purchased_at < end:
            reasons.setdefault(defect.order_id, set()).add(defect.kind)
    # A defective order is an order, also where the count of orders is behind.
    return Rate(max(orders, len(reasons)), {order: frozenset(kinds) for order, kinds in reasons.items()})


def what_if(now: Rate, *, without: Collection[tuple[str, str]] = (), more_orders: int = 0) -> Rate:
    """The rate if these (order, kind) were gone (feedback removed, claim won) and `more_orders` came without defect.

    Raises ValueError for a negative number of orders.
    """
    if more_orders < 0:
        raise ValueError("more orders cannot be fewer than none")
    gone = set(without)
    left = {
        order: frozenset(kind for kind in kinds if (order, kind) not in gone) for order, kinds in now.reasons.items()
    }
    return Rate(now.orders + more_orders, {order: kinds for order, kinds in left.items() if kinds})


@dataclass(frozen=True)
class Amazons:
    """Amazon's own figure of one snapshot; counts are None where the report does not tell them."""

    value: float | None
    taken_at: datetime
    window_from: datetime | None = None
    window_to: datetime | None = None
    orders: int | None = None
    defects: int | None = None
    by_kind: Mapping[str, int] | None = None


def from_snapshot(
    value: float | None, taken_at: datetime, window: tuple[Any, Any], details: Mapping[str, Any]
) -> Amazons:
    """Amazon's figure out of a stored metric and its details."""
    names = {"feedback": "negative_feedback", "a_to_z": "claims", "chargeback": "chargebacks"}
    by_kind = {kind: details[name] for kind, name in names.items() if isinstance(details.get(name), int)}
    return Amazons(value, taken_at, *window, details.get("orders"), details.get("defects"), by_kind)


def difference(ours: Rate, theirs: Amazons, *, same_window: bool) -> tuple[str, ...]:
    """Why our figure is not Amazon's, in sentences; empty if there is nothing to explain."""
    said = []
    if not same_window:
        said.append("Amazon does not say which 60 days its figure covers; ours end now.")
    if theirs.orders is not None and theirs.orders != ours.orders:
        more = theirs.orders - ours.orders
        which = "orders that are not in our reports yet" if more > 0 else "orders that Amazon does not count"
        said.append(f"Orders: Amazon {theirs.orders:,}, we {ours.orders:,}; {abs(more):,} {which}.")
    for kind, label in LABELS.items():
        counted = sum(kind in kinds for kinds in ours.reasons.values())
        amazon = (theirs.by_kind or {}).get(kind)
        if amazon is not None and amazon != counted:
            said.append(f"{label}: Amazon {amazon}, we {counted}.")
    if theirs.defects is not None and theirs.defects != ours.defects:
        said.append(f"Orders with a defect: Amazon {theirs.defects}, we {ours.defects}.")
    return tuple(said)
