"""Public answers: what may be entered, drafted, made final and posted, by whom and when; nothing final is edited."""

from __future__ import annotations

from typing import Any

import pytest

from data import journal
from services.errors import Blocked, Rejected, Stale
from services.feedback import answers as feedback
from services.feedback.answers import Answer, Filters
from services.people import Person
from services.rules.public_answers import MOVES, STATES, refusal, seller_central
from tests.desks import HOUR, NOW, ORDERS, Desk

ANA = Person("Ana", "agent", False, None)
GONE = Person("Gone", "agent", True, None)
GOOD = "Yes, the lamp can be dimmed with any standard dimmer."


def entered(desk: Desk, **changes: Any) -> int:
    values = {"kind": "product_question", "account": "acme", "marketplace": "US", "about": "B0EXAMPLE1"}
    more = {"asked": "Is it dimmable?", "actor": ANA, "now": NOW}
    return feedback.enter(desk.store, desk.settings, **{**values, **more, **changes})


def finish(desk: Desk, answer_id: int, text: str = GOOD, version: int = 1) -> int:
    return feedback.finish(desk.store, desk.settings, answer_id, version, actor=ANA, now=NOW + HOUR, text=text)


def row(desk: Desk, answer_id: int) -> Answer:
    found = feedback.answer(desk.store, answer_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "review"}, "product question or product review or seller feedback"),
        ({"account": "nobody"}, "no account 'nobody'"),
        ({"marketplace": "FR"}, "does not sell in FR"),
        ({"marketplace": ""}, "does not sell in no marketplace"),
        ({"about": ORDERS[1]}, "give its ASIN"),
        ({"about": ""}, "give its ASIN"),
        ({"kind": "feedback"}, "give its number"),
        ({"asked": " \0 "}, "the buyer's words"),
        ({"asked": "x" * 10_001}, "the buyer's words"),
        ({"actor": GONE}, "access is closed"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(desk: Desk, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        entered(desk, **changes)
    assert feedback.answers(desk.store, Filters()).rows == ()


def test_an_answer_goes_from_draft_over_final_to_posted(every_desk: Desk) -> None:
    desk = every_desk
    answer_id = entered(desk)
    version = feedback.save(desk.store, answer_id, 1, actor=ANA, now=NOW, text="Half a thou")
    version = finish(desk, answer_id, version=version)
    assert (row(desk, answer_id).answer, row(desk, answer_id).final_at) == (GOOD, NOW + HOUR)
    feedback.posted(desk.store, answer_id, version, actor=ANA, now=NOW + 2 * HOUR)
    found = row(desk, answer_id)
    assert (found.state, found.posted_by, found.posted_at) == ("posted", "Ana", NOW + 2 * HOUR)
    said = [(each["what"], each["object"]) for each in desk.rows("activity")]
    steps = ("public.enter", "public.draft", "public.final", "public.posted")
    assert said == [(step, f"public:{answer_id}") for step in steps]
    with desk.store.read() as session:
        assert journal.first_broken(session) == (4, None)


@pytest.mark.parametrize("posted", [False, True])
def test_nothing_final_is_edited_again(desk: Desk, posted: bool) -> None:
    answer_id = entered(desk)
    version = finish(desk, answer_id)
    if posted:
        version = feedback.posted(desk.store, answer_id, version, actor=ANA, now=NOW)
    one: dict[str, Any] = {"actor": ANA, "now": NOW}
    for change in (
        lambda: feedback.save(desk.store, answer_id, version, text="Other", **one),
        lambda: finish(desk, answer_id, "Other words here", version),
        lambda: feedback.discard(desk.store, answer_id, version, **one),
        lambda: feedback.restore(desk.store, answer_id, version, **one),
    ):
        with pytest.raises(Rejected, match="final"):
            change()
    assert row(desk, answer_id).answer == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "Dear Alex Example, it is dimmable.",
        f"Your order {ORDERS[1]} will be replaced.",
        "Write to us at help@shop.example and we will help.",
        "See https://lamps-of-ours.com for the manual.",
        "We refund you if you remove the review.",
        "",
    ],
)
def test_what_must_not_be_public_blocks(desk: Desk, text: str) -> None:
    answer_id = entered(desk)
    with pytest.raises(Blocked) as blocked:
        finish(desk, answer_id, text)
    assert blocked.value.findings
    assert (row(desk, answer_id).state, row(desk, answer_id).version) == ("draft", 1)


