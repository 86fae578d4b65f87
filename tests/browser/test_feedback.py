"""Feedback in real Chromium: one sorted, removal asked for, several closed and undone; a question answered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from services import people
from services.feedback import answers as feedback
from services.feedback import reading
from services.feedback.shapes import Filters
from services.settings import ROOT, load
from tests.browser.conftest import SMALL, Served, Visitor
from tests.browser.test_flows import NOW
from tests.desks import ORDERS

pytestmark = pytest.mark.browser

GOOD = "Yes: it can be dimmed with any standard dimmer, down to ten percent."


def test_feedback_is_sorted_asked_to_be_removed_and_marked_together(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("feedback?can=removal&state=todo")
    page.get_by_role("listbox", name="feedback, newest first").get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("id="))
    expect(page.get_by_text("Next: Ask for removal.")).to_be_visible()
    visitor.settle()
    shot = ROOT / "docs" / "screenshots" / "feedback.png"
    page.mouse.move(720, 890)
    page.screenshot(path=shot)
    assert shot.stat().st_size > 20_000
    page.get_by_role("button", name="I have asked Amazon").click()
    expect(page.get_by_text("What did Amazon decide?")).to_be_visible()
    page = visitor.open("feedback?state=todo")
    rows = page.get_by_role("listbox", name="feedback, newest first").get_by_role("option")
    expect(rows.first).to_be_visible()
    n = rows.count()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.get_by_role("toolbar").get_by_role("button", name="Close").click()
    expect(page.get_by_text("1 marked.")).to_be_visible()
    expect(rows).to_have_count(n - 1)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(n)
    (row,) = reading.listing(desk.store, Filters(state="asked"), now=NOW).rows
    assert row.removal.criterion


def test_a_question_is_answered_in_public_after_a_second_confirmation(visitor: Visitor, desk: Served) -> None:
    earlier(desk)
    page = visitor.open("feedback?view=public")
    page.get_by_role("button", name="New").click()
    page.get_by_label("ASIN of the product, or order number of the feedback").fill("B0EXAMPLE1")
    page.get_by_label("The buyer's words").fill("Can this lamp be dimmed?")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page).to_have_url(re.compile("id="))
    visitor.settle()
    page.keyboard.press("Escape")
    field = page.get_by_label("Our public answer")
    field.fill("Dear Alex Example, yes.")
    field.press("Tab")
    expect(page.get_by_text("carries no order ids")).to_be_visible()
    field.fill(GOOD)
    page.get_by_role("button", name="Finish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(GOOD)).to_be_visible()
    dialog.get_by_role("button", name="Mark as final").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Open the product page")).to_be_visible()
    page.get_by_role("button", name="I have posted it").click()
    expect(page.get_by_text("Posted: You")).to_be_visible()
    (row,) = feedback.answers(desk.store, feedback.Filters(state="posted")).rows
    assert (row.answer, row.final_by, row.posted_by) == (GOOD, "You", "You")


def test_it_fits_a_small_dark_window(chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open("feedback")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_text("Seller feedback", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("combobox", name=re.compile("Removal"))).to_be_in_viewport(ratio=1)


def earlier(desk: Served) -> None:
    """Some that were there before."""
    settings, me = load(), people.local_person(desk.store)
    account = "sample" if "sample" in settings.accounts else next(iter(settings.accounts))
    for about, asked in (
        (ORDERS[1], "Arrived two weeks late and nobody told me why."),
        (ORDERS[2], "The box was open and one lamp was missing."),
    ):
        place = settings.accounts[account].marketplaces[0]
        one = {"kind": "feedback", "account": account, "marketplace": place, "about": about, "asked": asked}
        feedback.enter(desk.store, settings, **one, actor=me, now=NOW)
