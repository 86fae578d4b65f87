"""Importing a returns report of a million rows against a bare sqlite3 upsert of the same rows, and its memory."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from bench.mail import _own_peak_mib
from bench.measure import Result
from data.sample.reports import FBA_RETURNS
from data.store import open_store
from services.settings import Account, Folder, Settings
from services.sources.report_files import ReportFiles
from services.sync import runner

ROWS = 1_000_000
MOST_MIB = 150.0
PIECE = 5000
REASONS = ("DEFECTIVE", "UNWANTED_ITEM", "QUALITY_UNACCEPTABLE", "ORDERED_WRONG_ITEM")


def results(rows: int = ROWS) -> Iterator[Result]:
    """The cost and the peak memory of one import, each side in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="w24-bench-"))
    try:
        _write(folder, rows)
        bare, ours = _measured(folder, "bare"), _measured(folder, "ours")
        name = f"returns report of {rows:,} rows, import"
        yield Result(name, ours["seconds"], bare["seconds"], 2.0, "s CPU", "csv and sqlite3 upsert of the same rows")
        yield Result(f"{name}, memory", ours["peak_mib"], MOST_MIB, 1.0, "MiB", "fixed")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bare(folder: Path) -> None:
    """What anybody would write: all columns as text, upserted by the license plate."""
    names = ", ".join(f'"{name}"' for name in FBA_RETURNS)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in FBA_RETURNS)
    spots = ", ".join("?" * len(FBA_RETURNS))
    database = sqlite3.connect(folder / "bare.db")
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=normal")
    database.execute(f'create table returns ({names}, primary key ("license-plate-number"))')
    upsert = f'insert into returns values ({spots}) on conflict("license-plate-number") do update set {changes}'
    with _file(folder).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        while piece := list(islice(reader, PIECE)):
            database.executemany(upsert, piece)
            database.commit()
    database.close()


def ours(folder: Path) -> None:
    """The folder source, the readers, the runner and the store, as a sync runs them."""
    store = open_store(f"sqlite:///{folder / 'ours.db'}")
    account = Account(marketplaces=("US", "UK"), folder=Folder(path=folder))
    stream = ReportFiles("bench", folder, account.marketplaces)
    outcome = runner.run_stream(store, Settings(accounts={"bench": account}, state_dir=folder), stream)
    if outcome.state != "ok" or not outcome.tally.new or outcome.tally.rejected:
        raise RuntimeError(f"the import ended as {outcome}")


def _file(folder: Path) -> Path:
    return folder / "reports" / "returns.txt"


def _write(folder: Path, rows: int) -> None:
    rng, begin = Random("bench reports"), datetime(2026, 1, 1, tzinfo=UTC)
    _file(folder).parent.mkdir()
    with _file(folder).open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(FBA_RETURNS) + "\r\n")
        for number in range(rows):
            at, item = begin + timedelta(seconds=20 * number), rng.randrange(400)
            order = f"{rng.choice((111, 112, 113))}-{rng.randrange(10**6, 10**7)}-{rng.randrange(10**6, 10**7)}"
            cells = (
                at.isoformat(), order, f"NL-{item}", f"B0NL{item:06}", f"X00{item:07}", "An invented lamp, 30 W, white",
                "1", "DTM2", "SELLABLE", rng.choice(REASONS), "Unit returned to inventory",
                f"LPN{rng.randrange(10**9):09}{number}", "It did not fit where I had wanted it to stand.",
            )  # fmt: skip
            file.write("\t".join(cells) + "\r\n")


def _measured(folder: Path, which: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.reports", which, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=3600)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    begun = time.process_time()
    {"bare": bare, "ours": ours}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps({"seconds": time.process_time() - begun, "peak_mib": _own_peak_mib()}))
