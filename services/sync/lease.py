"""The sync's lease: one process writes at a time; a dead one's place is taken at once on the same host."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from data import leases
from data.models.ledger import Lease
from data.store import Store
from services import processes
from services.errors import RetryLater
from services.settings import real_now

log = logging.getLogger(__name__)

NAME = "sync"
RENEW_EVERY = 10.0
WAIT = 30.0


class HeldElsewhere(RetryLater):
    """Another live process holds the lease; `str()` says which."""


class SyncLease:
    """Held while the block runs: waits up to 30 s for it, renews it in a thread, and gives it back."""

    def __init__(self, store: Store, *, wait: float = WAIT) -> None:
        self._store = store
        self._wait = wait
        self._holder = uuid.uuid4().hex
        self._done = threading.Event()
        self._renewer = threading.Thread(target=self._renew, name="lease", daemon=True)
        self.lost = threading.Event()

    def __enter__(self) -> SyncLease:
        deadline = time.monotonic() + self._wait
        while holder := self._take():
            if time.monotonic() >= deadline:
                raise HeldElsewhere(f"another sync is at work: process {holder.pid} on {holder.host}")
            time.sleep(min(1.0, self._wait))
        self._renewer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._renewer.join(timeout=5)
        with self._store.write() as session:
            leases.give_back(session, NAME, self._holder)

    def _take(self) -> Lease | None:
        pid = os.getpid()
        mine = Lease(
            name=NAME, holder=self._holder, host=socket.gethostname(), pid=pid, started=processes.started(pid)
        )
        with self._store.write() as session:
            return leases.take(session, mine, real_now=real_now(), is_alive=_is_alive)

    def _renew(self) -> None:
        renewed = time.monotonic()
        while not self._done.wait(RENEW_EVERY):
            try:
                lost = self._take() is not None
                renewed = time.monotonic()
            except SQLAlchemyError as error:
                # A store that is away for a moment does not end the work; one that stays away may be another's by now.
                log.warning("the lease could not be renewed (%s)", type(error).__name__)
                lost = time.monotonic() - renewed >= leases.EXPIRES_AFTER.total_seconds()
            if lost:
                self.lost.set()
                return


def _is_alive(held: Lease) -> bool | None:
    """Whether a holder on this host still runs; None if it is on another host."""
    return processes.is_running(held.host, held.pid, held.started)
