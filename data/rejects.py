"""What could not be read: kept with its raw bytes and a reason, until it is mended or discarded by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from data.models.ledger import RawMail, Reject
from data.store import upsert

AGAIN = "again"
"""The state of what a person wants read once more."""


def place_of(row: RawMail) -> str:
    """Where a mail lies: its path (and place in an mbox), or folder and UID in the mailbox."""
    if row.path:
        return f"{row.path}:{row.uid}" if row.path.lower().endswith(".mbox") else row.path
    return f"{row.folder} UID {row.uid} (UIDVALIDITY {row.uidvalidity})"


def open_for_mail(session: Session, row: RawMail, *, account: str, reason: str, kind: str, now: datetime) -> None:
    """Set a mail aside visibly; a discarded one stays discarded."""
    source = "folder" if row.path else "mailbox"
    known = session.scalars(select(Reject).where(Reject.raw_mail_id == row.id)).one_or_none()
    if known is None:
        place = f"{row.mailbox} {place_of(row)}" if source == "mailbox" else place_of(row)
        generation = f" (version {row.uidvalidity + 1})" if row.path and row.uidvalidity else ""
        known = Reject(source=source, stream="mail", account=account, place=place + generation, at=now, state="open")
        known.raw_mail_id = row.id
        session.add(known)
    known.reason = reason
    known.details = {"kind": kind, "size": row.size}
    if known.state == "mended":
        known.state = "open"


def mended(session: Session, raw_mail_ids: Collection[int]) -> None:
    """Close the problems of mails that could be read after all."""
    open_ = update(Reject).where(Reject.raw_mail_id.in_(list(raw_mail_ids)), Reject.state != "mended")
    session.execute(open_.values(state="mended"))


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep rejected things of a stream; the same place again replaces what was said about it."""
    upsert(session, Reject, rows, key=("source", "account", "stream", "place"))


def read_again(session: Session, stream: tuple[str, str, str], places: Sequence[str]) -> None:
    """Close what was rejected of these documents, and of their lines, before they are read once more."""
    for place in places:
        of_it = or_(Reject.place == place, Reject.place.like(f"{_escape(place)}:%", escape="\\"),
                    Reject.place.like(f"{_escape(place)}#%", escape="\\"))
        unsettled = Reject.state.in_(("open", AGAIN))
        session.execute(update(Reject).where(*_of(stream), unsettled, of_it).values(state="mended"))


def wanted_again(session: Session, stream: tuple[str, str, str]) -> list[str]:
    """The places of a stream that a person wants read once more."""
    return list(session.scalars(select(Reject.place).where(*_of(stream), Reject.state == AGAIN)))


def not_read(session: Session, stream: tuple[str, str, str]) -> None:
    """Put those that were not read again after all back on the list: their document is gone."""
    session.execute(update(Reject).where(*_of(stream), Reject.state == AGAIN).values(state="open"))


def _of(stream: tuple[str, str, str]) -> tuple[ColumnElement[bool], ...]:
    source, account, name = stream
    return Reject.source == source, Reject.account == account, Reject.stream == name


def page(
    session: Session, *, state: str = "open", text: str = "", before: int | None = None, limit: int = 50
) -> list[tuple[Reject, RawMail | None]]:
    """Problems, newest first, with the ledger row of mails; `before` is the last id of the page before."""
    query = select(Reject, RawMail).outerjoin(RawMail, RawMail.id == Reject.raw_mail_id).where(Reject.state == state)
    if before is not None:
        query = query.where(Reject.id < before)
    if text:
        pattern = f"%{_escape(text)}%"
        query = query.where(or_(Reject.place.ilike(pattern, escape="\\"), Reject.reason.ilike(pattern, escape="\\")))
    rows = session.execute(query.order_by(Reject.id.desc()).limit(limit))
    return [(reject, mail) for reject, mail in rows]


def count(session: Session, *, state: str = "open", cap: int = 1000) -> int:
    """How many problems there are in a state, counted up to `cap`."""
    some = select(Reject.id).where(Reject.state == state).limit(cap).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def some(session: Session, ids: Collection[int]) -> list[Reject]:
    """Problems by id."""
    return list(session.scalars(select(Reject).where(Reject.id.in_(list(ids)))))


def stream_rows(session: Session) -> Iterator[Reject]:
    """All problems that are not mended, streamed by id."""
    query = select(Reject).where(Reject.state != "mended").order_by(Reject.id)
    yield from session.scalars(query.execution_options(yield_per=200))


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
