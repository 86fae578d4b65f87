"""How Alembic reaches the store; called by `Store.migrate` only."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, text

from data.models import Base

LOCK = 24_240_024
SEARCH = ("message_fts", "ix_message_haystack")
"""Tables and indexes of the full-text search, which no model names: `data/migrations/search.py` makes them."""


def _manual(connection: Any, _record: object) -> None:
    # The driver would commit before each DDL statement, and so let two processes make the same tables.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=60000")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_modelled(name: str | None, _type: str, _parents: object) -> bool:
    return not (name or "").startswith(SEARCH)


def _run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _manual)
        event.listen(engine, "begin", _begin_immediate)
    with engine.begin() as connection:
        # Several processes may start at once; the first migrates, the others find it done.
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=_is_modelled,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
