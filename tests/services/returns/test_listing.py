"""The list of returns: filters, pages, what is due, and one return with what is odd about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from data.store import Store
from services.people import Person, local_person
from services.returns import listing, writes
from services.returns.shapes import Filters
from tests import mails
from tests.desks import DAY, HOUR, NOW, Desk, ask
from tests.returned import fba, fbm, item, order, order_id, put

BOUGHT = NOW - 20 * DAY


@pytest.fixture
def me(store: Store) -> Person:
    return local_person(store)


def some(store: Store) -> None:
    put(
        store,
        *(order(1, BOUGHT), item(1, BOUGHT), fba(1, NOW - 1 * DAY, reason_raw="DEFECTIVE", disposition="DEFECTIVE")),
        *(order(2, BOUGHT, marketplace="DE"), fba(2, NOW - 2 * DAY, sku="NL-2", asin="B0TEST0002")),
        *(order(3, BOUGHT, channel="fbm"), fbm(3, NOW - 3 * DAY, reason_raw="CR-SWITCHEROO")),
        fbm(4, NOW - HOUR, state="Pending Approval", reason_raw="CR-NEVER_HEARD_OF"),
    )


def found(store: Store, me: Person, **given: Any) -> list[str]:
    rows = listing.page(store, Filters(**given), actor=me).rows
    return [next(str(n) for n in range(1, 9) if order_id(n) == row.order_id) for row in rows]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "4123"),
        ({"channel": "fbm"}, "43"),
        ({"channel": "pigeon"}, "4123"),
        ({"marketplace": "DE"}, "2"),
        ({"marketplace": "XX"}, ""),
        ({"account": "acme"}, "4123"),
        ({"reason": "defective"}, "1"),
        ({"reason": "other"}, "4"),
        ({"fault": "wrong_item"}, "3"),
        ({"fault": "nonsense"}, "4123"),
        ({"disposition": "DEFECTIVE"}, "1"),
        ({"sku": "NL-2"}, "2"),
        ({"asin": "B0TEST0002"}, "2"),
        ({"text": "NL-2"}, "2"),
        ({"text": f" {order_id(3)} "}, "3"),
        ({"text": "LPN00000001"}, "1"),
        ({"text": "nothing such"}, ""),
        ({"box": "needs"}, "4"),
        ({"box": "done"}, ""),
        ({"box": "open"}, "4123"),
        ({"box": "mine"}, ""),
        ({"box": "nonsense"}, "4123"),
        ({"start": date(2026, 11, 20), "end": date(2026, 11, 20)}, "2"),
        ({"start": date(2026, 11, 21)}, "41"),
        ({"start": date(2026, 11, 2), "end": date(2026, 11, 2), "by": "sale"}, "123"),
    ],
)
def test_filters_narrow_the_list(given: dict[str, Any], expected: str, store: Store, me: Person) -> None:
    some(store)
    assert "".join(found(store, me, **given)) == expected


def test_both_channels_stand_in_one_list_with_the_raw_reason_kept(store: Store, me: Person) -> None:
    some(store)
    rows = listing.page(store, Filters(), actor=me).rows
    assert [(row.channel, row.reason, row.reason_raw) for row in rows][:2] == [
        ("fbm", "other", "CR-NEVER_HEARD_OF"),
        ("fba", "defective", "DEFECTIVE"),
    ]


def test_pages_follow_each_other_without_gap_or_repetition(store: Store, me: Person) -> None:
    put(store, *(fba(n, NOW - (n // 4) * DAY) for n in range(1, 24)))
    seen: list[int] = []
    mark: str | None = None
    for _ in range(6):
        page = listing.page(store, Filters(), actor=me, mark=mark, limit=5)
        seen += [row.id for row in page.rows]
        mark = page.next
        if mark is None:
            break
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.parametrize("mark", ["", "x", "2026-11-20~1", "2026-11-20T00:00:00+00:00~x", "~", "é~9"])
def test_a_broken_mark_gives_the_first_page(mark: str, store: Store, me: Person) -> None:
    some(store)
    assert len(listing.page(store, Filters(), actor=me, mark=mark).rows) == 4


def test_the_board_shows_what_waits_for_us_the_most_urgent_first(store: Store) -> None:
    put(
        store,
        fbm(1, NOW - 30 * HOUR, state="Pending Approval"),
        fbm(2, NOW - 2 * HOUR, state="Pending Approval"),
        *(order(3, BOUGHT, channel="fbm"), fbm(3, NOW - 9 * DAY, delivered_at=NOW - 4 * DAY)),
        fbm(4, NOW - 2 * HOUR, state="Approved"),
        fbm(5, NOW - 90 * DAY, state="Pending Approval"),
    )
    board = listing.board(store, now=NOW)
    assert [(row.order_id, row.need) for row in board.lines] == [
        (order_id(1), "authorise"),
        (order_id(3), "refund"),
        (order_id(2), "authorise"),
    ]
    assert board.lines[0].due_at == NOW - 6 * HOUR
    assert board.count == 3


def requested(n: int, authorisation: str) -> bytes:
    html = f"<p><b>Order ID:</b> {order_id(n)}<br><b>Authorization:</b> {authorisation}</p>"
    subject = f"Return authorization notification for order {order_id(n)}"
    return mails.notice(subject, html, type_header="RETURN_REQUEST", marketplace="US", date=NOW - 3 * HOUR)


def test_a_request_that_only_a_mail_tells_of_is_on_the_board_until_a_report_does(desk: Desk) -> None:
    desk.read(requested(1, "please decide"), requested(2, "automatic"))
    board = listing.board(desk.store, now=NOW)
    assert [(each.order_id, each.due_at) for each in board.by_mail] == [(order_id(1), NOW + 21 * HOUR)]
    put(desk.store, fbm(1, NOW - 3 * HOUR, state="Approved"))
    assert listing.board(desk.store, now=NOW).by_mail == ()


def test_one_return_names_its_ticket_and_the_order_it_belongs_to(desk: Desk) -> None:
    desk.read(ask(1, NOW - 5 * HOUR, order=order_id(1)))
    put(desk.store, order(1, BOUGHT), item(1, BOUGHT), fba(1, NOW - DAY))
    (row,) = listing.page(desk.store, Filters(), actor=desk.supervisor()).rows
    ticket = desk.only_ticket()["id"]
    assert row.ticket == ticket
    detail = listing.detail(desk.store, row.id, now=NOW)
    assert detail is not None
    assert [each.id for each in detail.tickets] == [ticket]
    assert [each.kind for each in detail.story] == ["placed", "return", "message"]
    assert detail.order_known
    assert detail.notes == ()


def test_what_is_odd_is_said_in_sentences(store: Store) -> None:
    put(store, fba(1, NOW, reason_raw="ALIENS", quantity=0), fba(2, NOW, key="LPN00000001"))
    detail = listing.detail(store, 1, now=NOW)
    assert detail is not None
    said = " ".join(detail.notes)
    assert "No order report names this order yet" in said
    assert f"under order {order_id(2)} too" in said
    assert "ALIENS is not known here" in said
    assert "states 0 units" in said


def test_there_is_no_return_of_a_number_that_is_none(store: Store) -> None:
    assert listing.detail(store, 99, now=NOW) is None


def test_ten_returns_cost_as_many_statements_as_two_thousand(store: Store, me: Person) -> None:
    put(store, *(fba(n, NOW - n * HOUR) for n in range(1, 11)), fbm(9000, NOW, state="Pending"))
    few = _cost(store, me)
    put(store, *(fba(n, NOW - n * HOUR) for n in range(11, 2011)))
    assert _cost(store, me) == few


def _cost(store: Store, me: Person) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    listing.page(store, Filters(), actor=me)
    listing.board(store, now=NOW)
    listing.detail(store, 3, now=NOW)
    for engine in store.engines:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_box_of_the_reader_has_what_they_took(store: Store, me: Person) -> None:
    some(store)
    writes.do(store, "assign", 2, 1, actor=me, now=NOW)
    assert found(store, me, box="mine") == ["2"]
