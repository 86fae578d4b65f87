"""Tables that people write: tickets and their work, marks, notes, people. No sync ever overwrites them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Ticket(Base):
    """The desk's case file of one conversation: its identity and what people decided about it.

    `key` names the mail that opened it, so that a rebuilt mirror finds it again. `decided` is the last status a
    person (or the seven-day rule) chose and when; the status shown is derived from it by `rules.ticket_status`.
    `marketplace_chosen`, `buyer_chosen` and `relay_chosen` say of a ticket that a person opened whom it is about.
    `version` goes up with each write by a person; a write with an older version is refused.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("account", "key"),
        Index("ix_ticket_follow_up_of", "follow_up_of"),
        Index("ix_ticket_decided_at", "decided_at"),
        Index("ix_ticket_order_chosen_account", "order_chosen", "account"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    key: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(default="mail")
    decided: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    solved_reason: Mapped[str | None]
    type_chosen: Mapped[str | None]
    subject_chosen: Mapped[str | None] = mapped_column(Text)
    order_chosen: Mapped[str | None]
    marketplace_chosen: Mapped[str | None]
    buyer_chosen: Mapped[str | None] = mapped_column(Text)
    relay_chosen: Mapped[str | None] = mapped_column(Text)
    order_detached: Mapped[bool] = mapped_column(default=False)
    snoozed_until: Mapped[datetime | None]
    snoozed_at: Mapped[datetime | None]
    unread_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
    follow_up_of: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)


class Assignee(Base):
    """An agent on a ticket; agents are added, never removed (a supervisor's reassignment ends the row)."""

    __tablename__ = "assignee"
    __table_args__ = (Index("ix_assignee_person_ticket_id", "person", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]


class Mark(Base):
    """A recorded fact about the clock: no response needed for a message, or answered in Seller Central at a time.

    `kind`: no_response_needed (with `confirmed_at` once it was also done in Amazon) or answered (`at` is when).
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("message_id", "kind"),
        Index("ix_mark_ticket_id", "ticket_id"),
        Index("ix_mark_message_key", "message_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    message_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class CopyChoice(Base):
    """A person's answer to "which conversation does this copy of a reply belong to?"."""

    __tablename__ = "copy_choice"

    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    by: Mapped[str]
    at: Mapped[datetime]


class Note(Base):
    """An internal note on a ticket; the whole team reads it, no buyer ever does."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_ticket_id_at", "ticket_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str] = mapped_column(Text)


class Person(Base):
    """Somebody who works here; `login` is the sign-in's stable id, null for the local user and for invited people."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    login: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None]
    role: Mapped[str] = mapped_column(default="agent")
    disabled_at: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class TeamSetting(Base):
    """A setting that people change on the Settings page, with the time from which it holds (never edited)."""

    __tablename__ = "team_setting"
    __table_args__ = (Index("ix_team_setting_name_effective_from", "name", "effective_from"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    effective_from: Mapped[datetime]
    by: Mapped[str]
