"""Today's board: all that needs a person in one order, each thing once, at a cost that stays flat."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from data.models.batch_alarms import BatchAlarm
from data.models.cases import CaseCard, ClaimCase
from data.models.derived import Card
from data.models.escalations import Escalation
from data.models.feedback_work import FeedbackCard
from data.models.followups import FollowupCard
from data.models.ledger import Reject
from data.models.meeting import MeetingDecision
from data.models.ours import Assignee, Ticket
from data.models.outgoing import Outgoing, Promise
from data.models.return_figures import ReturnCard
from data.models.teamwork import Question
from data.store import Store
from services.board import Line
from services.escalations import acts, reading
from services.escalations.shapes import About
from services.inbox import actions, asking
from services.people import Person
from services.settings import Settings
from services.today import Today, today
from tests import reports as made
from tests.claims import DENIED, GRANTED, decided, opened, report
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask
from tests.escalations import ANNA, BEA, team_of_three
from tests.escalations import ask as escalate
from tests.followups import put, row, sheet
from tests.pages.conftest import statements


def found(desk: Desk, actor: Person = BEA, **more: Any) -> Today:
    return today(desk.store, desk.settings, now=NOW, actor=actor, **more)


def lines(desk: Desk, actor: Person = BEA, **more: Any) -> list[Line]:
    """What stands on the board but for the checklist, which has tests of its own."""
    return [line for line in found(desk, actor, **more).board.lines if line.kind != "check"]


def pending(order: str, day: str = "21-Nov-2026") -> str:
    told = {"Order ID": order, "Return request status": "Pending", "Return request date": day}
    return made.tsv(made.FBM_RETURNS, [made.fbm_return(told)])


def test_everything_stands_in_one_list_and_says_why(desk: Desk) -> None:
    report(desk, "returns.txt", pending(ORDERS[5]))
    desk.read(opened(ORDERS[0], NOW - DAY), opened(ORDERS[1], NOW - 4 * DAY), ask(1, NOW - 3 * HOUR, order=ORDERS[2]))
    told = lines(desk, ANNA)
    assert [(line.page, line.order_id) for line in told] == [
        ("claims", ORDERS[1]), ("returns", ORDERS[5]), ("claims", ORDERS[0]), ("inbox", ORDERS[2]),
    ]  # fmt: skip
    assert [line.what for line in told[:2]] == ["A-to-z claim: Send Amazon your side", "Return: authorise"]
    assert told[0].why == "the money, and an order defect; stands 2 days ahead"
    (ticket,) = [row["id"] for row in desk.tickets() if row["order_id"] == ORDERS[2]]
    assert told[3].target == (("ticket", str(ticket)), ("box", "waiting"))
    assert len({line.id for line in told}) == 4


def test_a_return_that_was_due_over_a_month_ago_is_no_longer_on_it(desk: Desk) -> None:
    for number, day in enumerate(("19-Oct-2026", "24-Oct-2026")):
        report(desk, f"returns-{number}.txt", pending(ORDERS[number], day))
    desk.sync()
    assert [line.order_id for line in lines(desk)] == [ORDERS[1]]
    assert found(desk).board.counts["returns"] == 1


def test_what_amazon_decided_leaves_it_and_an_appeal_stays_until_it_is_over(desk: Desk) -> None:
    desk.read(opened(ORDERS[0], NOW - 5 * DAY), decided(ORDERS[0], NOW - DAY, DENIED))
    desk.read(opened(ORDERS[1], NOW - 45 * DAY), decided(ORDERS[1], NOW - 40 * DAY, GRANTED))
    desk.read(opened(ORDERS[2], NOW - 5 * DAY), decided(ORDERS[2], NOW - HOUR, GRANTED))
    assert [line.order_id for line in lines(desk)] == [ORDERS[2]]


def test_feedback_that_may_be_removed_and_bad_ratings_without_a_step_are_one_line_each(desk: Desk) -> None:
    comment = "The delivery by Amazon was very late."
    days = {ORDERS[0]: NOW - timedelta(days=80), ORDERS[1]: NOW - timedelta(days=5)}
    rows = [made.feedback_row(order=order, date=f"{day:%m/%d/%y}", comment=comment) for order, day in days.items()]
    report(desk, "feedback.txt", made.feedback("US", *rows))
    report(desk, "orders.txt", made.tsv(made.ALL_ORDERS, [made.order_row(amazon_order_id=order) for order in days]))
    desk.sync()
    told = {line.order_id: (line.page, line.target, line.what, line.also) for line in lines(desk)}
    assert told[ORDERS[0]][:2] == ("feedback", (("id", f"acme/{ORDERS[0]}"),))
    assert "removal" in told[ORDERS[0]][2] + "".join(told[ORDERS[0]][3])
    assert "removal" not in told[ORDERS[1]][2]
    assert len(told) == len(lines(desk)) == 2


def test_a_buyers_message_in_the_ticket_of_a_claim_mail_is_one_line_with_the_claim(desk: Desk) -> None:
    desk.read(opened(ORDERS[0], NOW - DAY), ask(1, NOW - 3 * HOUR, order=ORDERS[0], text="And my money?"))
    assert desk.only_ticket()["order_id"] == ORDERS[0]
    (line,) = lines(desk, ANNA)
    assert (line.page, line.what, line.also) == ("claims", "A-to-z claim: Send Amazon your side", ("And my money?",))


def test_a_follow_up_a_sheet_says_is_due_opens_its_row(desk: Desk) -> None:
    with desk.store.write() as session:
        session.add(sheet())
    put(desk.store, row(1, dated=date(2026, 11, 18)))
    (line,) = lines(desk)
    assert (line.kind, line.page, line.order_id) == ("followup", "followups", ORDERS[1])
    assert line.due_at is not None
    assert line.due_at < NOW


def test_what_was_set_aside_is_one_line_per_source_and_account(desk: Desk) -> None:
    report(desk, "orders.txt", made.tsv(made.ALL_ORDERS, [made.order_row(purchase_date="never")] * 1))
    desk.read(b"Not: a mail", b"", b"Neither is this")
    told = {line.kind: (line.what, line.page) for line in lines(desk)}
    assert told["mail"][1] == "data_problems"
    assert told["mail"][0].startswith("3 mails set aside")


def test_mine_is_what_i_work_on_and_unowned_is_what_nobody_does(desk: Desk) -> None:
    team_of_three(desk.store)
    desk.read(*(ask(n, NOW - n * HOUR, order=ORDERS[n]) for n in (1, 2, 3)))
    actions.assign(desk.store, 1, 1, actor=BEA, now=NOW, person="Anna Berg")
    actions.assign(desk.store, 2, 1, actor=BEA, now=NOW, person="Bea")
    whose = {name: {line.order_id for line in lines(desk, ANNA, whose=name)} for name in ("team", "mine", "unowned")}
    mine = {row["order_id"] for row in desk.tickets() if "Anna Berg" in row["assignees"]}
    free = {row["order_id"] for row in desk.tickets() if not row["assignees"]}
    assert (len(whose["team"]), whose["mine"], whose["unowned"]) == (3, mine, free)


def test_a_question_and_its_answer_are_on_the_board_of_whom_they_wait_for(desk: Desk) -> None:
    team_of_three(desk.store)
    desk.read(ask(1, NOW - 2 * HOUR, order=ORDERS[0]))
    asking.ask(desk.store, 1, None, actor=ANNA, now=NOW - HOUR, question="May I refund it?", to="Bea")
    (line,) = lines(desk)
    assert (line.what, line.target[0]) == ("Anna Berg asks: May I refund it?", ("ticket", "1"))
    assert len(line.also) == 1
    question = 1
    asking.answer(desk.store, question, actor=BEA, now=NOW, text="Yes.")
    assert lines(desk, ANNA)[0].what == "Bea answered: Yes."
    assert [line.what for line in lines(desk)] == list(line.also)


def test_an_escalation_about_a_ticket_and_the_ticket_are_one_line_that_opens_the_escalation(desk: Desk) -> None:
    team_of_three(desk.store)
    desk.read(ask(1, NOW - 2 * HOUR, order=ORDERS[0]))
    about = About("ticket", "1", "Ticket 1", "inbox", (("ticket", "1"),), "acme", ticket_id=1)
    number = escalate(desk.store, about, sentence="He wants double")
    (line,) = lines(desk)
    assert (line.what, line.page, line.target) == (
        "Anna Berg asks: He wants double",
        "today",
        (("escalation", str(number)),),
    )
    assert (line.escalation, line.by_itself, len(line.also)) == (number, False, 1)
    (own,) = lines(desk, ANNA)
    assert (own.page, own.escalation) == ("inbox", None)
    assert [each.id for each in found(desk, ANNA).asked] == [number]
    acts.answer(desk.store, number, 1, actor=BEA, now=NOW, text="Give it.")
    assert lines(desk, ANNA)[0].what == "Bea answered: Give it."
    assert [line.page for line in lines(desk)] == ["inbox"]


def test_what_escalated_by_itself_marks_its_own_line_until_somebody_has_seen_it(desk: Desk) -> None:
    team_of_three(desk.store)
    desk.read(ask(1, NOW - 30 * HOUR, order=ORDERS[0]))
    (line,) = lines(desk)
    assert (line.page, line.by_itself, line.also) == ("inbox", True, ())
    assert line.escalation is not None
    acts.acknowledge(desk.store, line.escalation, actor=BEA, now=NOW)
    (line,) = lines(desk)
    assert (line.page, line.escalation) == ("inbox", None)


LOTS = (10, 1000)


@pytest.fixture(scope="module", params=["sqlite"])
def busy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two stores: ten, and a thousand, of everything."""
    import shutil

    from data.store import open_store

    file = request.getfixturevalue("migrated_file")
    stores = []
    for number in LOTS:
        path = tmp_path_factory.mktemp("busy") / "within24.db"
        shutil.copy(file, path)
        store = open_store(f"sqlite:///{path}")
        fill(store, number)
        stores.append(store)
    yield stores
    for store in stores:
        store.close()


