"""When a stream runs next, and which streams are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from data.models.ledger import StreamState
from services.sync.schedule import FOR_A_PERSON, LONGEST_PAUSE, due, is_fresh, pause

EVERY = timedelta(seconds=20)


@dataclass
class Named:
    name: str
    source: str = "folder"
    account: str = "acme"
    every: timedelta = EVERY
    mode: str = "merge"


@pytest.mark.parametrize("state", ["ok", "waiting"])
def test_a_good_run_is_followed_after_the_streams_own_interval(state: str) -> None:
    assert pause(EVERY, state, 0) == EVERY


@pytest.mark.parametrize(("failures", "seconds"), [(1, 20), (2, 40), (3, 80), (6, 640), (7, 900), (5000, 900)])
def test_trouble_doubles_the_pause_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert pause(EVERY, "retry", failures) == timedelta(seconds=seconds)


def test_what_the_other_side_asks_for_is_kept_even_if_it_is_longer() -> None:
    assert pause(EVERY, "retry", 1, timedelta(hours=2)) == timedelta(hours=2)
    assert pause(EVERY, "retry", 9, timedelta(seconds=1)) == LONGEST_PAUSE


def test_a_wrong_password_is_not_tried_in_a_storm() -> None:
    assert pause(EVERY, "needs_person", 1) == FOR_A_PERSON
    assert timedelta(minutes=10) <= FOR_A_PERSON


def test_streams_are_due_when_wished_for_when_new_and_when_overdue_longest_first(now: datetime) -> None:
    def state(**values: datetime | None) -> StreamState:
        return StreamState(**values)

    states = {
        ("folder", "acme", "later"): state(next_at=now + EVERY),
        ("folder", "acme", "just now"): state(next_at=now),
        ("folder", "acme", "overdue"): state(next_at=now - EVERY),
        ("folder", "acme", "wished"): state(next_at=now + EVERY, wanted_at=now),
    }
    streams = [Named(name) for name in ("later", "just now", "overdue", "wished", "new")]
    assert [stream.name for stream in due(streams, states, now)] == ["wished", "new", "overdue", "just now"]


@pytest.mark.parametrize(
    ("values", "passed", "fresh"),
    [
        ({}, timedelta(seconds=19), True),
        ({}, EVERY, False),
        ({"state": "retry"}, timedelta(0), False),
        ({"state": "waiting"}, timedelta(0), False),
        ({"last_ok_at": None}, timedelta(0), False),
        ({"wanted_at": datetime(2026, 11, 22, 9, tzinfo=UTC)}, timedelta(0), False),
        # The time was set back, as demos do: nobody knows when it is due, so it runs.
        ({}, timedelta(hours=-1), False),
    ],
)
def test_a_single_run_leaves_out_what_was_read_within_its_interval(
    values: dict[str, object], passed: timedelta, fresh: bool
) -> None:
    then = datetime(2026, 11, 22, 9, tzinfo=UTC)
    state = StreamState(**({"state": "ok", "last_ok_at": then, "wanted_at": None} | values))
    assert is_fresh(Named("orders", "amazon"), state, then + passed) is fresh
    assert is_fresh(Named("orders", "amazon"), None, then) is False
