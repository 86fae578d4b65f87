"""Tickets from an order or by hand: what is refused, that no clock runs, who joins them, and how they are answered."""

from __future__ import annotations

from typing import Any

import pytest

from services.errors import Blocked, Rejected
from services.inbox import actions, merging, opening
from services.inbox.conversation import conversation
from services.outbox import queue
from services.people import Person
from services.rules import important
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy
from tests.mails import notice, reply_copy
from tests.posts import WORDS, Post, allow, no_undo
from tests.servers.smtp import SmtpServer

ORDER = ORDERS[7]


def opened(desk: Desk, **changes: Any) -> int:
    values: dict[str, Any] = {
        "account": "acme",
        "order_id": ORDER,
        "buyer": "",
        "marketplace": "US",
        "subject": "Engraving text missing",
        "actor": desk.supervisor(),
        "now": NOW,
    }
    return opening.open_ticket(desk.store, desk.settings, **(values | changes))


def write(desk: Desk, ticket_id: int, text: str = WORDS, **more: Any) -> int:
    values = {"actor": desk.supervisor(), "now": NOW, "check": allow, **more}
    return queue.enqueue(desk.store, desk.settings, ticket_id, None, text=text, **values)


def card(desk: Desk, ticket_id: int) -> dict[str, Any]:
    (found,) = [row for row in desk.tickets() if row["id"] == ticket_id]
    return found


