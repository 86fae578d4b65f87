"""The decided details of the contract, one by one, as a folder of mails and what is exported after a sync.

Number and words of a detail are the contract's; what has a test of its own elsewhere is not repeated here.
"""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from services import sync_status
from services.sync import reparse
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z
from tests.mails import ALIAS, CASE

AT = NOW - 3 * DAY
MINUTE = timedelta(minutes=1)


def ledger(desk: Desk) -> list[tuple[str | None, str | None]]:
    """(disposition, kind) of each mail, in the order of arrival."""
    return [(row["disposition"], row["kind"]) for row in desk.rows("ledger")]


def words(text: str) -> list[dict[str, Any]]:
    return [{"text": text}]


# 1. Kind


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (ask(1, AT, type_header="REFUND_ISSUED"), ("ticketed", "buyer_message")),
        (ask(1, AT, type_header=None, sender="K3X9q7M2w8r5tz@Marketplace.Amazon.COM"), ("ticketed", "buyer_message")),
        (ask(1, AT, sender=f"{ALIAS}@marketplace.amazon.com.evil.example"), ("set_aside", "spam")),
        (ask(1, AT, sender=f"{ALIAS}@marketplace.amazon.com@evil.example"), ("set_aside", "spam")),
        (ask(1, AT, sender=f"{ALIAS}@xmarketplace.amazon.evil"), ("set_aside", "spam")),
        (ask(1, AT, sender=f'"{ALIAS}@marketplace.amazon.com" <x@evil.example>'), ("set_aside", "spam")),
        (ask(1, AT, sender="no-reply@marketplace.amazon.de", type_header=None), ("set_aside", "unknown_notice")),
        (
            mails.reply_copy(date=AT, type_header=None).replace(
                b"donotreply@amazon.com", b"donotreply@marketplace.amazon.com"
            ),
            ("filed", "reply_confirmation"),
        ),
        (
            mails.notice("Refund", "x", sender="x@shop.example", type_header="REFUND_ISSUED", date=AT),
            ("set_aside", "spam"),
        ),
    ],
    ids=itertools.count(),
)
def test_1_the_relay_address_comes_first_and_headers_only_count_from_amazon(
    desk: Desk, raw: bytes, expected: tuple[str, str]
) -> None:
    desk.read(raw)
    assert ledger(desk) == [expected]


# 2. Confirmation copies


def test_2_a_copy_with_an_order_id_answers_that_order_though_another_of_the_name_waited_alone(desk: Desk) -> None:
    desk.read(
        ask(1, AT, order=ORDERS[1], name="Kim Example", t="A0THREADX"),
        copy(1, AT + HOUR, order=ORDERS[1], name="Kim Example"),
        ask(2, AT + 2 * HOUR, name="Kim Example", alias="b" * 14),
        copy(2, AT + 3 * HOUR, order=ORDERS[1], name="Kim Example"),
    )
    assert desk.message(amazon_id(2))["answered_at"] is None
    assert desk.message(amazon_id(1))["answered_at"] == z(AT + HOUR)


def test_2_a_copy_that_is_older_than_the_question_answers_nothing(desk: Desk) -> None:
    desk.read(ask(1, AT, order=ORDERS[1]), copy(1, AT - HOUR, order=ORDERS[1]), copy(2, AT, order=ORDERS[1]))
    assert desk.message(amazon_id(1))["answered_at"] is None


def test_2_a_copy_that_is_there_twice_is_one_reply(desk: Desk) -> None:
    desk.read(ask(1, AT, order=ORDERS[1]), *[copy(1, AT + HOUR, order=ORDERS[1])] * 3)
    assert ledger(desk) == [
        ("ticketed", "buyer_message"),
        ("ticketed", "reply_confirmation"),
        ("filed", "reply_confirmation"),
        ("filed", "reply_confirmation"),
    ]
    assert len(desk.only_ticket()["message_ids"]) == 2


# 3. Threads


@pytest.mark.parametrize("at_once", [True, False])
def test_3_the_thirty_days_count_from_the_last_mail_also_if_that_is_a_reply(desk: Desk, at_once: bool) -> None:
    start = NOW - 80 * DAY
    arriving = [ask(1, start), copy(1, start + 20 * DAY), ask(2, start + 45 * DAY), ask(3, start + 76 * DAY)]
    desk.read(*arriving) if at_once else [desk.read(raw) for raw in arriving]
    found = [len(ticket["message_ids"]) for ticket in desk.tickets()]
    assert sorted(found) == [1, 3]


