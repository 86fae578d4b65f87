"""Response time in real Chromium: every mark opens its messages, a message its ticket, and any view is a link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from services.response_time import amazon
from tests.browser.conftest import SMALL, Served, Visitor

pytestmark = pytest.mark.browser


def test_every_mark_opens_its_messages_and_a_message_its_ticket(onlooker: Visitor) -> None:
    page = onlooker.open("response_time?period=90+days")
    onlooker.settle()
    click(page, page.locator(".st-key-took .barlayer .point path"))
    expect(page).to_have_url(re.compile("bar="))
    expect(page.get_by_text(re.compile("after \\d+ to \\d+ h"))).to_be_visible()
    onlooker.settle()
    click(page, page.locator(".st-key-backlog .barlayer .point path"))
    expect(page).to_have_url(re.compile("tick=2026-"))
    expect(page).not_to_have_url(re.compile("bar="))
    page.get_by_text("When and what", exact=True).click()
    expect(page.get_by_text("Hours of the week, by when the buyer wrote")).to_be_visible()
    onlooker.settle()
    click(page, page.locator(".st-key-week .scatterlayer .points path"))
    expect(page).to_have_url(re.compile("slot="))
    # The address is the view: opened anew it shows the same messages.
    again = onlooker.open(page.url.split("/")[-1])
    rows = again.get_by_role("listbox").locator(".row")
    expect(rows.first).to_be_visible()
    rows.first.click()
    expect(again).to_have_url(re.compile("inbox.*ticket="))


def test_amazons_figure_is_written_down_and_its_missed_messages_are_shown(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("response_time?view=amazon")
    page.get_by_label("Late response rate in %").fill("9.5")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("Written down")).to_be_visible()
    (row,) = amazon.typed(desk.store, account="nordlicht")
    assert (row.rate, row.days) == (0.095, 7)
    page.get_by_role("button", name="Show the missed ones").nth(1).click()
    expect(page).to_have_url(re.compile("group=missed"))
    expect(page.get_by_role("listbox").locator(".row").first).to_be_visible()


def test_filters_and_an_earlier_time_stand_in_the_address(onlooker: Visitor) -> None:
    page = onlooker.open("response_time")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("textbox", name="Language").fill("de")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("lang=de"))
    expect(page.get_by_text(re.compile("all marketplaces, de;"))).to_be_visible()
    onlooker.settle()
    if not page.get_by_role("button", name="Clear the filters").is_visible():
        page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Clear the filters").click()
    expect(page).not_to_have_url(re.compile("lang="))
    onlooker.settle()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="As of").click()
    page.locator("label").filter(has_text=re.compile("^then$")).click()
    onlooker.settle()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("asof=2026-11-22.*known=then"))
    expect(page.get_by_text(re.compile("with what was known then"))).to_be_visible()
    onlooker.settle()
    page.get_by_role("button", name="As known now").click()
    expect(page).not_to_have_url(re.compile("known="))
    onlooker.settle()
    page.get_by_role("button", name="Today's figures").first.click()
    expect(page).not_to_have_url(re.compile("asof="))


@pytest.mark.parametrize("view", ["patterns", "agents", "times", "amazon"])
def test_it_fits_a_small_dark_window(view: str, chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open(f"response_time?view={view}&period=90+days")
    expect(page.get_by_text("99th percentile").first).to_be_visible()
    visitors[-1].settle()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def click(page: Page, marks: Locator) -> None:
    """Click in the middle of the largest of some marks of a chart."""
    expect(marks.first).to_be_attached()
    marks.first.scroll_into_view_if_needed()
    boxes = [box for box in (mark.bounding_box() for mark in marks.all()) if box]
    box = max(boxes, key=lambda each: each["height"] * each["width"])
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
