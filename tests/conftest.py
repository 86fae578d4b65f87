"""What all tests share: a fixed now, fresh stores, and a loud word on what could not run."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from data.store import Store, open_store
from services import runtime

# Servers are fixtures of their own room; a checkout without them can still run everything else.
pytest_plugins = ["tests.servers.fixtures"] if importlib.util.find_spec("tests.servers.fixtures") else []

MUST_RUN_ALL = os.environ.get("CI") == "true"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: the one with the browser, and tests of waiting, mostly wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One process gets all flows: starting the app, and reading the sample seller, takes longer than a flow.

    The mark xdist_group would say the same, but this pytest no longer lets xdist change the names of tests.
    """
    from xdist.scheduler import LoadScopeScheduling

    class FlowsTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "flows" if nodeid.startswith("tests/browser/") else nodeid

    return FlowsTogether(config, log)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Each test has a state folder of its own and sees none of the developer's WITHIN24_* variables."""
    runtime.forget()
    for name in [name for name in os.environ if name.startswith("WITHIN24_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WITHIN24_STATE_DIR", str(tmp_path / "state"))
    yield
    runtime.forget()


@pytest.fixture
def now() -> datetime:
    """A Sunday morning in UTC that every test can reckon from."""
    return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The address of a SQLite store that does not exist yet."""
    return f"sqlite:///{tmp_path / 'within24.db'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite store without rows, for copying: that is thirty times quicker than migrating anew."""
    path = tmp_path_factory.mktemp("migrated") / "within24.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(migrated_file: Path, store_url: str) -> Iterator[Store]:
    """A fresh, migrated SQLite store."""
    shutil.copy(migrated_file, store_url.removeprefix("sqlite:///"))
    yield from _opened(store_url)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """One writing session on a fresh store; it is committed when the test ends."""
    with store.write() as session:
        yield session


@pytest.fixture
def postgres_store(migrated_postgres_url: str) -> Iterator[Store]:
    """A fresh, migrated store on a real PostgreSQL."""
    yield from _opened(migrated_postgres_url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def every_store(request: pytest.FixtureRequest) -> Store:
    """A fresh, migrated store: the test runs once on SQLite and once on a real PostgreSQL."""
    found: Store = request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")
    return found


def _opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failed one: what cannot run proves nothing."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if MUST_RUN_ALL and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"with CI=true everything must run: {_reason(report.longrepr)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name everything that could not run here, where nobody can overlook it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} TESTS COULD NOT RUN HERE", sep="!", red=True, bold=True)
    for report in skipped:
        terminalreporter.line(f"{report.nodeid}: {_reason(report.longrepr)}")


def _reason(longrepr: object) -> str:
    return str(longrepr[2]).removeprefix("Skipped: ") if isinstance(longrepr, tuple) else str(longrepr)
