"""What Send refuses and what it keeps: the same checks from the page and from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data import drafts, tickets
from data.models.mirrored import Message
from services import desk
from services.errors import Blocked, Rejected, Stale
from services.inbox import actions, replying
from services.inbox.conversation import conversation
from services.inbox.shapes import PromiseLine
from services.outbox import queue
from services.outbox.compose import File
from services.people import Person
from services.rules import outbox
from services.settings import Settings
from services.sync import housekeeping
from tests.desks import DAY, HOUR, NOW, ask, copy, z
from tests.posts import ANNA, BOSS, WORDS, Post, Verdict, allow

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Found:
    rule: str
    severity: str = "block"
    span: tuple[int, int] = (0, 5)
    why: str = "because"


def forbid(text: str, **about: Any) -> Verdict:
    return Verdict("block", (Found("link"), Found("tone", "warn")))


def version(post: Post, ticket_id: int) -> int:
    return actions._version(post.desk.store, ticket_id)


def draft_of(post: Post, ticket_id: int, actor: Person = ANNA) -> str | None:
    found = replying.draft(post.desk.store, ticket_id, actor=actor)
    return found.text if found else None


def save(post: Post, ticket_id: int, text: str, actor: Person = ANNA) -> None:
    seen = version(post, ticket_id)
    replying.save_draft(post.desk.store, ticket_id, actor=actor, now=NOW, text=text, base_version=seen)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"text": "  \n\t"}, "empty"),
        ({"text": "\0\u0085"}, "empty"),
        ({"text": "x" * 20_001}, "20,001 characters; 20,000 are allowed"),
        ({"attachments": [File("a.pdf", b"%PDF" + b"x" * 30_000_000)]}, "10 MB"),
        ({"after_send": "delete"}, "nothing that can follow"),
        ({"after_send": "hold"}, "until when"),
        ({"after_send": "hold", "promise_until": NOW - HOUR}, "still to come"),
        ({"actor": Person("Gone", "agent", True, None)}, "access is closed"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_the_draft_is_kept(post: Post, more: dict[str, Any], why: str) -> None:
    ticket_id = post.ticket()
    save(post, ticket_id, "my draft")
    with pytest.raises(Rejected, match=why):
        post.queue(ticket_id, **{"text": WORDS, **more})
    assert draft_of(post, ticket_id) == "my draft"
    assert post.desk.rows("outbox") == []


def test_twenty_thousand_characters_pass(post: Post) -> None:
    post.queue(post.ticket(), "x" * 20_000)
    post.deliver()
    assert post.desk.rows("outbox")[0]["state"] == "handed_over"


def test_there_is_no_reply_to_a_ticket_that_is_not_there(post: Post) -> None:
    with pytest.raises(Rejected, match="no ticket 99"):
        post.queue(99)


def test_a_reply_written_before_the_buyer_wrote_again_is_stopped(every_post: Post) -> None:
    post = every_post
    ticket_id = post.ticket()
    seen = version(post, ticket_id)
    save(post, ticket_id, "my draft")
    post.desk.read(ask(50, NOW - HOUR / 2, alias="k3x9q7m2w8r001", name="Buyer 1", order="114-5550001-7770001"))
    with pytest.raises(Stale):
        post.queue(ticket_id, version=seen)
    kept = replying.draft(post.desk.store, ticket_id, actor=ANNA)
    assert kept is not None
    assert (kept.text, kept.stale) == ("my draft", True)
    assert post.queue(ticket_id, version=version(post, ticket_id))


def test_a_second_click_sends_nothing(post: Post) -> None:
    ticket_id = post.ticket()
    seen = version(post, ticket_id)
    post.queue(ticket_id, version=seen)
    with pytest.raises(Stale):
        post.queue(ticket_id, version=seen)
    assert len(post.desk.rows("outbox")) == 1


def test_a_closed_ticket_takes_no_reply(post: Post) -> None:
    ticket_id = post.ticket()
    post.queue(ticket_id)
    post.deliver()
    with post.desk.store.write() as session:
        tickets.decide(session, [ticket_id], status="closed", reason=None, by="Bea", at=NOW + HOUR)
    post.desk.sync()
    with post.desk.store.write() as session:
        desk.rebuild(session, [ticket_id], now=NOW + HOUR)
    with pytest.raises(Rejected, match="follow-up ticket"):
        post.queue(ticket_id, now=NOW + HOUR)
    follow_up = actions.follow_up(post.desk.store, ticket_id, version(post, ticket_id), actor=ANNA, now=NOW)
    outbox_id = post.queue(follow_up, "We found your parcel.", now=NOW + HOUR)
    post.deliver(NOW + HOUR)
    assert post.state(outbox_id) == "handed_over"
    assert post.server.accepted[-1].to == post.server.accepted[0].to
    assert "> Question number 1" in post.server.accepted[-1].mail.get_content()
    post.agrees()


def test_the_policy_check_blocks_and_says_where(post: Post) -> None:
    ticket_id = post.ticket()
    save(post, ticket_id, "my draft")
    with pytest.raises(Blocked, match="breaks 1 rule ") as blocked:
        post.queue(ticket_id, check=forbid)
    assert [found.rule for found in blocked.value.findings] == ["link", "tone"]
    assert draft_of(post, ticket_id) == "my draft"
    assert post.desk.rows("outbox") == []


@pytest.mark.parametrize(("actor", "reason"), [(ANNA, "I want to"), (BOSS, "  ")])
def test_only_a_supervisor_with_a_reason_overrides_it(post: Post, actor: Person, reason: str) -> None:
    with pytest.raises(Blocked):
        post.queue(post.ticket(), check=forbid, actor=actor, override_reason=reason)


def test_an_override_is_written_down(post: Post) -> None:
    outbox_id = post.queue(post.ticket(), check=forbid, actor=BOSS, override_reason="Amazon asked for it")
    (entry,) = [row for row in post.desk.rows("activity") if row["what"] == "reply.override"]
    assert entry["after"] == {"reason": "Amazon asked for it", "rules": ["link", "tone"]}
    assert entry["actor"] == "Bea"
    assert post.row(outbox_id).override_reason == "Amazon asked for it"


def test_the_check_is_asked_about_this_ticket(post: Post) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def note(text: str, **about: Any) -> Verdict:
        asked.append((text, about))
        return Verdict("warn", (Found("tone", "warn"),))

    post.queue(post.ticket(), WORDS + "\r\n\r\n", check=note, attachments=[File("a.txt", b"x")])
    assert asked == [
        (
            WORDS,
            {
                "channel": "message",
                "language": "en",
                "order_id": "114-5550001-7770001",
                "profile": "strict",
                "attachments": ["a.txt"],
                "proactive": False,
            },
        )
    ]


def test_the_house_rules_are_asked_unless_something_else_is(post: Post) -> None:
    with pytest.raises(Blocked) as blocked:
        post.queue(post.ticket(), "Please write to me at somebody@example.com instead.", check=None)
    assert blocked.value.findings
    assert post.queue(post.ticket(), "Hello, your lamp left our warehouse today and arrives on Friday.", check=None)


def test_a_mail_without_a_buyers_address_is_answered_in_seller_central(post: Post) -> None:
    ticket_id = post.ticket()
    with post.desk.store.write() as session:
        session.execute(update(Message).values(reply_to="somebody@example.com", relay=None))
    with pytest.raises(Rejected, match=r"some\*\*\*\*@example.com is no buyer's address at Amazon"):
        post.queue(ticket_id)


def test_the_log_knows_that_a_reply_was_sent_and_none_of_its_words(post: Post) -> None:
    post.queue(post.ticket(), "Secretword")
    post.deliver()
    assert "Secretword" not in str(post.desk.rows("activity"))


def test_undo_gives_the_words_back(post: Post) -> None:
    ticket_id = post.ticket()
    save(post, ticket_id, WORDS)
    outbox_id = post.queue(ticket_id, attachments=[File("a.txt", b"x")])
    assert draft_of(post, ticket_id) is None
    save(post, ticket_id, "another thought")
    assert replying.undo(post.desk.store, outbox_id, actor=BOSS, now=NOW)
    assert draft_of(post, ticket_id) == f"{WORDS}\n\nanother thought"
    assert draft_of(post, ticket_id, BOSS) is None
    assert replying.files(post.desk.store, outbox_id) == (File("a.txt", b"x"),)
    assert conversation(post.desk.store, ticket_id, now=NOW).entries[-1].leaving is None  # type: ignore[union-attr]


def test_drafts_are_each_persons_own_and_others_see_who_is_writing(post: Post) -> None:
    ticket_id = post.ticket()
    save(post, ticket_id, "mine")
    save(post, ticket_id, "hers", BOSS)
    assert (draft_of(post, ticket_id), draft_of(post, ticket_id, BOSS)) == ("mine", "hers")
    assert replying.writing(post.desk.store, ticket_id, actor=ANNA) == (("Bea", NOW),)
    save(post, ticket_id, "  ")
    assert draft_of(post, ticket_id) is None
    replying.drop_draft(post.desk.store, ticket_id, actor=BOSS)
    assert replying.writing(post.desk.store, ticket_id, actor=ANNA) == ()
    with pytest.raises(Rejected, match="no ticket 99"):
        replying.save_draft(post.desk.store, 99, actor=ANNA, now=NOW, text="x", base_version=1)


def by_hand(settings: Settings) -> Settings:
    acme = settings.accounts["acme"].model_copy(update={"smtp": None})
    return settings.model_copy(update={"accounts": {"acme": acme}})


def test_without_smtp_a_person_copies_it_and_says_when(post: Post) -> None:
    ticket_id = post.ticket()
    store = post.desk.store
    outbox_id = replying.send(
        store, by_hand(post.settings), ticket_id, None, actor=ANNA, now=NOW, text=WORDS, check=allow
    )
    shown = conversation(store, ticket_id, now=NOW)
    assert shown is not None
    entry = shown.entries[-1]
    assert entry.leaving is not None
    assert (entry.kind, entry.who, entry.text, entry.id) == ("reply", "Anna", WORDS, -outbox_id)
    assert (entry.leaving.to_copy, entry.leaving.words) == (True, "To be copied to Seller Central")
    assert shown.outbox == "by_hand"
    assert post.deliver() == 0
    with pytest.raises(Rejected, match="still to come"):
        replying.done_in_seller_central(store, outbox_id, actor=ANNA, now=NOW, at=NOW + HOUR)
    replying.done_in_seller_central(store, outbox_id, actor=ANNA, now=NOW + HOUR, at=NOW + HOUR / 2)
    assert post.card(ticket_id)["last_reply_at"] == z(NOW + HOUR / 2)
    (row,) = post.desk.rows("outbox")
    assert (row["channel"], row["state"], row["handed_over_at"]) == (
        *("seller_central", "handed_over"),
        z(NOW + HOUR / 2),
    )
    with pytest.raises(Rejected, match="not waiting"):
        replying.done_in_seller_central(store, outbox_id, actor=ANNA, now=NOW + HOUR)
    post.agrees()


def test_a_holding_reply_promises_and_silence_does_not_solve_it(post: Post) -> None:
    ticket_id = post.ticket()
    post.queue(ticket_id, after_send="hold", promise_until=NOW + 30 * DAY)
    assert _promises(post) == ()
    post.deliver()
    (line,) = _promises(post)
    assert (line.ticket_id, line.until, line.by, line.urgency) == (ticket_id, NOW + 30 * DAY, "Anna", "fine")
    shown = conversation(post.desk.store, ticket_id, now=NOW)
    assert shown is not None
    assert shown.promised_until == NOW + 30 * DAY
    assert housekeeping.tidy(post.desk.store, NOW + 8 * DAY) == 0
    post.queue(ticket_id, "Here it is.", now=NOW + 8 * DAY)
    post.deliver(NOW + 8 * DAY)
    assert _promises(post) == ()
    assert housekeeping.tidy(post.desk.store, NOW + 14 * DAY) == 0
    assert housekeeping.tidy(post.desk.store, NOW + 15 * DAY) == 1
    assert post.card(ticket_id)["solved_reason"] == "silence"


def test_any_later_word_of_ours_keeps_a_promise(post: Post) -> None:
    ticket_id = post.ticket()
    post.queue(ticket_id, after_send="hold", promise_until=NOW + 30 * DAY)
    post.deliver()
    post.desk.read(copy(5, NOW + DAY, name="Buyer 1", order="114-5550001-7770001"), now=NOW + DAY)
    assert post.card(ticket_id)["last_reply_at"] == z(NOW + DAY)
    assert _promises(post) == ()
    assert housekeeping.tidy(post.desk.store, NOW + 9 * DAY) == 1


def test_a_rejected_reply_is_a_draft_again(post: Post) -> None:
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    post.server.plan("550 recipient")
    post.deliver()
    assert draft_of(post, ticket_id) == WORDS
    shown = conversation(post.desk.store, ticket_id, now=NOW)
    assert shown is not None
    leaving = shown.entries[-1].leaving
    assert leaving is not None
    assert (leaving.outbox_id, leaving.state, leaving.words) == (outbox_id, "rejected", "Not accepted")
    assert "refuses the buyer's address" in (leaving.error or "")
    again = post.queue(ticket_id, draft_of(post, ticket_id) or "")
    post.deliver()
    assert post.state(again) == "handed_over"


def test_the_undo_window_is_ten_real_seconds(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "UNDO", timedelta(seconds=10))
    ticket_id = post.ticket()
    outbox_id = post.queue(ticket_id)
    assert post.deliver() == 0
    shown = conversation(post.desk.store, ticket_id, now=NOW)
    assert shown is not None
    leaving = shown.entries[-1].leaving
    assert leaving is not None
    assert leaving.can_undo
    assert 8 < leaving.undo_seconds <= 10
    assert queue.cancel(post.desk.store, outbox_id, actor=ANNA, now=NOW)


def test_a_draft_survives_whatever_becomes_of_the_ticket(post: Post) -> None:
    ticket_id = post.ticket()
    save(post, ticket_id, "before")
    post.queue(ticket_id, actor=BOSS)
    post.deliver(NOW + timedelta(seconds=1))
    with post.desk.store.read() as session:
        kept = drafts.draft(session, ticket_id, "Anna")
        assert kept is not None
        assert kept.text == "before"


def _promises(post: Post) -> tuple[PromiseLine, ...]:
    with post.desk.store.read() as session:
        return replying.promises(session, now=NOW)
