"""Work on seller feedback: its list row, kinds and corrections, removal requests, tickets, history, bulk marks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from data import feedback_work as rows
from services.errors import Rejected, Stale
from services.feedback import acts, answers, bulk, reading
from services.feedback.shapes import Filters
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask
from tests.feedbacks import LATE, MIXED, PRODUCT, detail, line, read_feedback, read_orders, said
from tests.pages.conftest import statements
from tests.reports import order_row

ANA = Person("Ana", "agent", False, None)
GONE = Person("Gone", "agent", True, None)
ONE: dict[str, Any] = {"actor": ANA, "now": NOW}


def ident(n: int) -> str:
    return f"acme/{ORDERS[n]}"


def exported(desk: Desk, n: int) -> dict[str, Any]:
    (found,) = [row for row in desk.rows("feedback") if row["order_id"] == ORDERS[n]]
    return found


def test_a_feedback_shows_its_kind_with_the_words_that_decided(every_desk: Desk) -> None:
    desk = every_desk
    read_orders(desk, order_row(amazon_order_id=ORDERS[2]))
    read_feedback(desk, said(ORDERS[1], PRODUCT), said(ORDERS[2], LATE, "2"), said(ORDERS[3], MIXED, "3"))
    product, late, mixed = (line(desk, ORDERS[n]) for n in (1, 2, 3))
    assert (product.kind, product.words, product.removal.criterion) == (
        "product_review", ("quality", "broke"), "product_review")  # fmt: skip
    assert (late.kind, late.channel, late.removal.criterion) == ("delivery", "fba", "fba_delivery")
    assert (mixed.kind, mixed.removal.criterion) == ("delivery", None)
    assert mixed.removal.why == "Mixed comments stay: this one speaks of product and delivery."
    assert [each.step.action for each in (product, late, mixed)] == [
        "removal_request", "removal_request", "public_reply"]  # fmt: skip


def test_who_delivered_is_known_though_the_order_comes_later(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[2], LATE))
    assert line(desk, ORDERS[2]).removal.criterion is None
    read_orders(desk, order_row(amazon_order_id=ORDERS[2]))
    assert line(desk, ORDERS[2]).removal.criterion == "fba_delivery"


def test_a_correction_is_kept_with_the_words_and_a_reread_leaves_it_alone(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], PRODUCT))
    acts.choose_kind(desk.store, ident(1), 0, kind="order", **ONE)
    read_feedback(desk, said(ORDERS[1], PRODUCT + "!"), name="b.txt", now=NOW + DAY)
    assert (line(desk, ORDERS[1]).kind, line(desk, ORDERS[1]).kind_from) == ("order", "person")
    with desk.store.read() as session:
        (kept,) = rows.corrections(session, ("acme", ORDERS[1]))
    assert (kept.proposed, kept.chosen, kept.words, kept.comment, kept.by) == (
        "product_review", "order", ["quality", "broke"], PRODUCT, "Ana")  # fmt: skip
    assert exported(desk, 1)["category"] == "order"


def test_removal_is_asked_refused_asked_again_and_granted(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1]))
    version = acts.ask_removal(desk.store, ident(1), 0, **ONE)
    assert line(desk, ORDERS[1]).state == "asked"
    with pytest.raises(Rejected, match="asked for already"):
        acts.ask_removal(desk.store, ident(1), version, **ONE)
    version = acts.decide_removal(desk.store, ident(1), version, decision="refused", **ONE)
    assert (line(desk, ORDERS[1]).state, line(desk, ORDERS[1]).step.action) == ("refused", "public_reply")
    version = acts.ask_removal(desk.store, ident(1), version, **ONE)
    acts.decide_removal(desk.store, ident(1), version, decision="granted", **ONE)
    assert exported(desk, 1)["state"] == "granted"
    assert [each.what for each in detail(desk, ORDERS[1]).history if each.who == "Ana"] == [
        "asked Amazon for removal: Wholly a product review", "noted Amazon's decision: refused",
        "asked Amazon for removal: Wholly a product review", "noted Amazon's decision: granted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "rating", "now", "why"),
    [
        (MIXED, "1", NOW, "Mixed comments stay"),
        ("The seller never replied", "1", NOW, "does not remove feedback about this"),
        (LATE, "1", NOW, "only where it delivered"),
        (PRODUCT, "1", NOW + 91 * DAY, "ended on 2027-02-18"),
        ("", "1", NOW, "does not remove feedback about this"),
    ],
)
def test_what_amazon_would_refuse_cannot_be_asked_for(
    desk: Desk, comment: str, rating: str, now: Any, why: str
) -> None:
    read_feedback(desk, said(ORDERS[1], comment, rating))
    with pytest.raises(Rejected, match=why):
        acts.ask_removal(desk.store, ident(1), 0, actor=ANA, now=now)
    with pytest.raises(Rejected, match=why):
        acts.choose_action(desk.store, ident(1), 0, action="removal_request", actor=ANA, now=now)
    assert line(desk, ORDERS[1]).version == 0


def test_negative_feedback_opens_one_ticket_without_a_clock(every_desk: Desk) -> None:
    desk = every_desk
    read_feedback(desk, said(ORDERS[1]), said(ORDERS[2], rating="3"), said(ORDERS[3], response="Sorry"))
    desk.sync(NOW + HOUR)
    ticket = desk.only_ticket()
    assert (ticket["order_id"], ticket["type"], ticket["awaiting_since"], ticket["due_at"]) == (
        ORDERS[1], "Negative Feedback", None, None)  # fmt: skip
    assert line(desk, ORDERS[1]).ticket_id == ticket["id"] == exported(desk, 1)["ticket_id"]


def test_it_joins_the_open_ticket_of_its_order_and_moves_no_clock(desk: Desk) -> None:
    desk.put(ask(1, NOW - 5 * HOUR, order=ORDERS[1]))
    read_feedback(desk, said(ORDERS[1]))
    ticket = desk.only_ticket()
    assert line(desk, ORDERS[1]).ticket_id == ticket["id"]
    assert ticket["due_at"] == (NOW + 19 * HOUR).isoformat().replace("+00:00", "Z")
    assert "feedback.join" in [each["what"] for each in desk.rows("activity")]


def test_old_negative_feedback_opens_nothing_and_one_that_turns_negative_does(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], date="08/20/26"), said(ORDERS[2], rating="3"))
    assert desk.tickets() == []
    read_feedback(desk, said(ORDERS[2], rating="1"), name="b.txt", now=NOW + HOUR)
    assert desk.only_ticket()["order_id"] == ORDERS[2]


def test_a_ticket_that_was_closed_is_not_opened_again(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1]))
    ticket_id = desk.only_ticket()["id"]
    with desk.store.write() as session:
        from data import tickets
        from services import desk as cards

        tickets.decide(session, [ticket_id], status="closed", reason=None, by="Ana", at=NOW)
        cards.rebuild(session, [ticket_id], now=NOW)
    read_feedback(desk, said(ORDERS[1], PRODUCT + "!"), name="b.txt", now=NOW + HOUR)
    assert desk.only_ticket()["id"] == ticket_id


def test_what_the_next_report_leaves_out_is_gone_and_comes_back(desk: Desk) -> None:
    three = [said(ORDERS[n], date=f"11/{10 + n}/26") for n in (1, 2, 3)]
    read_feedback(desk, *three)
    read_feedback(desk, three[0], three[2], name="b.txt", now=NOW + DAY)
    assert [line(desk, ORDERS[n]).state for n in (1, 2, 3)] == ["open", "removed", "open"]
    assert "Not in Amazon's report any more" in [each.what for each in detail(desk, ORDERS[2]).history]
    read_feedback(desk, *three, said(ORDERS[4]), name="c.txt", now=NOW + 2 * DAY)
    assert line(desk, ORDERS[2]).state == "open"
    assert "Listed again" in [each.what for each in detail(desk, ORDERS[2]).history]


def test_a_newer_report_of_later_days_removes_nothing(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], date="11/01/26"))
    read_feedback(desk, said(ORDERS[2], date="11/20/26"), name="b.txt", now=NOW + DAY)
    assert line(desk, ORDERS[1]).state == "open"


def test_what_a_later_report_says_differently_is_history(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], "Bad"))
    read_feedback(desk, said(ORDERS[1], "Good after all", "3"), name="b.txt", now=NOW + DAY)
    told = [each.what for each in detail(desk, ORDERS[1]).history]
    assert "Stars changed from “1” to “3”" in told
    assert "Comment changed from “Bad” to “Good after all”" in told


def test_a_public_reply_goes_from_draft_to_seller_central_and_ends_the_work(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], MIXED))
    answer_id = acts.begin_reply(desk.store, desk.settings, ident(1), 0, **ONE)
    again = acts.begin_reply(desk.store, desk.settings, ident(1), 1, **ONE)
    assert again == answer_id
    version = answers.finish(desk.store, desk.settings, answer_id, 1, text="We are sorry for the delay.", **ONE)
    assert (line(desk, ORDERS[1]).state, detail(desk, ORDERS[1]).answer_state) == ("open", "final")
    answers.posted(desk.store, answer_id, version, **ONE)
    assert exported(desk, 1)["state"] == "answered"


def test_contact_opens_the_thread_and_is_noted(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1], "The seller never replied", "3"))
    ticket_id = acts.open_ticket(desk.store, desk.settings, ident(1), 0, **ONE)
    assert ticket_id == desk.only_ticket()["id"]
    assert acts.open_ticket(desk.store, desk.settings, ident(1), 1, **ONE) == ticket_id
    acts.contacted(desk.store, ident(1), 2, **ONE)
    assert (exported(desk, 1)["state"], exported(desk, 1)["action"]) == ("contacted", "contact_buyer")
    acts.take_back(desk.store, ident(1), 3, what="contacted", **ONE)
    assert exported(desk, 1)["state"] == "open"


ACTS: dict[str, Callable[..., Any]] = {
    "kind": lambda desk, version, **one: acts.choose_kind(desk.store, ident(1), version, kind="order", **one),
    "action": lambda desk, version, **one: acts.choose_action(desk.store, ident(1), version, action="none", **one),
    "ask": lambda desk, version, **one: acts.ask_removal(desk.store, ident(1), version, **one),
    "close": lambda desk, version, **one: acts.close(desk.store, ident(1), version, **one),
    "note": lambda desk, version, **one: acts.write_note(desk.store, ident(1), version, note="x", **one),
    "ticket": lambda desk, version, **one: acts.open_ticket(desk.store, desk.settings, ident(1), version, **one),
    "reply": lambda desk, version, **one: acts.begin_reply(desk.store, desk.settings, ident(1), version, **one),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_stale_version_or_no_access_changes_nothing(desk: Desk, act: str) -> None:
    read_feedback(desk, said(ORDERS[1], rating="3"))
    acts.choose_action(desk.store, ident(1), 0, action="none", **ONE)
    before = desk.rows("feedback"), len(desk.rows("activity"))
    with pytest.raises(Stale):
        ACTS[act](desk, 0, **ONE)
    with pytest.raises(Rejected, match="access is closed"):
        ACTS[act](desk, 1, actor=GONE, now=NOW)
    assert (desk.rows("feedback"), len(desk.rows("activity"))) == before
    with pytest.raises(Rejected, match="no such feedback"):
        acts.close(desk.store, "acme/nothing", 0, **ONE)


def test_a_mark_on_many_is_taken_back_but_for_what_changed_since(every_desk: Desk) -> None:
    desk = every_desk
    read_feedback(desk, *(said(ORDERS[n], rating="3") for n in (1, 2, 3)))
    acts.choose_action(desk.store, ident(3), 0, action="none", **ONE)
    result = bulk.do(desk.store, "close", [(ident(n), 0) for n in (1, 2, 3)], **ONE)
    assert (result.done, list(result.refused)) == (2, [ident(3)])
    acts.write_note(desk.store, ident(2), 1, note="Look again", **ONE)
    assert result.undo
    with pytest.raises(Rejected, match="Only Ana"):
        bulk.undo(desk.store, result.undo, actor=Person("Ben", "agent", False, None), now=NOW)
    back = bulk.undo(desk.store, result.undo, actor=ANA, now=NOW + HOUR)
    assert (back.done, list(back.refused)) == (1, [ident(2)])
    assert [line(desk, ORDERS[n]).state for n in (1, 2, 3)] == ["open", "closed", "open"]
    with pytest.raises(Rejected, match="taken back already"):
        bulk.undo(desk.store, result.undo, **ONE)


@pytest.mark.parametrize(
    ("what", "values", "why"),
    [("asked", {}, "cannot be done"), ("action", {"action": "removal_request"}, "forbids requests in bulk")],
)
def test_removal_is_never_asked_for_in_bulk(desk: Desk, what: str, values: dict[str, Any], why: str) -> None:
    read_feedback(desk, said(ORDERS[1]))
    with pytest.raises(Rejected, match=why):
        bulk.do(desk.store, what, [(ident(1), 0)], **ONE, **values)


def test_undo_ends_after_an_hour(desk: Desk) -> None:
    read_feedback(desk, said(ORDERS[1]))
    token = bulk.do(desk.store, "kind", [(ident(1), 0)], kind="order", **ONE).undo
    assert token
    with pytest.raises(Rejected, match="too late"):
        bulk.undo(desk.store, token, actor=ANA, now=NOW + HOUR + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [3, 2, 1, 0]),
        ({"state": "todo"}, [3, 2, 1]),
        ({"state": "closed"}, [0]),
        ({"kind": "delivery"}, [2]),
        ({"stars": "negative"}, [2, 1, 0]),
        ({"stars": "3"}, [3]),
        ({"can": "removal"}, [3, 1, 0]),
        ({"channel": "fba"}, [1]),
        ({"marketplace": "DE"}, []),
        ({"account": "nobody"}, []),
        ({"order_id": ORDERS[2]}, [2]),
        ({"state": "nonsense", "kind": "x", "stars": "9", "channel": "y", "marketplace": "XX"}, [3, 2, 1, 0]),
    ],
)
def test_the_list_is_narrowed(desk: Desk, filters: dict[str, str], found: list[int]) -> None:
    read_orders(desk, order_row(amazon_order_id=ORDERS[1]))
    texts = [(PRODUCT, "1"), (PRODUCT, "1"), (LATE, "2"), (PRODUCT, "3")]
    read_feedback(desk, *(said(ORDERS[n], text, stars, f"11/{n + 1:02}/26") for n, (text, stars) in enumerate(texts)))
    acts.close(desk.store, ident(0), 0, **ONE)
    page = reading.listing(desk.store, Filters(**filters), now=NOW)
    assert [ORDERS.index(each.order_id) for each in page.rows] == found


def test_pages_follow_each_other_both_ways_without_gap_or_repeat(desk: Desk) -> None:
    read_feedback(desk, *(said(ORDERS[n], date=f"11/{1 + n // 3:02}/26") for n in range(11)))
    everything = [each.id for each in reading.listing(desk.store, Filters(), now=NOW, limit=50).rows]
    seen, mark, pages = [], "", []
    while True:
        page = reading.listing(desk.store, Filters(), now=NOW, after=mark, limit=4)
        pages.append(page)
        seen += [each.id for each in page.rows]
        if not page.after:
            break
        mark = page.after
    assert (seen, [len(page.rows) for page in pages]) == (everything, [4, 4, 3])
    back = reading.listing(desk.store, Filters(), now=NOW, before=pages[2].before, limit=4)
    assert back.rows == pages[1].rows
    first = reading.listing(desk.store, Filters(), now=NOW, before=back.before, limit=4)
    assert (first.rows, first.before) == (pages[0].rows, "")


def test_a_list_over_thousands_costs_the_same_statements(desk: Desk) -> None:
    def order(n: int) -> str:
        return f"114-{n:07}-1234567"

    def cost(*numbers: int) -> tuple[int, int]:
        read_feedback(desk, *(said(order(n), rating="3") for n in numbers), name=f"{len(numbers)}.txt")
        with statements(desk.store) as listed:
            page = reading.listing(desk.store, Filters(), now=NOW)
        assert page.rows
        with statements(desk.store) as opened:
            reading.detail(desk.store, page.rows[0].id, now=NOW)
        return len(listed), len(opened)

    assert cost(*range(10)) == cost(*range(2000))