def test_ten_and_a_thousand_of_everything_cost_the_same_eight_statements_at_most(busy: list[Store]) -> None:
    chosen = Settings.model_validate({"accounts": {"acme": {"marketplaces": ["US"]}}})
    for whose in ("team", "mine", "unowned"):
        costs = []
        for store in busy:
            with statements(store) as seen:
                shown = today(store, chosen, now=NOW, actor=BEA, whose=whose)
            costs.append([each for each in seen if not each.startswith("BEGIN")])
            assert shown.board.lines
        assert len(costs[0]) == len(costs[1])
        assert len(costs[0]) <= 8, "\n".join(costs[0])


def test_of_a_thousand_of_everything_the_first_are_the_first_of_all(busy: list[Store]) -> None:
    """Each kind gives as many as are shown, so that the list is what sorting everything would give."""
    chosen = Settings.model_validate({"accounts": {"acme": {"marketplaces": ["US"]}}})
    from services import board

    with busy[0].read() as session:
        concerning = reading.concerning(session, chosen, BEA)
        few, all_of_it = (
            board.board(session, chosen, now=NOW, actor=BEA, shift_end=NOW + 8 * HOUR, asked=concerning, limit=limit)
            for limit in (7, 500)
        )
    assert few.more
    assert [line.id for line in few.lines] == [line.id for line in all_of_it.lines[:7]]


