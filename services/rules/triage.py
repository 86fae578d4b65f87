"""Triage rules: conditions on an arriving message, and what they make of its ticket; never a reply, never a clock.

What is not known fulfils no condition. The first rule that decides a status, an owner or a type decides it; tags and
views add up. A rule that says stop ends the list. Every decision and everything left alone says by which rule and why.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from services.rules import money
from services.rules.mail_kinds import KINDS
from services.rules.ticket_status import LABELS, may_change_type

CHANNELS = {"mailbox": "Mailbox", "folder": "Mail folder", "by_hand": "Opened by hand"}
FIELDS = {
    "channel": "channel",
    "account": "account",
    "marketplace": "marketplace",
    "kind": "kind of mail",
    "language": "language",
    "subject": "subject",
    "sender": "sender",
    "text": "text",
    "order_value": "order value",
}
ONE_OF = frozenset({"channel", "account", "marketplace", "kind", "language"})
WORDS_IN = frozenset({"subject", "sender", "text"})
STATUSES = ("pending", "on_hold", "solved")
"""What a rule may set; a ticket is closed by people only."""
UNKNOWN_ORDER = "the order value is not known until orders are synced"
MOST_VALUES, LONGEST_VALUE = 50, 200


@dataclass(frozen=True)
class Condition:
    """`field` is one of `values` (ONE_OF), contains one of them (WORDS_IN), or is an order value.

    For an order value: `operator` at_least or at_most, `values` = (minor units, currency).
    """

    field: str
    values: tuple[str, ...]
    operator: str = ""


@dataclass(frozen=True)
class Actions:
    """What a rule does; empty strings do nothing. `view` is a view's id as text."""

    status: str = ""
    owner: str = ""
    type: str = ""
    view: str = ""
    tags: tuple[str, ...] = ()

    def listed(self) -> tuple[tuple[str, str], ...]:
        """(action, value) one by one."""
        single = ((name, getattr(self, name)) for name in ("status", "owner", "type", "view"))
        return tuple(pair for pair in single if pair[1]) + tuple(("tag", tag) for tag in self.tags)


@dataclass(frozen=True)
class Rule:
    """A rule: `every` condition must hold, or any one of them."""

    id: int
    name: str
    conditions: tuple[Condition, ...]
    actions: Actions
    every: bool = True
    stop: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of an arriving message; None is not known. `senders`: relay and reply addresses, and the name."""

    channel: str
    account: str
    kind: str
    marketplace: str | None = None
    subject: str = ""
    senders: tuple[str, ...] = ()
    text: str = ""
    language: str | None = None
    order_value: tuple[int, str] | None = None

    @cached_property
    def folded(self) -> Mapping[str, str]:
        """What words are looked for in."""
        return {"subject": fold(self.subject), "sender": fold("\n".join(self.senders)), "text": fold(self.text)}


@dataclass(frozen=True)
class Ticket:
    """The ticket of the message, as far as rules must respect it.

    `owed`: a buyer waits for an answer. `decided_later`: a person chose its status after the message was sent.
    `taken_off`: (tag or view, value) that a rule had put on it and somebody took off.
    """

    owed: bool
    status: str = ""
    type: str = ""
    type_chosen: bool = False
    owners: tuple[str, ...] = ()
    decided_later: bool = False
    has: frozenset[tuple[str, str]] = frozenset()
    taken_off: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class House:
    """Who can be given tickets, and which views there are; what is gone is left alone."""

    people: frozenset[str]
    views: frozenset[str]


@dataclass(frozen=True)
class Step:
    """One action of a plan and the rule that decided it; `why` it is left alone, else empty."""

    action: str
    value: str
    rule: Rule
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be done, what is left alone and why, which rules matched, and which one ended the list."""

    steps: tuple[Step, ...] = ()
    left: tuple[Step, ...] = ()
    matched: tuple[Rule, ...] = ()
    stopped_by: Rule | None = None


