"""Spreadsheets as last read: their rows, how they are kept up to date, and the columns that people chose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.models.sheets import Sheet, SheetColumns, SheetRow
from data.store import upsert

AT_ONCE = 2000


def sheets(session: Session, account: str | None = None) -> list[Sheet]:
    """All sheets that were ever found, by account and name."""
    query = select(Sheet).order_by(Sheet.account, Sheet.kind, Sheet.sheet, Sheet.tab)
    return list(session.scalars(query.where(Sheet.account == account) if account else query))


def sheet(session: Session, account: str, name: str, tab: str = "") -> Sheet | None:
    """One sheet as it was last read."""
    return session.get(Sheet, (account, name, tab), populate_existing=True)


def row(session: Session, account: str, name: str, row_key: str) -> SheetRow | None:
    """One row."""
    mine = (SheetRow.account == account, SheetRow.sheet == name, SheetRow.row_key == row_key)
    return session.scalars(select(SheetRow).where(*mine)).one_or_none()


def by_key(session: Session, row_key: str) -> SheetRow | None:
    """The row with this key; a key is of one row in all sheets of all accounts."""
    return session.scalars(select(SheetRow).where(SheetRow.row_key == row_key).limit(1)).first()


def of_order(session: Session, account: str, order_id: str) -> list[SheetRow]:
    """The rows about an order, those that are still in their sheets first."""
    mine = select(SheetRow).where(SheetRow.account == account, SheetRow.order_id == order_id)
    return list(session.scalars(mine.order_by(SheetRow.gone_at.is_not(None), SheetRow.id)))


def stream_rows(session: Session) -> Iterator[SheetRow]:
    """All rows that are in their sheets, streamed by id."""
    query = select(SheetRow).where(SheetRow.gone_at.is_(None)).order_by(SheetRow.id)
    yield from session.scalars(query.execution_options(yield_per=500))


def digests(session: Session, account: str, name: str, tab: str) -> dict[str, tuple[int, str, bool]]:
    """(id, digest, whether it is there) of all rows that this sheet ever had, by row key."""
    query = select(SheetRow.row_key, SheetRow.id, SheetRow.digest, SheetRow.gone_at)
    mine = query.where(SheetRow.account == account, SheetRow.sheet == name, SheetRow.tab == tab)
    return {key: (row_id, digest, gone_at is None) for key, row_id, digest, gone_at in session.execute(mine)}


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert new rows; all with the same columns."""
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(SheetRow), list(rows[start : start + AT_ONCE]))


def change(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows by their id; all with the same columns."""
    if rows:
        session.execute(update(SheetRow), list(rows))


def gone(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """These rows are not in their sheets any more."""
    change(session, [{"id": row_id, "gone_at": now} for row_id in ids])


def save(session: Session, values: Mapping[str, Any]) -> None:
    """Write down how a sheet looked; the columns of `Sheet` by name."""
    upsert(session, Sheet, [values], key=("account", "sheet", "tab"))


def chosen(session: Session, account: str, name: str, tab: str = "") -> SheetColumns | None:
    """The columns that people chose for a sheet."""
    return session.get(SheetColumns, (account, name, tab), populate_existing=True)


def choose(
    session: Session,
    account: str,
    name: str,
    tab: str,
    columns: Mapping[str, str],
    *,
    version: int,
    by: str,
    now: datetime,
) -> bool:
    """Keep the columns that a person chose; `version` is 0 for the first choice. False if somebody was quicker."""
    values = {"columns": dict(columns), "chosen_by": by, "chosen_at": now, "version": version + 1}
    if not version:
        key = {"account": account, "sheet": name, "tab": tab}
        if session.get(SheetColumns, (account, name, tab)) is not None:
            return False
        session.add(SheetColumns(**key, **values))
        session.flush()
        return True
    mine = update(SheetColumns).where(
        SheetColumns.account == account,
        SheetColumns.sheet == name,
        SheetColumns.tab == tab,
        SheetColumns.version == version,
    )
    done = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
