"""Writes on returns: outcomes, assignments, many at once with undo, and the way to the buyer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from data import journal
from data.models.journal import Activity
from data.models.return_figures import ReturnCard
from data.models.return_work import ReturnUndo, ReturnWork
from data.store import Store
from services.errors import Rejected, Stale
from services.people import Person, local_person
from services.returns import listing, writes
from services.returns.shapes import Detail
from tests.desks import DAY, HOUR, NOW, Desk, ask
from tests.returned import fba, fbm, order, order_id, put


@pytest.fixture
def me(store: Store) -> Person:
    return local_person(store)


@pytest.fixture
def returns(store: Store) -> Store:
    put(
        store,
        *(order(1, NOW - 20 * DAY), fba(1, NOW - DAY)),
        *(order(2, NOW - 20 * DAY, channel="fbm"), fbm(2, NOW - 2 * HOUR, state="Pending Approval")),
        fba(3, NOW - 3 * DAY),
    )
    return store


def work(store: Store, return_id: int) -> ReturnWork:
    with store.read() as session:
        found = session.get(ReturnWork, return_id)
    assert found is not None
    return found


def detail(store: Store, return_id: int) -> Detail:
    found = listing.detail(store, return_id, now=NOW)
    assert found is not None
    return found


def whats(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        return [(row.what, row.object) for row in session.scalars(select(Activity).order_by(Activity.id))]


@pytest.mark.parametrize("outcome", ["refund_full", "replacement", "no_return_needed", "nothing_to_do"])
def test_an_outcome_is_recorded_with_who_and_when_and_in_the_log(outcome: str, returns: Store, me: Person) -> None:
    assert writes.do(returns, "outcome", 1, 1, actor=me, now=NOW, outcome=outcome) == 2
    row = work(returns, 1)
    assert (row.state, row.outcome, row.amount, row.decided_at, row.decided_by) == ("done", outcome, None, NOW, me.name)
    assert detail(returns, 1).line.outcome == outcome
    assert whats(returns) == [("return.outcome", "return:1")]


@pytest.mark.parametrize(("typed", "minor"), [("12.50", 1250), ("12,50", 1250), ("7", 700), ("1.234,5", 123450)])
def test_a_partial_refund_keeps_its_amount_in_the_orders_currency(
    typed: str, minor: int, returns: Store, me: Person
) -> None:
    writes.do(returns, "outcome", 1, 1, actor=me, now=NOW, outcome="refund_partial", amount=typed)
    row = work(returns, 1)
    assert (row.outcome, row.amount, row.currency) == ("refund_partial", minor, "USD")


@pytest.mark.parametrize(
    ("return_id", "values", "says"),
    [
        (1, {"outcome": "refund_partial"}, "Say how much"),
        (1, {"outcome": "refund_partial", "amount": "much"}, "is no amount"),
        (1, {"outcome": "refund_partial", "amount": "-3"}, "more than nothing"),
        (1, {"outcome": "refund_full", "amount": "3"}, "Only a partial refund"),
        (1, {"outcome": "burnt"}, "Choose how it ended"),
        (3, {"outcome": "refund_partial", "amount": "3"}, "currency of this order is not known"),
        (99, {"outcome": "refund_full"}, "no such return"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    return_id: int, values: dict[str, Any], says: str, returns: Store, me: Person
) -> None:
    with pytest.raises(Rejected, match=says):
        writes.do(returns, "outcome", return_id, 1, actor=me, now=NOW, **values)
    assert whats(returns) == []
    assert work(returns, 1).version == 1


def test_a_stale_version_is_refused(returns: Store, me: Person) -> None:
    writes.do(returns, "assign", 1, 1, actor=me, now=NOW)
    with pytest.raises(Stale):
        writes.do(returns, "outcome", 1, 1, actor=me, now=NOW, outcome="refund_full")


def test_somebody_without_access_writes_nothing(returns: Store, me: Person) -> None:
    gone = replace(me, disabled=True)
    for call in (
        lambda: writes.do(returns, "assign", 1, 1, actor=gone, now=NOW),
        lambda: writes.do_many(returns, "assign", [(1, 1)], actor=gone, now=NOW),
        lambda: writes.undo(returns, "x", actor=gone, now=NOW),
    ):
        with pytest.raises(Rejected, match="closed"):
            call()


def test_an_outcome_is_taken_back_and_recorded_anew(returns: Store, me: Person) -> None:
    writes.do(returns, "outcome", 1, 1, actor=me, now=NOW, outcome="refund_partial", amount="3")
    writes.do(returns, "reopen", 1, 2, actor=me, now=NOW)
    row = work(returns, 1)
    assert (row.state, row.outcome, row.amount, row.decided_by) == ("open", None, None, None)
    writes.do(returns, "outcome", 1, 3, actor=me, now=NOW, outcome="refund_full")
    with pytest.raises(Rejected, match="take it back first"):
        writes.do(returns, "outcome", 1, 4, actor=me, now=NOW, outcome="replacement")


def test_an_authorised_request_leaves_the_board_and_a_sync_does_not_put_it_back(returns: Store, me: Person) -> None:
    assert listing.board(returns, now=NOW).count == 1
    writes.do(returns, "authorised", 2, 1, actor=me, now=NOW)
    assert listing.board(returns, now=NOW).count == 0
    put(returns, fbm(2, NOW - 2 * HOUR, state="Pending Approval", comment="please"))
    assert listing.board(returns, now=NOW).count == 0
    with pytest.raises(Rejected, match="already"):
        writes.do(returns, "authorised", 2, 2, actor=me, now=NOW)
    with pytest.raises(Rejected, match="does not wait"):
        writes.do(returns, "authorised", 1, 1, actor=me, now=NOW)


def test_a_note_is_kept_and_its_words_are_not_in_the_log(returns: Store, me: Person) -> None:
    writes.do(returns, "note", 1, 1, actor=me, now=NOW, text="  The shade was cracked. ")
    assert detail(returns, 1).note == "The shade was cracked."
    with returns.read() as session:
        (entry,) = journal.of_object(session, "return:1")
    assert entry.after == {"value": len("The shade was cracked.")}
    with pytest.raises(Rejected, match="characters"):
        writes.do(returns, "note", 1, 2, actor=me, now=NOW, text="x" * 4001)


def test_one_that_refuses_stops_none_of_the_others_and_all_is_taken_back(returns: Store, me: Person) -> None:
    writes.do(returns, "outcome", 3, 1, actor=me, now=NOW, outcome="replacement")
    result = writes.do_many(returns, "outcome", [(1, 1), (2, 1), (3, 1), (77, 1)], actor=me, now=NOW,
                            outcome="refund_full")  # fmt: skip
    assert dict(result.done) == {1: 2, 2: 2}
    assert set(result.refused) == {3, 77}
    assert listing.board(returns, now=NOW).count == 0
    back = writes.undo(returns, result.undo or "", actor=me, now=NOW + HOUR)
    assert dict(back.done) == {1: 3, 2: 3}
    assert [work(returns, n).state for n in (1, 2, 3)] == ["open", "open", "done"]
    assert listing.board(returns, now=NOW).count == 1
    with returns.read() as session:
        cards = session.scalars(select(ReturnCard).order_by(ReturnCard.id)).all()
    assert [card.outcome for card in cards] == [None, None, "replacement"]


def test_what_somebody_changed_since_stays_as_it_is(returns: Store, me: Person) -> None:
    result = writes.do_many(returns, "assign", [(1, 1), (2, 1)], actor=me, now=NOW)
    writes.do(returns, "note", 1, 2, actor=me, now=NOW, text="mine now")
    back = writes.undo(returns, result.undo or "", actor=me, now=NOW)
    assert set(back.done) == {2}
    assert "stays as it is" in back.refused[1]
    assert [work(returns, n).assignee for n in (1, 2)] == [me.name, None]


def test_undo_ends_after_an_hour_and_belongs_to_its_author(returns: Store, me: Person) -> None:
    result = writes.do_many(returns, "assign", [(1, 1)], actor=me, now=NOW)
    token = result.undo or ""
    with pytest.raises(Rejected, match="Only"):
        writes.undo(returns, token, actor=replace(me, name="Somebody else"), now=NOW)
    with pytest.raises(Rejected, match="too late"):
        writes.undo(returns, token, actor=me, now=NOW + 2 * HOUR)
    writes.undo(returns, token, actor=me, now=NOW)
    with pytest.raises(Rejected, match="already"):
        writes.undo(returns, token, actor=me, now=NOW)


def test_what_can_no_longer_be_taken_back_is_forgotten(returns: Store, me: Person) -> None:
    writes.do_many(returns, "assign", [(1, 1)], actor=me, now=NOW)
    writes.do_many(returns, "assign", [(2, 1)], actor=me, now=NOW + 2 * HOUR)
    with returns.read() as session:
        assert session.scalars(select(ReturnUndo.return_id)).all() == [2]


@pytest.mark.parametrize(
    ("what", "targets"),
    [("outcome", []), ("note", [(1, 1)]), ("burn", [(1, 1)]), ("assign", [(n, 1) for n in range(501)])],
)
def test_what_cannot_be_done_to_many_is_refused(
    what: str, targets: list[tuple[int, int]], returns: Store, me: Person
) -> None:
    with pytest.raises(Rejected):
        writes.do_many(returns, what, targets, actor=me, now=NOW)


def test_the_buyer_is_written_to_in_the_orders_ticket_or_in_one_that_is_opened(desk: Desk) -> None:
    desk.read(ask(1, NOW - 5 * HOUR, order=order_id(1)))
    put(desk.store, order(1, NOW - 20 * DAY), fba(1, NOW), order(2, NOW - 20 * DAY, marketplace="DE"), fba(2, NOW))
    me, there = desk.supervisor(), desk.only_ticket()["id"]
    assert writes.contact(desk.store, desk.settings, 1, actor=me, now=NOW) == there
    opened = writes.contact(desk.store, desk.settings, 2, actor=me, now=NOW)
    (ticket,) = [row for row in desk.tickets() if row["id"] == opened]
    assert (ticket["order_id"], ticket["marketplace"], ticket["subject"]) == (order_id(2), "DE", "Return of NL-1")
    assert writes.contact(desk.store, desk.settings, 2, actor=me, now=NOW) == opened


def test_an_order_of_an_unknown_marketplace_asks_for_it(desk: Desk) -> None:
    put(desk.store, fba(1, NOW))
    with pytest.raises(Rejected, match="marketplace"):
        writes.contact(desk.store, desk.settings, 1, actor=desk.supervisor(), now=NOW)


def test_the_same_writes_hold_on_both_databases(every_store: Store) -> None:
    put(every_store, fba(1, NOW), fbm(2, NOW, state="Pending"))
    me = local_person(every_store)
    result = writes.do_many(every_store, "outcome", [(1, 1), (2, 1)], actor=me, now=NOW, outcome="no_return_needed")
    assert len(result.done) == 2
    assert len(writes.undo(every_store, result.undo or "", actor=me, now=NOW).done) == 2
