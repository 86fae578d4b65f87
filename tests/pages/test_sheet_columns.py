"""The Settings page shows each sheet with its columns, and keeps another choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.store import Store
from services import sheets
from tests.pages.conftest import SETTINGS, shown
from tests.sheets import HEADINGS, frozen, line
from tests.sheets import desk as sheet_desk

Visit = Callable[..., AppTest]


def test_a_renamed_column_is_named_and_another_is_chosen(desk: Store, visit: Visit, tmp_path: Path) -> None:
    with frozen():
        it = sheet_desk(desk, tmp_path, [HEADINGS, line(1, "x", "", "Mia", "01067")])
        it.sync()
        it.book.tab().put(0, 3, "Reached?")
        it.sync()
    app = visit(SETTINGS)
    text = shown(app).replace("\\", "")
    assert "Google Sheets, Sheet1: 1 rows" in text
    assert 'The column "Contacted" is gone' in " ".join(each.value for each in app.warning).replace("\\", "")
    assert "01067" in text
    (box,) = [each for each in app.selectbox if each.label == "Contacted (written)"]
    assert box.options[:2] == ["By itself: none found", "No such column"]
    box.select("Reached?")
    next(each for each in app.button if each.label == "Save columns").click().run()
    assert "is read again now" in app.info[0].value
    with frozen():
        assert it.sync().state == "ok"
    (view,) = sheets.overview(desk)
    assert next(column for column in view.columns if column.role == "contacted").heading == "Reached?"


def test_a_desk_without_sheets_says_how_to_connect_one(desk: Store, visit: Visit) -> None:
    assert "No spreadsheet has been read" in shown(visit(SETTINGS))
