"""Starts the dashboard and the background sync side by side, watches both, and stops both."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import typer
from filelock import FileLock, Timeout

from services.errors import SettingsError
from services.processes import Child, stop, stop_signals
from services.settings import LOOPBACK, ROOT, Settings, load

READY_SECONDS = 60.0
WARM_UP_SECONDS = 30.0
TICK_SECONDS = 0.2
STEADY_SECONDS = 60.0  # a sync that ran this long had started well: its next restart is quick again
LONGEST_PAUSE_SECONDS = 60.0
NEEDS_PERSON, ALREADY_RUNNING = 1, 3


class CannotStart(Exception):
    """`make run` must not or cannot start; `str(error)` is a sentence, `code` the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def run(config: str | None, port: int) -> int:
    """Run dashboard and sync until Ctrl-C, SIGTERM or the dashboard's end.

    Returns the exit code: 0 after a wanted stop, 1 if it cannot start (a sentence says why), 3 if another one
    runs on the same state folder, else the code with which the dashboard ended.
    """
    try:
        settings = load(config)
        address = _safe_address(ROOT)
        url = _url(address, port)
        with _only_one(settings.state_dir, url):
            _need_free_port(address, port)
            return _watch(_sync(settings), _dashboard(settings, address, port), url)
    except (CannotStart, SettingsError) as error:
        advice = getattr(error, "what_to_do", "")
        typer.echo(f"{error}. {advice}".strip() if advice else str(error), err=True)
        return error.code if isinstance(error, CannotStart) else 1


class Restarter:
    """Decides when a sync that ended is started again: after 1, 2, 4 .. 60 s, never if it needs a person."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.pause = 1.0
        self.due: float | None = None
        self.given_up = False

    def ended(self, code: int, age: float) -> str:
        """Take note that the sync ended with `code` after `age` seconds; the sentence to show."""
        if age < STEADY_SECONDS and code in (NEEDS_PERSON, ALREADY_RUNNING):
            self.given_up = True
            return f"The sync stopped with exit code {code}, see above; the dashboard goes on without it."
        if age >= STEADY_SECONDS:
            self.pause = 1.0
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.due = self.clock() + pause
        return f"The sync ended unexpectedly with exit code {code}; it is started again in {pause:.0f} s."

    def is_due(self) -> bool:
        """True once when the pause is over."""
        if self.due is None or self.clock() < self.due:
            return False
        self.due = None
        return True


def _watch(sync: Child, dashboard: Child, url: str) -> int:
    with stop_signals() as wanted:
        try:
            dashboard.start()
            sync.start()
            if not _wait_until_ready(dashboard, url, wanted):
                return 0 if wanted.is_set() else dashboard.code() or 1
            typer.echo(f"Within24 is ready on {url} (Ctrl-C stops it)")
            return _supervise(sync, dashboard, wanted)
        finally:
            stop(sync, dashboard)


def _supervise(sync: Child, dashboard: Child, stop_wanted: Event) -> int:
    restarter = Restarter()
    while not stop_wanted.wait(TICK_SECONDS):
        if (code := dashboard.code()) is not None:
            typer.echo(f"The dashboard ended with exit code {code}; everything is stopped.", err=True)
            return code
        if restarter.is_due():
            sync.start()
        elif restarter.due is None and not restarter.given_up and (code := sync.code()) is not None:
            typer.echo(restarter.ended(code, sync.age()), err=True)
    return 0


def _wait_until_ready(dashboard: Child, url: str, stop_wanted: Event) -> bool:
    while dashboard.age() < READY_SECONDS and dashboard.code() is None:
        if _answers(f"{url}/_stcore/health", timeout=2):
            # One run of app.py before anybody comes: imports are paid for, and Streamlit knows the page table, so
            # that a first visitor's deep link is not greeted with "Page not found".
            _answers(f"{url}/_stcore/script-health-check", timeout=WARM_UP_SECONDS)
            return True
        if stop_wanted.wait(TICK_SECONDS):
            return False
    reason = "ended" if dashboard.code() is not None else f"did not answer within {READY_SECONDS:.0f} s"
    typer.echo(f"The dashboard {reason} before it was ready, see above.", err=True)
    return False


def _answers(address: str, timeout: float) -> bool:
    # Without this opener a proxy in the environment would be asked for a loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _sync(settings: Settings) -> Child:
    return Child([sys.executable, "-m", "services.sync"], _environment(settings), ROOT)


def _dashboard(settings: Settings, address: str, port: int) -> Child:
    """Streamlit on the address that was checked, whatever other settings of Streamlit's say."""
    options = ["--server.address", address, "--server.port", str(port), "--server.headless", "true"]
    options += ["--server.scriptHealthCheckEnabled", "true"]
    quiet = ["--logger.hideWelcomeMessage", "true", "--logger.level", "warning"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options, *quiet]
    return Child(command, _environment(settings), ROOT)


def _environment(settings: Settings) -> dict[str, str]:
    environment = {**os.environ, "WITHIN24_STATE_DIR": str(settings.state_dir)}
    if settings.file is not None:
        environment["WITHIN24_CONFIG"] = str(settings.file)
    return environment


def _safe_address(root: Path) -> str:
    """The address Streamlit is set to listen on.

    Raises CannotStart if it is not loopback and nobody would have to sign in.
    """
    server = _toml(root / ".streamlit" / "config.toml").get("server", {})
    address = os.environ.get("STREAMLIT_SERVER_ADDRESS") or str(server.get("address", "127.0.0.1"))
    if address not in LOOPBACK and not _toml(root / ".streamlit" / "secrets.toml").get("auth"):
        raise CannotStart(
            f"Within24 does not listen on {address} without sign-in: add [auth] to .streamlit/secrets.toml, "
            'or set server.address = "127.0.0.1" in .streamlit/config.toml.'
        )
    return address


def _url(address: str, port: int) -> str:
    """Where a person on this machine finds it; an address that means "all" is found on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CannotStart(f"{file.parent.name}/{file.name} cannot be read: {error}") from None


@contextmanager
def _only_one(state_dir: Path, url: str) -> Iterator[None]:
    """Hold the state folder's lock. Raises CannotStart, code 3, naming the one that has it."""
    # The note lies beside the lock: on Windows a locked file cannot be read.
    note = state_dir / "run.json"
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state_dir / "run.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotStart(_who_is_running(note), ALREADY_RUNNING) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(f"The state folder {state_dir} cannot be used ({reason}).") from None
    try:
        note.write_text(json.dumps({"pid": os.getpid(), "url": url}), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _who_is_running(note: Path) -> str:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        where = f" on {told['url']} (process {told['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        where = ""
    return f"Within24 is already running{where}; stop it first or use PORT= with another WITHIN24_STATE_DIR."


def _need_free_port(address: str, port: int) -> None:
    """Raises CannotStart if the port cannot be had on the address."""
    if not 1 <= port <= 65535:
        raise CannotStart(f"{port} is no port; use one from 1024 to 65535.")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # elsewhere this option would let two programs share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except PermissionError:
        raise CannotStart(f"Port {port} is reserved for root; use another PORT=.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(f"Port {port} on {address} cannot be used ({reason}); use another PORT=.") from None
