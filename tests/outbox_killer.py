"""Starts the sender again and again and kills it: `python tests/outbox_killer.py CONFIG KILLS SEED`; prints a count.

Each sender is a process of its own with its own connection to the store. It is killed with SIGKILL at a random
moment after it began to work; only processes that were alive then are counted.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from itertools import pairwise
from typing import Any

from data.store import Store
from services import settings
from services.outbox import deliver

LIVES = 1.7
"""The longest life of a sender, in mails that it could send meanwhile."""


def work(store: Store, chosen: settings.Settings, ready: int | None = None) -> None:
    """One life of the sender, as after any start: first what the dead one left, then what is due."""
    deliver.recover(store)
    if ready is not None:
        os.write(ready, b"!")
    deliver.deliver(store, chosen, stop=threading.Event(), ignore_pauses=True)


def warmed_up(url: str, chosen: settings.Settings) -> tuple[Store, float]:
    """A store without a connection, whose statements were all made once, and how long a mail takes, in seconds."""
    store = Store(url)
    stop = threading.Event()
    send = deliver.post.send
    times = []

    def counted(*args: Any, **more: Any) -> Any:
        times.append(time.perf_counter())
        if len(times) == 6:
            stop.set()
        return send(*args, **more)

    deliver.post.send = counted
    deliver.deliver(store, chosen, stop=stop)
    deliver.post.send = send
    store.close()
    return store, min(later - sooner for sooner, later in pairwise(times))


def life(store: Store, chosen: settings.Settings, pause: float) -> bool:
    """Let a sender live for a while; True if it had to be killed, False if it ended by itself."""
    hear, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(store, chosen, ready)
        except BaseException as error:
            os.write(2, f"the sender failed: {error!r}\n".encode())
            os._exit(2)
        os._exit(0)
    os.close(ready)
    os.read(hear, 1)
    os.close(hear)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a sender failed by itself")
    return os.WIFSIGNALED(status)


def main(config: str, wanted: int, seed: int) -> None:
    """Kill until the number is reached, or until senders find nothing more to do."""
    chosen = settings.load(config)
    url = chosen.database_url.get_secret_value()
    store, a_mail = warmed_up(url, chosen)
    r = random.Random(seed)
    killed = idle = 0
    while killed < wanted and idle < 5:
        was_killed = life(store, chosen, r.uniform(0, LIVES * a_mail))
        killed += was_killed
        idle = 0 if was_killed else idle + 1
    sys.stdout.write(json.dumps({"killed": killed}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
