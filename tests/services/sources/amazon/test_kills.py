"""Killing the sync at any moment asks for no report twice and reads each once: a real server, store and SIGKILL."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.models.amazon import AmazonOrder, CustomerReturn
from data.models.amazon_work import ReportJob
from data.store import Store
from tests import reports as made
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Fault, Report, Seller

pytestmark = [pytest.mark.servers, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")]

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[4]
KILLS, ROWS = 30, 200
CONFIG = """
[accounts.acme]
marketplaces = ["US"]
[accounts.acme.sp_api]
client_id = "app-id"
client_secret = "app-secret"
refresh_token = "{token}"
endpoint = "{base}"
token_endpoint = "{base}"
"""
FBA, FBM = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with Amazon() as server:
        for name in ("createReport", "getReportDocument", "getReports", "getReport"):
            server.rates[name] = (200, fake.OPERATIONS[name].burst)
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    """A seller each of whose reports has rows that no other has."""
    shop, numbers = amazon.seller(), count(1)

    def orders() -> list[str]:
        return [f"114-{next(numbers):07}-7770001" for _ in range(ROWS)]

    def fba(_: Report) -> Content:
        rows = [made.fba_return(order_id=each, license_plate_number=f"LPN{each}") for each in orders()]
        return Content(made.tsv(made.FBA_RETURNS, rows).encode())

    def fbm(_: Report) -> Content:
        rows = [made.fbm_return({"Order ID": each, "Amazon RMA ID": f"D{each}RRMA"}) for each in orders()]
        return Content(made.tsv(made.FBM_RETURNS, rows).encode())

    def all_orders(_: Report) -> Content:
        return Content(
            made.tsv(made.ALL_ORDERS, [made.order_row(amazon_order_id=each) for each in orders()]).encode()
        )

    shop.reports |= {FBA: fba, FBM: fbm, ORDERS: all_orders}
    return shop


def test_no_report_is_asked_for_twice_and_each_is_read_once_however_often_the_sync_is_killed(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    # Slow answers make it likely that nobody lives to hear them; some never arrive at all.
    slow = [Fault(wait=0.4)] * 4
    amazon.fail("createReport", *slow, fake.DROPPED_AFTER, *slow, fake.UNAVAILABLE_AFTER, *slow, *slow)
    config = tmp_path / "within24.toml"
    config.write_text(CONFIG.format(base=amazon.base, token=seller.refresh_token))
    environment = {**os.environ, "WITHIN24_DATABASE_URL": store.url, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    command = [sys.executable, str(ROOT / "tests" / "amazon_killer.py"), str(config), str(KILLS), "24"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr.decode()
    killed = int(json.loads(done.stdout)["killed"])

    windows = Counter((report.type, report.start, report.end) for report in seller.made.values())
    with store.read() as session:
        jobs = session.scalars(select(ReportJob)).all()
        rows = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (CustomerReturn, AmazonOrder)]
    adopted = sum(job.adopted for job in jobs)
    log.info("%d kills: %d reports asked for, %d of them found again in Amazon's list", killed, len(jobs), adopted)
    assert killed >= KILLS * 0.3  # how many are hit before they end by themselves depends on the machine
    assert set(windows.values()) == {1}
    assert Counter(job.report_id for job in jobs) == Counter(dict.fromkeys(seller.made, 1))
    assert {job.state for job in jobs} == {"loaded"}
    # Both a lost answer and a lost process were met, or the kills would have proved nothing.
    assert adopted >= 3
    returns = sum(report.type != ORDERS for report in seller.made.values())
    assert rows == [returns * ROWS, (len(seller.made) - returns) * ROWS]
    assert amazon.refused() == []
