"""What was known at a time is found again later, whatever became known since; and each night's figures are kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import figure_prints, response_cells, response_past, responses
from data.models.response_figures import ResponseBook, ResponsePast
from data.responses import Period
from data.store import Store
from services.inbox import marks
from services.inbox.conversation import conversation
from services.response_time import behind, counting, period, prints, reading, views
from services.response_time.shapes import Wanted
from services.rules.response_cells import Fact
from services.rules.response_time import to_json
from tests.desks import ORDERS, Desk, ask, copy
from tests.responses import DAY, HOUR, NOW, clear, fact, fill, learn, put, some

LONG = Period(NOW - 100 * DAY, NOW + DAY)


@pytest.fixture(scope="module")
def kept(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples, which is emptied each time."""
    file = tmp_path_factory.mktemp("known") / "within24.db"
    file.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    yield store
    store.close()


def seen(facts: list[Fact]) -> dict[int, tuple[Any, ...]]:
    return {f.message_id: f[2:11] for f in facts}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 14))
def test_whatever_became_known_when_every_past_moment_can_be_looked_at_again(
    kept: Store, seed: int, steps: int
) -> None:
    r = random.Random(seed)
    start = NOW - 30 * DAY
    believed: dict[int, Fact] = {}
    books: list[tuple[datetime, dict[int, tuple[Any, ...]]]] = []
    with kept.write() as session:
        clear(session)
        response_past.begin(session, now=start)
        for step in range(1, steps + 1):
            moment = start + step * DAY
            # New mail, an answer, an answer taken back, another agent, a message that is no buyer's after all.
            news = [fact(10 * step + k, moment - r.random() * 2 * DAY, None) for k in range(r.randrange(3))]
            put(session, news, imported=lambda _, moment=moment: moment)
            believed |= {f.message_id: f for f in news}
            for one in r.sample(sorted(believed.values()), min(len(believed), r.randrange(4))):
                took, by = r.choice((None, 1, 30)), r.choice(("reply", "no_response_needed"))
                believed[one.message_id] = fact(one.message_id, one.sent_at, took, by=by, hidden=r.random() < 0.1,
                                                marketplace=r.choice(("DE", "US")))  # fmt: skip
            gone = [n for n in believed if r.random() < 0.05]
            tickets = {f.ticket_id for f in believed.values()}
            for n in gone:
                del believed[n]
            rows = [{k: v for k, v in f._asdict().items() if k != "first"} for f in believed.values()]
            response_past.replace(session, tickets, rows, now=moment)
            books.append((moment, seen(list(believed.values()))))
        for moment, expected in books:
            for later in (timedelta(0), 5 * HOUR):
                found = reading.known(session, LONG, moment + later)
                assert len(found) == len({f.message_id for f in found})
                assert seen(found) == expected
        assert reading.known(session, LONG, start) == []


def story(desk: Desk) -> list[tuple[datetime, dict[str, Any]]]:
    """Mail that arrives late, an answer that is learned late, marks made and taken back; the figures after each."""
    told = []
    boss = desk.supervisor()
    first, last = (NOW - 4 * DAY).date(), NOW.date()

    def figures(now: datetime) -> None:
        with desk.store.read() as session:
            told.append((now, to_json(period.metrics(session, start=first, end=last, as_of=now))))

    def ticket(subject: str) -> tuple[int, int]:
        found = next(row for row in desk.rows("tickets", now) if row["order_id"] == subject)
        opened = conversation(desk.store, found["id"], now=now)
        assert opened is not None
        return found["id"], opened.version

    now = NOW - 3 * DAY
    desk.read(ask(1, now - 2 * HOUR, order=ORDERS[1]), ask(2, now - 3 * HOUR, order=ORDERS[2]), now=now)
    figures(now)
    now += 6 * HOUR
    marks.no_response_needed(desk.store, *ticket(ORDERS[2]), actor=boss, now=now)
    figures(now)
    now += 20 * HOUR
    desk.read(ask(3, now - 26 * HOUR, order=ORDERS[3]), now=now)
    figures(now)
    now += 2 * HOUR
    shown = conversation(desk.store, ticket(ORDERS[2])[0], now=now)
    assert shown is not None
    (mark,) = [each for each in shown.marks if each.kind == "no_response_needed"]
    marks.undo_mark(desk.store, *ticket(ORDERS[2]), actor=boss, now=now, mark_id=mark.id)
    figures(now)
    now += 9 * HOUR
    desk.read(copy(1, now - 30 * HOUR, order=ORDERS[1]), now=now)
    figures(now)
    now += HOUR
    marks.answered(desk.store, *ticket(ORDERS[3]), actor=boss, now=now, at=now - 5 * HOUR)
    figures(now)
    return told


