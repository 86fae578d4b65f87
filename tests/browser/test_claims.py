"""A claim in real Chromium: found, answered, undone, its evidence ticked and downloaded, the month and the rate."""

from __future__ import annotations

import re
import zipfile

import pytest
from playwright.sync_api import Browser, expect

from services.claims import queue
from services.claims.shapes import Filters
from services.settings import ROOT
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import NOW

pytestmark = pytest.mark.browser


def test_a_claim_is_answered_with_its_evidence(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("claims?state=action_required")
    (first, *_) = queue.cases_page(desk.store, Filters(state="action_required"), now=NOW).rows
    expect(page.get_by_text(first.order_id).first).to_be_visible()
    page.locator("label").filter(has_text="Proof of delivery").click()
    expect(page.get_by_text("ticked by You")).to_be_visible()
    visitor.settle()
    shot = ROOT / "docs" / "screenshots" / "claims.png"
    page.mouse.move(720, 890)
    page.screenshot(path=shot)
    assert shot.stat().st_size > 20_000
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Packet with")).click()
    download = waiting.value
    assert download.suggested_filename == f"evidence-{first.kind.replace('_', '-')}-{first.order_id}.zip"
    with zipfile.ZipFile(download.path()) as packet:
        assert first.order_id in packet.read("1-statement.txt").decode()
    page.get_by_role("button", name="I have answered Amazon").click()
    expect(page.get_by_text("1 case changed.")).to_be_visible()
    assert state(desk, first.id) == "under_review"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    assert state(desk, first.id) == "action_required"


def test_the_month_opens_its_cases_and_the_story_of_an_order_its_places(onlooker: Visitor) -> None:
    page = onlooker.open("claims?view=months")
    expect(page.get_by_text("click a bar to list them")).to_be_visible()
    onlooker.settle()
    boxes = [bar.bounding_box() for bar in page.locator(".barlayer .point path").all()]
    box = next(each for each in boxes if each and each["height"] > 5)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("month=2026-"))
    onlooker.settle()
    page.get_by_role("button", name="Order story").click()
    expect(page).to_have_url(re.compile("story="))
    story = page.get_by_role("dialog").get_by_role("listbox", name="What happened to the order")
    wrote = story.get_by_role("option", name=re.compile("The buyer wrote")).first
    expect(wrote).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("story="))
    page.get_by_role("button", name="Order story").click()
    wrote.click()
    expect(page).to_have_url(re.compile("inbox.*ticket="))
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("view", ["cases", "months", "rate"])
def test_it_fits_a_small_dark_window(view: str, chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open(f"claims?view={view}&mp=US")
    expect(page.get_by_text("Order defect rate", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def state(desk: Served, case_id: int) -> str:
    rows = queue.cases_page(desk.store, Filters(), now=NOW, limit=100).rows
    return next(line.state for line in rows if line.id == case_id)
