"""Reruns of two pages on the server, without a browser: CPU of the whole run, for a small and a large store."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Result
from bench.stores import NOW
from services.settings import ROOT

CPU_MS = 50
REVIEW_CPU_MS = 80
INBOX, RESPONSE_TIME = "pages/work/inbox.py", "pages/review/response_time.py"
RUNS = 20


def results(small: Path, large: Path, sizes: tuple[str, str]) -> Iterator[Result]:
    """Rows about the Inbox page, and about the one that shows figures over history."""
    few, many = _rerun_ms(small, INBOX), _rerun_ms(large, INBOX)
    for size, value in zip(sizes, (few, many), strict=True):
        yield Result(f"Inbox rerun by AppTest, {size}", value, CPU_MS, 1.0, "ms CPU", "fixed")
    yield Result(f"Inbox rerun by AppTest, {sizes[1]} against {sizes[0]}", many, few, 1.3, "ms CPU", sizes[0])
    few, many = _rerun_ms(small, RESPONSE_TIME), _rerun_ms(large, RESPONSE_TIME)
    yield Result(f"Response time by AppTest, {sizes[1]}", many, REVIEW_CPU_MS, 1.0, "ms CPU", "fixed")
    yield Result(f"Response time by AppTest, {sizes[1]} against {sizes[0]}", many, few, 2.0, "ms CPU", sizes[0])


def environment(file: Path) -> dict[str, str]:
    """What a dashboard over a seeded store is started with; its state stays beside the store."""
    own = {
        "WITHIN24_STATE_DIR": str(file.parent),
        "WITHIN24_DATABASE_URL": f"sqlite:///{file}",
        "WITHIN24_NOW": NOW.isoformat(),
    }
    return {**{name: value for name, value in os.environ.items() if not name.startswith("WITHIN24_")}, **own}


def _rerun_ms(file: Path, page: str) -> float:
    command = [sys.executable, "-m", "bench.pages", page]
    done = subprocess.run(command, cwd=ROOT, env=environment(file), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(json.loads(done.stdout.splitlines()[-1])["ms"])


def _measure(file: str) -> float:
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    page.switch_page(file).run()
    if page.exception:
        raise RuntimeError(page.exception[0].message)
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        page.run()
        taken.append((time.process_time() - start) * 1e3)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps({"ms": _measure(sys.argv[1])}))
