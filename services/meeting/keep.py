"""Keeps the pack of a period that is over as it was closed: it is made again to the byte, whatever comes later.

What is closed with it: everything that the store knows only as it is now (contact reasons and states of claims that
people and Amazon still change, follow-ups, decisions) and what is known as of a time anyway (messages, snapshots).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from data import journal
from data import meeting as rows
from data.models.meeting import MeetingPack
from data.store import Store
from services.errors import Rejected
from services.meeting import pack as packs
from services.meeting.pack import Ticket
from services.meeting.shapes import Pack, from_json, to_json
from services.rules import periods
from services.rules.periods import Period
from services.settings import Settings

PIECE = 2000
LISTED = 60


@dataclass(frozen=True)
class Closed:
    """A closed pack: when, by whom, and the fingerprint of all that is in it."""

    id: int
    pack: Pack
    closed_at: datetime
    by: str
    fingerprint: str


def closed(store: Store, period: Period) -> Closed | None:
    """The closed pack of a period."""
    with store.read() as session:
        row = rows.pack(session, period.kind, period.name)
        return _shape(row) if row else None


def close(store: Store, settings: Settings, period: Period, *, by: str, now: datetime) -> Closed:
    """The closed pack of a period that is over; it is made and kept if there is none yet.

    Raises Rejected if the period still runs. Two who close at once get the same pack: the first one's.
    """
    if not periods.is_over(period, now):
        raise Rejected(f"{period.title} is still running; its pack can be closed once it is over.")
    found = closed(store, period)
    if found is None:
        made = packs.build(store, settings, period, now)
        pieces = [_packed(lines) for lines in _pieces(packs.tickets(store, period, now))]
        with store.write() as session:
            _keep(session, made, pieces, period, by=by, now=now)
        found = closed(store, period)
    assert found is not None
    return found


def _pieces(found: Iterator[Ticket]) -> Iterator[list[Ticket]]:
    return iter(lambda: list(islice(found, PIECE)), [])


def _packed(lines: list[Ticket]) -> bytes:
    """Compressed at once, so that a large month is small in memory and the store is written to in a moment."""
    return zlib.compress(json.dumps(lines, separators=(",", ":"), ensure_ascii=False).encode(), 6)


def _keep(session: Session, made: Pack, pieces: Sequence[bytes], period: Period, *, by: str, now: datetime) -> None:
    text, fingerprint = to_json(made), _fingerprint(made, pieces)
    row = {
        "kind": period.kind, "period": period.name, "as_of": period.ends_at, "closed_at": now, "by": by,
        "fingerprint": fingerprint, "data": zlib.compress(text.encode(), 9),
    }  # fmt: skip
    pack_id = rows.add_pack(session, row)
    if pack_id is None:
        return
    for piece, data in enumerate(pieces):
        rows.add_tickets(session, pack_id, piece, data)
    subject = f"meeting:{period.name}"
    journal.append(session, journal.Entry(now, by, "meeting.close", subject, None, {"value": fingerprint}))


def _fingerprint(made: Pack, pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256(to_json(made).encode())
    for data in pieces:
        digest.update(zlib.decompress(data))
    return digest.hexdigest()


def tickets(store: Store, found: Closed) -> Iterator[Ticket]:
    """The ticket rows of a closed pack, a piece at a time."""
    with store.read() as session:
        for data in rows.tickets(session, found.id):
            yield from (tuple(row) for row in json.loads(zlib.decompress(data)))


def is_whole(store: Store, found: Closed) -> bool:
    """Whether the stored pack still is what was closed."""
    with store.read() as session:
        return _fingerprint(found.pack, rows.tickets(session, found.id)) == found.fingerprint


def listed(store: Store) -> tuple[MeetingPack, ...]:
    """The closed packs without their data, the newest first."""
    with store.read() as session:
        return tuple(rows.packs(session, limit=LISTED))


def _shape(row: MeetingPack) -> Closed:
    pack = from_json(zlib.decompress(row.data).decode())
    return Closed(row.id, pack, row.closed_at, row.by, row.fingerprint)
