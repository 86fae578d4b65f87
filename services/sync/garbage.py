"""Has Python look for reference cycles less often: a sync makes millions of objects, which die without being found."""

from __future__ import annotations

import gc

OBJECTS, ROUNDS = 20_000, 20


def collect_rarely() -> None:
    """For a process that only syncs, once all is imported; it saves an import of a large report a sixth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, ROUNDS, ROUNDS)
