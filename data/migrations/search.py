"""The full-text index over messages: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL, kept by the database itself."""

from __future__ import annotations

from typing import Any

COLUMNS = ("subject", "buyer_name", "order_id", "text")
_NAMES = ", ".join(COLUMNS)
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_FORGET = f"insert into message_fts(message_fts, rowid, {_NAMES}) values ('delete', old.id, {_OLD})"
_LEARN = f"insert into message_fts(rowid, {_NAMES}) values (new.id, {_NEW})"

SQLITE_UP = (
    f"create virtual table message_fts using fts5({_NAMES}, content='message', content_rowid='id', tokenize='trigram')",
    f"create trigger message_fts_insert after insert on message begin {_LEARN}; end",
    f"create trigger message_fts_delete after delete on message begin {_FORGET}; end",
    f"create trigger message_fts_update after update of {_NAMES} on message begin {_FORGET}; {_LEARN}; end",
)
SQLITE_DOWN = (
    "drop trigger message_fts_update",
    "drop trigger message_fts_delete",
    "drop trigger message_fts_insert",
    "drop table message_fts",
)
HAYSTACK = "(coalesce(subject, '') || ' ' || coalesce(buyer_name, '') || ' ' || coalesce(order_id, '') || ' ' || text)"
POSTGRES_UP = (
    "create extension if not exists pg_trgm",
    f"create index ix_message_haystack on message using gin ({HAYSTACK} gin_trgm_ops)",
)
POSTGRES_DOWN = ("drop index ix_message_haystack",)


def create(op: Any) -> None:
    """Make the index; `op` is Alembic's."""
    _run(op, SQLITE_UP, POSTGRES_UP)


def drop(op: Any) -> None:
    """Take the index away again."""
    _run(op, SQLITE_DOWN, POSTGRES_DOWN)


def _run(op: Any, on_sqlite: tuple[str, ...], on_postgres: tuple[str, ...]) -> None:
    for statement in on_sqlite if op.get_bind().dialect.name == "sqlite" else on_postgres:
        op.execute(statement)
