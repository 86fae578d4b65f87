"""The real app over the sample seller, in real Chromium; nothing may be asked of any other machine."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from data.store import Store, open_store
from services.settings import ROOT

DATABASE = "within24.db"
NOW = "2026-11-22T09:00:00Z"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
LARGE, SMALL = (1440, 900), (1024, 768)


@dataclass
class Served:
    """A running app: where it is, and how to bring more mail into its folder."""

    url: str
    state: Path
    environment: dict[str, str]
    numbers: int = 0
    is_warm: bool = False
    is_used: bool = False

    @property
    def store(self) -> Store:
        """The store behind it, for looking things up."""
        return open_store(f"sqlite:///{self.state / DATABASE}")

    def sync(self) -> None:
        """Run the sync once, beside the app."""
        _run("services.sync", "--once", environment=self.environment)

    def mail(self, raw: bytes) -> None:
        """A mail that comes in, and a sync."""
        self.numbers += 1
        (self.state / "sample" / "mail" / "recent" / f"new-{self.numbers}.eml").write_bytes(raw)
        self.sync()

    def restore(self, sample: Path) -> None:
        """Put back what the desk began with; the app goes on running."""
        shutil.rmtree(self.state / "sample")
        shutil.copytree(sample / "sample", self.state / "sample")
        with (
            closing(sqlite3.connect(sample / DATABASE)) as first,
            closing(sqlite3.connect(self.state / DATABASE)) as own,
        ):
            first.backup(own)
        self.numbers, self.is_used = 0, False


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a desk that has read the sample seller once."""
    state = tmp_path_factory.mktemp("sample") / "state"
    _run("services.sync", "--once", environment=_environment(state))
    return state


@pytest.fixture(scope="session")
def app(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on a free port, over a copy of the sample desk."""
    home = tmp_path_factory.mktemp("app")
    yield from serve(shutil.copytree(sample, home / "desk"), home)


@pytest.fixture
def desk(app: Served, sample: Path) -> Served:
    """The app over the sample as it was read: for flows that change something."""
    app.restore(sample)
    app.is_used = True
    return app


@pytest.fixture
def quiet_desk(app: Served, sample: Path) -> Served:
    """The same for all who only look."""
    if app.is_used:
        app.restore(sample)
    return app


def serve(state: Path, home: Path, **more: str) -> Iterator[Served]:
    """The app over a state folder, `more` in its environment; its log is in `home`."""
    environment, port = {**_environment(state), **more}, _free_port()
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    with (home / "app.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    served = Served(f"http://127.0.0.1:{port}", state, environment)
    try:
        _wait_until_healthy(served.url, process)
        yield served
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        served.store.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all flows."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody with a window of their own."""

    def __init__(self, chromium: Browser, desk: Served, size: tuple[int, int] = LARGE, scheme: str = "light") -> None:
        self.desk = desk
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.context: BrowserContext = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id="Europe/Berlin",
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str) -> Page:
        """A page of the app, drawn to its end."""
        if not self.desk.is_warm:
            # The first visit of all tells Streamlit which pages there are; `make run` does this before it is ready.
            self.page.goto(self.desk.url)
            self.settle()
            self.desk.is_warm = True
        self.page.goto(f"{self.desk.url}/{path}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page is drawn and nothing is going on."""
        self.page.wait_for_function(DRAWN, timeout=30_000)
        self.page.wait_for_timeout(400)

    @property
    def strangers(self) -> list[str]:
        """What was asked of other machines."""
        own = (self.desk.url, self.desk.url.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]


DRAWN = """
() => {
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  const idle = document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]');
  const waiting = document.querySelector('[data-testid=stSkeleton],[data-testid=stAppSkeleton]');
  return main && main.innerText.length > 20 && idle && !waiting;
}
"""


@pytest.fixture
def visitors() -> Iterator[list[Visitor]]:
    """Those who visit in a test; their windows are closed after it, and none of them may have left the machine."""
    came: list[Visitor] = []
    yield came
    for visitor in came:
        visitor.context.close()
    assert [stranger for visitor in came for stranger in visitor.strangers] == []
    assert [error for visitor in came for error in visitor.errors] == []


@pytest.fixture
def visitor(chromium: Browser, desk: Served, visitors: list[Visitor]) -> Visitor:
    """Somebody at a large light screen."""
    visitors.append(Visitor(chromium, desk))
    return visitors[-1]


@pytest.fixture
def onlooker(chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> Visitor:
    """The same, but somebody who only looks."""
    visitors.append(Visitor(chromium, quiet_desk))
    return visitors[-1]


def _environment(state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WITHIN24_")}
    return {**kept, "WITHIN24_STATE_DIR": str(state), "WITHIN24_NOW": NOW}


def _run(module: str, *arguments: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            if opener.open(f"{url}/_stcore/health", timeout=2).status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the app did not start")
