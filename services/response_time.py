"""The Response time page: figures of a period against the 24-hour target, and the messages behind each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data import responses, streams
from data.models.derived import Card, Response
from data.responses import Mark, Period
from data.store import Store
from services.rules import response_time as rules
from services.rules.clock import TARGET
from services.rules.response_time import Figures

GROUPS = {
    "all": "All messages",
    "within": "Answered within 24 h",
    "late": "Answered late",
    "unanswered": "Unanswered over 24 h",
    "pending": "Still in time",
}


@dataclass(frozen=True)
class Overview:
    """The figures, how fresh the mail behind them is, and what they cover in a sentence."""

    figures: Figures
    fresh_at: datetime | None
    covers: str


@dataclass(frozen=True)
class MessageLine:
    """One message behind a figure; `hours` until its answer, or until now while it has none."""

    message_id: int
    ticket_id: int
    subject: str
    buyer: str | None
    marketplace: str | None
    sent_at: datetime
    answered_at: datetime | None
    hours: float
    agent: str | None
    group: str


def overview(
    store: Store,
    *,
    start: date,
    end: date,
    marketplace: str | None,
    now: datetime,
    as_of: datetime | None = None,
) -> Overview:
    """The figures of messages sent from `start` 00:00Z to `end` 24:00Z; one statement over response rows."""
    with store.read() as session:
        rows = responses.rows(session, _period(start, end, marketplace))
        figures = rules.figures((tuple(row) for row in rows), start=start, end=end, as_of=as_of or now)
        states = streams.states(session)
    fresh = [state.last_ok_at for state in states.values() if state.last_ok_at]
    place = marketplace or "all marketplaces"
    covers = f"{figures.total.messages:,} buyer messages that Amazon received {start} to {end} (UTC), {place}"
    return Overview(figures, min(fresh, default=None), covers)


def behind(
    store: Store,
    *,
    day: date | None,
    start: date,
    end: date,
    marketplace: str | None,
    group: str,
    now: datetime,
    mark: Mark | None = None,
    limit: int = 50,
) -> tuple[tuple[MessageLine, ...], Mark | None]:
    """The messages behind a figure, newest first, and the mark of the next page if there may be one."""
    period = _period(day or start, day or end, marketplace)
    with store.read() as session:
        found = responses.behind(
            session,
            period,
            group=group if group in GROUPS else "all",
            now=now,
            target=TARGET,
            after=mark,
            limit=limit,
        )
    last = found[-1][0] if len(found) == limit else None
    lines = tuple(_line(response, card, now) for response, card in found)
    return lines, (last.sent_at, last.message_id) if last else None


def _line(response: Response, card: Card, now: datetime) -> MessageLine:
    return MessageLine(
        message_id=response.message_id,
        ticket_id=response.ticket_id,
        subject=card.subject,
        buyer=card.buyer_name,
        marketplace=response.marketplace,
        sent_at=response.sent_at,
        answered_at=response.answered_at,
        hours=((response.answered_at or now) - response.sent_at) / timedelta(hours=1),
        agent=response.agent,
        group=responses.group_of(response, now, TARGET),
    )


def _period(start: date, end: date, marketplace: str | None) -> Period:
    return Period(
        start=datetime.combine(start, time.min, UTC),
        end=datetime.combine(end, time.min, UTC) + timedelta(days=1),
        marketplace=marketplace or None,
    )
