"""Today in real Chromium: a claim is escalated, the answer comes back, and it fits a small dark window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from data.models.escalations import Escalation
from services import people
from services.escalations import acts
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import NOW

pytestmark = pytest.mark.browser
SENTENCE = "We cannot prove that this parcel arrived"


def test_a_claim_is_escalated_and_the_answer_comes_back_to_today(visitor: Visitor, desk: Served) -> None:
    bea = people.add(desk.store, "Bea", "supervisor", actor=people.local_person(desk.store), now=NOW)
    page = visitor.open("claims?state=action_required")
    page.get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In one sentence").fill(SENTENCE)
    dialog.get_by_label("In one sentence").press("Tab")
    visitor.settle()
    dialog.get_by_role("button", name="Escalate").click()
    expect(page.get_by_text(re.compile("The answer comes back to Today"))).to_be_visible()
    expect(dialog).to_be_hidden()
    page = visitor.open("")
    expect(page.get_by_text("You asked")).to_be_visible()
    page.get_by_role("link", name=SENTENCE).click()
    expect(dialog.get_by_text("You to any supervisor")).to_be_visible()
    with desk.store.read() as session:
        (number,) = session.scalars(select(Escalation.id).where(Escalation.by == "You"))
    acts.answer(desk.store, number, 1, actor=bea, now=NOW, text="Refund it.")
    page = visitor.open("")
    page.get_by_role("listbox", name="What needs a person").get_by_text("Bea answered: Refund it.").click()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog.get_by_text(re.compile("closed by You"))).to_be_visible()
    page = visitor.open("")
    expect(page.get_by_text("Bea answered")).to_have_count(0)


def test_it_fits_a_small_dark_window_and_says_how_it_is_ordered(
    chromium: Browser, quiet_desk: Served, visitors: list[Visitor]
) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open("?whose=unowned")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="How it is ordered").click()
    expect(page.get_by_role("table", name="How it is ordered")).to_contain_text("the money, and an order defect")
