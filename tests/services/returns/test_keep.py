"""The caches of returns: cards in step with every row that comes in, counted weeks that equal a count from scratch."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from data.mirror import Stored
from data.models.amazon import CustomerReturn
from data.models.return_figures import ReasonWeek, ReturnCard, StaleWeek, UnitWeek
from data.models.return_work import ReturnWork
from data.return_cards import Card, mark_stale, monday
from data.store import Store
from services.reports.base import Row
from services.returns import keep
from services.sync import rows
from tests.desks import DAY, NOW
from tests.returned import fba, fbm, item, order, order_id, put, sales

BOUGHT = NOW - 20 * DAY


def cards(store: Store) -> list[ReturnCard]:
    with store.read() as session:
        return list(session.scalars(select(ReturnCard).order_by(ReturnCard.id)))


def weeks(session: Session) -> list[tuple[Any, ...]]:
    units = session.execute(select(*UnitWeek.__table__.columns)).all()
    reasons = session.execute(select(*ReasonWeek.__table__.columns)).all()
    return [*sorted(tuple(row) for row in units), *sorted(tuple(row) for row in reasons)]


def counted(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as session:
        return weeks(session)


def units(store: Store) -> dict[tuple[date, str], tuple[int, int, int]]:
    with store.read() as session:
        found = session.scalars(select(UnitWeek).where(UnitWeek.level == "sku"))
        return {(row.week, row.sku): (row.sold, row.came_back, row.returned) for row in found}


def test_a_return_gets_a_card_with_its_reason_fault_and_sale(store: Store) -> None:
    put(store, order(1, BOUGHT), item(1, BOUGHT), fba(1, NOW - 3 * DAY, reason_raw="SWITCHEROO"))
    (card,) = cards(store)
    assert (card.reason, card.fault, card.sold_at, card.marketplace) == ("switcheroo", "wrong_item", BOUGHT, "US")


def test_an_unknown_reason_code_counts_as_other(store: Store) -> None:
    put(store, fba(1, NOW, reason_raw="CR-ALIEN_ABDUCTION"), fba(2, NOW, reason_raw=None))
    assert [card.reason for card in cards(store)] == ["other", "other"]


def test_an_order_that_comes_after_its_return_explains_it(store: Store) -> None:
    put(store, fba(1, NOW - 3 * DAY))
    (before,) = cards(store)
    assert (before.sold_at, before.marketplace) == (None, None)
    put(store, order(1, BOUGHT, marketplace="DE"), item(1, BOUGHT))
    (after,) = cards(store)
    assert (after.id, after.sold_at, after.marketplace) == (before.id, BOUGHT, "DE")
    assert units(store)[monday(BOUGHT), "NL-1"] == (1, 1, 0)


def test_a_return_without_an_order_counts_by_its_date_only(store: Store) -> None:
    put(store, fba(1, NOW - 3 * DAY))
    assert units(store) == {(monday(NOW - 3 * DAY), "NL-1"): (0, 0, 1)}
    with store.read() as session:
        assert session.scalars(select(UnitWeek.orphans)).all() == [1, 1]


def test_the_same_plate_listed_again_later_is_one_return_that_moved(store: Store) -> None:
    put(store, order(1, BOUGHT), item(1, BOUGHT), fba(1, NOW - 15 * DAY))
    put(store, fba(1, NOW - 1 * DAY))
    put(store, fba(1, NOW - 8 * DAY))
    assert [card.returned_at for card in cards(store)] == [NOW - DAY]
    moved = {key: row for key, row in units(store).items() if row[2]}
    assert moved == {(monday(NOW - DAY), "NL-1"): (0, 0, 1)}


def test_negative_quantities_count_as_nothing(store: Store) -> None:
    put(store, order(1, BOUGHT), item(1, BOUGHT, quantity=-3), fba(1, NOW, quantity=-2))
    assert set(units(store).values()) <= {(0, 0, 0)}


def test_cancelled_orders_and_an_order_told_twice_are_not_sold_twice(store: Store) -> None:
    put(
        store,
        *(order(1, BOUGHT), item(1, BOUGHT, quantity=2), item(1, BOUGHT, source="api", line="61", quantity=2)),
        *(order(2, BOUGHT, status="Cancelled"), item(2, BOUGHT, quantity=5)),
        *(order(3, BOUGHT, channel="fba"), item(3, BOUGHT, source="api", line="62", quantity=1)),
    )
    assert units(store) == {(monday(BOUGHT), "NL-1"): (3, 0, 0)}


def test_an_order_that_is_cancelled_later_is_counted_off(store: Store) -> None:
    put(store, *sales(2, at=BOUGHT))
    put(store, order(2, BOUGHT, status="Cancelled", updated_at=NOW))
    assert units(store)[monday(BOUGHT), "NL-1"] == (1, 0, 0)


def test_what_says_nothing_new_makes_no_week_stale(store: Store) -> None:
    given = [order(1, BOUGHT), item(1, BOUGHT), fba(1, NOW)]
    put(store, *given)
    with store.write() as session:
        rows.store(session, given, NOW)
        assert session.scalars(select(StaleWeek)).all() == []


def test_a_refund_in_the_finances_ends_the_need_for_one(store: Store) -> None:
    put(store, order(1, BOUGHT, channel="fbm"), fbm(1, NOW - 9 * DAY, delivered_at=NOW - DAY))
    assert [card.need for card in cards(store)] == ["refund"]
    money = {"account": "acme", "key": "k1", "kind": "refund", "order_id": order_id(1), "marketplace": "US",
             "posted_at": NOW, "sku": "NL-1", "part": "charge", "type": "Principal", "amount": -4590,
             "currency": "USD", "claim_id": None, "reason": None}  # fmt: skip
    put(store, Row("finance", money))
    assert [(card.need, card.due_at) for card in cards(store)] == [(None, None)]


@pytest.mark.parametrize("seed", [1, 2])
def test_weeks_kept_step_by_step_equal_a_count_from_scratch(every_store: Store, seed: int) -> None:
    random = Random(seed)
    for _ in range(8):
        put(every_store, *(_anything(random) for _ in range(random.randrange(1, 25))))
    kept = counted(every_store)
    with every_store.write() as session:
        for table in (UnitWeek, ReasonWeek):
            session.execute(delete(table))
        mark_stale(session, "acme", {row[1] for row in kept}, now=NOW)
    keep.recount(every_store)
    assert counted(every_store) == kept
    assert len(kept) > 10


@pytest.mark.parametrize("seed", [1, 2])
def test_cards_kept_step_by_step_equal_cards_made_from_what_is_stored(every_store: Store, seed: int) -> None:
    random = Random(seed)
    for _ in range(8):
        put(every_store, *(_anything(random) for _ in range(random.randrange(1, 25))))
    kept = _values(every_store)
    with every_store.write() as session:
        session.execute(delete(ReturnCard))
        ids = [{"account": "acme", "order_id": order_id(n)} for n in range(1, 30)]
        keep.follow(session, {"return": Stored(1, (), ids, exact=False)}, now=NOW)
    assert _values(every_store) == kept
    assert len(kept) > 10


def _values(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as session:
        return [tuple(row) for row in session.execute(select(*ReturnCard.__table__.columns).order_by(ReturnCard.id))]


def test_the_values_of_a_card_stand_in_the_order_of_its_columns() -> None:
    assert Card._fields == tuple(column.name for column in ReturnCard.__table__.columns)


def test_one_batch_of_two_accounts_gives_each_its_own_cards(store: Store) -> None:
    put(store, fba(1, NOW), fba(2, NOW, account="other"), fba(1, NOW, account="other"))
    assert sorted((card.account, card.order_id) for card in cards(store)) == [
        ("acme", order_id(1)), ("other", order_id(1)), ("other", order_id(2))]  # fmt: skip


def _anything(random: Random) -> Row:
    n, at = random.randrange(1, 30), NOW - random.randrange(1, 40) * DAY
    sku = random.choice(("NL-1", "NL-2"))
    return random.choice(
        (
            order(n, NOW - (40 + n % 9) * DAY, status=random.choice(("Shipped", "Cancelled")), updated_at=at),
            item(n, NOW - (40 + n % 9) * DAY, sku=sku, quantity=random.randrange(-1, 4), updated_at=at),
            fba(n, at, sku="NL-1", reason_raw=random.choice(("DEFECTIVE", "SWITCHEROO", "X", None))),
            fbm(n, at, sku="NL-2", state=random.choice(("Approved", "Pending"))),
        )
    )


def test_peoples_work_and_ids_survive_a_rebuild_of_the_mirror(store: Store) -> None:
    put(store, order(1, BOUGHT), fba(1, NOW))
    with store.write() as session:
        work = session.scalars(select(ReturnWork)).one()
        work.state, work.outcome, work.note = "done", "replacement", "sent a new one"
        was = work.id
        session.execute(delete(CustomerReturn))
        session.execute(delete(ReturnCard))
    put(store, fba(1, NOW))
    (card,) = cards(store)
    assert (card.id, card.state, card.outcome) == (was, "done", "replacement")


def test_following_many_returns_costs_as_many_statements_as_following_few(store: Store) -> None:
    few, many = [fba(n, NOW) for n in range(1, 11)], [fba(n, NOW) for n in range(11, 411)]
    assert _cost(store, few) == _cost(store, many)


def _cost(store: Store, given: list[Row]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    put(store, *given)
    for engine in store.engines:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
