"""The Meeting page in real Chromium: a decision is recorded, the pack is closed and handed out, and it prints."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.meeting import files, pack
from services.runtime import opened
from services.settings import ROOT, load
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import NOW

pytestmark = pytest.mark.browser


def test_a_meeting_decides_closes_and_hands_out_its_pack(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("meeting?kind=month&period=2026-10&part=decisions")
    page.get_by_label("Decision", exact=True).fill("Answer Italy before noon")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded. The next pack follows it up.")).to_be_visible()
    expect(page.get_by_text("Answer Italy before noon", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Close the pack").click()
    expect(page.get_by_text(re.compile("Closed Sun 22 Nov 10:00 by You."))).to_be_visible()
    with page.expect_download() as handed_out:
        page.get_by_role("button", name="HTML").click()
    file = tmp_path / "pack.html"
    handed_out.value.save_as(file)
    visitor.settle()
    page.get_by_role("radio", name="Figures").click()
    expect(page.get_by_text("Messages by day (UTC)")).to_be_visible()
    visitor.settle()
    page.screenshot(path=ROOT / "docs" / "screenshots" / "meeting.png")
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="Monthly meeting: October 2026")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    visitor.asked = [url for url in visitor.asked if not url.startswith(file.as_uri())]


def test_it_fits_a_small_dark_window(chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open("meeting?part=figures")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_text("Answered within 24 h, period by period")).to_be_visible()


def test_a_browser_prints_the_pack_the_same_twice(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if files.browser() is None:
        pytest.skip("there is no browser here that prints")
    state = tmp_path / "state"
    shutil.copytree(sample, state)
    monkeypatch.setenv("WITHIN24_STATE_DIR", str(state))
    settings = load()
    store = opened(settings)
    printed = []
    for folder in ("a", "b"):
        made = files.made(store, settings, pack.period_of("week", "2026-W46", NOW), by="test", now=NOW)
        *_, pdf = files.write(made, tmp_path / folder)
        printed.append(pdf.read_bytes())
    store.close()
    assert printed[0].startswith(b"%PDF-")
    assert printed[0] == printed[1]