def test_a_draft_may_say_anything_and_is_kept(desk: Desk) -> None:
    answer_id = entered(desk)
    feedback.save(desk.store, answer_id, 1, actor=ANA, now=NOW, text="Dear Alex Example,\r\n")
    assert row(desk, answer_id).answer == "Dear Alex Example,"


@pytest.mark.parametrize("act", ["save", "finish", "posted", "discard"])
def test_a_stale_version_is_refused(desk: Desk, act: str) -> None:
    answer_id = entered(desk)
    feedback.save(desk.store, answer_id, 1, actor=ANA, now=NOW, text="First")
    more: dict[str, Any] = {"actor": ANA, "now": NOW}
    if act in ("save", "finish"):
        more["text"] = GOOD
    first = (desk.store, desk.settings) if act == "finish" else (desk.store,)
    with pytest.raises(Stale):
        getattr(feedback, act)(*first, answer_id, 1, **more)
    assert row(desk, answer_id).answer == "First"


def test_too_long_an_answer_is_refused_in_a_sentence(desk: Desk) -> None:
    answer_id = entered(desk)
    with pytest.raises(Rejected, match="4,001 characters; 4,000 are allowed"):
        finish(desk, answer_id, "x" * 4001)


def test_a_draft_cannot_be_posted_and_nobody_without_access_writes(desk: Desk) -> None:
    answer_id = entered(desk)
    with pytest.raises(Rejected, match="final first"):
        feedback.posted(desk.store, answer_id, 1, actor=ANA, now=NOW)
    with pytest.raises(Rejected, match="access is closed"):
        feedback.save(desk.store, answer_id, 1, actor=GONE, now=NOW, text="Hello")
    with pytest.raises(Rejected, match="no such question"):
        feedback.save(desk.store, 99, 1, actor=ANA, now=NOW, text="Hello")


def test_the_list_is_paged_newest_first_and_narrowed(desk: Desk) -> None:
    ids = [entered(desk) for _ in range(5)] + [entered(desk, kind="feedback", about=ORDERS[1], marketplace="DE")]
    first = feedback.answers(desk.store, Filters(), limit=4)
    assert [each.id for each in first.rows] == ids[:1:-1]
    second = feedback.answers(desk.store, Filters(), mark=first.next, limit=4)
    assert ([each.id for each in second.rows], second.next) == (ids[1::-1], None)
    assert [each.id for each in feedback.answers(desk.store, Filters(kind="feedback")).rows] == ids[-1:]
    assert feedback.answers(desk.store, Filters(marketplace="JP")).rows == ()
    assert feedback.counts(desk.store) == {"draft": 6, "final": 0}


def test_final_is_the_end_of_editing() -> None:
    assert MOVES["final"] == {"posted"}
    assert not MOVES["posted"]
    assert {(a, b) for a in STATES for b in STATES if refusal(a, b) is None} == {
        ("draft", "final"), ("draft", "discarded"), ("final", "posted"), ("discarded", "draft"),
    }  # fmt: skip


def test_each_kind_leads_to_its_place() -> None:
    manager = "https://sellercentral.amazon.co.uk/feedback-manager/index.html"
    assert seller_central("feedback", "UK", asin=None) == manager
    assert seller_central("product_question", "DE", asin="B0EXAMPLE1") == "https://www.amazon.de/dp/B0EXAMPLE1"
