"""The order beside a conversation: what is known of it and of its buyer's year, what is late, and fetching it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from data import order_wishes
from data import streams as stream_states
from data.models.amazon import (
    AmazonOrder,
    CustomerReturn,
    FbaReplacement,
    FinanceEvent,
    OrderItem,
    SellerFeedback,
)
from data.models.derived import Card
from data.models.ledger import StreamState
from data.store import Store
from services.errors import Rejected
from services.inbox import order_facts
from services.inbox.conversation import conversation
from services.inbox.order_facts import OrderFacts
from services.inbox.writes import WRITES
from services.people import Person
from services.settings import Settings
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask

ANA = Person("Ana", "agent", False, None)
SEEN = {"account": "acme", "first_seen_at": NOW, "read_at": NOW}


def order(n: int, **more: Any) -> AmazonOrder:
    usual = {"order_id": ORDERS[n], "marketplace": "US", "status": "Shipped", "channel": "fbm", "currency": "USD"}
    return AmazonOrder(**SEEN | usual | {"purchased_at": NOW - 9 * DAY, "updated_at": NOW - 8 * DAY} | more)


def item(n: int, line: str = "1", **more: Any) -> OrderItem:
    usual = {"order_id": ORDERS[n], "source": "report", "line": line, "title": "Lamp", "sku": "NL-1"}
    usual |= {"asin": "B0TEST0001", "quantity": 2, "currency": "USD", "price": 9180}
    return OrderItem(**SEEN | usual | more)


def money(n: int, amount: int, kind: str = "refund", **more: Any) -> FinanceEvent:
    usual = {"order_id": ORDERS[n], "key": f"{kind}{n}{amount}", "kind": kind, "part": "charge", "type": "Principal"}
    return FinanceEvent(**SEEN | usual | {"amount": amount, "currency": "USD", "posted_at": NOW - DAY} | more)


def feedback(n: int, **more: Any) -> SellerFeedback:
    usual = {"order_id": ORDERS[n], "marketplace": "US", "day": (NOW - 3 * DAY).date(), "date_raw": "", "rating": 1}
    return SellerFeedback(**SEEN | usual | {"comment": "Late.", "response": "", "last_seen_at": NOW} | more)


def a_return(n: int, **more: Any) -> CustomerReturn:
    usual = {"order_id": ORDERS[n], "channel": "fbm", "key": f"R{n}", "quantity": 1, "returned_at": NOW - 2 * DAY}
    return CustomerReturn(**SEEN | usual | {"reason_raw": "CR-DEFECTIVE"} | more)


def put(desk: Desk, *rows: Any) -> None:
    with desk.store.write() as session:
        session.add_all(rows)


def look(desk: Desk, n: int | None = 1) -> OrderFacts:
    ticket = min(row["id"] for row in desk.tickets())
    order_id = ORDERS[n] if n is not None else None
    return order_facts.facts(desk.store, "acme", order_id, ticket=ticket, now=NOW)


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A ticket about order 1, of a buyer with the alias `ana1example`."""
    desk.read(ask(1, NOW - HOUR, order=ORDERS[1], alias="ana1example", name="Ana Example"))
    return desk


@pytest.fixture
def every_asked(every_desk: Desk) -> Desk:
    """The same on SQLite and on PostgreSQL."""
    every_desk.read(ask(1, NOW - HOUR, order=ORDERS[1], alias="ana1example", name="Ana Example"))
    return every_desk


