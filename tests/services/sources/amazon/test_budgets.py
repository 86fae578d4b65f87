"""Rate budgets against a server that enforces Amazon's documented rates: no 429, and nine tenths of what is allowed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from data.store import Store
from services.rules.rate_budget import Plan
from services.sources.amazon.client import Client
from services.sync.memory import StoreMemory
from tests import amazons
from tests.amazons import START, Simulated
from tests.servers.amazon import Amazon, Content, Seller

ROOT = Path(__file__).resolve().parents[4]
PLAN = Plan(20, 100)


def ask(client: Client, operation: str) -> None:
    """One call that the server answers with success."""
    words = {"getOrder": ("114-5550001-7770001",), "getReport": ("R1",), "getReportDocument": ("D1",)}
    params = {
        "createReport": {"reportType": "GET_SELLER_FEEDBACK_DATA", "marketplaceIds": ["A"]},
        "getReports": {"reportTypes": ["GET_SELLER_FEEDBACK_DATA"]},
        "searchOrders": {"createdAfter": "2026-11-01T00:00:00Z"},
    }
    client.call(operation, *words.get(operation, ()), **params.get(operation, {}))


@pytest.fixture
def full_shop(seller: Seller) -> Seller:
    seller.orders = [{"orderId": "114-5550001-7770001", "createdTime": "2026-11-20T00:00:00Z",
                      "lastUpdatedTime": "2026-11-20T00:00:00Z"}]  # fmt: skip
    seller.add_report("GET_SELLER_FEEDBACK_DATA", START, ["DONE"]).id = "R1"
    seller.made["R1"] = next(iter(seller.made.values()))
    seller.documents["D1"] = Content(b"x")
    return seller


# What a first sync of a year asks for at once: far more than the bursts hold.
FIRST_SYNC = [("createReport", 60), ("getReports", 60), ("getReport", 120), ("getReportDocument", 60),
              ("searchOrders", 40), ("getOrder", 150), ("listFinancialEvents", 120)]  # fmt: skip


@pytest.mark.parametrize(("operation", "calls"), FIRST_SYNC)
def test_a_full_first_sync_causes_no_429_and_uses_nine_tenths_of_what_is_allowed(
    make_client: Callable[..., Client], full_shop: Seller, amazon: Amazon, clock: Simulated, operation: str, calls: int
) -> None:
    client = make_client(patience=timedelta(hours=1))
    for _ in range(calls):
        ask(client, operation)
    seconds = (clock.now() - START).total_seconds()
    assert amazon.refused() == []
    assert amazon.count(operation) == calls
    assert calls >= 0.9 * amazon.allowed(operation, seconds)


def test_threads_with_clients_of_their_own_share_one_budget(
    make_client: Callable[..., Client], full_shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    clients = [make_client(patience=timedelta(hours=1)) for _ in range(4)]

    def work(client: Client) -> None:
        for _ in range(15):
            ask(client, "createReport")
        client.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert amazon.refused() == []
    assert amazon.count("createReport", 202) == 60


def test_a_restart_begins_with_what_was_left(
    make_client: Callable[..., Client], full_shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    for _ in range(4):
        client = make_client(patience=timedelta(0))
        for _ in range(20):
            try:
                ask(client, "createReport")
            except Exception:
                break
        clock.pass_by(seconds=90)
    assert amazon.refused() == []
    assert amazon.count("createReport") >= 0.9 * amazon.allowed("createReport", 270)


def test_two_accounts_have_budgets_of_their_own(
    make_client: Callable[..., Client], full_shop: Seller, amazon: Amazon, memory: StoreMemory, clock: Simulated
) -> None:
    other = amazon.seller("other")
    clients = [make_client(), amazons.client(amazon, other, memory, clock)]
    for client in clients:
        for _ in range(14):
            ask(client, "createReport")
        client.close()
    assert (amazon.count("createReport", 202), clock.slept) == (28, [])


# Processes with clocks and connections of their own, on either database

SPENDER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from data.store import Store
from services.rules.rate_budget import Plan
from services.sync.memory import StoreMemory
memory = StoreMemory(Store(sys.argv[1]), Path(sys.argv[2]))
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
end, made = time.monotonic() + 3, 0
while time.monotonic() < end:
    wait = memory.spend("acme", "getOrder", Plan(20, 100))
    made += not wait
    time.sleep(min(wait.total_seconds(), max(0, end - time.monotonic())))
sys.stdout.write(str(made))
"""


def test_processes_share_one_budget(every_store: Store, tmp_path: Path) -> None:
    words = [sys.executable, "-c", SPENDER, every_store.url, str(tmp_path)]
    begun = [
        subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in begun:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start = time.monotonic()
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [int(process.communicate()[0]) for process in begun]
    seconds = time.monotonic() - start
    assert min(made) > 0
    assert sum(made) <= PLAN.capacity + PLAN.used_rate * seconds
    assert sum(made) >= 0.9 * (PLAN.capacity + PLAN.used_rate * 3)


def test_threads_spend_no_token_twice(every_store: Store, tmp_path: Path) -> None:
    memory = amazons.memory(every_store, tmp_path, Simulated() if every_store.is_sqlite else None)
    granted: list[int] = []

    def work() -> None:
        granted.extend(not memory.spend("acme", "getOrder", Plan(0.001, 40)) for _ in range(15))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 39
