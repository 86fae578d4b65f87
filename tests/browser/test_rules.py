"""A rule from its example to the mail that it sorts, and a view of it, in real Chromium."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from services import export
from services.settings import ROOT
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import ask

pytestmark = pytest.mark.browser

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_a_rule_is_tried_switched_on_and_sorts_what_arrives_into_a_view(
    visitor: Visitor, desk: Served, chromium: Browser, visitors: list[Visitor]
) -> None:
    page = visitor.open("triage_rules")
    page.get_by_role("button", name="Start from this").first.click()
    switch = page.get_by_role("button", name="Switch on")
    expect(switch).to_be_disabled()
    page.get_by_role("button", name="Dry run over 90 days").click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible(timeout=60_000)
    expect(switch).to_be_enabled()
    switch.click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    visitor.settle()
    page.mouse.move(720, 890)
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "docs" / "screenshots" / "triage_rules.png")
    page.get_by_role("listbox", name="Matches").locator(".row").first.click()
    expect(page).to_have_url(re.compile("/inbox.*ticket="))

    desk.mail(ask(901, NOW - timedelta(hours=100), text="I would like to return the lamp", name="New Example"))
    (sorted_,) = [row for row in export.rows(desk.store, "tickets", now=NOW) if row["buyer"] == "New Example"]
    assert sorted_["tags"] == ["return"]

    page = visitor.open("inbox?tag=return")
    expect(page.get_by_role("listbox")).to_contain_text("return the lamp")
    page.get_by_role("button", name="Views").click()
    page.get_by_text("Save these filters as a view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Returns")
    dialog.get_by_role("button", name="Save the view").click()
    expect(page).to_have_url(re.compile("view=1"))
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Returns")).to_be_visible()
    expect(page.get_by_role("listbox")).to_contain_text("return the lamp")

    visitors.append(Visitor(chromium, desk, SMALL, "dark"))
    narrow = visitors[-1].open("triage_rules")
    expect(narrow.get_by_role("button", name="Switch off")).to_be_visible()
    assert narrow.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    narrow.screenshot(path="/tmp/rules_dark.png")
    narrow = visitors[-1].open("inbox?view=1")
    expect(narrow.get_by_role("button", name="Returns")).to_be_visible()
    assert narrow.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    narrow.screenshot(path="/tmp/inbox_dark.png")
