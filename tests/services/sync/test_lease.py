"""One process works as the sync: a living one keeps its place, a dead one's is taken."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from data import leases
from data.models.ledger import Lease
from data.store import Store
from services import processes
from services.settings import real_now
from services.sync import lease as lease_
from services.sync.lease import HeldElsewhere, SyncLease


def held_by(store: Store, *, host: str, pid: int, started: str, seconds_ago: float) -> None:
    row = Lease(name="sync", holder="another", host=host, pid=pid, started=started)
    with store.write() as session:
        leases.take(session, row, real_now=real_now(), is_alive=lambda _: None)
    with store.write() as session:
        session.execute(update(Lease).values(renewed_at=real_now() - timedelta(seconds=seconds_ago)))


def holder(store: Store) -> str | None:
    with store.read() as session:
        row = session.get(Lease, "sync")
        return row.holder if row else None


def test_a_lease_is_given_back_at_the_end(every_store: Store) -> None:
    with SyncLease(every_store):
        assert holder(every_store)
    assert holder(every_store) is None


def test_a_second_holder_waits_and_is_then_refused_with_a_sentence(every_store: Store) -> None:
    with SyncLease(every_store):
        begun = time.monotonic()
        with pytest.raises(HeldElsewhere, match=f"process {os.getpid()} on "), SyncLease(every_store, wait=0.3):
            pass
        assert time.monotonic() - begun >= 0.3


def test_a_second_holder_gets_it_as_soon_as_the_first_is_done(store: Store) -> None:
    first = SyncLease(store).__enter__()
    threading.Timer(0.2, lambda: first.__exit__(None, None, None)).start()
    with SyncLease(store, wait=5):
        assert holder(store)


def test_a_dead_process_of_this_host_loses_it_at_once(every_store: Store) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    held_by(every_store, host=socket.gethostname(), pid=ended.pid, started="1", seconds_ago=1)
    with SyncLease(every_store, wait=0):
        pass


def test_a_process_id_that_is_used_again_is_not_the_old_process(store: Store) -> None:
    held_by(store, host=socket.gethostname(), pid=os.getpid(), started="1", seconds_ago=1)
    with SyncLease(store, wait=0):
        pass


def test_a_living_process_that_has_not_renewed_for_long_keeps_it(store: Store) -> None:
    started = processes.started(os.getpid())
    held_by(store, host=socket.gethostname(), pid=os.getpid(), started=started, seconds_ago=3600)
    with pytest.raises(HeldElsewhere), SyncLease(store, wait=0):
        pass


@pytest.mark.parametrize(("seconds_ago", "taken"), [(50, False), (61, True)])
def test_another_hosts_lease_ends_after_sixty_seconds(every_store: Store, seconds_ago: float, taken: bool) -> None:
    held_by(every_store, host="elsewhere", pid=1, started="1", seconds_ago=seconds_ago)
    if taken:
        with SyncLease(every_store, wait=0):
            assert holder(every_store) != "another"
        return
    with pytest.raises(HeldElsewhere, match="process 1 on elsewhere"), SyncLease(every_store, wait=0):
        pass


def test_a_holder_that_lost_its_lease_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_, "RENEW_EVERY", 0.02)
    with SyncLease(store) as mine:
        with store.write() as session:
            session.execute(update(Lease).values(holder="thief", host="elsewhere", renewed_at=real_now()))
        assert mine.lost.wait(5)
    assert holder(store) == "thief"


def test_a_store_that_is_away_for_a_moment_does_not_end_the_lease(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_, "RENEW_EVERY", 0.02)
    real, calls = leases.take, []

    def flaky(*args: Any, **more: Any) -> Lease | None:
        calls.append(1)
        if len(calls) in (2, 3):
            raise OperationalError("select 1", {}, Exception("gone"))
        return real(*args, **more)

    monkeypatch.setattr(leases, "take", flaky)
    with SyncLease(store) as mine:
        while len(calls) < 6:
            time.sleep(0.02)
        assert not mine.lost.is_set()
        assert mine._renewer.is_alive()


def test_a_store_that_stays_away_ends_the_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_, "RENEW_EVERY", 0.02)
    monkeypatch.setattr(leases, "EXPIRES_AFTER", timedelta(seconds=0.1))
    with SyncLease(store) as mine:

        def gone(*args: Any, **more: Any) -> Lease | None:
            raise OperationalError("select 1", {}, Exception("gone"))

        monkeypatch.setattr(leases, "take", gone)
        assert mine.lost.wait(5)


def test_two_at_once_never_both_hold_it(every_store: Store) -> None:
    inside, most, lock = [0], [0], threading.Lock()
    done: list[int] = []

    def work() -> None:
        with SyncLease(every_store, wait=20):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.01)
            with lock:
                inside[0] -= 1
                done.append(1)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == ([1], [1, 1, 1])
