"""Returns in real Chromium: a return is opened, refunded in part, several marked and taken back, a bar is clicked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from services import people
from services.returns import listing
from services.returns.shapes import Filters, Line
from services.settings import ROOT
from tests.browser.conftest import SMALL, Served, Visitor

pytestmark = pytest.mark.browser

SHOTS = ROOT / "docs" / "screenshots"


def test_a_return_is_worked_and_several_at_once(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("returns")
    rows = page.get_by_role("listbox", name="Returns, newest first").get_by_role("option")
    rows.nth(1).click()
    expect(page).to_have_url(re.compile("id="))
    visitor.settle()
    expect(page.get_by_text("The order so far")).to_be_visible()
    page.get_by_role("button", name="Refunded in part").click()
    page.get_by_label(re.compile("^Amount in")).fill("3,50")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("button", name="Reopen").last).to_be_visible()
    visitor.settle()
    (done,) = [row for row in listed(desk) if row.state == "done"]
    assert done.outcome == "refund_partial"
    mark_some(page, visitor)
    assert len([row for row in listed(desk) if row.outcome == "no_return_needed"]) == 2
    page.get_by_role("button", name="Undo").click()
    visitor.settle()
    assert [row.outcome for row in listed(desk) if row.state == "done"] == ["refund_partial"]


def mark_some(page: Page, visitor: Visitor) -> None:
    """Choose two rows and record the same outcome for both."""
    rows = page.get_by_role("listbox", name="Returns, newest first").get_by_role("option")
    for number in (2, 3):
        rows.nth(number).click(modifiers=["Control"])
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Outcome").click()
    page.get_by_role("menuitem", name="No return needed").click()
    expect(page.get_by_text("2 returns changed.")).to_be_visible()
    visitor.settle()


def test_a_bar_opens_its_returns_and_the_order_tells_its_story(onlooker: Visitor) -> None:
    page = onlooker.open("returns")
    page.get_by_role("listbox", name="Returns, newest first").get_by_role("option").nth(1).click()
    expect(page.get_by_role("listbox", name="What happened to the order")).to_be_visible()
    onlooker.settle()
    page.mouse.move(720, 890)
    page.screenshot(path=SHOTS / "returns.png")
    page = onlooker.open("returns?view=figures")
    expect(page.locator(".js-plotly-plot").nth(2)).to_be_visible()
    onlooker.settle()
    page.screenshot(path=SHOTS / "returns_figures.png")
    assert (SHOTS / "returns.png").stat().st_size > 20_000
    page.locator(".js-plotly-plot").nth(1).locator(".barlayer .point").first.click(force=True)
    expect(page).to_have_url(re.compile("reason="))
    onlooker.settle()
    expect(page.get_by_role("listbox", name="Returns, newest first").get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize("path", ["returns?id=1", "returns?view=figures"])
def test_it_fits_a_small_dark_window(path: str, chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open(path)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_role("button", name="Filters")).to_be_in_viewport(ratio=1)


def listed(desk: Served) -> list[Line]:
    return list(listing.page(desk.store, Filters(), actor=people.local_person(desk.store), limit=500).rows)
