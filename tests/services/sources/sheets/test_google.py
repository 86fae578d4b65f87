"""Reading Google's spreadsheets: as they are shown, in one call, and a sentence for all that is not as it should be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data import rejects, sheet_writes, sheets
from data.store import Store
from services.settings import Account, Settings
from services.settings import Sheet as SheetSettings
from services.sync import engine
from tests.servers import sheets as google
from tests.servers.sheets import Sheets, Tab, Typed
from tests.sheets import HEADINGS, KIND, Desk, desk, frozen, line, order

pytestmark = pytest.mark.usefixtures("held_still")


@pytest.fixture
def held_still() -> Iterator[None]:
    with frozen():
        yield


def made(store: Store, tmp_path: Path, *rows: list[google.Cell], **how: object) -> Desk:
    return desk(store, tmp_path, [list(HEADINGS), *rows], **how)  # type: ignore[arg-type]


def test_cells_are_read_as_they_are_shown(store: Store, tmp_path: Path) -> None:
    it = made(
        store,
        tmp_path,
        [Typed(order(1)), Typed("01067", 1067), Typed("22.11.2026", 46348), True, "", "", Typed("yes", "yes", "=A1")],
    )
    it.sync()
    row = it.row(1)
    assert row.cells == {
        "Order ID": order(1), "Item": "01067", "Date": "22.11.2026", "Contacted": "TRUE", "Contact date": "",
        "Agent": "", "Notes": "yes",
    }  # fmt: skip
    assert (row.contacted, str(row.dated)) == (True, "2026-11-22")


def test_a_sheet_is_read_in_one_call_and_an_unchanged_one_changes_nothing(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, *(line(n) for n in range(1, 40)))
    assert it.sync().tally.new == 39
    assert it.google.count() == 2
    before = it.rows()
    assert (it.sync().tally.new, it.google.count("write")) == (0, 0)
    assert [row.changed_at for row in it.rows()] == [row.changed_at for row in before]


def test_sorting_inserting_and_deleting_in_the_sheet_changes_nothing_here(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, *(line(n) for n in range(1, 10)))
    it.sync()
    before = {(row.row_key, row.id, str(row.cells)) for row in it.rows()}
    it.book.tab().sort(0, backwards=True)
    it.book.tab().insert(3, [])
    it.book.tab().insert(1, line(30))
    it.book.tab().delete(5)
    outcome = it.sync()
    assert (outcome.tally.new, outcome.tally.changed) == (1, 1)
    now = {(row.row_key, row.id, str(row.cells)) for row in it.rows()}
    assert (len(now), len(now & before)) == (9, 8)


def test_a_date_column_shown_in_another_format_keeps_its_rows(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, line(1, date="11/05/2026"), line(2, date="11/20/2026"))
    it.sync()
    keys = {row.row_key for row in it.rows()}
    for row, text in ((1, "5 Nov 2026"), (2, "2026-11-20")):
        it.book.tab().put(row, 2, text)
    it.sync()
    assert {row.row_key for row in it.rows()} == keys


def test_two_rows_for_one_order_are_two_and_the_same_row_twice_is_one(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, line(1), line(1, item="Cup"), line(1, date="11/21/2026"), line(1, "yes"))
    it.sync()
    assert len(it.rows()) == 3
    assert [row.contacted for row in it.rows() if row.item == "Mug" and str(row.dated) == "2026-11-20"] == [True]


def test_rows_that_nobody_can_know_again_are_set_aside_and_empty_tick_boxes_are_not(
    store: Store, tmp_path: Path
) -> None:
    it = made(store, tmp_path, line(1), ["", "", "", False], [], ["", "", "", "", "", "", "who is this"],
              ["n/a", "Cup"], ["n/a", "Bowl"], list(HEADINGS))  # fmt: skip
    it.sync()
    assert [row.order_id for row in it.rows()] == [None, None, order(1)] or len(it.rows()) == 3
    with store.read() as session:
        assert [(each.place, each.raw) for each in rejects.stream_rows(session)] == [
            (f"{KIND} (Sheet1):5", b"\t\t\t\t\t\twho is this")]  # fmt: skip
    it.book.tab().put(4, 0, order(2))
    it.sync()
    with store.read() as session:
        assert list(rejects.stream_rows(session)) == []


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        (lambda it: setattr(it.book, "access", "none"), "needs_person", "does not let Within24 read"),
        (lambda it: it.google.books.clear(), "needs_person", "no spreadsheet with this key"),
        (lambda it: setattr(it.book.tab(), "title", "Old"), "needs_person", 'no tab "Sheet1"; its tabs are "Old"'),
        (lambda it: it.book.tab().put(0, 2, "Since"), "needs_person", 'The column "Date" is gone'),
        (lambda it: it.book.tab().put(0, 6, "Words"), "needs_person", 'The column "Notes" is gone'),
        (lambda it: it.book.tab().rows.clear(), "needs_person", 'has no column "Order ID"'),
        (lambda it: it.google.fail(*[google.DROPPED] * 9), "retry", "cannot be reached"),
        (lambda it: it.google.fail(*[google.UNAVAILABLE] * 9), "retry", "trouble of its own (503)"),
        (lambda it: it.google.fail(*[google.NOT_JSON] * 9), "retry", "cannot be read"),
        (lambda it: it.google.fail(google.Fault(200, body=b"[]"), *[google.NOT_JSON] * 8), "retry", "cannot be read"),
        (lambda it: it.google.fail(google.Fault(403, "Google Sheets API has not been used in project 1")),
         "needs_person", "not switched on"),
        (lambda it: it.google.fail(google.Fault(401, "bad token")), "needs_person", "does not accept"),
        (lambda it: it.google.fail(google.Fault(400, "This operation is not supported for this document")),
         "needs_person", "an Excel file in Google Drive"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_has_a_sentence_and_the_rows_stay(
    store: Store, tmp_path: Path, change: object, state: str, words: str
) -> None:
    it = made(store, tmp_path, line(1, "yes"), line(2), tab="Sheet1")
    it.sync()
    change(it)  # type: ignore[operator]
    outcome = it.sync()
    assert (outcome.state, words in outcome.message) == (state, True), outcome.message
    assert state == "retry" or outcome.what_to_do
    assert [row.contacted for row in it.rows()] == [True, False]


def test_a_renamed_heading_is_found_again_once_somebody_says_which_it_is(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, line(1, "yes"), line(2))
    it.sync()
    it.book.tab().put(0, 3, "Reached?")
    assert it.sync().state == "needs_person"
    with store.write() as session:
        assert sheets.choose(session, "acme", "key", "", {"contacted": "Reached?"}, version=0, by="Ana",
                             now=it.time.now())  # fmt: skip
    assert it.sync().state == "ok"
    it.queue(it.row(2), contacted="yes")
    it.sync()
    assert it.book.tab().text(2, 3) == "yes"


def test_a_renamed_heading_of_the_order_ids_is_found_by_what_stands_below_it(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, line(1), line(2))
    it.sync()
    keys = {row.row_key for row in it.rows()}
    it.book.tab().put(0, 0, "Ref")
    assert it.sync().state == "ok"
    assert {row.row_key for row in it.rows()} == keys


def test_without_a_tab_the_first_that_is_shown_is_read(store: Store, tmp_path: Path) -> None:
    it = made(store, tmp_path, line(1))
    it.book.tabs.insert(0, Tab("Hidden", 7, [["nothing"]], hidden=True))
    assert it.sync().state == "ok"
    assert len(it.rows()) == 1


def test_a_kind_of_ones_own_has_its_columns_in_the_settings(store: Store, tmp_path: Path) -> None:
    it = desk(store, tmp_path, [["Ref", "Ring up", "Done?"], [order(1), "Mug", ""]], kind="calls",
              columns={"Order ID": "Ref", "contacted": "Done?"})  # fmt: skip
    it.sync()
    it.queue(it.row(1), contacted="yes", note="left out: there is no such column")
    it.sync()
    assert it.book.tab().texts()[1] == [order(1), "Mug", "yes"]
    assert (it.row(1).kind, it.states()) == ("calls", ["done"])


def test_fifty_thousand_rows_are_read_in_one_call_and_under_ten_seconds(store: Store, tmp_path: Path) -> None:
    it = made(
        store,
        tmp_path,
        *(
            [
                f"111-{n:07}-7770001",
                f"Item {n % 90}",
                f"{n % 12 + 1}/{n % 28 + 1}/2026",
                "yes" if n % 3 else "",
                "",
                "Ana",
                "",
            ]
            for n in range(50_000)
        ),
    )
    it.google.calls.clear()
    begun = time.process_time()
    assert it.sync().tally.new == 50_000
    read = time.process_time() - begun
    assert it.google.count() == 2
    it.book.tab().sort(0, backwards=True)
    for n in range(1, 2000, 10):
        it.book.tab().put(n, 6, "changed")
    begun = time.process_time()
    assert it.sync().tally.changed == 200
    # Six and two seconds on two busy cores.
    assert max(read, time.process_time() - begun) < 10


def test_the_real_road_over_a_socket(store: Store, tmp_path: Path) -> None:
    with Sheets() as server:
        book = server.book("abc_-9", [list(HEADINGS), line(1, "", "", "", ""), line(2, "x")])
        sheet = SheetSettings(key="abc_-9", kind=KIND, endpoint=server.base)
        settings = Settings(accounts={"acme": Account(marketplaces=("US",), sheets=(sheet,))}, state_dir=tmp_path)
        (outcome,) = engine.run_once(store, settings, only="sheets", stop=threading.Event())
        assert (outcome.state, outcome.tally.new) == ("ok", 2)
        with store.write() as session:
            row = next(row for row in sheets.stream_rows(session) if not row.contacted)
            sheet_writes.queue(session, "acme", "abc_-9", row.row_key, {"contacted": "yes"}, by="Ana",
                               now=row.first_seen_at)  # fmt: skip
        server.fail(google.Fault(), google.Fault(), google.Fault(), google.DROPPED_AFTER)
        (outcome,) = engine.run_once(store, settings, only="sheets", stop=threading.Event())
        assert outcome.state == "ok"
        assert book.tab().text(1, 3) == "yes"


def test_a_key_that_is_none_is_said_before_anybody_is_asked(store: Store, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    for content, words in (
        ("{", "no JSON"),
        ("{}", "lacks client_email"),
        (
            json.dumps({"client_email": "a@example.com", "private_key": "x", "token_uri": "http://127.0.0.1:9"}),
            "damaged",
        ),
    ):
        key.write_text(content)
        sheet = SheetSettings(key="k", kind=KIND, credentials=str(key))
        settings = Settings(accounts={"acme": Account(marketplaces=("US",), sheets=(sheet,))}, state_dir=tmp_path)
        (outcome,) = engine.run_once(store, settings, only="sheets", stop=threading.Event())
        assert (outcome.state, words in outcome.message) == ("needs_person", True), outcome.message
