"""The activity log: appending to the hash chain, reading it, and verifying it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.models.journal import Activity, ChainHead
from data.store import ensure

START = "0" * 64
CHAIN = "activity"


@dataclass(frozen=True)
class Entry:
    """What is to be written down: who did what to which object. `before` and `after` hold no personal data."""

    at: datetime
    actor: str
    what: str
    object: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    within_24h: bool | None = None


def digest(previous: str, entry: Entry) -> str:
    """The hash of an entry: SHA-256 over the previous hash and the entry as canonical JSON."""
    content = [
        previous,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.what,
        entry.object,
        entry.before,
        entry.after,
        entry.within_24h,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(session: Session, *entries: Entry) -> None:
    """Add entries to the chain. The head row is locked until the transaction ends, so the chain never forks."""
    if not entries:
        return
    head = _locked_head(session)
    rows = []
    for entry in entries:
        fingerprint = digest(head.hash, entry)
        rows.append({**vars(entry), "previous": head.hash, "hash": fingerprint})
        head.hash = fingerprint
    session.execute(insert(Activity), rows)
    session.flush()


def _locked_head(session: Session) -> ChainHead:
    mine = select(ChainHead).where(ChainHead.name == CHAIN).with_for_update()
    head = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        ensure(session, ChainHead, {"name": CHAIN, "hash": START}, key=("name",))
        head = session.scalars(mine).one()
    return head


def of_object(session: Session, name: str, *, limit: int = 100) -> list[Activity]:
    """The newest entries about an object, newest first."""
    return list(
        session.scalars(select(Activity).where(Activity.object == name).order_by(Activity.id.desc()).limit(limit))
    )


def everything(session: Session) -> Iterator[Activity]:
    """All entries, oldest first, streamed."""
    yield from session.scalars(select(Activity).order_by(Activity.id).execution_options(yield_per=1000))


def first_broken(session: Session) -> tuple[int, int | None]:
    """(entries checked, id of the first entry that does not fit, or None). A cut-off end counts as broken."""
    previous, checked = START, 0
    for row in everything(session):
        entry = Entry(row.at, row.actor, row.what, row.object, row.before, row.after, row.within_24h)
        if row.previous != previous or row.hash != digest(previous, entry):
            return checked, row.id
        previous, checked = row.hash, checked + 1
    head = session.get(ChainHead, CHAIN)
    if (head.hash if head else START) != previous:
        return checked, checked + 1
    return checked, None
