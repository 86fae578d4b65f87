"""The sender against a real SMTP server: once, and its outcome known or called unknown."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data import outgoing, tickets
from services.errors import Rejected
from services.inbox import actions, marks
from services.outbox import deliver, queue
from services.settings import real_now
from services.sync import engine, runner
from tests.desks import HOUR, NOW, ask, z
from tests.posts import ANNA, BOSS, WORDS, Post, allow, server_in, time_is, with_smtp
from tests.servers.smtp import SmtpServer

pytestmark = [pytest.mark.servers, pytest.mark.filterwarnings("ignore:Requiring AUTH")]


def test_a_reply_leaves_once_and_stops_the_clock(every_post: Post) -> None:
    post = every_post
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    assert post.card(ticket_id)["awaiting_since"] == z(NOW - HOUR)
    assert post.deliver() == 1
    assert post.deliver() == 0
    (received,) = post.server.accepted
    row = post.row(outbox_id)
    assert (row.state, row.attempts, row.handed_over_at, row.by) == ("handed_over", 1, NOW, "Anna")
    assert received.message_id == row.message_id
    assert received.to == (row.to_address,)
    ticket = post.card(ticket_id)
    assert (ticket["awaiting_since"], ticket["last_reply_at"], ticket["status"]) == (None, z(NOW), "pending")
    (message,) = post.desk.messages()
    assert (message["answered_by"], message["answered_at"]) == ("reply", z(NOW))
    assert post.said() == ["reply.queue", "reply.handed_over"]
    post.agrees()


@pytest.mark.parametrize(
    ("plan", "state", "outbox"),
    [
        ("451 sender", "queued", "retrying"),
        ("451 recipient", "queued", "retrying"),
        ("451 content", "queued", "retrying"),
        ("550 sender", "rejected", "failed"),
        ("550 recipient", "rejected", "failed"),
        ("554 content", "rejected", "failed"),
        ("drop at recipient", "queued", "retrying"),
        ("drop after content, not kept", "unknown", "unknown"),
        ("drop after content, kept", "unknown", "unknown"),
        ("drop after answer", "handed_over", None),
        ("slow", "handed_over", None),
    ],
)
def test_each_end_of_an_attempt_leads_to_its_state(post: Post, plan: str, state: str, outbox: str | None) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    post.server.plan(plan)
    post.deliver()
    row = post.row(outbox_id)
    assert row.state == state
    assert (row.error is None) == (state == "handed_over")
    assert (post.card(ticket_id)["awaiting_since"] is None) == (state == "handed_over")
    with post.desk.store.read() as session:
        card = tickets.card(session, ticket_id)
        assert card is not None
        assert card.outbox == outbox
    post.agrees()


def test_an_unknown_reply_is_never_tried_again_by_itself(post: Post) -> None:
    outbox_id = post.queue(post.ticket())
    post.server.plan("drop after content, kept")
    post.deliver()
    for _ in range(3):
        assert post.deliver() == 0
    assert post.state(outbox_id) == "unknown"
    assert sum(post.server.counted().values()) == 1


def test_what_is_put_off_waits_for_its_pause_and_then_leaves(post: Post) -> None:
    outbox_id = post.queue(post.ticket())
    post.server.plan("451 content")
    post.deliver(ignore_pauses=False)
    row = post.row(outbox_id)
    assert row.next_try_at is not None
    assert timedelta(seconds=10) < row.next_try_at - real_now() < timedelta(seconds=20)
    assert post.deliver(ignore_pauses=False) == 0
    assert post.deliver() == 1
    assert (post.state(outbox_id), post.row(outbox_id).attempts) == ("handed_over", 2)


def test_a_server_that_is_away_is_asked_once_for_all_replies_of_the_account(post: Post) -> None:
    tickets_ = [post.ticket() for _ in range(3)]
    ids = [post.queue(each) for each in tickets_]
    post.server.stop()
    assert post.deliver() == 1
    rows = [post.row(each) for each in ids]
    assert [row.state for row in rows] == ["queued"] * 3
    assert [row.attempts for row in rows] == [1, 0, 0]
    assert all("cannot be reached" in (row.error or "") for row in rows)
    post.server.start()
    assert post.deliver() == 3
    assert set(post.server.counted().values()) == {1}


def test_a_wrong_password_waits_for_a_person_and_loses_nothing(post: Post, tmp_path: Path) -> None:
    with server_in(tmp_path / "tls", security="tls") as server:
        _wrong_password(post, server)


def _wrong_password(post: Post, server: SmtpServer) -> None:
    outbox_id = post.queue(post.ticket())
    right = with_smtp(post.settings, server)
    post.settings = with_smtp(right, server, password="wrong")
    post.deliver()
    row = post.row(outbox_id)
    assert row.state == "queued"
    assert "refuses the user name or the password" in (row.error or "")
    assert "[accounts.….smtp]" in (row.error or "")
    post.settings = right
    post.deliver()
    assert post.state(outbox_id) == "handed_over"


def test_a_reply_that_no_server_takes_for_a_day_comes_back_as_work(post: Post) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    with post.desk.store.write() as session:
        row = outgoing.get(session, outbox_id)
        assert row is not None
        row.not_before = real_now() - timedelta(hours=25)
    post.server.plan("451 content")
    post.deliver()
    assert post.state(outbox_id) == "rejected"
    assert "24 hours" in (post.row(outbox_id).error or "")


def test_what_a_dead_process_left_in_sending_becomes_unknown(post: Post) -> None:
    outbox_id = post.queue(post.ticket())
    with post.desk.store.write() as session:
        assert outgoing.claim(session, outbox_id, holder="somebody dead", now=NOW, real_now=real_now())
    assert post.state(outbox_id) == "sending"
    assert deliver.recover(post.desk.store) == 1
    assert post.state(outbox_id) == "unknown"
    assert post.deliver() == 0
    assert post.server.accepted == []


def test_whoever_was_thought_dead_still_writes_down_what_it_knows(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox_id = post.queue(post.ticket())
    send = deliver.post.send

    def slow(*args: Any, **more: Any) -> Any:
        outcome = send(*args, **more)
        with post.desk.store.write() as session:
            assert outgoing.move(session, outbox_id, "unknown", among=["sending"])
        return outcome

    monkeypatch.setattr(deliver.post, "send", slow)
    post.deliver()
    assert post.state(outbox_id) == "handed_over"


def test_only_one_of_many_claims_succeeds(every_post: Post) -> None:
    post = every_post
    outbox_id = post.queue(post.ticket())
    won: list[bool] = []
    gate = threading.Barrier(6)

    def claim(n: int) -> None:
        gate.wait()
        with post.desk.store.write(durable=True) as session:
            won.append(outgoing.claim(session, outbox_id, holder=str(n), now=NOW, real_now=real_now()))

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(won) == [False] * 5 + [True]


def test_many_senders_at_once_send_each_reply_once(every_post: Post) -> None:
    post = every_post
    for ticket_id in [post.ticket() for _ in range(3)]:
        for each in range(4):
            post.queue(ticket_id, f"Answer {each}")
    with time_is(NOW):
        threads = [
            threading.Thread(
                target=deliver.deliver, args=(post.desk.store, post.settings), kwargs={"stop": threading.Event()}
            )
            for _ in range(4)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(post.server.accepted) == 12
    assert set(post.server.counted().values()) == {1}
    assert {row["state"] for row in post.desk.rows("outbox")} == {"handed_over"}
    post.agrees()


def test_a_reply_may_be_taken_back_until_it_leaves(every_post: Post) -> None:
    post = every_post
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    assert queue.cancel(post.desk.store, outbox_id, actor=ANNA, now=NOW)
    assert not queue.cancel(post.desk.store, outbox_id, actor=ANNA, now=NOW)
    assert post.deliver() == 0
    assert post.server.accepted == []
    assert post.desk.rows("outbox") == []
    sent = post.queue(ticket_id)
    post.deliver()
    assert not queue.cancel(post.desk.store, sent, actor=ANNA, now=NOW)


@pytest.mark.parametrize(
    ("after", "status", "reason"),
    [("", "pending", None), ("pending", "pending", None), ("solve", "solved", "known_fix")],
)
def test_the_chosen_status_follows_once_it_is_out(
    post: Post, after: str, status: str, reason: str | None
) -> None:
    ticket_id = post.ticket()
    post.queue(ticket_id, after_send=after)
    assert post.card(ticket_id)["status"] in ("new", "open")
    post.deliver()
    ticket = post.card(ticket_id)
    assert (ticket["status"], ticket["solved_reason"]) == (status, reason)


def hear(post: Post, at: datetime, now: datetime) -> None:
    """The first buyer writes once more at a time; it is read at another, without the outbox at work."""
    more = {"alias": "k3x9q7m2w8r001", "name": "Buyer 1", "order": "114-5550001-7770001"}
    post.desk.put(ask(77, at, **more))
    with time_is(now):
        for stream in engine.connect(post.desk.store, post.settings):
            runner.run_stream(post.desk.store, post.settings, stream)


@pytest.mark.parametrize("after", ["", "solve", "pending"])
def test_a_reply_that_crosses_a_new_message_solves_nothing(post: Post, after: str) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, after_send=after, now=NOW)
    hear(post, NOW + HOUR, NOW + HOUR)
    post.deliver(NOW + 2 * HOUR)
    assert post.state(outbox_id) == "handed_over"
    assert post.card(ticket_id)["status"] == "on_hold"
    assert "reply.crossed" in post.said()


def test_a_message_that_was_read_before_send_crosses_nothing(post: Post) -> None:
    """Its author had it on screen, whenever it was sent."""
    ticket_id = post.ticket()
    hear(post, NOW - HOUR / 2, NOW)
    post.queue(ticket_id, after_send="solve", now=NOW)
    post.deliver(NOW + HOUR)
    assert post.card(ticket_id)["status"] == "solved"


def test_a_message_that_came_once_the_reply_was_out_takes_nothing_away(post: Post) -> None:
    """Nobody knows for hours whether the reply left; meanwhile the buyer writes again, and is owed an answer."""
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, after_send="solve", now=NOW)
    post.server.plan("drop after content, kept")
    post.deliver(NOW + HOUR)
    assert post.state(outbox_id) == "unknown"
    hear(post, NOW + 2 * HOUR, NOW + 2 * HOUR)
    more = {"arrived": True, "actor": ANNA, "now": NOW + 3 * HOUR}
    queue.settle_unknown(post.desk.store, post.settings, outbox_id, **more)
    assert "reply.crossed" not in post.said()
    ticket = post.card(ticket_id)
    assert (ticket["status"] in ("new", "open"), ticket["awaiting_since"]) == (True, z(NOW + 2 * HOUR))
    marks.no_response_needed(
        post.desk.store, ticket_id, actions._version(post.desk.store, ticket_id), actor=ANNA, now=NOW + 4 * HOUR
    )
    assert post.card(ticket_id)["status"] == "solved"
    post.agrees()


def test_whoever_sends_it_by_hand_has_read_what_came_meanwhile(post: Post) -> None:
    account = post.settings.accounts["acme"].model_copy(update={"smtp": None})
    by_hand = post.settings.model_copy(update={"accounts": {"acme": account}})
    ticket_id = post.ticket()
    wish: dict[str, Any] = {"text": WORDS, "after_send": "solve", "check": allow}
    outbox_id = queue.enqueue(post.desk.store, by_hand, ticket_id, None, actor=ANNA, now=NOW, **wish)
    hear(post, NOW + HOUR, NOW + HOUR)
    queue.done_by_hand(post.desk.store, outbox_id, actor=ANNA, now=NOW + 2 * HOUR)
    assert (post.card(ticket_id)["status"], post.card(ticket_id)["awaiting_since"]) == ("solved", None)
    assert "reply.crossed" not in post.said()


def test_a_decision_made_since_is_not_overwritten(post: Post) -> None:
    ticket_id = post.ticket()
    post.queue(ticket_id, after_send="solve", now=NOW)
    with post.desk.store.write() as session:
        tickets.decide(session, [ticket_id], status="closed", reason=None, by="Bea", at=NOW + HOUR)
    post.deliver(NOW + 2 * HOUR)
    assert post.card(ticket_id)["status"] == "closed"


def test_what_was_refused_is_a_draft_again_and_work(post: Post) -> None:
    ticket_id = post.ticket()
    first = post.queue(ticket_id)
    post.deliver()
    assert post.state(first) == "handed_over"
    second = post.queue(ticket_id, "And one more word.", now=NOW + HOUR)
    post.server.plan("550 sender")
    post.deliver(NOW + HOUR)
    assert "approved sender in Seller Central" in (post.row(second).error or "")
    assert post.card(ticket_id)["status"] == "on_hold"
    with post.desk.store.read() as session:
        card = tickets.card(session, ticket_id)
        assert card is not None
        assert card.outbox == "failed"
    version = actions._version(post.desk.store, ticket_id)
    actions.set_status(post.desk.store, ticket_id, version, actor=BOSS, now=NOW + 2 * HOUR, status="pending")
    with post.desk.store.read() as session:
        card = tickets.card(session, ticket_id)
        assert card is not None
        assert card.outbox is None


def test_a_person_finds_that_an_unknown_reply_had_arrived(post: Post) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id, after_send="solve")
    post.server.plan("drop after content, kept")
    post.deliver(NOW)
    later = NOW + 3 * HOUR
    with pytest.raises(Rejected, match="settle that one first"):
        post.queue(ticket_id, "Another one")
    settled = queue.settle_unknown(post.desk.store, post.settings, outbox_id, arrived=True, actor=ANNA, now=later)
    assert settled is None
    row = post.row(outbox_id)
    assert (row.state, row.handed_over_at, row.settled_by) == ("handed_over", NOW, "Anna")
    assert post.card(ticket_id)["status"] == "solved"
    with pytest.raises(Rejected, match="settled already"):
        queue.settle_unknown(post.desk.store, post.settings, outbox_id, arrived=False, actor=ANNA, now=later)
    assert len(post.server.accepted) == 1
    post.agrees()


def test_a_person_has_a_lost_reply_sent_again_as_a_new_mail(post: Post) -> None:
    outbox_id = post.queue(post.ticket())
    post.server.plan("drop after content, not kept")
    post.deliver()
    again = queue.settle_unknown(post.desk.store, post.settings, outbox_id, arrived=False, actor=ANNA, now=NOW)
    assert again is not None
    post.deliver()
    assert (post.state(outbox_id), post.state(again)) == ("rejected", "handed_over")
    (received,) = post.server.accepted
    assert received.message_id == post.row(again).message_id != post.row(outbox_id).message_id
    assert WORDS.split("\n")[1] in received.mail.get_content()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_reply_leaves_through_tls_with_a_checked_certificate(post: Post, tmp_path: Path, security: str) -> None:
    with server_in(tmp_path / security, security=security) as server:
        post.settings = with_smtp(post.settings, server)
        outbox_id = post.queue(post.ticket())
        post.deliver()
        assert post.state(outbox_id) == "handed_over"
        assert len(server.accepted) == 1