@pytest.fixture
def post(desk: Desk, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A desk that sends through a real SMTP server."""
    no_undo(monkeypatch)
    return Post(desk, smtp)


def test_a_ticket_opened_by_hand_has_its_words_and_no_clock(every_desk: Desk) -> None:
    ticket_id = opened(every_desk, buyer="Alex Example", note="They called the carrier.")
    found = card(every_desk, ticket_id)
    assert (found["order_id"], found["marketplace"], found["buyer"]) == (ORDER, "US", "Alex Example")
    assert (found["subject"], found["type"], found["match"]) == ("Engraving text missing", "Contact Buyer", "order_id")
    assert (found["awaiting_since"], found["due_at"], found["message_ids"]) == (None, None, [])
    shown = conversation(every_desk.store, ticket_id, now=NOW + 2 * DAY)
    assert shown is not None
    assert shown.urgency is None
    assert [note.text for note in shown.notes] == ["They called the carrier."]
    assert shown.owners == ("You",)
    assert "opened this ticket" in [act.sentence for act in shown.activity]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"account": "nobody"}, "no account 'nobody'"),
        ({"order_id": "114-1"}, "17 digits"),
        ({"order_id": f"x{ORDER}"}, "17 digits"),
        ({"marketplace": "FR"}, "does not sell in FR"),
        ({"marketplace": "XX"}, "does not sell in XX"),
        ({"marketplace": ""}, "Choose a marketplace"),
        ({"subject": "  "}, "subject of 1 to 300"),
        ({"subject": "x" * 301}, "subject of 1 to 300"),
        ({"type": ""}, "Choose a type"),
        ({"type": "System Message"}, "Only Amazon's own mail"),
        ({"order_id": None}, "an order number, or a buyer"),
        ({"buyer": "alex@example.com"}, r"alex|al\*+@example.com is no buyer's address"),
        ({"buyer": "donotreply@marketplace.amazon.com"}, "no buyer's address"),
        ({"buyer": "x" * 201}, "at most 200"),
        ({"note": "x" * 10_001}, "10,000 are allowed"),
        ({"actor": Person("Gone", "agent", True, None)}, "access is closed"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(desk: Desk, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        opened(desk, **changes)
    assert desk.tickets() == []


def test_open_tickets_of_the_order_are_named_and_are_no_obstacle(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, order=ORDER))
    first = desk.only_ticket()["id"]
    assert [each.id for each in opening.open_tickets_of(desk.store, account="acme", order_id=ORDER)] == [first]
    second = opened(desk, marketplace="")
    assert card(desk, second)["marketplace"] == "US"
    shown = conversation(desk.store, second, now=NOW)
    assert shown is not None
    assert [each.id for each in shown.same_order] == [first]


def test_the_buyers_first_mail_about_the_order_joins_it_and_starts_the_clock(every_desk: Desk) -> None:
    ticket_id = opened(every_desk)
    every_desk.read(ask(1, NOW - HOUR, order=ORDER), ask(2, NOW - HOUR, order=ORDERS[8]))
    assert every_desk.message(amazon_id(1))["ticket_id"] == ticket_id
    assert every_desk.message(amazon_id(2))["ticket_id"] != ticket_id
    assert card(every_desk, ticket_id)["awaiting_since"] is not None


def test_mail_about_the_order_of_a_merged_ticket_finds_the_target(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, order=None))
    target, by_hand = desk.only_ticket()["id"], opened(desk)
    merging.merge(desk.store, target, None, by_hand, None, actor=desk.supervisor(), now=NOW)
    desk.read(ask(2, NOW - HOUR / 2, order=ORDER, alias="zzzzzzzzzzzzzz", name="Zoe Example"))
    assert {row["ticket_id"] for row in desk.messages()} == {target}


def test_without_a_known_address_the_message_is_copied_to_seller_central(post: Post) -> None:
    outbox_id = write(post.desk, opened(post.desk))
    row = post.row(outbox_id)
    assert (row.channel, row.to_address) == ("seller_central", "")
    assert row.subject == f"Engraving text missing (Order: {ORDER})"


def test_the_address_of_the_orders_mail_is_used_without_its_old_case(post: Post) -> None:
    case = "11111111-2222-4333-8444-555555555555"
    post.desk.read(ask(1, NOW - 5 * DAY, order=ORDER, alias="known1example", case=case))
    outbox_id = write(post.desk, opened(post.desk))
    row = post.row(outbox_id)
    assert (row.channel, row.to_address) == ("smtp", "known1example@marketplace.amazon.com")
    assert (row.in_reply_to, row.references) == (None, "")
    post.deliver()
    assert post.state(outbox_id) == "handed_over"
    post.agrees()


def test_a_relay_address_given_by_hand_is_used(post: Post) -> None:
    ticket_id = opened(post.desk, order_id=None, buyer="given1example@marketplace.amazon.com")
    assert post.row(write(post.desk, ticket_id)).to_address == "given1example@marketplace.amazon.com"


def test_an_order_that_vanished_is_said_in_a_sentence(post: Post) -> None:
    ticket_id = opened(post.desk)
    actions.detach_order(
        post.desk.store, ticket_id, actions._version(post.desk.store, ticket_id), actor=post.desk.supervisor(), now=NOW
    )
    with pytest.raises(Rejected, match="attach the order to the ticket"):
        write(post.desk, ticket_id)


def test_a_message_nobody_asked_for_must_name_the_order(post: Post) -> None:
    ticket_id = opened(post.desk)
    with pytest.raises(Blocked) as blocked:
        write(post.desk, ticket_id, "We need the text for the engraving to make your lamp.", check=None)
    assert [finding.rule for finding in blocked.value.findings] == ["order_id_missing"]
    write(post.desk, ticket_id, f"We need the text for the engraving of order {ORDER} to make your lamp.", check=None)


def test_amazons_copy_confirms_it_and_answers_no_other_ticket_of_the_order(post: Post) -> None:
    post.desk.read(ask(1, NOW - HOUR, order=ORDER, name="Alex Example"))
    waiting = post.desk.only_ticket()["id"]
    outbox_id = write(post.desk, opened(post.desk))
    post.deliver()
    post.desk.read(copy_of_words(ORDER), now=NOW + 2 * HOUR)
    assert post.state(outbox_id) == "confirmed"
    assert card(post.desk, waiting)["awaiting_since"] is not None
    post.agrees()


def copy_of_words(order: str) -> bytes:
    return reply_copy(WORDS, date=NOW + HOUR / 60, order=order, message_id="<copy-9@example.amazonses.com>")


def test_a_follow_up_ticket_is_answered_to_the_buyer_of_the_closed_one(post: Post) -> None:
    post.desk.read(
        ask(1, NOW - DAY, order=ORDER, alias="first1example"), copy(1, NOW - DAY + HOUR, order=ORDER)
    )
    closed, actor = post.desk.only_ticket()["id"], post.desk.supervisor()
    seen = actions._version(post.desk.store, closed)
    actions.set_status(post.desk.store, closed, seen, actor=actor, now=NOW, status="closed")
    follow = actions.follow_up(post.desk.store, closed, actions._version(post.desk.store, closed), actor=actor, now=NOW)
    row = post.row(write(post.desk, follow))
    assert row.to_address == "first1example@marketplace.amazon.com"
    assert row.in_reply_to == "<buyer-1@example.amazonses.com>"
    post.deliver()
    assert card(post.desk, follow)["status"] in ("pending", "on_hold")
    post.agrees()


@pytest.mark.parametrize(("place", "mark"), [("US", "[Important] "), ("DE", "[Important] ")])
def test_an_important_message_is_marked_by_hand_with_a_reason(post: Post, place: str, mark: str) -> None:
    ticket_id = opened(post.desk, marketplace=place)
    outbox_id = write(post.desk, ticket_id, important=True, important_reason="customisation")
    assert post.row(outbox_id).subject.startswith(mark)
    (entry,) = [row for row in post.desk.rows("activity") if row["what"] == "reply.important"]
    assert entry["after"]["value"] == "customisation"


@pytest.mark.parametrize("reason", ["", "delay", "feedback", "Customisation"])
def test_important_without_an_allowed_reason_is_refused(post: Post, reason: str) -> None:
    ticket_id = opened(post.desk)
    with pytest.raises(Rejected, match="needs one of these reasons"):
        write(post.desk, ticket_id, important=True, important_reason=reason)
    assert post.desk.rows("outbox") == []


def test_nothing_is_important_by_itself(post: Post) -> None:
    outbox_id = write(post.desk, opened(post.desk), important_reason="customisation")
    assert "Important" not in post.row(outbox_id).subject


def test_the_mark_is_localised_only_where_amazon_was_seen_to_do_it() -> None:
    assert [important.prefix(each) for each in ("en", "it", "es", "ja", None)] == [
        "[Important]", "[Importante]", "[Importante]", "[Important]", "[Important]",
    ]  # fmt: skip


def opt_out(order: str) -> bytes:
    return notice(
        "Your message was not delivered",
        f"<html><body><p>The buyer has opted out of messages. Order [{order}]</p></body></html>",
        type_header="BUYER_OPTED_OUT_BSM_MESSAGES",
        marketplace="US",
        sender='"Amazon.com" <auto-communication@amazon.com>',
        date=NOW - HOUR,
    )


def test_a_buyer_who_opted_out_is_reached_only_with_an_allowed_reason(post: Post) -> None:
    post.desk.read(ask(1, NOW - DAY, order=ORDER), copy(1, NOW - DAY + HOUR, order=ORDER), opt_out(ORDER))
    ticket_id = opened(post.desk)
    with pytest.raises(Rejected, match="opted out"):
        write(post.desk, ticket_id)
    write(post.desk, ticket_id, important=True, important_reason="address_problem")


def test_what_the_buyer_asks_after_opting_out_is_answered(post: Post) -> None:
    post.desk.read(opt_out(ORDER), ask(1, NOW - HOUR / 2, order=ORDER))
    write(post.desk, int(post.desk.message(amazon_id(1))["ticket_id"]))
