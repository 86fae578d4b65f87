"""Whatever people and the sheet do to a row in whatever order: its card says what would be derived anew, each step is
in the log, and what is on its way into the sheet is in the four cells that may be written."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from data import followup_cards, sheet_writes
from data.models.followups import FollowupCard, FollowupWork
from data.models.journal import Activity
from data.store import Store
from services.errors import Rejected
from services.followups import cards, writes
from services.people import Person
from tests import followups as made
from tests.desks import DAY, HOUR, NOW

ANA = Person("Ana", "agent", False, None)
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("contacted", {"note": "called"}),
    ("contacted", {"when": NOW - DAY, "how": "phone"}),
    ("not_contacted", {}),
    ("snooze", {"until": NOW + DAY}),
    ("unsnooze", {}),
    ("resolve", {"why": "done"}),
    ("reopen", {}),
    ("assign", {"person": "Bo"}),
    ("note", {"text": "x"}),
    ("sheet", {"contacted": True, "contacted_text": "x", "contact_day": date(2026, 11, 20), "agent": "Bo"}),
    ("sheet", {"contacted": False, "note": "by hand"}),
    ("sheet", {"gone_at": NOW}),
)
numbers = count(1)


@given(steps=st.lists(st.sampled_from(ACTS), min_size=1, max_size=7))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_card_says_what_would_be_derived_anew(steps: list[tuple[str, dict[str, Any]]], store: Store) -> None:
    n = next(numbers)
    made.put(store, made.row(n))
    before, done = said(store), 0
    for what, values in steps:
        if what == "sheet":
            made.put(store, made.row(n, **values))
            continue
        try:
            writes.do(store, what, *target(store, n), actor=ANA, now=NOW + HOUR, **values)
            done += 1
        except Rejected:
            pass
    with store.write() as session:
        found = session.scalars(select(FollowupCard).where(FollowupCard.row_key == made.key(n))).one()
        kept = followup_cards.cards(session, [found.id])
        cards.told_by_sheets(session, [("acme", made.SHEET, made.key(n))], now=NOW + HOUR)
        assert followup_cards.cards(session, [found.id]) == kept
        roles = {each.role for each in sheet_writes.of_rows(session, [made.key(n)]).get(made.key(n), [])}
    assert roles <= {"contacted", "date", "agent", "note"}
    assert done <= said(store) - before <= 2 * done  # a note that comes with a mark is told of by itself


def target(store: Store, n: int) -> tuple[int, int]:
    with store.read() as session:
        row = session.scalars(select(FollowupWork).where(FollowupWork.row_key == made.key(n))).one()
        return row.id, row.version


def said(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Activity)) or 0
