"""Starts a desk's ladder again and again and kills it: `python tests/escalation_killer.py CONFIG SEED`; prints a count.

Each life is a process of its own, killed with SIGKILL at a random moment; four days pass meanwhile, two at a time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from datetime import timedelta

from data.store import Store
from services import settings
from services.escalations import ladder
from services.outbox import notify

DAYS = (0, 2, 4, 6)


def life(url: str, chosen: settings.Settings, days: int, pause: float | None) -> bool:
    """One life; True if it had to be killed."""
    child = os.fork()
    if child == 0:
        try:
            os.environ["WITHIN24_NOW"] = (settings.now() + timedelta(days=days, minutes=days)).isoformat()
            store = Store(url)
            notify.recover(store)
            ladder.climb(store, chosen, now=settings.now(), stop=threading.Event())
        except BaseException as error:
            os.write(2, f"a life failed: {error!r}\n".encode())
            os._exit(2)
        os._exit(0)
    if pause is not None:
        time.sleep(pause)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a life failed by itself")
    return os.WIFSIGNALED(status)


def main(config: str, seed: int) -> None:
    """Some lives are killed on each of the days; the last one of each day may end."""
    chosen = settings.load(config)
    url, r, killed = chosen.database_url.get_secret_value(), random.Random(seed), 0
    for days in DAYS:
        killed += sum(life(url, chosen, days, r.uniform(0.02, 0.15)) for _ in range(4))
        life(url, chosen, days, None)
    sys.stdout.write(json.dumps({"killed": killed}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
