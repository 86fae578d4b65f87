"""Tables of CSV, XLSX and ODS files, read as a person sees them."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from services.reports.base import Unreadable
from services.sources.sheets import tables

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Open">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def csv(path: Path, content: str, charset: str = "utf-8") -> list[list[str]]:
    file = path / "a.csv"
    file.write_bytes(content.encode(charset))
    return tables.read(file, ("DE", "JP"))[0].grid


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_sign_and_charset(tmp_path: Path, delimiter: str, charset: str) -> None:
    text = f'Größe{delimiter}PLZ\r\n"a{delimiter}b\nc"{delimiter} 01067 \r\n\r\n'
    assert csv(tmp_path, text, charset)[:2] == [["Größe", "PLZ"], [f"a{delimiter}b\nc", "01067"]]


def test_csv_as_a_spreadsheet_program_saves_it(tmp_path: Path) -> None:
    assert csv(tmp_path, "sep=;\r\na;b,c\r\n") == [["a", "b,c"]]
    assert csv(tmp_path, "注文番号,メモ\r\n", "cp932") == [["注文番号", "メモ"]]
    assert csv(tmp_path, "one\0\n") == [["one"]]


def test_xlsx_is_read_as_it_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with Workbook(str(file)) as book:
        book.add_worksheet("Hidden").hide()
        sheet = book.add_worksheet("Open")
        sheet.activate()
        sheet.set_first_sheet()
        form = book.add_format({"num_format": "00000"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["A", "01067", True])
        sheet.write_number(1, 0, 1067, form)
        sheet.write_datetime(1, 1, datetime(2026, 11, 22), day)  # noqa: DTZ001 - spreadsheets know no zones
        sheet.write_datetime(1, 2, datetime(2026, 11, 22, 9, 30), day)  # noqa: DTZ001
        sheet.write_formula(2, 0, '="x"', value="x")
        sheet.write_number(2, 1, 3.0)
        sheet.merge_range(3, 0, 4, 0, "both")
    (table,) = tables.read(file)
    assert table.title == "Open"
    assert [row[:3] for row in table.grid[:4]] == [
        ["A", "01067", "TRUE"], ["01067", "2026-11-22", "2026-11-22 09:30:00"], ["x", "3"], ["both"]
    ]  # fmt: skip
    assert table.spans == ((3, 5, 0, 1),)


def test_ods_is_read_as_it_is_shown(tmp_path: Path) -> None:
    rows = (
        "<table:table-row><table:table-cell><text:p>Order ID</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>x<text:s text:c="2"/>y<text:span>z</text:span>'
        "</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float">'
        '<text:p>01067</text:p></table:table-cell><table:table-cell office:value-type="boolean"'
        ' office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    file = tmp_path / "a.ods"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("content.xml", ODS.format(rows=rows))
    (table,) = tables.read(file)
    assert (table.title, table.grid) == ("Open", [
        ["Order ID", "x  yz", "x  yz"], ["01067", "TRUE"], ["01067", "TRUE"]])  # fmt: skip


@pytest.mark.parametrize(("name", "content"), [
    ("a.xlsx", b"nothing"), ("a.ods", b"PK\x03\x04cut"), ("a.csv", b""), ("a.xlsx", b"")])  # fmt: skip
def test_what_is_damaged_has_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=r"\.$"):
        tables.read(tmp_path / name)
