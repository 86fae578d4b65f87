"""Who has which ticket open just now: one row per browser session, written at most once a beat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, null, select, text
from sqlalchemy.orm import Session

from data.models.teamwork import Presence
from data.store import _insert

GONE_AFTER = timedelta(seconds=45)
"""Without a beat for this long a session is gone: a laptop was closed, a network was lost."""


def beat(session: Session, row: dict[str, Any]) -> None:
    """A sign of life, as column values; one statement. `since` is kept while the session stays in the ticket."""
    if session.get_bind().dialect.name == "postgresql":
        # What is worthless in a minute need not wait for the disk.
        session.execute(text("set local synchronous_commit to off"))
    statement = _insert(session, Presence)
    new, old = statement.excluded, Presence
    stayed = and_(old.ticket_id == new.ticket_id, old.person == new.person, old.beat_at >= row["beat_at"] - GONE_AFTER)
    wrote = and_(stayed, old.writing_since.is_not(None))
    kept = {
        "ticket_id": new.ticket_id,
        "person": new.person,
        "since": case((stayed, old.since), else_=new.since),
        "writing_since": case(
            (new.writing_since.is_(None), null()), (wrote, old.writing_since), else_=new.writing_since
        ),
        "beat_at": new.beat_at,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["session_key"], set_=kept), [row])


def leave(session: Session, session_key: str) -> None:
    """The session has no ticket open any more."""
    session.execute(delete(Presence).where(Presence.session_key == session_key))


def here(session: Session, ticket_id: int, *, besides: str, since: datetime) -> list[Presence]:
    """The sessions of other people in a ticket that gave a sign at `since` or later, whoever came first first."""
    others = select(Presence).where(Presence.ticket_id == ticket_id, Presence.person != besides)
    alive = others.where(Presence.beat_at >= since)
    return list(session.scalars(alive.order_by(Presence.since, Presence.session_key)))


def forget(session: Session, before: datetime) -> None:
    """Throw away the sessions that are gone."""
    session.execute(delete(Presence).where(Presence.beat_at < before))
