"""The store: the only place that makes an engine, opens sessions, migrates and upserts."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from data.models import Base

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"


class Unusable(Exception):
    """The store cannot be opened; `str()` says why in a sentence, without its address or password."""


class Store:
    """One database. `read()` sessions never write; `write()` sessions are one transaction each, committed at the end.

    On SQLite a writer takes the write lock when it begins, so that it never fails half-way for lack of it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._readers = _engine(url, writes=False)
        self._writers = _engine(url, writes=True) if self.is_sqlite else self._readers
        self._durable = _engine(url, writes=True, durable=True) if self.is_sqlite else self._readers
        self._hasty = _engine(url, writes=True, hasty=True) if self.is_sqlite else self._readers

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for queries; nothing it adds is kept."""
        with Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """A session whose work is committed when the block ends, and undone when it raises.

        With `durable` it also outlives a power cut that follows at once, at the price of waiting for the disk.
        """
        with Session(self._durable if durable else self._writers, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write_if_free(self) -> Iterator[Session]:
        """As `write`, for what may as well be left out: raises OperationalError at once if somebody else is writing."""
        with Session(self._hasty, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines behind the store, for tests that count statements."""
        return tuple(dict.fromkeys((self._readers, self._writers, self._durable, self._hasty)))

    def migrate(self) -> bool:
        """Bring an empty or older store to the current version; True if there was something to do."""
        if self._version() == HEAD:
            return False
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["url"] = self.url
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Unusable(f"the store was made by another version of Within24 ({error})") from None
        return True

    def close(self) -> None:
        """Give all connections back."""
        for engine in self.engines:
            engine.dispose()

    def _version(self) -> str | None:
        with self._readers.connect() as connection:
            if not self._readers.dialect.has_table(connection, "alembic_version"):
                return None
            version: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
            return version


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy URL, migrated; one per process and URL. `postgresql://` means psycopg 3.

    Raises Unusable.
    """
    try:
        return _opened(url)
    except (SQLAlchemyError, OSError, ImportError) as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        secret = re.search(r"://[^/@\s]*:([^/\s]+)@", url)
        sentence = cause[0].replace(url, "…").replace(secret[1] if secret else "\0", "…")
        raise Unusable(f"the store cannot be opened: {sentence}") from None


@functools.lru_cache(maxsize=8)
def _opened(url: str) -> Store:
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    path = make_url(url).database
    if url.startswith("sqlite") and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    store = Store(url)
    store.migrate()
    return store


def upsert(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]) -> None:
    """Insert rows or, where `key` is taken, replace the other columns. Rows must have the same columns."""
    if not rows:
        return
    statement = _insert(session, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed), list(rows))


def add_up(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], number: str
) -> None:
    """Insert rows or, where `key` is taken, add their `number` to the stored one; right with several writers too."""
    if not rows:
        return
    statement = _insert(session, table)
    total = table_of(table).c[number] + statement.excluded[number]
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_={number: total}), list(rows))


def ensure(session: Session, table: type[Base], row: Mapping[str, Any], *, key: Sequence[str]) -> None:
    """Insert a row unless its `key` is taken."""
    session.execute(_insert(session, table).on_conflict_do_nothing(index_elements=list(key)), [dict(row)])


def insert_new(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> list[Any]:
    """Insert the rows whose `key` is free; give back the inserted rows' ids, without order."""
    if not rows:
        return []
    statement = _insert(session, table).on_conflict_do_nothing(index_elements=list(key))
    returning = statement.returning(table_of(table).c.id)
    return [row.id for row in session.execute(returning, list(rows))]


def _insert(session: Session, table: type[Base]) -> Any:
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _engine(url: str, *, writes: bool, durable: bool = False, hasty: bool = False) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    # An error must not carry buyers' words into a log, so statements are named without their values.
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    if durable:
        event.listen(engine, "connect", _wait_for_the_disk)
    if hasty:
        event.listen(engine, "connect", _wait_for_nobody)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late and is always deferred; the begin events below decide instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=30000",
        "foreign_keys=ON",
        "cache_size=-32000",
        "temp_store=MEMORY",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    # With NORMAL a power cut may take the last commits with it: fine for what can be read again from a mailbox.
    connection.execute("PRAGMA synchronous=FULL")


def _wait_for_nobody(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=20")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
