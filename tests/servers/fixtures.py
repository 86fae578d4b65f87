"""Pytest fixtures of the real servers; tests/conftest.py names this module in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# The servers' modules are imported when a test first asks for one, so that the other tests start at once.
if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.amazon import Amazon
    from tests.servers.dovecot import Dovecot
    from tests.servers.postgres import Postgres
    from tests.servers.smtp import SmtpServer


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real Dovecot, one per test process; take `dovecot.new_user()` for a mailbox of your own."""
    from tests.servers.dovecot import running_dovecot

    with running_dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL cluster, one per test process."""
    from tests.servers.postgres import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of a migrated database that the tests of this process share, one after the other."""
    from data.store import open_store

    with postgres.database() as url:
        open_store(url).close()
        yield url


@pytest.fixture
def migrated_postgres_url(postgres: Postgres, migrated_postgres: str) -> str:
    """The SQLAlchemy address of a migrated PostgreSQL database without rows; emptying one is quick."""
    postgres.clear(migrated_postgres.rsplit("/", 1)[-1])
    return migrated_postgres


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpServer]:
    """A real SMTP server with a login, of the test's own."""
    from tests.servers.smtp import SmtpServer

    with SmtpServer(tmp_path) as server:
        yield server


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    """A loopback Selling Partner API, of the test's own."""
    from tests.servers.amazon import Amazon

    with Amazon() as server:
        yield server
