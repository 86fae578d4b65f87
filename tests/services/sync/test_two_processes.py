"""Two syncs at once, as two real processes: the second waits and gives up; a dead one's place is taken at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands
from tests.desks import HOUR, NOW, ask

WAIT = 30.0
STARTS_WITHIN = 60.0


@pytest.fixture
def shop(tmp_path: Path) -> Commands:
    made = Commands(tmp_path / "shop")
    made.put("1.eml", ask(1, NOW - HOUR))
    made.sync()
    return made


@pytest.fixture
def running(shop: Commands) -> Iterator[subprocess.Popen[bytes]]:
    """A sync that goes on, once it has read a mail that came after its start."""
    process = shop.start("services.sync", env={"WITHIN24_NOW": NOW.isoformat()})
    shop.put("2.eml", ask(2, NOW - HOUR / 2))
    until = time.monotonic() + STARTS_WITHIN
    while len(shop.export("messages")) < 2:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.2)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(timeout=30)


def test_a_second_sync_waits_thirty_seconds_and_a_dead_ones_place_is_taken_at_once(
    shop: Commands, running: subprocess.Popen[bytes]
) -> None:
    began = time.monotonic()
    second = shop.run("services.sync", "--once")
    waited = time.monotonic() - began
    assert (second.returncode, waited >= WAIT) == (3, True), (waited, second.stderr)
    assert f"process {running.pid}" in second.stderr
    running.kill()
    running.wait(timeout=30)
    shop.put("3.eml", ask(3, NOW - HOUR / 4))
    began = time.monotonic()
    third = shop.run("services.sync", "--once")
    assert (third.returncode, time.monotonic() - began < WAIT) == (0, True), third.stderr
    assert len(shop.export("messages")) == 3
