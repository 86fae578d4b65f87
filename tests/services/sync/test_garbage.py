"""How often Python looks for reference cycles during a sync."""

from __future__ import annotations

import gc

from services.sync import garbage


def test_cycles_are_looked_for_rarely_but_still_found() -> None:
    before = gc.get_threshold()
    try:
        garbage.collect_rarely()
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