def test_3_mail_without_keys_joins_the_conversation_that_is_nearest_in_time(desk: Desk) -> None:
    start = NOW - 100 * DAY
    desk.read(ask(1, start))
    desk.read(ask(2, start + 50 * DAY))
    desk.read(ask(3, start + 22 * DAY))
    assert desk.message(amazon_id(3))["ticket_id"] == desk.message(amazon_id(1))["ticket_id"]


def test_3_an_order_named_later_in_a_thread_leads_back_to_it(desk: Desk) -> None:
    desk.read(ask(1, AT, order=ORDERS[1]), ask(2, AT + HOUR, order=ORDERS[2], t="A0THREAD000001"))
    desk.read(ask(3, AT + 2 * HOUR, order=ORDERS[2]))
    assert len(desk.only_ticket()["message_ids"]) == 3


def test_3_notices_about_one_order_start_no_second_conversation_for_its_buyer(desk: Desk) -> None:
    raised = mails.notice(
        f"Return authorization notification for order {ORDERS[1]}",
        f"<p>Order ID: {ORDERS[1]}</p>",
        type_header="RETURN_REQUEST",
        marketplace="US",
        date=AT,
    )
    desk.read(raised)
    desk.read(ask(1, AT + HOUR, order=ORDERS[1]))
    assert desk.only_ticket()["awaiting_since"] == z(AT + HOUR)


# 4. Duplicates


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_4_a_copy_whose_footer_was_lost_is_no_third_message(desk: Desk, order: tuple[int, ...]) -> None:
    same = {"message_id": "<one@example.amazonses.com>", "t": "A0THREADX"}
    arriving = [ask(1, AT, **same), ask(2, AT + MINUTE, **same), ask(1, AT, m=None, **(same | {"t": None}))]
    for n in order:
        desk.read(arriving[n])
    assert sum(row["kind"] == "buyer_message" for row in desk.messages()) == 2
    assert sorted(d or "" for d in desk.dispositions()) == ["filed", "ticketed", "ticketed"]


# 5. Ledger


def test_5_every_file_and_every_entry_is_one_row_with_its_path(desk: Desk) -> None:
    mail = desk.root / "acme" / "mail"
    twice = ask(1, AT, order=ORDERS[1])
    (mail / "deep" / "er").mkdir(parents=True)
    for name, content in {
        "a.eml": twice,
        "deep/b.EML": twice,
        "deep/er/empty.eml": b"",
        "deep/er/zeros.eml": b"\0" * 100,
        "note.txt": b"hello",
        ".hidden": b"",
        "empty.mbox": b"",
        "no separator.mbox": b"Subject: x\n\nhello\n",
        "ümlaut ☃.eml": ask(2, AT + HOUR),
    }.items():
        (mail / name).write_bytes(content)
    (mail / "all.mbox").write_bytes(
        b"From a Thu Nov 19 10:00:00 2026\n" + twice + b"\n"
        b"From b Thu Nov 19 10:00:00 2026\n\n"
        b"From c Thu Nov 19 10:00:00 2026\n" + ask(3, AT + 2 * HOUR) + b"\n"
    )
    desk.sync()
    rows = {(row["path"], row["uid"]): row for row in desk.rows("ledger")}
    assert {place: row["disposition"] for place, row in rows.items()} == {
        ("mail/.hidden", 0): "set_aside",
        ("mail/a.eml", 0): rows["mail/a.eml", 0]["disposition"],
        ("mail/all.mbox", 0): rows["mail/all.mbox", 0]["disposition"],
        ("mail/all.mbox", 1): "set_aside",
        ("mail/all.mbox", 2): "ticketed",
        ("mail/deep/b.EML", 0): rows["mail/deep/b.EML", 0]["disposition"],
        ("mail/deep/er/empty.eml", 0): "set_aside",
        ("mail/deep/er/zeros.eml", 0): "set_aside",
        ("mail/empty.mbox", 0): "set_aside",
        ("mail/no separator.mbox", 0): "set_aside",
        ("mail/note.txt", 0): "set_aside",
        ("mail/ümlaut ☃.eml", 0): "ticketed",
    }
    same = [("mail/a.eml", 0), ("mail/all.mbox", 0), ("mail/deep/b.EML", 0)]
    assert sorted(rows[place]["disposition"] for place in same) == ["filed", "filed", "ticketed"]
    assert all(row["reason"] and row["reason"][-1] == "." for row in rows.values() if row["disposition"] == "set_aside")
    (line,) = sync_status.ledger_lines(desk.store)
    assert (line.seen, line.ticketed, line.filed, line.set_aside, line.unexplained) == (12, 3, 2, 7, 0)


