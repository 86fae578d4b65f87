"""Child processes in groups of their own: start, ask to stop, and force the end."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def started(pid: int) -> str:
    """When a process of this host was started, in a form of its own; empty if that cannot be told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def is_running(host: str, pid: int, since: str) -> bool | None:
    """Whether the process that `started` gave `since` for still runs; None if it is on another host."""
    if host != socket.gethostname():
        return None
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    # A process id is used again after a while; the start time tells the two apart.
    return started(pid) == since


class Child:
    """One child process in a group of its own, so that a Ctrl-C reaches it once, through us."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def start(self) -> None:
        """Start the process, again if it has ended."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=dict(self.environment), stdin=subprocess.DEVNULL, **_GROUP
        )

    def code(self) -> int | None:
        """The exit code, None while it runs; 128 + n after signal n."""
        code = self.process.poll() if self.process else None
        return 128 - code if code is not None and code < 0 else code

    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def ask_to_stop(self) -> None:
        """Ask the whole group to end; no harm if it has ended."""
        if self.process and self.process.poll() is None:
            _signal_group(self.process, kill=False)

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the end, and force it after `seconds`."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            _signal_group(self.process, kill=True)
            self.process.wait(STOP_SECONDS)


def stop(*children: Child) -> None:
    """End all of them at once, by force what has not ended after a quarter of a minute."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait_or_kill(max(0.1, deadline - time.monotonic()))


@contextmanager
def stop_signals() -> Iterator[Event]:
    """An event that Ctrl-C, SIGTERM and their likes set while the block runs."""
    wanted = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        wanted.set()

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # not under nohup
        numbers.append(signal.SIGHUP)
    before = [(number, signal.signal(number, on_signal)) for number in numbers]
    try:
        yield wanted
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _signal_group(process: subprocess.Popen[bytes], *, kill: bool) -> None:
    try:
        if sys.platform == "win32":
            process.kill() if kill else process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        process.poll()


def _end_with_parent() -> None:
    """On Linux: a killed parent takes its children with it, so that the port is not held by an orphan."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


_GROUP: dict[str, Any]
if sys.platform == "win32":
    _GROUP = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
elif sys.platform == "linux":
    _LIBC = ctypes.CDLL(None)
    _GROUP = {"start_new_session": True, "preexec_fn": _end_with_parent}
else:
    _GROUP = {"start_new_session": True}
