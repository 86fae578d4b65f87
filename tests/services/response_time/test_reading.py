"""Counted days, live messages and a brute force say the same: any period and zone, as of any time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import response_cells
from data.store import Store
from services.response_time import counting, reading, views
from services.response_time.shapes import Wanted
from services.rules import response_days
from services.rules.response_cells import Fact, fate, name_on
from tests.pages.conftest import statements
from tests.responses import DAY, HOUR, NOW, brute, clear, fact, fill, learn, put, shown, some

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
LEVELS = ("all", "hour", "marketplace", "agent", "kind", "language", "turn")


@pytest.fixture(scope="module")
def kept(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples, which is emptied each time."""
    file = tmp_path_factory.mktemp("responses") / "within24.db"
    file.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    yield store
    store.close()


def near(expected: dict[str, object]) -> dict[str, object]:
    return {k: pytest.approx(v, abs=1e-4) if isinstance(v, float) else v for k, v in expected.items()}


def check(store: Store, facts: list[Fact], wanted: Wanted) -> None:
    """Total, every group, every local day and every hour of the week against the brute force."""
    start, end = wanted.span
    mine = [f for f in facts if wanted.marketplace in (None, f.marketplace)]
    with store.read() as session:
        found = reading.read(session, wanted, LEVELS)
        total = reading.of(reading.total(found), found.waiting, wanted.as_of)
        grouped = {level: reading.group(found, level) for level in LEVELS if level not in ("all", "hour")}
    assert shown(total) == near(brute(mine, start, end, wanted.as_of))
    for level, named in grouped.items():
        members: dict[str, list[Fact]] = {}
        for one in mine:
            now = fate(one, wanted.as_of) if start <= one.sent_at < end else ""
            if now and (level != "agent" or now in ("within", "late")):
                members.setdefault(name_on(level, one), []).append(one)
        assert {name: shown(n) for name, n in named.items()} == {
            name: near(brute(each, start, end, wanted.as_of)) for name, each in members.items()
        }
    for by in ("day", "week"):
        for name, numbers in views.days_of(found, by):
            each = [f for f in mine if response_days.bucket(f.sent_at, wanted.zone, by) == name]
            assert shown(numbers) == near(brute(each, start, end, wanted.as_of)), (by, name)
    for slot, numbers in views.week(store, wanted).items():
        each = [f for f in mine if response_days.bucket(f.sent_at, wanted.zone, "slot") == slot]
        assert shown(numbers) == near(brute(each, start, end, wanted.as_of)), slot


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.sampled_from(ZONES), st.integers(0, 9), st.integers(0, 12),
       st.sampled_from((0, 0, 30, 70, 150, 300)))  # fmt: skip
def test_every_figure_agrees_with_the_brute_force(
    kept: Store, seed: int, zone: str, back: int, days: int, hours: int
) -> None:
    r = random.Random(seed)
    facts = some(r, r.choice((0, 60, 60)))
    with kept.write() as session:
        clear(session)
        fill(session, facts)
    counting.recount(kept, now=NOW, most=r.choice((3, 100, 100)))
    # After counting, some answers come in: their days are counted live.
    facts = [_answered(f) if f.message_id < 4 and f.answered_at is None else f for f in facts]
    with kept.write() as session:
        learn(session, facts)
    last = (NOW - back * DAY).date()
    moment = NOW - hours * HOUR
    place = r.choice((None, "DE"))
    wanted = Wanted(last - days * DAY, last, moment, ZoneInfo(zone), marketplace=place)
    check(kept, facts, wanted)
    with kept.read() as session:
        assert counting.wrong(session, response_cells.all_days(session)) == []


@pytest.mark.parametrize("narrow", [{"agent": "Ana"}, {"agent": ""}, {"kind": "amazon_cs_message"}, {"language": ""},
                                    {"account": "acme"}, {"account": "other"}])  # fmt: skip
