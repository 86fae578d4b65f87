"""Reports from asking to reading, against a server that queues, cancels, fails, forgets and hangs up."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from data.store import Store
from services.errors import NeedsPerson, RetryLater, Waiting
from services.rules import report_jobs as rules
from services.rules.report_jobs import MOVES, Job
from services.sources.amazon import documents, jobs
from services.sources.amazon.client import Client
from tests import amazons
from tests.amazons import START, Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Fault, Seller

ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
TEXT = b"amazon-order-id\tmerchant-order-id\r\n"
DAY = timedelta(days=1)


def begin(client: Client, kind: str = "all_orders", **more: Any) -> Job:
    window = {"window_from": START - 3 * DAY, "window_to": START - timedelta(minutes=3)}
    made = {"account": "acme", "kind": kind, "marketplaces": ("US",), "slot": "", "made_at": client.clock.now()}
    return client.memory.begin(Job(**made | window | more))


def finish(job: Job, client: Client, clock: Simulated, most: int = 200) -> Job:
    """Drive a job until it is fetched or closed, letting the time pass that it wants to wait."""
    for _ in range(most):
        try:
            job = jobs.drive(job, client)
        except Waiting as waiting:
            clock.sleep((waiting.after or timedelta(seconds=1)).total_seconds())
            (job,) = [each for each in client.memory.jobs("acme", job.kind, job.marketplaces) if each.id == job.id]
            continue
        if not job.is_open or job.state == "downloaded":
            return job
        assert job.next_at is not None
        clock.sleep(max(0.0, (job.next_at - clock.now()).total_seconds()))
    raise AssertionError(f"{job} does not come to an end")


@pytest.fixture
def shop(seller: Seller) -> Seller:
    seller.reports[ORDERS] = Content(TEXT)
    return seller


def test_a_report_is_asked_for_polled_and_fetched(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    job = finish(begin(client), client, clock)
    assert (job.state, job.polls, job.size) == ("downloaded", 3, len(TEXT))
    (made,) = shop.made.values()
    assert (made.start, made.end) == ("2026-11-19T09:00:00Z", "2026-11-22T08:57:00Z")
    assert made.marketplaces == ["ATVPDKIKX0DER"]
    document = jobs.document(job, client)
    assert document is not None
    assert gzip.decompress(document.path.read_bytes()) == TEXT
    assert document.path.relative_to(client.memory.folder).parts[:3] == ("reports", "acme", "all_orders")


def test_dates_are_sent_as_each_kind_wants_them(client: Client, shop: Seller, clock: Simulated) -> None:
    finish(begin(client, "seller_feedback"), client, clock)
    finish(begin(client, "account_health", window_from=None, window_to=None), client, clock)
    feedback, health = shop.made.values()
    assert (feedback.start is not None, feedback.end) == (True, None)
    assert (health.start, health.end) == (None, None)


def test_a_slow_report_is_polled_ever_more_rarely(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    shop.stages[ORDERS] = ["IN_QUEUE"] * 6 + ["IN_PROGRESS"] * 3 + ["DONE"]
    job = finish(begin(client), client, clock)
    looks = [request.at for request in amazon.asked("getReport")]
    pauses = [round(later - sooner) for sooner, later in zip(looks, looks[1:], strict=False)]
    assert job.state == "downloaded"
    assert pauses == [60, 120, *[300] * 7]


def test_an_existing_report_is_adopted_and_none_is_made(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    shop.add_report(ORDERS, START - timedelta(minutes=20), ["IN_PROGRESS", "DONE"], start="2026-11-19T09:00:00Z",
                    end="2026-11-22T08:40:00Z", marketplaces=["ATVPDKIKX0DER"])  # fmt: skip
    job = finish(begin(client), client, clock)
    assert (job.state, job.adopted, amazon.count("createReport")) == ("downloaded", True, 0)
    assert job.window_to is not None
    assert job.window_to.isoformat() == "2026-11-22T08:40:00+00:00"


def test_a_report_that_was_ours_before_is_not_adopted_again(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    first = finish(begin(client), client, clock)
    client.memory.save(rules.loaded(first))
    second = finish(begin(client), client, clock)
    assert second.report_id != first.report_id
    assert amazon.count("createReport") == 2


def test_a_report_under_way_is_never_begun_twice(
    client: Client, make_client: Callable[..., Client], shop: Seller
) -> None:
    first = begin(client)
    assert begin(make_client()).id == first.id
    assert begin(make_client(), slot="another").id != first.id


def test_cancelled_means_unknown_and_costs_no_document(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    shop.stages[ORDERS] = ["IN_QUEUE", "CANCELLED"]
    job = finish(begin(client), client, clock)
    assert (job.state, amazon.count("getReportDocument")) == ("empty", 0)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b'{"errorDetails": "The date range is too long."}', "The date range is too long."),
        (b"plain words", "plain words"),
        (b"[]", "[]"),
        (None, "gave no reason"),
    ],
)
def test_the_document_of_a_fatal_report_is_read_and_it_is_asked_for_three_times(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated, said: bytes | None, words: str
) -> None:
    shop.stages[ORDERS] = ["FATAL"]
    if said is not None:
        shop.fatal[ORDERS] = said
    job = finish(begin(client), client, clock)
    assert (job.state, amazon.count("createReport")) == ("failed", 3)
    assert words in job.message
    asked = [request.at for request in amazon.asked("createReport")]
    assert all(later - sooner >= 1800 for sooner, later in zip(asked, asked[1:], strict=False))
    assert not list(client.memory.folder.rglob("why-*"))


def test_a_report_stuck_in_the_queue_is_parked_and_after_a_day_cancelled(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    shop.stages[ORDERS] = ["IN_QUEUE"]
    job = finish(begin(client), client, clock)
    assert (job.state, amazon.count("createReport"), amazon.count("cancelReport", 200)) == ("failed", 1, 1)
    assert amazon.count("getReport") < 80
    assert clock.now() - START < timedelta(hours=25)


def test_a_parked_report_wakes_up(client: Client, shop: Seller, amazon: Amazon, clock: Simulated) -> None:
    shop.stages[ORDERS] = ["IN_QUEUE"] * 40 + ["DONE"]
    states: set[str] = set()
    job = begin(client)
    while job.state != "downloaded":
        job = jobs.drive(job, client)
        states.add(job.state)
        clock.sleep(1 if job.next_at is None else max(0.0, (job.next_at - clock.now()).total_seconds()))
    assert "parked" in states
    assert amazon.count("createReport") == 1


def test_a_dead_address_is_replaced_by_a_new_one(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    amazon.dead_urls = 1
    job = finish(begin(client), client, clock)
    assert (job.state, amazon.count("getReportDocument"), amazon.count("document", 403)) == ("downloaded", 2, 1)


def test_addresses_that_are_all_dead_are_tried_again_later(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    amazon.dead_urls = 2
    job = begin(client)
    with pytest.raises(RetryLater):
        finish(job, client, clock)
    (job,) = client.memory.jobs("acme", "all_orders", ("US",))
    assert job.state == "ready"
    assert finish(job, client, clock).state == "downloaded"


def test_a_truncated_document_is_fetched_again_and_then_given_up(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    shop.reports[ORDERS] = Content(TEXT * 1000, cut=50)
    job = finish(begin(client), client, clock)
    assert (job.state, job.message) == ("failed", "The report came only in part.")
    assert (amazon.count("document"), amazon.count("createReport")) == (3, 1)
    assert not list(client.memory.folder.rglob("*.gz"))


def test_a_report_that_is_too_large_is_refused_at_once(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 10)
    job = finish(begin(client), client, clock)
    assert (job.state, amazon.count("document")) == ("failed", 1)
    assert "larger than any report" in job.message


def test_a_report_that_amazon_forgot_is_asked_for_again(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    job = jobs.drive(begin(client), client)
    shop.made.clear()
    assert finish(job, client, clock).state == "downloaded"
    assert amazon.count("createReport") == 2


def test_a_call_that_amazon_refuses_for_good_fails_the_job_with_its_words(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    job = finish(begin(client, window_from=START - 31 * DAY), client, clock)
    assert job.state == "failed"
    assert "must not exceed 30 days" in job.message


@pytest.mark.parametrize("operation", ["createReport", "getReports"])
def test_a_missing_role_leaves_the_job_where_it_was(
    client: Client, shop: Seller, clock: Simulated, operation: str
) -> None:
    shop.forbidden.add(operation)
    with pytest.raises(NeedsPerson, match=operation):
        finish(begin(client), client, clock)
    shop.forbidden.clear()
    (job,) = client.memory.jobs("acme", "all_orders", ("US",))
    assert (job.state, job.asked_at) == ("requested", None)
    assert finish(job, client, clock).state == "downloaded"


@pytest.mark.parametrize("lost", [fake.DROPPED_AFTER, fake.UNAVAILABLE_AFTER])
def test_an_answer_lost_on_the_way_never_makes_a_second_report(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated, lost: Fault
) -> None:
    amazon.fail("createReport", lost)
    with pytest.raises(RetryLater):
        finish(begin(client), client, clock)
    shop.unlisted = 1
    (job,) = client.memory.jobs("acme", "all_orders", ("US",))
    with pytest.raises(Waiting):
        jobs.drive(job, client)
    clock.pass_by(minutes=1)
    shop.unlisted = 0
    assert finish(job, client, clock).adopted
    assert len(shop.made) == 1


def test_an_order_that_never_arrived_is_placed_again(
    client: Client, shop: Seller, amazon: Amazon, clock: Simulated
) -> None:
    amazon.fail("createReport", fake.DROPPED)
    with pytest.raises(RetryLater):
        finish(begin(client), client, clock)
    (job,) = client.memory.jobs("acme", "all_orders", ("US",))
    assert finish(job, client, clock).state == "downloaded"
    assert len(shop.made) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "x" * 300, "amzn1.report|?*"])
def test_amazons_names_never_lead_out_of_the_folder(client: Client, shop: Seller, clock: Simulated, name: str) -> None:
    job = jobs.drive(begin(client), client)
    (report,) = shop.made.values()
    shop.made = {name: report}
    job = client.memory.save(rules.replace(job, state="ready", report_id=name, document_id="D", next_at=None))
    shop.documents["D"] = Content(TEXT)
    job = jobs.drive(job, client)
    document = jobs.document(job, client)
    assert document is not None
    assert document.path.resolve().is_relative_to((client.memory.folder / "reports").resolve())


# Killed at any point


class Killed(BaseException):
    """The process died."""


@dataclass
class Mortal:
    """A memory and a client's calls that die at the n-th step: before or after it has taken effect."""

    steps_left: int
    after: bool = False
    taken: list[str] = field(default_factory=list)

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*words: Any, **more: Any) -> Any:
            self.taken.append(name)
            self.steps_left -= 1
            if self.steps_left == 0 and not self.after:
                raise Killed
            found = work(*words, **more)
            if self.steps_left == 0:
                raise Killed
            return found

        return step


