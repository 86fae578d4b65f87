"""Caches over returns, rebuilt from the mirror and from people's work; dropping them loses nothing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id

_DEAR = {"dear": True}
"""`data.aside.DEAR`."""
_WAITING = text("due_at is not null")


def _of_those_with(column: str, *more: str, info: dict[str, bool] | None = None) -> Index:
    """An index of those rows only that have something in its first column: of returns these are few, or none."""
    known = text(f"{column} is not null")
    names = (column, *more)
    name = f"ix_return_card_with_{'_'.join(names)}"
    return Index(name, *names, sqlite_where=known, postgresql_where=known, info=info)


class ReturnCard(Base):
    """A return as the list filters and sorts it; `id` is its `return_work.id`.

    `sold_at` is when its order was bought, null while the order is unknown. `reason` is Amazon's code in one spelling,
    `fault` defective, wrong_item, damaged or empty. `need` is authorise or refund, with its `due_at`, or both are null.
    """

    __tablename__ = "return_card"
    __table_args__ = (
        Index("ix_return_card_returned_at_id", "returned_at", "id"),
        Index("ix_return_card_state_returned_at_id", "state", "returned_at", "id", info=_DEAR),
        Index("ix_return_card_sku_returned_at_id", "sku", "returned_at", "id", info=_DEAR),
        Index("ix_return_card_asin_returned_at_id", "asin", "returned_at", "id", info=_DEAR),
        Index("ix_return_card_reason_returned_at_id", "reason", "returned_at", "id", info=_DEAR),
        Index("ix_return_card_fault_returned_at_id", "fault", "returned_at", "id", info=_DEAR),
        Index("ix_return_card_order_id", "order_id", info=_DEAR),
        Index("ix_return_card_key", "key", info=_DEAR),
        _of_those_with("marketplace", "returned_at", "id"),
        _of_those_with("disposition", "returned_at", "id", info=_DEAR),
        _of_those_with("outcome", "returned_at", "id"),
        _of_those_with("assignee", "returned_at", "id"),
        _of_those_with("sold_at"),
        _of_those_with("need", "returned_at", "id"),
        Index("ix_return_card_due_at", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    account: Mapped[str]
    order_id: Mapped[str]
    channel: Mapped[str]
    key: Mapped[str] = mapped_column(Text)
    marketplace: Mapped[str | None]
    sku: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None]
    quantity: Mapped[int]
    returned_at: Mapped[datetime]
    sold_at: Mapped[datetime | None]
    reason: Mapped[str]
    fault: Mapped[str]
    disposition: Mapped[str | None]
    state: Mapped[str]
    outcome: Mapped[str | None]
    assignee: Mapped[str | None]
    need: Mapped[str | None]
    due_at: Mapped[datetime | None]


class UnitWeek(Base):
    """Units of one week (its Monday, UTC): by SKU (`level` sku), and added up over all of them (`level` all).

    Empty strings stand for what is not known. `sold` units of orders bought in that week, `came_back` units of those
    orders that were returned since, `returned` units whose return is dated in that week; of these `orphans` belong to
    no known order, and `defective`, `wrong_item` and `damaged` are our fault.
    """

    __tablename__ = "unit_week"
    __table_args__ = (Index("ix_unit_week_sku_week", "sku", "week"), {"sqlite_with_rowid": False})

    level: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    asin: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(Text, primary_key=True)
    sold: Mapped[int] = mapped_column(BigInteger)
    came_back: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger)
    orphans: Mapped[int] = mapped_column(BigInteger)
    defective: Mapped[int] = mapped_column(BigInteger)
    wrong_item: Mapped[int] = mapped_column(BigInteger)
    damaged: Mapped[int] = mapped_column(BigInteger)


class ReasonWeek(Base):
    """Units returned in one week (by the return's date) by reason: of each SKU, and added up as in `unit_week`."""

    __tablename__ = "reason_week"
    __table_args__ = (Index("ix_reason_week_sku_week", "sku", "week"), {"sqlite_with_rowid": False})

    level: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    asin: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    units: Mapped[int] = mapped_column(BigInteger)


class StaleWeek(Base):
    """A week of an account in which something changed since it was counted; `at` is when that was first noticed."""

    __tablename__ = "stale_week"

    account: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
