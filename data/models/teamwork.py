"""How people work together: questions to each other, who is in which ticket, and what a bulk action can take back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Question(Base):
    """A question about a ticket from one of us to another; `to_person` is empty when any supervisor may answer.

    `state`: open, answered (until the asker has looked), seen, withdrawn. No buyer ever reads any of it.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_ticket_id", "ticket_id"),
        Index("ix_question_state_to_person", "state", "to_person"),
        Index("ix_question_state_asked_by", "state", "asked_by"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    state: Mapped[str] = mapped_column(default="open")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    to_person: Mapped[str] = mapped_column(default="")
    question: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[datetime | None]


class Presence(Base):
    """Which ticket a browser session has open, at the real clock; one row per session, worthless after a minute.

    `since` is when it came to this ticket, `writing_since` when it began to write there, `beat_at` its last sign.
    """

    __tablename__ = "presence"
    __table_args__ = (Index("ix_presence_ticket_id", "ticket_id"),)

    session_key: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    person: Mapped[str]
    since: Mapped[datetime]
    writing_since: Mapped[datetime | None]
    beat_at: Mapped[datetime]


class BulkAction(Base):
    """One action on many tickets, kept for an hour so that its author can take it back."""

    __tablename__ = "bulk_action"
    __table_args__ = (Index("ix_bulk_action_at", "at"),)

    token: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime]


class BulkStep(Base):
    """What a bulk action did to one ticket: its `version` afterwards, and `before`, from which it is taken back."""

    __tablename__ = "bulk_step"

    token: Mapped[str] = mapped_column(ForeignKey("bulk_action.token"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
