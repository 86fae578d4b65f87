"""The activity log: who did what, when, chained by hashes so that a change is found. Holds no personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Activity(Base):
    """One entry: `object` is `ticket:12`, `message:7`, …; `hash` covers this entry and the hash before it."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_object_id", "object", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]
    object: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    within_24h: Mapped[bool | None]
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class ChainHead(Base):
    """The last hash of the chain; locking this row makes appending serial on every database."""

    __tablename__ = "chain_head"

    name: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
