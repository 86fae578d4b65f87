"""Spreadsheet files of a folder: read by the kind in their names, written beside and never over."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from data import rejects, sheet_writes, sheets
from data.models.sheets import SheetRow
from data.store import Store
from services import sheets as sheets_page
from services.settings import Account, Folder, Settings
from services.sync import engine
from tests.sheets import NOW, order

HEAD = "Order ID;Item;Date;Contacted;Contact date;Agent;Notes"
NAME = "shipping_info_missing"


class Shop:
    """An account over a folder."""

    def __init__(self, store: Store, root: Path, **more: object) -> None:
        (root / "sheets").mkdir(parents=True)
        self.store, self.sheets = store, root / "sheets"
        account = Account(marketplaces=("DE",), folder=Folder(path=root), **more)
        self.settings = Settings(accounts={"acme": account}, state_dir=root / "state")

    def put(self, *lines: str, name: str = f"{NAME}.csv") -> Path:
        (self.sheets / name).write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
        return self.sheets / name

    def sync(self) -> engine.runner.Outcome:
        return engine.run_once(self.store, self.settings, only="folder", stop=threading.Event())[-1]

    def rows(self) -> list[SheetRow]:
        with self.store.read() as session:
            return list(sheets.stream_rows(session))

    def queue(self, row: SheetRow, **values: str) -> None:
        with self.store.write() as session:
            sheet_writes.queue(session, "acme", row.sheet, row.row_key, values, by="Ana", now=NOW)

    def copy(self, ending: str = "csv") -> str:
        return (self.sheets / f"{NAME}.within24.{ending}").read_text(encoding="utf-8-sig")

    def states(self) -> list[str]:
        with self.store.read() as session:
            return [
                write.state for write in session.query(sheet_writes.SheetWrite).order_by(sheet_writes.SheetWrite.id)
            ]

    def problems(self) -> list[tuple[str, str]]:
        with self.store.read() as session:
            return [(each.place, each.reason) for each in rejects.stream_rows(session)]


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return Shop(store, tmp_path / "shop")


def test_the_kind_is_the_name_of_the_file_exactly(shop: Shop) -> None:
    shop.put(f"{order(1)};Mug;20.11.2026;;;;01067")
    shop.put(f"{order(2)};Mug;20.11.2026;x;21.11.2026;Mia;", name="My own Kind.csv")
    shop.put(f"{order(3)};Mug;20.11.2026;;;;", name="~$lock.csv")
    shop.put(f"{order(3)};Mug;20.11.2026;;;;", name=f"{NAME}.within24.csv")
    assert shop.sync().tally.new == 2
    assert {(row.kind, row.sheet, row.contacted) for row in shop.rows()} == {
        (NAME, f"{NAME}.csv", False), ("My own Kind", "My own Kind.csv", True)}  # fmt: skip
    assert shop.sync().tally.new == 0


def test_ours_goes_beside_the_original_which_stays_as_it_is(shop: Shop) -> None:
    file = shop.put(f"{order(1)};Mug;20.11.2026;;;;01067", f"{order(2)};Cup;21.11.2026;x;;;")
    shop.sync()
    original = file.read_bytes()
    shop.queue(shop.rows()[0], contacted="yes", date="2026-11-22", note="=1+1")
    shop.sync()
    assert file.read_bytes() == original
    assert shop.copy().splitlines() == [
        HEAD, f"{order(1)};Mug;20.11.2026;yes;2026-11-22;;'=1+1", f"{order(2)};Cup;21.11.2026;x;;;"]  # fmt: skip
    assert shop.states() == ["done"] * 3
    assert len(shop.rows()) == 2


def test_the_copy_follows_the_original_and_what_people_typed_there_wins(shop: Shop) -> None:
    shop.put(f"{order(1)};Mug;20.11.2026;;;;", f"{order(2)};Cup;21.11.2026;;;;")
    shop.sync()
    for row in shop.rows():
        shop.queue(row, contacted="yes", note="ours")
    shop.sync()
    shop.put(f"{order(3)};Jug;21.11.2026;;;;", f"{order(2)};Cup;21.11.2026;;;;theirs", f"{order(1)};Mug;20.11.2026;;;;")
    shop.sync()
    assert shop.copy().splitlines()[1:] == [
        f"{order(3)};Jug;21.11.2026;;;;", f"{order(2)};Cup;21.11.2026;yes;;;theirs",
        f"{order(1)};Mug;20.11.2026;yes;;;ours"]  # fmt: skip
    assert shop.states() == ["done", "done", "done", "conflict"]


def test_what_went_into_the_copy_can_be_taken_back(shop: Shop) -> None:
    shop.put(f"{order(1)};Mug;20.11.2026;;;;")
    shop.sync()
    shop.queue(shop.rows()[0], contacted="yes")
    shop.sync()
    shop.queue(shop.rows()[0], contacted="")
    shop.sync()
    assert shop.copy().splitlines()[1] == f"{order(1)};Mug;20.11.2026;;;;"


def test_an_xlsx_gets_an_xlsx_beside_it(shop: Shop) -> None:
    file = shop.sheets / f"{NAME}.xlsx"
    with Workbook(str(file)) as book:
        sheet = book.add_worksheet("Open")
        sheet.write_row(0, 0, HEAD.split(";"))
        sheet.write_row(1, 0, [order(1), "01067", "20.11.2026"])
    shop.sync()
    shop.queue(shop.rows()[0], contacted="yes", note="=1+1")
    shop.sync()
    rows = list(load_workbook(shop.sheets / f"{NAME}.within24.xlsx").active.values)  # type: ignore[union-attr]
    assert rows[1] == (order(1), "01067", "20.11.2026", "yes", None, None, "=1+1")


def test_files_that_cannot_be_read_are_named_with_a_sentence(shop: Shop) -> None:
    (shop.sheets / "bad.xlsx").write_bytes(b"nothing")
    (shop.sheets / "odd.csv").write_text("a,b\n1,2\n")
    shop.put(";;;;;;stray")
    assert shop.sync().state == "ok"
    reasons = dict(shop.problems())
    assert "damaged" in reasons["bad.xlsx"]
    assert 'no column "Order ID"' in reasons["odd.csv"]
    assert f"{NAME}.csv:2" in reasons
    assert {name for name, _ in sheets_page.problems(shop.store)} == {"bad.xlsx", "odd.csv"}


def test_a_file_that_is_gone_takes_its_rows_along_until_it_is_back(shop: Shop) -> None:
    file = shop.put(f"{order(1)};Mug;20.11.2026;;;;")
    shop.sync()
    key = shop.rows()[0].row_key
    content = file.read_bytes()
    file.unlink()
    shop.sync()
    assert shop.rows() == []
    file.write_bytes(content)
    shop.sync()
    assert [row.row_key for row in shop.rows()] == [key]


def test_the_columns_of_a_kind_may_stand_in_the_settings(store: Store, tmp_path: Path) -> None:
    columns = {"Order ID": "Ref", "contacted": "Rung up"}
    shop = Shop(store, tmp_path / "shop", sheets=({"kind": "calls", "columns": columns},))
    (shop.sheets / "calls.csv").write_text(f"Ref,Rung up\n{order(1)},x\n")
    shop.sync()
    assert [(row.order_id, row.contacted) for row in shop.rows()] == [(order(1), True)]
