"""What people do about returns, by the return's stable key, and what can be taken back of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class ReturnWork(Base):
    """The work on one return: the same key as its `customer_return`, so that it outlives a rebuild of the mirror.

    The sync makes the row, so that a return has an id that stays; from then on only people write it. `state`: open or
    done. `outcome`: refund_full, refund_partial (`amount` in minor units of `currency`), replacement,
    no_return_needed, or nothing_to_do. `authorised_at`: somebody authorised or closed the request in Seller Central.
    """

    __tablename__ = "return_work"
    __table_args__ = (UniqueConstraint("account", "order_id", "channel", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    order_id: Mapped[str]
    channel: Mapped[str]
    key: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    authorised_at: Mapped[datetime | None]
    authorised_by: Mapped[str | None]
    assignee: Mapped[str | None]
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class ReturnUndo(Base):
    """What one action on many returns did to one of them: its `version` afterwards, and `before`. Kept for an hour."""

    __tablename__ = "return_undo"
    __table_args__ = (Index("ix_return_undo_at", "at"),)

    token: Mapped[str] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    person: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
