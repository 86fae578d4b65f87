"""What comes back: Amazon's copies confirm replies, reports and opt-outs make them work again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from data import drafts
from data.store import Store
from services import export
from services.outbox import deliver, queue
from services.settings import Settings
from services.sync import engine
from tests import mails
from tests.desks import HOUR, NOW, Desk, ask, z
from tests.posts import ANNA, WORDS, Post, allow, time_is
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.servers
MINUTE = timedelta(minutes=1)
OPT_OUT = "BUYER_OPTED_OUT_BSM_MESSAGES"


def sent(post: Post, **more: object) -> tuple[int, int]:
    """A ticket and its reply, handed over at NOW."""
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, **more)
    post.deliver()
    assert post.state(outbox_id) == "handed_over"
    return ticket_id, outbox_id


def copy(n: int = 1, *, text: str = WORDS, after: timedelta = MINUTE, **more: str) -> bytes:
    about = {"name": f"Buyer {n}", "order": f"114-5550{n:03}-7770001", **more}
    return mails.reply_copy(text, date=NOW + after, message_id=f"<copy-{n}-{after.seconds}@example.com>", **about)


def test_a_copy_confirms_its_reply_and_both_are_one(every_post: Post) -> None:
    post = every_post
    ticket_id, outbox_id = sent(post)
    post.desk.read(copy(), now=NOW + HOUR)
    row = post.row(outbox_id)
    assert (row.state, row.settled_at, row.handed_over_at) == ("confirmed", NOW + HOUR, NOW)
    assert post.card(ticket_id)["last_reply_at"] == z(NOW)
    # The buyer wrote between our reply and Amazon's copy of it: that message is not answered by the copy.
    post.desk.read(ask(9, NOW + MINUTE / 2, name="Buyer 1", alias="k3x9q7m2w8r001", order="114-5550001-7770001"))
    assert post.card(ticket_id)["awaiting_since"] == z(NOW + MINUTE / 2)
    post.agrees()


def test_a_copy_that_was_dated_earlier_counts_at_its_own_time(post: Post) -> None:
    ticket_id, _ = sent(post)
    post.desk.read(copy(after=-MINUTE), now=NOW + HOUR)
    assert post.card(ticket_id)["last_reply_at"] == z(NOW - MINUTE)
    post.agrees()


def test_the_copy_of_another_reply_confirms_nothing(post: Post) -> None:
    _, outbox_id = sent(post)
    post.desk.read(copy(text="Something else, written in Seller Central."), now=NOW + HOUR)
    assert post.state(outbox_id) == "handed_over"
    post.agrees()


def test_equal_words_to_two_buyers_of_one_name_go_each_to_its_own(post: Post) -> None:
    tickets = [post.ticket(name="Alex Example") for _ in range(2)]
    ids = [post.queue(each) for each in tickets]
    post.deliver()
    post.desk.read(*(copy(n, name="Alex Example") for n in (1, 2)), now=NOW + HOUR)
    assert [post.state(each) for each in ids] == ["confirmed", "confirmed"]
    assert not [row for row in post.desk.tickets() if row["asks"]]
    post.agrees()


def test_a_copy_proves_that_an_unknown_reply_had_arrived(post: Post) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, after_send="solve")
    post.server.plan("drop after content, kept")
    post.deliver()
    assert post.state(outbox_id) == "unknown"
    post.desk.read(copy(), now=NOW + HOUR)
    row = post.row(outbox_id)
    assert (row.state, row.handed_over_at) == ("confirmed", NOW)
    assert post.card(ticket_id)["status"] == "solved"
    post.agrees()


def meanwhile(post: Post, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something after the server took the next mail and before its answer is written down."""
    send = deliver.post.send

    def slow(*args: Any, **more: Any) -> Any:
        outcome = send(*args, **more)
        monkeypatch.setattr(deliver.post, "send", send)
        act()
        return outcome

    monkeypatch.setattr(deliver.post, "send", slow)


@pytest.mark.parametrize("plan", ["accept", "drop after content, kept"])
def test_a_copy_may_be_quicker_than_the_servers_answer(
    every_post: Post, monkeypatch: pytest.MonkeyPatch, plan: str
) -> None:
    post = every_post
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, after_send="solve")
    post.server.plan(plan)
    seen: list[str] = []

    def read() -> None:
        seen.append(post.state(outbox_id))
        post.desk.read(copy(), now=NOW + MINUTE)
        seen.append(post.state(outbox_id))

    meanwhile(post, monkeypatch, read)
    post.deliver()
    assert seen == ["sending", "confirmed"]
    row = post.row(outbox_id)
    assert (row.state, row.handed_over_at) == ("confirmed", NOW)
    assert (post.card(ticket_id)["status"], post.card(ticket_id)["last_reply_at"]) == ("solved", z(NOW))
    assert len(post.server.accepted) == 1
    assert post.said().count("reply.confirmed") == post.said().count("reply.handed_over") == 1
    post.agrees()


