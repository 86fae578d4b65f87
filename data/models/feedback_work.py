"""Tables of the work on seller feedback: what people decided of each, its list row, totals that were typed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class FeedbackWork(Base):
    """What people did about one feedback; null: nobody did. It stays when the mirror is made again.

    `kind_chosen` and `action_chosen` are `services.rules.feedback`'s words. `asked_criterion` is the criterion of the
    removal request; `decision` is granted or refused. `ticket_id` is where it is worked on, `ticket_by` who put it
    there (`feedback` for the sync). `version` goes up with each write by a person.
    """

    __tablename__ = "feedback_work"

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    kind_chosen: Mapped[str | None]
    action_chosen: Mapped[str | None]
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None]
    asked_criterion: Mapped[str | None]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    contacted_at: Mapped[datetime | None]
    contacted_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    ticket_at: Mapped[datetime | None]
    ticket_by: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class FeedbackCorrection(Base):
    """Somebody chose another kind than the rules proposed (never edited): what rules can be improved from.

    `words` are those that decided, `comment` what the buyer wrote, as both were then.
    """

    __tablename__ = "feedback_correction"
    __table_args__ = (Index("ix_feedback_correction_account_order_id", "account", "order_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    order_id: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    language: Mapped[str | None]
    comment: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]] = mapped_column(JSON)
    proposed: Mapped[str]
    chosen: Mapped[str]


class FeedbackCard(Base):
    """The list row of one feedback, made anew from the stored facts after every write (a cache, no fact).

    `kind` is the chosen one, else what the rules propose (`kind_from`: person or rule); `criterion` is set where one of
    Amazon's criteria for a removal fits, whatever the day. `day` is never null: where Amazon's cannot be read it is the
    day on which it was first seen.
    """

    __tablename__ = "feedback_card"
    __table_args__ = (
        Index("ix_feedback_card_day_account_order_id", "day", "account", "order_id"),
        Index("ix_feedback_card_state_day_account_order_id", "state", "day", "account", "order_id"),
        Index("ix_feedback_card_kind_day_account_order_id", "kind", "day", "account", "order_id"),
        Index("ix_feedback_card_state_rating_day", "state", "rating", "day"),
        Index("ix_feedback_card_account_marketplace_day_rating", "account", "marketplace", "day", "rating"),
    )

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str | None]
    day: Mapped[date]
    rating: Mapped[int]
    channel: Mapped[str | None]
    language: Mapped[str | None]
    kind: Mapped[str]
    kind_from: Mapped[str]
    state: Mapped[str]
    criterion: Mapped[str | None]
    window_ends: Mapped[date]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)


class FeedbackTotal(Base):
    """How many ratings of all stars Seller Central showed on a day for the last `days` days, typed in by a person."""

    __tablename__ = "feedback_total"

    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    ratings: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]


class FeedbackUndo(Base):
    """What one feedback was before an action on many, so that its author can take it back within the hour.

    `version` is the work's version afterwards; `before` the columns that were changed.
    """

    __tablename__ = "feedback_undo"
    __table_args__ = (Index("ix_feedback_undo_at", "at"),)

    token: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