def test_5_a_file_that_changed_is_a_mail_of_its_own_and_one_that_went_keeps_its_row(desk: Desk) -> None:
    (path,) = desk.put(ask(1, AT, order=ORDERS[1]))
    desk.sync()
    file = desk.root / "acme" / path
    file.write_bytes(ask(2, AT + HOUR, order=ORDERS[1]))
    desk.sync()
    file.unlink()
    desk.sync()
    assert [(row["path"], row["disposition"]) for row in desk.rows("ledger")] == [(path, "ticketed")] * 2
    (line,) = sync_status.ledger_lines(desk.store)
    assert (line.seen, line.unexplained) == (2, 0)


# 6. Damaged mail


def damaged(**changes: str | None) -> bytes:
    """A buyer's mail as headers and plain text; headers that are None are left out."""
    headers = {
        "From": f"Alex <{mails.relay_address()}>",
        "Subject": f"Inquiry from Amazon customer Alex (Order: {ORDERS[1]})",
        "Date": format_datetime(AT),
        "Message-ID": "<d@example.amazonses.com>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    body = mails.buyer_plain("Where is it?", order=ORDERS[1], markers=mails.MARKERS["en"], links=[mails.resolve_link()])
    return "".join(f"{name}: {value}\n" for name, value in headers.items() if value is not None).encode() + (
        b"\n" + body.encode()
    )


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (damaged(), AT),
        (damaged(Message_ID=None), AT),
        (damaged(Content_Type="text/plain; charset=x-unknown"), AT),
        (damaged(Content_Type="multipart/alternative; boundary=gone"), AT),
        (damaged(Content_Type=None), AT),
        (damaged(Content_Transfer_Encoding="base65"), AT),
        (damaged(Subject="Inquiry \0from Amazon customer Alex"), AT),
        (damaged().replace(b"Where", b"Wh\0ere"), AT),
        (damaged(Date="Thu, 32 Nov 2026 99:00:00", Received=f"by x; {format_datetime(AT)}"), AT),
        (damaged(Date=None, Received=f"by x; {format_datetime(AT)}"), AT),
        (damaged(Date=format_datetime(NOW + MINUTE), Received=f"by x; {format_datetime(AT)}"), AT),
        (damaged(Date="Mon, 05 Jan 2037 09:30:00 +0000", Received=f"by x; {format_datetime(AT)}"), AT),
        (
            damaged(Date=None, Received=f"by y; {format_datetime(AT)}\nReceived: by x; {format_datetime(AT - HOUR)}"),
            AT,
        ),
        (
            damaged(Date=None, Received=f"by y; {format_datetime(AT - HOUR)}\nReceived: by x; {format_datetime(AT)}"),
            AT,
        ),
        (damaged(Date=format_datetime(AT).replace("+0000", "(no zone)")), AT),
        (damaged(Date=AT.strftime("%d %b %y %H:%M:%S GMT")), AT),
    ],
    ids=itertools.count(),
)
def test_6_a_buyer_is_heard_through_damage(desk: Desk, raw: bytes, sent: datetime) -> None:
    desk.read(raw)
    ticket = desk.only_ticket()
    assert (ticket["awaiting_since"], ticket["due_at"]) == (z(sent), z(sent + DAY))
    (message,) = desk.messages()
    assert "it?" in message["text"]


def test_6_a_mail_cut_off_in_its_middle_keeps_what_came_before(desk: Desk) -> None:
    whole = mails.buyer_mail(order=ORDERS[1], date=AT)
    desk.read(whole[: whole.index(b"where is my parcel") + 30])
    ticket = desk.only_ticket()
    assert (ticket["order_id"], ticket["awaiting_since"]) == (ORDERS[1], z(AT))


# 7. Horizon


