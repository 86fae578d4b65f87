"""Templates as CSV: what people bring along from other tools, and what they take away.

Columns: name, text, and, where they are there, language, marketplaces, types, active. Headings match whatever their
case; comma, semicolon and tab are understood, and UTF-8, UTF-16 and Windows-1252.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.errors import Rejected

MOST_BYTES = 2_000_000
MOST_ROWS = 2000
COLUMNS = ("name", "language", "marketplaces", "types", "text", "active")
HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("name", "title", "template", "template name", "macro", "subject"), "name"),
    **dict.fromkeys(("text", "body", "content", "message", "reply", "template text", "response"), "text"),
    **dict.fromkeys(("language", "lang", "locale"), "language"),
    **dict.fromkeys(("marketplaces", "marketplace", "channel", "channels", "country"), "marketplaces"),
    **dict.fromkeys(("types", "type", "ticket type", "ticket types"), "types"),
    **dict.fromkeys(("active", "enabled", "status"), "active"),
}
"""Heading in small letters -> column; other headings are ignored."""
_NO = {"no", "n", "0", "false", "off", "inactive", "disabled"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


@dataclass(frozen=True)
class Line:
    """One row of a file: the line it begins in, from 1, and its values, or why it cannot be read."""

    number: int
    values: Mapping[str, str]
    why: str = ""


def read(content: bytes) -> Iterator[Line]:
    """The rows of a CSV file. Raises Rejected if it is no such file; a broken row is given with its reason."""
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    headings = _headings(reader)
    yield from _rows(reader, headings)


def write(templates: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark, as spreadsheets want it; nothing in it runs as a formula."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in templates:
        writer.writerow({name: _defused(row.get(name, "")) for name in COLUMNS})
    return out.getvalue().encode("utf-8-sig")


def several(value: str, marks: str) -> tuple[str, ...]:
    """The members of a list in one cell, separated by any of `marks`."""
    for mark in marks:
        value = value.replace(mark, "\0")
    return tuple(part for each in value.split("\0") if (part := each.strip()))


def is_yes(value: str) -> bool:
    """Whether a cell says yes; an empty one does."""
    return value.strip().lower() not in _NO


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Rejected(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Rejected("This is no CSV file. Save it as CSV in the other tool, or in the spreadsheet, first.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _headings(reader: Any) -> list[str]:
    try:
        found = [HEADINGS.get(" ".join(cell.replace("_", " ").split()).lower(), "") for cell in next(reader, [])]
    except csv.Error as error:
        raise Rejected(f"The first line cannot be read: {error}.") from None
    if not {"name", "text"} <= set(found):
        raise Rejected("The first line must name the columns, at least name and text.")
    return found


def _rows(reader: Any, headings: list[str]) -> Iterator[Line]:
    number, told = reader.line_num + 1, 0
    for cells in iter(partial(_next, reader), None):
        line, number = number, reader.line_num + 1
        if isinstance(cells, str):
            yield Line(line, {}, f"It cannot be read as CSV: {cells}.")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        told += 1
        if told > MOST_ROWS:
            yield Line(line, {}, f"A file may have {MOST_ROWS:,} rows; this and the following ones were left out.")
            return
        if len(cells) != len(headings):
            yield Line(line, {}, f"It has {len(cells)} cells, the first line has {len(headings)}.")
            continue
        yield Line(line, _values(headings, cells))


def _next(reader: Any) -> list[str] | str | None:
    """The next row, what is wrong with it, or None at the end."""
    try:
        found: list[str] | None = next(reader, None)
        return found
    except csv.Error as error:
        return str(error)


def _values(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Values by column; the first of two columns that mean the same counts."""
    found: dict[str, str] = {}
    for name, cell in zip(headings, cells, strict=True):
        if name:
            found.setdefault(name, _armed(cell))
    return found


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _armed(cell: str) -> str:
    """What `_defused` did, taken back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
