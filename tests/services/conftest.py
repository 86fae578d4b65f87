"""Desks for the tests of services."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from data.store import Store, open_store
from tests.desks import Desk


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
