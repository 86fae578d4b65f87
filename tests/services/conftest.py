"""Desks for the tests of services; their stores are copies of one that was migrated once, which takes no time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.store import Store, open_store
from tests.desks import Desk

if TYPE_CHECKING:
    from tests.servers.postgres import Postgres

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite store."""
    file = tmp_path_factory.mktemp("migrated") / "within24.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> Postgres:
    """The cluster, with a migrated, empty database to make copies of."""
    postgres._run(f"CREATE DATABASE {TEMPLATE}")
    open_store(postgres.database_url(TEMPLATE)).close()
    return postgres


@pytest.fixture
def store(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite store."""
    with _sqlite(migrated_file, tmp_path / "within24.db") as store:
        yield store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def every_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh store: the test runs once on SQLite and once on a real PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("store")
        return
    with _postgres(request.getfixturevalue("migrated_database")) as store:
        yield store


@pytest.fixture
def fresh_store(migrated_file: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes several SQLite stores, each with a file of its own."""
    with ExitStack() as stack:
        made: list[Store] = []

        def make() -> Store:
            made.append(stack.enter_context(_sqlite(migrated_file, tmp_path / f"store-{len(made)}.db")))
            return made[-1]

        yield make


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk of one account on SQLite."""
    return Desk(store, tmp_path / "shop")


@pytest.fixture
def every_desk(every_store: Store, tmp_path: Path) -> Desk:
    """A desk of one account; the test runs on both databases."""
    return Desk(every_store, tmp_path / "shop")


@contextmanager
def _sqlite(template: Path, file: Path) -> Iterator[Store]:
    shutil.copy(template, file)
    store = open_store(f"sqlite:///{file}")
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _postgres(cluster: Postgres) -> Iterator[Store]:
    name = f"desk_{next(_numbers)}"
    cluster._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    store = open_store(cluster.database_url(name))
    try:
        yield store
    finally:
        store.close()
        cluster._run(f"DROP DATABASE {name} WITH (FORCE)")


_numbers = iter(range(1, 1_000_000))
