"""The life of a report's job: what may follow what, when it waits, and which report of Amazon's is as good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import report_jobs as rules
from services.rules.report_jobs import CLOSED, MOVES, OPEN, ROLLING, Found, Job
from services.rules.report_kinds import KINDS, Window

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDERS, FBA, FEEDBACK, HEALTH = (KINDS[k] for k in ("all_orders", "fba_returns", "seller_feedback", "account_health"))
US = frozenset({"ATVPDKIKX0DER"})


def a_job(kind: str = "all_orders", **more: object) -> Job:
    start, end = NOW - 3 * DAY, NOW - timedelta(minutes=3)
    if KINDS[kind].dated == "none":
        start = end = None  # type: ignore[assignment]
    return replace(Job("acme", kind, ("US",), ROLLING, start, end, NOW), **more)  # type: ignore[arg-type]


def found(job: Job, **more: object) -> Found:
    kind = KINDS[job.kind]
    return replace(
        Found("R1", kind.type, "IN_PROGRESS", NOW - timedelta(minutes=5), job.window_from, job.window_to, US),
        **more,  # type: ignore[arg-type]
    )


STEPS = st.sampled_from(["polled", "fatal", "lost", "fetched", "not_fetched", "gone", "failed", "loaded", "queued"])


@given(st.lists(st.tuples(STEPS, st.sampled_from(["IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "NEW"]),
                          st.floats(0, 30)), max_size=20))  # fmt: skip
def test_whatever_happens_only_allowed_moves_are_made_and_every_open_job_has_a_next_moment(
    events: list[tuple[str, str, float]],
) -> None:
    job, now = a_job(), NOW
    for name, status, hours in events:
        now += hours * HOUR
        before = job
        if name == "queued" and job.state == "requested":
            job = rules.queued(rules.asking(job, now), "R1", now)
        elif name == "polled" and job.state in ("queued", "parked"):
            job = rules.polled(job, status, "D1" if status == "DONE" else None, now)
        elif name in ("fatal", "lost") and job.state in ("queued", "parked", "ready"):
            job = rules.fatal(job, "because", now) if name == "fatal" else rules.lost(job, now)
        elif name == "fetched" and job.state == "ready":
            job = rules.fetched(job, "a.gz", None, 3, now)
        elif name == "not_fetched" and job.state == "ready":
            job = rules.not_fetched(job, "broken", now)
        elif name == "gone" and job.state == "downloaded":
            job = rules.gone(job, now)
        elif name == "loaded" and job.state == "downloaded":
            job = rules.loaded(job)
        assert job.state == before.state or job.state in MOVES[before.state]
        assert job.state in OPEN | CLOSED
        assert (job.next_at is None) or job.is_open
        assert job.is_open or job.state in CLOSED
        assert job.attempts <= rules.TRIES
        if job.state in ("queued", "parked"):
            assert job.next_at is not None
            assert job.next_at - now <= rules.PARKED_POLL


def test_polls_slow_down_and_a_stuck_report_is_parked_then_given_up() -> None:
    job, now, pauses = rules.queued(a_job(), "R1", NOW), NOW, []
    while job.is_open:
        assert job.next_at is not None
        pauses.append((job.next_at - now).total_seconds())
        now = job.next_at
        job = rules.polled(job, "IN_QUEUE", None, now)
        assert (job.state == "parked") == (rules.PARK_AFTER <= now - NOW < rules.GIVE_UP_AFTER)
    assert pauses[:5] == [30, 60, 120, 300, 300]
    assert pauses[-1] == 1800
    assert (job.state, "24 hours" in job.message) == ("failed", True)
    assert timedelta(hours=24) <= now - NOW < timedelta(hours=25)


def test_a_parked_report_that_gets_done_is_fetched() -> None:
    job = rules.polled(rules.queued(a_job(), "R1", NOW), "IN_PROGRESS", None, NOW + 3 * HOUR)
    assert job.state == "parked"
    assert rules.polled(job, "DONE", "D1", NOW + 4 * HOUR).state == "ready"


def test_cancelled_is_unknown_it_is_neither_a_failure_nor_read() -> None:
    job = rules.polled(rules.queued(a_job(), "R1", NOW), "CANCELLED", None, NOW)
    assert (job.state, job.message) == ("empty", rules.WORDS["empty"])


def test_fatal_is_tried_again_after_half_an_hour_and_at_most_three_times() -> None:
    job, now = a_job(), NOW
    for attempt in range(1, 4):
        job = rules.fatal(rules.queued(job, f"R{attempt}", now), "The range is wrong.", now)
        if attempt < 3:
            assert (job.state, job.report_id, job.next_at) == ("requested", None, now + timedelta(minutes=30))
            now += timedelta(minutes=30)
    assert (job.state, job.message) == ("failed", "The range is wrong.")


def test_done_without_a_document_is_looked_at_again() -> None:
    assert rules.polled(rules.queued(a_job(), "R1", NOW), "DONE", None, NOW).state == "queued"


# Adopting


@pytest.mark.parametrize(
    ("kind", "change", "taken"),
    [
        ("all_orders", {}, True),
        ("all_orders", {"status": "IN_QUEUE"}, True),
        ("all_orders", {"status": "SOMETHING_NEW"}, True),
        ("all_orders", {"status": "DONE"}, True),
        ("all_orders", {"status": "DONE", "created": NOW - 2 * HOUR}, False),
        ("all_orders", {"status": "IN_QUEUE", "created": NOW - 25 * HOUR}, False),
        ("all_orders", {"status": "FATAL"}, False),
        ("all_orders", {"status": "CANCELLED"}, False),
        ("all_orders", {"type": "GET_SELLER_FEEDBACK_DATA"}, False),
        ("all_orders", {"marketplace_ids": frozenset({"A2EUQ1WTGCTBG2"})}, False),
        ("all_orders", {"marketplace_ids": frozenset()}, True),
        ("seller_feedback", {"marketplace_ids": frozenset()}, False),
        ("all_orders", {"start": NOW - 3 * DAY + 30 * timedelta(minutes=1)}, True),
        ("all_orders", {"start": NOW - 2 * DAY}, False),
        ("all_orders", {"end": NOW - DAY}, False),
        ("fba_returns", {"status": "DONE", "created": NOW - 3 * HOUR}, True),
        ("seller_feedback", {"end": None}, True),
        ("account_health", {"start": NOW - DAY, "end": NOW}, True),
    ],
)
def test_a_report_that_is_as_good_is_taken_instead_of_a_second(
    kind: str, change: dict[str, object], taken: bool
) -> None:
    job = a_job(kind)
    assert (rules.adoptable(KINDS[kind], job, [found(job, **change)], US, NOW) is not None) == taken


def test_a_piece_of_history_is_only_replaced_by_the_same_piece() -> None:
    window = Window(NOW - 60 * DAY, NOW - 30 * DAY)
    job = a_job(slot=window.slot, window_from=window.start, window_to=window.end)
    wider = found(job, start=window.start - DAY)
    assert rules.adoptable(ORDERS, job, [wider], US, NOW) is None
    assert rules.adoptable(ORDERS, job, [found(job, end=window.end.replace(microsecond=0))], US, NOW) is not None


@pytest.mark.parametrize("status", ["IN_QUEUE", "DONE", "FATAL", "CANCELLED"])
def test_what_we_asked_for_ourselves_is_taken_whatever_became_of_it(status: str) -> None:
    job = rules.asking(a_job(), NOW - timedelta(minutes=6))
    assert rules.adoptable(ORDERS, job, [found(job, status=status)], US, NOW) is not None


def test_the_newest_of_several_is_taken_and_its_window_is_what_will_have_been_read() -> None:
    job = a_job()
    older = found(job, report_id="R0", created=NOW - HOUR / 2)
    shorter = found(job, report_id="R2", start=NOW - 3 * DAY + HOUR / 2, end=NOW - HOUR / 2)
    best = rules.adoptable(ORDERS, job, [older, shorter], US, NOW)
    assert best is not None
    taken = rules.adopted(job, best, NOW)
    assert (taken.report_id, taken.adopted, taken.window_from, taken.window_to) == ("R2", True, best.start, best.end)
    assert taken.next_at == NOW


def test_an_answer_that_never_came_is_waited_for_before_asking_again() -> None:
    job = rules.asking(a_job(), NOW)
    assert rules.may_ask(a_job(), NOW) == timedelta(0)
    assert rules.may_ask(job, NOW + timedelta(seconds=30)) == timedelta(seconds=90)
    assert rules.may_ask(job, NOW + rules.SETTLES) == timedelta(0)
    assert rules.may_ask(rules.not_asked(job, NOW, "no", HOUR), NOW) == timedelta(0)


# Beginning


def begun(kind: str, have: list[Window], jobs: list[Job], after: timedelta = timedelta(0)) -> list[str]:
    return [slot for slot, _ in rules.wanted(KINDS[kind], have, jobs, now=NOW + after, real_now=NOW + after)]


def test_at_first_the_newest_and_as_much_history_as_may_be_under_way_is_begun() -> None:
    slots = begun("all_orders", [], [])
    assert (slots[0], len(slots)) == (ROLLING, 1 + ORDERS.at_once)
    assert len(begun("fba_returns", [], [])) == 1 + FBA.at_once
    assert begun("account_health", [], []) == [ROLLING]
    assert begun("seller_feedback", [], []) == [ROLLING]


def test_nothing_under_way_is_begun_again_and_parked_ones_hold_nothing_up() -> None:
    first = rules.wanted(ORDERS, [], [], now=NOW, real_now=NOW)
    jobs = [a_job(slot=slot, window_from=w.start, window_to=w.end, id=n) for n, (slot, w) in enumerate(first, 1) if w]
    assert begun("all_orders", [], jobs) == []
    parked = [replace(job, state="parked") for job in jobs]
    again = begun("all_orders", [], parked)
    assert len(again) == ORDERS.at_once
    assert not set(again) & {job.slot for job in jobs}


@pytest.mark.parametrize("state", ["loaded", "empty", "failed"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_same_report_is_begun_once_an_interval(kind, state: str) -> None:  # type: ignore[no-untyped-def]
    have = [Window(NOW - kind.history, NOW)]
    jobs = [a_job(kind.name, state=state)]
    assert begun(kind.name, have, jobs, kind.interval - timedelta(seconds=1)) == []
    assert begun(kind.name, have, jobs, kind.interval) == [ROLLING]


def test_a_window_that_brought_nothing_rests_longer_each_time() -> None:
    window = Window(NOW - 20 * DAY, NOW - 10 * DAY)
    have = [Window(NOW - 400 * DAY, window.start), Window(window.end, NOW)]
    job = a_job(slot=window.slot, state="empty", window_from=window.start, window_to=window.end)
    rests = []
    for times in (1, 2, 3, 4, 5):
        jobs = [replace(job, id=n, made_at=NOW - (times - n) * HOUR) for n in range(1, times + 1)]
        jobs.append(a_job(made_at=NOW + 50 * DAY))
        rest = next(
            days for days in range(60)
            if rules.wanted(ORDERS, have, jobs, now=NOW, real_now=NOW + days * DAY)
        )  # fmt: skip
        rests.append(rest)
    assert rests == [1, 3, 7, 30, 30]
