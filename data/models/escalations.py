"""Tables of escalations: what somebody (or the desk by itself) asks a supervisor, and each step on its way; digests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id

_OPEN = text("closed_at is null")
_STANDS = text("cause is not null and cause_ended_at is null")
_ON_ITS_WAY = text("state in ('queued', 'sending')")


class Escalation(Base):
    """One sentence to somebody who must decide, about one thing (`kind`, `ref`), with what is needed and by when.

    `to_person` is empty for any supervisor. `page` and `target` (URL parameters) open the thing; `label` names it
    without personal data. `cause` is the stable key of what escalated by itself, until it ended (`cause_ended_at`): so
    one occurrence is one escalation, even if a person closed it before. `token` makes the Message-IDs of its mails.
    `answer` comes back to `by`, who has read it since `seen_at`. `version` goes up with each write by a person.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        Index("ix_escalation_cause", "cause", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index("ix_escalation_open", "needed_by", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_escalation_kind_ref", "kind", "ref"),
        Index("ix_escalation_by_answered_at", "by", "answered_at"),
        Index("ix_escalation_opened_at", "opened_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    ref: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    page: Mapped[str]
    target: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    account: Mapped[str] = mapped_column(default="")
    marketplace: Mapped[str | None]
    order_id: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    sentence: Mapped[str] = mapped_column(Text)
    needed: Mapped[str] = mapped_column(Text, default="")
    needed_by: Mapped[datetime]
    urgency: Mapped[str]
    to_person: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    initials: Mapped[str]
    opened_at: Mapped[datetime]
    token: Mapped[str]
    cause: Mapped[str | None] = mapped_column(Text)
    cause_ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_why: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class EscalationStep(Base):
    """One try to reach one recipient by one channel; the row is there before anything leaves.

    `state`: queued, sending, sent, unknown (it may have left; it counts as sent and is never repeated), failed or
    cancelled. `due_at` is when the rule wanted it, `at` when it came to its state (the time of verdicts). `next_try_at`
    and `since` are the real clock's; `holder` is the process that sends. `person` is empty where a channel has no
    recipients of its own.
    """

    __tablename__ = "escalation_step"
    __table_args__ = (
        UniqueConstraint("escalation_id", "channel", "attempt", "person"),
        Index("ix_escalation_step_moving", "id", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    rung: Mapped[int]
    channel: Mapped[str]
    attempt: Mapped[int]
    person: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str]
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    error: Mapped[str] = mapped_column(Text, default="")


class Digest(Base):
    """Today by e-mail for one person's shift, once; `shift` is the local day on which it begins (YYYY-MM-DD).

    `state` and the times are as of an escalation's step.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person", "shift"),
        Index("ix_digest_moving", "id", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person: Mapped[str]
    shift: Mapped[str]
    address: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str]
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    error: Mapped[str] = mapped_column(Text, default="")
