"""Presence: who is in a ticket just now, at the real clock, for next to nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
from sqlalchemy import func, select

from data import presence as rows
from data.models.teamwork import Presence
from data.store import Store
from services.inbox.presence import GONE_AFTER, Here, beat, here, leave
from services.settings import real_now
from services.sync import housekeeping
from tests.desks import NOW
from tests.services.inbox.test_queue import counted

SECOND = timedelta(seconds=1)
AT = NOW


def seen(store: Store, besides: str = "Ana", ticket: int = 7, after: timedelta = timedelta(0)) -> list[tuple[str, str]]:
    return [(each.name, each.doing) for each in here(store, ticket, besides=besides, now=AT + after)]


def test_others_are_seen_and_oneself_is_not(every_store: Store) -> None:
    beat(every_store, 7, "Ana", "a", False, AT)
    beat(every_store, 7, "Ben", "b", True, AT)
    beat(every_store, 7, "Ana", "another window", True, AT)
    beat(every_store, 8, "Cleo", "c", False, AT)
    assert seen(every_store) == [("Ben", "writing")]
    assert seen(every_store, "Ben") == [("Ana", "writing")]
    assert seen(every_store, ticket=8) == [("Cleo", "looking")]


def test_since_is_when_they_came_and_when_they_began_to_write(every_store: Store) -> None:
    for second, writing in ((0, False), (12, False), (24, True), (36, True)):
        beat(every_store, 7, "Ben", "b", writing, AT + second * SECOND)
    assert here(every_store, 7, besides="Ana", now=AT + 40 * SECOND) == (Here("Ben", "writing", AT + 24 * SECOND),)
    beat(every_store, 7, "Ben", "b", False, AT + 48 * SECOND)
    assert here(every_store, 7, besides="Ana", now=AT + 48 * SECOND) == (Here("Ben", "looking", AT),)
    beat(every_store, 7, "Ben", "b", True, AT + 60 * SECOND)
    assert here(every_store, 7, besides="Ana", now=AT + 60 * SECOND)[0].since == AT + 60 * SECOND


def test_without_a_sign_for_45_seconds_somebody_is_gone(every_store: Store) -> None:
    beat(every_store, 7, "Ben", "b", True, AT)
    assert seen(every_store, after=GONE_AFTER) == [("Ben", "writing")]
    assert seen(every_store, after=GONE_AFTER + SECOND) == []
    beat(every_store, 7, "Ben", "b", True, AT + 2 * GONE_AFTER)
    assert here(every_store, 7, besides="Ana", now=AT + 2 * GONE_AFTER)[0].since == AT + 2 * GONE_AFTER


def test_going_to_another_ticket_or_away_is_leaving_at_once(every_store: Store) -> None:
    beat(every_store, 7, "Ben", "b", True, AT)
    beat(every_store, 8, "Ben", "b", True, AT + SECOND)
    assert (seen(every_store), seen(every_store, ticket=8)) == ([], [("Ben", "writing")])
    assert here(every_store, 8, besides="Ana", now=AT + SECOND)[0].since == AT + SECOND
    leave(every_store, "b")
    leave(every_store, "b")
    assert seen(every_store, ticket=8) == []


def test_who_writes_comes_first_and_two_windows_are_one_person(every_store: Store) -> None:
    beat(every_store, 7, "Ben", "b", False, AT)
    beat(every_store, 7, "Cleo", "c", True, AT + SECOND)
    beat(every_store, 7, "Ben", "b2", False, AT + SECOND)
    assert seen(every_store) == [("Cleo", "writing"), ("Ben", "looking")]
    assert here(every_store, 7, besides="Ana", now=AT)[1].since == AT


def test_another_person_in_the_same_browser_starts_anew(every_store: Store) -> None:
    beat(every_store, 7, "Ben", "b", True, AT)
    beat(every_store, 7, "Cleo", "b", True, AT + SECOND)
    assert here(every_store, 7, besides="Ana", now=AT + SECOND) == (Here("Cleo", "writing", AT + SECOND),)


def test_the_real_clock_is_meant_even_while_time_stands_still(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_NOW", "2020-01-01T00:00:00Z")
    beat(store, 7, "Ben", "b", False)
    (found,) = here(store, 7, besides="Ana")
    assert real_now() - found.since < timedelta(minutes=1)


def test_the_table_stays_as_small_as_the_team(every_store: Store) -> None:
    now = real_now()
    for n in range(30):
        beat(every_store, n % 5, "Ben", f"s{n}", False, now - GONE_AFTER - n * SECOND)
        beat(every_store, n % 5, "Ben", "one session", False, now)
    housekeeping.tidy(every_store, NOW)
    with every_store.read() as session:
        assert session.scalar(select(func.count()).select_from(Presence)) == 1


def test_a_beat_is_one_write_and_a_look_is_one_read(every_store: Store) -> None:
    for n in range(200):
        beat(every_store, 7, f"P{n}", f"s{n}", False, AT)
    with counted(every_store) as statements:
        beat(every_store, 7, "Ana", "a", True, AT)
    assert [each.split()[0].lower() for each in statements] == ["insert"]
    with counted(every_store) as statements:
        here(every_store, 7, besides="Ana", now=AT)
    assert [each.split()[0].lower() for each in statements] == ["select"]


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def test_a_beat_takes_no_time_worth_mentioning(store: Store) -> None:
    """A click costs Streamlit 50 ms and more; a beat must vanish beside it, also on a machine that is busy."""
    beat(store, 7, "Ana", "a", True)
    assert median(timed(lambda: beat(store, 7, "Ana", "a", True)) for _ in range(50)) < 0.01


def test_a_beat_never_waits_for_whoever_else_is_writing(store: Store) -> None:
    beat(store, 7, "Ben", "b", False, AT)
    with store.write() as session:
        rows.leave(session, "nobody")
        started = time.perf_counter()
        assert not beat(store, 7, "Ben", "b", True, AT + SECOND)
        leave(store, "b")
        assert time.perf_counter() - started < 1
    assert seen(store, after=SECOND) == [("Ben", "looking")]
    assert beat(store, 7, "Ben", "b", True, AT + SECOND)
