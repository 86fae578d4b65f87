"""Counts are kept by differences, also when two writers add at once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from data import counts
from data.store import Store


def test_differences_add_up_and_narrow(every_store: Store) -> None:
    with every_store.write() as session:
        counts.apply(session, {("acme", "US", "new"): 3, ("acme", "DE", "new"): 1, ("beta", "", "solved"): 2})
    with every_store.write() as session:
        counts.apply(session, {("acme", "US", "new"): -1, ("acme", "US", "open"): 1, ("beta", "", "new"): 0})
        counts.apply(session, {})
    with every_store.read() as session:
        assert counts.by_status(session) == Counter(new=3, open=1, solved=2)
        assert counts.by_status(session, account="acme") == Counter(new=3, open=1)
        assert counts.by_status(session, account="acme", marketplace="US") == Counter(new=2, open=1)


@pytest.mark.servers
def test_two_writers_at_once_lose_nothing(every_store: Store) -> None:
    def add() -> None:
        for _ in range(25):
            with every_store.write() as session:
                counts.apply(session, {("acme", "US", "new"): 1, ("acme", "DE", "new"): -1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with every_store.read() as session:
        assert counts.by_status(session, marketplace="US") == Counter(new=100)
        assert counts.by_status(session, marketplace="DE")["new"] == -100
