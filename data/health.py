"""Account health as our own snapshots show it: Amazon tells only how things are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models.amazon import HealthMetric


def latest(session: Session, account: str | None = None) -> list[HealthMetric]:
    """The newest row of each metric per account and marketplace: one statement."""
    newest = select(
        HealthMetric.account, HealthMetric.marketplace, HealthMetric.metric, func.max(HealthMetric.taken_at).label("at")
    ).group_by(HealthMetric.account, HealthMetric.marketplace, HealthMetric.metric)
    if account:
        newest = newest.where(HealthMetric.account == account)
    last = newest.subquery()
    same = (
        (HealthMetric.account == last.c.account)
        & (HealthMetric.marketplace == last.c.marketplace)
        & (HealthMetric.metric == last.c.metric)
        & (HealthMetric.taken_at == last.c.at)
    )
    query = select(HealthMetric).join(last, same)
    order = (HealthMetric.account, HealthMetric.marketplace, HealthMetric.metric)
    return list(session.scalars(query.order_by(*order)))


def history(session: Session, account: str, metrics: Collection[str], *, since: datetime) -> list[HealthMetric]:
    """All snapshots of some metrics since then, oldest first."""
    query = select(HealthMetric).where(
        HealthMetric.account == account, HealthMetric.taken_at >= since, HealthMetric.metric.in_(list(metrics))
    )
    return list(session.scalars(query.order_by(HealthMetric.taken_at, HealthMetric.marketplace, HealthMetric.metric)))


def stream_rows(session: Session) -> Iterator[HealthMetric]:
    """All snapshots by account, marketplace, metric and time, streamed."""
    order = (HealthMetric.account, HealthMetric.marketplace, HealthMetric.metric, HealthMetric.taken_at)
    yield from session.scalars(select(HealthMetric).order_by(*order).execution_options(yield_per=500))
