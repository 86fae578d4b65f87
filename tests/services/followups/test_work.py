"""The work on follow-ups: marking, putting off, closing, taking back, and what goes into the sheet with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from data import sheet_writes
from data.models.followups import FollowupCard, FollowupWork
from data.models.journal import Activity
from data.models.sheets import Sheet, SheetRow, SheetWrite
from data.store import Store
from services import people, templates
from services.errors import Rejected, Stale
from services.followups import detail, listing, marking, writes
from services.followups.shapes import Filters
from services.people import Person
from tests import followups as made
from tests.desks import DAY, HOUR, NOW, ORDERS

ANA = Person("Ana", "agent", False, None)


@pytest.fixture
def rows(store: Store) -> Store:
    """A store with three rows: 1 and 2 to contact, 3 contacted in the sheet."""
    made.put(
        store,
        made.row(1, dated=date(2026, 11, 18)),
        made.row(2, dated=date(2026, 11, 20), note="asked twice"),
        made.row(3, contacted=True, contacted_text="x", contact_day=date(2026, 11, 19), agent="Bo"),
    )
    return store


def do(store: Store, what: str, n: int = 1, version: int | None = None, **values: Any) -> int:
    now = values.pop("now", NOW)
    return writes.do(store, what, n, version or work(store, n).version, actor=ANA, now=now, **values)


def work(store: Store, n: int) -> FollowupWork:
    with store.read() as session:
        return session.get_one(FollowupWork, n)


def card(store: Store, n: int) -> FollowupCard:
    with store.read() as session:
        return session.get_one(FollowupCard, n)


def cells(store: Store, n: int) -> dict[str, str]:
    """What is on its way into the sheet."""
    with store.read() as session:
        return {each.role: each.ours for each in sheet_writes.of_rows(session, [made.key(n)]).get(made.key(n), [])}


def said(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        return [(row.actor, row.what) for row in session.scalars(select(Activity).order_by(Activity.id))]


def test_a_mark_counts_at_once_and_goes_into_four_cells_and_no_other(rows: Store) -> None:
    do(rows, "contacted", how="phone", when=NOW - HOUR, note="left a message")
    found = card(rows, 1)
    assert (found.state, found.contacted_by, found.contacted_at, found.due_at) == ("contacted", "Ana", NOW - HOUR, None)
    assert cells(rows, 1) == {"contacted": "yes", "date": "2026-11-22", "agent": "Ana", "note": "left a message"}
    assert said(rows) == [("Ana", "followup.contacted"), ("Ana", "followup.note")]


def test_the_local_user_signs_in_the_sheet_with_the_name_for_replies_or_not_at_all(rows: Store) -> None:
    me = people.local_person(rows)
    writes.do(rows, "contacted", 1, 1, actor=me, now=NOW)
    assert (card(rows, 1).contacted_by, "agent" in cells(rows, 1)) == ("You", False)
    templates.set_reply_name(rows, "Robin", actor=me)
    writes.do(rows, "contacted", 2, 1, actor=me, now=NOW)
    assert cells(rows, 2)["agent"] == "Robin"


def test_a_note_is_added_to_what_the_sheet_says_and_an_edited_one_replaces_it(rows: Store) -> None:
    do(rows, "contacted", 2, note="no answer")
    assert cells(rows, 2)["note"] == "asked twice; no answer"
    do(rows, "note", 2, text=" asked  three times ")
    assert cells(rows, 2)["note"] == "asked three times"
    found = detail.detail(rows, 2, now=NOW)
    assert found is not None
    assert found.note == "asked three times"


def test_a_mark_that_is_taken_back_gives_the_sheet_its_words_again(rows: Store) -> None:
    do(rows, "contacted", 3)
    assert cells(rows, 3) == {"contacted": "yes", "date": "2026-11-22", "agent": "Ana"}
    do(rows, "not_contacted", 3)
    assert cells(rows, 3) == {"contacted": "x", "date": "", "agent": "Bo"}
    assert (card(rows, 3).state, card(rows, 3).contacted_by) == ("contacted", "Bo")
    with pytest.raises(Rejected, match="take the mark out there"):
        do(rows, "not_contacted", 3)


def test_a_snooze_hides_the_row_until_it_is_over_and_what_is_due_stays_due(rows: Store) -> None:
    due = card(rows, 1).due_at
    do(rows, "snooze", until=NOW + DAY)
    assert listed(rows) == [2]
    assert listed(rows, "snoozed") == [1]
    assert card(rows, 1).due_at == due
    assert listed(rows, now=NOW + DAY) == [1, 2]
    do(rows, "unsnooze")
    assert listed(rows) == [1, 2]


def listed(store: Store, box: str = "to_contact", **more: Any) -> list[int]:
    now = more.pop("now", NOW)
    return [line.id for line in listing.page(store, Filters(box=box, **more), now=now).rows]


def test_a_closed_row_leaves_the_list_and_comes_back(rows: Store) -> None:
    do(rows, "resolve", why="done")
    assert (listed(rows), listed(rows, "over")) == ([2], [1])
    assert cells(rows, 1) == {}
    do(rows, "reopen")
    assert listed(rows) == [1, 2]


@pytest.mark.parametrize(
    ("what", "n", "values", "sentence"),
    [
        ("contacted", 1, {"when": NOW + HOUR}, "cannot lie in the future"),
        ("contacted", 1, {"how": "pigeon"}, "Say how"),
        ("contacted", 1, {"note": "x" * 2001}, None),
        ("note", 1, {"text": "x" * 2001}, "2,001 characters"),
        ("snooze", 1, {"until": NOW}, "within the next 60 days"),
        ("snooze", 1, {"until": NOW + 61 * DAY}, "within the next 60 days"),
        ("snooze", 3, {"until": NOW + DAY}, "Only what must still be contacted"),
        ("unsnooze", 1, {}, "not snoozed"),
        ("resolve", 1, {"why": "  "}, "Say why"),
        ("reopen", 1, {}, "not resolved"),
        ("accept", 1, {"code": "cancelled"}, "not proposed any more"),
        ("burn", 1, {}, "cannot be done here"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    what: str, n: int, values: dict[str, Any], sentence: str | None, rows: Store
) -> None:
    if sentence is None:
        do(rows, what, n, **values)
        return
    with pytest.raises(Rejected, match=sentence):
        do(rows, what, n, **values)
    assert work(rows, n).version == 1
    assert said(rows) == []


def test_who_is_late_is_told_and_nothing_is_written(rows: Store) -> None:
    do(rows, "assign")
    with pytest.raises(Stale):
        do(rows, "resolve", version=1, why="done")
    with pytest.raises(Rejected, match="no such follow-up"):
        writes.do(rows, "assign", 99, 1, actor=ANA, now=NOW)
    with pytest.raises(Rejected, match="access is closed"):
        writes.do(rows, "assign", 1, 2, actor=Person("Ex", "agent", True, None), now=NOW)
    assert work(rows, 1).resolved_at is None


def test_many_are_marked_and_taken_back_with_their_cells(rows: Store) -> None:
    do(rows, "assign", 2)
    result = writes.do_many(rows, "contacted", [(1, 1), (2, 1), (3, 1), (9, 1)], actor=ANA, now=NOW, how="message")
    assert sorted(result.done) == [1, 3]
    assert sorted(result.refused) == [2, 9]
    assert listed(rows, "contacted") == [1, 3]
    assert result.undo
    with pytest.raises(Rejected, match="Only Ana"):
        writes.undo(rows, result.undo, actor=Person("Bo", "agent", False, None), now=NOW)
    back = writes.undo(rows, result.undo, actor=ANA, now=NOW + HOUR / 2)
    assert sorted(back.done) == [1, 3]
    assert listed(rows) == [1, 2]
    assert cells(rows, 1) == {"contacted": "", "date": "", "agent": ""}
    assert cells(rows, 3) == {"contacted": "x", "date": "", "agent": "Bo"}
    with pytest.raises(Rejected, match="taken back already"):
        writes.undo(rows, result.undo, actor=ANA, now=NOW)


def test_what_was_changed_since_stays_when_many_are_taken_back(rows: Store) -> None:
    result = writes.do_many(rows, "resolve", [(1, 1), (2, 1)], actor=ANA, now=NOW, why="done")
    do(rows, "reopen", 1)
    back = writes.undo(rows, result.undo or "", actor=ANA, now=NOW)
    assert (list(back.done), list(back.refused)) == ([2], [1])


def test_too_many_at_once_are_refused(rows: Store) -> None:
    with pytest.raises(Rejected, match="Choose 1 to 500 rows; 501"):
        writes.do_many(rows, "assign", [(n, 1) for n in range(501)], actor=ANA, now=NOW)


def written(store: Store, place: str) -> None:
    """The sync has written all that was queued, into the sheet itself or into a copy of a file."""
    with store.write() as session:
        session.execute(update(SheetWrite).values(state="done", done_at=NOW))
        session.execute(update(Sheet).values(place=place))


@pytest.mark.parametrize(("place", "note", "taken_out"), [("file", "first; second", False), ("google", "second", True)])
def test_what_went_into_the_copy_of_a_file_counts_though_the_file_does_not_say_it(
    place: str, note: str, taken_out: bool, rows: Store
) -> None:
    do(rows, "contacted", 1, note="first")
    written(rows, place)
    found = detail.detail(rows, 1, now=NOW)
    assert found is not None
    assert (found.unmarked_there, found.in_copy) == (taken_out, not taken_out)
    do(rows, "contacted", 1, note="second")
    assert cells(rows, 1)["note"] == note


def conflict(store: Store, n: int, role: str, theirs: str) -> tuple[int, int]:
    """What the sync finds when a person has changed a cell that we were about to write."""
    with store.write() as session:
        write = next(each for each in sheet_writes.of_rows(session, [made.key(n)])[made.key(n)] if each.role == role)
        write.state, write.theirs, write.version = "conflict", theirs, write.version + 1
        found = (write.id, write.version)
    column = {"agent": "agent", "note": "note", "contacted": "contacted_text"}[role]
    made.put(store, made.row(n, **{column: theirs}))
    return found


def test_a_cell_that_somebody_changed_is_shown_with_both_texts(rows: Store) -> None:
    do(rows, "contacted")
    conflict(rows, 1, "agent", "Bo")
    assert card(rows, 1).conflicts == 1
    assert listed(rows, "conflicts") == [1]
    found = detail.detail(rows, 1, now=NOW)
    assert found is not None
    (cell,) = found.conflicts
    assert (cell.role, cell.before, cell.ours, cell.theirs) == ("agent", "", "Ana", "Bo")
    assert [each.role for each in found.waiting] == ["contacted", "date"]


def test_mine_is_written_over_exactly_what_was_shown(rows: Store) -> None:
    do(rows, "contacted")
    write = conflict(rows, 1, "agent", "Bo")
    writes.settle(rows, 1, 2, [write], choice="ours", actor=ANA, now=NOW)
    with rows.read() as session:
        newest = session.scalars(select(SheetWrite).where(SheetWrite.role == "agent").order_by(SheetWrite.id)).all()[-1]
    assert (newest.ours, newest.bases, newest.state) == ("Ana", ["Bo"], "queued")
    assert card(rows, 1).conflicts == 0
    assert card(rows, 1).contacted_by == "Ana"


def test_theirs_counts_here_too_and_nothing_of_ours_is_written(rows: Store) -> None:
    do(rows, "contacted")
    write = conflict(rows, 1, "agent", "Bo")
    made.put(rows, made.row(1, contacted=True, contacted_text="yes", contact_day=date(2026, 11, 21), agent="Bo"))
    writes.settle(rows, 1, 2, [write], choice="theirs", actor=ANA, now=NOW)
    found = card(rows, 1)
    assert (found.state, found.contacted_by, found.conflicts) == ("contacted", "Bo", 0)
    with rows.read() as session:
        there = {role: getattr(session.get_one(SheetRow, 1), name) for role, name in sheet_writes.AS_READ.items()}
    assert all(there[role] == text for role, text in cells(rows, 1).items())


def test_a_conflict_that_changed_again_is_not_settled_blindly(rows: Store) -> None:
    do(rows, "contacted")
    write, version = conflict(rows, 1, "agent", "Bo")
    with pytest.raises(Stale, match="changed again"):
        writes.settle(rows, 1, 2, [(write, version - 1)], choice="ours", actor=ANA, now=NOW)
    assert work(rows, 1).version == 2


def test_what_people_did_survives_a_rebuild_of_the_mirror(rows: Store) -> None:
    do(rows, "contacted")
    do(rows, "assign", 2, person="Bo")
    with rows.write() as session:
        session.query(SheetRow).delete()
        session.query(FollowupCard).delete()
    made.put(rows, *(made.row(n) for n in (3, 2, 1)))
    assert (card(rows, 1).state, card(rows, 1).contacted_by, card(rows, 2).owner) == ("contacted", "Ana", "Bo")


def test_a_row_that_leaves_the_sheet_is_over_and_its_work_is_there_when_it_comes_back(rows: Store) -> None:
    do(rows, "assign", 2, person="Bo")
    made.put(rows, made.row(2, gone_at=NOW))
    assert (listed(rows), listed(rows, "over")) == ([1], [2])
    made.put(rows, made.row(2))
    assert card(rows, 2).owner == "Bo"
    assert listed(rows) == [1, 2]


def test_the_command_marks_as_the_page_does(rows: Store) -> None:
    marked = marking.mark(rows, made.key(1), contacted_by="Cleo", now=NOW, at=NOW - DAY, note="by phone")
    assert marked == {
        "id": 1, "row_key": made.key(1), "account": "acme", "sheet": made.SHEET,
        "contacted_at": "2026-11-21T09:00:00Z", "contacted_by": "Cleo",
    }  # fmt: skip
    assert cells(rows, 1) == {"contacted": "yes", "date": "2026-11-21", "agent": "Cleo", "note": "by phone"}
    assert people.by_name(rows, "Cleo").role == "agent"


def test_the_same_command_again_changes_nothing(rows: Store) -> None:
    for _ in range(2):
        marking.mark(rows, made.key(1), contacted_by="Cleo", now=NOW)
    assert work(rows, 1).version == 2


def test_a_row_is_also_found_by_its_order_where_only_one_has_it(rows: Store) -> None:
    assert marking.mark(rows, ORDERS[1], contacted_by="Cleo", now=NOW)["id"] == 1
    made.put(rows, made.row(7, order_id=ORDERS[1], sheet="gifts.csv", kind="gifts"))
    with pytest.raises(Rejected, match=r"2 follow-ups go by .*--account and --sheet"):
        marking.mark(rows, ORDERS[1], contacted_by="Cleo", now=NOW)
    assert marking.mark(rows, ORDERS[1], contacted_by="Cleo", now=NOW, sheet="gifts.csv")["row_key"] == made.key(7)


@pytest.mark.parametrize(("name", "by"), [("ffffffffffffffff", "Cleo"), ("", "Cleo"), (made.key(1), " ")])
def test_an_unknown_key_and_an_empty_name_are_refused(name: str, by: str, rows: Store) -> None:
    with pytest.raises(Rejected):
        marking.mark(rows, name, contacted_by=by, now=NOW)
    assert said(rows) == []


def test_the_list_narrows_and_pages(store: Store) -> None:
    made.put(store, *(made.row(n, dated=date(2026, 11, 20) - timedelta(days=n % 7)) for n in range(30)))
    made.put(store, made.row(40, sheet="gifts.csv", kind="gifts", item="Ribbon"))
    first = listing.page(store, Filters(), now=NOW, limit=10)
    second = listing.page(store, Filters(), now=NOW, limit=10, mark=first.next)
    again = listing.page(store, Filters(), now=NOW, limit=10, mark=second.before, backwards=True)
    assert [line.id for line in again.rows] == [line.id for line in first.rows]
    dues = [line.due_at for line in (*first.rows, *second.rows) if line.due_at]
    assert dues == sorted(dues)
    assert len({line.id for line in (*first.rows, *second.rows)}) == 20
    assert first.before is None
    found: dict[str, Callable[[], list[int]]] = {
        "kind": lambda: listed(store, kind="gifts"),
        "sheet": lambda: listed(store, sheet="gifts.csv"),
        "text": lambda: listed(store, text=" ribb "),
        "key": lambda: listed(store, text=made.key(40)),
    }
    assert {name: len(find()) for name, find in found.items()} == dict.fromkeys(found, 1)
    assert len(listed(store, owner="-")) == 31
    assert listed(store, text="%") == []
    assert listing.page(store, Filters(), now=NOW, mark="broken").before is None