@dataclass
class _Planning:
    ticket: Ticket
    house: House
    steps: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    decided: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule, action: str, value: str) -> None:
        if why := self._why_not(action, value):
            self.left.append(Step(action, value, rule, why))
            return
        self.steps.append(Step(action, value, rule))
        if action in ("tag", "view"):
            self.ticket = replace(self.ticket, has=self.ticket.has | {(action, value)})
        else:
            self.decided[action] = rule

    def _why_not(self, action: str, value: str) -> str:
        if action in self.decided:
            return f"the rule {self.decided[action].name} has decided it"
        if self.ticket.status == "closed" and not self.ticket.owed:
            return "the ticket is Closed"
        return _REASONS[action](value, self.ticket, self.house)


def fold(text: str) -> str:
    """Text as words are compared: without case, width or extra white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def matches(rule: Rule, facts: Facts) -> tuple[bool, tuple[str, ...]]:
    """Whether a rule's conditions hold, and for each of them why or why not."""
    judged = [_holds(condition, facts) for condition in rule.conditions]
    holds = (all if rule.every else any)(one for one, _ in judged)
    return bool(judged) and holds, tuple(why for _, why in judged)


def plan(rules: Sequence[Rule], facts: Facts, ticket: Ticket, house: House) -> Plan:
    """What the rules, in their order, make of the ticket of an arriving message."""
    planning, matched = _Planning(ticket, house), []
    stopped_by = None
    for rule in rules:
        if not matches(rule, facts)[0]:
            continue
        matched.append(rule)
        for action, value in rule.actions.listed():
            planning.add(rule, action, value)
        if rule.stop:
            stopped_by = rule
            break
    return Plan(tuple(planning.steps), tuple(planning.left), tuple(matched), stopped_by)


def _holds(condition: Condition, facts: Facts) -> tuple[bool, str]:
    name = FIELDS[condition.field]
    if condition.field == "order_value":
        return _order_value(condition, facts.order_value)
    if condition.field in ONE_OF:
        known = getattr(facts, condition.field)
        if known is None:
            return False, f"the {name} is not known"
        return known in condition.values, f"the {name} is {_word(condition.field, known)}"
    there = facts.folded[condition.field]
    found = next((word for word in condition.values if fold(word) and fold(word) in there), None)
    return found is not None, f"the {name} contains “{found}”" if found else f"the {name} contains none of the words"


def _order_value(condition: Condition, known: tuple[int, str] | None) -> tuple[bool, str]:
    if known is None:
        return False, UNKNOWN_ORDER
    wanted, currency = int(condition.values[0]), condition.values[1]
    if known[1] != currency:
        return False, f"the order is in {known[1]}, not {currency}"
    holds = known[0] >= wanted if condition.operator == "at_least" else known[0] <= wanted
    return holds, f"the order value is {money.decimal_string(*known)} {currency}"


def _status_stays(value: str, ticket: Ticket, house: House) -> str:
    del house
    if ticket.owed:
        return "a buyer waits for an answer, so the status stays"
    if ticket.decided_later:
        return "somebody chose the status after this mail was sent"
    return f"it is {LABELS[value]} already" if ticket.status == value else ""


def _owner_stays(value: str, ticket: Ticket, house: House) -> str:
    if ticket.owners:
        return f"it has an owner: {ticket.owners[0]}"
    return "" if value in house.people else f"{value} does not work here"


def _type_stays(value: str, ticket: Ticket, house: House) -> str:
    del house
    if ticket.type == value:
        return f"the type is {value} already"
    if ticket.type_chosen:
        return "the type was chosen before"
    return may_change_type(ticket.type, "") or ""


def _tag_stays(value: str, ticket: Ticket, house: House) -> str:
    del house
    return _label_stays(("tag", value), ticket)


def _view_stays(value: str, ticket: Ticket, house: House) -> str:
    return _label_stays(("view", value), ticket) if value in house.views else "there is no such view any more"