def test_an_order_shows_items_amounts_promotion_and_refunds(every_asked: Desk) -> None:
    put(
        every_asked,
        order(1, service_level="Expedited", is_prime=True),
        item(1, shipping=399, tax=700, promotion=500),
        item(1, "2", price=1000, title="Bulb"),
        money(1, -1500),
        money(1, -200),
        money(1, 120, part="fee"),
        money(1, -9180, "claim"),
    )
    found = look(every_asked)
    assert found.known
    assert (found.status, found.channel, found.service_level, found.is_prime) == ("Shipped", "fbm", "Expedited", True)
    assert [(each.title, each.quantity, each.price) for each in found.items] == [("Lamp", 2, 9180), ("Bulb", 2, 1000)]
    sums = found.amounts
    assert (sums.items, sums.shipping, sums.tax, sums.promotion, sums.total) == (10180, 399, 700, 500, 10779)
    assert sorted(sums.refunds) == [("claim", 9180, "USD"), ("refund", 1700, "USD")]


def test_amazons_own_total_goes_before_the_sum(asked: Desk) -> None:
    put(asked, order(1, total=5000), item(1))
    assert look(asked).amounts.total == 5000


def test_a_line_that_report_and_api_both_tell_is_counted_once(asked: Desk) -> None:
    put(asked, order(1), item(1), item(1, "A1", source="api", price=9000))
    assert [each.price for each in look(asked).items] == [9000]


def test_what_a_return_report_refunded_counts_while_the_finances_tell_nothing(asked: Desk) -> None:
    put(asked, order(1), a_return(1, refunded=800, currency="USD"))
    assert look(asked).amounts.refunds == (("return", 800, "USD"),)
    put(asked, money(1, -900))
    assert look(asked).amounts.refunds == (("refund", 900, "USD"),)


@pytest.mark.parametrize(
    ("more", "unshipped", "late"),
    [
        ({"status": "Unshipped", "ship_by": NOW - HOUR}, True, True),
        ({"status": "UNSHIPPED", "ship_by": NOW + HOUR}, True, False),
        ({"status": "PartiallyShipped"}, True, False),
        ({"status": "Unshipped", "channel": "fba", "ship_by": NOW - HOUR}, False, False),
        ({"status": "Shipped", "ship_by": NOW - HOUR}, False, False),
    ],
)
def test_a_merchant_order_that_is_not_shipped_is_marked(
    more: dict[str, Any], unshipped: bool, late: bool, asked: Desk
) -> None:
    put(asked, order(1, **more))
    assert (look(asked).unshipped, look(asked).late) == (unshipped, late)


@pytest.mark.parametrize(
    ("states", "deliver_by", "overdue"),
    [
        (["DELIVERED"], NOW - DAY, False),
        (["DELIVERED", "IN_TRANSIT"], NOW - DAY, True),
        (["IN_TRANSIT"], NOW + DAY, False),
        ([], NOW - DAY, False),
    ],
)
def test_parcels_show_their_state_and_are_overdue_after_the_deliver_by_date(
    states: list[str], deliver_by: Any, overdue: bool, asked: Desk
) -> None:
    parcels = [
        {"carrier": "DHL", "tracking": f"T{n}", "shipped_at": f"2026-11-1{n}T08:00:00Z", "status": state}
        for n, state in enumerate(states)
    ]
    put(asked, order(1, packages=parcels or None, deliver_by=deliver_by))
    found = look(asked)
    assert [(each.carrier, each.tracking, each.status) for each in found.packages] == [
        ("DHL", f"T{n}", state) for n, state in enumerate(states)
    ]
    assert found.overdue is overdue
    assert (found.shipped_at is not None) is bool(states)


def test_a_cancelled_order_is_not_overdue(asked: Desk) -> None:
    parcel = {"carrier": "DHL", "tracking": "T", "shipped_at": None, "status": "IN_TRANSIT"}
    put(asked, order(1, status="Cancelled", packages=[parcel], deliver_by=NOW - DAY))
    assert not look(asked).overdue


def test_replacements_are_named_both_ways(every_asked: Desk) -> None:
    swap = FbaReplacement(
        **SEEN, order_id=ORDERS[1], replacement_order_id=ORDERS[2], sku="NL-1", shipped_at=NOW, quantity=1
    )
    put(every_asked, order(1, replaces_order_id=ORDERS[3]), swap)
    assert (look(every_asked).replaces, look(every_asked).replaced_by) == (ORDERS[3], (ORDERS[2],))
    assert look(every_asked, 2).replaces == ORDERS[1]


