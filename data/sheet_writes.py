"""Cells on their way into a spreadsheet: queueing them, what waits, what a person changed meanwhile, and settling that.

A write names its row by content (`row_key`) and its cell by role (contacted, date, agent, note), never by position.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from data import streams
from data.models.sheets import Sheet, SheetRow, SheetWrite

ROLES = ("contacted", "date", "agent", "note")
"""What Within24 may write; nothing else in a sheet is ever touched."""
OPEN = ("queued", "conflict", "row_gone")
AS_READ = {"contacted": "contacted_text", "date": "contact_date", "agent": "agent", "note": "note"}
"""The column of `SheetRow` that holds what the cell said."""


def queue(
    session: Session, account: str, sheet: str, row_key: str, values: Mapping[str, str], *, by: str, now: datetime
) -> list[int]:
    """Queue cells of one row by role and wake the sheet's stream; the ids of the new writes.

    What says already what it shall say is left out, and so is a role that the sheet never had a column for (but for
    "contacted", which waits for one). A write of the same cell that has not been settled is replaced.
    Raises KeyError for a role that is not in ROLES, LookupError for a row that was never read.
    """
    row = _row(session, account, sheet, row_key)
    if row is None:
        raise LookupError(f"no row {row_key} in {sheet}")
    place = session.get(Sheet, (account, sheet, row.tab))
    columns = place.columns if place else {}
    # What went into the copy of a file is still to be taken back: the original never says it.
    states = (*OPEN, "done") if place and place.place == "file" else OPEN
    unsettled = {write.role: write for write in _of_row(session, row, states)}
    fresh = [
        _cell(row, role, ours.strip(), unsettled.get(role))
        for role, ours in values.items()
        if AS_READ[role] and (role in columns or role == "contacted")
    ]
    new = [write for write in fresh if write is not None]
    for write in new:
        write.by, write.queued_at = by, now
        if (older := unsettled.get(write.role)) is not None:
            _close(older, by=by, now=now)
    session.add_all(new)
    session.flush()
    if new and place:
        streams.want(session, (place.source, account, place.stream), at=now)
    return [write.id for write in new]


def _cell(row: SheetRow, role: str, ours: str, older: SheetWrite | None) -> SheetWrite | None:
    """The write of one cell; None if there is nothing to write."""
    base: str = getattr(row, AS_READ[role])
    if older is None and base == ours:
        return None
    # What an earlier write of ours may have left in the cell is no edit of somebody else's.
    ours_before = [*older.bases, older.ours] if older is not None and older.state != "conflict" else []
    return SheetWrite(
        account=row.account,
        sheet=row.sheet,
        tab=row.tab,
        row_key=row.row_key,
        role=role,
        base=base,
        bases=list(dict.fromkeys([base, *(row.twins or {}).get(role, ()), *ours_before])),
        ours=ours,
        state="queued",
        attempts=0,
        version=1,
    )


def of_rows(session: Session, row_keys: Collection[str]) -> dict[str, list[SheetWrite]]:
    """The writes of these rows that are not settled, by row, oldest first."""
    mine = select(SheetWrite).where(SheetWrite.row_key.in_(list(row_keys)), SheetWrite.state.in_(OPEN))
    found: dict[str, list[SheetWrite]] = {}
    for write in session.scalars(mine.order_by(SheetWrite.id)):
        found.setdefault(write.row_key, []).append(write)
    return found


def to_do(session: Session, account: str, sheet: str, tab: str = "") -> list[SheetWrite]:
    """What is queued for a sheet, and what waits for its row to come back, oldest first."""
    return list(session.scalars(_in_states(account, sheet, tab, ("queued", "row_gone"))))


def standing(session: Session, account: str, sheet: str, tab: str = "") -> list[SheetWrite]:
    """The newest write of each cell that is queued, done, or waits for its row: what a copy of the sheet shall say."""
    rows = session.scalars(_in_states(account, sheet, tab, ("queued", "row_gone", "done")))
    newest = {(write.row_key, write.role): write for write in rows}
    return sorted(newest.values(), key=lambda write: write.id)


def _in_states(account: str, sheet: str, tab: str, states: tuple[str, ...]) -> Select[Any]:
    mine = (SheetWrite.account == account, SheetWrite.sheet == sheet, SheetWrite.tab == tab)
    query = select(SheetWrite).where(*mine, SheetWrite.state.in_(states)).order_by(SheetWrite.id)
    return query.execution_options(populate_existing=True)


def conflicts(
    session: Session, *, account: str | None = None, limit: int = 200
) -> list[tuple[SheetWrite, SheetRow | None]]:
    """Cells that a person changed since, with their rows, oldest first."""
    query = select(SheetWrite, SheetRow).outerjoin(
        SheetRow,
        (SheetRow.account == SheetWrite.account)
        & (SheetRow.sheet == SheetWrite.sheet)
        & (SheetRow.row_key == SheetWrite.row_key),
    )
    query = query.where(SheetWrite.state == "conflict")
    if account:
        query = query.where(SheetWrite.account == account)
    return [(write, row) for write, row in session.execute(query.order_by(SheetWrite.id).limit(limit))]


def get(session: Session, write_id: int) -> SheetWrite | None:
    """A write as it is stored now."""
    return session.get(SheetWrite, write_id, populate_existing=True)


def settle(session: Session, write_id: int, version: int, choice: str, *, by: str, now: datetime) -> bool:
    """End a conflict: "theirs" leaves the cell as it is, "ours" writes over exactly what was shown as theirs.

    False if it is no conflict (any more) or has another version.
    """
    mine = update(SheetWrite).where(
        SheetWrite.id == write_id, SheetWrite.version == version, SheetWrite.state == "conflict"
    )
    closed = {"state": "withdrawn", "settled_by": by, "done_at": now, "version": version + 1}
    done = session.execute(mine.values(**closed).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    if choice == "ours":
        _again(session, write_id, by=by, now=now)
    return True


def _again(session: Session, write_id: int, *, by: str, now: datetime) -> None:
    old = session.get_one(SheetWrite, write_id, populate_existing=True)
    theirs = old.theirs or ""
    session.add(
        SheetWrite(
            account=old.account,
            sheet=old.sheet,
            tab=old.tab,
            row_key=old.row_key,
            role=old.role,
            base=theirs,
            bases=[theirs],
            ours=old.ours,
            state="queued",
            queued_at=now,
            by=by,
            attempts=0,
            answers=old.id,
            version=1,
        )
    )
    row = _row(session, old.account, old.sheet, old.row_key)
    place = session.get(Sheet, (old.account, old.sheet, row.tab)) if row else None
    if place:
        streams.want(session, (place.source, place.account, place.stream), at=now)


def _close(older: SheetWrite, *, by: str, now: datetime) -> None:
    older.state, older.settled_by, older.done_at = "withdrawn", by, now
    older.version += 1


def _row(session: Session, account: str, sheet: str, row_key: str) -> SheetRow | None:
    mine = (SheetRow.account == account, SheetRow.sheet == sheet, SheetRow.row_key == row_key)
    return session.scalars(select(SheetRow).where(*mine)).one_or_none()


def _of_row(session: Session, row: SheetRow, states: tuple[str, ...]) -> list[SheetWrite]:
    mine = (SheetWrite.row_key == row.row_key, SheetWrite.account == row.account, SheetWrite.sheet == row.sheet)
    return list(
        session.scalars(
            select(SheetWrite).where(*mine, SheetWrite.state.in_(states)).order_by(SheetWrite.id).with_for_update()
        )
    )
