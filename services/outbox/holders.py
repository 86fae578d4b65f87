"""Who is sending: names for processes that tell, later and to others, whether the process still runs."""

from __future__ import annotations

import os
import socket
import uuid
from functools import cache

from services import processes

_PARTS = 4


def me() -> str:
    """This process: host, process id, when it was started, and something that no other process has."""
    return _name(os.getpid())


def is_alive(holder: str | None) -> bool | None:
    """Whether a holder runs; None if it is on another host, where nobody here can look."""
    parts = (holder or "").split("|")
    if len(parts) != _PARTS or not parts[1].isdecimal():
        return False
    return processes.is_running(parts[0], int(parts[1]), parts[2])


@cache
def _name(pid: int) -> str:
    # A forked child has its parent's memory, but not its process id.
    return "|".join((socket.gethostname().replace("|", " "), str(pid), processes.started(pid), uuid.uuid4().hex))
