"""What was learned from the past, and how exposed waiting tickets are; caches that the next sync makes anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Learned(Base):
    """One model by its name, as plain values, and the moment whose past it was learned from."""

    __tablename__ = "learned"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    zone: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class TicketExposure(Base):
    """A waiting ticket's place in the queue by exposure (`rank`, lowest first), and what drove it (`why`).

    Chance from 0 to 1; cost in usual orders. A ticket that no longer waits has no row after the next sync.
    """

    __tablename__ = "ticket_exposure"

    ticket_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(BigInteger)
    chance: Mapped[float]
    cost: Mapped[float]
    why: Mapped[list[Any]] = mapped_column(JSON)
