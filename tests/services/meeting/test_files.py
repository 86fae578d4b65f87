"""The files of a pack open again: one HTML page that needs nothing, a workbook with native charts, editable slides."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pptx import Presentation

from services.cli.write import FORMULA_STARTS
from services.errors import Rejected
from services.meeting import files, html, pptx, xlsx
from services.meeting.shapes import TICKET_COLUMNS, Column, Pack, Section, Story, Table
from tests.desks import NOW, Desk
from tests.services.meeting.conftest import W46, written

RUDE = "=1+1<script>alert(1)</script>\x00\x0b\ud800&\"'"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VOID = {"meta"}


class Reader(HTMLParser):
    """Checks that every element is closed, and keeps their names, attributes and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def rude(made: Pack) -> Pack:
    """The pack with words in it that somebody typed to do harm."""
    table = Table("rude", RUDE, (Column(RUDE), Column("n", "count")), ((RUDE, 1), ("-2+3", 2)))
    story = Story(RUDE, "http://127.0.0.1:8501/inbox?ticket=1", RUDE, (("Mon", RUDE),))
    charts = made.sections[1].charts
    return replace(made, seller=RUDE, sections=(Section("rude", "Rude", RUDE, charts, (table,), (story,)),))


def sheet(data: bytes, name: str) -> list[dict[str, tuple[str, str]]]:
    """Rows of a sheet as column letters -> (type, text), read from the XML itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [
            each.attrib["name"] for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml"))
    rows = []
    for row in tree.iter(f"{MAIN}row"):
        cells = {}
        for cell in row.iter(f"{MAIN}c"):
            assert cell.find(f"{MAIN}f") is None, "no cell is a formula"
            text = "".join(each.text or "" for each in cell.iter() if each.tag in (f"{MAIN}v", f"{MAIN}t"))
            cells[re.sub(r"\d", "", cell.attrib["r"])] = (cell.attrib.get("t", "n"), text)
        rows.append(cells)
    return rows


def test_the_page_is_whole_and_asks_nothing_of_anybody(made: Pack) -> None:
    text = html.draw(made).decode()
    found = Reader(text)
    tags = [tag for tag, _ in found.seen]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags)
    assert "url(" not in text
    assert {attrs.get("href", "")[:8] for tag, attrs in found.seen if tag == "a"} <= {
        "#" + s.key[:7] for s in made.sections
    } | {"http://1"}  # type: ignore[index]
    assert tags.count("svg") >= 3
    assert all(attrs.get("aria-label") for tag, attrs in found.seen if tag == "svg")
    assert "prefers-color-scheme:dark" in text
    assert "@media print" in text
    for section in made.sections:
        assert any(attrs.get("id") == section.key for _, attrs in found.seen)


def test_words_that_were_typed_to_do_harm_are_words(rude: Pack, tmp_path: Path) -> None:
    found = Reader(html.draw(rude).decode())
    assert "script" not in [tag for tag, _ in found.seen]
    assert any("<script>" in words for words in found.words)
    file = tmp_path / "rude.xlsx"
    xlsx.draw(rude, iter([(RUDE, *[None] * 14)]), file)
    cells = [cell for name in ("Rude", "Tickets") for row in sheet(file.read_bytes(), name) for cell in row.values()]
    assert [text for kind, text in cells if kind != "n" and text.startswith(FORMULA_STARTS)] == []
    assert any(text.startswith("'=1+1") for _, text in cells)
    slides = Presentation(io.BytesIO(pptx.draw(rude)))
    assert any("script" in each for each in _texts(slides))


def test_the_workbook_has_native_charts_numbers_and_a_row_for_each_ticket(weeks: Desk, tmp_path: Path) -> None:
    data = written(weeks, tmp_path)["xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        charts = [name for name in book.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) >= 4
        drawn = b"".join(book.read(name) for name in charts)
    assert b"barChart" in drawn
    assert b"lineChart" in drawn
    head, *rows = sheet(data, "Tickets")
    assert [text for _, text in head.values()] == [column.label for column in TICKET_COLUMNS]
    assert len(rows) == 4
    assert {row["I"] for row in rows} == {("n", "1")}
    figures = {row["A"][1]: row.get("B") for row in sheet(data, "Summary") if "A" in row}
    assert figures["Answered within 24 h"] == ("n", "0.5")
    assert figures["Late or unanswered"] == ("n", "2")


def test_the_slides_have_native_charts_that_can_be_edited(made: Pack) -> None:
    slides = Presentation(io.BytesIO(pptx.draw(made)))
    charts = [shape.chart for slide in slides.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 3
    by_day = charts[0]
    assert list(by_day.plots[0].categories)[:2] == ["Mon 9 Nov", "Tue 10 Nov"]
    assert sum(sum(series.values) for series in by_day.plots[0].series) == 4
    workbook = by_day.part.chart_workbook.xlsx_part.blob
    assert zipfile.ZipFile(io.BytesIO(workbook)).testzip() is None
    for slide in slides.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= slides.slide_width
            assert shape.top + shape.height <= slides.slide_height
    assert any("Weekly meeting: Week 46 of 2026" in text for text in _texts(slides))
    assert any("Not answered after 5.6 days." in text for text in _texts(slides))


def _texts(slides: object) -> list[str]:
    return [
        shape.text_frame.text
        for slide in slides.slides  # type: ignore[attr-defined]
        for shape in slide.shapes
        if shape.has_text_frame
    ]


def test_no_file_tells_when_it_was_made(weeks: Desk, tmp_path: Path) -> None:
    for name, data in written(weeks, tmp_path).items():
        if name != "html":
            _no_time(data)


def _no_time(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert {entry.date_time for entry in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for entry in found.infolist():
            if entry.filename.endswith(".xlsx"):
                _no_time(found.read(entry))
            elif entry.filename == "docProps/core.xml":
                assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", found.read(entry))) == {b"2026-11-16T00:00:00Z"}


def test_a_folder_that_cannot_be_written_is_a_sentence(weeks: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = files.made(weeks.store, weeks.settings, W46, by="test", now=NOW)
    with pytest.raises(Rejected, match="cannot be written to"):
        files.write(found, tmp_path / "file" / "below")


def test_without_a_browser_or_with_a_broken_one_there_is_just_no_pdf(
    weeks: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = files.made(weeks.store, weeks.settings, W46, by="test", now=NOW)
    for path in (None, "/bin/false", "/nowhere"):
        monkeypatch.setattr(files, "browser", lambda path=path: path)
        assert [file.suffix for file in files.write(found, tmp_path / "out")] == [".html", ".xlsx", ".pptx"]
