"""Fetches reports again and again and is killed: `python tests/amazon_killer.py CONFIG KILLS SEED`; prints a count.

Each life is a process of its own with its own connection to the store. It is killed with SIGKILL at a random moment;
the last one is left alone until everything is read.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta

from data import streams as states
from data.store import Store
from services import settings
from services.rules import report_jobs
from services.settings import Settings, now
from services.sources.amazon import reports
from services.sources.amazon.client import Client
from services.sync import runner
from services.sync.memory import StoreMemory

# What takes minutes at Amazon takes no time here. Amazon's list gives whole seconds, so it needs two of them to settle.
report_jobs.POLLS = (timedelta(0),)
report_jobs.SETTLES = timedelta(seconds=2)
LONGEST_LIFE = 1.2
KINDS = ("fba_returns", "fbm_returns", "all_orders")


def work(chosen: Settings) -> bool:
    """One life of the sync; True when nothing is left to do."""
    store = Store(chosen.database_url.get_secret_value())
    account = chosen.accounts["acme"]
    assert account.sp_api is not None
    client = Client("acme", account.marketplaces, account.sp_api, StoreMemory(store, chosen.state_dir))
    with store.write() as session:
        states.interrupted(session, at=now())
    mine = [each for each in reports.streams(client, "acme", account.marketplaces) if each.name in KINDS]
    outcomes = [runner.run_stream(store, chosen, stream) for stream in mine]
    return all(outcome.state == "ok" for outcome in outcomes)


def live(chosen: Settings) -> None:
    """Work until there is nothing left to do."""
    while not work(chosen):
        time.sleep(0.05)


def life(chosen: Settings, pause: float) -> bool:
    """Let a process work for a while; True if it had to be killed, False if it was done."""
    child = os.fork()
    if child == 0:
        try:
            live(chosen)
        except BaseException as error:
            os.write(2, f"a life failed: {error!r}\n".encode())
            os._exit(2)
        os._exit(0)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a life failed by itself")
    return os.WIFSIGNALED(status)


def main(config: str, wanted: int, seed: int) -> None:
    """Kill so often, then let one live to the end."""
    chosen = settings.load(config)
    r = random.Random(seed)
    killed = sum(life(chosen, r.uniform(0.02, LONGEST_LIFE)) for _ in range(wanted))
    live(chosen)
    sys.stdout.write(json.dumps({"killed": killed}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
