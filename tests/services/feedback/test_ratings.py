"""The seller rating: what is counted in a window, what was typed in, and what is said where something is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.errors import Rejected
from services.feedback import acts, ratings
from services.people import Person
from tests.desks import NOW, ORDERS, Desk
from tests.feedbacks import read_feedback, said

ANA = Person("Ana", "agent", False, None)
TODAY = date(2026, 11, 22)


def enter(desk: Desk, **changes: Any) -> None:
    values = {"account": "acme", "marketplace": "US", "days": 30, "day": TODAY, "ratings": 50}
    ratings.enter_total(desk.store, desk.settings, **{**values, **changes}, actor=ANA, now=NOW)


def shares(desk: Desk) -> list[float | None]:
    return [each.share for each in ratings.ratings(desk.store, "acme", "US", now=NOW)]


def test_without_a_total_the_rows_are_counted_and_nothing_is_guessed(desk: Desk) -> None:
    read_feedback(
        desk, said(ORDERS[1], date="11/20/26"), said(ORDERS[2], rating="3", date="11/19/26"),
        said(ORDERS[3], date="09/20/26"), said(ORDERS[4], date="01/20/26"),
    )  # fmt: skip
    found = ratings.ratings(desk.store, "acme", "US", now=NOW)
    assert [(each.days, each.negative, each.neutral, each.share) for each in found] == [
        (30, 1, 1, None), (90, 2, 1, None), (365, 3, 1, None)]  # fmt: skip
    assert all("only 1 to 3 stars" in each.why for each in found)


def test_a_total_gives_the_share_of_its_own_window_and_day(every_desk: Desk) -> None:
    desk = every_desk
    read_feedback(desk, said(ORDERS[1], date="11/20/26"), said(ORDERS[2], date="10/24/26"))
    enter(desk)
    assert shares(desk) == [0.96, None, None]
    enter(desk, ratings=100)
    assert shares(desk) == [0.98, None, None]
    enter(desk, day=date(2026, 11, 19), days=90, ratings=10)
    assert shares(desk) == [0.98, 0.9, None]


def test_what_amazon_removed_counts_no_more(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1]))
    enter(desk)
    version = acts.ask_removal(desk.store, f"acme/{ORDERS[1]}", 0, actor=ANA, now=NOW)
    acts.decide_removal(desk.store, f"acme/{ORDERS[1]}", version, decision="granted", actor=ANA, now=NOW)
    assert shares(desk)[0] == 1


def test_a_total_that_cannot_be_right_is_said(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1]), said(ORDERS[2]))
    enter(desk, ratings=1)
    (first, *_) = ratings.ratings(desk.store, "acme", "US", now=NOW)
    assert (first.share, "check the number" in first.why) == (None, True)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"account": "nobody"}, "does not sell in"),
        ({"marketplace": "FR"}, "does not sell in FR"),
        ({"days": 60}, "30, 90 or 365"),
        ({"day": date(2026, 11, 23)}, "lies ahead"),
        ({"ratings": -1}, "Give the number"),
    ],
)
def test_nonsense_is_refused(desk: Desk, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        enter(desk, **changes)
    assert shares(desk) == [None, None, None]
