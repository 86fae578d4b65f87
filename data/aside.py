"""Puts dear indexes aside for the first large load of a table, and makes anew those that are missing; SQLite only."""

from __future__ import annotations

from sqlalchemy import Index, Table, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, DropIndex

from data.store import Store

DEAR = {"dear": True}
"""Marks (as `info`) an index whose entries come in no order, so that each new row touches another page of it."""
MANY = 2000
_NAMES = text("select name from sqlite_master where type = 'index' and tbl_name = :table")
_SMALL, _USUAL = ("cache_size=-8000", "temp_store=file"), ("cache_size=-32000", "temp_store=memory")


def before_a_load(session: Session, table: Table, rows: int) -> None:
    """Drop the dear indexes if a table that is empty now gets many rows.

    Whoever loads calls `make_missing` afterwards; should it never come to that, what is missing shows by itself.
    """
    if rows < MANY or session.get_bind().dialect.name != "sqlite" or session.execute(table.select().limit(1)).first():
        return
    for index in _dear(table):
        session.execute(DropIndex(index, if_exists=True))


def make_missing(store: Store, table: Table) -> int:
    """Make the dear indexes that are not there, each in a transaction of its own so that nobody waits long; how many.

    In little memory: SQLite would sort an index of a million rows in as much as it takes.
    """
    if not store.is_sqlite:
        return 0
    with store.read() as session:
        there = set(session.scalars(_NAMES, {"table": table.name}))
    missing = [index for index in _dear(table) if index.name not in there]
    for index in missing:
        with store.write() as session:
            _set(session, _SMALL)
            try:
                session.execute(CreateIndex(index, if_not_exists=True))
            finally:
                _set(session, _USUAL)
    return len(missing)


def _dear(table: Table) -> list[Index]:
    return sorted((index for index in table.indexes if index.info.get("dear")), key=lambda index: str(index.name))


def _set(session: Session, pragmas: tuple[str, ...]) -> None:
    for pragma in pragmas:
        session.execute(text(f"pragma {pragma}"))
