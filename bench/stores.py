"""Synthetic stores for the benches, made once and kept as long as the code that makes them stays the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.store import Store, open_store
from services import seeding
from services.response_time import counting
from services.settings import ROOT

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_MADE_BY = ("data/models", "data/migrations", "data/bulk.py", "services/seeding.py", "services/seed_words.py")


def path(folder: Path, tickets: int) -> Path:
    """The file of a store with that many tickets; filled now unless it is there."""
    file = folder / f"seeded-{tickets}-{_fingerprint()}" / "within24.db"
    done = file.with_name("done.json")
    if not done.exists():
        # A process of its own, so that its memory and its statement caches are not ours.
        subprocess.run([sys.executable, "-m", "bench.stores", str(file), str(tickets)], cwd=ROOT, check=True)
        done.write_text(json.dumps({"tickets": tickets}))
    return file


def opened(file: Path) -> Store:
    """The store in a file."""
    return open_store(f"sqlite:///{file}")


def _fingerprint() -> str:
    parts = (ROOT / name for name in _MADE_BY)
    files = [file for part in parts for file in ([part] if part.is_file() else sorted(part.rglob("*.py")))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _fill(file: Path, tickets: int) -> None:
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    store = opened(file)
    # The same open work in each store, so that comparing two sizes compares their histories.
    seeding.fill(store, tickets, seed=1, now=NOW, owed=seeding.MOST_OWED)
    counting.count_anew(store, now=NOW)
    store.close()


if __name__ == "__main__":
    _fill(Path(sys.argv[1]), int(sys.argv[2]))
