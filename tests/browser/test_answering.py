"""Fifty waiting conversations are cleared with the keyboard alone: on the sample seller, and with real mail servers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from services import export
from tests import mails
from tests.browser.conftest import Served, Visitor, serve
from tests.desks import ask
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIFTY, LIVE = 50, 15
UNDO = 11
ANSWER = "Hello, we have looked into this and a new part leaves our warehouse tomorrow. We are sorry for the trouble."


def test_fifty_conversations_of_the_sample_seller_are_cleared_by_keys(visitor: Visitor, desk: Served) -> None:
    page = visitor.open("inbox")
    before = _waiting(desk)
    for number in range(FIFTY):
        ticket = _ticket(page)
        if number % 3 == 0:
            page.keyboard.press("n")
        elif number % 3 == 1:
            page.keyboard.press("a")
        else:
            _write_and_send(page)
            expect(page.get_by_text("Copy the reply to Seller Central")).to_be_visible()
            page.keyboard.press("d")
        _moved_on(page, ticket)
    assert len(_waiting(desk)) == len(before) - FIFTY
    queued = [row for row in export.rows(desk.store, "outbox", now=NOW) if row["state"] != "handed_over"]
    assert queued == []


@pytest.mark.servers
def test_fifteen_buyers_are_answered_by_keys_over_real_mail_servers(
    live: Served, dovecot: Dovecot, smtp: SmtpServer, chromium: Browser, visitors: list[Visitor]
) -> None:
    visitors.append(Visitor(chromium, live))
    page = visitors[-1].open("inbox")
    for number in range(LIVE):
        ticket = _ticket(page)
        _write_and_send(page, f"Hello, this is about your lamp. {ANSWER}")
        _moved_on(page, ticket, last=number == LIVE - 1)
    time.sleep(UNDO)
    live.sync()
    assert sorted(smtp.counted().values()) == [1] * LIVE
    sent = {received.to[0]: received.mail.get_content() for received in smtp.accepted}
    rows = list(export.rows(live.store, "outbox", now=NOW))
    assert {row["to"] for row in rows} == set(sent)
    assert all(row["text"].splitlines()[0] in sent[row["to"]] for row in rows)
    dovecot.append(live.environment["USER_OF_THE_TEST"], *(_copy(live, row) for row in rows))
    live.sync()
    assert {row["state"] for row in export.rows(live.store, "outbox", now=NOW)} == {"confirmed"}
    assert _waiting(live) == []


@pytest.fixture
def live(dovecot: Dovecot, smtp: SmtpServer, tmp_path: Path) -> Iterator[Served]:
    """A desk over a real mailbox with fifteen waiting buyers, and a real mail server to answer through."""
    user = dovecot.new_user()
    dovecot.append(user, *(_question(number) for number in range(LIVE)))
    (tmp_path / "within24.toml").write_text(
        f"""
        [accounts.acme]
        marketplaces = ["US"]
        [accounts.acme.mailbox]
        host = "localhost"
        port = {dovecot.port}
        security = "none"
        user = "{user}"
        password = "env:IMAP_PASSWORD_OF_THE_TEST"
        folders = ["INBOX"]
        [accounts.acme.smtp]
        host = "localhost"
        port = {smtp.port}
        security = "none"
        sender = "support@shop.example"
        """
    )
    more = {
        "WITHIN24_CONFIG": str(tmp_path / "within24.toml"),
        "IMAP_PASSWORD_OF_THE_TEST": dovecot.password,
        "USER_OF_THE_TEST": user,
    }
    (tmp_path / "state").mkdir()
    for served in serve(tmp_path / "state", tmp_path, **more):
        served.sync()
        yield served


def _question(number: int) -> bytes:
    at = NOW - timedelta(hours=20) + timedelta(minutes=number)
    return ask(number, at, name=_buyer(number), alias=f"buyer{number:09}", order=_order(number))


def _copy(desk: Served, row: dict[str, Any]) -> bytes:
    """Amazon's copy of a reply of ours."""
    (ticket,) = [each for each in export.rows(desk.store, "tickets", now=NOW) if each["id"] == row["ticket_id"]]
    number = int(ticket["order_id"][7:11])
    key = f"<copy-{number}@example.amazonses.com>"
    return mails.reply_copy(row["text"], date=NOW, message_id=key, name=_buyer(number), order=_order(number))


def _buyer(number: int) -> str:
    return f"Example Person {number}"


def _order(number: int) -> str:
    return f"114-555{number:04}-7770001"


def _write_and_send(page: Page, text: str = ANSWER) -> None:
    page.keyboard.press("w")
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def _ticket(page: Page) -> int:
    """The ticket on screen, once the page is at rest."""
    found = re.search(r"ticket=(\d+)", page.url)
    assert found
    expect(page.locator(f'[data-ticket="{found[1]}"]')).to_have_count(2, timeout=15_000)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=15_000)
    return int(found[1])


def _moved_on(page: Page, ticket: int, *, last: bool = False) -> None:
    if last:
        expect(page.get_by_text(f"#{ticket} reply queued.")).to_be_visible(timeout=15_000)
    else:
        expect(page).not_to_have_url(re.compile(rf"ticket={ticket}\b"), timeout=15_000)


def _waiting(desk: Served) -> list[int]:
    return [row["id"] for row in export.rows(desk.store, "tickets", now=NOW) if row["awaiting_since"]]