def test_a_wish_to_cancel_stands_with_its_reason(asked: Desk) -> None:
    put(asked, order(1), item(1, cancel_requested=True, cancel_reason="Ordered by mistake"))
    assert (look(asked).cancel_requested, look(asked).cancel_reason) == (True, "Ordered by mistake")


def test_the_buyers_year_is_found_by_the_alias(every_asked: Desk) -> None:
    desk = every_asked
    desk.read(
        ask(2, NOW - 40 * DAY, order=ORDERS[2], alias="ana1example", name="Ana Example"),
        ask(3, NOW - 40 * DAY, order=ORDERS[3], alias="ben1example", name="Ben Example"),
    )
    put(
        desk, *(order(n) for n in (1, 2, 3)), feedback(2), feedback(3), a_return(2), a_return(3), money(2, -10, "claim")
    )
    put(desk, item(2, promotion=180), item(2, "A", source="api", price=9500))
    past = look(desk).history
    assert past.by_alias
    assert {each.order_id: each.total for each in past.orders} == {ORDERS[1]: None, ORDERS[2]: 9500}
    assert [each.order_id for each in past.tickets] == [ORDERS[2]]
    assert [(each.order_id, each.number, each.text) for each in past.feedback] == [(ORDERS[2], 1, "Late.")]
    assert [(each.order_id, each.text) for each in past.returns] == [(ORDERS[2], "CR-DEFECTIVE")]
    assert [(each.what, each.order_id) for each in past.claims] == [("a_to_z", ORDERS[2])]


@pytest.mark.parametrize("match", ["weak", "alias"])
def test_an_order_that_is_only_guessed_to_be_the_buyers_counts_as_none_of_theirs(match: str, asked: Desk) -> None:
    asked.read(ask(2, NOW - 40 * DAY, order=ORDERS[2], alias="ana1example", name="Ana Example"))
    put(asked, order(1), order(2), feedback(2))
    with asked.store.write() as session:
        session.query(Card).filter_by(order_id=ORDERS[2]).update({"match": match})
    past = look(asked).history
    assert [each.order_id for each in past.orders] == [ORDERS[1]]
    assert past.feedback == ()


def test_what_is_older_than_a_year_is_left_out(asked: Desk) -> None:
    old = NOW - 366 * DAY
    put(asked, order(1, purchased_at=old), feedback(1, day=old.date()), a_return(1, returned_at=old))
    past = look(asked).history
    assert (past.orders, past.feedback, past.returns) == ((), (), ())
    assert look(asked).known


def test_a_notice_and_the_money_of_one_claim_are_one(asked: Desk) -> None:
    put(asked, order(1), money(1, -100, "claim"), money(1, -50, "claim", key="other", currency="EUR"))
    assert len(look(asked).history.claims) == 1


def test_without_an_order_only_the_buyers_history_is_known(asked: Desk) -> None:
    put(asked, order(1))
    found = look(asked, None)
    assert (found.known, found.coverage, found.may_fetch) == (False, "", False)
    assert [each.order_id for each in found.history.orders] == [ORDERS[1]]


def test_nothing_personal_is_handed_out(asked: Desk) -> None:
    put(asked, order(1), item(1))
    assert "ana1example" not in repr(look(asked))


def amazon_stream() -> StreamState:
    return StreamState(source="amazon", account="acme", stream="orders", last_ok_at=NOW)


def test_the_coverage_says_why_nothing_is_known(asked: Desk) -> None:
    with asked.store.write() as session:
        for row in session.query(StreamState).filter_by(stream="reports"):
            session.delete(row)
    assert look(asked).coverage == order_facts.NO_SOURCE
    put(asked, StreamState(source="folder", account="acme", stream="reports", last_ok_at=NOW))
    assert look(asked).coverage == order_facts.NO_REPORT
    put(asked, amazon_stream())
    assert (look(asked).coverage, look(asked).may_fetch) == (order_facts.NEXT_SYNC, True)
    put(asked, order(1))
    assert look(asked).coverage == ""


