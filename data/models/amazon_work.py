"""Tables of the work with Amazon's API: what each account may still call, and the reports that were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class RateBudget(Base):
    """The token bucket of one account for one operation, shared by every process and machine.

    `tokens` were left at the time `at` (the database's clock where machines share it, else the real one).
    `rate` (calls per second) is what Amazon last said in a header; null: the documented rate holds.
    `refused_at` is when Amazon last answered "too many requests" although we thought it allowed.
    """

    __tablename__ = "rate_budget"

    account: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime]
    rate: Mapped[float | None]
    refused_at: Mapped[datetime | None]


class ReportJob(Base):
    """One report that was asked for, or is about to be; moves as `services.rules.report_jobs` says.

    `slot` names the window among those of a report type (or is "" for a rolling one); `live` is True while the job
    is under way and null afterwards, so that the same report is never asked for twice at a time. `window_from` and
    `window_to` are what Amazon was asked for; the other times are the real clock's. `asked_at` is written before
    createReport is called: an answer that never came may still have made a report. `file` is below the state folder.
    """

    __tablename__ = "report_job"
    __table_args__ = (
        UniqueConstraint("account", "kind", "marketplaces", "slot", "live"),
        Index("ix_report_job_account_kind_id", "account", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    kind: Mapped[str]
    marketplaces: Mapped[str]
    slot: Mapped[str]
    live: Mapped[bool | None]
    state: Mapped[str]
    window_from: Mapped[datetime | None]
    window_to: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    report_id: Mapped[str | None] = mapped_column(Text, index=True)
    document_id: Mapped[str | None] = mapped_column(Text)
    adopted: Mapped[bool] = mapped_column(default=False)
    polls: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    file: Mapped[str | None] = mapped_column(Text)
    charset: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class OrderWish(Base):
    """An order that a person wants fetched by its id: it waits until `done_at`, and was found if `message` is empty.

    Asked for again it waits again. It points at nothing, so it outlives a rebuild of what Amazon says.
    """

    __tablename__ = "order_wish"
    __table_args__ = (Index("ix_order_wish_waiting", "account", "done_at", "asked_at"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    done_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(Text, default="")
