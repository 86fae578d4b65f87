"""Reads the tables of CSV, XLSX and ODS files as text: what a person sees in a cell, with its leading zeros."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from services.reports import decode
from services.reports.base import Unreadable
from services.rules.sheet_rows import Span

ENDINGS = (".csv", ".xlsx", ".ods")
LARGEST = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 200_000, 200
DELIMITERS = ",;\t|"
_DAMAGED = "The file is damaged, or it is no spreadsheet; save it again as XLSX or CSV."
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_PADDED = re.compile(r"0+")
_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_X = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@dataclass(frozen=True)
class Table:
    """One table of a file; `delimiter` is a CSV's."""

    title: str
    grid: list[list[str]]
    spans: tuple[Span, ...] = ()
    delimiter: str = ","


def read(path: Path, marketplaces: Sequence[str] = ()) -> list[Table]:
    """The tables of a file in their order. Raises Unreadable with a sentence, and OSError."""
    size = path.stat().st_size
    if not size or size > LARGEST:
        raise Unreadable("The file is empty." if not size else f"The file is larger than {LARGEST >> 20} MB.")
    ending = path.suffix.lower()
    if ending == ".csv":
        return [_csv(path, marketplaces)]
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise Unreadable("Unpacked the file is too large to be a sheet.")
            return list(_xlsx(path, packed) if ending == ".xlsx" else _ods(packed))
    except Unreadable:
        raise
    except OSError:
        raise
    except Exception as trouble:
        # The library answers a damaged file with whatever its parts raise.
        raise Unreadable(_DAMAGED) from trouble


def _csv(path: Path, marketplaces: Sequence[str]) -> Table:
    with path.open("rb") as stream:
        seen = decode.look(stream, marketplaces, most=LARGEST)
        with decode.open_text(stream, seen) as text:
            content = text.read()
    hint = re.match(r'"?sep=(.)"?\r?\n', content, re.I)
    content = content[hint.end() :] if hint else content
    delimiter = hint[1] if hint else _delimiter(content)
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(content.replace("\0", "")), delimiter=delimiter))
    except csv.Error as trouble:
        raise Unreadable(f"The file is no CSV: {trouble}.") from None
    return Table(path.stem, _bounded(rows), (), delimiter)


def _delimiter(content: str) -> str:
    """The sign that most of the first lines have, and most often; a comma without any."""
    lines = [line for line in content[:65536].splitlines()[:50] if line.strip()]
    score = {
        sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)) for sign in DELIMITERS
    }
    return max(DELIMITERS, key=lambda sign: score[sign])


def _bounded(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"The table has more than {MOST_ROWS:,} rows.")
    return [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows]


def _xlsx(path: Path, packed: zipfile.ZipFile) -> Iterator[Table]:
    # A quarter of a second to import, for those who have such files.
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible" or len(book.worksheets) == 1:
                sheet.reset_dimensions()
                rows = [[_shown(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.iter_rows(max_row=MOST_ROWS + 1)]
                spans = _spans(packed.read(sheet._worksheet_path.lstrip("/")))
                yield Table(str(sheet.title), _without_end(_bounded(rows)), spans)
    finally:
        book.close()


def _spans(xml: bytes) -> tuple[Span, ...]:
    return tuple(
        (int(found[2]) - 1, int(found[4]), _number(found[1]), _number(found[3]) + 1) for found in _MERGED.finditer(xml)
    )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _shown(cell: Any) -> str:
    """A cell as it is shown, as far as its format tells without being drawn."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    padded = _PADDED.fullmatch(str(cell.number_format or ""))
    return str(value).zfill(len(padded[0])) if padded and isinstance(value, int) else str(value)


def _ods(packed: zipfile.ZipFile) -> Iterator[Table]:
    """What cells of an OpenDocument file show is written out in it, as paragraphs."""
    with packed.open("content.xml") as content:
        for _, element in ElementTree.iterparse(content):
            if element.tag == f"{_T}table":
                grid, spans = _ods_table(element)
                yield Table(element.get(f"{_T}name", ""), _without_end(_bounded(grid)), spans)
                element.clear()


def _ods_table(table: ElementTree.Element) -> tuple[list[list[str]], tuple[Span, ...]]:
    grid: list[list[str]] = []
    spans: list[Span] = []
    for row in table.iter(f"{_T}table-row"):
        cells = _ods_cells(row, len(grid), spans)
        times = int(row.get(f"{_T}number-rows-repeated", "1"))
        # Programs end a table with a million empty rows in one.
        if any(cells) or times < 1000:
            grid += [list(cells) for _ in range(min(times, MOST_ROWS + 1 - len(grid)))]
    return grid, tuple(spans)


def _ods_cells(row: ElementTree.Element, at: int, spans: list[Span]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_T}table-cell", f"{_T}covered-table-cell"):
            continue
        down, right = (int(cell.get(f"{_T}number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if down > 1 or right > 1:
            spans.append((at, at + down, len(cells), len(cells) + right))
        times = int(cell.get(f"{_T}number-columns-repeated", "1"))
        cells += [_ods_text(cell)] * min(times, MOST_COLUMNS - len(cells))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _ods_text(cell: ElementTree.Element) -> str:
    if cell.get(f"{_O}value-type") == "boolean":
        return "TRUE" if cell.get(f"{_O}boolean-value") == "true" else "FALSE"
    return "\n".join(_plain(part) for part in cell if part.tag == f"{_X}p").strip()


def _plain(part: ElementTree.Element) -> str:
    """The text of a paragraph; several blanks and line ends are elements of their own."""
    text = part.text or ""
    for inner in part:
        if inner.tag == f"{_X}s":
            text += " " * min(int(inner.get(f"{_X}c", "1")), 1000)
        elif inner.tag in (f"{_X}line-break", f"{_X}tab"):
            text += "\n" if inner.tag.endswith("break") else "\t"
        elif inner.tag != f"{_O}annotation":
            text += _plain(inner)
        text += inner.tail or ""
    return text


def _without_end(grid: list[list[str]]) -> list[list[str]]:
    while grid and not any(grid[-1]):
        grid.pop()
    return grid
