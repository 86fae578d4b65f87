"""Response times: the stored answers of a period, and the messages behind a figure by keyset pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from data.models.derived import Card, Response

Mark = tuple[datetime, int]
"""(sent_at, message id): where a page ends."""


@dataclass(frozen=True)
class Period:
    """Messages sent in [start, end), of one marketplace and account or of all."""

    start: datetime
    end: datetime
    marketplace: str | None = None
    account: str | None = None


def rows(session: Session, period: Period) -> Iterator[Any]:
    """(sent_at, answered_at, answered_by, marketplace, agent, kind, hidden) of each message, streamed."""
    query = select(
        Response.sent_at,
        Response.answered_at,
        Response.answered_by,
        Response.marketplace,
        Response.agent,
        Response.kind,
        Response.hidden,
    ).where(*_in(period))
    yield from session.execute(query.execution_options(yield_per=2000))


def behind(
    session: Session, period: Period, *, group: str, now: datetime, target: timedelta, after: Mark | None, limit: int
) -> list[tuple[Response, Card]]:
    """The messages behind a figure, newest first, with their tickets' cards."""
    query = select(Response, Card).join(Card, Card.ticket_id == Response.ticket_id).where(*_in(period), _counted())
    # Durations are compared in Python: both databases subtract times in their own way.
    found: list[tuple[Response, Card]] = []
    place = tuple_(Response.sent_at, Response.message_id)
    while len(found) < limit:
        chunk = query.where(place < after) if after else query
        ordered = chunk.order_by(Response.sent_at.desc(), Response.message_id.desc()).limit(200)
        batch = [(response, card) for response, card in session.execute(ordered)]
        found += [each for each in batch if group in ("all", group_of(each[0], now, target))]
        if len(batch) < 200:
            break
        after = (batch[-1][0].sent_at, batch[-1][0].message_id)
    return found[:limit]


def group_of(response: Response, now: datetime, target: timedelta) -> str:
    """within, late, unanswered (older than the target) or pending."""
    if response.answered_at is not None and response.answered_at <= now:
        return "within" if response.answered_at - response.sent_at <= target else "late"
    return "unanswered" if now - response.sent_at > target else "pending"


def _in(period: Period) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [Response.sent_at >= period.start, Response.sent_at < period.end]
    if period.marketplace:
        narrowed.append(Response.marketplace == period.marketplace)
    if period.account:
        narrowed.append(Response.account == period.account)
    return narrowed


def _counted() -> ColumnElement[bool]:
    in_metric = or_(Response.answered_by.is_(None), Response.answered_by == "reply")
    return and_(in_metric, or_(Response.hidden.is_(False), Response.answered_by.is_not(None)))