def test_any_narrowing_agrees_with_the_brute_force(kept: Store, narrow: dict[str, str]) -> None:
    facts = some(random.Random(7), 60)
    with kept.write() as session:
        clear(session)
        fill(session, facts)
    counting.recount(kept, now=NOW)
    ((name, value),) = narrow.items()
    mine = [f for f in facts if (getattr(f, name) or "") == value]
    wanted = Wanted((NOW - 20 * DAY).date(), NOW.date(), NOW, **narrow)
    assert shown(views.overview(kept, wanted).total) == near(brute(mine, *wanted.span, NOW))


@pytest.fixture
def counted(kept: Store) -> Store:
    """Ten days of messages, counted."""
    with kept.write() as session:
        clear(session)
        fill(session, [fact(n, NOW - n * DAY, 5) for n in range(1, 11)])
    counting.recount(kept, now=NOW)
    return kept


def week(**more: object) -> Wanted:
    return replace(Wanted((NOW - 9 * DAY).date(), NOW.date(), NOW), **more)


def test_counted_days_are_read_instead_of_messages(counted: Store) -> None:
    with counted.read() as session:
        found = reading.read(session, week(), ("all",))
    assert (len(found.raw), found.rows, len(found.days)) == (0, 9, 9)


def test_a_change_makes_only_its_own_day_live_until_it_is_counted_again(counted: Store) -> None:
    with counted.write() as session:
        learn(session, [fact(3, NOW - 3 * DAY, 30)])
    with counted.read() as session:
        found = reading.read(session, week(), ("all",))
    assert [f.message_id for f in found.raw] == [3]
    assert counting.recount(counted, now=NOW) == 1
    with counted.read() as session:
        assert reading.read(session, week(), ("all",)).raw == []
        assert counting.wrong(session, response_cells.all_days(session)) == []


def test_writing_the_same_again_changes_no_day(counted: Store) -> None:
    with counted.write() as session:
        learn(session, [fact(n, NOW - n * DAY, 5) for n in range(1, 11)], now=NOW)
    assert counting.recount(counted, now=NOW) == 0


def test_an_earlier_message_makes_the_later_ones_of_its_ticket_next(counted: Store) -> None:
    late = fact(99, NOW - 8 * DAY, 5, ticket=3)
    with counted.write() as session:
        put(session, [fact(99, NOW - 8 * DAY, 5, ticket=500)])
        learn(session, [late, fact(3, NOW - 3 * DAY, 5, first=False)])
    counting.recount(counted, now=NOW)
    with counted.read() as session:
        assert counting.wrong(session, response_cells.all_days(session)) == []
        turns = reading.group(reading.read(session, week(), ("turn",)), "turn")
    assert turns["next"].messages == 1


def test_history_is_counted_the_newest_days_first_and_no_day_is_left_out(kept: Store) -> None:
    with kept.write() as session:
        clear(session)
        fill(session, [fact(n, NOW - n * 3 * DAY, 5) for n in range(1, 9)])
    assert counting.recount(kept, now=NOW, most=5) == 5
    with kept.write() as session:
        # A late mail about a day that history has not reached yet.
        learn(session, [fact(8, NOW - 24 * DAY, 7)])
    assert counting.recount(kept, now=NOW, most=2) == 2
    assert counting.recount(kept, now=NOW, most=9) == 1
    with kept.read() as session:
        assert len(response_cells.all_days(session)) == 8
        assert counting.wrong(session, response_cells.all_days(session)) == []


def test_the_check_names_a_day_whose_cells_were_tampered_with(counted: Store) -> None:
    day = (NOW - 4 * DAY).date()
    with counted.write() as session:
        session.connection().exec_driver_sql("update response_cell set late = late + 1 where day = ?", (str(day),))
    with counted.read() as session:
        assert counting.wrong(session, response_cells.all_days(session)) == [day]
    nights = [counting.mend(counted, now=NOW + n * DAY) for n in range(30)]
    assert [found for found in nights if found] == [[day]]
    with counted.read() as session:
        assert counting.wrong(session, response_cells.all_days(session)) == []


