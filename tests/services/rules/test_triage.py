"""Triage rules: when a condition holds, what a plan does and leaves alone, and the promises that every plan keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.ticket_status import LABELS, LOCKED_TYPES
from services.rules.triage import (
    FIELDS,
    STATUSES,
    UNKNOWN_ORDER,
    Actions,
    Condition,
    Facts,
    House,
    Rule,
    Ticket,
    fingerprint,
    matches,
    plan,
    rule_of,
    said,
    why_not_savable,
    wording_of,
)

FACTS = Facts(
    channel="mailbox",
    account="acme",
    kind="buyer_message",
    marketplace="DE",
    subject="Inquiry from Amazon customer Kim Example",
    senders=("k3x9@marketplace.amazon.de", "Kim Example"),
    text="Ich möchte die  LAMPE\nzurücksenden. Ｆｕｌｌ width",
    language="de",
)
HOUSE = House(frozenset({"Ana", "Ben"}), frozenset({"1", "2"}))
OWED, FREE = Ticket(owed=True, status="new"), Ticket(owed=False, status="pending")


def rule(*conditions: Condition, name: str = "A rule", every: bool = True, stop: bool = False, **does: Any) -> Rule:
    return Rule(1, name, conditions or (YES,), Actions(**does), every, stop)


YES = Condition("account", ("acme",))
NO = Condition("account", ("other",))


@pytest.mark.parametrize(
    ("condition", "holds", "why"),
    [
        (Condition("channel", ("folder", "mailbox")), True, "the channel is Mailbox"),
        (Condition("channel", ("by_hand",)), False, "the channel is Mailbox"),
        (Condition("account", ("acme",)), True, "the account is acme"),
        (Condition("marketplace", ("US", "UK")), False, "the marketplace is DE"),
        (Condition("kind", ("buyer_message",)), True, "the kind of mail is Buyer message"),
        (Condition("language", ("de",)), True, "the language is de"),
        (Condition("subject", ("INQUIRY  from",)), True, "the subject contains “INQUIRY  from”"),
        (Condition("sender", ("kim example",)), True, "the sender contains “kim example”"),
        (Condition("sender", ("K3X9@",)), True, "the sender contains “K3X9@”"),
        (Condition("sender", ("example k3x9",)), False, "the sender contains none of the words"),
        (Condition("text", ("lampe zurück",)), True, "the text contains “lampe zurück”"),
        (Condition("text", ("full WIDTH",)), True, "the text contains “full WIDTH”"),
        (Condition("text", ("nothing", "lampe")), True, "the text contains “lampe”"),
        (Condition("text", (" ",)), False, "the text contains none of the words"),
        (Condition("order_value", ("1", "EUR"), "at_least"), False, UNKNOWN_ORDER),
        (Condition("order_value", ("1", "EUR"), "at_most"), False, UNKNOWN_ORDER),
    ],
)
def test_a_condition_holds_and_says_why(condition: Condition, holds: bool, why: str) -> None:
    assert matches(rule(condition), FACTS) == (holds, (why,))


@pytest.mark.parametrize("field", ["marketplace", "language"])
def test_what_is_not_known_fulfils_no_condition(field: str) -> None:
    unknown = replace(FACTS, **{field: None})  # type: ignore[arg-type]
    assert matches(rule(Condition(field, ("DE", "de"))), unknown) == (False, (f"the {field} is not known",))


@pytest.mark.parametrize(
    ("operator", "known", "holds"),
    [
        ("at_least", (4999, "EUR"), False),
        ("at_least", (5000, "EUR"), True),
        ("at_most", (5000, "EUR"), True),
        ("at_most", (5001, "EUR"), False),
        ("at_least", (9999, "USD"), False),
        ("at_most", (1, "USD"), False),
    ],
)
def test_order_values_are_compared_in_minor_units_of_one_currency(
    operator: str, known: tuple[int, str], holds: bool
) -> None:
    found = matches(rule(Condition("order_value", ("5000", "EUR"), operator)), replace(FACTS, order_value=known))
    assert found[0] is holds


@pytest.mark.parametrize(
    ("conditions", "every", "any_"), [((YES, YES), True, True), ((YES, NO), False, True), ((NO, NO), False, False)]
)
def test_all_or_any_of_the_conditions_must_hold(conditions: tuple[Condition, ...], every: bool, any_: bool) -> None:
    assert matches(rule(*conditions), FACTS)[0] is every
    assert matches(rule(*conditions, every=False), FACTS)[0] is any_


def test_a_rule_without_conditions_matches_nothing() -> None:
    for every in (True, False):
        assert not matches(Rule(1, "x", (), Actions(tags=("x",)), every), FACTS)[0]


@pytest.mark.parametrize(
    ("does", "ticket", "why"),
    [
        ({"status": "solved"}, OWED, "a buyer waits for an answer, so the status stays"),
        ({"status": "solved"}, replace(FREE, decided_later=True), "somebody chose the status after this mail was sent"),
        ({"status": "pending"}, FREE, "it is Pending already"),
        ({"status": "solved"}, replace(FREE, status="closed"), "the ticket is Closed"),
        ({"tags": ("x",)}, replace(FREE, status="closed"), "the ticket is Closed"),
        ({"owner": "Ana"}, replace(OWED, owners=("Ben",)), "it has an owner: Ben"),
        ({"owner": "Zoe"}, OWED, "Zoe does not work here"),
        ({"type": "Return"}, replace(OWED, type_chosen=True), "the type was chosen before"),
        ({"type": "Return"}, replace(OWED, type="Return"), "the type is Return already"),
        ({"view": "3"}, OWED, "there is no such view any more"),
        ({"view": "1"}, replace(OWED, has=frozenset({("view", "1")})), "it is there already"),
        ({"tags": ("x",)}, replace(OWED, has=frozenset({("tag", "x")})), "it is there already"),
        ({"tags": ("x",)}, replace(OWED, taken_off=frozenset({("tag", "x")})), "somebody took it off"),
    ],
)
def test_what_is_left_alone_says_why(does: dict[str, Any], ticket: Ticket, why: str) -> None:
    made = plan([rule(**does)], FACTS, ticket, HOUSE)
    assert made.steps == ()
    assert [step.why for step in made.left] == [why]


@pytest.mark.parametrize("type_", sorted(LOCKED_TYPES))
def test_a_type_that_comes_from_amazon_stays(type_: str) -> None:
    made = plan([rule(type="Return")], FACTS, replace(FREE, type=type_), HOUSE)
    assert "comes from Amazon" in made.left[0].why


def test_the_first_rule_that_decides_something_decides_it_and_tags_add_up() -> None:
    first = rule(name="First", owner="Ana", tags=("a",))
    second = rule(name="Second", owner="Ben", type="Return", tags=("a", "b"))
    made = plan([first, second], FACTS, OWED, HOUSE)
    assert [(step.action, step.value, step.rule.name) for step in made.steps] == [
        ("owner", "Ana", "First"),
        ("tag", "a", "First"),
        ("type", "Return", "Second"),
        ("tag", "b", "Second"),
    ]
    assert [(step.value, step.why) for step in made.left] == [
        ("Ben", "the rule First has decided it"),
        ("a", "it is there already"),
    ]


def test_stop_ends_the_list_only_if_its_rule_matches() -> None:
    stopping, last = rule(YES, name="Stop", stop=True), rule(name="Last", tags=("x",))
    made = plan([stopping, last], FACTS, OWED, HOUSE)
    assert (made.steps, made.stopped_by) == ((), stopping)
    made = plan([replace(stopping, conditions=(NO,)), last], FACTS, OWED, HOUSE)
    assert ([step.value for step in made.steps], made.stopped_by) == (["x"], None)


# Whatever the rules


WORDS = st.sampled_from(["lampe", "LAMPE", "kim", "zzz", "ﬁ", "", "ß", "  "])
CONDITIONS = st.one_of(
    st.builds(Condition, st.sampled_from(["subject", "sender", "text"]), st.tuples(WORDS, WORDS)),
    st.builds(
        Condition, st.sampled_from(["channel", "account", "kind"]), st.tuples(st.sampled_from(["mailbox", "acme", "x"]))
    ),
    st.builds(Condition, st.sampled_from(["marketplace", "language"]), st.tuples(st.sampled_from(["DE", "de", "x"]))),
    st.builds(
        Condition,
        st.just("order_value"),
        st.tuples(st.integers(0, 10**9).map(str), st.sampled_from(["EUR", "JPY"])),
        st.sampled_from(["at_least", "at_most"]),
    ),
)
ACTIONS = st.builds(
    Actions,
    status=st.sampled_from(["", *STATUSES]),
    owner=st.sampled_from(["", "Ana", "Ben", "Zoe"]),
    type=st.sampled_from(["", "Return", "System Message"]),
    view=st.sampled_from(["", "1", "2", "3"]),
    tags=st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(tuple),
)
RULES = st.lists(
    st.builds(
        Rule,
        st.integers(1, 9),
        st.sampled_from(["One", "Two"]),
        st.lists(CONDITIONS, max_size=3).map(tuple),
        ACTIONS,
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
)
MAIL = st.builds(
    Facts,
    channel=st.sampled_from(["mailbox", "folder", "by_hand"]),
    account=st.just("acme"),
    kind=st.sampled_from(["buyer_message", "return_request"]),
    marketplace=st.sampled_from([None, "DE"]),
    subject=st.text(max_size=20),
    senders=st.tuples(st.text(max_size=10)),
    text=st.sampled_from(["", "die Lampe", "ﬁne ß"]),
    language=st.sampled_from([None, "de"]),
    order_value=st.one_of(st.none(), st.tuples(st.integers(0, 10**9), st.sampled_from(["EUR", "JPY"]))),
)
LABELS_OF = st.frozensets(st.tuples(st.sampled_from(["tag", "view"]), st.sampled_from(["a", "b", "1"])), max_size=3)
TICKETS = st.builds(
    Ticket,
    owed=st.booleans(),
    status=st.sampled_from(list(LABELS)),
    type=st.sampled_from(["Other", "Return", "System Message"]),
    type_chosen=st.booleans(),
    owners=st.sampled_from([(), ("Ana",)]),
    decided_later=st.booleans(),
    has=LABELS_OF,
    taken_off=LABELS_OF,
)


@given(RULES, MAIL, TICKETS)
def test_every_plan_keeps_the_promises(rules: list[Rule], facts: Facts, ticket: Ticket) -> None:
    made = plan(rules, facts, ticket, HOUSE)
    done = [(step.action, step.value) for step in made.steps]
    decided = [action for action, _ in done if action not in ("tag", "view")]
    assert len(decided) == len(set(decided)), "one status, one owner, one type"
    assert len(done) == len(set(done)), "nothing twice"
    assert not ticket.owed or "status" not in decided, "no rule hides what is owed"
    assert not ticket.owners or "owner" not in decided, "no rule takes a ticket from its owner"
    assert not ticket.type_chosen or "type" not in decided
    assert not set(done) & (ticket.has | ticket.taken_off)
    assert all(step.why for step in made.left)
    assert not any(step.why for step in made.steps)
    assert all(matches(each, facts)[0] for each in made.matched)
    wanted = sum(len(each.actions.listed()) for each in made.matched)
    assert len(made.steps) + len(made.left) == wanted, "everything is either done or left with a reason"
    if ticket.status == "closed" and not ticket.owed:
        assert not done


@given(RULES, MAIL, TICKETS)
def test_asking_the_rules_again_afterwards_does_nothing_more(rules: list[Rule], facts: Facts, ticket: Ticket) -> None:
    made = plan(rules, facts, ticket, HOUSE)
    done = {step.action: step.value for step in made.steps}
    labels = {(step.action, step.value) for step in made.steps if step.action in ("tag", "view")}
    after = replace(
        ticket,
        has=ticket.has | labels,
        owners=(done["owner"],) if "owner" in done else ticket.owners,
        type=done.get("type", ticket.type),
        type_chosen=ticket.type_chosen or "type" in done,
        status=done.get("status", ticket.status),
        decided_later=ticket.decided_later or "status" in done,
    )
    assert plan(rules, facts, after, HOUSE).steps == ()


@given(RULES, MAIL, TICKETS)
def test_rules_below_a_rule_never_change_what_it_decided(rules: list[Rule], facts: Facts, ticket: Ticket) -> None:
    for n in range(len(rules)):
        first = plan(rules[:n], facts, ticket, HOUSE)
        assert plan(rules, facts, ticket, HOUSE).steps[: len(first.steps)] == first.steps


@given(RULES)
def test_a_wording_is_stored_and_read_back_as_it_was(rules: list[Rule]) -> None:
    for each in rules:
        again = rule_of(each.id, each.name, wording_of(each))
        assert again == each
        assert fingerprint(again) == fingerprint(replace(each, name="Another", id=99))


@given(RULES, RULES)
def test_two_wordings_have_one_fingerprint_only_if_they_are_the_same(some: list[Rule], others: list[Rule]) -> None:
    for one in some:
        for other in others:
            assert (fingerprint(one) == fingerprint(other)) == (wording_of(one) == wording_of(other))


@given(RULES)
def test_whatever_can_be_kept_can_be_said(rules: list[Rule]) -> None:
    for each in rules:
        if why_not_savable(each) is None:
            sentence = said(each, {"1": "One"})
            assert sentence.startswith("If ")
            assert all(FIELDS[condition.field] in sentence for condition in each.conditions)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            rule(Condition("kind", ("return_request",)), Condition("text", ("a", "b")), tags=("x",), view="1"),
            "If kind of mail is Return request and text contains “a” or “b”: view Returns, tag x.",
        ),
        (rule(YES, NO, every=False, stop=True), "If account is acme or account is other: no rule below is asked."),
        (
            rule(Condition("order_value", ("5000", "EUR"), "at_least"), status="on_hold", view="9"),
            "If order value at least 50.00 EUR: status On-hold, view that is gone.",
        ),
        (
            rule(Condition("order_value", ("5000", "JPY"), "at_most"), owner="Ana"),
            "If order value at most 5000 JPY: owner Ana.",
        ),
        (
            rule(Condition("channel", ("folder", "by_hand")), type="Return", stop=True),
            "If channel is Mail folder or Opened by hand: type Return; no rule below is asked.",
        ),
    ],
)
def test_a_rule_is_said_in_one_sentence(wanted: Rule, sentence: str) -> None:
    assert said(wanted, {"1": "Returns"}) == sentence
