"""How Alembic reaches the store; called by `Store.migrate` only."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text

from data.models import Base

LOCK = 24_240_024


def _run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Several processes may start at once; the first migrates, the others find it done.
            connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