def _label_stays(label: tuple[str, str], ticket: Ticket) -> str:
    if label in ticket.has:
        return "it is there already"
    return "somebody took it off" if label in ticket.taken_off else ""


_REASONS = {
    "status": _status_stays,
    "owner": _owner_stays,
    "type": _type_stays,
    "tag": _tag_stays,
    "view": _view_stays,
}


def _word(name: str, value: str) -> str:
    if name == "kind" and value in KINDS:
        return KINDS[value].label
    return CHANNELS.get(value, value) if name == "channel" else value


# A rule's wording as it is stored, checked and said.


def wording_of(rule: Rule) -> dict[str, Any]:
    """All of a rule but its name, as JSON values."""
    return {
        "conditions": [{"field": c.field, "operator": c.operator, "values": list(c.values)} for c in rule.conditions],
        "every": rule.every,
        "actions": {**vars(rule.actions), "tags": list(rule.actions.tags)},
        "stop": rule.stop,
    }


def rule_of(id_: int, name: str, wording: Mapping[str, Any]) -> Rule:
    """The rule of a stored wording."""
    conditions = (Condition(c["field"], tuple(c["values"]), c["operator"]) for c in wording["conditions"])
    actions = Actions(**{**wording["actions"], "tags": tuple(wording["actions"]["tags"])})
    return Rule(id_, name, tuple(conditions), actions, wording["every"], wording["stop"])


def fingerprint(rule: Rule) -> str:
    """The SHA-256 of a rule's wording; its name and its place do not count."""
    canonical = json.dumps(wording_of(rule), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def why_not_savable(rule: Rule) -> str | None:
    """What must be mended before a rule can be kept, or None."""
    if not rule.conditions:
        return "Give at least one condition; a rule without any would touch all mail."
    if not rule.actions.listed() and not rule.stop:
        return "Say what the rule does."
    if rule.actions.status and rule.actions.status not in STATUSES:
        return "A rule can set Pending, On-hold or Solved."
    return next((why for condition in rule.conditions if (why := _broken(condition))), None)


def _broken(condition: Condition) -> str | None:
    name = FIELDS.get(condition.field)
    if name is None:
        return f"There is no condition on {condition.field!r}."
    if len(condition.values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in condition.values):
        return f"The {name} takes up to {MOST_VALUES} entries of up to {LONGEST_VALUE} characters."
    if condition.field == "order_value":
        amount, currency = (*condition.values, "", "")[:2]
        sound = amount.isascii() and amount.isdecimal() and len(amount) < 16 and len(currency) == 3
        return None if sound and condition.operator in ("at_least", "at_most") else "Give an amount and its currency."
    if not condition.values or not all(fold(value) for value in condition.values):
        return f"The condition on the {name} is empty."
    return None


def said(rule: Rule, views: Mapping[str, str]) -> str:
    """A rule in one sentence; `views` are names by id."""
    joint = " and " if rule.every else " or "
    conditions = joint.join(_condition_said(condition) for condition in rule.conditions)
    actions = ", ".join(action_said(*pair, views) for pair in rule.actions.listed())
    stop = ("; " if actions else "") + "no rule below is asked" if rule.stop else ""
    return f"If {conditions}: {actions}{stop}."


def action_said(action: str, value: str, views: Mapping[str, str]) -> str:
    """One action in words."""
    if action == "status":
        return f"status {LABELS.get(value, value)}"
    return f"view {views.get(value, 'that is gone')}" if action == "view" else f"{action} {value}"


def _condition_said(condition: Condition) -> str:
    name = FIELDS[condition.field]
    if condition.field == "order_value":
        amount = f"{money.decimal_string(int(condition.values[0]), condition.values[1])} {condition.values[1]}"
        return f"{name} {condition.operator.replace('_', ' ')} {amount}"
    if condition.field in ONE_OF:
        return f"{name} is {_either(_word(condition.field, value) for value in condition.values)}"
    return f"{name} contains {_either(f'“{value}”' for value in condition.values)}"


def _either(words: Any) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else str(last)
