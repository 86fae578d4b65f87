"""What sources remember, on both databases: one job of a kind at a time, steps by one process only, budgets for all."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data import budgets
from data.store import Store
from services.errors import Stale
from services.rules import report_jobs as rules
from services.rules.rate_budget import Plan
from services.rules.report_jobs import Job
from services.sync.memory import StoreMemory
from tests.amazons import START, Simulated

PLAN = Plan(0.5, 11)


@pytest.fixture
def clock() -> Simulated:
    return Simulated()


@pytest.fixture
def memory(every_store: Store, tmp_path: Path, clock: Simulated) -> StoreMemory:
    return StoreMemory(every_store, tmp_path, clock.now)


def a_job(**more: object) -> Job:
    made = Job("acme", "all_orders", ("US", "CA"), "", START - timedelta(days=3), START, START)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_job_comes_back_as_it_was_stored(memory: StoreMemory) -> None:
    job = memory.begin(a_job())
    job = memory.save(rules.queued(rules.asking(job, START), "R1", START))
    (stored,) = memory.jobs("acme", "all_orders", ("US", "CA"))
    assert replace(stored, changed_at=None) == replace(job, changed_at=None)
    assert memory.jobs("acme", "all_orders", ("US",)) == []
    assert memory.known("acme", {"R1", "R2"}) == {"R1"}
    assert memory.known("other", {"R1"}) == set()


def test_many_who_begin_the_same_job_at_once_get_the_same_one(memory: StoreMemory) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(memory.begin(a_job()).id)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(memory.jobs("acme", "all_orders", ("US", "CA"))) == 1


@pytest.mark.parametrize("end", ["loaded", "empty", "failed"])
def test_a_closed_job_makes_room_for_the_next_one(memory: StoreMemory, end: str) -> None:
    first = memory.begin(a_job())
    memory.save(replace(first, state=end))
    second = memory.begin(a_job())
    memory.save(replace(second, state=end))
    assert memory.begin(a_job()).id > second.id > first.id


def test_a_step_by_a_process_that_is_behind_is_refused(memory: StoreMemory) -> None:
    job = memory.begin(a_job())
    memory.save(rules.asking(job, START))
    with pytest.raises(Stale):
        memory.save(rules.failed(job, "too late"))
    (stored,) = memory.jobs("acme", "all_orders", ("US", "CA"))
    assert (stored.state, stored.asked_at) == ("requested", START)


def test_jobs_that_closed_long_ago_are_forgotten_but_open_ones_never(memory: StoreMemory, clock: Simulated) -> None:
    memory.begin(a_job(slot="open"))
    memory.save(replace(memory.begin(a_job(slot="old")), state="loaded"))
    clock.pass_by(days=91)
    assert [job.slot for job in memory.jobs("acme", "all_orders", ("US", "CA"))] == ["open"]


def test_what_amazon_names_as_the_rate_holds_for_everybody(memory: StoreMemory) -> None:
    memory.spend("acme", "getOrder", PLAN)
    memory.corrected("acme", "getOrder", 0.01)
    other = StoreMemory(memory.store, memory.folder, memory.real_now)
    while not (wait := other.spend("acme", "getOrder", PLAN)):
        pass
    assert wait > timedelta(seconds=80)
    memory.corrected("acme", "getOrder", None)
    assert other.spend("acme", "getOrder", PLAN) < timedelta(seconds=3)


def test_a_refusal_is_noted_with_its_time(memory: StoreMemory) -> None:
    memory.refused("acme", "getOrder", PLAN)
    assert memory.spend("acme", "getOrder", PLAN) > timedelta(seconds=1)
    assert memory.spend("acme", "getReport", PLAN) == timedelta(0)
    with memory.store.read() as session:
        rows = {row.operation: row.refused_at for row in budgets.of_account(session, "acme")}
    assert (rows["getOrder"] is None, rows["getReport"]) == (False, None)
