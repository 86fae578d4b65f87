"""A loopback Amazon that goes by a simulated clock, a seller, and a client with a memory over SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from services.sources.amazon.client import Client
from services.sync.memory import StoreMemory
from tests import amazons
from tests.amazons import Simulated
from tests.servers.amazon import Amazon, Seller


@pytest.fixture
def clock() -> Simulated:
    """The clock of client, memory and server alike."""
    return Simulated()


@pytest.fixture
def amazon(clock: Simulated) -> Iterator[Amazon]:
    """A loopback Amazon by the simulated clock."""
    with Amazon(now=clock.seconds) as server:
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    """One seller."""
    return amazon.seller("acme")


@pytest.fixture
def memory(store: Store, tmp_path: Path, clock: Simulated) -> StoreMemory:
    """The memory over a fresh SQLite store."""
    return amazons.memory(store, tmp_path / "state", clock)


@pytest.fixture
def make_client(
    amazon: Amazon, seller: Seller, memory: StoreMemory, clock: Simulated
) -> Iterator[Callable[..., Client]]:
    """Makes clients of the seller; keywords go to `amazons.client`."""
    with ExitStack() as stack:

        def make(**how: Any) -> Client:
            made = amazons.client(amazon, seller, memory, how.pop("clock", clock), **how)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    """The seller's client."""
    return make_client()
