"""The sync with API access: a run ends in time, reports go on in the next one, and mail never waits for Amazon."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.store import Store
from services import export
from services.rules import report_jobs
from services.settings import Settings
from services.sync import engine
from tests import amazons
from tests.desks import NOW, ask
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Seller

NOTHING_TO_ASK = ("wanted_orders", "solicitations", "topics")
"""Streams that call nobody while no order is wanted, delivered or returned."""


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with Amazon() as server:
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    return amazon.seller()


@pytest.fixture
def settings(amazon: Amazon, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(engine, "LONGEST_WAIT", timedelta(seconds=1))
    monkeypatch.setattr(engine, "TICK", 0.1)
    (tmp_path / "shop" / "mail").mkdir(parents=True)
    (tmp_path / "shop" / "mail" / "1.eml").write_bytes(ask(1, NOW))
    account = {"marketplaces": ["US"], "folder": {"path": tmp_path / "shop"}, "sp_api": amazons.access(amazon, seller)}
    return Settings.model_validate({"accounts": {"acme": account}, "state_dir": tmp_path / "state"})


def run(store: Store, settings: Settings, only: str | None = None) -> dict[str, str]:
    engine.run_once(store, settings, only=only, stop=threading.Event())
    return {row["stream"]: row["state"] for row in export.rows(store, "runs", now=NOW)}


def test_a_single_run_leaves_reports_under_way_waiting_and_the_next_ones_read_them(
    store: Store, settings: Settings, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = run(store, settings)
    assert states["mail"] == "ok"
    assert {states["orders"], states["unshipped"]} == {"ok"}
    assert {states["finance_events"], states["account_health"]} == {"waiting"}
    made = amazon.count("createReport", 202)
    assert 5 <= made <= 14
    monkeypatch.setattr(report_jobs, "POLLS", (timedelta(0),))
    with store.write() as session:
        session.connection().exec_driver_sql("update report_job set next_at = null")
    states = run(store, settings, "amazon")
    assert states["account_health"] == "ok"
    assert amazon.count("createReport", 202) <= made + 14
    assert amazon.refused() == []


def test_the_loop_runs_mail_and_amazon_beside_each_other(
    store: Store, settings: Settings, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    amazon.fail("token", fake.Fault(wait=1.5))
    stop = threading.Event()
    loop = threading.Thread(target=engine.run_forever, args=(store, settings), kwargs={"only": None, "stop": stop})
    loop.start()
    try:
        wait_until(lambda: any(row["stream"] == "mail" for row in export.rows(store, "runs", now=NOW)), 10)
        assert amazon.count("getOrder") + amazon.count("searchOrders") == 0
        wait_until(lambda: amazon.count("createReport", 202) >= 3, 20)
    finally:
        stop.set()
        loop.join()
    assert amazon.refused() == []


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_amazon_out_of_order_leaves_the_mail_alone(
    store: Store, settings: Settings, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sources.amazon import client

    monkeypatch.setattr(client, "FIRST_PAUSE", 0.0)
    amazon.fail("token", *[fake.UNAVAILABLE] * 500)
    states = run(store, settings)
    assert states.pop("mail") == "ok"
    assert {states.pop(name, "ok") for name in ("reports", "sheets")} == {"ok"}
    assert {state for name, state in states.items() if name not in NOTHING_TO_ASK} == {"retry"}


def test_a_seller_who_withdrew_the_permission_is_said(
    store: Store, settings: Settings, amazon: Amazon, seller: Seller
) -> None:
    amazon.revoke(seller)
    states = run(store, settings, "amazon")
    assert {state for name, state in states.items() if name not in NOTHING_TO_ASK} == {"needs_person"}
