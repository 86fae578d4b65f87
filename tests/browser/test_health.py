"""Account health in real Chromium: a figure is picked by mouse and by keys, and it fits a small dark window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SMALL, Served, Visitor

pytestmark = pytest.mark.browser


def test_a_line_of_today_opens_the_figure_and_another_one_is_picked(onlooker: Visitor) -> None:
    page = onlooker.open("")
    # A line of the list until somebody has seen that it escalated, a sentence above it from then on.
    page.get_by_text(re.compile("^IT: Valid tracking rate is BAD")).first.click()
    expect(page).to_have_url(re.compile(r"/health\?.*mp=IT.*metric=valid_tracking_rate"))
    onlooker.settle()
    glance = page.get_by_role("table", name="All marketplaces")
    expect(glance.locator("[aria-current]")).to_contain_text("93.6 %")
    line = page.get_by_role("table", name="Metrics of IT").get_by_role("row", name=re.compile("Valid tracking rate"))
    expect(line).to_contain_text("more than 95 %")
    expect(line).to_contain_text("too many")
    page.get_by_role("row", name=re.compile("^US")).get_by_role("button", name=re.compile("3.57 %")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("mp=US.*metric=late_shipment_rate"))
    expect(page.get_by_role("table", name="Metrics of US")).to_contain_text("2 more late shipments until 4 %")


def test_it_fits_a_small_dark_window(chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open("health")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_role("table", name="All marketplaces").locator("tbody tr").first).to_be_in_viewport(ratio=1)
