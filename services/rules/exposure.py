"""Exposure of a waiting ticket: the chance that its order becomes a defect, times what that costs, and why.

A defect is an A-to-z claim, a chargeback or negative feedback; an order counts once (Seller Central, order defect
rate). Costs are in usual orders of the marketplace: 1 for the defect itself and as much more as the order is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FLOOR = timedelta(hours=4)
"""What is due within this time, or late, always stands in front, by Time Left: nothing starves."""
PRIOR, PRIOR_WEIGHT = 0.02, 50.0
"""The chance that is supposed of any ticket, and for how many tickets the supposition counts."""
MOST = 0.9
DEAREST = 5.0
AGAIN, LATE, FOR_CUSTOMER = 1.5, 3.0, 2.0
"""How much likelier a defect is for each further message that waits, once it is late, and if Amazon wrote."""
COUNTED = 0.1
FURTHER = 3
BEHIND = 10**11
"""Ranks from here on are by exposure; those below are due times in seconds since 1970."""


@dataclass(frozen=True)
class Usual:
    """What was learned: tickets and defects by type of ticket, and the usual order by marketplace in minor units."""

    by_type: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)

    def chance(self, type_: str) -> float:
        """The share of tickets of a type whose order became a defect, leaning on the share of all where few were."""
        tickets, defects = (sum(pair[i] for pair in self.by_type.values()) for i in (0, 1))
        overall = (defects + PRIOR_WEIGHT * PRIOR) / (tickets + PRIOR_WEIGHT)
        n, hit = self.by_type.get(type_, (0, 0))
        return (hit + PRIOR_WEIGHT * overall) / (n + PRIOR_WEIGHT)


@dataclass(frozen=True)
class Waiting:
    """What is known of a waiting ticket. `total`: its order in minor units; `is_defect`: the order counts already."""

    due_at: datetime
    type: str
    kind: str
    messages: int
    marketplace: str | None = None
    total: int | None = None
    is_defect: bool = False


@dataclass(frozen=True)
class Exposure:
    """Chance from 0 to 1, cost in usual orders, and what drove them, strongest first."""

    chance: float
    cost: float
    drivers: tuple[str, ...]

    @property
    def score(self) -> float:
        """Chance times cost."""
        return self.chance * self.cost


def exposure(ticket: Waiting, usual: Usual, now: datetime) -> Exposure:
    """How much a ticket exposes the account to."""
    base = usual.chance(ticket.type)
    lifts = [
        (AGAIN ** min(ticket.messages - 1, FURTHER), f"{ticket.messages} messages wait"),
        (LATE if ticket.due_at < now else 1.0, "late already"),
        (FOR_CUSTOMER if ticket.kind == "amazon_cs_message" else 1.0, "Amazon writes for the customer"),
        (COUNTED if ticket.is_defect else 1.0, "the order counts as a defect already"),
    ]
    chance = base
    for lift, _ in lifts:
        chance *= lift
    drivers = [f"{ticket.type}: {_share(base)} become defects"]
    drivers += [words for lift, words in sorted(lifts, key=lambda each: -abs(each[0] - 1)) if lift != 1]
    cost, worth = _cost(ticket, usual)
    return Exposure(min(MOST, chance), cost, (*drivers, worth))


def rank(ticket: Waiting, found: Exposure, now: datetime) -> int:
    """The ticket's place in the queue, lowest first: by due time within the floor, then by exposure."""
    if ticket.due_at <= now + FLOOR:
        return int(ticket.due_at.timestamp())
    return BEHIND + round(1_000_000_000 / (1 + 1000 * found.score))


def _cost(ticket: Waiting, usual: Usual) -> tuple[float, str]:
    ordinary = usual.orders.get(ticket.marketplace or "")
    if ticket.total is None or not ordinary:
        return 2.0, "worth not known"
    worth = min(DEAREST, ticket.total / ordinary)
    return 1 + worth, f"worth {worth:.1f} usual orders"


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"
