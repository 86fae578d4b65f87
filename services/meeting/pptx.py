"""Draws a pack as slides with native charts and tables, which whoever presents can edit."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Inches, Pt

from services.meeting.html import NAMES, NARROW
from services.meeting.shapes import Chart, Column, Pack, Section, Story, Table
from services.meeting.words import RIGHT, cell
from services.meeting.xlsx import COLOURS, FORMATS
from services.meeting.zips import settled
from services.rules.meeting_figures import changed, shown

WIDE, HIGH = Inches(13.333), Inches(7.5)
EDGE, TOP = Inches(0.6), Inches(1.25)
INNER = WIDE - 2 * EDGE
ROWS = 11
"""Rows of a table that a slide shows."""
LINES = 9
LONGEST = 140
"""Characters of a cell that a slide shows; the workbook has all of them."""
KINDS = {
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}
INK, SOFT = RGBColor(0x1D, 0x24, 0x33), RGBColor(0x5B, 0x65, 0x77)


def draw(pack: Pack) -> bytes:
    """The slides as a file."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDE, HIGH
    made = datetime.fromisoformat(pack.as_of).replace(tzinfo=None)
    about = show.core_properties
    about.title, about.author, about.created, about.modified = pack.title, "Within24", made, made
    about.last_modified_by, about.revision = "Within24", 1
    _first(show, pack)
    for section in pack.sections:
        _section(show, section)
    target = io.BytesIO()
    show.save(target)
    return settled(target.getvalue(), pack.as_of)