def test_the_desk_finds_the_figures_of_every_earlier_moment_again(every_desk: Desk) -> None:
    told = story(every_desk)
    first, last = (NOW - 4 * DAY).date(), NOW.date()
    with every_desk.store.read() as session:
        for moment, then in told:
            again = period.metrics(session, start=first, end=last, as_of=moment, known_at=moment)
            assert to_json(again) == then
        as_known_now = [to_json(period.metrics(session, start=first, end=last, as_of=at)) for at, _ in told]
    assert [now == then for now, (_, then) in zip(as_known_now, told, strict=True)] != [True] * len(told)


def test_a_store_of_before_works_out_what_was_known_from_its_mail_and_marks(every_desk: Desk) -> None:
    now = NOW - 2 * DAY
    every_desk.read(ask(1, now - 2 * HOUR, order=ORDERS[1]), ask(2, now - 2 * HOUR, order=ORDERS[2]), now=now)
    every_desk.read(copy(1, now - HOUR, order=ORDERS[1]), now=now + 5 * HOUR)
    boss, store = every_desk.supervisor(), every_desk.store
    message = next(row for row in every_desk.messages() if row["order_id"] == ORDERS[2])
    marks.mark_message(store, message["id"], actor=boss, now=now + 7 * HOUR, answered_at=now + HOUR)
    with store.write() as session:
        # As it came from the version before, which kept nothing of this.
        session.query(ResponsePast).delete()
        session.query(ResponseBook).delete()
        session.add(ResponseBook(name=response_past.BOOK, at=NOW))
    first, last = now.date() - DAY, now.date()
    with store.read() as session:
        answered = [
            period.metrics(session, start=first, end=last, as_of=at, known_at=at).total.answered_within_24h
            for at in (now + 4 * HOUR, now + 5 * HOUR, now + 6 * HOUR, now + 7 * HOUR)
        ]
    assert answered == [0, 1, 1, 2]


@pytest.fixture
def told(kept: Store) -> Store:
    """A message that everybody knew, one that arrived a day late, and an answer that was learned a day late."""
    with kept.write() as session:
        clear(session)
        response_past.begin(session, now=NOW - 9 * DAY)
        early = [fact(1, NOW - 2 * DAY, 1), fact(2, NOW - 2 * DAY)]
        put(session, early)
        learn(session, early, now=NOW - 2 * DAY + 2 * HOUR)
        late = [fact(3, NOW - 2 * DAY, marketplace="US")]
        put(session, late, imported=lambda _: NOW - HOUR)
        learn(session, late, now=NOW - HOUR)
        learn(session, [fact(2, NOW - 2 * DAY, 3)], now=NOW - HOUR)
    return kept


def test_late_mail_is_in_the_figures_as_known_now_and_named(told: Store) -> None:
    day, as_of = (NOW - 2 * DAY).date(), NOW - DAY
    now = period.of_period(told, start=day, end=day, now=NOW, as_of=as_of)
    then = period.of_period(told, start=day, end=day, now=NOW, as_of=as_of, known_at=as_of)
    assert (now.total.messages, now.total.answered_within_24h, now.late_news) == (3, 2, 2)
    assert (then.total.messages, then.total.answered_within_24h, then.late_news) == (2, 1, 2)
    with told.read() as session:
        assert period.late_news(session, Wanted(day, day, as_of)) == [2, 3]


def test_the_messages_behind_a_figure_are_those_known_then(told: Store) -> None:
    day, as_of = (NOW - 2 * DAY).date(), NOW - DAY
    wanted = Wanted(day, day, as_of, known_at=as_of)
    lines, more = behind.behind(told, wanted, behind.Behind())
    assert [(line.message_id, line.group) for line in lines] == [(2, "pending"), (1, "within")]
    assert more is None
    assert shown_groups(told, wanted) == {"DE": 2}
    assert shown_groups(told, Wanted(day, day, as_of)) == {"DE": 2, "US": 1}


