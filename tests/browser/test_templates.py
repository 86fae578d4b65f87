"""Templates in real Chromium: a placeholder goes where the cursor stands, and what is written shows filled below."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from services import people, templates
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_template_is_found_changed_at_the_cursor_saved_deleted_and_put_back(visitor: Visitor) -> None:
    page = visitor.open("templates")
    page.get_by_placeholder("Words in name or text").fill("damaged")
    page.keyboard.press("Enter")
    visitor.settle()
    expect(page).to_have_url(re.compile("q=damaged"))
    row = _list(page).locator(".row", has_text="English").first
    row.click()
    expect(page).to_have_url(re.compile("template=[0-9]+"))
    visitor.settle()
    area = page.get_by_role("textbox", name="Text")
    area.fill("Hello , this is about order .")
    area.evaluate("area => area.setSelectionRange(6, 6)")
    page.get_by_label("Insert a placeholder").select_option("{{buyer_first_name}}")
    expect(area).to_have_value("Hello {{buyer_first_name}}, this is about order .")
    expect(area).to_be_focused()
    page.keyboard.type("!")
    expect(area).to_have_value("Hello {{buyer_first_name}}!, this is about order .")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".st-key-template-preview")).to_contain_text("Hello Maria, this is about order .")
    visitor.settle()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved “Damaged item”.")).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted “Damaged item”.")).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is back.")).to_be_visible()
    expect(area).to_have_value("Hello {{buyer_first_name}}, this is about order .")
    me = people.local_person(visitor.desk.store)
    (kept,) = templates.listing(visitor.desk.store, actor=me, text="about order .").rows[:1]
    assert kept.text == "Hello {{buyer_first_name}}, this is about order ."


def test_a_template_is_tried_on_a_waiting_ticket_and_its_link_opens_it(onlooker: Visitor) -> None:
    page = onlooker.open("templates?lang=de&q=Rechnung")
    link = page.url
    field = page.get_by_role("combobox", name=re.compile("Preview with"))
    field.click()
    page.get_by_role("option").nth(1).click()
    onlooker.settle()
    preview = page.locator(".st-key-template-preview")
    expect(preview).to_contain_text("Guten Tag")
    expect(preview).not_to_contain_text("Maria Example")
    assert page.url == link
    shown = page.get_by_role("textbox", name="Text").input_value()
    ident = _list(page).locator('[aria-selected="true"]').get_attribute("data-id")
    page = onlooker.open(f"templates?template={ident}")
    expect(page.get_by_role("textbox", name="Text")).to_have_value(shown)


def _list(page: Page) -> Locator:
    return page.get_by_role("listbox", name="templates")
