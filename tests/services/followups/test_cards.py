"""Follow-ups follow what comes in: orders, money and mail change what is proposed; export and Today show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from data import followup_cards
from data.models.followups import FollowupCard
from data.models.sheets import SheetRow
from data.store import Store
from services import followups, order_story, people
from services.followups import cards, writes
from services.inbox import order_facts
from services.people import Person
from services.reports.base import Row
from services.sync import housekeeping
from services.sync import rows as mirrored
from tests import followups as made
from tests import returned
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy

ANA = Person("Ana", "agent", False, None)


def card(store: Store, n: int = 1) -> FollowupCard:
    with store.read() as session:
        return session.get_one(FollowupCard, n)


def told(store: Store, *rows: Row) -> None:
    with store.write() as session:
        mirrored.store(session, list(rows), NOW)


def refund(amount: int, **more: Any) -> Row:
    usual = {
        "account": "acme", "key": f"r{amount}", "kind": "refund", "order_id": ORDERS[1], "marketplace": "US",
        "posted_at": NOW - HOUR, "sku": None, "part": "charge", "type": "Principal", "amount": -amount,
        "currency": "USD", "claim_id": None, "reason": None,
    }  # fmt: skip
    return Row("finance", usual | more)


def test_an_order_that_is_cancelled_proposes_to_close_its_row_at_once(store: Store) -> None:
    made.put(store, made.row(1, dated=date(2026, 11, 20)))
    assert (card(store).proposal, card(store).marketplace) == (None, None)
    told(store, returned.order(1, NOW - DAY, order_id=ORDERS[1], status="Unshipped", marketplace="DE"))
    assert (card(store).order_status, card(store).marketplace, card(store).proposal) == ("Unshipped", "DE", None)
    told(store, returned.order(1, NOW, order_id=ORDERS[1], status="Cancelled", marketplace="DE"))
    assert card(store).proposal == "cancelled"


def test_an_order_that_was_there_before_its_row_counts_as_well(store: Store) -> None:
    told(store, returned.order(1, NOW, order_id=ORDERS[1], status="Cancelled"))
    made.put(store, made.row(1))
    assert card(store).proposal == "cancelled"


def test_only_all_the_money_closes_a_row(store: Store) -> None:
    made.put(store, made.row(1, dated=date(2026, 11, 20)))
    told(store, returned.order(1, NOW, order_id=ORDERS[1], status="Unshipped", total=4590), refund(1000))
    assert card(store).proposal is None
    told(store, refund(3590))
    assert card(store).proposal == "refunded"


def test_parcels_tell_when_an_order_was_shipped(store: Store) -> None:
    made.put(store, made.row(1, dated=date(2026, 11, 20)))
    parcel = {"carrier": "DHL", "tracking": "1", "shipped_at": (NOW - HOUR).isoformat(), "status": "IN_TRANSIT"}
    broken = {"carrier": None, "shipped_at": "soon"}
    told(store, returned.order(1, NOW, order_id=ORDERS[1], status="SHIPPED", packages=[parcel, broken, "x"]))
    assert (card(store).proposal, card(store).proposed_at) == ("shipped", NOW - HOUR)


def test_our_own_letter_proposes_the_mark_and_the_buyers_answer_the_end(desk: Desk) -> None:
    made.put(desk.store, made.row(1, dated=date(2026, 11, 18)), now=NOW - 4 * DAY)
    desk.read(ask(1, NOW - 3 * DAY, order=ORDERS[1], name="Ana Example", alias="ana1example"))
    assert card(desk.store).ticket_id == desk.only_ticket()["id"]
    desk.read(copy(1, NOW - 2 * DAY, order=ORDERS[1], name="Ana Example"))
    assert card(desk.store).proposal == "written"
    writes.do(desk.store, "accept", 1, 1, actor=ANA, now=NOW, code="written")
    assert (card(desk.store).state, card(desk.store).contacted_at) == ("contacted", NOW - 2 * DAY)
    desk.read(ask(2, NOW - DAY, order=ORDERS[1], t="A0THREAD000001", name="Ana Example", alias="ana1example"))
    assert card(desk.store).proposal == "answered"
    writes.do(desk.store, "accept", 1, 2, actor=ANA, now=NOW)
    assert card(desk.store).state == "resolved"


def test_seven_silent_days_are_noticed_by_the_daily_chores(store: Store) -> None:
    made.put(store, made.row(1))
    writes.do(store, "contacted", 1, 1, actor=ANA, now=NOW)
    housekeeping.tidy(store, NOW + 6 * DAY)
    assert card(store).proposal is None
    housekeeping.tidy(store, NOW + 8 * DAY + HOUR)
    assert card(store).proposal == "silent"
    writes.do(store, "refuse", 1, 2, actor=ANA, now=NOW + 9 * DAY, code="silent")
    with store.write() as session:
        assert cards.catch_up(session, now=NOW + 9 * DAY) == 0


def test_cards_that_were_dropped_are_made_anew_by_the_daily_chores(store: Store) -> None:
    made.put(store, made.row(1), made.row(2))
    writes.do(store, "assign", 2, 1, actor=ANA, now=NOW)
    with store.write() as session:
        session.query(FollowupCard).delete()
    housekeeping.tidy(store, NOW)
    assert card(store, 2).owner == "Ana"


def test_a_row_that_the_mirror_lost_leaves_the_list_and_its_work_stays(store: Store) -> None:
    made.put(store, made.row(1))
    writes.do(store, "assign", 1, 1, actor=ANA, now=NOW)
    with store.write() as session:
        session.query(SheetRow).delete()
        cards.told_by_sheets(session, [("acme", made.SHEET, made.key(1))], now=NOW)
        assert not followup_cards.any_there(session)
    made.put(store, made.row(1))
    assert card(store).owner == "Ana"


def test_nobody_pays_for_follow_ups_that_are_not_there(store: Store) -> None:
    with store.write() as session, seen(store) as statements:
        cards.told_of_orders(session, [("acme", order) for order in ORDERS], now=NOW)
        cards.told_of_orders(session, [("acme", None)], now=NOW)
        cards.told_by_sheets(session, [], now=NOW)
    assert len([each for each in statements if "followup" in each]) == 1


def test_ten_rows_cost_as_many_statements_as_two_thousand(store: Store) -> None:
    costs = []
    for start, many in ((0, 10), (10, 2000)):
        rows = [made.row(n, order_id=f"114-{n:07}-7770009") for n in range(start, start + many)]
        with store.write() as session:
            session.add_all(SheetRow(**row) for row in rows)
            session.flush()
            with seen(store) as statements:
                keys = [("acme", made.SHEET, row["row_key"]) for row in rows]
                cards.told_by_sheets(session, keys, now=NOW)
            costs.append(len(statements))
    assert costs[0] == costs[1] <= 10


def test_the_exported_row_has_what_is_promised_and_no_person_in_it(desk: Desk) -> None:
    made.put(desk.store, made.row(1, dated=date(2026, 11, 20)))
    made.put(desk.store, made.row(2, contacted=True, contacted_text="yes", contact_day=date(2026, 11, 21), agent="Bo"))
    desk.read(ask(1, NOW - HOUR, order=ORDERS[1]))
    first, second = desk.rows("followups")
    assert {name: first[name] for name in list(first)[:11]} == {
        "account": "acme", "sheet": made.SHEET, "kind": "shipping_info_missing", "row_key": made.key(1),
        "order_id": ORDERS[1], "ticket_id": desk.only_ticket()["id"], "due_at": "2026-11-24T08:00:00Z",
        "contacted_at": None, "contacted_by": None, "state": "to_contact",
        "cells": {"Order ID": ORDERS[1], "Date": "2026-11-20", "Item": "Lamp", "Contacted": "", "Contact date": "",
                  "Agent": "", "Notes": ""},
    }  # fmt: skip
    assert (second["state"], second["contacted_at"], second["contacted_by"], second["due_at"]) == (
        "contacted", "2026-11-21T00:00:00Z", "Bo", None,
    )  # fmt: skip


def test_personal_columns_are_exported_if_somebody_asks(store: Store) -> None:
    from services import export

    made.put(store, made.row(1))
    (row,) = export.rows(store, "followups", now=NOW, personal=True)
    assert row["cells"]["Customer name"] == "Ana Example"


def test_today_is_given_what_is_late_due_or_different_in_one_statement(store: Store) -> None:
    made.put(store, made.row(1, dated=date(2026, 11, 16)))
    made.put(store, made.row(2, dated=date(2026, 11, 20)))
    made.put(store, made.row(3, dated=date(2026, 11, 19), order_id=None))
    with store.read() as session, seen(store) as statements:
        lines = followups.waiting(session, now=NOW, limit=9)
    assert len([each for each in statements if each.lstrip().upper().startswith("SELECT")]) == 1
    assert [(line.id, line.about, line.target) for line in lines] == [
        (1, ORDERS[1], ("id", "1")), (3, "Lamp", ("id", "3")),
    ]  # fmt: skip
    assert lines[0].what == "Shipping info missing: ask for the shipping information"
    me = people.local_person(store)
    writes.do(store, "snooze", 1, 1, actor=me, now=NOW, until=NOW + DAY)
    with store.read() as session:
        assert [line.id for line in followups.waiting(session, now=NOW, limit=9)] == [3]
        assert [line.id for line in followups.waiting(session, now=NOW + 2 * DAY, limit=2)] == [1, 3]


def test_the_story_of_an_order_tells_of_its_rows(store: Store) -> None:
    made.put(store, made.row(1, dated=date(2026, 11, 18)))
    writes.do(store, "contacted", 1, 1, actor=ANA, now=NOW - HOUR, how="phone")
    writes.do(store, "resolve", 1, 2, actor=ANA, now=NOW, why="done")
    story = order_story.story(store, "acme", ORDERS[1], now=NOW)
    assert [(each.title, each.detail, each.whole_day) for each in story] == [
        ("In the sheet: Shipping info missing", "Lamp", True),
        ("Shipping info missing: the buyer was contacted", "Ana · Phone", False),
        ("Shipping info missing: resolved", "Ana", False),
    ]
    assert [each.opens for each in story] == [order_story.Place("followups", {"box": "all", "id": "1"})] * 3


def test_the_inbox_knows_the_rows_about_an_order(store: Store) -> None:
    made.put(store, made.row(1))
    found = order_facts.facts(store, "acme", ORDERS[1], ticket=0, now=NOW)
    assert [(each.id, each.label, each.state) for each in found.followups] == [
        (1, "Shipping info missing", "to_contact")
    ]


@pytest.mark.servers
def test_work_and_cards_are_the_same_on_postgresql(every_store: Store) -> None:
    made.put(every_store, made.row(1), made.row(2))
    result = writes.do_many(every_store, "contacted", [(1, 1), (2, 1)], actor=ANA, now=NOW)
    assert card(every_store).state == "contacted"
    writes.undo(every_store, result.undo or "", actor=ANA, now=NOW)
    assert card(every_store).state == "to_contact"


@contextmanager
def seen(store: Store) -> Iterator[list[str]]:
    """The statements that are executed."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in store.engines:
            event.remove(engine, "before_cursor_execute", note)
