"""The forecast's store: what was learned, the waits of the past to learn from, and the tickets that wait now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import responses
from data.models.derived import Card
from data.models.forecast import Learned
from data.store import upsert

Wait = tuple[int, datetime, datetime | None]
"""(ticket id, sent_at, answered_at or None) of one message that started a clock."""


def learned(session: Session, name: str) -> Learned | None:
    """What was learned last under a name."""
    return session.get(Learned, name)


def keep(session: Session, name: str, *, at: datetime, zone: str, values: Mapping[str, Any]) -> None:
    """Store what was learned; it replaces what was learned before."""
    upsert(session, Learned, [{"name": name, "at": at, "zone": zone, "values": dict(values)}], key=["name"])


def waits(session: Session, first: datetime, last: datetime) -> Iterator[Wait]:
    """The messages of a time that count, answered or not; streamed."""
    for _, ticket, _, _, _, sent_at, answered_at in responses.pairs(session, first, last):
        yield ticket, sent_at, answered_at


def open_waits(session: Session, first: datetime, last: datetime) -> list[Wait]:
    """The messages of a time that have no answer; few, however long the history is."""
    found = responses.waiting(session, responses.Period(first, last))
    return [(row.ticket_id, row.sent_at, None) for row in found]


def cards(session: Session, ticket_ids: Collection[int]) -> dict[int, Card]:
    """The cards of some tickets by their ids."""
    query = select(Card).where(Card.ticket_id.in_(ticket_ids))
    return {card.ticket_id: card for card in session.scalars(query)}