def mortal(client: Client, mortal_: Mortal, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The client, dying at the chosen one of its requests, downloads and commits."""
    kept = client.memory

    class Dying:
        def __getattr__(self, name: str) -> Any:
            found = getattr(kept, name)
            return mortal_.around(name, found) if name in ("save", "begin", "known") else found

    client.memory = Dying()  # type: ignore[assignment]
    client._once = mortal_.around("call", client._once)  # type: ignore[method-assign]
    monkeypatch.setattr(documents, "fetch", mortal_.around("fetch", documents.fetch))
    return client


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, 18))
def test_killed_at_any_point_a_restart_goes_on_and_makes_no_second_report(
    make_client: Callable[..., Client], shop: Seller, amazon: Amazon, clock: Simulated,
    nth: int, after: bool, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    life = Mortal(nth, after)
    died = False
    with monkeypatch.context() as patch:
        try:
            dying = mortal(make_client(), life, patch)
            finish(begin(dying), dying, clock)
        except Killed:
            died = True
    assert died or nth > len(life.taken)
    client = make_client()
    job = finish(begin(client), client, clock)
    assert (job.state, len(shop.made), amazon.count("createReport", 202)) == ("downloaded", 1, 1)
    assert [each.id for each in client.memory.jobs("acme", "all_orders", ("US",))] == [job.id]
    document = jobs.document(job, client)
    assert document is not None
    assert documents.is_whole(document)
    assert list(client.memory.folder.rglob("*.part")) == []


# Whatever happens, in any order


class AnyOrder(RuleBasedStateMachine):
    """Reports under random faults, deaths and pauses: never a twin under way, never a move that is not allowed."""

    store: Store
    folder: Any

    def __init__(self) -> None:
        super().__init__()
        self.clock = Simulated()
        self.amazon = Amazon(now=self.clock.seconds).__enter__()
        self.seller = self.amazon.seller("acme")
        self.seller.reports[ORDERS] = Content(TEXT)
        with self.store.write() as session:
            session.connection().exec_driver_sql("delete from report_job")
            session.connection().exec_driver_sql("delete from rate_budget")
        self.client = self.new_client()
        self.seen: dict[int, str] = {}

    def new_client(self) -> Client:
        kept = amazons.memory(self.store, self.folder, self.clock)
        return amazons.client(self.amazon, self.seller, kept, self.clock)

    @initialize()
    def begun(self) -> None:
        begin(self.client)

    @rule(minutes=st.sampled_from([0.5, 2, 31, 150]))
    def time_passes(self, minutes: float) -> None:
        self.clock.pass_by(minutes=minutes)

    @rule(
        operation=st.sampled_from(
            ["createReport", "createReport", "getReport", "getReports", "getReportDocument", "document", "token"]
        ),
        trouble=st.sampled_from(
            [fake.TOO_MANY, fake.TOO_MANY_TEXT, fake.UNAVAILABLE, fake.DROPPED, fake.DROPPED_AFTER,
             fake.TOKEN_EXPIRED, fake.NOT_JSON, fake.EMPTY_OBJECT]
        ),
    )  # fmt: skip
    def trouble(self, operation: str, trouble: Fault) -> None:
        self.amazon.fail(operation, trouble)

    @rule(stages=st.sampled_from([["DONE"], ["IN_QUEUE", "CANCELLED"], ["FATAL"], ["IN_QUEUE"], fake.STAGES]))
    def amazon_will(self, stages: list[str]) -> None:
        self.seller.stages[ORDERS] = stages

    @rule()
    def restarted(self) -> None:
        self.client.close()
        self.client = self.new_client()

    @rule(dead=st.booleans())
    def address_dies(self, dead: bool) -> None:
        self.amazon.dead_urls += dead

    @rule(again=st.booleans())
    def a_round_of_the_sync(self, again: bool) -> None:
        job = begin(self.client) if again else next((each for each in self.jobs() if each.is_open), None)
        if job is None:
            return
        with suppress(RetryLater, NeedsPerson):
            jobs.drive(job, self.client)

    @precondition(lambda self: any(job.state == "downloaded" for job in self.jobs()))
    @rule()
    def rows_are_stored(self) -> None:
        for job in self.jobs():
            if job.state == "downloaded":
                document = jobs.document(job, self.client)
                assert document is not None
                assert gzip.decompress(document.path.read_bytes()) == TEXT
                self.client.memory.save(rules.loaded(job))

    @invariant()
    def no_report_is_made_twice(self) -> None:
        """At most one is under way, but for those that were given up or are older than we ask Amazon about."""
        assert sum(job.is_open for job in self.jobs()) <= 1
        given_up = {job.report_id for job in self.jobs() if job.state == "failed"}
        oldest = self.clock.now() - rules.GIVE_UP_AFTER
        under_way = [one for one in self.seller.made.values() if one.status in ("IN_QUEUE", "IN_PROGRESS")]
        assert sum(one.id not in given_up and one.created > oldest for one in under_way) <= 1

    @invariant()
    def only_allowed_moves_were_made(self) -> None:
        for job in self.jobs():
            before = self.seen.get(job.id)
            assert before in (None, job.state) or job.state in reachable(before)
            self.seen[job.id] = job.state

    def jobs(self) -> list[Job]:
        return list(self.client.memory.jobs("acme", "all_orders", ("US",)))

    def teardown(self) -> None:
        self.client.close()
        self.amazon.__exit__(None, None, None)


def reachable(state: str) -> set[str]:
    """Every state that may follow, by one move or several."""
    found: set[str] = set()
    ahead = {state}
    while ahead:
        more = set().union(*(MOVES[each] for each in ahead))
        ahead = more - found
        found |= more
    return found


def test_whatever_happens_in_any_order(store: Store, tmp_path: Any) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    class Here(AnyOrder):
        pass

    Here.store, Here.folder = store, tmp_path
    how = settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Here, settings=how)