def _slide(show: Any, title: str, note: str = "") -> Any:
    slide = show.slides.add_slide(show.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = EDGE, Inches(0.35), INNER, Inches(0.6)
    head.text_frame.text = title
    _look(head.text_frame.paragraphs[0], 26, INK, bold=True)
    if note:
        _words(slide, [note], EDGE, Inches(0.9), INNER, Inches(0.4), 12, SOFT)
    return slide


def _look(paragraph: Any, size: int, colour: Any, *, bold: bool = False) -> None:
    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = Pt(size), bold
    paragraph.font.color.rgb = colour


def _words(
    slide: Any, lines: Sequence[str], left: int, top: int, width: int, height: int, size: int, colour: Any
) -> Any:
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = _plain(line)
        _look(paragraph, size, colour)
    return frame


def _plain(text: str) -> str:
    """Text that XML can hold: whatever else somebody typed is left out."""
    return "".join(each for each in text if each.isprintable() and not 0xD800 <= ord(each) <= 0xDFFF)


def _first(show: Any, pack: Pack) -> None:
    """The title and all headline figures."""
    slide = _slide(show, f"{NAMES[pack.kind]}: {pack.title}", pack.seller)
    heads = ("", pack.period, pack.last, "Change", pack.usual, "Change")
    lines = [
        (each.label, shown(each.form, each.value), shown(each.form, each.last),
         changed(each.form, each.value, each.last), shown(each.form, each.usual),
         changed(each.form, each.value, each.usual))
        for each in pack.figures
    ]  # fmt: skip
    columns = (Column(heads[0]), *(Column(head, "count") for head in heads[1:]))
    _table(slide, Table("figures", "", columns, tuple(lines)), EDGE, Inches(1.5), INNER)
    _words(slide, pack.covers, EDGE, Inches(5.6), INNER, Inches(1.5), 12, SOFT)


def _section(show: Any, section: Section) -> None:
    charts = [each for each in section.charts if any(value for series in each.series for value in series.values)]
    for pair in _pairs(charts):
        slide = _slide(show, section.title, section.note)
        _beside(slide, pair)
    for tables in _grouped([each for each in section.tables if each.rows]):
        slide = _slide(show, section.title, "" if charts else section.note)
        width = (INNER - Inches(0.4) * (len(tables) - 1)) // len(tables)
        for at, table in enumerate(tables):
            left = EDGE + at * (width + Inches(0.4))
            _words(slide, [_caption(table)], left, TOP, width, Inches(0.4), 14, INK)
            _table(slide, table, left, TOP + Inches(0.45), width)
    for stories in _pairs(section.stories):
        _stories(_slide(show, section.title), stories)
    empty = [table.empty for table in section.tables if not table.rows]
    if not charts and not section.stories and len(empty) == len(section.tables):
        _words(_slide(show, section.title), [section.note or empty[0]] if section.note or empty else [""], EDGE, TOP,
               INNER, Inches(1), 16, SOFT)  # fmt: skip


def _caption(table: Table) -> str:
    return f"{table.title} (first {ROWS} of {len(table.rows)})" if len(table.rows) > ROWS else table.title


def _pairs(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(things), 2):
        yield things[at : at + 2]


def _grouped(tables: Sequence[Table]) -> Iterator[list[Table]]:
    """Two narrow tables share a slide, a wide one has its own."""
    waiting: list[Table] = []
    for table in tables:
        if len(table.columns) > NARROW:
            yield [table]
            continue
        waiting.append(table)
        if len(waiting) == 2:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _beside(slide: Any, charts: Sequence[Chart]) -> None:
    width = (INNER - Inches(0.3) * (len(charts) - 1)) // len(charts)
    for at, chart in enumerate(charts):
        _chart(slide, chart, EDGE + at * (width + Inches(0.3)), width)


def _chart(slide: Any, chart: Chart, left: int, width: int) -> None:
    code = {"share": "0%", "count": "#,##0"}.get(chart.form, FORMATS.get(chart.form, "General"))
    data = CategoryChartData(number_format=code)
    data.categories = [_plain(name) or " " for name in chart.categories]
    for series in chart.series:
        data.add_series(series.label, series.values)
    frame = slide.shapes.add_chart(KINDS[chart.kind], Emu(left), TOP, Emu(width), Inches(5.7), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.title)
    made = frame.chart
    made.font.size, made.has_title = Pt(12), True
    made.chart_title.text_frame.text = chart.title
    made.chart_title.text_frame.paragraphs[0].font.size = Pt(14)
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(made, chart)
    for series, each in zip(made.plots[0].series, chart.series, strict=True):
        colour = RGBColor.from_string(COLOURS.get(each.tone, COLOURS["now"])[1:].upper())
        look = series.format.line if chart.kind == "lines" else series.format.fill
        if chart.kind != "lines":
            look.solid()
        (look.color if chart.kind == "lines" else look.fore_color).rgb = colour


def _axes(made: Any, chart: Chart) -> None:
    plot = made.plots[0]
    if chart.kind == "bars":
        made.category_axis.reverse_order = True
        plot.has_data_labels, plot.gap_width = True, 60
    elif chart.form == "share":
        made.value_axis.minimum_scale, made.value_axis.maximum_scale = 0, 1
        plot.has_data_labels = True
    if chart.kind == "stacked":
        plot.overlap, plot.gap_width = 100, 40
    made.value_axis.major_gridlines.format.line.color.rgb = RGBColor(0xD9, 0xDE, 0xE7)


def _table(slide: Any, table: Table, left: int, top: int, width: int) -> None:
    lines = table.rows[:ROWS]
    shape = slide.shapes.add_table(len(lines) + 1, len(table.columns), Emu(left), Emu(top), Emu(width), Inches(0.3))
    made = shape.table
    shares = [_share(column.label, [cell(column.form, line[at]) for line in lines])
              for at, column in enumerate(table.columns)]  # fmt: skip
    for at, share in enumerate(shares):
        made.columns[at].width = Emu(int(width * share / sum(shares)))
    size = 12 if len(table.columns) <= 8 else 10
    for at, column in enumerate(table.columns):
        _fill(made.cell(0, at), column.label, column, size, head=True)
        for row, line in enumerate(lines, 1):
            _fill(made.cell(row, at), cell(column.form, line[at]), column, size)


def _share(head: str, texts: Sequence[str]) -> float:
    """How wide a column wants to be, in letters: its longest text, but that words may break."""
    longest_word = max((len(word) for text in (head, *texts) for word in text.split()), default=1)
    return max(6, min(longest_word, 24), min(max(map(len, (head, *texts))), 34) * 0.8)


def _fill(place: Any, text: str, column: Column, size: int, *, head: bool = False) -> None:
    place.text = _plain(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
    place.margin_top = place.margin_bottom = Inches(0.03)
    paragraph = place.text_frame.paragraphs[0]
    paragraph.font.size, paragraph.font.bold = Pt(size), head
    paragraph.alignment = PP_ALIGN.RIGHT if column.form in RIGHT else PP_ALIGN.LEFT


def _stories(slide: Any, stories: Sequence[Story]) -> None:
    width = (INNER - Inches(0.4)) // 2
    for at, story in enumerate(stories):
        left = EDGE + at * (width + Inches(0.4))
        frame = _words(slide, [story.title], left, TOP, width, Inches(0.8), 14, INK)
        frame.paragraphs[0].runs[0].hyperlink.address = story.link
        lines = [f"{when}  {what}".strip() for when, what in story.lines[:LINES]]
        more = [f"{len(story.lines) - LINES} more lines"] if len(story.lines) > LINES else []
        _words(slide, [story.why, *lines, *more], left, TOP + Inches(0.9), width, Inches(4.5), 13, SOFT)