def test_a_copy_of_other_words_leaves_what_is_being_sent_alone(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox_id = post.queue(post.ticket())
    meanwhile(post, monkeypatch, lambda: post.desk.read(copy(text="Written in Seller Central."), now=NOW + MINUTE))
    post.deliver()
    assert post.state(outbox_id) == "handed_over"
    post.agrees()


def test_a_bounce_may_be_quicker_than_the_servers_answer(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    report = mails.delivery_report(original_id=post.row(outbox_id).message_id, date=NOW + MINUTE)
    meanwhile(post, monkeypatch, lambda: post.desk.read(report, now=NOW + MINUTE))
    post.deliver()
    assert post.state(outbox_id) == "bounced"
    assert post.card(ticket_id)["awaiting_since"] == z(NOW - HOUR)
    post.agrees()


def test_a_copy_proves_that_somebody_sent_it_in_seller_central(desk: Desk, smtp: SmtpServer) -> None:
    post = Post(desk, smtp)
    ticket_id = post.ticket()
    by_hand = post.settings.model_copy(
        update={"accounts": {"acme": post.settings.accounts["acme"].model_copy(update={"smtp": None})}}
    )
    outbox_id = queue.enqueue(desk.store, by_hand, ticket_id, None, actor=ANNA, now=NOW, text=WORDS, check=allow)
    assert (post.row(outbox_id).channel, post.state(outbox_id)) == ("seller_central", "queued")
    assert post.deliver() == 0
    post.desk.read(copy(), now=NOW + HOUR)
    assert (post.state(outbox_id), post.row(outbox_id).handed_over_at) == ("confirmed", NOW + MINUTE)
    assert post.card(ticket_id)["awaiting_since"] is None
    post.agrees()


def test_a_report_with_our_message_id_starts_the_clock_again(every_post: Post) -> None:
    post = every_post
    ticket_id, outbox_id = sent(post, after_send="solve")
    assert post.card(ticket_id)["status"] == "solved"
    report = mails.delivery_report(original_id=post.row(outbox_id).message_id, date=NOW + MINUTE)
    post.desk.read(report, now=NOW + HOUR)
    row = post.row(outbox_id)
    assert row.state == "bounced"
    assert "550 5.7.1" in (row.error or "")
    ticket = post.card(ticket_id)
    assert (ticket["awaiting_since"], ticket["status"]) == (z(NOW - HOUR), "new")
    assert "reply.bounced" in post.said()
    assert [m["ticket_id"] for m in post.desk.messages() if m["kind"] == "bounce"] == [ticket_id]
    post.agrees()


def test_also_after_the_copy_had_confirmed_it(post: Post) -> None:
    ticket_id, outbox_id = sent(post)
    post.desk.read(copy(), now=NOW + HOUR)
    report = mails.delivery_report(original_id=post.row(outbox_id).message_id, date=NOW + 2 * MINUTE)
    post.desk.read(report, now=NOW + HOUR)
    assert post.state(outbox_id) == "bounced"
    assert post.card(ticket_id)["awaiting_since"] == z(NOW - HOUR)
    post.agrees()


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_a_report_of_delay_changes_nothing(post: Post, action: str) -> None:
    _, outbox_id = sent(post)
    post.desk.read(mails.delivery_report(original_id=post.row(outbox_id).message_id, date=NOW + MINUTE, action=action))
    assert post.state(outbox_id) == "handed_over"


def test_a_report_about_a_mail_that_we_never_sent_changes_nothing(post: Post) -> None:
    _, outbox_id = sent(post)
    to = mails.relay_address(alias="k3x9q7m2w8r001")
    strange = mails.delivery_report(original_id="<other@shop.example>", recipient=to, date=NOW + HOUR, order=None)
    post.desk.read(strange, now=NOW + 2 * HOUR)
    assert post.state(outbox_id) == "handed_over"


def test_a_provider_that_renamed_our_mail_is_understood_by_address_and_time(post: Post) -> None:
    _, outbox_id = sent(post)
    to = mails.relay_address(alias="k3x9q7m2w8r001")
    renamed = mails.delivery_report(
        original_id="<renamed@provider.example>", recipient=to, date=NOW + MINUTE, order="114-5550001-7770001"
    )
    post.desk.read(renamed, now=NOW + HOUR)
    assert post.state(outbox_id) == "bounced"


def opt_out(after: timedelta = MINUTE, n: int = 1) -> bytes:
    to = mails.relay_address(alias=f"k3x9q7m2w8r{n:03}")
    html = (
        "<html><body><p>The buyer has opted out of receiving unsolicited messages from sellers.</p>"
        f'<p>Order [114-5550{n:03}-7770001]</p><a href="mailto:{to}?subject=[Important]">write</a></body></html>'
    )
    return mails.notice("Your message could not be delivered", html, type_header=OPT_OUT, marketplace="US",
                        date=NOW + after, message_id=f"<opt-{after.seconds}@example.amazonses.com>")


def test_an_opt_out_notice_names_order_and_address_of_the_reply(post: Post) -> None:
    ticket_id, outbox_id = sent(post)
    other = sent(post)[1]
    post.desk.read(opt_out(), now=NOW + HOUR)
    assert (post.state(outbox_id), post.state(other)) == ("bounced", "handed_over")
    assert "opted out" in (post.row(outbox_id).error or "")
    assert post.card(ticket_id)["awaiting_since"] == z(NOW - HOUR)
    post.agrees()


def test_the_same_notice_in_two_mailboxes_refutes_one_reply(post: Post) -> None:
    ticket_id, first = sent(post)
    second = post.queue(ticket_id, "One more word.", now=NOW + MINUTE / 2)
    post.deliver(NOW + MINUTE / 2)
    post.desk.read(opt_out(), opt_out(), now=NOW + HOUR)
    assert [post.state(first), post.state(second)] == ["handed_over", "bounced"]
    post.desk.read(opt_out(2 * MINUTE), now=NOW + HOUR)
    assert [post.state(first), post.state(second)] == ["bounced", "bounced"]


def test_a_bounced_promise_was_never_made(post: Post) -> None:
    _, outbox_id = sent(post, after_send="hold", promise_until=NOW + 30 * HOUR)
    with post.desk.store.read() as session:
        assert len(drafts.open_promises(session, limit=5)) == 1
        post.desk.read(mails.delivery_report(original_id=post.row(outbox_id).message_id, date=NOW + MINUTE))
    with post.desk.store.read() as session:
        assert drafts.open_promises(session, limit=5) == []


def test_from_question_to_copy_through_a_real_mailbox(
    store: Store, dovecot: Dovecot, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.new_user("outbox")
    box = {"host": "localhost", "port": dovecot.port, "security": "none", "user": user, "password": dovecot.password}
    acme = {"marketplaces": ["US"], "mailbox": box, "smtp": smtp.settings()}
    settings = Settings.model_validate({"accounts": {"acme": acme}})

    def sync() -> None:
        with time_is(NOW + HOUR):
            outcomes = engine.run_once(store, settings, only=None, stop=threading.Event())
        assert {outcome.state for outcome in outcomes} == {"ok"}

    case = "5f0c1d2e-1111-4222-8333-444455556666"
    dovecot.append(user, ask(1, NOW - HOUR, case=case, order=mails.ORDER))
    sync()
    (ticket,) = export.rows(store, "tickets", now=NOW)
    monkeypatch.setattr("services.rules.outbox.UNDO", timedelta(seconds=0.3))
    queue.enqueue(store, settings, ticket["id"], None, actor=ANNA, now=NOW + HOUR, text=WORDS, check=allow)
    sync()
    (received,) = smtp.accepted
    assert received.to == (mails.relay_address(case=case),)
    assert received.mail["In-Reply-To"] == "<buyer-1@example.amazonses.com>"
    assert "> Question number 1: where is my lamp?" in received.mail.get_content()
    (row,) = export.rows(store, "outbox", now=NOW)
    assert (row["state"], row["to"], row["message_id"]) == ("handed_over", received.to[0], received.message_id)
    dovecot.append(user, mails.reply_copy(received.mail.get_content(), order=mails.ORDER, date=NOW + HOUR))
    sync()
    (row,) = export.rows(store, "outbox", now=NOW)
    assert row["state"] == "confirmed"
    (ticket,) = export.rows(store, "tickets", now=NOW)
    assert (ticket["status"], ticket["awaiting_since"], ticket["last_reply_at"]) == ("pending", None, z(NOW + HOUR))
