"""The one order of Today: what costs more stands ahead, what is lost hides nothing, and nothing stands there twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.today import LOSSES, Item, merged, ordered, place, stands_at, why

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def item(kind: str, key: str, hours: float | None, **more: Any) -> Item:
    due = None if hours is None else NOW + hours * HOUR
    keys = frozenset(key.split())
    return Item(kind, keys, more.pop("what", key), "", due, more.pop("since", NOW), **more)


def keys(items: list[Item]) -> list[str]:
    return [min(each.keys) for each in items]


def test_a_late_message_stands_above_one_that_is_due_and_the_later_below() -> None:
    found = ordered([item("message", "c", 3), item("message", "a", -5), item("message", "b", 1)], NOW)
    assert keys(found) == ["a", "b", "c"]


def test_a_claim_due_today_stands_above_every_late_message_and_one_due_in_two_days_beside_those_due_now() -> None:
    items = [item("message", f"late{n}", -n) for n in (1, 30, 300)]
    items += [item("message", "soon", 1), item("a_to_z", "today", 8), item("a_to_z", "tuesday", 48)]
    assert keys(ordered(items, NOW)) == ["today", "late300", "late30", "late1", "tuesday", "soon"]


def test_a_buyer_who_is_about_to_be_late_stands_above_feedback_and_cells_that_are_long_over() -> None:
    items = [item("rating", "rating", -900), item("check", "cell", -900), item("message", "buyer", 2)]
    assert keys(ordered(items, NOW)) == ["buyer", "rating", "cell"]


def test_the_account_itself_stands_above_all() -> None:
    items = [item("a_to_z", "claim", -90), item("status", "account", None), item("message", "buyer", -90)]
    assert keys(ordered(items, NOW)) == ["account", "claim", "buyer"]


def test_each_line_says_what_is_lost_and_how_far_ahead_it_stands() -> None:
    assert why(item("a_to_z", "a", 3)) == "the money, and an order defect; stands 2 days ahead"
    assert why(item("message", "a", 3)) == "an answer within 24 hours"


def test_a_claim_and_the_ticket_of_its_mail_are_one_line_that_names_both() -> None:
    claim = item("a_to_z", "claim:5 claim-of:acme/1", 10, what="Send Amazon your side", owner=None)
    ticket = item("message", "ticket:7 claim-of:acme/1", 2, what="Where is it?", owner="Anna")
    (found,) = ordered([ticket, claim], NOW)
    assert (found.what, found.also, found.owner, found.kind) == (
        "Send Amazon your side",
        ("Where is it?",),
        "Anna",
        "a_to_z",
    )


def test_what_somebody_asks_gives_the_words_and_the_more_urgent_one_the_place() -> None:
    late = item("message", "ticket:7", -3, what="Where is it?", page="inbox")
    asks = item(
        "escalation", "ticket:7 escalation:1", 30, what="Anna asks: refund?", page="today", asks=True, escalation=1
    )
    (found,) = ordered([asks, late], NOW)
    assert (found.what, found.page, found.due_at, found.also) == (asks.what, "today", late.due_at, ("Where is it?",))


def test_what_escalated_by_itself_adds_no_words_to_the_thing_it_is_about() -> None:
    late = item("message", "ticket:7", -3, what="Where is it?")
    by_itself = item("message", "ticket:7", 4, what="A buyer waits.", escalation=9, is_news=False)
    (found,) = ordered([by_itself, late], NOW)
    assert (found.what, found.also, found.escalation) == ("Where is it?", (), 9)


def test_sharing_goes_on_from_one_to_the_next() -> None:
    chain = [item("message", "a b", 1), item("message", "c d", 2), item("message", "e", 3), item("message", "b c", 4)]
    assert sorted(sorted(each.keys) for each in merged(chain)) == [["a", "b", "c", "d"], ["e"]]


ITEMS = st.lists(
    st.builds(
        item,
        st.sampled_from(list(LOSSES)),
        st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=2, unique=True).map(" ".join),
        st.none() | st.floats(-400, 400),
    ),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(ITEMS)
def test_nothing_stands_there_twice_nothing_is_lost_and_the_order_is_that_of_the_rule(items: list[Item]) -> None:
    found = ordered(items, NOW)
    named = [key for each in found for key in each.keys]
    assert sorted(named) == sorted({key for each in items for key in each.keys})
    assert all(place(one, NOW) <= place(other, NOW) for one, other in pairwise(found))
    for each in found:
        same = [one for one in items if one.keys & each.keys]
        assert min(place(one, NOW)[0] for one in same) == stands_at(each, NOW)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(LOSSES)), st.floats(-400, 400), st.floats(0, 400))
def test_of_one_kind_what_is_due_sooner_never_stands_below(kind: str, due: float, later: float) -> None:
    one, other = item(kind, "a", due), item(kind, "b", due + later)
    assert stands_at(one, NOW) <= stands_at(other, NOW)
