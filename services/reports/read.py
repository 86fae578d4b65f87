"""Recognises a report by what stands in it, and reads it with the reader of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TextIO

from services.reports import (
    account_health,
    all_orders,
    fba_replacements,
    fba_returns,
    fbm_returns,
    feedback,
    finance_events,
    flat,
    orders_api,
    tsv,
    unshipped,
)
from services.reports.base import Context, Row, Unread, Unreadable, unread
from services.reports.decode import text_of
from services.reports.flat import Flat
from services.reports.tsv import Columns, Lines

# The order matters where the columns of one are among another's.
FLATS = (unshipped.FLAT, all_orders.FLAT, fbm_returns.FLAT, fba_returns.FLAT, fba_replacements.FLAT, feedback.FLAT)
Whole = Callable[[TextIO, Context], Iterator[Row | Unread]]
WHOLE: Mapping[str, Whole] = {
    "account_health": account_health.read_document,
    "finance_events": finance_events.read_document,
    "orders": orders_api.read_document,
    "fbm_returns_xml": fbm_returns.read_xml,
}
KINDS: Mapping[str, str] = {
    **{flat.kind: flat.label for flat in FLATS},
    "fbm_returns_xml": "merchant returns (XML)",
    "account_health": "account health",
    "finance_events": "finance events",
    "orders": "orders (API)",
}
"""Kind -> what people call it."""

HEAD = 64 * 1024
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How zip archives and spreadsheets (new and old) begin."""
_MARKS = (
    ("account_health", re.compile(r'"(performanceMetrics|accountStatuses)"\s*:')),
    ("finance_events", re.compile(r'"FinancialEvents"\s*:')),
    ("orders", re.compile(r'"orders"\s*:\s*\[|"order"\s*:\s*\{')),
)
_ELEMENTS = (("fbm_returns_xml", re.compile(r"<(\w+:)?return_details[\s>/]")),)
_ERROR = re.compile(r'"errorDetails"\s*:\s*"((?:[^"\\]|\\.){0,500})')
_XML_ERROR = re.compile(r"<Error>.*?<Code>([^<]{0,80})", re.S)
_LONGEST_TITLE = 3


def recognise(head: str | bytes) -> str | None:
    """The kind of a document by its beginning (about 64 KB), or None."""
    text = _text(head)
    if text.startswith(("{", "[")):
        return next((kind for kind, mark in _MARKS if mark.search(text)), None)
    if text.startswith("<"):
        return next((kind for kind, mark in _ELEMENTS if mark.search(text)), None)
    found = _heading(text)
    return found[0].kind if found else None


def wrong(kind: str, head: str | bytes) -> str | None:
    """None if the document is of this kind, else a sentence that says what it is instead."""
    text = _text(head)
    found = recognise(text)
    same = found == kind or {found, kind} == {"fbm_returns", "fbm_returns_xml"}
    if same:
        return None
    if found:
        return f"This is a report of {KINDS[found]}, not of {KINDS.get(kind, kind)}."
    return unknown(text)


def unknown(head: str | bytes) -> str:
    """Why a document that is no known report is not read, in a sentence."""
    if isinstance(head, bytes) and head.startswith(PACKED):
        return "This is a spreadsheet or archive; save the report as tab-delimited text."
    text = _text(head)
    if found := _ERROR.search(text):
        return f"Amazon wrote an error instead of a report: {found[1]}"
    if found := _XML_ERROR.search(text):
        return f"This is an error page of the download ({found[1]}), not a report."
    if text.startswith(("{", "[")):
        return "This JSON is none of the reports that Within24 knows."
    if text.startswith("<"):
        return "This XML is none of the reports that Within24 knows."
    return _nearest(text) or "Its headings are none of the reports that Within24 knows."


def read(kind: str, stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    """Rows and problems of a document of this kind, streamed where it is flat.

    A document that cannot be read at all is one Unread. A second report glued to the first is read as what it is.
    """
    try:
        if kind in WHOLE:
            yield from _numbered(WHOLE[kind](stream, context), context)
        else:
            yield from _flat(stream, context)
    except Unreadable as trouble:
        yield unread(context, None, b"", str(trouble))


def _numbered(found: Iterator[Row | Unread], context: Context) -> Iterator[Row | Unread]:
    """Problems of a document without lines are counted instead."""
    number = 0
    for each in found:
        if isinstance(each, Unread):
            number += 1
            yield Unread(f"{context.place}:{number}", each.raw, each.reason)
        else:
            yield each


def _flat(stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    lines = Lines(stream)
    while (found := _next_heading(lines)) is not None:
        kind, columns, delimiter = found
        yield from flat.read(kind, columns, lines, delimiter, context, _may_be_heading)


def _next_heading(lines: Lines) -> tuple[Flat, Columns, str] | None:
    """Looks at up to three lines before the headings; None at the end. Raises Unreadable if there are none."""
    hint, seen = None, ""
    for _ in range(_LONGEST_TITLE + 1):
        line = next((text for _, text in lines if text.strip()), None)
        if line is None:
            break
        seen = seen or line
        if sign := tsv.hinted_delimiter(line):
            hint = sign
            continue
        below = next(lines, None)
        if below is not None:
            lines.give_back([below])
        if found := _of_line(line, below[1] if below else "", hint):
            return found
    if seen:
        raise Unreadable(unknown(seen))
    return None


def _heading(text: str) -> tuple[Flat, Columns, str] | None:
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()][: _LONGEST_TITLE + 2]
    for at, line in enumerate(lines[:-1] or lines):
        if found := _of_line(line, lines[at + 1] if at + 1 < len(lines) else "", tsv.hinted_delimiter(lines[0])):
            return found
    return None


def _of_line(line: str, below: str, hint: str | None) -> tuple[Flat, Columns, str] | None:
    for delimiter in (hint,) if hint else tsv.DELIMITERS:
        cells = tsv.split(line, delimiter)
        if len(cells) < 3:
            continue
        first = tsv.split(below, delimiter) if below else []
        for each in FLATS:
            if columns := each.columns(cells, first):
                return each, columns, delimiter
    return None


_FIRST_HEADINGS = frozenset(
    ["amazon-order-id", "order-id", "return-date", "shipment-date", "date", "datum", "fecha", "data", "日付"]
)


def _may_be_heading(first_cell: str) -> bool:
    """Whether a row begins like the headings of a report, as where two were glued together."""
    return len(first_cell) < 20 and not first_cell[:1].isdigit() and tsv.name_of(first_cell) in _FIRST_HEADINGS


def _nearest(text: str) -> str | None:
    """For headings that are half a report's: which columns are missing."""
    line = next((line for line in re.split(r"\r\n|\n|\r", text) if line.strip()), "")
    for delimiter in tsv.DELIMITERS:
        there = tsv.columns_of(tsv.split(line, delimiter)).places.keys()
        for each in FLATS:
            missing = sorted(each.needed - there)
            if len(there) > 2 and len(missing) * 2 <= len(each.needed):
                return f"It looks like a report of {each.label}, but without the columns {', '.join(missing)}."
    return None


def _text(head: str | bytes) -> str:
    text = head if isinstance(head, str) else text_of(head[:HEAD])
    return text.lstrip("\ufeff \t\r\n\0") if text[:1] in "\ufeff \t\r\n\0" else text
