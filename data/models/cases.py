"""Tables of claims and chargebacks: what people decide about a case (ours), and its row in the list (derived)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class ClaimCase(Base):
    """The identity of a case, one per order and kind, and what people decided; no sync ever overwrites it.

    `state_chosen` and `outcome_chosen` hold until Amazon tells something newer than `chosen_at`. `told` is what was
    entered by hand or CSV: a list of {source, at, by, marketplace, opened_at, respond_by, amount, currency, reason}.
    `evidence`: name of the evidence -> {has, at, by}. `appealed_at`: when somebody appealed. `asked_at`: when somebody
    saw that Amazon asks again. `version` goes up with each write by a person.
    """

    __tablename__ = "claim_case"
    __table_args__ = (UniqueConstraint("account", "order_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    order_id: Mapped[str]
    kind: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    state_chosen: Mapped[str | None]
    outcome_chosen: Mapped[str | None]
    chosen_at: Mapped[datetime | None]
    chosen_by: Mapped[str | None]
    appealed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    owner: Mapped[str | None]
    told: Mapped[list[Any]] = mapped_column(JSON, default=list)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)


class CaseNote(Base):
    """An internal note on a case; the team reads it, Amazon and the buyer never do."""

    __tablename__ = "case_note"
    __table_args__ = (Index("ix_case_note_case_id_at", "case_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("claim_case.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str] = mapped_column(Text)


class CaseStep(Base):
    """What an action changed in one case, so that its author can take it back within the hour."""

    __tablename__ = "case_step"
    __table_args__ = (Index("ix_case_step_at", "at"),)

    token: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    what: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class CaseCard(Base):
    """A case as the list shows it, derived from mail, finances, returns and people's work; can be made anew any time.

    `due_at` is the next deadline, else null with the reason in `why_none`. `sort_key` orders the list: what is due by
    its time, then what is open without a deadline, then what is closed, newest first; it is a number of seconds.
    `amount` in minor units of `currency`. `month` (YYYY-MM) is that of the decision, or of the opening while open.
    `seen_at` is when we first knew of it. `doubts`: sentences, one a line.
    """

    __tablename__ = "case_card"
    __table_args__ = (
        Index("ix_case_card_sort_key_case_id", "sort_key", "case_id"),
        Index("ix_case_card_state_sort_key_case_id", "state", "sort_key", "case_id"),
        Index("ix_case_card_kind_sort_key_case_id", "kind", "sort_key", "case_id"),
        Index("ix_case_card_account_sort_key_case_id", "account", "sort_key", "case_id"),
        Index("ix_case_card_marketplace_sort_key_case_id", "marketplace", "sort_key", "case_id"),
        Index("ix_case_card_owner_sort_key_case_id", "owner", "sort_key", "case_id"),
        Index("ix_case_card_month_result_sort_key_case_id", "month", "result", "sort_key", "case_id"),
        Index("ix_case_card_due_at_case_id", "due_at", "case_id"),
        Index("ix_case_card_account_order_id", "account", "order_id"),
        Index("ix_case_card_opened_at", "opened_at"),
    )

    case_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    account: Mapped[str]
    order_id: Mapped[str]
    kind: Mapped[str]
    marketplace: Mapped[str | None]
    state: Mapped[str]
    outcome: Mapped[str | None]
    result: Mapped[str]
    opened_at: Mapped[datetime | None]
    respond_by: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_what: Mapped[str] = mapped_column(Text, default="")
    why_none: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str]
    doubts: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str | None]
    month: Mapped[str]
    seen_at: Mapped[datetime]
    sort_key: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]


class CaseMonth(Base):
    """How many cases of a month came to what, and how much money; kept by differences, never counted live.

    `measure` is n (cases) or amount (minor units of `currency`); `currency` is "" where none is known.
    """

    __tablename__ = "case_month"

    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
