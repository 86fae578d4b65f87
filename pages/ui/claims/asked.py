"""What the URL of the Claims page asks for, and the callbacks that change it or write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.inbox import events
from services.claims import actions, entry
from services.claims.shapes import DUE, KINDS, STATES, Filters, Marked
from services.errors import Rejected

LIST = "cases"
SAID = "claims-said"
VIEWS = {"cases": "Cases", "months": "By month", "rate": "Order defect rate"}
PARAMS = {
    "state": "state", "kind": "kind", "mp": "marketplace", "account": "account", "owner": "owner", "due": "due",
    "month": "month", "result": "result", "order": "order",
}  # fmt: skip
WAYS: Mapping[str, tuple[str, str | None]] = {
    "action_required": ("action_required", None),
    "under_review": ("under_review", None),
    "option_to_appeal": ("option_to_appeal", "granted"),
    "granted": ("closed", "granted"),
    "denied": ("closed", "denied"),
    "withdrawn": ("closed", "withdrawn"),
}
"""What a case can be marked as: (state, outcome)."""


def filters() -> Filters:
    """The filters that stand in the URL."""
    return Filters(**{name: st.query_params.get(param, "")[:60] for param, name in PARAMS.items()})


def view() -> str:
    """Which of the three views is open."""
    asked = st.query_params.get("view", "")
    return asked if asked in VIEWS else "cases"


def number(param: str) -> int | None:
    """A number in the URL, or None."""
    asked = st.query_params.get(param, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def place() -> tuple[str | None, bool]:
    """(mark, backwards) of the page of the list."""
    back = st.query_params.get("before")
    return (back, True) if back else (st.query_params.get("after"), False)


def put(param: str, value: str) -> None:
    """Let a choice stand in the URL; the list begins anew."""
    for old in ("before", "after", param):
        st.query_params.pop(old, None)
    if value:
        st.query_params[param] = value


def choose(param: str, key: str) -> None:
    """The callback of a filter."""
    put(param, str(st.session_state.get(key) or ""))


def turn(param: str, mark: str) -> None:
    """Go to another page of the list."""
    put("before", "")
    st.query_params[param] = mark


def clear() -> None:
    """Take all filters off."""
    for param in PARAMS:
        put(param, "")


def open_case(case_id: int) -> None:
    """Open a case beside the list."""
    st.query_params.pop("ticket", None)
    st.query_params["case"] = str(case_id)


def picked() -> None:
    """The callback of the list."""
    case_id = events.asked(LIST, "open")
    if isinstance(case_id, int | float) and not isinstance(case_id, bool):
        open_case(int(case_id))
    st.rerun()


def say(text: str, undo: str | None = None) -> None:
    """Say something above the page when it is drawn next."""
    st.session_state[SAID] = (text, undo)


def mark(way: str, targets: tuple[tuple[int, int], ...], **values: Any) -> None:
    """Mark cases, or give them to somebody (`way` assign), and say what became of it."""
    frame = at_work()
    try:
        if way == "assign":
            done = _mark(frame, "assign", targets, person=values.get("person") or None)
        elif way in WAYS:
            state, outcome = WAYS[way]
            done = _mark(frame, "state", targets, state=state, outcome=outcome)
        else:
            raise Rejected(events.RELOAD)
    except Rejected as error:
        say(str(error))
        return
    say(_sentence(done), done.undo)


def _mark(frame: Frame, what: str, targets: tuple[tuple[int, int], ...], **values: Any) -> Marked:
    return actions.mark_many(frame.store, what, targets, actor=frame.actor, now=frame.now, **values)


def marked_many() -> None:
    """The callback of the list for all chosen cases."""
    try:
        event = events.read_bulk(events.asked(LIST, "bulk"), at_work().zone)
        mark(event.what, event.targets, **event.values)
    except Rejected as error:
        say(str(error))
    st.session_state["cases-done"] = bulks() + 1
    st.rerun()


def bulks() -> int:
    """How often something was done to several cases in this session."""
    return int(st.session_state.get("cases-done", 0))


def undo(token: str) -> None:
    """Take back what was marked last."""
    frame = at_work()
    try:
        say(_sentence(actions.undo(frame.store, token, actor=frame.actor, now=frame.now)))
    except Rejected as error:
        say(str(error))


def note(case_id: int) -> None:
    """Keep the note that was typed; a refused one stays in its field."""
    frame, key = at_work(), f"note-{case_id}"
    try:
        text = str(st.session_state.get(key) or "")
        actions.add_note(frame.store, case_id, actor=frame.actor, now=frame.now, text=text)
    except Rejected as error:
        say(str(error))
        return
    st.session_state[key] = ""


def tick(case_id: int, version: int, evidence: str, key: str) -> None:
    """Say that a piece of evidence is there, or not."""
    frame = at_work()
    one: dict[str, Any] = {"actor": frame.actor, "now": frame.now}
    try:
        actions.tick(frame.store, case_id, version, evidence=evidence, has=bool(st.session_state[key]), **one)
    except Rejected as error:
        say(str(error))


def enter() -> None:
    """Enter the case that was typed, and open it; a refused one stays in the form."""
    frame, state = at_work(), st.session_state
    told = {name: str(state.get(f"new-{name}") or "") for name in entry.COLUMNS}
    account = str(state.get("new-account") or next(iter(frame.settings.accounts), ""))
    try:
        made = entry.enter(frame.store, frame.settings, account=account, actor=frame.actor, now=frame.now, **told)
    except Rejected as error:
        say(str(error))
        return
    state["new-order_id"] = state["new-amount"] = state["new-reason"] = ""
    open_case(made.case_id)
    joined = "This order has such a case already; what you entered joined it."
    say("The case is entered." if made.is_new else joined, made.undo)


def read_file() -> None:
    """Read the CSV that was chosen; what was set aside is on the Data problems page too."""
    frame, file = at_work(), st.session_state.get("cases-csv")
    if file is None:
        return
    account = str(st.session_state.get("new-account") or next(iter(frame.settings.accounts), ""))
    one: dict[str, Any] = {"account": account, "actor": frame.actor, "now": frame.now}
    try:
        found = entry.read_csv(frame.store, frame.settings, file.getvalue(), file.name, **one)
    except Rejected as error:
        say(str(error))
        return
    aside = [f"line {line}: {why}" for line, why in found.set_aside[:3]]
    more = f" and {len(found.set_aside) - 3} more" if len(found.set_aside) > 3 else ""
    told = f"{words.plural(found.new, 'new case')}, {found.joined} joined known ones."
    say(told + (f" Set aside: {' '.join(aside)}{more}" if aside else ""), found.undo)


def _sentence(done: Marked) -> str:
    reasons = list(dict.fromkeys(done.refused.values()))[:3]
    said = f"{words.plural(len(done.done), 'case')} changed."
    return said + (f" {len(done.refused)} not: {' '.join(reasons)}" if reasons else "")


LABELS = {"state": ("State", STATES), "kind": ("Kind", KINDS), "due": ("Due", DUE)}
"""Filters with fixed choices."""
