"""Desks for the tests of services."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.store import Store
from tests.desks import Desk


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk of one account on SQLite."""
    return Desk(store, tmp_path / "shop")


@pytest.fixture
def every_desk(every_store: Store, tmp_path: Path) -> Desk:
    """A desk of one account; the test runs on both databases."""
    return Desk(every_store, tmp_path / "shop")