def shown_groups(store: Store, wanted: Wanted) -> dict[str, int]:
    return {name: n.messages for name, n in views.groups(store, wanted, "marketplace").rows}


def test_a_fingerprint_is_made_once_a_night_and_any_later_replay_gives_the_same(told: Store) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert not prints.keep(told, now=midnight + timedelta(minutes=5))
    assert prints.keep(told, now=midnight + timedelta(minutes=11))
    assert not prints.keep(told, now=midnight + HOUR)
    with told.write() as session:
        fill(session, [fact(7, NOW - 3 * DAY, 2)])
        session.connection().exec_driver_sql(
            "update message set imported_at = '2026-11-22 08:00:00.000000' where id = 7"
        )
    assert prints.keep(told, now=midnight + DAY + HOUR)
    second, first = prints.replays(told, nights=5)
    assert (first.as_of, first.same, first.differ) == (midnight, True, ())
    assert first.late_news == (2, 3, 7)
    assert (second.same, second.late_news) == (True, ())


def test_a_changed_past_is_noticed_and_the_figures_that_differ_are_named(told: Store) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    prints.keep(told, now=midnight + HOUR)
    with told.write() as session:
        session.connection().exec_driver_sql(
            "update response set answered_at = null, answered_by = null where message_id = 1"
        )
    (found,) = prints.replays(told, nights=1)
    assert not found.same
    assert "answered_within_24h" in found.differ


def test_a_changed_fingerprint_breaks_the_chain(told: Store) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    for n in range(3):
        assert prints.keep(told, now=midnight + n * DAY + HOUR)
    with told.read() as session:
        assert figure_prints.first_broken(session) is None
    with told.write() as session:
        row = figure_prints.at(session, midnight + DAY)
        assert row is not None
        row.figures = {**row.figures, "late": 77}
    with told.read() as session:
        assert figure_prints.first_broken(session) == midnight + DAY


def test_both_databases_say_the_same_of_what_was_known_and_what_is_behind_it(every_store: Store) -> None:
    facts = some(random.Random(5), 40)
    with every_store.write() as session:
        response_past.begin(session, now=NOW - 40 * DAY)
        put(session, facts)
        learn(session, [f._replace(answered_at=None, answered_by=None, agent=None) for f in facts], now=NOW - DAY)
        learn(session, facts, now=NOW - HOUR)
        assert seen(reading.known(session, LONG, NOW)) == seen(facts)
        unanswered = reading.known(session, LONG, NOW - 2 * HOUR)
        assert {f.answered_at for f in unanswered} == {None}
    assert counting.recount(every_store, now=NOW) > 10
    assert prints.keep(every_store, now=NOW)
    wanted = Wanted((NOW - 25 * DAY).date(), NOW.date(), NOW)
    total = views.overview(every_store, wanted).total
    late, _ = behind.behind(every_store, wanted, behind.Behind("late"), limit=100)
    assert len(late) == total.late
    for bar, n in enumerate(views.overview(every_store, wanted).bars):
        assert len(behind.behind(every_store, wanted, behind.Behind(bar=bar), limit=100)[0]) == n
    with every_store.read() as session:
        assert counting.wrong(session, response_cells.all_days(session)) == []
        hours = response_cells.arrivals(session, NOW - 25 * DAY, NOW + DAY)
        assert sum(hours.values()) == total.messages == len(list(responses.pairs(session, *wanted.span)))


def test_a_store_of_before_counts_its_history_at_the_next_sync(desk: Desk) -> None:
    desk.read(ask(1, NOW - 2 * DAY, order=ORDERS[1]), copy(1, NOW - DAY, order=ORDERS[1]), ask(2, NOW - 40 * DAY))
    days = {(NOW - 2 * DAY).date(), (NOW - 40 * DAY).date()}
    with desk.store.read() as session:
        assert set(response_cells.all_days(session)) == days
        assert response_past.kept_since(session) == NOW
    with desk.store.write() as session:
        response_cells.forget(session)
        session.query(ResponseBook).delete()
    desk.sync(NOW + HOUR)
    with desk.store.read() as session:
        assert set(response_cells.all_days(session)) == days
        assert counting.wrong(session, sorted(days)) == []
        assert response_past.kept_since(session) == NOW + HOUR
