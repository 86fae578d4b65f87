"""Bad batches that were noticed: one row per SKU, kind and reason for as long as it stands out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class BatchAlarm(Base):
    """Contacts, returns or negative feedback of a SKU that stand out. `seen_at` is ours, all else is made by the sync.

    `kind`: contacts, returns, feedback; `reason` is the ticket type of contacts, else "". `week` (a Monday) is the last
    one that was judged: from `since` on there were `hits` where `expected` were to be expected. `ended_at`: when it no
    longer stood out; the next time is a row of its own.
    """

    __tablename__ = "batch_alarm"
    __table_args__ = (Index("ix_batch_alarm_ended_at", "ended_at", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    kind: Mapped[str]
    sku: Mapped[str] = mapped_column(Text)
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    week: Mapped[date]
    since: Mapped[date]
    weeks: Mapped[int]
    hits: Mapped[int]
    expected: Mapped[float]
    chance: Mapped[float]
    ended_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
