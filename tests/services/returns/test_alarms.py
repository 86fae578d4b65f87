"""Bad batches from the store: noticed once, kept up to date, looked at by people, and ended by themselves."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from data import journal
from data.store import Store
from services import people
from services.errors import Stale
from services.people import Person
from services.returns import alarms
from tests.desks import DAY, NOW, Desk, ask
from tests.returned import fba, item, order, order_id, put

ANA = Person("Ana", "agent", False, None)
WEEK = timedelta(days=7)
MONDAY = NOW - 6 * DAY
"""Of the week that is not over yet; the last whole week begins a week before."""


def sell(store: Store, weeks: int = 30, each: int = 20, sku: str = "NL-1") -> None:
    """So many orders in each of the last weeks; order 1 is the newest."""
    numbers = count(1)
    made = [(next(numbers), MONDAY - (week + 1) * WEEK + DAY) for week in range(weeks) for _ in range(each)]
    put(store, *(row for n, at in made for row in (order(n, at), item(n, at, sku=sku))))


def bring_back(store: Store, per_week: int, first_week: int, weeks: int, start: int) -> None:
    """Returns of orders from no. `start` on, so many in each of some weeks (0 is the last whole one)."""
    numbers = count(start)
    put(store, *(fba(next(numbers), MONDAY - (week + 1) * WEEK + 2 * DAY)
                 for week in range(first_week, first_week + weeks) for _ in range(per_week)))  # fmt: skip


@pytest.fixture
def shop(store: Store) -> Store:
    """Two returns a week are usual; in the last whole week there were eighteen."""
    people.add(store, "Ana", "agent", actor=people.local_person(store), now=NOW)
    sell(store)
    bring_back(store, 2, 1, 28, start=200)
    bring_back(store, 18, 0, 1, start=1)
    assert alarms.judge_all(store, now=NOW) == 1
    return store


def test_a_bad_week_is_noticed_once_with_its_numbers(shop: Store) -> None:
    (found,) = alarms.alarms(shop)
    assert (found.kind, found.sku, found.hits, found.weeks) == ("returns", "NL-1", 18, 1)
    assert found.expected == pytest.approx(2, abs=0.3)
    assert found.since == (MONDAY - WEEK).date()
    assert alarms.judge_all(shop, now=NOW + DAY / 2) == 1
    assert len(alarms.alarms(shop)) == 1


def test_somebody_looks_and_takes_it_back_and_a_stale_look_is_refused(shop: Store) -> None:
    (found,) = alarms.alarms(shop)
    newer = alarms.look_at(shop, found.id, found.version, actor=ANA, now=NOW)
    with pytest.raises(Stale):
        alarms.look_at(shop, found.id, found.version, actor=ANA, now=NOW)
    with shop.read() as session:
        assert alarms.waiting(session, limit=5) == ()
        assert journal.of_object(session, f"batch_alarm:{found.id}")[0].actor == "Ana"
    assert alarms.alarms(shop)[0].seen_by == "Ana"
    alarms.look_at(shop, found.id, newer, actor=ANA, now=NOW, seen=False)
    with shop.read() as session:
        assert len(alarms.waiting(session, limit=5)) == 1


def test_it_ends_by_itself_when_the_weeks_are_as_usual_again(shop: Store) -> None:
    sell(shop, weeks=0)
    assert alarms.judge_all(shop, now=NOW + 6 * WEEK) == 0
    assert alarms.alarms(shop) == ()


def test_contacts_stand_out_by_their_reason(desk: Desk) -> None:
    sell(desk.store, each=3)
    last = MONDAY - 3 * DAY
    desk.read(*(ask(n, last, order=order_id(n), alias=f"buyer{n:09}") for n in range(1, 13)), now=NOW)
    (found,) = alarms.alarms(desk.store)
    assert (found.kind, found.sku, found.hits) == ("contacts", "NL-1", 12)
    assert found.reason


def test_a_quiet_shop_has_no_alarms(store: Store) -> None:
    sell(store, weeks=12, each=4)
    bring_back(store, 1, 0, 10, start=1)
    assert alarms.judge_all(store, now=NOW) == 0
