"""Tables of people's decisions beside the mail: merged and split tickets, and answers that everybody can read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Regrouping(Base):
    """A merge (`from_ticket` shows in `into_ticket`) or a split (`into_ticket` was taken out of `from_ticket`).

    `moved` names the rows of people's work that went along, by id, so that it can be undone exactly. Threading knows
    nothing of it: it finds a message's home, and the standing regroupings say where that home shows today.
    """

    __tablename__ = "regrouping"
    __table_args__ = (
        Index("ix_regrouping_from_ticket", "from_ticket"),
        Index("ix_regrouping_into_ticket", "into_ticket"),
        Index("ix_regrouping_account", "account"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    kind: Mapped[str]
    from_ticket: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    into_ticket: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Pin(Base):
    """The home of one message (by its key) as a person's regrouping fixed it; the newest standing one holds."""

    __tablename__ = "pin"
    __table_args__ = (Index("ix_pin_account_message_key", "account", "message_key"),)

    regrouping_id: Mapped[int] = mapped_column(ForeignKey("regrouping.id"), primary_key=True)
    message_key: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[str]
    home: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    from_home: Mapped[int] = mapped_column(ForeignKey("ticket.id"))


class SplitKey(Base):
    """A thread, case or Message-ID that only the split-off messages have: later mail with it follows them."""

    __tablename__ = "split_key"
    __table_args__ = (Index("ix_split_key_account_kind_value", "account", "kind", "value"),)

    regrouping_id: Mapped[int] = mapped_column(ForeignKey("regrouping.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[str]


class Together(Base):
    """Two homes (`home_a` < `home_b`) are one conversation since a merge: an earlier reply answers only its own.

    Without it merging a waiting ticket with an answered one would stop Amazon's clock, which no click may do.
    """

    __tablename__ = "together"
    __table_args__ = (Index("ix_together_regrouping_id", "regrouping_id"),)

    home_a: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    home_b: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    since: Mapped[datetime]
    regrouping_id: Mapped[int] = mapped_column(ForeignKey("regrouping.id"))


class PublicAnswer(Base):
    """A product question, a product review or a seller feedback with the one answer that everybody will read.

    `kind`: product_question, product_review (with its `stars`) or feedback. `state`: draft, final (nobody edits it any
    more), posted (somebody copied it to Seller Central), or discarded. `version` goes up with each write.
    """

    __tablename__ = "public_answer"
    __table_args__ = (
        Index("ix_public_answer_state_id", "state", "id"),
        Index("ix_public_answer_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    account: Mapped[str]
    marketplace: Mapped[str]
    order_id: Mapped[str | None]
    asin: Mapped[str | None]
    stars: Mapped[int | None]
    asked: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(default="draft")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    final_at: Mapped[datetime | None]
    final_by: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
