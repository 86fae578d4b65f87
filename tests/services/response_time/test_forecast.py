"""The forecast from the store: learned once a day, shown only where it is better, each ticket with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from data import forecasts
from data.models.derived import Response
from data.store import Store, table_of
from services import people, team
from services.response_time import forecast
from services.rules.forecast import Clock
from tests.pages.conftest import statements
from tests.responses import DAY, HOUR, NOW, fact, fill
from tests.services.rules.test_backtest import a_team


def keep_waits(store: Store, clocks: tuple[Clock, ...]) -> None:
    """The past as responses, and the tickets that wait now with everything that a list shows of them."""
    rows = [
        {"message_id": 10_000 + n, "ticket_id": 10_000 + n, "account": "acme", "marketplace": "DE",
         "kind": "buyer_message", "sent_at": clock.since, "answered_at": clock.answered_at,
         "answered_by": "reply", "hidden": False}
        for n, clock in enumerate(clocks) if clock.answered_at and clock.answered_at <= NOW
    ]  # fmt: skip
    open_ = [clock for clock in clocks if not clock.answered_at or clock.answered_at > NOW]
    with store.write() as session:
        session.execute(insert(table_of(Response)), rows)
        fill(session, [fact(n, clock.since) for n, clock in enumerate(open_, 1)])


@pytest.fixture(scope="module")
def taught(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with 24 weeks of a team that does not work at night and on Sundays, and has learned from them."""
    file = tmp_path_factory.mktemp("forecast") / "within24.db"
    file.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    team.change(store, actor=people.local_person(store), now=NOW - 200 * DAY, zone="Europe/Berlin")
    keep_waits(store, a_team())
    assert forecast.learn(store, now=NOW)
    yield store
    store.close()


def test_nothing_is_foretold_before_the_sync_has_learned(store: Store) -> None:
    assert forecast.outlook(store, now=NOW).scores is None
    assert forecast.learn(store, now=NOW)
    found = forecast.outlook(store, now=NOW)
    assert (found.is_shown, found.weeks, found.tickets) == (False, 0, ())


def test_it_is_learned_once_a_day_and_when_the_zone_changes(taught: Store) -> None:
    assert not forecast.learn(taught, now=NOW + HOUR)
    assert not forecast.learn(taught, now=NOW + 23 * HOUR)
    assert forecast.learn(taught, now=NOW - HOUR)
    assert forecast.learn(taught, now=NOW + 23.5 * HOUR)
    assert forecast.learn(taught, now=NOW)


def test_on_a_sunday_the_tickets_of_the_night_are_named_with_what_stands_before_them(taught: Store) -> None:
    found = forecast.outlook(taught, now=NOW)
    assert found.is_shown
    assert [each.chance for each in found.tickets] == sorted((each.chance for each in found.tickets), reverse=True)
    worst = found.tickets[0]
    assert worst.chance > 0.5
    assert worst.row.due_at is None or worst.row.due_at > NOW
    assert worst.look.fits < worst.look.before + 1
    assert found.waiting >= len(found.tickets) > 0


def test_what_is_expected_lies_in_its_range_and_absence_costs(taught: Store) -> None:
    today, tomorrow = forecast.outlook(taught, now=NOW).days
    assert (today.day.isoformat(), tomorrow.day.isoformat()) == ("2026-11-22", "2026-11-23")
    for day in (today, tomorrow):
        assert day.low <= day.expected <= day.high
    absences = forecast.outlook(taught, now=NOW).absences
    assert len(absences) == 7
    assert all(each.more >= 0 for each in absences)
    by_weekday = {each.day.weekday(): each.more for each in absences}
    assert by_weekday[6] <= 1
    assert by_weekday[2] > 5


def test_it_costs_the_same_statements_with_one_waiting_ticket_and_with_many(taught: Store, store: Store) -> None:
    forecast.learn(store, now=NOW)
    with taught.read() as session, store.write() as target:
        held = forecasts.learned(session, forecast.NAME)
        assert held
        forecasts.keep(target, forecast.NAME, at=NOW, zone=held.zone, values=held.values)
        fill(target, [fact(1, NOW - HOUR)])
    with statements(store) as few:
        forecast.outlook(store, now=NOW)
    with statements(taught) as many:
        forecast.outlook(taught, now=NOW)
    assert len(few) == len(many) <= 6
