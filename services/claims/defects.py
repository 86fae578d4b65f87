"""The order defect rate out of our own rows, by account, marketplace and channel, beside Amazon's figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import cases, health
from data.models.amazon import AmazonOrder, HealthMetric
from data.models.cases import CaseCard
from data.orders import CANCELLED
from data.store import Store
from services.claims.shapes import Weight
from services.rules import defect_rate as rules
from services.rules.defect_rate import LABELS, Amazons, Defect, Rate

SNAPSHOTS = timedelta(days=14)
"""Amazon's figure is shown if it is not older."""
METRICS = {"fbm": "odr_mfn", "fba": "odr_afn"}
CHANNELS = {"fbm": "shipped by us", "fba": "shipped by Amazon"}
NOT_COUNTED = (*CANCELLED, "Pending", "PENDING", "PendingAvailability", "PENDING_AVAILABILITY")


@dataclass(frozen=True)
class Counted:
    """The rate of one place and channel now, Amazon's beside it, and why they differ; `defects` by order."""

    account: str
    marketplace: str
    channel: str
    rate: Rate
    defects: tuple[Defect, ...]
    amazons: Amazons | None
    difference: tuple[str, ...]


def counted(store: Store, *, account: str, marketplace: str, channel: str, now: datetime) -> Counted:
    """Our rate over the 60 days until now, and Amazon's; a fixed number of statements."""
    with store.read() as session:
        found = _defects(session, account, marketplace, channel, now)
        ours = _rate(session, account, marketplace, channel, found, now=now)
        metric = METRICS[channel]
        kept = health.history(session, account, [metric], since=now - SNAPSHOTS)
        snapshot = next((row for row in reversed(kept) if row.marketplace == marketplace), None)
        theirs = _amazons(snapshot) if snapshot else None
        difference: tuple[str, ...] = ()
        if theirs:
            same = theirs.window_from is not None and theirs.window_to is not None
            compared = ours
            if theirs.window_from and theirs.window_to:
                window = (theirs.window_from, theirs.window_to)
                orders = cases.orders_between(
                    session, account, marketplace, channel, start=window[0], end=window[1], but=NOT_COUNTED
                )
                compared = rules.rate(orders, found, start=window[0], end=window[1])
            difference = rules.difference(compared, theirs, same_window=same)
    return Counted(account, marketplace, channel, ours, found, theirs, difference)


def weight(session: Session, card: CaseCard, order: AmazonOrder | None, now: datetime) -> Weight:
    """What a case does to the rate of its marketplace and channel now, and until when."""
    if not rules.claim_counts(card.kind, card.outcome, card.reason):
        return Weight("It does not count in the order defect rate.")
    if order is None or order.purchased_at is None or not order.marketplace or order.channel not in METRICS:
        return Weight("The order is not in our reports, so its weight in the order defect rate is not known.")
    leaves = rules.leaves_at(order.purchased_at)
    if leaves <= now:
        return Weight("The order is older than 60 days: it does not count in the order defect rate any more.", leaves)
    found = _defects(session, card.account, order.marketplace, order.channel, now)
    rate = _rate(session, card.account, order.marketplace, order.channel, found, now=now)
    without = rules.what_if(rate, without=[(card.order_id, card.kind)])
    return Weight(
        f"Order defect rate {order.marketplace}, {CHANNELS[order.channel]}: {percent(rate)} with this case, "
        f"{percent(without)} without it.",
        leaves,
    )


def percent(rate: Rate) -> str:
    """`0.84 %`, or a dash without orders."""
    return "—" if rate.value is None else f"{float(rate.value) * 100:.2f} %"


def labels(defects: Iterable[Defect]) -> dict[tuple[str, str], str]:
    """What can be taken away in the what-if: (order, kind) -> words."""
    found = sorted(defects, key=lambda each: (each.purchased_at, each.order_id, each.kind))
    return {(each.order_id, each.kind): f"{LABELS[each.kind]} {each.order_id}" for each in found}


def what_if(rate: Rate, *, without: Collection[tuple[str, str]], more_orders: int) -> Rate:
    """The rate if these were gone and so many orders came without a defect."""
    return rules.what_if(rate, without=without, more_orders=max(more_orders, 0))


def _rate(
    session: Session, account: str, marketplace: str, channel: str, found: tuple[Defect, ...], *, now: datetime
) -> Rate:
    start = now - rules.WINDOW
    orders = cases.orders_between(session, account, marketplace, channel, start=start, end=now, but=NOT_COUNTED)
    return rules.rate(orders, found, start=start, end=now)


def _defects(session: Session, account: str, marketplace: str, channel: str, now: datetime) -> tuple[Defect, ...]:
    """Defects of orders of the last 120 days, so that Amazon's own window, which ends earlier, is covered too."""
    since = now - 2 * rules.WINDOW
    here = (marketplace, channel)
    bad = cases.negative_feedback(session, account, since=since, most_stars=rules.NEGATIVE)
    found = [Defect(row.order_id, "feedback", row.purchased_at) for row in bad if (row[1], row[2]) == here]
    for card, place, by, bought in cases.of_recent_orders(session, account, since=since):
        if (place, by) == here and rules.claim_counts(card.kind, card.outcome, card.reason):
            found.append(Defect(card.order_id, card.kind, bought, card.state != "closed"))
    return tuple(found)


def _amazons(row: HealthMetric) -> Amazons:
    return rules.from_snapshot(row.value, row.taken_at, (row.window_from, row.window_to), row.details)
