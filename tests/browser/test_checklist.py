"""The checklist in real Chromium: a cell is proved by the store, another signed and taken back, by mouse and keys."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from services import checklist, people
from services.rules.checklist import Key
from services.settings import ROOT, Settings, sample_accounts
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import NOW

pytestmark = pytest.mark.browser
TODAY = date(2026, 11, 22)


def sign(desk: Served, title: str, places: tuple[str, ...], found: int = 0) -> None:
    """Somebody signs beforehand."""
    number = next(line.id for line in checklist.listing(desk.store) if line.last.wording.title == title)
    known = Settings.model_validate({"accounts": sample_accounts(desk.state)})
    told = {
        "actor": people.by_name(desk.store, "Ana Example"),
        "now": NOW,
        "found": found,
        "note": "Two." * bool(found),
    }
    checklist.sign(desk.store, known, [Key(number, "nordlicht", place, TODAY) for place in places], **told)  # type: ignore[arg-type]


def test_a_duty_is_proved_and_another_is_signed(visitor: Visitor, desk: Served) -> None:
    sign(desk, "Returns looked at", ("CA", "FR", "UK"))
    sign(desk, "Spam folder looked through", ("",), found=2)
    page = visitor.open("checklist")
    grid = page.get_by_role("grid", name="Checklist of the day")
    grid.get_by_role("button", name=re.compile("^Buyer messages answered, DE")).click()
    page.get_by_role("button", name="Ask the store now").click()
    expect(page.get_by_text(re.compile("conversations? unanswered over 24 h, not proved"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Ticket ")).first).to_be_visible()
    link = page.get_by_role("link", name=re.compile("Buyer messages in Seller Central"))
    expect(link).to_have_attribute("href", "https://sellercentral.amazon.de/messaging/inbox")
    visitor.settle()
    shot = ROOT / "docs" / "screenshots" / "checklist.png"
    page.mouse.move(720, 890)
    page.screenshot(path=shot)
    assert shot.stat().st_size > 20_000
    grid.get_by_role("button", name=re.compile("^Buyer messages answered, DE")).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile("cell=.*~ES~2026-11-22"))
    expect(page.get_by_text("No return waits for authorisation")).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(grid.get_by_role("button", name=re.compile("^Returns looked at, ES.*signed by You"))).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(grid.get_by_role("button", name=re.compile("^Returns looked at, ES.*due"))).to_be_visible()


@pytest.mark.parametrize("view", ["day", "week", "month", "duties"])
def test_it_fits_a_small_dark_window(view: str, chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open(f"checklist?view={view}")
    expect(page.get_by_text("Unshipped is 0").first).to_be_visible()
    expect(page.get_by_text("Coverage", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
