"""Decisions: recorded with the figure that will show success, changed, closed, and followed up in the next pack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services import people
from services.errors import Rejected, Stale
from services.meeting import decisions, pack
from services.meeting.decisions import Wish
from services.people import Person
from services.rules import periods
from tests.desks import DAY, NOW, Desk
from tests.pages.conftest import statements
from tests.services.meeting.conftest import AFTER, W46, W47

BEA = Person("Bea", "supervisor", False, None)
WISH = Wish("Answer Germany before noon, Ana Example waited", "Bea", date(2026, 11, 20), "within_24h", "", 0.9)


@pytest.fixture
def office(weeks: Desk) -> Desk:
    """The shop, with Bea in it."""
    people.add(weeks.store, "Bea", "supervisor", actor=weeks.supervisor(), now=AFTER)
    return weeks


def recorded(desk: Desk, wish: Wish = WISH, period: periods.Period = W46) -> decisions.Decision:
    number = decisions.add(desk.store, desk.settings, period, wish, actor=BEA, now=AFTER)
    found = decisions.by_id(desk.store, desk.settings, number, NOW)
    assert found is not None
    return found


def test_it_remembers_what_the_figure_was(office: Desk) -> None:
    found = recorded(office)
    assert (found.value_then, found.target, found.owner, found.is_open) == (0.5, 0.9, "Bea", True)
    assert recorded(office, replace(WISH, scope="DE")).value_then == 0.0
    assert recorded(office, replace(WISH, figure="late_response_rate")).value_then == 0.5


def test_the_log_keeps_the_facts_but_no_words(office: Desk) -> None:
    found = recorded(office)
    (entry,) = [row for row in office.rows("activity") if row["what"] == "decision.add"]
    assert entry["object"] == f"decision:{found.id}"
    assert entry["after"]["target"] == 0.9
    assert "Ana" not in str(entry)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "  \x00 "}, "Write down what was decided."),
        ({"text": "x" * 501}, "in 500 characters; these are 501"),
        ({"owner": ""}, "Choose who does it."),
        ({"owner": "Nobody"}, "There is nobody called Nobody."),
        ({"due_on": date(2026, 11, 15)}, "The due date has passed"),
        ({"figure": "profit"}, "Choose the figure"),
        ({"scope": "BR"}, "BR is no marketplace of the settings."),
        ({"target": 1.1}, "Give a target from 0 to 100 %."),
        ({"target": float("nan")}, "Give a target from 0 to 100 %."),
        ({"figure": "missed", "target": -1.0}, "Give a target of 0 or more."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    office: Desk, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Rejected, match=sentence):
        recorded(office, replace(WISH, **changes))  # type: ignore[arg-type]


def test_an_owner_who_left_keeps_old_ones_and_gets_no_new_ones(office: Desk) -> None:
    found = recorded(office)
    people.set_disabled(office.store, "Bea", True, actor=office.supervisor(), now=NOW)
    with pytest.raises(Rejected, match="Bea does not work here any more"):
        recorded(office)
    wish = replace(WISH, text="Still hers")
    decisions.change(office.store, office.settings, found.id, found.version, wish, actor=BEA, now=NOW)


def test_somebody_elses_change_is_never_overwritten(office: Desk) -> None:
    found = recorded(office)
    where = (office.store, office.settings, found.id)
    decisions.change(*where, found.version, replace(WISH, target=0.95), actor=BEA, now=NOW)
    with pytest.raises(Stale):
        decisions.change(*where, found.version, replace(WISH, target=0.5), actor=BEA, now=NOW)
    with pytest.raises(Stale):
        decisions.close(office.store, found.id, found.version, "done", outcome="", actor=BEA, now=NOW)
    kept = decisions.by_id(*where, NOW)
    assert kept is not None
    assert (kept.target, kept.version) == (0.95, 2)


def test_another_figure_is_measured_again_as_of_its_meeting(office: Desk) -> None:
    found = recorded(office)
    wish = replace(WISH, figure="missed", target=1.0)
    decisions.change(office.store, office.settings, found.id, found.version, wish, actor=BEA, now=NOW)
    changed = decisions.by_id(office.store, office.settings, found.id, NOW)
    assert changed is not None
    assert changed.value_then == 2.0


def test_it_is_closed_with_what_came_of_it_and_may_be_opened_again(office: Desk) -> None:
    found = recorded(office)
    decisions.close(office.store, found.id, 1, "done", outcome=" It  helped. ", actor=BEA, now=NOW)
    closed = decisions.by_id(office.store, office.settings, found.id, NOW)
    assert closed is not None
    assert (closed.state, closed.outcome, closed.closed_by) == ("Done", "It helped.", "Bea")
    for refused in ("done", "sold"):
        with pytest.raises(Rejected):
            decisions.close(office.store, found.id, 2, refused, outcome="", actor=BEA, now=NOW)
    decisions.reopen(office.store, found.id, 2, actor=BEA, now=NOW)
    with pytest.raises(Rejected, match="open already"):
        decisions.reopen(office.store, found.id, 3, actor=BEA, now=NOW)
    whats = [row["what"] for row in office.rows("activity") if row["object"] == f"decision:{found.id}"]
    assert whats == ["decision.add", "decision.close", "decision.reopen"]


def test_the_next_pack_follows_it_up_with_then_now_and_target(office: Desk) -> None:
    recorded(office)
    recorded(office, replace(WISH, text="Nobody waits over a day", figure="missed", target=0.0))
    assert pack.build(office.store, office.settings, W46, NOW).section("decided").tables[0].rows == ()  # type: ignore[union-attr]
    at_end = W47.ends_at + DAY
    (first, second) = pack.build(office.store, office.settings, W47, at_end).section("decided").tables[0].rows  # type: ignore[union-attr]
    assert first[5:] == ("Answered within 24 h", "50.0 %", "—", "90.0 %", "Not known")
    assert second[4:] == ("Overdue", "Late or unanswered", "2", "0", "0", "Target reached")


def test_what_was_closed_before_the_period_is_not_followed_up_any_more(office: Desk) -> None:
    found = recorded(office)
    decisions.close(office.store, found.id, 1, "dropped", outcome="", actor=BEA, now=AFTER)
    at_end = W47.ends_at + 14 * DAY
    shown = pack.build(office.store, office.settings, W47, at_end).section("decided").tables[0].rows  # type: ignore[union-attr]
    assert [row[4] for row in shown] == ["Dropped"]
    later = pack.build(office.store, office.settings, periods.week("2026-W48"), at_end)
    assert later.section("decided").tables[0].rows == ()  # type: ignore[union-attr]


def test_overdue_ones_wait_for_somebody_in_one_statement(office: Desk) -> None:
    for day in (18, 19, 22, 25):
        recorded(office, replace(WISH, due_on=date(2026, 11, day), scope="DE"))
    with statements(office.store) as seen, office.store.read() as session:
        found = decisions.waiting(session, NOW, 1)
    assert len([each for each in seen if each.lstrip().upper().startswith("SELECT")]) == 1
    assert (found.count, found.capped, len(found.lines)) == (2, False, 1)
    (line,) = found.lines
    assert (line.page, line.target, line.marketplace, line.owner) == (
        "meeting",
        ("decision", str(line.id)),
        "DE",
        "Bea",
    )
    assert line.due_at is not None
    assert line.due_at < NOW
