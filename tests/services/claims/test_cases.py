"""Cases out of mail, finances, returns, CSV and hands: one per order and kind, with what people decided kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete

from data.models.cases import CaseCard, CaseMonth
from services import people
from services.claims import actions, cards, detail, entry, queue
from services.claims.shapes import Filters, Line, Marked
from services.errors import Rejected, Stale
from services.people import Person
from services.sync import intake, reparse
from tests.claims import DENIED, GRANTED, bought, decided, flagged, money, opened, report
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk
from tests.pages.conftest import statements

ORDER = ORDERS[1]
ANA = Person("Ana", "agent", False, None)
GONE = Person("Gone", "agent", True, None)


def lines(desk: Desk, **filters: str) -> tuple[Line, ...]:
    return queue.cases_page(desk.store, Filters(**filters), now=NOW).rows


def only(desk: Desk) -> Line:
    (line,) = lines(desk)
    return line


def typed(desk: Desk, actor: Person = ANA, **told: str) -> entry.Entered:
    usual = {"order_id": ORDER, "kind": "a_to_z", "marketplace": "US"}
    return entry.enter(desk.store, desk.settings, actor=actor, now=NOW, account="acme", **{**usual, **told})


def csv(desk: Desk, text: str) -> entry.Imported:
    return entry.read_csv(desk.store, desk.settings, text.encode(), "cases.csv", account="acme", actor=ANA, now=NOW)


def mark(desk: Desk, line: Line, **values: Any) -> None:
    actions.set_state(desk.store, line.id, line.version, actor=ANA, now=NOW, **values)


def test_one_claim_told_five_ways_by_four_sources_is_one_case_on_both_databases(every_desk: Desk) -> None:
    desk = every_desk
    typed(desk, amount="45.90", currency="USD", reason="Never arrived")
    csv(desk, f'order;kind;amount;currency\n{ORDER};A-to-z;"45,90";USD\n')
    desk.read(opened(ORDER, NOW - 2 * DAY), opened(ORDER, NOW - DAY, n=1))
    report(desk, "returns.txt", flagged(ORDER))
    report(desk, "money.json", money(ORDER, NOW - HOUR, -45.90))
    desk.sync()
    line = only(desk)
    assert line.sources == ("mail", "finances", "return", "csv", "hand")
    assert (line.amount, line.currency, line.state, line.result) == ("45.90", "USD", "closed", "lost")
    assert (line.opened_at, line.doubts) == (NOW - 2 * DAY, ())
    (row,) = desk.rows("claims")
    assert (row["source"], row["amount"], row["state"]) == ("mail+finances", "45.90", "closed")


def test_the_order_in_which_the_sources_come_in_does_not_matter(desk: Desk) -> None:
    report(desk, "returns.txt", flagged(ORDER))
    report(desk, "money.json", money(ORDER, NOW - HOUR, -45.90))
    desk.sync()
    first = only(desk)
    assert first.sources == ("finances", "return")
    desk.read(opened(ORDER, NOW - 2 * DAY))
    assert only(desk).id == first.id
    assert only(desk).sources == ("mail", "finances", "return")


def test_a_returns_flag_alone_is_a_case_that_asks_somebody_to_look(desk: Desk) -> None:
    report(desk, "returns.txt", flagged(ORDER))
    desk.sync()
    line = only(desk)
    assert (line.state, line.due_at, line.sources) == ("action_required", None, ("return",))
    assert "No mail says when" in line.why_none


def test_a_decision_dated_before_the_opening_is_shown_as_a_doubt_and_not_guessed_away(desk: Desk) -> None:
    desk.read(decided(ORDER, NOW - 3 * DAY, GRANTED), opened(ORDER, NOW - DAY))
    line = only(desk)
    assert (line.state, line.due_at) == ("action_required", NOW + 2 * DAY)
    assert "dated before the opening" in line.doubts[0]


def test_amounts_that_differ_are_shown_and_not_chosen_between(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    typed(desk, amount="54,90", currency="USD")
    line = only(desk)
    assert (line.amount, line.doubts) == ("45.90", ("The entry by hand says 54.90 USD; until then it was 45.90 USD.",))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"order_id": "12"}, "17 digits"),
        ({"kind": "quarrel"}, "A-to-z claim or a chargeback"),
        ({"marketplace": "FR"}, "does not sell in FR"),
        ({"amount": "1.234", "currency": "EUR"}, "thousands or thousandths"),
        ({"amount": "1,234", "currency": "USD"}, "thousands or thousandths"),
        ({"amount": "45.90"}, "in which currency"),
        ({"amount": "45.90", "currency": "XYZ"}, "no currency"),
        ({"amount": "a lot", "currency": "USD"}, "no amount"),
        ({"amount": "-3.00", "currency": "USD"}, "without a minus"),
        ({"opened_at": "03/04/2026"}, "several ways"),
        ({"opened_at": "2027-01-01"}, "still to come"),
        ({"opened_at": "2026-11-20", "respond_by": "2026-11-19"}, "cannot be due before"),
        ({"state": "lost"}, "no state"),
        ({"state": "closed"}, "how it ended"),
        ({"actor": GONE}, "access is closed"),
    ],
)
def test_nonsense_by_hand_is_refused_in_a_sentence(desk: Desk, told: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        typed(desk, **told)
    assert lines(desk) == ()


def test_bad_rows_of_a_csv_are_set_aside_with_the_reason_and_the_others_are_kept(desk: Desk) -> None:
    good = [f"{ORDER},chargeback,12.50,USD", f'{ORDER},Chargeback,"12,50",USD']
    rows = [good[0], f"{ORDERS[2]},claim,1.234,EUR", good[1], "x,,,"]
    found = csv(desk, "Order number,Type,Amount,Currency\n" + "\n".join(rows))
    assert (found.new, found.joined) == (1, 0)
    assert [line for line, _ in found.set_aside] == [3, 5]
    line = only(desk)
    assert (line.kind, line.amount, line.doubts) == ("chargeback", "12.50", ())
    kept = [(row["source"], row["place"]) for row in desk.rows("rejects")]
    assert kept == [("csv", "cases.csv:3"), ("csv", "cases.csv:5")]
    assert csv(desk, f"order_id,kind\n{ORDER},chargeback\n").joined == 1


@pytest.mark.parametrize("text", ["", "hello", "order_id,amount\n1,2\n", "\0\0", '"'])
def test_what_is_no_csv_of_cases_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(Rejected, match="columns"):
        csv(desk, text)


def test_marking_is_kept_until_amazon_tells_something_newer(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    mark(desk, only(desk), state="under_review")
    assert (only(desk).state, only(desk).due_at) == ("under_review", None)
    assert desk.rows("claims")[0]["state"] == "under_review"
    desk.sync()
    assert only(desk).state == "under_review"
    desk.read(decided(ORDER, NOW + HOUR, GRANTED), now=NOW + 2 * HOUR)
    assert (only(desk).state, only(desk).due_at) == ("option_to_appeal", NOW + HOUR + 30 * DAY)


def test_an_appeal_that_is_won_is_money_recovered(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - 5 * DAY), decided(ORDER, NOW - 3 * DAY, GRANTED))
    mark(desk, only(desk), state="under_review")
    desk.read(decided(ORDER, NOW + HOUR, DENIED, n=1), now=NOW + 2 * HOUR)
    assert (only(desk).state, only(desk).outcome, only(desk).result) == ("closed", "denied", "recovered")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"state": "lost"}, "one of Amazon's states"),
        ({"state": "closed"}, "how it ended"),
        ({"state": "closed", "outcome": "maybe"}, "outcome is one of"),
    ],
)
def test_a_state_that_makes_no_sense_is_refused(desk: Desk, values: dict[str, str], why: str) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    with pytest.raises(Rejected, match=why):
        mark(desk, only(desk), **values)
    assert only(desk).state == "action_required"


def test_a_stale_screen_writes_nothing_also_when_only_amazon_told_something(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    before = only(desk)
    desk.read(decided(ORDER, NOW - HOUR, DENIED))
    with pytest.raises(Stale):
        mark(desk, before, state="under_review")
    assert only(desk).state == "closed"
    with pytest.raises(Rejected, match="no such case"):
        actions.set_state(desk.store, 99, 1, actor=ANA, now=NOW, state="under_review")


def test_many_are_marked_at_once_and_taken_back(desk: Desk) -> None:
    desk.read(*(opened(order, NOW - DAY) for order in ORDERS[:4]))
    first, second, third, fourth = lines(desk)
    mark(desk, second, state="closed", outcome="denied")
    targets = [(each.id, each.version) for each in (first, second, third)]
    found = actions.mark_many(desk.store, "state", targets, actor=ANA, now=NOW, state="under_review", outcome=None)
    assert sorted(found.done) == [first.id, third.id]
    assert "look at it first" in found.refused[second.id]
    mark(desk, next(each for each in lines(desk) if each.id == third.id), state="closed", outcome="granted")
    assert found.undo
    with pytest.raises(Rejected, match="Only Ana"):
        actions.undo(desk.store, found.undo, actor=Person("Ben", "agent", False, None), now=NOW)
    back = actions.undo(desk.store, found.undo, actor=ANA, now=NOW + HOUR)
    assert (sorted(back.done), sorted(back.refused)) == ([first.id], [third.id])
    states = {each.id: each.state for each in lines(desk)}
    assert states == {first.id: "action_required", second.id: "closed", third.id: "closed",
                      fourth.id: "action_required"}  # fmt: skip
    with pytest.raises(Rejected, match="taken back already"):
        actions.undo(desk.store, found.undo, actor=ANA, now=NOW)


def test_undo_ends_after_an_hour_and_unknown_marks_are_refused(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    line = only(desk)
    found = actions.mark_many(desk.store, "assign", [(line.id, line.version)], actor=ANA, now=NOW, person=None)
    with pytest.raises(Rejected, match="too late"):
        actions.undo(desk.store, found.undo or "", actor=ANA, now=NOW + 2 * HOUR)
    for what, targets in (("dance", [(1, 1)]), ("state", []), ("state", [(n, 1) for n in range(501)])):
        with pytest.raises(Rejected):
            actions.mark_many(desk.store, what, targets, actor=ANA, now=NOW)


def test_a_case_is_given_to_people_who_work_here_only(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    people.by_name(desk.store, "Ana")
    line = only(desk)
    version = actions.assign(desk.store, line.id, line.version, actor=ANA, now=NOW, person="Ana")
    assert [each.id for each in lines(desk, owner="Ana")] == [line.id]
    assert lines(desk, owner="-") == ()
    with pytest.raises(Rejected, match="nobody called"):
        actions.assign(desk.store, line.id, version, actor=ANA, now=NOW, person="Zoe")


def test_peoples_work_survives_a_rebuild_and_the_months_stay_in_step(desk: Desk) -> None:
    desk.read(*(opened(order, NOW - DAY) for order in ORDERS[:3]))
    first = lines(desk)[0]
    mark(desk, first, state="closed", outcome="granted")
    before, sums = lines(desk), queue.months(desk.store, now=NOW)
    assert {(each.result, each.cases, each.amount) for each in sums} == {("lost", 1, 4590), ("open", 2, 9180)}
    with desk.store.write() as session:
        session.execute(delete(CaseCard))
        session.execute(delete(CaseMonth))
        cards.refresh(session, "acme", ORDERS[:3], now=NOW)
    assert (lines(desk), queue.months(desk.store, now=NOW)) == (before, sums)


def test_an_appeal_that_nobody_can_make_any_more_waits_for_nobody(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - 25 * DAY), decided(ORDER, NOW - 20 * DAY, GRANTED))
    assert only(desk).due_at == NOW + 10 * DAY
    desk.sync(NOW + 11 * DAY)
    assert only(desk).due_at is None
    assert "The time to appeal ended" in only(desk).why_none


def test_the_order_tells_the_marketplace_whenever_it_comes(desk: Desk) -> None:
    report(desk, "money.json", money(ORDER, NOW - HOUR, -10, kind="Chargeback"))
    desk.sync()
    report(desk, "orders.txt", bought(ORDER, NOW - 9 * DAY, sales_channel="Amazon.de"))
    desk.sync()
    assert (only(desk).marketplace, only(desk).kind) == ("DE", "chargeback")


def test_every_write_leaves_an_entry_without_anybodys_words(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    line = only(desk)
    mark(desk, line, state="under_review")
    actions.add_note(desk.store, line.id, actor=ANA, now=NOW, text="The buyer lives at 1 Invented Street")
    actions.tick(desk.store, line.id, only(desk).version, actor=ANA, now=NOW, evidence="delivery", has=True)
    said = [row for row in desk.rows("activity") if row["object"] == f"case:{line.id}"]
    assert [row["what"] for row in said] == ["case.state", "case.note", "case.evidence"]
    assert "Invented Street" not in str(said)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 4),
        ({"state": "action_required"}, 3),
        ({"state": "nonsense"}, 4),
        ({"kind": "chargeback"}, 0),
        ({"marketplace": "DE"}, 0),
        ({"account": "acme"}, 4),
        ({"due": "late"}, 2),
        ({"due": "week"}, 3),
        ({"order": ORDERS[2]}, 1),
        ({"month": "2026-11", "result": "kept"}, 1),
    ],
)
def test_filters_narrow_the_list(desk: Desk, filters: dict[str, str], found: int) -> None:
    desk.read(*(opened(order, NOW - (n + 1) * 30 * HOUR) for n, order in enumerate(ORDERS[:4])))
    desk.read(decided(ORDERS[0], NOW - HOUR, DENIED))
    assert len(lines(desk, **filters)) == found


def test_pages_lead_forth_and_back_and_cost_one_statement(desk: Desk) -> None:
    desk.read(*(opened(order, NOW - (n + 1) * HOUR) for n, order in enumerate(ORDERS[:7])))

    def page(mark: str | None = None, backwards: bool = False) -> Any:
        return queue.cases_page(desk.store, Filters(), now=NOW, mark=mark, backwards=backwards, limit=3)

    first = page()
    second = page(first.after)
    third = page(second.after)
    ids = [each.id for each in (*first.rows, *second.rows, *third.rows)]
    assert len(set(ids)) == 7
    assert (first.before, third.after) == (None, None)
    assert page(third.before, backwards=True).rows == second.rows
    assert page(second.before, backwards=True) == first
    assert page("broken").rows == first.rows
    with statements(desk.store) as seen:
        page(first.after)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1


def test_only_what_people_typed_is_doubted_when_the_order_is_of_another_marketplace(desk: Desk) -> None:
    report(desk, "orders.txt", bought(ORDER, NOW - 9 * DAY, sales_channel="Amazon.de"))
    desk.read(opened(ORDER, NOW - DAY))
    assert (only(desk).marketplace, only(desk).doubts) == ("DE", ())
    typed(desk)
    assert only(desk).doubts == ("The entry by hand says US, not DE.",)


def test_only_appeals_that_can_still_be_made_are_counted(desk: Desk) -> None:
    desk.read(opened(ORDERS[0], NOW - 45 * DAY), decided(ORDERS[0], NOW - 40 * DAY, GRANTED))
    desk.read(opened(ORDERS[2], NOW - 5 * DAY), decided(ORDERS[2], NOW - HOUR, GRANTED), opened(ORDER, NOW - DAY))
    assert queue.waiting(desk.store, now=NOW) == {"action_required": 1, "option_to_appeal": 1}


def read_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch, **mended: Any) -> None:
    """All mail is read again by a reading that was mended."""
    real = intake.read
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read", lambda raw, **times: replace(real(raw, **times), **mended))
        reparse.reparse(desk.store, desk.settings, NOW, only_set_aside=False)


@pytest.mark.parametrize("mended", [{"order_id": ORDERS[2]}, {"kind": "unknown_notice"}])
def test_a_case_whose_mail_is_read_otherwise_leaves_the_list_and_peoples_work_on_it_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mended: dict[str, str]
) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    line = only(desk)
    assert detail.unbacked(desk.store, line.id) is None
    mark(desk, line, state="under_review")
    actions.add_note(desk.store, line.id, actor=ANA, now=NOW, text="Ask the carrier")
    read_anew(desk, monkeypatch, **mended)
    assert [each.order_id for each in lines(desk)] == [each for each in mended.values() if each == ORDERS[2]]
    assert ORDER not in {row["order_id"] for row in desk.rows("claims")}
    assert sum(each.cases for each in queue.months(desk.store, now=NOW)) == len(lines(desk))
    kept = detail.unbacked(desk.store, line.id)
    assert kept is not None
    assert (kept.order_id, kept.state, [note.text for note in kept.notes]) == (
        ORDER,
        "under_review",
        ["Ask the carrier"],
    )
    reparse.reparse(desk.store, desk.settings, NOW, only_set_aside=False)
    assert (only(desk).id, only(desk).state) == (line.id, "under_review")
    assert detail.unbacked(desk.store, line.id) is None


def test_a_case_that_is_also_entered_by_hand_stays_when_its_mail_goes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    typed(desk)
    read_anew(desk, monkeypatch, order_id=None)
    assert (only(desk).order_id, only(desk).sources) == (ORDER, ("hand",))


def test_when_amazon_asks_again_the_time_counts_from_then(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - 5 * DAY))
    mark(desk, only(desk), state="under_review")
    mark(desk, only(desk), state="action_required")
    assert only(desk).due_at == NOW + 48 * HOUR
    with pytest.raises(Rejected, match="marked so already"):
        mark(desk, only(desk), state="action_required")


def test_when_amazon_asks_again_in_an_appeal_there_are_72_hours(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - 5 * DAY), decided(ORDER, NOW - DAY, GRANTED))
    mark(desk, only(desk), state="under_review")
    mark(desk, only(desk), state="action_required")
    assert (only(desk).due_what, only(desk).due_at) == ("Answer Amazon about the appeal", NOW + 72 * HOUR)


def test_a_mail_that_asks_about_the_appeal_is_due_as_it_says_and_outweighs_the_mark(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - 9 * DAY), decided(ORDER, NOW - 4 * DAY, GRANTED))
    mark(desk, only(desk), state="under_review")
    about = "72 hours about your appeal"
    desk.read(opened(ORDER, NOW + HOUR, days=about, n=1), now=NOW + 2 * HOUR)
    line = only(desk)
    assert (line.state, line.outcome, line.opened_at) == ("action_required", None, NOW - 9 * DAY)
    assert (line.due_what, line.due_at) == ("Answer Amazon about the appeal", NOW + HOUR + 72 * HOUR)
    (row,) = desk.rows("claims")
    assert (row["respond_by"], row["state"]) == ("2026-11-25T10:00:00Z", "action_required")
    desk.read(decided(ORDER, NOW + 3 * HOUR, DENIED, n=1), now=NOW + 4 * HOUR)
    assert (only(desk).state, only(desk).result) == ("closed", "recovered")


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (GRANTED, NOW - HOUR + 30 * DAY),
        ("We have granted the claim. You may appeal this decision within 72 hours.", NOW - HOUR + 72 * HOUR),
        ("Der Antrag wurde stattgegeben. Einspruch ist innerhalb von 30 Tagen möglich.", NOW - HOUR + 30 * DAY),
        ("We have granted the claim. Refunds take within 5 days. You may appeal.", NOW - HOUR + 30 * DAY),
    ],
)
def test_the_time_to_appeal_is_what_the_decision_says_else_thirty_days(desk: Desk, words: str, due: datetime) -> None:
    desk.read(opened(ORDER, NOW - 2 * DAY), decided(ORDER, NOW - HOUR, words))
    assert (only(desk).state, only(desk).due_what, only(desk).due_at) == (
        "option_to_appeal",
        "Appeal the decision",
        due,
    )


def take_back(desk: Desk, token: str | None, now: datetime = NOW + HOUR) -> Marked:
    return actions.undo(desk.store, token or "", actor=ANA, now=now)


def test_a_case_entered_by_mistake_is_taken_back_and_leaves_nothing_in_the_list(desk: Desk) -> None:
    made = typed(desk, amount="45.90", currency="USD", state="closed", outcome="granted")
    assert take_back(desk, made.undo).done.keys() == {made.case_id}
    assert (lines(desk), queue.months(desk.store, now=NOW), desk.rows("claims")) == ((), (), [])
    assert detail.unbacked(desk.store, made.case_id) is None
    again = typed(desk)
    assert (again.case_id, again.is_new) == (made.case_id, False)
    assert (only(desk).amount, only(desk).state) == (None, "action_required")
    assert [row["what"] for row in desk.rows("activity")] == ["case.enter", "case.undo", "case.enter"]


def test_what_was_entered_of_a_known_case_is_taken_back_and_the_case_stays(desk: Desk) -> None:
    desk.read(opened(ORDER, NOW - DAY))
    before = only(desk)
    made = typed(desk, amount="54.90", currency="USD", state="under_review")
    assert only(desk).doubts
    take_back(desk, made.undo)
    assert replace(only(desk), version=0) == replace(before, version=0)


def test_a_csv_is_taken_back_as_a_whole_but_for_what_somebody_worked_on_since(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry, "AT_ONCE", 2)
    rows = [f"{order},{kind},{n}.00,USD" for n, order in enumerate(ORDERS[:5], 1) for kind in ("claim", "chargeback")]
    found = csv(desk, "order_id,kind,amount,currency\n" + "\n".join([*rows, *rows, f"{ORDERS[0]},claim,9.99,USD"]))
    assert (found.new, found.joined, len(lines(desk))) == (10, 0, 10)
    worked = lines(desk)[3]
    mark(desk, worked, state="under_review")
    back = take_back(desk, found.undo)
    assert (len(back.done), list(back.refused)) == (9, [worked.id])
    assert [each.id for each in lines(desk)] == [worked.id]


def test_a_csv_without_a_good_row_has_nothing_to_take_back(desk: Desk) -> None:
    assert csv(desk, "order_id,kind\nx,claim\n").undo is None
    with pytest.raises(Rejected, match="too late"):
        take_back(desk, typed(desk).undo, now=NOW + 2 * HOUR)
