"""Tables of the meeting, all ours: packs that are closed, what was decided, and which packs went out by mail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id

_ON_ITS_WAY = text("state in ('queued', 'sending')")


class MeetingPack(Base):
    """The pack of a period as it was closed (never edited), so that it can be made again to the byte.

    `kind` is week or month, `period` its name. `as_of` is the moment of its figures, `closed_at` when they were put
    down. `data` is the pack as compressed JSON, `fingerprint` the SHA-256 of that JSON and of its ticket rows.
    """

    __tablename__ = "meeting_pack"
    __table_args__ = (UniqueConstraint("kind", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    period: Mapped[str]
    as_of: Mapped[datetime]
    closed_at: Mapped[datetime]
    by: Mapped[str]
    fingerprint: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MeetingTickets(Base):
    """A piece of the ticket rows of a closed pack, as compressed JSON; pieces keep large months flat in memory."""

    __tablename__ = "meeting_tickets"

    pack_id: Mapped[int] = mapped_column(ForeignKey("meeting_pack.id"), primary_key=True)
    piece: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MeetingDecision(Base):
    """What a meeting decided, who does it until when, and the figure that will show that it helped.

    `figure` and `scope` (a marketplace, "" for all) name the figure, `target` is what it shall be. `value_then` is
    what it was in `period`, the period that the meeting looked at. `state`: open, done or dropped. `version` goes up
    with each write.
    """

    __tablename__ = "meeting_decision"
    __table_args__ = (
        Index("ix_meeting_decision_state_due_on_id", "state", "due_on", "id"),
        Index("ix_meeting_decision_made_at", "made_at"),
        Index("ix_meeting_decision_kind_period", "kind", "period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    period: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str]
    due_on: Mapped[date]
    figure: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    target: Mapped[float]
    value_then: Mapped[float | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class MeetingMail(Base):
    """One pack on its way to one address by mail: unique, so that a period goes out once whoever starts it.

    `state`, `at` and the columns after them are as of an escalation's step; `services.outbox.notify` sends it.
    """

    __tablename__ = "meeting_mail"
    __table_args__ = (
        UniqueConstraint("kind", "period", "address"),
        Index("ix_meeting_mail_moving", "id", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    period: Mapped[str]
    address: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    error: Mapped[str] = mapped_column(Text, default="")
