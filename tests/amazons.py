"""What tests of the Amazon source share: a clock that moves by sleeping, and a client over the loopback server."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data.store import Store
from services.settings import SpApi
from services.sources.amazon.client import PATIENCE, Client, Clock
from services.sync.memory import StoreMemory
from tests.servers.amazon import Amazon, Seller

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Simulated:
    """A clock that stands still until somebody sleeps: hours pass in no time, the same in each run."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def seconds(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._now += timedelta(seconds=seconds)

    def pass_by(self, **much: float) -> None:
        with self._lock:
            self._now += timedelta(**much)

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)


def access(amazon: Amazon, seller: Seller, **other: Any) -> SpApi:
    """The settings of a seller's account."""
    given = {
        "client_id": "app-id",
        "client_secret": "app-secret",
        "refresh_token": seller.refresh_token,
        "endpoint": amazon.base,
        "token_endpoint": amazon.base,
    }
    return SpApi.model_validate(given | other)


def memory(store: Store, folder: Path, clock: Simulated | None = None) -> StoreMemory:
    """The memory of a source over a store."""
    return StoreMemory(store, folder, clock.now) if clock else StoreMemory(store, folder)


def client(
    amazon: Amazon,
    seller: Seller,
    kept: StoreMemory,
    clock: Simulated | None = None,
    *,
    marketplaces: Sequence[str] = ("US", "CA"),
    patience: timedelta = PATIENCE,
    **other: Any,
) -> Client:
    """A client of a seller's account, by the given clock or the real one."""
    time = clock.clock if clock else Clock()
    return Client(seller.name, marketplaces, access(amazon, seller, **other), kept, clock=time, patience=patience)
