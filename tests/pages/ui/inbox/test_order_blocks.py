"""The order in words: what needs a look stands first, amounts are readable, and a press says what it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pages.ui.inbox.conversation import Reader
from pages.ui.inbox.events import read
from pages.ui.inbox.order_blocks import blocks, money
from services.inbox.order_facts import Amounts, Followup, History, Item, OrderFacts, Package, Past, PastOrder, Wish
from tests.desks import DAY, HOUR, NOW, ORDERS

BERLIN = ZoneInfo("Europe/Berlin")
READER = Reader(NOW, BERLIN, timedelta(hours=4))
NOBODY = History(by_alias=True, orders=(), tickets=(), feedback=(), returns=(), claims=())
NO_MONEY = Amounts(currency=None, items=None, shipping=None, tax=None, promotion=None, total=None, refunds=())
LAMP = Item(
    title="Lamp", sku="NL-1", asin="B0TEST0001", quantity=2, shipped=1, status="Shipped", price=9180, promotion=500,
    currency="USD",
)  # fmt: skip
USUAL = OrderFacts(
    ticket=7, account="acme", order_id=ORDERS[1], known=True, marketplace="DE", status="Shipped", channel="fbm",
    purchased_at=NOW - 9 * DAY, shipped_at=None, service_level="Standard", ship_by=None, deliver_by=None,
    is_business=None, is_prime=True, updated_at=NOW - HOUR, read_at=NOW, unshipped=False, late=False, overdue=False,
    cancel_requested=False, cancel_reason=None, replaces=None, replaced_by=(), items=(LAMP,), amounts=NO_MONEY,
    packages=(), history=NOBODY, wish=None, may_fetch=False, coverage="",
)  # fmt: skip


def first(**more: Any) -> dict[str, Any]:
    return blocks(replace(USUAL, **more), READER)[0]


def facts_of(**more: Any) -> dict[str, str]:
    return dict(first(**more)["facts"])


def warnings(**more: Any) -> list[str]:
    return [note["text"] for note in first(**more)["notes"] if note["warns"]]


def test_the_fields_of_an_order_are_shown_and_empty_ones_left_out() -> None:
    assert facts_of(deliver_by=NOW + DAY) == {
        "Fulfilment": "Merchant (FBM), Prime",
        "Status": "Shipped",
        "Placed": "Fri 13 Nov 10:00",
        "Service": "Standard",
        "Deliver by": "Mon 23 Nov 10:00",
    }


def test_amounts_show_promotion_and_refund() -> None:
    sums = Amounts(
        currency="USD", items=9180, shipping=399, tax=0, promotion=500, total=9079,
        refunds=(("refund", 1500, "USD"), ("chargeback", 200, "EUR")),
    )  # fmt: skip
    found = facts_of(amounts=sums)
    assert {name: found[name] for name in found if name not in facts_of()} == {
        "Items": "91.80 USD",
        "Shipping": "3.99 USD",
        "Promotion": "-5.00 USD",
        "Total": "90.79 USD",
        "Refunded": "15.00 USD",
        "Chargeback": "2.00 EUR",
    }


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(9180, "USD", "91.80 USD"), (1234, "JPY", "1234 JPY"), (None, "USD", ""), (100, None, "1.00")],
)
def test_money_is_written_with_its_currency(amount: int | None, currency: str | None, words: str) -> None:
    assert money(amount, currency) == words


def test_an_item_says_what_was_bought_and_what_was_shipped() -> None:
    assert first()["items"] == [
        {"title": "2 × Lamp", "sub": "NL-1 · B0TEST0001 · 91.80 USD · -5.00 USD promotion · Shipped · 1 shipped"}
    ]


def test_an_item_leads_to_its_product_page_in_its_own_store() -> None:
    assert [each["url"] for each in first()["presses"]] == ["https://www.amazon.de/dp/B0TEST0001"]
    assert first(marketplace=None)["presses"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unshipped": True, "late": True, "ship_by": NOW - 2 * HOUR}, "Not shipped, and late 2 h 00 m."),
        ({"unshipped": True, "ship_by": NOW + 2 * HOUR}, "Not shipped yet: 2 h 00 m left"),
        ({"unshipped": True}, "Not shipped yet."),
        ({"overdue": True, "deliver_by": NOW - 3 * DAY}, "Not delivered, and late 3 d 0 h."),
        ({"cancel_requested": True, "cancel_reason": "Too late"}, "The buyer asks to cancel: Too late"),
        ({"cancel_requested": True}, "The buyer asks to cancel."),
    ],
)
def test_what_needs_a_look_warns(more: dict[str, Any], said: str) -> None:
    assert warnings(**more) == [said]


def test_an_order_in_order_warns_of_nothing_and_says_how_old_it_is() -> None:
    assert warnings() == []
    assert first()["notes"] == [{"text": "As Amazon told it Sun 22 Nov 09:00.", "warns": False}]


def test_replacements_are_named() -> None:
    notes = [note["text"] for note in first(replaces=ORDERS[2], replaced_by=(ORDERS[3],))["notes"]]
    assert notes[:2] == [f"Replaces order {ORDERS[2]}.", f"Replaced by order {ORDERS[3]}."]


def test_a_pending_order_has_no_payment_yet() -> None:
    assert facts_of(status="Pending")["Payment"] == "not accepted yet"
    assert "Payment" not in facts_of()


def test_parcels_say_carrier_number_and_state() -> None:
    parcel = Package(carrier="DHL", tracking="JD01", shipped_at=NOW - DAY, status="IN_TRANSIT")
    unknown = Package(carrier=None, tracking=None, shipped_at=None, status=None)
    _, found = blocks(replace(USUAL, packages=(parcel, unknown)), READER)
    assert found["items"] == [
        {"title": "DHL JD01", "sub": "In transit · shipped Sat 21 Nov 10:00"},
        {"title": "No tracking number", "sub": ""},
    ]


def test_an_unknown_order_says_why_and_can_be_fetched() -> None:
    made = first(known=False, items=(), coverage="No order data yet.", may_fetch=True)
    assert made["facts"] == []
    assert made["notes"] == [{"text": "No order data yet.", "warns": False}]
    (press,) = made["presses"]
    assert press["label"] == "Fetch this order"
    event = read(press["answer"], BERLIN)
    assert (event.what, event.ticket, event.version, event.values) == (
        "fetch_order",
        7,
        None,
        {"order_id": ORDERS[1]},
    )


def test_a_wish_under_way_is_not_offered_again() -> None:
    waiting = Wish(asked_at=NOW, asked_by="Ana", waiting=True, message="")
    assert first(known=False, items=(), coverage="Asked.", may_fetch=True, wish=waiting)["presses"] == []
    answered = replace(waiting, waiting=False, message="Amazon has no such order.")
    assert len(first(known=False, items=(), may_fetch=True, wish=answered)["presses"]) == 1


def test_the_buyers_year_is_counted_and_listed() -> None:
    past = History(
        by_alias=True,
        orders=(
            PastOrder(ORDERS[1], "DE", "Shipped", "fbm", NOW, 100, "EUR"),
            PastOrder(ORDERS[2], "DE", "Shipped", "fba", NOW - 30 * DAY, 4590, "EUR"),
        ),
        tickets=(),
        feedback=(Past("feedback", ORDERS[1], date(2026, 11, 19), 1, "Too late."),),
        returns=(Past("return", ORDERS[2], date(2026, 11, 1), 2, "CR-NOT_AS_DESCRIBED"),),
        claims=(Past("a_to_z", ORDERS[2], None, None, None),),
    )
    made = blocks(replace(USUAL, history=past), READER)
    assert dict(made[0]["facts"])["Feedback"] == "1 star: Too late."
    assert made[1]["facts"] == [["Orders", "2"], ["Feedback", "1"], ["Returns", "1"], ["Claims", "1"]]
    assert [(act["who"], act["what"], act["when"]) for act in made[1]["acts"]] == [
        (ORDERS[2], "A-to-z claim", ""),
        (ORDERS[1], "1 star: Too late.", "19 Nov 2026"),
        (ORDERS[2], "2 units returned: not as described", "1 Nov 2026"),
        (ORDERS[2], "DE · Shipped · 45.90 EUR", "Fri 23 Oct 11:00"),
    ]


def test_a_buyer_without_a_past_and_a_ticket_without_an_order_take_no_room() -> None:
    assert len(blocks(USUAL, READER)) == 1
    assert blocks(replace(USUAL, order_id=None, known=False), READER) == []


def test_it_says_that_the_buyer_is_not_known_any_more() -> None:
    past = replace(NOBODY, by_alias=False, claims=(Past("chargeback", ORDERS[1], None, None, None),))
    (note,) = blocks(replace(USUAL, history=past), READER)[1]["notes"]
    assert "not known" in note["text"]


def test_rows_of_shared_sheets_about_the_order_are_shown_with_the_way_to_each() -> None:
    waits = Followup(12, "Shipping info missing", "to_contact", NOW + 3 * HOUR, None, None)
    told = Followup(13, "Out of stock or no tracking", "contacted", None, NOW - DAY, "Bo")
    (block,) = [each for each in blocks(replace(USUAL, followups=(waits, told)), READER) if "items" in each
                and each["title"] == "In shared sheets"]  # fmt: skip
    assert [(item["title"], item["sub"]) for item in block["items"]] == [
        ("Shipping info missing", "To contact · 3 h 00 m left"),
        ("Out of stock or no tracking", "Contacted · Bo · Sat 21 Nov 10:00"),
    ]
    assert [press["url"] for press in block["presses"]] == ["followups?box=all&id=12", "followups?box=all&id=13"]