def test_ten_days_and_hundreds_of_messages_a_day_cost_the_same_number_of_statements(counted: Store) -> None:
    def cost() -> int:
        with statements(counted) as seen:
            views.overview(counted, week())
            views.trend(counted, week(), "day")
            views.groups(counted, week(), "agent")
            views.backlog(counted, week())
        return len(seen)

    before = cost()
    many = [fact(1000 + n, NOW - timedelta(minutes=20 * n), 5) for n in range(600)]
    with counted.write() as session:
        fill(session, many)
    counting.recount(counted, now=NOW)
    assert cost() == before


def test_a_marketplace_that_was_added_in_mid_period_has_only_its_own_days(counted: Store) -> None:
    with counted.write() as session:
        fill(session, [fact(50, NOW - 2 * DAY, 30, marketplace="SE")])
    found = dict(views.trend(counted, week(marketplace="SE"), "day"))
    assert {day: n.messages for day, n in found.items() if n.messages} == {(NOW - 2 * DAY).date(): 1}


def test_a_period_without_messages_has_all_its_days_and_no_rate(kept: Store) -> None:
    with kept.write() as session:
        clear(session)
    wanted = Wanted(date(2026, 1, 1), date(2026, 1, 3), NOW)
    found = views.overview(kept, wanted)
    assert (found.total.messages, found.total.late_response_rate, found.house.rate) == (0, None, None)
    assert [n.messages for _, n in views.trend(kept, wanted, "day")] == [0, 0, 0]
    assert views.groups(kept, wanted, "agent").rows == ()
    assert sum(views.overview(kept, wanted).bars) == 0
    assert len(views.backlog(kept, wanted)) == 3


def test_the_day_of_a_clock_change_has_25_hours(kept: Store) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 24, 22, 0, tzinfo=NOW.tzinfo)
    facts = [fact(n, first + n * HOUR, 1) for n in range(-1, 26)]
    facts = [f._replace(message_id=n + 1, ticket_id=n + 1) for n, f in enumerate(facts)]
    with kept.write() as session:
        clear(session)
        fill(session, facts)
    counting.recount(kept, now=NOW)
    day = date(2026, 10, 25)
    found = dict(views.trend(kept, Wanted(day - DAY, day + DAY, NOW, berlin), "day"))
    assert [n.messages for n in found.values()] == [1, 25, 1]
    assert views.week(kept, Wanted(day, day, NOW, berlin))[6, 2].messages == 2


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(0, 9))
def test_the_backlog_agrees_with_counting_at_each_midnight(kept: Store, seed: int, days: int) -> None:
    facts = some(random.Random(seed), 30, days=25)
    with kept.write() as session:
        clear(session)
        fill(session, facts)
    counting.recount(kept, now=NOW)
    with kept.write() as session:
        session.connection().exec_driver_sql(
            "insert into response_stale (day) values (?)", (str((NOW - 3 * DAY).date()),)
        )
    wanted = Wanted((NOW - days * DAY).date(), NOW.date(), NOW)
    for waiting in views.backlog(kept, wanted):
        end = datetime(waiting.day.year, waiting.day.month, waiting.day.day, tzinfo=NOW.tzinfo) + DAY
        ages = [end - f.sent_at for f in facts if _waits(f, end)]
        limits = (12 * HOUR, 24 * HOUR, 72 * HOUR)
        expected = [sum(sum(age > limit for limit in limits) == n for age in ages) for n in range(4)]
        assert list(waiting.ages) == expected, waiting.day


def _waits(one: Fact, end: datetime) -> bool:
    now = fate(one, NOW)
    is_answered = now in ("within", "late") and one.answered_at is not None and one.answered_at <= end
    return bool(now) and one.sent_at <= end and not is_answered


def _answered(one: Fact) -> Fact:
    later = min(one.sent_at + 3 * HOUR, NOW)
    return one._replace(answered_at=later, answered_by="reply", agent="Bo", hidden=False)