def test_7_the_horizon_hides_unanswered_mail_only(desk: Desk) -> None:
    old = NOW - 40 * DAY
    desk.read(
        ask(1, old, order=ORDERS[1]),
        ask(2, old, order=ORDERS[2], alias="b" * 14),
        copy(2, old + 30 * HOUR, order=ORDERS[2]),
        ask(3, NOW - 30 * DAY, order=ORDERS[3], alias="c" * 14),
    )
    first, second, third = (desk.message(amazon_id(n)) for n in (1, 2, 3))
    assert (first["answered_at"], second["answered_at"]) == (None, z(old + 30 * HOUR))
    assert (second["within_24h"], third["within_24h"]) == (False, False)
    owed = {ticket["order_id"]: ticket["awaiting_since"] for ticket in desk.tickets()}
    assert owed == {ORDERS[1]: None, ORDERS[2]: None, ORDERS[3]: z(NOW - 30 * DAY)}


# 8. Amazon's message id


@pytest.mark.parametrize("html", [True, False])
@pytest.mark.parametrize("plain", [True, False])
def test_8_the_id_is_of_the_last_footer_link_whatever_the_buyer_pasted(desk: Desk, html: bool, plain: bool) -> None:
    if not html and not plain:
        return
    fake = mails.resolve_link(m="A0FAKEFAKEFAKE", t="A0FAKETHREAD")
    pasted = f"Hello\n{fake}\n------------- End message -------------\n{fake}\nWas this e-mail helpful?\n{fake}"
    desk.read(ask(1, AT, text=pasted, html=html, plain=plain))
    (message,) = desk.messages()
    assert message["amazon_message_id"] == amazon_id(1)
    assert message["thread_id"] == "A0THREAD000001"
    assert message["text"].count("A0FAKEFAKEFAKE") == 3


# 9. Dispositions


NOTICES = {
    "order_notice": mails.notice("Sold, ship now: Lamp", "x", sender="seller-notification@amazon.com", date=AT),
    "fba_notice": mails.notice("Shipment received", "x", sender="fba-noreply@amazon.com", date=AT),
    "unknown_notice": mails.notice("A word from Amazon", "x", type_header="SOMETHING_NEW", date=AT),
    "refund_issued": mails.notice(f"Refund initiated for order {ORDERS[1]}", "x", type_header="REFUND_ISSUED", date=AT),
    "a_to_z_opened": mails.notice(
        f"Claim {ORDERS[1]}", "x", type_header="A_Z_CLAIM_RESPONDENT_NOTIFY", date=AT, message_id="<az@x.example>"
    ),
    "opt_out": mails.notice(f"Not delivered [{ORDERS[1]}]", "x", type_header="BUYER_OPTED_OUT_BSM_MESSAGES", date=AT),
    "bounce": mails.delivery_report(date=AT, order=ORDERS[1]),
}
ALLOWED = {"order_notice": {"filed"}, "fba_notice": {"filed"}, "unknown_notice": {"set_aside", "ticketed"}}


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("with_buyer", [True, False])
def test_9_each_notice_goes_where_it_may_and_its_second_copy_too(desk: Desk, kind: str, with_buyer: bool) -> None:
    if with_buyer:
        desk.read(ask(1, AT - HOUR, order=ORDERS[1]))
    desk.read(NOTICES[kind])
    desk.read(NOTICES[kind], now=NOW + HOUR)
    rows = [row for row in desk.rows("ledger") if row["kind"] != "buyer_message"]
    assert [row["kind"] for row in rows] == [kind, kind]
    assert {row["disposition"] for row in rows} <= ALLOWED.get(kind, {"ticketed", "filed"})
    if kind not in ALLOWED:
        assert rows[1]["disposition"] == "filed"
    assert {ticket["awaiting_since"] for ticket in desk.tickets()} <= ({z(AT - HOUR)} if with_buyer else {None})


def test_9_amazon_writing_for_a_customer_is_ticketed_and_starts_a_clock(desk: Desk) -> None:
    text = (
        "We've been contacted by a customer regarding the order identified below.\n\n"
        f"Order#: {ORDERS[1]}\nItem: Lamp\nReason: Where is my order\nDetails: late"
    )
    desk.read(ask(1, AT, text=text))
    assert ledger(desk) == [("ticketed", "amazon_cs_message")]
    assert desk.only_ticket()["awaiting_since"] == z(AT)
    assert desk.only_ticket()["order_id"] == ORDERS[1]


