"""The store: migrated from nothing on both databases, exact times, upserts, and sentences when it cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from data import store as store_
from data.models import Base
from data.models.ledger import Horizon, RawMail
from data.models.ours import Person
from data.store import Store, Unusable, insert_new, open_store, upsert

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


def test_an_empty_store_is_migrated_and_a_current_one_left_alone(every_store: Store) -> None:
    with every_store.read() as session:
        tables = set(inspect(session.connection()).get_table_names())
    assert set(Base.metadata.tables) <= tables
    assert every_store.migrate() is False


def test_models_and_migrations_say_the_same(every_store: Store) -> None:
    def is_ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
        return not (name or "").startswith(("message_fts", "ix_message_haystack", "sqlite_"))

    with every_store.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "include_object": is_ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_go_down_again(every_store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(store_.MIGRATIONS))
    config.attributes["url"] = every_store.url
    command.downgrade(config, "base")
    with every_store.read() as session:
        assert set(inspect(session.connection()).get_table_names()) <= {"alembic_version"}
    assert every_store.migrate() is True


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(store_.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [store_.HEAD]


def test_several_processes_may_find_the_store_empty_at_once(tmp_path: Path) -> None:
    script = f"""
import time
from pathlib import Path
from alembic import command
from alembic.config import Config
from data.store import open_store
Path("{tmp_path}", str(time.time_ns())).touch()
while len(list(Path("{tmp_path}").iterdir())) < 3:
    time.sleep(0.001)
open_store("sqlite:///{tmp_path}/new/within24.db")
"""
    processes = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, errors


def test_a_store_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = open_store(url)
    with store.write() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    store_._opened.cache_clear()
    with pytest.raises(Unusable, match="another version of Within24"):
        open_store(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:hunter2secret@127.0.0.1:1/within24",
        "postgresql+psycopg://desk:hunter2secret@127.0.0.1:1/within24",
        "nonsense://desk:hunter2secret@host/x",
        "desk:hunter2secret",
        "sqlite:////proc/nowhere/hunter2secret.db",
    ],
)
def test_a_store_that_cannot_be_opened_says_why_without_its_password(url: str) -> None:
    with pytest.raises(Unusable, match="cannot be opened") as refused:
        open_store(url)
    if "@" in url:
        assert "hunter2secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_times_come_back_as_the_same_moment_in_utc(every_store: Store) -> None:
    tokyo = AT.astimezone(timezone(timedelta(hours=9)))
    with every_store.write() as session:
        session.add(Horizon(mailbox="a", opens_from=tokyo, first_import_at=AT))
    with every_store.read() as session:
        found = session.scalars(select(Horizon).where(Horizon.opens_from == tokyo)).one()
    assert (found.opens_from, found.opens_from.tzinfo) == (AT, UTC)


def added(store: Store, row: Base, *, and_then: type[Exception] | None = None) -> None:
    with store.write() as session:
        session.add(row)
        session.flush()
        if and_then:
            raise and_then


def test_a_time_without_a_zone_is_refused(every_store: Store) -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive time"):
        added(every_store, Horizon(mailbox="a", opens_from=naive, first_import_at=AT))
    with pytest.raises(StatementError, match="naive time"), every_store.read() as session:
        session.scalars(select(Horizon).where(Horizon.opens_from == naive)).all()


def test_upsert_replaces_by_key_and_insert_new_leaves_what_is_there(every_store: Store) -> None:
    def rows(moment: datetime) -> list[dict[str, object]]:
        return [{"mailbox": name, "opens_from": moment, "first_import_at": AT} for name in ("a", "b")]

    for moment in (AT, AT + timedelta(days=1)):
        with every_store.write() as session:
            upsert(session, Horizon, rows(moment), key=("mailbox",))
            upsert(session, Horizon, [], key=("mailbox",))
    with every_store.write() as session:
        assert {row.opens_from for row in session.scalars(select(Horizon))} == {AT + timedelta(days=1)}
        people = [{"name": name, "role": "agent", "preferences": {}} for name in ("Ana", "Ben")]
        assert len(insert_new(session, Person, people[:1], key=("name",))) == 1
        assert len(insert_new(session, Person, people, key=("name",))) == 1


def test_a_failed_write_leaves_nothing_behind(every_store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        added(every_store, Horizon(mailbox="a", opens_from=AT, first_import_at=AT), and_then=ZeroDivisionError)
    with every_store.read() as session:
        assert session.scalars(select(Horizon)).all() == []


def test_an_error_names_no_values_that_could_be_a_buyers(every_store: Store) -> None:
    with pytest.raises(IntegrityError) as failed:
        added(every_store, RawMail(account="Kim Example lives here", mailbox="a"))
    assert "Kim Example" not in str(failed.value).partition("[SQL:")[2]
