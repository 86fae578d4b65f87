"""Tables of what Amazon says when it is asked about one order or one item; written by the sync only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class Solicitation(Base):
    """Whether Amazon offers to ask the buyer of an order for a review just now; `actions` are its words for that."""

    __tablename__ = "solicitation"

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    actions: Mapped[list[Any]] = mapped_column(JSON, default=list)
    asked_at: Mapped[datetime]
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class ReviewTopic(Base):
    """What reviews of an item speak of, as it was last: up to ten topics of each `sentiment` (positive, negative).

    `mentions` counts them, `share` is their part of all reviews (a fraction), `impact` what they do to the stars.
    A row without a topic ("") says that the item was asked about; only rows of its last `asked_at` hold.
    """

    __tablename__ = "review_topic"

    account: Mapped[str] = mapped_column(primary_key=True)
    asin: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    sentiment: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    mentions: Mapped[int | None]
    share: Mapped[float | None]
    impact: Mapped[float | None]
    asked_at: Mapped[datetime]
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]
