"""Caches of verdicts, rebuilt per ticket from facts by `data.desk`; dropping them loses nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


def _few(column: str) -> Index:
    """An index over what only a few cards have, without all the others."""
    has_it = text(f"{column} is not null")
    return Index(f"ix_card_{column}", column, sqlite_where=has_it, postgresql_where=has_it)


_NO_ANSWER = text("answered_at is null")


class Card(Base):
    """A ticket as the queue shows it: one row, so that a page of the queue is one indexed read.

    `sort_key` orders the queue: tickets that are owed an answer by due time, then the others by last activity,
    newest first. `awaiting_since` and `due_at` are null when nothing is owed. `outbox` is what the last reply on its
    way out needs: leaving, retrying, by_hand, unknown, failed, or null. `question`: open while a colleague's answer is
    waited for, answered until who asked has looked, or null.
    """

    __tablename__ = "card"
    __table_args__ = (
        Index("ix_card_sort_key_ticket_id", "sort_key", "ticket_id"),
        Index("ix_card_status_sort_key_ticket_id", "status", "sort_key", "ticket_id"),
        Index("ix_card_account_sort_key_ticket_id", "account", "sort_key", "ticket_id"),
        Index("ix_card_marketplace_sort_key_ticket_id", "marketplace", "sort_key", "ticket_id"),
        Index("ix_card_kind_sort_key_ticket_id", "kind", "sort_key", "ticket_id"),
        Index("ix_card_owner_sort_key_ticket_id", "owner", "sort_key", "ticket_id"),
        Index("ix_card_due_at_ticket_id", "due_at", "ticket_id"),
        Index("ix_card_order_id", "order_id"),
        Index("ix_card_alias", "account", "alias"),
        Index("ix_card_type_sort_key_ticket_id", "type", "sort_key", "ticket_id"),
        Index("ix_card_language_sort_key_ticket_id", "language", "sort_key", "ticket_id"),
        _few("snoozed_until"),
        _few("asks"),
        _few("outbox"),
        Index("ix_card_status_last_reply_at", "status", "last_reply_at"),
    )

    ticket_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    account: Mapped[str]
    marketplace: Mapped[str | None]
    subject: Mapped[str] = mapped_column(Text)
    preview: Mapped[str] = mapped_column(Text, default="")
    buyer_name: Mapped[str | None] = mapped_column(Text)
    alias: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[str | None]
    match: Mapped[str | None]
    type: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str | None]
    status: Mapped[str]
    solved_reason: Mapped[str | None]
    owner: Mapped[str | None]
    owners: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    awaiting_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    last_buyer_at: Mapped[datetime | None]
    last_reply_at: Mapped[datetime | None]
    last_at: Mapped[datetime]
    messages: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    asks: Mapped[str | None]
    outbox: Mapped[str | None]
    question: Mapped[str | None]
    tags: Mapped[str] = mapped_column(Text, default="")
    sort_key: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]


class Response(Base):
    """What became of one buyer message: when it was answered, how and by whom. One row per clock that was started.

    `hidden`: sent before the horizon of a first import; while unanswered it opens no clock and counts nowhere.
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_sent_at", "sent_at", "message_id"),
        Index("ix_response_marketplace_sent_at", "marketplace", "sent_at"),
        Index("ix_response_ticket_id", "ticket_id"),
        Index("ix_response_open", "sent_at", sqlite_where=_NO_ANSWER, postgresql_where=_NO_ANSWER),
        Index("ix_response_hidden", "message_id", sqlite_where=text("hidden = 1"), postgresql_where=text("hidden")),
    )

    message_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[str]
    marketplace: Mapped[str | None]
    kind: Mapped[str]
    language: Mapped[str | None]
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    agent: Mapped[str | None]
    hidden: Mapped[bool] = mapped_column(default=False)


class CardCount(Base):
    """How many cards there are per account, marketplace and status; kept by differences, never counted live."""

    __tablename__ = "card_count"

    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
