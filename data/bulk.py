"""Adds very many rows at once: on SQLite the indexes are put aside meanwhile and made anew at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects import postgresql
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
            spare = list(session.execute(text(_SPARE)))
            for type_, name, _ in spare:
                session.execute(text(f'drop {type_} "{name}"'))
            yield session
            for _, _, statement in spare:
                session.connection().exec_driver_sql(statement)
            _index_texts(session)
        finally:
            session.execute(text(f"pragma cache_size={small}"))


def add(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(insert(table), list(rows))
        return
    # Core looks every value up by name, three times; for millions of rows places are twice as fast.
    _by_place(session, table, rows, "", {})


def add_new(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, same: Mapping[str, Any] | None = None
) -> int:
    """Insert those rows whose key is free; how many. All have the same columns; `same` are columns alike in all."""
    if not rows:
        return 0
    if session.get_bind().dialect.name == "sqlite":
        return _by_place(session, table, rows, "on conflict do nothing", same or {})
    statement = postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    whole = [{**row, **same} for row in rows] if same else list(rows)
    return session.connection().execute(statement, whole).rowcount


def add_new_tuples(
    session: Session,
    table: type[Base],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    same: Mapping[str, Any] | None = None,
) -> int:
    """As `add_new`, for rows that have only their values, in the order of these column names."""
    if not rows:
        return 0
    if session.get_bind().dialect.name != "sqlite":
        return add_new(session, table, [dict(zip(names, row, strict=True)) for row in rows], same=same)
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return _columns(session, table, columns, len(rows), "on conflict do nothing", same or {})


def _by_place(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], more: str, same: Mapping[str, Any]
) -> int:
    columns = {name: list(map(itemgetter(name), rows)) for name in rows[0]}
    return _columns(session, table, columns, len(rows), more, same)


def _columns(
    session: Session,
    table: type[Base],
    columns: Mapping[str, list[Any]],
    count: int,
    more: str,
    same: Mapping[str, Any],
) -> int:
    ready = [_ready(session, table, name, values) for name, values in columns.items()]
    ready += [_ready(session, table, name, [value]) * count for name, value in same.items()]
    spots = ", ".join("?" * len(ready))
    statement = f"insert into {table.__tablename__} ({', '.join([*columns, *same])}) values ({spots}) {more}"
    return session.connection().exec_driver_sql(statement, list(zip(*ready, strict=True))).rowcount


def _ready(session: Session, table: type[Base], name: str, values: list[Any]) -> list[Any]:
    """A column's values as the driver takes them."""
    dialect = session.get_bind().dialect
    process = table.__table__.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    if values[0] == values[-1] and values.count(values[0]) == len(values):
        return [process(values[0])] * len(values)
    return list(map(process, values))


def _index_texts(session: Session) -> None:
    # FTS5 sorts in this many bytes of memory before it writes a piece of the index; fewer pieces, fewer merges.
    for size, statement in ((64_000_000, "insert into message_fts(message_fts) values ('rebuild')"), (1_048_576, "")):
        session.execute(text(f"insert into message_fts(message_fts, rank) values ('hashsize', {size})"))
        if statement:
            session.execute(text(statement))


def highest_id(session: Session, table: Any) -> int:
    """The highest id in use, 0 if there is none."""
    return session.scalar(select(func.max(table.id))) or 0


def ids_continue(session: Session, tables: Sequence[Any]) -> None:
    """Tell PostgreSQL's counters of ids that were given by us; SQLite sees for itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        last = highest_id(session, table)
        if last:
            session.execute(text(f"select setval(pg_get_serial_sequence('{table.__tablename__}', 'id'), {last})"))
