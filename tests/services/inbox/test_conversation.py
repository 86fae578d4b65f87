"""One conversation: the buyer's words and what stands beside them."""

from __future__ import annotations

import pytest

from services.errors import Rejected
from services.inbox import conversation as talk
from services.inbox import marks
from services.inbox.shapes import Conversation
from services.people import Person
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy

ANA = Person("Ana", "agent", False, None)
CASE = "11111111-2222-4333-8444-555555555555"
PHOTO = ("lamp.jpg", "image/jpeg", b"\xff\xd8 example")


def of(desk: Desk, n: int = 1) -> Conversation:
    found = talk.conversation(desk.store, desk.message(amazon_id(n))["ticket_id"], now=NOW)
    assert found is not None
    return found


def test_it_shows_words_times_and_verdicts_oldest_first(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, NOW - 30 * HOUR, order=ORDERS[1], text="Where is it?"),
        copy(1, NOW - 28 * HOUR, order=ORDERS[1]),
        ask(2, NOW - HOUR, order=ORDERS[1], text="Still not here.", files=[PHOTO]),
    )
    shown = of(every_desk)
    assert [(e.direction, e.text, e.owed, e.within_24h) for e in shown.entries] == [
        ("buyer", "Where is it?", False, True),
        ("agent", "Answer number 1.", False, None),
        ("buyer", "Still not here.", True, None),
    ]
    assert (shown.order_id, shown.match, shown.zone, shown.due_at) == (
        ORDERS[1],
        "order_id",
        "America/Los_Angeles",
        NOW + 23 * HOUR,
    )
    assert [(a.name, a.media_type) for a in shown.entries[2].attachments] == [("lamp.jpg", "image/jpeg")]


def test_other_tickets_of_the_order_and_of_the_buyer_stand_beside_it(desk: Desk) -> None:
    desk.read(
        ask(1, NOW - 3 * DAY, order=ORDERS[1]),
        ask(2, NOW - 2 * DAY, order=ORDERS[2]),
        ask(3, NOW - DAY, order=ORDERS[1], alias="bbbbbbbbbbbbbb"),
    )
    shown = of(desk)
    assert [related.id for related in shown.same_order] == [of(desk, 3).id]
    assert [related.id for related in shown.same_buyer] == [of(desk, 2).id]


def test_filed_notices_of_the_order_are_shown_apart(desk: Desk) -> None:
    desk.read(
        ask(1, NOW - DAY, order=ORDERS[1]),
        mails.notice(
            f"Sold, ship now: {ORDERS[1]}",
            f"<p>Order ID: {ORDERS[1]}</p>",
            type_header="NEW_ORDER_NOTIFICATION",
            date=NOW - DAY,
        ),
    )
    shown = of(desk)
    filed = [row["kind"] for row in desk.rows("ledger") if row["disposition"] == "filed"]
    assert [entry.kind for entry in shown.order_mail] == filed
    assert len(shown.entries) == 1


def test_the_original_and_its_files_are_a_click_away_and_harmless(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, files=[("../../etc/x.html", "text/html", b"<script>alert(1)</script>")]))
    entry = of(desk).entries[0]
    name, _, content = talk.attachment(desk.store, entry.id, entry.attachments[0].index)
    assert "/" not in name
    assert b"alert" in content
    assert "<script" not in str(talk.original(desk.store, entry.id))
    with pytest.raises(Rejected, match="attachment"):
        talk.attachment(desk.store, entry.id, 7)


def test_an_original_that_was_purged_says_so(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR))
    with desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_content")
    with pytest.raises(Rejected, match="retention"):
        talk.original(desk.store, of(desk).entries[0].id)
    assert of(desk).entries[0].text


def test_the_link_leads_to_the_case_that_the_mail_names(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, report_case=CASE), ask(2, NOW - HOUR, order=ORDERS[2], alias="bbbbbbbbbbbbbb"))
    assert CASE in of(desk, 1).seller_central
    assert of(desk, 2).seller_central.startswith("https://sellercentral.amazon.com/")


def test_what_looks_automatic_and_what_has_no_words_is_said(desk: Desk) -> None:
    desk.read(
        ask(1, NOW - HOUR, headers={"Auto-Submitted": "auto-replied"}),
        ask(2, NOW - HOUR, text=" ", alias="bbbbbbbbbbbbbb"),
    )
    assert any("automatic" in note for note in of(desk, 1).entries[0].notes)
    assert any("photo" in note for note in of(desk, 2).entries[0].notes)


def test_the_second_clock_stands_beside_the_first_and_moves_nothing(desk: Desk) -> None:
    sunday = NOW
    desk.read(ask(1, sunday - HOUR))
    shown = of(desk)
    assert shown.due_at == sunday + 23 * HOUR
    assert shown.house_due_at is not None
    assert shown.house_due_at > shown.due_at


def test_a_hidden_old_message_is_neither_owed_nor_late_in_the_metric(desk: Desk) -> None:
    desk.read(ask(1, NOW - 60 * DAY))
    shown = of(desk)
    entry = shown.entries[0]
    assert (entry.hidden, entry.owed, entry.within_24h, shown.due_at) == (True, False, None, None)
    with pytest.raises(Rejected, match="Nothing is owed"):
        marks.no_response_needed(desk.store, shown.id, shown.version, actor=ANA, now=NOW)
