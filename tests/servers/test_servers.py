"""The test servers themselves: fresh databases, clean stops, and loud absence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.servers import dovecot as dovecot_module
from tests.servers import postgres as postgres_module
from tests.servers.dovecot import running_dovecot
from tests.servers.postgres import Postgres, running_postgres
from tests.servers.tools import listens, missing

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_an_empty_postgresql_database(postgres_url: str, time: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (name text)"))
        connection.execute(text("INSERT INTO thing VALUES ('Größe')"))
        assert connection.execute(text("SELECT name FROM thing")).scalars().all() == ["Größe"]
    engine.dispose()


def test_a_database_goes_away_even_while_somebody_is_connected(postgres: Postgres) -> None:
    with postgres.database() as url:
        connected = create_engine(url, poolclass=NullPool).connect()
    with pytest.raises(OperationalError, match="does not exist"):
        create_engine(url, poolclass=NullPool).connect()
    connected.invalidate()
    connected.close()


def test_servers_leave_nothing_behind() -> None:
    with running_postgres() as postgres, running_dovecot() as dovecot:
        homes = postgres.home, dovecot.home
        ports = postgres.port, dovecot.port, dovecot.tls_port
        assert all(listens(port) for port in ports)
    assert not any(listens(port) for port in ports)
    assert not any(home.exists() for home in homes)


def test_what_is_missing_is_skipped_loudly_but_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install dovecot-imapd"):
        missing("Dovecot", "dovecot-imapd")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Dovecot is not installed"):
        missing("Dovecot", "dovecot-imapd")


def test_absent_programs_are_noticed_before_anything_is_started(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    monkeypatch.setattr(dovecot_module, "FOLDERS", str(tmp_path))
    monkeypatch.setattr(postgres_module, "CLUSTERS", tmp_path)
    for start in (running_dovecot, running_postgres):
        with pytest.raises(pytest.fail.Exception, match="is not installed here"), start():
            pass
