"""The Inbox by exposure: what drove it on each row, pages that follow each other, and nothing that starves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.models.forecast import TicketExposure
from services import people
from services.inbox import exposure, queue
from services.inbox.shapes import Filters
from tests.desks import HOUR, NOW, ORDERS, Desk, ask, copy

BY_EXPOSURE = Filters(order="exposure")


@pytest.fixture
def shop(every_desk: Desk) -> Desk:
    """Ticket 1 is due in two hours; 2 has asked three times; 3 to 6 are calm; 7 was answered."""
    asked = [ask(n, NOW - (22 if n == 1 else 10 - n) * HOUR, order=ORDERS[n]) for n in range(1, 8)]
    again = [ask(20 + n, NOW - HOUR, order=ORDERS[2], t="A0THREAD000002") for n in range(2)]
    every_desk.read(*asked, *again, copy(7, NOW - HOUR, order=ORDERS[7]))
    return every_desk


def rows(desk: Desk, filters: Filters = BY_EXPOSURE, **more: Any) -> queue.Page:
    return queue.queue(desk.store, filters, now=NOW, actor=people.local_person(desk.store), **more)


def orders(page: queue.Page) -> list[str | None]:
    return [row.order_id for row in page.rows]


def test_what_is_due_soon_comes_first_and_then_what_exposes_most(shop: Desk) -> None:
    found = rows(shop)
    assert orders(found)[:2] == [ORDERS[1], ORDERS[2]]
    assert set(orders(found)) == {ORDERS[n] for n in range(1, 7)}
    assert "3 messages wait" in found.rows[1].why
    assert rows(shop, Filters()).rows[0].why == ()


def test_pages_follow_each_other_both_ways(shop: Desk) -> None:
    whole = orders(rows(shop))
    first = rows(shop, limit=2)
    second = rows(shop, limit=2, mark=first.next)
    third = rows(shop, limit=2, mark=second.next)
    assert orders(first) + orders(second) + orders(third) == whole
    assert third.next is None
    assert orders(rows(shop, limit=2, mark=third.previous, backwards=True)) == orders(second)


def test_what_came_in_since_the_last_ranking_is_not_missed(shop: Desk) -> None:
    with shop.store.write() as session:
        session.delete(session.scalars(select(TicketExposure).limit(1)).one())
    assert len(rows(shop).rows) == 6


def test_who_was_answered_loses_the_rank_with_the_next_sync(shop: Desk) -> None:
    shop.read(copy(2, NOW, order=ORDERS[2]))
    assert ORDERS[2] not in orders(rows(shop))
    with shop.store.read() as session:
        assert len(session.scalars(select(TicketExposure)).all()) == 5
    assert exposure.refresh(shop.store, now=NOW) == 5


def test_a_tag_keeps_its_own_order(shop: Desk, tmp_path: Path) -> None:
    assert rows(shop, Filters(order="exposure", tag="none")).rows == ()
