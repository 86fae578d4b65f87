"""Counted weeks of returns and sales: by SKU or ASIN, by week, by reason; none of it counts over history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from data.models.ledger import StreamState
from data.models.return_figures import ReasonWeek, StaleWeek, UnitWeek

NARROWS = ("account", "marketplace", "channel", "sku", "asin")
STREAMS = ("fba_returns", "fbm_returns", "reports")


class Units(NamedTuple):
    """What was counted for one name (a SKU, an ASIN, a week); the last three are returned units by fault.

    `sold_long_ago` and `came_back_of_them` are of sales that are old enough to be judged.
    """

    name: Any
    sold: int
    came_back: int
    returned: int
    orphans: int
    sold_long_ago: int
    came_back_of_them: int
    defective: int
    wrong_item: int
    damaged: int


@dataclass(frozen=True)
class Window:
    """Weeks from `first` to `last` (Mondays), both included; sales up to the week `ripe` are old enough to judge."""

    first: date
    last: date
    ripe: date
    narrow: Mapping[str, str]

    def within(self, table: Any, first: date | None = None, *, per_sku: bool = False) -> list[ColumnElement[bool]]:
        """The conditions on a table of weeks; only who asks for SKUs reads those rows."""
        narrowed = [getattr(table, name) == value for name, value in self.narrow.items() if name in NARROWS and value]
        level = "sku" if per_sku or self.narrow.get("sku") or self.narrow.get("asin") else "all"
        return [table.level == level, table.week >= (first or self.first), table.week <= self.last, *narrowed]


def by_name(session: Session, window: Window, name: str) -> list[Units]:
    """Units by `sku` or `asin`."""
    return _units(session, window, getattr(UnitWeek, name), window.within(UnitWeek, per_sku=True))


def by_week(session: Session, window: Window, first: date) -> list[Units]:
    """Units by week, from `first` on, oldest first."""
    return sorted(_units(session, window, UnitWeek.week, window.within(UnitWeek, first)))


def _units(session: Session, window: Window, by: Any, conditions: Sequence[ColumnElement[bool]]) -> list[Units]:
    ripe = UnitWeek.week <= window.ripe
    numbers = (
        UnitWeek.sold, UnitWeek.came_back, UnitWeek.returned, UnitWeek.orphans,
        case((ripe, UnitWeek.sold), else_=0), case((ripe, UnitWeek.came_back), else_=0),
        UnitWeek.defective, UnitWeek.wrong_item, UnitWeek.damaged,
    )  # fmt: skip
    query = select(by, *(func.sum(number) for number in numbers)).where(*conditions).group_by(by)
    return [Units(row[0], *(int(n or 0) for n in row[1:])) for row in session.execute(query)]


def reasons(session: Session, window: Window) -> dict[str, int]:
    """Reason -> units."""
    query = select(ReasonWeek.reason, func.sum(ReasonWeek.units)).where(*window.within(ReasonWeek))
    return {reason: int(n or 0) for reason, n in session.execute(query.group_by(ReasonWeek.reason))}


def ages(session: Session) -> tuple[int, datetime | None]:
    """How many weeks wait to be counted again, and when returns were last read."""
    waiting = select(func.count()).select_from(StaleWeek).scalar_subquery()
    heard = select(func.max(StreamState.last_ok_at)).where(StreamState.stream.in_(STREAMS)).scalar_subquery()
    n, at = session.execute(select(waiting, heard)).one()
    return int(n), at
