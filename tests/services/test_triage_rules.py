"""The Rules page's service: order, wording and history, the dry run, and what rules do to arriving mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from data import journal
from data.models.derived import Card
from data.models.ledger import RawMail
from data.models.mirrored import Message
from data.models.ours import Ticket
from data.models.triage import TriageApplied, TriageDryRun
from data.store import Store
from services import desk as desks
from services import people, seeding, triage_rules
from services.errors import Rejected, Stale
from services.inbox import actions, opening, tags, views
from services.inbox.conversation import conversation
from services.inbox.queue import queue
from services.inbox.shapes import Conversation, Filters
from services.people import Person
from services.rules.triage import Actions, Condition, Rule
from services.sync.reparse import reparse
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy

RETURN = Rule(0, "Returns", (Condition("text", ("send it back", "return")),), Actions(tags=("Return",)))
AGENT = Person("Ana", "agent", False, None)


def make(desk: Desk, rule: Rule = RETURN, *, on: bool = True, now: datetime = NOW, **more: Any) -> int:
    boss = desk.supervisor()
    rule_id = triage_rules.create(desk.store, rule, actor=boss, now=now, **more)
    if on:
        triage_rules.dry_run(desk.store, rule_id, actor=boss, now=now)
        triage_rules.switch(desk.store, rule_id, version_of(desk, rule_id), actor=boss, now=now, on=True)
    return rule_id


def version_of(desk: Desk, rule_id: int) -> int:
    return next(line.version for line in triage_rules.rules(desk.store) if line.id == rule_id)


def names(desk: Desk) -> list[str]:
    return [line.rule.name for line in triage_rules.rules(desk.store)]


def seen(desk: Desk, ticket_id: int) -> Conversation:
    found = conversation(desk.store, ticket_id, now=NOW)
    assert found is not None
    return found


def only(desk: Desk) -> Conversation:
    return seen(desk, desk.only_ticket()["id"])


def acts(desk: Desk) -> list[tuple[str, str]]:
    return [(row["actor"], row["what"]) for row in desk.rows("activity") if row["actor"].startswith("rule ")]


def claim(order: str, at: datetime) -> bytes:
    return mails.notice(
        f"A-to-z Guarantee claim received for order {order}",
        f"<html><body><p>A customer has opened an A-to-z Guarantee claim for order {order}.</p></body></html>",
        type_header="ATOZ_CLAIM_OPENED",
        marketplace="US",
        date=at,
        message_id=f"<claim-{order}@amazonses.example>",
    )


# What rules do


def test_a_rule_that_is_on_acts_on_a_new_ticket_and_says_so(every_desk: Desk) -> None:
    people.add(every_desk.store, "Ana", "agent", actor=every_desk.supervisor(), now=NOW)
    wanted = Actions(owner="Ana", type="Return", tags=("Return", "post"))
    make(every_desk, replace(RETURN, actions=wanted), new_view="Returns")
    every_desk.read(ask(1, NOW - HOUR, text="I want to RETURN  the lamp."), ask(2, NOW - HOUR, alias="bbbbbbbbbbbbbb"))
    first, second = (seen(every_desk, row["id"]) for row in every_desk.tickets())
    assert (first.owners, first.type, first.tags) == (("Ana",), "Return", ("post", "return"))
    assert [view.name for view in first.views] == ["Returns"]
    assert (second.owners, second.tags, second.views) == ((), (), ())
    assert first.status == "open"
    assert first.due_at == NOW + 23 * HOUR, "no rule moves a clock"
    assert {actor for actor, _ in acts(every_desk)} == {"rule Returns"}
    assert sorted(what for _, what in acts(every_desk)) == ["assign", "tag.add", "tag.add", "type", "view.put"]
    with every_desk.store.read() as session:
        assert journal.first_broken(session)[1] is None


def test_a_rule_acts_on_a_later_message_of_a_conversation_too(desk: Desk) -> None:
    make(desk)
    desk.read(ask(1, NOW - 3 * HOUR, t="A0SAME", text="Where is it?"))
    assert only(desk).tags == ()
    desk.read(ask(2, NOW - HOUR, t="A0SAME", text="Then I send it back."))
    assert only(desk).tags == ("return",)


def test_rules_are_asked_in_their_order_and_stop_ends_the_list(desk: Desk) -> None:
    boss = desk.supervisor()
    make(desk, replace(RETURN, name="First", actions=Actions(type="One", tags=("a",))))
    last = make(desk, replace(RETURN, name="Last", actions=Actions(type="Two", tags=("b",)), stop=True))
    desk.read(ask(1, NOW - HOUR, text="return"))
    assert (only(desk).type, only(desk).tags) == ("One", ("a", "b"))
    triage_rules.move(desk.store, last, version_of(desk, last), actor=boss, now=NOW, up=True)
    assert names(desk) == ["Last", "First"]
    desk.read(ask(2, NOW - HOUR, alias="bbbbbbbbbbbbbb", text="return"))
    second = seen(desk, desk.message("A0MESSAGE000002")["ticket_id"])
    assert (second.type, second.tags) == ("Two", ("b",))


def test_no_rule_hides_what_is_owed_or_stops_its_clock(desk: Desk) -> None:
    for status in ("pending", "on_hold", "solved"):
        make(desk, replace(RETURN, name=status, actions=Actions(status=status)))
    desk.read(ask(1, NOW - HOUR, text="return"))
    ticket = desk.only_ticket()
    assert (ticket["status"], ticket["due_at"]) == ("new", "2026-11-23T08:00:00Z")
    assert acts(desk) == []
    with desk.store.read() as session:
        assert session.scalars(select(Ticket.decided)).one() is None


def test_a_rule_sets_the_status_of_a_notice_that_owes_nothing(desk: Desk) -> None:
    on_claims = (Condition("kind", ("a_to_z_opened",)),)
    make(desk, Rule(0, "Claims", on_claims, Actions(status="solved", tags=("claim",))))
    desk.read(claim(ORDERS[1], NOW - HOUR))
    ticket = desk.only_ticket()
    assert (ticket["status"], ticket["tags"]) == ("solved", ["claim"])


def test_what_a_person_decided_stays(desk: Desk) -> None:
    people.add(desk.store, "Ana", "agent", actor=desk.supervisor(), now=NOW)
    make(desk, replace(RETURN, actions=Actions(owner="Ana", type="Return", tags=("return",))))
    desk.read(ask(1, NOW - 3 * HOUR, t="A0SAME", text="return"))
    boss, ticket = desk.supervisor(), only(desk).id
    actions.change_type(desk.store, ticket, only(desk).version, actor=boss, now=NOW, type="Warranty")
    actions.unassign(desk.store, ticket, only(desk).version, actor=boss, now=NOW, person="Ana", reason="ill")
    actions.assign(desk.store, ticket, only(desk).version, actor=boss, now=NOW, person=boss.name)
    tags.remove(desk.store, ticket, only(desk).version, actor=boss, now=NOW, tag="return")
    desk.read(ask(2, NOW - HOUR, t="A0SAME", text="I return it"))
    found = only(desk)
    assert (found.type, found.owners, found.tags) == ("Warranty", (boss.name,), ())


def test_a_status_that_a_person_chose_after_the_mail_was_sent_stays(desk: Desk) -> None:
    desk.read(ask(1, NOW - 5 * HOUR, order=ORDERS[1]), copy(1, NOW - 4 * HOUR, order=ORDERS[1]))
    desk.supervisor()
    make(desk, Rule(0, "Any", (Condition("account", ("acme",)),), Actions(status="on_hold")))
    ticket = only(desk)
    actions.set_status(
        desk.store,
        ticket.id,
        ticket.version,
        actor=desk.supervisor(),
        now=NOW,
        status="solved",
        solved_reason="known_fix",
    )
    desk.read(claim(ORDERS[1], NOW - HOUR))
    assert seen(desk, ticket.id).status == "solved"


def test_reading_all_mail_again_applies_nothing_twice(every_desk: Desk) -> None:
    make(every_desk)
    every_desk.read(ask(1, NOW - HOUR, text="return"))
    ticket = only(every_desk)
    tags.remove(every_desk.store, ticket.id, ticket.version, actor=every_desk.supervisor(), now=NOW, tag="return")
    before = acts(every_desk)
    reparse(every_desk.store, every_desk.settings, NOW, only_set_aside=False)
    assert acts(every_desk) == before
    assert only(every_desk).tags == ()


def test_a_rebuilt_mirror_applies_nothing_twice(desk: Desk) -> None:
    make(desk)
    desk.read(ask(1, NOW - HOUR, text="return"))
    ticket = only(desk)
    tags.remove(desk.store, ticket.id, ticket.version, actor=desk.supervisor(), now=NOW, tag="return")
    before = acts(desk)
    with desk.store.write() as session:
        session.execute(delete(Message))
        session.execute(update(RawMail).values(message_row=None))
    reparse(desk.store, desk.settings, NOW, only_set_aside=False)
    assert len(desk.messages()) == 1
    assert (acts(desk), only(desk).tags) == (before, ())


def test_a_rule_switched_on_later_leaves_old_mail_alone(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR, text="return"))
    make(desk)
    reparse(desk.store, desk.settings, NOW, only_set_aside=False)
    assert only(desk).tags == ()


def test_mail_before_the_horizon_of_a_first_import_is_left_alone(desk: Desk) -> None:
    make(desk)
    desk.read(ask(1, NOW - 40 * DAY, text="return"))
    assert only(desk).tags == ()


def test_a_failed_batch_leaves_no_trace_of_a_rule(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make(desk)

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(desks.Changes, "write", fails)
    with pytest.raises(KeyboardInterrupt):
        desk.read(ask(1, NOW - HOUR, text="return"))
    monkeypatch.undo()
    with desk.store.read() as session:
        assert session.scalars(select(TriageApplied)).all() == []
    desk.sync()
    assert only(desk).tags == ("return",)


def test_somebody_who_left_is_given_nothing(desk: Desk) -> None:
    boss = desk.supervisor()
    people.add(desk.store, "Ana", "agent", actor=boss, now=NOW)
    make(desk, replace(RETURN, actions=Actions(owner="Ana", tags=("return",))))
    people.set_disabled(desk.store, "Ana", True, actor=boss, now=NOW)
    desk.read(ask(1, NOW - HOUR, text="return"))
    assert (only(desk).owners, only(desk).tags) == ((), ("return",))


def test_a_ticket_that_a_person_opened_is_asked_about_as_opened_by_hand(desk: Desk) -> None:
    make(desk, Rule(0, "By hand", (Condition("channel", ("by_hand",)),), Actions(tags=("by hand",))))
    opening.open_ticket(
        desk.store,
        desk.settings,
        account="acme",
        order_id=ORDERS[1],
        buyer="",
        marketplace="US",
        subject="A call",
        actor=desk.supervisor(),
        now=NOW,
    )
    assert only(desk).tags == ("by hand",)
    (rule,) = triage_rules.rules(desk.store)
    assert triage_rules.dry_run(desk.store, rule.id, actor=desk.supervisor(), now=NOW).matched == 1


# The dry run


@pytest.fixture
def history(every_desk: Desk) -> Desk:
    """Mail of three months: two returns in one conversation, one in another, a question, a claim, an old return."""
    every_desk.read(
        ask(1, NOW - 20 * DAY, t="A0SAME", order=ORDERS[1], text="I want to return it"),
        ask(2, NOW - 20 * DAY + HOUR, t="A0SAME", order=ORDERS[1], text="Return label please"),
        ask(3, NOW - 10 * DAY, alias="bbbbbbbbbbbbbb", order=ORDERS[2], text="I send it back", name="Bo Example"),
        ask(4, NOW - 5 * DAY, alias="cccccccccccccc", order=ORDERS[3], text="Is it dimmable?", name="Cy Example"),
        claim(ORDERS[4], NOW - 4 * DAY),
        ask(5, NOW - 91 * DAY, alias="dddddddddddddd", order=ORDERS[5], text="return", name="Di Example"),
    )
    return every_desk


def test_the_dry_run_says_what_would_change_by_day_and_changes_nothing(history: Desk) -> None:
    before = history.state()
    rule_id = make(history, replace(RETURN, actions=Actions(status="solved", tags=("return",))), on=False)
    told: list[float] = []
    found = triage_rules.dry_run(history.store, rule_id, actor=history.supervisor(), now=NOW, progress=told.append)
    assert (found.looked, found.matched, found.tickets) == (5, 3, 2)
    assert found.done == (("tag return", 2),)
    assert dict(found.left) == {
        "status Solved: a buyer waits for an answer, so the status stays": 3,
        "tag return: done for an earlier message": 1,
    }
    assert [(day.isoformat(), n) for day, n in found.days] == [("2026-11-02", 2), ("2026-11-12", 1)]
    assert [match.row.order_id for match in found.rows] == [ORDERS[2], ORDERS[1], ORDERS[1]]
    assert found.rows[0].does == ("tag return",)
    assert told == sorted(told)
    assert told[-1] == 1.0
    after = history.state()
    assert {name: rows for name, rows in after.items() if name != "activity"} == {
        name: rows for name, rows in before.items() if name != "activity"
    }
    assert triage_rules.last_dry_run(history.store, rule_id, now=NOW) == found


def test_the_dry_run_does_what_the_rule_then_does(history: Desk, tmp_path: Path) -> None:
    rule = Rule(0, "Claims", (Condition("kind", ("a_to_z_opened",)),), Actions(status="solved", tags=("claim",)))
    rule_id = make(history, rule, on=True)
    found = triage_rules.last_dry_run(history.store, rule_id, now=NOW)
    assert found is not None
    assert found.done == (("status Solved", 1), ("tag claim", 1))
    history.read(claim(ORDERS[6], NOW - HOUR))
    with history.store.read() as session:
        card = session.scalars(select(Card).where(Card.order_id == ORDERS[6])).one()
    assert (card.status, card.tags) == ("solved", "claim")


def test_a_rule_above_that_stops_is_respected_by_the_dry_run(history: Desk) -> None:
    make(history, Rule(0, "Not Bo", (Condition("sender", ("bo example",)),), Actions(), stop=True))
    rule_id = make(history, on=False)
    found = triage_rules.dry_run(history.store, rule_id, actor=history.supervisor(), now=NOW)
    assert (found.matched, found.stopped) == (2, 1)


def test_a_condition_on_the_order_value_holds_for_nothing_before_orders_are_synced(history: Desk) -> None:
    dear = Rule(0, "Dear", (Condition("order_value", ("10000", "EUR"), "at_least"),), Actions(tags=("dear",)))
    found = triage_rules.dry_run(history.store, make(history, dear, on=False), actor=history.supervisor(), now=NOW)
    assert (found.looked, found.matched) == (5, 0)


def test_what_is_kept_of_a_dry_run_names_no_buyer(history: Desk) -> None:
    make(history)
    with history.store.read() as session:
        kept = str(session.execute(select(TriageDryRun.result)).all())
    assert "Example" not in kept
    assert ORDERS[1] not in kept


def test_a_dry_run_over_much_mail_keeps_little_and_takes_it_piece_by_piece(
    fresh_store: Callable[[], Store], tmp_path: Path
) -> None:
    results, sizes = {}, []
    for n in (10, 1000):
        desk = Desk(fresh_store(), tmp_path / str(n))
        seeding.fill(desk.store, n, seed=1, now=NOW)
        rule_id = make(
            desk, Rule(0, "All", (Condition("account", tuple(seeding.ACCOUNTS)),), Actions(tags=("x",))), on=False
        )
        fetched = 0

        def note(*_: object) -> None:
            nonlocal fetched
            fetched += 1

        for engine in desk.store.engines:
            event.listen(engine, "before_cursor_execute", note)
        results[n] = triage_rules.dry_run(desk.store, rule_id, actor=desk.supervisor(), now=NOW)
        sizes.append(fetched)
    assert results[1000].matched > 1000
    assert results[1000].tickets <= 1000
    assert len(results[1000].rows) == 50
    pieces = -(-results[1000].matched // 500)
    assert sizes[1] - sizes[0] <= pieces * 8


# Switching, wording, history


def test_a_rule_is_switched_on_only_after_a_dry_run_of_its_present_wording(desk: Desk) -> None:
    store, boss = desk.store, desk.supervisor()
    rule_id = make(desk, on=False)
    with pytest.raises(Rejected, match="dry run of this wording first"):
        triage_rules.switch(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, on=True)
    triage_rules.dry_run(store, rule_id, actor=boss, now=NOW)
    triage_rules.switch(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, on=True)
    other = replace(RETURN, conditions=(Condition("text", ("refund",)),))
    triage_rules.change(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, rule=other)
    assert triage_rules.rules(store)[0].on_since is None, "another wording is off until it is dry-run"
    with pytest.raises(Rejected, match="dry run of this wording first"):
        triage_rules.switch(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, on=True)
    triage_rules.change(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, rule=RETURN)
    triage_rules.switch(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, on=True)
    assert triage_rules.rules(store)[0].on_since == NOW, "the old wording was dry-run before"


def test_another_name_or_place_leaves_a_rule_on(desk: Desk) -> None:
    store, boss = desk.store, desk.supervisor()
    rule_id = make(desk)
    renamed = replace(RETURN, name="Goods back")
    triage_rules.change(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW, rule=renamed)
    assert [(line.rule.name, line.on_since) for line in triage_rules.rules(store)] == [("Goods back", NOW)]


def test_the_history_says_who_did_what_and_from_when_to_when_it_was_on(desk: Desk) -> None:
    store, boss = desk.store, desk.supervisor()
    rule_id = make(desk)
    triage_rules.switch(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW + HOUR, on=False)
    found = triage_rules.history(store, rule_id)
    assert [(each.what, each.at) for each in found] == [("off", NOW + HOUR), ("on", NOW), ("made", NOW)]
    assert found[-1].sentence == "If text contains “send it back” or “return”: tag return."
    logged = [row["what"] for row in desk.rows("activity") if row["object"] == f"rule:{rule_id}"]
    assert logged == ["rule.made", "rule.dry_run", "rule.on", "rule.off"]


def test_a_deleted_rule_does_nothing_and_comes_back_switched_off(desk: Desk) -> None:
    store, boss = desk.store, desk.supervisor()
    rule_id = make(desk)
    left = triage_rules.delete(store, rule_id, version_of(desk, rule_id), actor=boss, now=NOW)
    assert names(desk) == []
    desk.read(ask(1, NOW - HOUR, text="return"))
    assert only(desk).tags == ()
    triage_rules.restore(store, rule_id, left, actor=boss, now=NOW)
    assert [(line.rule.name, line.on_since) for line in triage_rules.rules(store)] == [("Returns", None)]


def test_moving_beyond_the_ends_changes_nothing(desk: Desk) -> None:
    boss = desk.supervisor()
    ids = [make(desk, replace(RETURN, name=name), on=False) for name in "abc"]
    triage_rules.move(desk.store, ids[0], 1, actor=boss, now=NOW, up=True)
    triage_rules.move(desk.store, ids[2], 1, actor=boss, now=NOW, up=False)
    assert names(desk) == ["a", "b", "c"]
    triage_rules.move(desk.store, ids[0], 2, actor=boss, now=NOW, up=False)
    assert names(desk) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (replace(RETURN, conditions=()), "at least one condition"),
        (replace(RETURN, conditions=(Condition("text", (" ",)),)), "text is empty"),
        (replace(RETURN, actions=Actions()), "what the rule does"),
        (replace(RETURN, actions=Actions(status="closed")), "Pending, On-hold or Solved"),
        (replace(RETURN, actions=Actions(tags=("a,b",))), "no comma"),
        (replace(RETURN, conditions=(Condition("order_value", ("ten", "EUR"), "at_least"),)), "amount"),
        (replace(RETURN, name="  "), "name of 1 to 60"),
        (replace(RETURN, name="Taken"), "called Taken already"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_mend(desk: Desk, rule: Rule, sentence: str) -> None:
    make(desk, replace(RETURN, name="Taken"), on=False)
    with pytest.raises(Rejected, match=sentence):
        triage_rules.create(desk.store, rule, actor=desk.supervisor(), now=NOW)


def test_agents_may_look_but_not_change(desk: Desk) -> None:
    rule_id = make(desk, on=False)
    for write in (
        lambda: triage_rules.create(desk.store, RETURN, actor=AGENT, now=NOW),
        lambda: triage_rules.change(desk.store, rule_id, 1, actor=AGENT, now=NOW, rule=RETURN),
        lambda: triage_rules.switch(desk.store, rule_id, 1, actor=AGENT, now=NOW, on=True),
        lambda: triage_rules.move(desk.store, rule_id, 1, actor=AGENT, now=NOW, up=True),
        lambda: triage_rules.delete(desk.store, rule_id, 1, actor=AGENT, now=NOW),
        lambda: triage_rules.dry_run(desk.store, rule_id, actor=AGENT, now=NOW),
    ):
        with pytest.raises(Rejected, match="Only a supervisor"):
            write()
    assert len(triage_rules.rules(desk.store)) == 1


def test_a_stale_version_is_refused(desk: Desk) -> None:
    rule_id = make(desk)
    with pytest.raises(Stale):
        triage_rules.switch(desk.store, rule_id, 1, actor=desk.supervisor(), now=NOW, on=False)


def test_the_examples_can_be_kept_and_switched_on_as_they_are(desk: Desk) -> None:
    for example in triage_rules.EXAMPLES:
        make(desk, example)
    desk.read(claim(ORDERS[1], NOW - HOUR), ask(2, NOW - HOUR, text="Ich möchte eine RÜCKSENDUNG"))
    assert sorted((row["status"], *row["tags"]) for row in desk.tickets()) == [("new", "return"), ("on_hold", "claim")]


def test_a_view_that_a_rule_fills_is_neither_deleted_nor_hidden(desk: Desk) -> None:
    make(desk, new_view="Returns")
    (view,) = views.saved(desk.store, now=NOW, actor=desk.supervisor())
    with pytest.raises(Rejected, match="rule Returns"):
        views.delete(desk.store, view.id, view.version, actor=desk.supervisor(), now=NOW)
    with pytest.raises(Rejected, match="all must see it"):
        views.share(desk.store, view.id, view.version, actor=desk.supervisor(), now=NOW, shared=False)
    desk.read(ask(1, NOW - HOUR, text="return"), ask(2, NOW - HOUR, alias="bbbbbbbbbbbbbb"))
    rows = queue(desk.store, Filters(box="all", view=str(view.id)), now=NOW, actor=AGENT).rows
    assert [row.tags for row in rows] == [("return",)]


def test_importing_without_rules_costs_one_statement_a_batch(desk: Desk) -> None:
    statements: list[str] = []
    for engine in desk.store.engines:
        event.listen(engine, "before_cursor_execute", lambda _c, _cur, sql, *_: statements.append(sql))
    desk.read(*(ask(n, NOW - timedelta(minutes=n), alias=f"alias{n:09}") for n in range(1, 40)))
    assert sum("FROM triage" in sql for sql in statements) == 1
