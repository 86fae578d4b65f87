"""Draws a pack as a workbook: a sheet per section with native charts, and one row per ticket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from services.cli.write import XLSX_CELL, XLSX_ROWS, defused
from services.meeting.shapes import TICKET_COLUMNS, Cell, Chart, Column, Pack, Section, Table
from services.meeting.words import cell
from services.meeting.zips import settle
from services.rules.meeting_figures import changed

FORMATS = {
    "count": "#,##0",
    "share": "0.0%",
    "points": '+0.0%;-0.0%;"±0"',
    "hours": "0.0",
    "number": "#,##0.0",
    "signed": '+#,##0.0;-#,##0.0;"±0"',
    "change": '+#,##0;-#,##0;"±0"',
    "money": "#,##0.00",
}
COLOURS = {
    "within": "#8ba3c4",
    "late": "#e08e2b",
    "unanswered": "#c4361f",
    "pending": "#c9d0db",
    "now": "#4f7fe0",
    "then": "#aeb8c8",
}
KINDS = {
    "stacked": {"type": "column", "subtype": "stacked"},
    "bars": {"type": "bar"},
    "lines": {"type": "line"},
}
CHART_COLUMN = 9
CHART_ROWS = 17
WIDTHS = (34, 16, 16, 16, 16, 16, 16, 16)


def draw(pack: Pack, tickets: Iterable[tuple[Cell, ...]], file: Path) -> None:
    """Write the workbook; ticket rows pass through without being held, up to what a sheet takes."""
    safe = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(str(file), {"constant_memory": True, **safe}) as book:
        made = datetime.fromisoformat(pack.as_of).replace(tzinfo=None)
        book.set_properties({"title": pack.title, "author": "Within24", "created": made})
        formats = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        formats |= {"head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
                    "title": book.add_format({"bold": True, "font_size": 14}),
                    "text": book.add_format({"text_wrap": True, "valign": "top"})}  # fmt: skip
        _summary(book, formats, pack)
        for section in pack.sections:
            _section(book, formats, section)
        _tickets(book, formats, tickets)
    settle(file, pack.as_of)


def _summary(book: Any, formats: dict[str, Any], pack: Pack) -> None:
    sheet = _sheet(book, "Summary")
    _put(sheet, 0, 0, f"{pack.title}, {pack.seller}", formats["title"])
    for at, line in enumerate(pack.covers):
        _put(sheet, at + 1, 0, line)
    row = len(pack.covers) + 2
    heads = ("Figure", pack.period, pack.last, "Change", pack.usual, "Change")
    _heads(sheet, formats, row, heads)
    for at, each in enumerate(pack.figures, row + 1):
        _put(sheet, at, 0, each.label)
        for column, value in ((1, each.value), (2, each.last), (4, each.usual)):
            _write(sheet, formats, at, column, each.form, value)
        _put(sheet, at, 3, changed(each.form, each.value, each.last))
        _put(sheet, at, 5, changed(each.form, each.value, each.usual))


def _section(book: Any, formats: dict[str, Any], section: Section) -> None:
    """Rows are written strictly downwards, as a workbook that holds none of them asks for."""
    sheet = _sheet(book, section.title)
    _put(sheet, 0, 0, section.title, formats["title"])
    _put(sheet, 1, 0, section.note)
    row, drawn = 3, 0
    for chart in section.charts:
        table = _data(chart)
        if any(value for series in chart.series for value in series.values):
            made = _chart(book, sheet, chart, row + 1)
            sheet.insert_chart(1 + drawn * CHART_ROWS, CHART_COLUMN, made, {"description": chart.title})
            drawn += 1
        row = _table(sheet, formats, table, row)
    for table in section.tables:
        row = _table(sheet, formats, table, row)
    for story in section.stories:
        _put(sheet, row, 0, story.title, formats["head"])
        _put(sheet, row, 1, story.why)
        _put(sheet, row + 1, 0, story.link)
        for at, (when, what) in enumerate(story.lines, row + 2):
            _put(sheet, at, 0, when)
            _put(sheet, at, 1, what)
        row += len(story.lines) + 3


def _data(chart: Chart) -> Table:
    """What a chart draws, as a table that it points to."""
    heads = (Column(""), *(Column(series.label, chart.form) for series in chart.series))
    lines = [(name, *(series.values[at] for series in chart.series)) for at, name in enumerate(chart.categories)]
    return Table(chart.key, chart.title, heads, tuple(lines))


def _chart(book: Any, sheet: Any, chart: Chart, head: int) -> Any:
    made, last = book.add_chart(dict(KINDS[chart.kind])), head + len(chart.categories)
    for at, series in enumerate(chart.series, 1):
        colour = {"color": COLOURS.get(series.tone, COLOURS["now"])}
        look = (
            {"line": {**colour, "width": 2}, "marker": {"type": "circle"}}
            if chart.kind == "lines"
            else {"fill": colour}
        )
        made.add_series({
            "name": [sheet.get_name(), head, at],
            "categories": [sheet.get_name(), head + 1, 0, last, 0],
            "values": [sheet.get_name(), head + 1, at, last, at],
            **look,
        })  # fmt: skip
    made.set_title({"name": chart.title, "name_font": {"size": 12}})
    made.set_legend({"position": "bottom", "none": len(chart.series) == 1})
    if chart.kind == "bars":
        # Bars lie from the bottom up; the first category shall be on top, as in the table.
        made.set_y_axis({"reverse": True})
    elif chart.form == "share":
        made.set_y_axis({"min": 0, "max": 1, "num_format": "0%"})
    made.set_size({"width": 560, "height": 320})
    return made


def _table(sheet: Any, formats: dict[str, Any], table: Table, row: int) -> int:
    """Write a table; the row after it and an empty one."""
    _put(sheet, row, 0, table.title, formats["title"])
    if not table.rows:
        _put(sheet, row + 1, 0, table.empty)
        return row + 3
    _heads(sheet, formats, row + 1, [column.label for column in table.columns])
    for at, line in enumerate(table.rows, row + 2):
        for column, (head, value) in enumerate(zip(table.columns, line, strict=True)):
            _write(sheet, formats, at, column, head.form, value)
    return row + len(table.rows) + 3


def _tickets(book: Any, formats: dict[str, Any], tickets: Iterable[tuple[Cell, ...]]) -> None:
    sheet = _sheet(book, "Tickets")
    _heads(sheet, formats, 0, [column.label for column in TICKET_COLUMNS])
    sheet.freeze_panes(1, 1)
    last = 0
    for row, line in enumerate(tickets, 1):
        if row >= XLSX_ROWS:
            _put(sheet, row, 0, "More than a sheet holds; export the rest with: python -m services export messages")
            break
        for column, (head, value) in enumerate(zip(TICKET_COLUMNS, line, strict=True)):
            _write(sheet, formats, row, column, head.form, value, plain=True)
        last = row
    sheet.autofilter(0, 0, last, len(TICKET_COLUMNS) - 1)


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name[:31])
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def _heads(sheet: Any, formats: dict[str, Any], row: int, heads: Iterable[str]) -> None:
    for column, head in enumerate(heads):
        _put(sheet, row, column, head, formats["head"])


def _put(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    """Text as text: no formula, nothing that a file cannot hold."""
    words = str(defused(text)).encode("utf-8", "backslashreplace").decode()
    sheet.write_string(row, column, words[:XLSX_CELL], look)


def _write(
    sheet: Any, formats: dict[str, Any], row: int, column: int, form: str, value: Cell, *, plain: bool = False
) -> None:
    """A number as a number with its format, text as text that no spreadsheet runs."""
    if value is None:
        return
    if form == "money" and isinstance(value, str):
        sheet.write_number(row, column, float(value), formats["money" if "." in value else "count"])
    elif isinstance(value, str):
        _put(sheet, row, column, value, None if plain else formats["text"])
    elif form in formats:
        sheet.write_number(row, column, value, formats[form])
    else:
        sheet.write_string(row, column, cell(form, value))