def test_both_databases_say_the_same_of_every_kind(every_store: Store) -> None:
    fill(every_store, 2)
    chosen = Settings.model_validate({"accounts": {"acme": {"marketplaces": ["US"]}}})
    for whose in ("team", "mine", "unowned"):
        told = today(every_store, chosen, now=NOW, actor=BEA, whose=whose).board
        assert all(line.since and line.page for line in told.lines)
        # Tickets are one line with the escalation or the question about them, under the kind that is most urgent.
        kinds = {line.kind for line in told.lines} - {"check"}
        assert kinds >= SHOWN[whose], (whose, kinds)
        assert not kinds & HIDDEN[whose], (whose, kinds)


SHOWN = {
    "team": {"a_to_z", "batch", "decision", "escalation", "feedback", "followup", "return"},
    "mine": {"decision", "escalation"},
    "unowned": {"a_to_z", "batch", "feedback", "followup", "return"},
}
HIDDEN = {"team": set[str](), "mine": {"a_to_z", "return", "batch", "feedback"}, "unowned": {"decision"}}


def fill(store: Store, number: int) -> None:
    """So many rows of every kind that waits."""
    with store.write() as session:
        for table, make in MAKERS:
            session.execute(insert(table), [make(n) for n in range(1, number + 1)])


def order_of(n: int) -> str:
    return f"111-{n:07}-0000001"


def _card(n: int) -> dict[str, Any]:
    at = NOW - n * HOUR / 4
    return {
        "ticket_id": n, "account": "acme", "marketplace": "US", "subject": f"Question {n}", "preview": "", "owners": "",
        "buyer_name": "A", "type": "Other", "kind": "buyer_message", "status": "new", "opened_at": at, "last_at": at,
        "awaiting_since": at, "due_at": at + DAY, "waiting": 1, "messages": 1, "tags": "", "order_id": order_of(n),
        "sort_key": int((at + DAY).timestamp()), "version": 1, "owner": "Bea" if n % 3 == 0 else None,
        "outbox": "unknown" if n % 2 else None, "asks": "copy" if n % 5 == 0 else None,
    }  # fmt: skip


def _outgoing(n: int) -> dict[str, Any]:
    return {"id": n, "ticket_id": n, "account": "acme", "channel": "smtp", "to_address": "", "subject": "", "text": "",
            "message_id": f"<{n}@x>", "body": "", "by": "Anna Berg", "queued_at": NOW, "not_before": NOW,
            "ticket_version": 1, "state": "handed_over", "attachments": []}  # fmt: skip


