"""In Chromium: from picking a ticket until its conversation is drawn, beside a button click on an empty page.

The empty page runs as anybody's first app does: in a folder of its own, with Streamlit's settings as installed. The
same page with our settings is measured too, since one of them (no full garbage collection after each run) makes any
page faster.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, sync_playwright

from bench.measure import Result
from bench.pages import environment
from services.settings import ROOT

GOAL = 2.5
PICKS = 25
STOCK = "a click on an empty page, Streamlit as installed"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Both are timed inside the page: from the click until the next frame after the wanted thing is in the document.
PICK = """
row => new Promise(done => {
  const wanted = '[data-ticket="' + row.dataset.id + '"]';
  const start = performance.now();
  const look = () => {
    // The conversation and the reply below it each say whose they are.
    if (document.querySelectorAll(wanted).length === 2) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  row.click();
  look();
})
"""
CLICK = """
button => new Promise(done => {
  const before = document.body.innerText;
  const start = performance.now();
  const look = () => {
    if (document.body.innerText !== before) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  button.click();
  look();
})
"""


def results(store: Path, size: str) -> Iterator[Result]:
    """The row about picking a ticket; nothing where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("no Chromium here: picking a ticket is not measured\n")
        return
    with (
        _alone("bench/empty_page.py") as folder,
        _served("empty_page.py", {**os.environ, "HOME": folder}, folder) as stock,
        _served("bench/empty_page.py", os.environ) as empty,
        _served("app.py", environment(store)) as desk,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        window = browser.new_context(viewport={"width": 1440, "height": 900})
        taken = _taken(window.new_page(), f"{desk}/inbox", _opened(window, stock), _opened(window, empty))
        browser.close()
    pick, floor, same = (statistics.median(each) for each in taken)
    yield Result(f"picking a ticket in Chromium, {size}", pick, floor, GOAL, "ms", STOCK)
    yield Result("a click on an empty page with our settings", same, floor, 1.1, "ms", STOCK)


@contextmanager
def _alone(script: str) -> Iterator[str]:
    """A folder with nothing but a copy of this script, so that no settings of ours are found."""
    with tempfile.TemporaryDirectory(prefix="w24-bench-") as folder:
        shutil.copy(ROOT / script, folder)
        yield folder


def _opened(window: BrowserContext, url: str) -> Locator:
    page = window.new_page()
    page.goto(url)
    button = page.get_by_role("button", name="more")
    button.wait_for()
    return button


def _taken(desk_page: Page, url: str, *floors: Locator) -> list[list[float]]:
    """Milliseconds of picks, then of clicks on each floor, in turn."""
    desk_page.goto(url)
    rows = desk_page.locator("[id^=ticket-]")
    rows.first.wait_for(timeout=60_000)
    count = rows.count()
    taken: list[list[float]] = [[], *([] for _ in floors)]
    for n in range(PICKS + 3):
        # A tab in the background draws nothing, so each is brought to the front for its turn.
        desk_page.bring_to_front()
        desk_page.wait_for_timeout(400)
        taken[0].append(float(rows.nth(1 + n % (count - 1)).evaluate(PICK)))
        for found, button in zip(taken[1:], floors, strict=True):
            button.page.bring_to_front()
            button.page.wait_for_timeout(200)
            found.append(float(button.evaluate(CLICK)))
    return [each[3:] for each in taken]


@contextmanager
def _served(script: str, variables: Mapping[str, str], folder: str | Path = ROOT) -> Iterator[str]:
    """A Streamlit server for one script, started in a folder; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"]
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    server = subprocess.Popen(
        command, cwd=folder, env=dict(variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        with suppress(OSError), opener.open(f"{url}/_stcore/health", timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer")
