"""Who is looking at a ticket and who is writing there, just now.

All times here are the real clock's: presence is about this minute, whatever time a demonstration shows. A sign of
life is worth nothing in a minute, so it never waits: where the store is busy it is left out, and the next one counts.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy.exc import OperationalError

from data import presence
from data.presence import GONE_AFTER
from data.store import Store
from services.settings import real_now

__all__ = ["EVERY", "GONE_AFTER", "Here", "beat", "here", "leave"]

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=12)
"""How often a session that has a ticket open should give a sign: three may be lost before it is thought gone."""


class Here(NamedTuple):
    """Somebody in a ticket: since when they have been looking, or writing."""

    name: str
    doing: Literal["looking", "writing"]
    since: datetime


def beat(
    store: Store, ticket_id: int, person: str, session_key: str, writing: bool, at: datetime | None = None
) -> bool:
    """A session has this ticket open, and no other one any more; False if the store was too busy to be told."""
    now = at or real_now()
    row = {"session_key": session_key, "ticket_id": ticket_id, "person": person}
    return _told(store, {**row, "since": now, "writing_since": now if writing else None, "beat_at": now})


def leave(store: Store, session_key: str) -> None:
    """A session has no ticket open any more."""
    try:
        with store.write_if_free() as session:
            presence.leave(session, session_key)
    except OperationalError as error:
        log.debug("a leave was left out (%s)", type(error).__name__)


def here(store: Store, ticket_id: int, *, besides: str, now: datetime | None = None) -> tuple[Here, ...]:
    """Who else is in a ticket, who writes first; `besides` is the person who looks, in whatever session. One read."""
    with store.read() as session:
        rows = presence.here(session, ticket_id, besides=besides, since=(now or real_now()) - GONE_AFTER)
    found: dict[str, Here] = {}
    for writing in (True, False):
        for row in rows:
            since = row.writing_since if writing else row.since
            if since is not None:
                found.setdefault(row.person, Here(row.person, "writing" if writing else "looking", since))
    return tuple(found.values())


def _told(store: Store, row: dict[str, object]) -> bool:
    try:
        with store.write_if_free() as session:
            presence.beat(session, row)
    except OperationalError as error:
        log.debug("a beat was left out (%s)", type(error).__name__)
        return False
    return True
