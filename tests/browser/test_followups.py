"""Follow-ups in real Chromium: rows are marked by key and by mouse, several at once, a conflict is settled, a buyer is
written to with the template filled in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from data import sheet_writes
from data.models.outgoing import Draft
from data.models.sheets import SheetRow
from services.followups import listing, writes
from services.followups.shapes import Filters, Line
from services.people import Person
from services.settings import ROOT
from tests import followups as made
from tests.browser.conftest import SMALL, Served, Visitor
from tests.desks import NOW

pytestmark = pytest.mark.browser

LIST = "Follow-ups, the most urgent first"


def listed(desk: Served, box: str = "to_contact") -> list[Line]:
    return list(listing.page(desk.store, Filters(box=box), now=NOW, limit=500).rows)


def test_rows_are_worked_by_key_by_mouse_and_several_at_once(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("followups")
    first, second, third, *_ = listed(desk)
    expect(page.get_by_text(first.order_id or "").nth(1)).to_be_visible()
    visitor.settle()
    page.mouse.move(720, 890)
    page.screenshot(path=ROOT / "docs" / "screenshots" / "followups.png")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Take the mark back")).to_be_hidden()
    visitor.settle()
    assert first.id in [row.id for row in listed(desk, "contacted")]
    rows = page.get_by_role("listbox", name=LIST).get_by_role("option")
    for number in (0, 1):
        rows.nth(number).click(modifiers=["Control"])
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Resolve").filter(has_text="keyboard_arrow_down").click()
    page.get_by_role("menuitem", name="No contact needed").click()
    expect(page.get_by_text("2 rows changed.")).to_be_visible()
    visitor.settle()
    assert {row.id for row in listed(desk, "over")} == {second.id, third.id}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: 2 rows changed.")).to_be_visible()
    assert listed(desk, "over") == []


def test_a_conflict_is_settled_and_the_buyer_is_written_to(visitor: Visitor, desk: Served) -> None:
    row = next(each for each in listed(desk) if each.kind == "shipping_info_missing" and each.ticket is None)
    differs(desk, row)
    page = visitor.open(f"followups?box=conflicts&id={row.id}")
    expect(page.get_by_text("Somebody changed the sheet meanwhile")).to_be_visible()
    page.get_by_role("button", name="Keep the sheet's").click()
    expect(page.get_by_text("Somebody changed the sheet meanwhile")).to_be_hidden()
    visitor.settle()
    assert listed(desk, "conflicts") == []
    page.get_by_role("button", name="Write to the buyer").click()
    expect(page).to_have_url(re.compile("inbox.*ticket="))
    visitor.settle()
    expect(page.get_by_text(row.order_id or "").first).to_be_visible()
    with desk.store.read() as session:
        draft = session.scalars(select(Draft)).one()
    assert row.order_id
    assert row.order_id in draft.text


def differs(desk: Served, row: Line) -> None:
    """Somebody wrote another agent into the sheet while ours was on its way."""
    writes.do(desk.store, "contacted", row.id, row.version, actor=Person("Ana", "agent", False, None), now=NOW)
    with desk.store.write() as session:
        cells = sheet_writes.of_rows(session, [row.row_key])[row.row_key]
        agent = next(each for each in cells if each.role == "agent")
        agent.state, agent.theirs = "conflict", "Bo"
    with desk.store.read() as session:
        stored = session.scalars(select(SheetRow).where(SheetRow.row_key == row.row_key)).one()
        values = {column.name: getattr(stored, column.name) for column in SheetRow.__table__.columns}
    made.put(desk.store, values | {"agent": "Bo"})


def test_it_fits_a_small_dark_window(chromium: Browser, quiet_desk: Served, visitors: list[Visitor]) -> None:
    visitors.append(Visitor(chromium, quiet_desk, SMALL, "dark"))
    page = visitors[-1].open("followups")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_role("button", name="Filters")).to_be_in_viewport(ratio=1)
