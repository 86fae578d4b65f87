"""Leases: who may work as the sync. Times are the database's where several machines share it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.models.ledger import Lease
from data.store import ensure

EXPIRES_AFTER = timedelta(seconds=60)


def take(
    session: Session, mine: Lease, *, real_now: datetime, is_alive: Callable[[Lease], bool | None]
) -> Lease | None:
    """Take or renew the lease named in `mine`; None if taken, else the live holder's lease.

    `is_alive` tells whether a holder on this host still runs, None for one on another host: that one loses its
    lease 60 s after it last renewed it.
    """
    now = shared_now(session, real_now)
    columns = ("name", "holder", "host", "pid", "started")
    # Two processes may ask at once for a lease that nobody holds: the first row stays, and both look at it.
    first = {name: getattr(mine, name) for name in columns} | {"renewed_at": now}
    ensure(session, Lease, first, key=("name",))
    held = session.scalars(select(Lease).where(Lease.name == mine.name).with_for_update()).one()
    if held.holder != mine.holder:
        alive = is_alive(held)
        if alive or (alive is None and now - held.renewed_at < EXPIRES_AFTER):
            session.expunge(held)
            return held
    held.holder, held.host, held.pid, held.started = mine.holder, mine.host, mine.pid, mine.started
    held.renewed_at = now
    return None


def give_back(session: Session, name: str, holder: str) -> None:
    """End a lease, if it is still the holder's."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def shared_now(session: Session, real_now: datetime) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return real_now
    moment = session.scalar(select(func.clock_timestamp()))
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def is_held(session: Session, name: str, real_now: datetime) -> bool:
    """Whether somebody renewed the lease lately."""
    held = session.get(Lease, name)
    return held is not None and shared_now(session, real_now) - held.renewed_at < EXPIRES_AFTER
