"""Account health as our own snapshots show it: Amazon tells only how things are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, FinanceEvent, HealthMetric, SellerFeedback
from data.models.base import UtcDateTime
from data.models.mirrored import Message

# As the index has it, written out, so that the databases see that it serves.
_KINDS = "('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"
_OF_CLAIMS: ColumnElement[bool] = literal_column(f"message.kind IN {_KINDS}")


class Defect(NamedTuple):
    """An order that we know to have a defect: `what` is negative_feedback, a kind of mail, claim or chargeback."""

    what: str
    order_id: str
    channel: str | None
    day: date | None
    at: datetime | None


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


def around(
    session: Session, accounts: Collection[str], *, since: datetime, before: datetime, now: datetime
) -> list[HealthMetric]:
    """The newest row of each metric since a time, and the newest of those from `before` or earlier; newest first."""
    key = (HealthMetric.account, HealthMetric.marketplace, HealthMetric.metric)
    mine = (HealthMetric.account.in_(list(accounts)), HealthMetric.taken_at >= since)

    def last_until(moment: datetime) -> Any:
        found = select(*key, func.max(HealthMetric.taken_at).label("at"))
        return found.where(*mine, HealthMetric.taken_at <= moment).group_by(*key)

    last = union(last_until(now), last_until(before)).subquery()
    same = and_(*(column == last.c[column.key] for column in key), HealthMetric.taken_at == last.c.at)
    query = select(HealthMetric).join(last, same).order_by(HealthMetric.taken_at.desc(), *key)
    return list(session.scalars(query))


def defects(
    session: Session, account: str, marketplace: str, *, channel: str, start: datetime, end: datetime
) -> list[Defect]:
    """What our own rows know of order defects in [start, end], by the day of the order (else of the defect)."""
    bought, fulfilled = AmazonOrder.purchased_at, AmazonOrder.channel
    nothing = cast(null(), UtcDateTime), cast(null(), Date)

    def of_orders(table: Any, when: Any, day: Any, at: Any, what: Any, *conditions: Any) -> Select[Any]:
        joined = and_(AmazonOrder.account == table.account, AmazonOrder.order_id == table.order_id)
        inside = or_(bought.between(start, end), and_(bought.is_(None), when))
        query = select(what, table.order_id, fulfilled, day, at).outerjoin(AmazonOrder, joined)
        sold_in = func.coalesce(AmazonOrder.marketplace, table.marketplace)
        mine = (table.account == account, sold_in == marketplace, table.order_id.is_not(None))
        return query.where(*mine, inside, or_(fulfilled == channel, fulfilled.is_(None)), *conditions)

    feedback, mail, money = SellerFeedback, Message, FinanceEvent
    by_day = feedback.day.between(start.date(), end.date())
    sent, posted = mail.sent_at, money.posted_at
    opened = and_(_OF_CLAIMS, mail.kind.in_(("a_to_z_opened", "chargeback_opened")))
    paid = money.kind.in_(("claim", "chargeback"))
    query = union_all(
        of_orders(feedback, by_day, feedback.day, nothing[0],
                  literal("negative_feedback"), feedback.rating <= 2),
        of_orders(mail, sent.between(start, end), nothing[1], sent, mail.kind, opened),
        of_orders(money, posted.between(start, end), nothing[1], posted, money.kind, paid),
    )  # fmt: skip
    return [Defect(*row) for row in session.execute(query)]


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
