"""Amazon's clock a second time, in SQL over the stored facts: what the cards and responses must agree with.

The rule itself is `services.rules.clock`. This twin is written without it on purpose, so that the two check
each other: `doctor` and the tests compare the caches with it, and nothing is ever derived from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from data.models.casework import Together
from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.ours import Mark
from data.models.outgoing import Outgoing

TARGET = timedelta(hours=24)
_ANSWER = ("ticket_id", "sent_at", "hidden", "answered_at", "answered_by")


@dataclass(frozen=True)
class Drift:
    """A ticket whose cache does not say what the facts say; `what` is the column, or why a row is wrong."""

    ticket_id: int
    what: str
    cached: datetime | str | int | None
    facts: datetime | str | int | None

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}: {self.what} is {self.cached}, the facts say {self.facts}"


def verdicts() -> Select[Any]:
    """Per message that starts a clock: message_id, ticket_id, sent_at, hidden, answered_at, answered_by."""
    times = _times()
    is_unneeded = and_(
        times.c.unneeded_at.is_not(None),
        or_(times.c.replied_at.is_(None), times.c.replied_at >= times.c.unneeded_at),
    )
    by = case((is_unneeded, "no_response_needed"), (times.c.replied_at.is_not(None), "reply"), else_=null())
    return select(
        times.c.message_id,
        times.c.ticket_id,
        times.c.sent_at,
        times.c.hidden,
        case((is_unneeded, times.c.unneeded_at), else_=times.c.replied_at).label("answered_at"),
        by.label("answered_by"),
    )


def awaiting() -> Select[Any]:
    """Per ticket that is owed an answer: ticket_id, awaiting_since."""
    verdict = verdicts().cte("verdict")
    return (
        select(verdict.c.ticket_id, func.min(verdict.c.sent_at).label("awaiting_since"))
        .where(verdict.c.answered_by.is_(None), verdict.c.hidden.is_(False))
        .group_by(verdict.c.ticket_id)
    )


def drift(session: Session, *, limit: int = 100) -> list[Drift]:
    """The first places where cards or responses differ from the facts; empty if the caches are right."""
    return list(islice(_all_drift(session), limit))


def _all_drift(session: Session) -> Iterator[Drift]:
    for check in (_wrong_cards, _missing_cards, _wrong_dues, _wrong_responses, _stray_responses):
        yield from check(session)


def _times() -> CTE:
    """Per message that starts a clock: when the first reply after it came, and when it was waived."""
    copy, answered, unneeded = aliased(Message), aliased(Mark), aliased(Mark)
    is_copy = and_(copy.direction == "agent", _confirms_none(copy), _is_heard(_home(copy), copy.sent_at))
    copied_at = _first(copy.sent_at, copy.ticket_id, is_copy)
    marked = aliased(Message)
    marked_home = select(_home(marked)).where(marked.id == answered.message_id).correlate(answered).scalar_subquery()
    is_mark = and_(_stands(answered, "answered"), _is_heard(marked_home, answered.at))
    marked_at = _first(answered.at, answered.ticket_id, is_mark)
    # The inner level names both look-ups once, so that the cases above it need not repeat them.
    found = (
        select(
            Message.id.label("message_id"),
            Message.ticket_id,
            Message.sent_at,
            Message.before_horizon.label("hidden"),
            unneeded.at.label("unneeded_at"),
            copied_at.label("copied_at"),
            marked_at.label("marked_at"),
            _handed_over().label("handed_at"),
        )
        .outerjoin(unneeded, and_(unneeded.message_id == Message.id, _stands(unneeded, "no_response_needed")))
        .where(Message.starts_clock, Message.ticket_id.is_not(None))
        .cte("found")
        # Else PostgreSQL copies the look-ups to every place that names their result, and makes each of them again.
        .prefix_with("MATERIALIZED")
    )
    replied_at = _earlier(_earlier(found.c.copied_at, found.c.marked_at), found.c.handed_at)
    return select(*found.c, replied_at.label("replied_at")).cte("times")


def _first(at: Any, ticket_id: Any, condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    later = and_(ticket_id == Message.ticket_id, at > Message.sent_at, condition)
    return select(func.min(at)).where(later).correlate(Message).scalar_subquery()


def _handed_over() -> ScalarSelect[Any]:
    """When our first own reply after the message went out; its confirmation copy may carry the earlier time."""
    # Look-ups by key instead of joins: PostgreSQL would plan a join for the whole table, once per message.
    copy = aliased(Message)
    is_copy = and_(copy.id == Outgoing.copy_message_id, copy.ticket_id == Outgoing.ticket_id)
    copied_at = select(copy.sent_at).where(is_copy).correlate(Outgoing).scalar_subquery()
    at = _earlier(Outgoing.handed_over_at, copied_at)
    mine = and_(
        Outgoing.ticket_id == Message.ticket_id,
        Outgoing.state.in_(("handed_over", "confirmed")),
        _is_heard(_home(Outgoing), at),
    )
    return select(func.min(at)).where(mine, at > Message.sent_at).correlate(Message).scalar_subquery()


def _home(row: Any) -> ColumnElement[Any]:
    return func.coalesce(row.home_ticket_id, row.ticket_id)


def _is_heard(home: ColumnElement[Any], at: Any) -> ColumnElement[bool]:
    """Whether a reply counts for the message: from the same home, or since both were merged."""
    mine = _home(Message)
    pair = or_(
        and_(Together.home_a == mine, Together.home_b == home), and_(Together.home_a == home, Together.home_b == mine)
    )
    since = select(func.count()).select_from(Together).where(pair, Together.since <= at)
    return or_(home == mine, since.correlate_except(Together).scalar_subquery() > 0)


def _confirms_none(copy: Any) -> ColumnElement[bool]:
    """Whether a copy is not that of an own reply, which counts by itself."""
    own = and_(Outgoing.ticket_id == copy.ticket_id, Outgoing.state != "cancelled")
    confirmed = and_(Outgoing.copy_message_id == copy.id, own)
    return select(func.count()).select_from(Outgoing).where(confirmed).correlate(copy).scalar_subquery() == 0


def _earlier(one: Any, other: Any) -> ColumnElement[Any]:
    return case((or_(one.is_(None), other < one), other), else_=one)


def _stands(mark: Any, kind: str) -> ColumnElement[bool]:
    return and_(mark.kind == kind, mark.undone_at.is_(None))


def _wrong_cards(session: Session) -> Iterator[Drift]:
    owed = awaiting().cte("owed")
    query = (
        select(Card.ticket_id, Card.awaiting_since, owed.c.awaiting_since)
        .outerjoin(owed, owed.c.ticket_id == Card.ticket_id)
        .where(Card.awaiting_since.is_distinct_from(owed.c.awaiting_since))
        .order_by(Card.ticket_id)
    )
    for ticket_id, cached, facts in session.execute(query):
        yield Drift(ticket_id, "awaiting_since", cached, facts)


def _missing_cards(session: Session) -> Iterator[Drift]:
    query = (
        select(Message.ticket_id)
        .distinct()
        .outerjoin(Card, Card.ticket_id == Message.ticket_id)
        .where(Message.ticket_id.is_not(None), Card.ticket_id.is_(None))
        .order_by(Message.ticket_id)
    )
    for ticket_id in session.scalars(query):
        assert ticket_id is not None
        yield Drift(ticket_id, "card", "missing", "a ticket with messages")


def _wrong_dues(session: Session) -> Iterator[Drift]:
    query = (
        select(Card.ticket_id, Card.awaiting_since, Card.due_at)
        .where(or_(Card.awaiting_since.is_not(None), Card.due_at.is_not(None)))
        .order_by(Card.ticket_id)
        .execution_options(yield_per=1000)
    )
    for ticket_id, since, cached in session.execute(query):
        due = None if since is None else since + TARGET
        if cached != due:
            yield Drift(ticket_id, "due_at", cached, due)


def _wrong_responses(session: Session) -> Iterator[Drift]:
    verdict = verdicts().cte("verdict")
    pairs = {name: (Response.__table__.c[name], verdict.c[name]) for name in _ANSWER}
    query = (
        select(verdict, Response)
        .outerjoin(Response, Response.message_id == verdict.c.message_id)
        .where(or_(Response.message_id.is_(None), *(a.is_distinct_from(b) for a, b in pairs.values())))
        .order_by(verdict.c.ticket_id, verdict.c.message_id)
    )
    for row in session.execute(query):
        if row.Response is None:
            yield Drift(
                row.ticket_id, f"response to message {row.message_id}", "missing", "it started a clock"
            )
            continue
        for name in _ANSWER:
            cached, facts = getattr(row.Response, name), getattr(row, name)
            if cached != facts:
                yield Drift(row.ticket_id, f"{name} of message {row.message_id}", cached, facts)


def _stray_responses(session: Session) -> Iterator[Drift]:
    starts = and_(Message.id == Response.message_id, Message.starts_clock, Message.ticket_id.is_not(None))
    query = (
        select(Response.ticket_id, Response.message_id)
        .outerjoin(Message, starts)
        .where(Message.id.is_(None))
        .order_by(Response.ticket_id, Response.message_id)
    )
    for ticket_id, message_id in session.execute(query):
        yield Drift(
            ticket_id, f"response to message {message_id}", "present", "a message that starts no clock"
        )