def with_api(desk: Desk) -> Settings:
    access = {"client_id": "a", "client_secret": "b", "refresh_token": "c"}
    account = {"marketplaces": ["US"], "sp_api": access}
    return Settings.model_validate({"accounts": {"acme": account}, "state_dir": desk.root / "state"})


def fetch(desk: Desk, order_id: str = ORDERS[1], settings: Settings | None = None) -> int:
    ticket = desk.only_ticket()["id"]
    used = settings or with_api(desk)
    return order_facts.fetch(desk.store, used, ticket, actor=ANA, now=NOW, order_id=order_id)


def test_a_wish_for_an_order_waits_visibly_until_amazon_answers(every_asked: Desk) -> None:
    desk = every_asked
    put(desk, amazon_stream())
    fetch(desk)
    found = look(desk)
    assert found.wish is not None
    assert (found.wish.waiting, found.wish.asked_by, found.coverage) == (True, "Ana", order_facts.ASKED)
    with desk.store.write() as session:
        assert order_wishes.waiting(session, "acme") == [ORDERS[1]]
        assert stream_states.state(session, ("amazon", "acme", "wanted_orders")).wanted_at == NOW
        order_wishes.answer(session, "acme", ORDERS[1], at=NOW, message="Amazon has no such order.")
    found = look(desk)
    assert found.wish is not None
    assert (found.wish.waiting, found.coverage) == (False, "Amazon has no such order.")
    fetch(desk)
    assert look(desk).coverage == order_facts.ASKED


def test_a_wish_is_in_the_log_of_the_ticket(asked: Desk) -> None:
    fetch(asked)
    shown = conversation(asked.store, asked.only_ticket()["id"], now=NOW)
    assert shown is not None
    assert f"asked Amazon for order {ORDERS[1]}" in [act.sentence for act in shown.activity]


@pytest.mark.parametrize(
    ("order_id", "has_api", "why"),
    [("114-555", True, "17 digits"), ("", True, "17 digits"), (ORDERS[1], False, "no access to Amazon's API")],
)
def test_a_wish_that_cannot_be_met_is_refused_and_nothing_is_kept(
    order_id: str, has_api: bool, why: str, asked: Desk
) -> None:
    with pytest.raises(Rejected, match=why):
        fetch(asked, order_id, with_api(asked) if has_api else asked.settings)
    with asked.store.read() as session:
        assert order_wishes.waiting(session, "acme") == []


def test_the_inbox_knows_the_write_by_its_name() -> None:
    assert "fetch_order" in WRITES


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in store.engines:
            event.remove(engine, "before_cursor_execute", note)


def test_it_takes_six_statements_for_a_buyer_with_one_order_and_with_thirty(asked: Desk) -> None:
    ticket = asked.only_ticket()["id"]
    costs = []
    for many in (1, 30):
        asked.read(*(ask(100 + n, NOW - n * DAY, order=ORDERS[n], alias="ana1example") for n in range(2, many + 1)))
        put(asked, *(order(n) for n in range(1 if many == 1 else 2, many + 1)))
        with statements(asked.store) as seen:
            found = order_facts.facts(asked.store, "acme", ORDERS[1], ticket=ticket, now=NOW)
        assert len(found.history.orders) == many
        costs.append(len([each for each in seen if each.lstrip().upper().startswith(("SELECT", "WITH"))]))
    assert costs[0] == costs[1] <= 6


def test_an_order_that_arrives_after_its_mail_is_found_without_anybody_doing_anything(asked: Desk) -> None:
    assert not look(asked).known
    put(asked, order(1))
    assert look(asked).known
    assert look(asked).updated_at == NOW - timedelta(days=8)
