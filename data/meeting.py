"""Closed packs with their ticket rows, what meetings decided, and packs that go out by mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.orm import Session

from data.models.meeting import MeetingDecision, MeetingMail, MeetingPack, MeetingTickets
from data.store import insert_new

CAP = 1000


def pack(session: Session, kind: str, period: str) -> MeetingPack | None:
    """The closed pack of a period."""
    query = select(MeetingPack).where(MeetingPack.kind == kind, MeetingPack.period == period)
    return session.scalars(query).one_or_none()


def add_pack(session: Session, row: dict[str, Any]) -> int | None:
    """Keep a pack unless the period has one; its id, or None if there was one."""
    made = insert_new(session, MeetingPack, [row], key=("kind", "period"))
    return int(made[0]) if made else None


def add_tickets(session: Session, pack_id: int, piece: int, data: bytes) -> None:
    """Keep a piece of a pack's ticket rows."""
    session.execute(insert(MeetingTickets), [{"pack_id": pack_id, "piece": piece, "data": data}])


def tickets(session: Session, pack_id: int) -> Iterator[bytes]:
    """The pieces of a pack's ticket rows, one at a time."""
    piece = 0
    while True:
        data = session.scalar(select(MeetingTickets.data).where(
            MeetingTickets.pack_id == pack_id, MeetingTickets.piece == piece))  # fmt: skip
        if data is None:
            return
        yield data
        piece += 1


def packs(session: Session, *, limit: int) -> list[MeetingPack]:
    """The closed packs without their data, newest period first."""
    names = ("id", "kind", "period", "as_of", "closed_at", "by", "fingerprint")
    query = select(*(getattr(MeetingPack, name) for name in names)).order_by(MeetingPack.as_of.desc(), MeetingPack.kind)
    return [MeetingPack(**dict(zip(names, row, strict=True))) for row in session.execute(query.limit(limit))]


def decision(session: Session, decision_id: int) -> MeetingDecision | None:
    """One decision, locked until the transaction ends where it writes."""
    query = select(MeetingDecision).where(MeetingDecision.id == decision_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def add_decision(session: Session, **values: Any) -> MeetingDecision:
    """A new decision."""
    made = MeetingDecision(**values)
    session.add(made)
    session.flush()
    return made


def of_period(session: Session, kind: str, period: str) -> list[MeetingDecision]:
    """What the meeting about a period decided, in the order in which it did."""
    query = select(MeetingDecision).where(MeetingDecision.kind == kind, MeetingDecision.period == period)
    return list(session.scalars(query.order_by(MeetingDecision.id).limit(CAP)))


def followed(session: Session, start: datetime, at: datetime) -> list[MeetingDecision]:
    """Decisions made by then that were still open at `start` or later: what the pack of that time follows up."""
    closed = MeetingDecision.closed_at
    query = select(MeetingDecision).where(MeetingDecision.made_at <= at, or_(closed.is_(None), closed > start))
    return list(session.scalars(query.order_by(MeetingDecision.due_on, MeetingDecision.id).limit(CAP)))


def open_decisions(session: Session, *, limit: int) -> list[MeetingDecision]:
    """What is not done yet, first what is due first."""
    query = select(MeetingDecision).where(MeetingDecision.state == "open")
    return list(session.scalars(query.order_by(MeetingDecision.due_on, MeetingDecision.id).limit(limit)))


def overdue(session: Session, today: date, *, limit: int) -> list[MeetingDecision]:
    """Open decisions whose due date has passed, oldest first; one statement."""
    late = and_(MeetingDecision.state == "open", MeetingDecision.due_on < today)
    query = select(MeetingDecision).where(late).order_by(MeetingDecision.due_on, MeetingDecision.id)
    return list(session.scalars(query.limit(limit)))


def queue_mails(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Queue packs for addresses that have not got that period's yet; how many were new."""
    return len(insert_new(session, MeetingMail, list(rows), key=("kind", "period", "address")))


def mails_of(session: Session, kind: str, period: str) -> list[MeetingMail]:
    """The mails about a period, by address."""
    query = select(MeetingMail).where(MeetingMail.kind == kind, MeetingMail.period == period)
    return list(session.scalars(query.order_by(MeetingMail.address)))