# 10. Text


def test_10_text_is_all_the_buyer_wrote_and_nothing_of_amazons(desk: Desk) -> None:
    text = (
        "Dear seller,\n\nsee https://example.com/photo?a=1&b=2 and <b>this</b> --- really ---\n"
        "> quoted\n\n-- \nAlex\nSent from my phone"
    )
    for html, plain in ((True, True), (True, False), (False, True)):
        n = 1 + 2 * html + plain
        desk.read(ask(n, AT + n * MINUTE, text=text, html=html, plain=plain))
    assert {row["text"] for row in desk.messages()} == {text}


def test_10_a_photo_alone_has_no_text_and_its_file_name(desk: Desk) -> None:
    files = [("broken lamp.jpg", "image/jpeg", b"\xff\xd8 not a photo")]
    desk.read(
        mails.buyer_mail("", date=AT, files=files),
        mails.buyer_mail("", date=AT + HOUR, m="A0OTHER0001", files=files, message_id="<p2@x.example>"),
    )
    assert [(row["text"], row["attachments"]) for row in desk.messages()] == [("", ["broken lamp.jpg"])] * 2


@pytest.mark.parametrize(
    ("age", "reply_after", "expected"),
    [
        (DAY - MINUTE, None, None),
        (DAY, None, None),
        (DAY + timedelta(seconds=1), None, False),
        (3 * DAY, DAY, True),
        (3 * DAY, DAY + timedelta(seconds=1), False),
    ],
)
def test_10_exactly_24_hours_is_in_time(
    desk: Desk, age: timedelta, reply_after: timedelta | None, expected: bool | None
) -> None:
    desk.read(ask(1, NOW - age, order=ORDERS[1]))
    if reply_after:
        desk.read(copy(1, NOW - age + reply_after, order=ORDERS[1]))
    assert desk.message(amazon_id(1))["within_24h"] is expected


# 11. Tickets


def test_11_due_and_status_follow_what_is_owed(desk: Desk) -> None:
    desk.read(ask(1, AT, order=ORDERS[1]))
    assert desk.only_ticket()["status"] == "new"
    desk.read(copy(1, AT + HOUR, order=ORDERS[1]))
    ticket = desk.only_ticket()
    assert (ticket["status"], ticket["awaiting_since"], ticket["due_at"]) == ("pending", None, None)
    desk.read(ask(2, AT + 2 * HOUR, order=ORDERS[1]))
    ticket = desk.only_ticket()
    assert (ticket["awaiting_since"], ticket["due_at"]) == (z(AT + 2 * HOUR), z(AT + 26 * HOUR))
    assert ticket["status"] in ("new", "open")


@pytest.mark.parametrize(
    ("subject", "block", "text", "expected"),
    [
        (ORDERS[1], ORDERS[2], ORDERS[3], ORDERS[1]),
        (None, ORDERS[2], ORDERS[3], ORDERS[2]),
        (None, None, ORDERS[3], ORDERS[3]),
        (None, None, None, None),
    ],
)
def test_11_the_order_is_the_subjects_else_the_blocks_else_the_buyers(
    desk: Desk, subject: str | None, block: str | None, text: str | None, expected: str | None
) -> None:
    line = f"Inquiry from Amazon customer Alex (Order: {subject})" if subject else "Inquiry from Amazon customer Alex"
    desk.read(ask(1, AT, order=block, subject=line, text=f"About {text or 'a lamp'}, please"))
    ticket = desk.only_ticket()
    guess = "weak" if expected == ORDERS[3] else "order_id" if expected else None
    assert (ticket["order_id"], ticket["match"]) == (expected, guess)


def test_all_of_this_is_the_same_when_read_again(desk: Desk) -> None:
    desk.read(*NOTICES.values(), damaged(), ask(1, AT, order=ORDERS[3], report_case=CASE), copy(1, AT + HOUR))
    before = json.dumps(desk.state(), sort_keys=True)
    reparse.reparse(desk.store, desk.settings, NOW + HOUR, only_set_aside=False)
    desk.sync(NOW + 2 * HOUR)
    assert json.dumps(desk.state(), sort_keys=True) == before
