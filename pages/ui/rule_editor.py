"""The form of a triage rule: one line for each condition, one for each thing it does; and what was typed as a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from services.rules import money
from services.rules.mail_kinds import KINDS
from services.rules.marketplaces import MARKETPLACES
from services.rules.templates import LANGUAGES
from services.rules.ticket_status import LABELS
from services.rules.triage import CHANNELS, FIELDS, STATUSES, Actions, Condition, Rule

TICKETED = tuple(kind.name for kind in KINDS.values() if kind.disposition == "ticketed")
NAMES: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "kind": {name: kind.label for name, kind in KINDS.items()},
    "language": LANGUAGES,
}
WORDS = {
    "subject": "Subject contains",
    "sender": "Sender contains",
    "text": "Text contains",
}
CURRENCIES = tuple(sorted({place.currency for place in MARKETPLACES.values()}))
OPERATORS = {"": "Any", "at_least": "At least", "at_most": "At most"}


@dataclass(frozen=True)
class Offer:
    """What can be chosen: accounts and marketplaces of the settings, people, types in use, views by id."""

    accounts: tuple[str, ...]
    marketplaces: tuple[str, ...]
    people: tuple[str, ...]
    types: tuple[str, ...]
    views: Mapping[str, str]


def draw_rule(key: str, rule: Rule, offer: Offer, *, fixed: bool) -> None:
    """The fields of a rule; `key` tells them from those of others, `fixed` lets nobody write."""
    st.text_input("Name", rule.name, key=f"{key}name", max_chars=60, disabled=fixed)
    st.segmented_control(
        "It holds if",
        (True, False),
        default=rule.every,
        format_func=lambda every: "all of these hold" if every else "any of these holds",
        key=f"{key}every",
        required=True,
        disabled=fixed,
    )
    _draw_conditions(key, rule, offer, fixed)
    st.markdown("**Then**")
    _draw_actions(key, rule.actions, offer, fixed)
    st.checkbox("Ask no rule below this one", rule.stop, key=f"{key}stop", disabled=fixed)


def _draw_conditions(key: str, rule: Rule, offer: Offer, fixed: bool) -> None:
    held = {condition.field: condition for condition in rule.conditions}
    options: Mapping[str, Iterable[str]] = {
        "channel": CHANNELS,
        "account": offer.accounts,
        "marketplace": offer.marketplaces,
        "kind": TICKETED,
        "language": LANGUAGES,
    }
    left, right = st.columns(2, gap="small")
    for at, (name, found) in enumerate(options.items()):
        values = held[name].values if name in held else ()
        with (left, right)[at % 2]:
            _choose_some(f"{key}{name}", FIELDS[name].capitalize(), found, values, NAMES.get(name, {}), fixed)
    with right:
        _draw_order_value(key, held.get("order_value"), fixed)
    for name, label in WORDS.items():
        written = ", ".join(held[name].values) if name in held else ""
        st.text_input(
            label, written, key=f"{key}{name}", placeholder="Any of these, with commas between", disabled=fixed
        )


def _draw_order_value(key: str, held: Condition | None, fixed: bool) -> None:
    amount, currency = held.values if held else ("0", CURRENCIES[0])
    value = float(money.decimal_string(int(amount), currency))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        operators = list(OPERATORS)
        at = operators.index(held.operator) if held else 0
        named: dict[str, Any] = {
            "format_func": lambda code: OPERATORS[code],
            "help": "Holds for nothing before orders are synced.",
        }
        st.selectbox("Order value", operators, at, key=f"{key}operator", disabled=fixed, **named)
        st.number_input("Amount", 0.0, value=value, key=f"{key}amount", disabled=fixed)
        st.selectbox("Currency", CURRENCIES, CURRENCIES.index(currency), key=f"{key}currency", disabled=fixed)


def _draw_actions(key: str, actions: Actions, offer: Offer, fixed: bool) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        _choose(f"{key}status", "Status, if no answer is owed", STATUSES, actions.status, LABELS, fixed)
        _choose(f"{key}owner", "Owner, if it has none", offer.people, actions.owner, {}, fixed)
        st.text_input("Tags", ", ".join(actions.tags), key=f"{key}tags", placeholder="With commas", disabled=fixed)
    with right:
        _choose(f"{key}type", "Type", offer.types, actions.type, {}, fixed, new=True)
        _choose(f"{key}view", "View", tuple(offer.views), actions.view, offer.views, fixed)
        st.text_input("Or a new view", key=f"{key}new_view", placeholder="Its name", max_chars=60, disabled=fixed)


def _choose_some(
    key: str, label: str, found: Iterable[str], held: Sequence[str], names: Mapping[str, str], fixed: bool
) -> None:
    options = list(dict.fromkeys([*found, *held]))
    named: dict[str, Any] = {"format_func": lambda value: names.get(value, value), "placeholder": "Any"}
    st.multiselect(label, options, list(held), key=key, disabled=fixed, **named)


def _choose(
    key: str, label: str, found: Iterable[str], held: str, names: Mapping[str, str], fixed: bool, *, new: bool = False
) -> None:
    options = list(dict.fromkeys(["", *found, held]))
    named: dict[str, Any] = {
        "format_func": lambda value: names.get(value, value) or "Leave as it is",
        "accept_new_options": new,
    }
    st.selectbox(label, options, options.index(held), key=key, disabled=fixed, **named)


def typed(key: str) -> tuple[Rule, str]:
    """What stands in the fields as a rule, and the name of a view to be made for it."""
    state = st.session_state
    chosen = [
        Condition(name, tuple(state.get(f"{key}{name}") or ()))
        for name in ("channel", "account", "marketplace", "kind", "language")
    ]
    written = [Condition(name, _split(state.get(f"{key}{name}"))) for name in WORDS]
    actions = Actions(
        **{name: str(state.get(f"{key}{name}") or "") for name in ("status", "owner", "type", "view")},
        tags=_split(state.get(f"{key}tags")),
    )
    conditions = [condition for condition in (*chosen, *written) if condition.values] + _order_value(key)
    name, stop = str(state.get(f"{key}name") or ""), bool(state.get(f"{key}stop"))
    rule = Rule(0, name, tuple(conditions), actions, every=bool(state.get(f"{key}every", True)), stop=stop)
    return rule, str(state.get(f"{key}new_view") or "").strip()


def _order_value(key: str) -> list[Condition]:
    state = st.session_state
    operator, currency = str(state.get(f"{key}operator") or ""), str(state.get(f"{key}currency") or "")
    if not operator:
        return []
    amount = money.minor(str(state.get(f"{key}amount") or 0), currency)
    return [Condition("order_value", (str(amount), currency), operator)]


def _split(written: object) -> tuple[str, ...]:
    """What stands between commas, once each."""
    return tuple(dict.fromkeys(part for each in str(written or "").split(",") if (part := " ".join(each.split()))))