def _case(n: int) -> dict[str, Any]:
    at = NOW - n * HOUR
    return {
        "case_id": n, "account": "acme", "order_id": order_of(n + 5000), "kind": "a_to_z", "marketplace": "US",
        "state": "action_required", "result": "open", "opened_at": at, "due_at": at + 2 * DAY, "due_what": "Answer",
        "why_none": "", "source": "mail", "doubts": "", "month": "2026-11", "seen_at": at, "version": 1,
        "sort_key": int((at + 2 * DAY).timestamp()),
    }  # fmt: skip


def _return(n: int) -> dict[str, Any]:
    return {"id": n, "account": "acme", "order_id": order_of(n + 6000), "channel": "fbm", "key": f"R{n}", "quantity": 1,
            "marketplace": "US", "returned_at": NOW - DAY, "reason": "other", "fault": "", "state": "open",
            "need": "refund", "due_at": NOW + n * HOUR}  # fmt: skip


def _feedback(n: int) -> dict[str, Any]:
    return {"account": "acme", "order_id": order_of(n + 7000), "marketplace": "US", "rating": 1, "kind": "delivery",
            "day": date(2026, 9, 1), "kind_from": "rule", "state": "open", "criterion": "fba_delivery",
            "window_ends": date(2026, 11, 30)}  # fmt: skip


def _followup(n: int) -> dict[str, Any]:
    return {"id": n, "account": "acme", "sheet": "s", "row_key": str(n), "kind": "shipping_info_missing", "item": "",
            "order_id": order_of(n + 8000), "began_at": NOW - DAY, "state": "to_contact", "due_at": NOW - n * HOUR,
            "conflicts": n % 2, "sort_key": n}  # fmt: skip


def _reject(n: int) -> dict[str, Any]:
    return {"source": "folder", "stream": "mail", "account": f"acme{n % 9}", "place": str(n), "reason": "odd",
            "at": NOW, "state": "open", "raw_mail_id": n if n % 2 else None}  # fmt: skip


def _decision(n: int) -> dict[str, Any]:
    return {"kind": "weekly", "period": "2026-W46", "text": f"Decision {n}", "owner": "Bea",
            "due_on": date(2026, 11, 1), "figure": "late", "scope": "", "target": 0.0, "made_at": NOW - 9 * DAY,
            "made_by": "Bea", "state": "open", "outcome": "", "version": 1}  # fmt: skip


def _batch(n: int) -> dict[str, Any]:
    week = date(2026, 11, 16)
    return {"account": "acme", "kind": "returns", "sku": f"S{n}", "reason": "", "raised_at": NOW, "week": week,
            "since": week, "weeks": 1, "hits": 9, "expected": 1.0, "chance": 0.001, "version": 1}  # fmt: skip


def _escalation(n: int) -> dict[str, Any]:
    return {"kind": "ticket", "ref": str(n), "label": f"Ticket {n}", "page": "inbox", "target": {}, "account": "acme",
            "sentence": "Look", "needed": "", "needed_by": NOW + n * HOUR, "urgency": "normal", "to_person": "Bea",
            "by": "Anna Berg", "initials": "AB", "opened_at": NOW - DAY, "token": str(n), "answer": "",
            "closed_why": "", "version": 1}  # fmt: skip


MAKERS: tuple[tuple[Any, Any], ...] = (
    (Ticket, lambda n: {"id": n, "account": "acme", "key": str(n), "opened_at": NOW, "opened_by": "mail",
                        "order_detached": False, "version": 1}),
    (Card, _card),
    (Assignee, lambda n: {"ticket_id": n, "person": "Bea" if n % 3 == 0 else "Carl", "at": NOW, "by": "Bea"}),
    (Outgoing, _outgoing),
    (Promise, lambda n: {"ticket_id": n, "outgoing_id": n, "until": NOW + n * HOUR, "by": "Bea", "made_at": NOW}),
    (Question, lambda n: {"ticket_id": n, "state": "open", "asked_by": "Anna Berg", "asked_at": NOW, "to_person": "",
                          "question": "May I?", "answer": ""}),
    (ClaimCase, lambda n: {"id": n, "account": "acme", "order_id": order_of(n + 5000), "kind": "a_to_z", "made_at": NOW,
                           "made_by": "sync", "told": [], "evidence": {}, "version": 1}),
    (CaseCard, _case),
    (ReturnCard, _return),
    (FeedbackCard, _feedback),
    (FollowupCard, _followup),
    (Reject, _reject),
    (Escalation, _escalation),
    (MeetingDecision, _decision),
    (BatchAlarm, _batch),
)  # fmt: skip
