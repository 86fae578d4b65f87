"""Adds very many rows at once: on SQLite the indexes are put aside meanwhile and made anew at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from data.models import Base
from data.store import Store

PIECE = 5000
LARGE_CACHE = -1_000_000
"""SQLite's cache while loading, in KiB (negative by SQLite's convention)."""
_SPARE = """
    select type, name, sql from sqlite_master
    where sql is not null and (type = 'trigger' or (type = 'index' and tbl_name in
        ('card', 'response', 'message', 'mark', 'assignee', 'thread_key', 'raw_mail')))
"""


@contextmanager
def loading(store: Store, *, put_indexes_aside: bool) -> Iterator[Session]:
    """A writing session for a large load, one transaction: all of it is kept, with its indexes, or nothing."""
    with store.write() as session:
        if not (store.is_sqlite and put_indexes_aside):
            yield session
            return
        small = session.scalar(text("pragma cache_size"))
        session.execute(text(f"pragma cache_size={LARGE_CACHE}"))
        try:
            spare = list(session.execute(text(_SPARE)).tuples())
            for type_, name, _ in spare:
                session.execute(text(f'drop {type_} "{name}"'))
            yield session
            for _, _, statement in spare:
                session.connection().exec_driver_sql(statement)
            session.execute(text("insert into message_fts(message_fts) values ('rebuild')"))
        finally:
            session.execute(text(f"pragma cache_size={small}"))


def add(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if rows:
        session.connection().execute(insert(table), list(rows))


def highest_id(session: Session, table: Any) -> int:
    """The highest id in use, 0 if there is none."""
    return session.scalar(select(func.max(table.id))) or 0


def ids_continue(session: Session, tables: Sequence[Any]) -> None:
    """Tell PostgreSQL's counters of ids that were given by us; SQLite sees for itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(text(f"select setval(pg_get_serial_sequence('{name}', 'id'), {highest_id(session, table) or 1})"))
