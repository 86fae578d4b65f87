"""What people do all day, in real Chromium: triage by keys and by mouse, links, two agents, new mail, files, looks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from data.models.mirrored import Message
from pages.ui.format import left
from services import export
from services.settings import ROOT
from tests.browser.conftest import LARGE, SMALL, Served, Visitor
from tests.desks import ask

pytestmark = pytest.mark.browser

POLL = "00:21"
"""A little longer than pages wait until they look for news."""
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SCREENS = ("today", "inbox", "health", "response_time", "templates", "sync", "data_problems", "settings")


def test_triage_by_keys_alone(visitor: Visitor) -> None:
    page = visitor.open("inbox")
    first, second, third = _ids(page)[:3]
    expect(_row(page, first)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"ticket={second}"))
    expect(_open(page, second)).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.press("n")
    expect(page.get_by_text(f"#{second} marked No Response Needed.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"ticket={first}"))
    visitor.settle()
    page.keyboard.press("a")
    expect(page.get_by_text(f"#{first} marked as answered.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"ticket={third}"))
    assert _ids(page)[0] == third


def test_arrows_home_and_end_move_in_the_list_and_typing_does_not(onlooker: Visitor) -> None:
    page = onlooker.open("inbox")
    ids = _ids(page)
    page.get_by_role("listbox").focus()
    page.keyboard.press("End")
    expect(_row(page, ids[-1])).to_have_class(re.compile("cursor"))
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(_row(page, ids[1])).to_have_class(re.compile("cursor"))
    page.get_by_placeholder("Buyer, order, words").click()
    page.keyboard.type("jjjm")
    expect(_row(page, ids[1])).to_have_class(re.compile("cursor"))
    expect(page).to_have_url(re.compile(f"ticket={ids[0]}$"))


def test_triage_by_mouse_with_a_note_an_answer_and_an_undo(visitor: Visitor) -> None:
    page = visitor.open("inbox")
    second = _ids(page)[1]
    _row(page, second).click()
    expect(_open(page, second)).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name=re.compile("^Note")).click()
    page.get_by_role("textbox", name=re.compile("Internal note")).fill("The carrier has it.\nAsk again on Monday.")
    page.get_by_role("button", name="Save the note").click()
    expect(_open(page, second).get_by_text("Ask again on Monday.").first).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name=re.compile("^Mark answered A")).click()
    expect(page.get_by_text(f"#{second} marked as answered.")).to_be_visible()
    visitor.settle()
    assert second not in _ids(page)
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(f"ticket={second}"))
    visitor.settle()
    assert second in _ids(page)


def test_a_link_to_a_ticket_opens_it(onlooker: Visitor) -> None:
    page = onlooker.open("inbox")
    fourth = _ids(page)[3]
    page = onlooker.open(f"inbox?ticket={fourth}")
    expect(_open(page, fourth)).to_be_visible()
    expect(_row(page, fourth)).to_have_attribute("aria-selected", "true")


def test_a_line_of_today_opens_its_ticket(onlooker: Visitor) -> None:
    page = onlooker.open("")
    row = page.get_by_role("listbox", name="What needs a person").locator(".row", has_text="an answer within").first
    row.click()
    expect(page).to_have_url(re.compile(r"/inbox.*ticket=\d+"))
    found = re.search(r"ticket=(\d+)", page.url)
    assert found is not None
    expect(_open(page, found[1])).to_be_visible()


def test_two_agents_at_once_the_second_is_told_and_keeps_the_text(
    chromium: Browser, desk: Served, visitor: Visitor, visitors: list[Visitor]
) -> None:
    other = Visitor(chromium, desk)
    visitors.append(other)
    mine, theirs = visitor.open("inbox"), other.open("inbox")
    ticket = _ids(mine)[0]
    mine.get_by_role("button", name=re.compile("^Note")).click()
    field = mine.get_by_role("textbox", name=re.compile("Internal note"))
    field.fill("Half a note")
    theirs.keyboard.press("m")
    expect(_row(theirs, ticket)).to_contain_text("You")
    mine.get_by_role("button", name="No response needed").click()
    expect(mine.get_by_text(re.compile(f"#{ticket} was changed by you, in another window"))).to_be_visible()
    expect(mine).to_have_url(re.compile(f"ticket={ticket}"))
    expect(field).to_have_value("Half a note")


def test_ctrl_enter_in_a_note_saves_the_note_and_sends_no_reply(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("inbox")
    page.get_by_placeholder("Reply to the buyer").fill("Hello, this is only half of")
    page.keyboard.press("Tab")
    visitor.settle()
    page.get_by_role("button", name=re.compile("^Note")).click()
    field = page.get_by_role("textbox", name=re.compile("Internal note"))
    field.fill("For the team only.")
    field.press("Control+Enter")
    expect(page.get_by_text("For the team only.").first).to_be_visible()
    expect(field).to_be_hidden()
    visitor.settle()
    assert list(export.rows(desk.store, "outbox", now=NOW)) == []
    expect(page.get_by_placeholder("Reply to the buyer")).to_have_value("Hello, this is only half of")


def test_new_mail_moves_nothing_until_the_agent_asks_for_it(visitor: Visitor, desk: Served) -> None:
    visitor.page.clock.install()
    page = visitor.open("inbox")
    before = _ids(page)
    _row(page, before[2]).click()
    visitor.settle()
    desk.mail(ask(900, NOW - timedelta(hours=100), text="The oldest of all questions", name="New Example"))
    page.clock.fast_forward(POLL)
    refresh = page.get_by_role("button", name=re.compile("refresh"))
    expect(refresh).to_be_visible(timeout=30_000)
    assert _ids(page) == before
    expect(page).to_have_url(re.compile(f"ticket={before[2]}"))
    refresh.click()
    expect(page.get_by_role("listbox")).to_contain_text("The oldest of all questions")
    expect(_row(page, before[2])).to_have_attribute("aria-selected", "true")
    expect(_open(page, before[2])).to_be_visible()
    assert _ids(page)[1:] == before[:-1]


def test_an_attachment_is_downloaded_as_it_came(onlooker: Visitor, quiet_desk: Served) -> None:
    with quiet_desk.store.read() as session:
        message = session.query(Message).filter(Message.attachments != [], Message.direction == "buyer").first()
    assert message is not None
    page = onlooker.open(f"inbox?ticket={message.ticket_id}")
    with page.expect_download() as started:
        name = re.compile(re.escape(message.attachments[0]["name"]))
        page.get_by_role("button", name=name).first.click()
        page.get_by_role("dialog").get_by_role("button", name=name).click()
    assert started.value.suggested_filename == message.attachments[0]["name"]
    assert started.value.path().stat().st_size == message.attachments[0]["size"]


def test_the_original_is_shown_without_anything_remote(onlooker: Visitor) -> None:
    page = onlooker.open("inbox")
    page.get_by_role("button", name="Original").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("The mail as it came")).to_be_visible()
    dialog.get_by_role("tab", name="Headers").click()
    expect(dialog.get_by_text(re.compile("Message-ID", re.IGNORECASE)).first).to_be_visible()


def test_the_browser_and_the_server_say_the_same_time_left(onlooker: Visitor) -> None:
    page = onlooker.open("inbox")
    chips = page.get_by_role("listbox").locator("[data-due]")
    for chip in chips.all():
        due = datetime.fromtimestamp(int(chip.get_attribute("data-due") or 0), UTC)
        assert chip.text_content() == left(due, NOW)
    assert chips.count() == 50


def test_a_bar_of_the_chart_opens_its_messages(onlooker: Visitor) -> None:
    page = onlooker.open("response_time")
    page.locator(".js-plotly-plot .barlayer .point").first.click(force=True)
    expect(page).to_have_url(re.compile("day=2026-"))
    expect(page.get_by_role("listbox")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(LARGE, "light"), (SMALL, "dark")], ids=["large light", "small dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_the_window_and_the_readme_gets_its_picture(
    screen: str, scheme: str, size: tuple[int, int], chromium: Browser, quiet_desk: Served, visitors: list[Visitor]
) -> None:
    visitors.append(Visitor(chromium, quiet_desk, size, scheme))
    page = visitors[-1].open("" if screen == "today" else screen)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert background == ("rgb(16, 20, 29)" if scheme == "dark" else "rgb(255, 255, 255)")
    if size == LARGE:
        _take_picture(page, screen)


def _take_picture(page: Page, screen: str) -> None:
    page.mouse.move(720, 890)
    page.wait_for_timeout(1000)
    file = ROOT / "docs" / "screenshots" / f"{screen}.png"
    page.screenshot(path=file)
    assert file.stat().st_size > 20_000


def test_what_the_next_answer_needs_is_in_view_without_scrolling(onlooker: Visitor) -> None:
    page = onlooker.open("inbox")
    for name in ("Mark answered", "No response needed", "Assign to me", "Note", "Edit"):
        expect(page.get_by_role("button", name=re.compile(f"^{name}")).first).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Seller Central")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("listbox")).to_be_in_viewport(ratio=1)


def _ids(page: Page) -> list[int]:
    rows = page.get_by_role("listbox").locator(".row").all()
    return [int(row.get_attribute("data-id") or 0) for row in rows]


def _open(page: Page, ticket: int) -> Locator:
    """The conversation, once it is this ticket's."""
    return page.locator(f'[data-ticket="{ticket}"] .timeline')


def _row(page: Page, ticket: int) -> Locator:
    return page.get_by_role("listbox").locator(f'[data-id="{ticket}"]')
