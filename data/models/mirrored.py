"""Tables that only the sync writes: what the mail says. They can be rebuilt from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id

_OF_CLAIMS = text("kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')")


class Message(Base):
    """One message of a conversation, or a notice of Amazon's; unique per (account, key).

    `key` is `m:<Amazon message id>`, else `i:<Message-ID>`, else `h:<content hash>`. `ticket_id` is null for filed
    notices. `direction`: buyer, agent, automatic, amazon. `sent_at` is Amazon's Date, `received_at` the mailbox's,
    `imported_at` ours. `order_from` says where the order id stood: subject, block or text. `buyer_key` is the name as
    `rules.copies.name_key` compares it. `before_horizon`: sent before the horizon that the first import of its mailbox
    set. `home_ticket_id`: the ticket that threading found, where people's merging made it show in another one.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account", "key"),
        Index("ix_message_ticket_id_sent_at", "ticket_id", "sent_at"),
        Index("ix_message_order_id_account", "order_id", "account"),
        Index("ix_message_account_buyer_key_sent_at", "account", "buyer_key", "sent_at"),
        Index("ix_message_account_amazon_message_id", "account", "amazon_message_id"),
        Index("ix_message_account_content_hash", "account", "content_hash"),
        Index("ix_message_sent_at_id", "sent_at", "id"),
        Index("ix_message_claim", "account", "order_id", sqlite_where=_OF_CLAIMS, postgresql_where=_OF_CLAIMS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    key: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    home_ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    raw_mail_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    marketplace: Mapped[str | None]
    kind: Mapped[str]
    direction: Mapped[str]
    starts_clock: Mapped[bool]
    before_horizon: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    imported_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(Text, default="")
    buyer_name: Mapped[str | None] = mapped_column(Text)
    buyer_key: Mapped[str | None] = mapped_column(Text)
    relay: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[str | None]
    order_from: Mapped[str | None]
    asin: Mapped[str | None]
    amazon_message_id: Mapped[str | None] = mapped_column(Text)
    thread_id: Mapped[str | None] = mapped_column(Text)
    case_id: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(Text, index=True)
    content_hash: Mapped[str]
    topic: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    text_from: Mapped[str | None]
    language: Mapped[str | None]
    joined_by: Mapped[str | None]
    console_url: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ThreadKey(Base):
    """What leads from a mail to its ticket: kind is thread, case, reference, order_alias, alias or order."""

    __tablename__ = "thread_key"
    __table_args__ = (
        UniqueConstraint("account", "kind", "value", "ticket_id"),
        Index("ix_thread_key_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
