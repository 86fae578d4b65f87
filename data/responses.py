"""Response times: the stored answers of a stretch of time, as known now or then, and the messages behind a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.response_figures import ResponsePast

Mark = tuple[datetime, int]
"""(sent_at, message id): where a page ends."""
AT_ONCE = 200
NAMES = ("message_id", "ticket_id", "account", "marketplace", "kind", "language", "sent_at", "answered_at",
         "answered_by", "agent", "hidden")  # fmt: skip
"""The columns of a fact, in order; whether it is its ticket's first message comes after them."""


@dataclass(frozen=True)
class Period:
    """Messages sent in [start, end), narrowed by equal columns; "" in one stands for those without a value."""

    start: datetime
    end: datetime
    marketplace: str | None = None
    account: str | None = None
    agent: str | None = None
    kind: str | None = None
    language: str | None = None


NARROWS = ("marketplace", "account", "agent", "kind", "language")


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


def facts(session: Session, period: Period) -> Iterator[Any]:
    """The facts of each message as known now: NAMES, then whether it is its ticket's first; streamed."""
    query = select(*_columns(Response), _is_first(Response)).where(*_in(period))
    yield from session.execute(query.execution_options(yield_per=2000))


def waiting(session: Session, period: Period) -> list[Any]:
    """The facts of the messages without an answer that are not beyond the horizon; few, however long the history."""
    query = select(*_columns(Response), _is_first(Response))
    no_answer = (Response.answered_at.is_(None), Response.hidden.is_(False))
    return list(session.execute(query.where(*_in(period), *no_answer)))


def facts_known(session: Session, period: Period, known_at: datetime) -> Iterator[Any]:
    """The facts as they were known at a time: what became known of a message later is not in them; streamed."""
    current = (
        select(*_columns(Response), _is_first(Response))
        .join(Message, Message.id == Response.message_id)
        .where(*_in(period), Message.imported_at <= known_at, ~_past_after(Response, known_at))
    )
    later = aliased(ResponsePast)
    sooner = tuple_(later.known_until, later.id) < tuple_(ResponsePast.known_until, ResponsePast.id)
    is_last = ~select(later.id).where(
        later.message_id == ResponsePast.message_id, later.known_until > known_at, sooner
    ).exists()  # fmt: skip
    believed = select(*_columns(ResponsePast), _is_first(ResponsePast)).where(
        *_in(period, ResponsePast), ResponsePast.known_until > known_at, ResponsePast.imported_at <= known_at, is_last
    )
    for query in (current, believed):
        yield from session.execute(query.execution_options(yield_per=2000))


def pairs(
    session: Session, first: datetime, last: datetime, marketplace: str | None = None
) -> Iterator[tuple[int, int, str | None, str, str | None, datetime, datetime | None]]:
    """(message id, ticket id, marketplace, kind, agent, sent_at, answered_at) of counted messages by time, streamed.

    Without what was marked No Response Needed and what is beyond the horizon; [first, last).
    """
    query = (
        select(
            Response.message_id,
            Response.ticket_id,
            Response.marketplace,
            Response.kind,
            Response.agent,
            Response.sent_at,
            Response.answered_at,
        )
        .where(*_in(Period(first, last, marketplace)), _counted())
        .order_by(Response.sent_at, Response.message_id)
    )
    for row in session.execute(query.execution_options(yield_per=2000)):
        yield row.message_id, row.ticket_id, row.marketplace, row.kind, row.agent, row.sent_at, row.answered_at


def behind(
    session: Session,
    period: Period,
    *,
    spans: Sequence[tuple[datetime, datetime]],
    only: Sequence[ColumnElement[bool]],
    fits: Callable[[Response], bool],
    after: Mark | None,
    limit: int,
) -> list[tuple[Response, Card]]:
    """The messages behind a figure, newest first, with their tickets' cards.

    `spans` narrows to stretches of time, `only` by what the database can tell, `fits` decides: durations are compared
    in Python, since both databases subtract times in their own way.
    """
    within = [or_(*(and_(Response.sent_at >= a, Response.sent_at < b) for a, b in spans))] if spans else []
    query = select(Response, Card).join(Card, Card.ticket_id == Response.ticket_id).where(*_in(period), *within, *only)
    found: list[tuple[Response, Card]] = []
    place = tuple_(Response.sent_at, Response.message_id)
    while len(found) < limit:
        chunk = query.where(place < after) if after else query
        ordered = chunk.order_by(Response.sent_at.desc(), Response.message_id.desc()).limit(AT_ONCE)
        batch = [(response, card) for response, card in session.execute(ordered)]
        found += [each for each in batch if fits(each[0])]
        if len(batch) < AT_ONCE:
            break
        after = (batch[-1][0].sent_at, batch[-1][0].message_id)
    return found[:limit]


def longer_than(session: Session, least: timedelta) -> ColumnElement[bool]:
    """Answered after about this time or more; two seconds short, so that nothing is missed by rounding."""
    seconds = least.total_seconds() - 2
    if session.get_bind().dialect.name == "sqlite":
        took = func.julianday(Response.answered_at) - func.julianday(Response.sent_at)
        return took * 86_400 > seconds
    return func.extract("epoch", Response.answered_at - Response.sent_at) > seconds


def waiting_at(moment: datetime) -> list[ColumnElement[bool]]:
    """Sent by a moment and not answered then."""
    return [Response.sent_at <= moment, or_(Response.answered_at.is_(None), Response.answered_at > moment)]


def is_first() -> ColumnElement[bool]:
    """Whether a message is its ticket's first."""
    return _is_first(Response)


def messages(session: Session, ids: Sequence[int]) -> list[tuple[Response, Card]]:
    """Some messages with their tickets' cards."""
    query = select(Response, Card).join(Card, Card.ticket_id == Response.ticket_id)
    return [(response, card) for response, card in session.execute(query.where(Response.message_id.in_(list(ids))))]


def counted() -> ColumnElement[bool]:
    """What counts in the figures: not marked No Response Needed, and answered or not beyond the horizon."""
    return _counted()


def _columns(table: Any) -> list[Any]:
    return [getattr(table, name) for name in NAMES]


def _is_first(table: Any) -> ColumnElement[bool]:
    earlier = aliased(Response)
    before = tuple_(earlier.sent_at, earlier.message_id) < tuple_(table.sent_at, table.message_id)
    found: Select[Any] = select(earlier.message_id).where(earlier.ticket_id == table.ticket_id, before)
    return (~found.correlate(table).exists()).label("first")


def _past_after(table: Any, known_at: datetime) -> ColumnElement[bool]:
    mine = and_(ResponsePast.message_id == table.message_id, ResponsePast.known_until > known_at)
    return select(ResponsePast.id).where(mine).correlate(table).exists()


def _in(period: Period, table: Any = Response) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [table.sent_at >= period.start, table.sent_at < period.end]
    for name in NARROWS:
        value, column = getattr(period, name), getattr(table, name)
        if value is not None:
            narrowed.append(column == value if value else column.is_(None))
    return narrowed


def _counted() -> ColumnElement[bool]:
    in_metric = or_(Response.answered_by.is_(None), Response.answered_by == "reply")
    return and_(in_metric, or_(Response.hidden.is_(False), Response.answered_by.is_not(None)))
