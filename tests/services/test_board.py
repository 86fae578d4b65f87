"""Today's board: one list over claims, returns and feedback, what is due first on top, at a cost that stays flat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.board import Board, board
from tests import reports as made
from tests.claims import DENIED, GRANTED, decided, opened, report
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk
from tests.pages.conftest import statements
from tests.pages.test_claims import fill


def found(desk: Desk, **more: Any) -> Board:
    with desk.store.read() as session:
        return board(session, now=NOW, **more)


def pending(order: str) -> str:
    row = {"Order ID": order, "Return request status": "Pending", "Return request date": "21-Nov-2026"}
    return made.tsv(made.FBM_RETURNS, [made.fbm_return(row)])


def test_what_waits_stands_in_one_list_by_due_time(desk: Desk) -> None:
    report(desk, "returns.txt", pending(ORDERS[5]))
    desk.read(opened(ORDERS[0], NOW - DAY), opened(ORDERS[1], NOW - 4 * DAY))
    lines = found(desk).lines
    assert [(line.page, line.about) for line in lines] == [
        ("claims", ORDERS[1]), ("returns", ORDERS[5]), ("claims", ORDERS[0]),
    ]  # fmt: skip
    assert lines[0].due_at == NOW - DAY
    assert lines[1].what == "Return: authorise"
    assert lines[2].what == "A-to-z claim: Send Amazon your side"
    assert len({line.id for line in lines}) == 3


def test_what_amazon_decided_leaves_it_and_an_appeal_stays_until_it_is_over(desk: Desk) -> None:
    desk.read(opened(ORDERS[0], NOW - 5 * DAY), decided(ORDERS[0], NOW - DAY, DENIED))
    desk.read(opened(ORDERS[1], NOW - 45 * DAY), decided(ORDERS[1], NOW - 40 * DAY, GRANTED))
    desk.read(opened(ORDERS[2], NOW - 5 * DAY), decided(ORDERS[2], NOW - HOUR, GRANTED))
    assert [line.about for line in found(desk).lines] == [ORDERS[2]]


def test_feedback_that_may_be_removed_is_on_it_before_its_window_ends(desk: Desk) -> None:
    comment = "The delivery by Amazon was very late."
    days = {ORDERS[0]: NOW - timedelta(days=80), ORDERS[1]: NOW - timedelta(days=5)}
    rows = [made.feedback_row(order=order, date=f"{day:%m/%d/%y}", comment=comment) for order, day in days.items()]
    report(desk, "feedback.txt", made.feedback("US", *rows))
    orders = [made.order_row(amazon_order_id=order) for order in days]
    report(desk, "orders.txt", made.tsv(made.ALL_ORDERS, orders))
    desk.sync()
    lines = found(desk).lines
    assert [(line.page, line.about, line.target) for line in lines] == [
        ("feedback", ORDERS[0], ("id", f"acme/{ORDERS[0]}"))
    ]


def test_it_shows_the_first_and_counts_the_rest_in_as_many_statements(desk: Desk) -> None:
    def cost(first: int, last: int) -> int:
        fill(desk.store, first, last)
        with statements(desk.store) as seen:
            shown = found(desk)
        assert len(shown.lines) == 8
        assert shown.count == min(last, 1000)
        return len(seen)

    assert cost(1, 10) == cost(11, 2000)
