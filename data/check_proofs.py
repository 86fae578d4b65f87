"""The counts that prove a duty done, by account and marketplace, with the rows behind them and the age of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from data import cases, orders
from data.models.amazon import AmazonOrder, CustomerReturn, SellerFeedback
from data.models.cases import CaseCard
from data.models.derived import Card
from data.models.feedback_work import FeedbackCard
from data.models.followups import FollowupCard
from data.models.ledger import Reject
from data.models.return_figures import ReturnCard

MOST_ROWS = 20
Counts = Counter[tuple[str, str | None]]
"""(account, marketplace or None where a row names none) -> how many."""


class _Question(NamedTuple):
    model: Any
    marketplace: Any
    name: str
    id: Any
    order: Any
    where: Callable[[datetime], tuple[ColumnElement[bool], ...]]


def _late_claims(now: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = cases.waits(select(CaseCard), now).whereclause
    assert waits is not None
    return waits, or_(CaseCard.owner.is_(None), CaseCard.due_at < now)


def _feedback(now: datetime) -> tuple[ColumnElement[bool], ...]:
    card = FeedbackCard
    return card.state.in_(("open", "refused")), card.rating <= 3, card.window_ends >= now.date()


def _followups(now: datetime) -> tuple[ColumnElement[bool], ...]:
    awake = or_(FollowupCard.snoozed_until.is_(None), FollowupCard.snoozed_until <= now)
    return FollowupCard.state == "to_contact", FollowupCard.due_at <= now, awake


_QUESTIONS: Mapping[str, _Question] = {
    "no_late_messages": _Question(
        Card, Card.marketplace, "ticket", Card.ticket_id, Card.due_at, lambda now: (Card.due_at < now,)
    ),
    "claims_in_hand": _Question(
        CaseCard, CaseCard.marketplace, "case", CaseCard.case_id, CaseCard.sort_key, _late_claims
    ),
    "feedback_looked_at": _Question(
        FeedbackCard, FeedbackCard.marketplace, "feedback", FeedbackCard.order_id, FeedbackCard.day, _feedback
    ),
    "returns_authorised": _Question(
        ReturnCard, ReturnCard.marketplace, "return", ReturnCard.id, ReturnCard.due_at,
        lambda _now: (ReturnCard.need == "authorise",),
    ),
    "followups_contacted": _Question(
        FollowupCard, FollowupCard.marketplace, "followup", FollowupCard.id, FollowupCard.due_at, _followups
    ),
    "unshipped": _Question(
        AmazonOrder, AmazonOrder.marketplace, "order", AmazonOrder.order_id, AmazonOrder.ship_by,
        lambda _now: (orders.TO_SHIP,),
    ),
    "set_aside": _Question(
        Reject, cast(null(), Text), "problem", Reject.id, Reject.id,
        lambda _now: (Reject.state == "open", Reject.raw_mail_id.is_not(None)),
    ),
}  # fmt: skip


def answers(kind: str) -> bool:
    """Whether this is one of the questions that are asked here."""
    return kind in _QUESTIONS


def counts(session: Session, kind: str, accounts: Collection[str], *, now: datetime) -> Counts:
    """How many rows speak against a duty, by account and marketplace: one statement."""
    asked = _QUESTIONS[kind]
    by = (asked.model.account, asked.marketplace)
    query = select(*by, func.count()).where(asked.model.account.in_(list(accounts)), *asked.where(now))
    grouped = query.group_by(asked.model.account, *([] if kind == "set_aside" else [asked.marketplace]))
    return Counter({(account, place): n for account, place, n in session.execute(grouped)})


def rows(session: Session, kind: str, account: str, marketplace: str, *, now: datetime) -> list[str]:
    """The first of the rows behind a figure, as `ticket:12`; of a marketplace those that name none are too."""
    asked = _QUESTIONS[kind]
    query = select(asked.id).where(asked.model.account == account, *asked.where(now))
    if marketplace and kind != "set_aside":
        query = query.where(or_(asked.marketplace == marketplace, asked.marketplace.is_(None)))
    return [f"{asked.name}:{each}" for each in session.scalars(query.order_by(asked.order).limit(MOST_ROWS))]


class Heard(NamedTuple):
    """How old the data is that came as files: `what` is feedback, returns or orders; marketplace None for all."""

    what: str
    account: str
    marketplace: str | None
    at: datetime


def heard(session: Session, accounts: Collection[str]) -> list[Heard]:
    """When feedback was last in a report, and the newest return and order of each account: one statement.

    A file of returns or orders carries no time of its own, so its newest row has to do.
    """
    said, mine = SellerFeedback, list(accounts)
    columns = (literal("feedback"), said.account, said.guess, func.max(said.last_seen_at))
    seen: Any = select(*columns).where(said.account.in_(mine)).group_by(said.account, said.guess)
    parts = [seen, *(_newest(what, account) for account in mine for what in ("returns", "orders"))]
    found = session.execute(union_all(*parts))
    return [Heard(*row) for row in found if row[3] is not None]


def _newest(what: str, account: str) -> Any:
    at = CustomerReturn.returned_at if what == "returns" else AmazonOrder.purchased_at
    model: Any = CustomerReturn if what == "returns" else AmazonOrder
    last = select(at).where(and_(model.account == account, at.is_not(None))).order_by(at.desc()).limit(1)
    return select(literal(what), literal(account), cast(null(), Text), last.scalar_subquery())
