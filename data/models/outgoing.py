"""What leaves and what is about to: drafts, replies on their way with their files, and promises made to buyers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Outgoing(Base):
    """One reply, from Send on. Its Message-ID is fixed when it is queued, so that a bounce finds it.

    `state` moves as `services.rules.outbox` says. `channel`: smtp, or seller_central (a person copies it there).
    `text` is the agent's words, `body` what leaves: those words above the quoted buyer message. `not_before`,
    `next_try_at` and `sending_since` are the real clock's; the other times are those that verdicts are made for.
    `tried_at` is the last attempt; `holder` the process that makes it, `alive_at` its last sign (the store's clock).
    `copy_message_id` is the message row of Amazon's confirmation copy: both are one reply.
    `after_send`: "", solve, pending or hold.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_state_not_before", "state", "not_before"),
        Index("ix_outgoing_ticket_id", "ticket_id"),
        Index("ix_outgoing_account_relay", "account", "relay"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    home_ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    account: Mapped[str]
    channel: Mapped[str]
    to_address: Mapped[str] = mapped_column(Text)
    relay: Mapped[str] = mapped_column(Text, default="")
    order_id: Mapped[str | None]
    subject: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    in_reply_to: Mapped[str | None] = mapped_column(Text)
    references: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)
    language: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    by: Mapped[str]
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    sending_since: Mapped[datetime | None]
    holder: Mapped[str | None]
    alive_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    error: Mapped[str | None] = mapped_column(Text)
    copy_message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    after_send: Mapped[str] = mapped_column(default="")
    promise_until: Mapped[datetime | None]
    override_reason: Mapped[str | None] = mapped_column(Text)
    ticket_version: Mapped[int]
    again_of: Mapped[int | None] = mapped_column(BigInteger)


class OutgoingFile(Base):
    """A file that goes along with a reply."""

    __tablename__ = "outgoing_file"
    __table_args__ = (Index("ix_outgoing_file_outgoing_id", "outgoing_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"))
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Draft(Base):
    """What somebody has written in a ticket and not sent yet; `base_version` is the ticket as they saw it."""

    __tablename__ = "draft"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    base_version: Mapped[int]


class Promise(Base):
    """A holding reply told the buyer that they hear from us by `until`; `kept_at` is when we next wrote to them."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_ticket_id", "ticket_id"),
        Index("ix_promise_kept_at_until", "kept_at", "until"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"))
    until: Mapped[datetime]
    by: Mapped[str]
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
