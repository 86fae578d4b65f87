"""What the URL of the Checklist page asks for, and the callbacks that change it or write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import at_work
from services import checklist
from services.checklist import Wording
from services.errors import Rejected
from services.rules import checklist as rules
from services.rules.checklist import Key

SAID = "checklist-said"
VIEWS = {"day": "Day", "week": "Week", "month": "Month", "duties": "Duties", "coverage": "Coverage"}
SPANS: dict[str, rules.Rhythm] = {"day": "daily", "week": "weekly", "month": "monthly"}
FARTHEST = timedelta(days=3660)


def view() -> str:
    """Which view is open."""
    asked = st.query_params.get("view", "")
    return asked if asked in VIEWS else "day"


def day(today: date) -> date | None:
    """The day that the URL names, within ten years of today; None for today."""
    try:
        asked = date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return None
    return asked if abs(asked - today) <= FARTHEST else None


def cell() -> Key | None:
    """The cell that the URL names."""
    return Key.read(st.query_params.get("cell", "")[:200])


def duty() -> int | None:
    """The duty that the URL names; 0 for a new one."""
    asked = st.query_params.get("duty", "")
    if asked == "new":
        return 0
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def put(**values: str) -> None:
    """Let choices stand in the URL."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def choose(param: str, key: str) -> None:
    """The callback of a choice."""
    put(**{param: str(st.session_state.get(key) or "")})


def move(to: str) -> None:
    """Go to another day, week or month; the cell that was open stays where it was."""
    put(day=to, cell="")


def pick(text: str) -> None:
    """Open a cell beside the table."""
    put(cell=text)


def say(text: str, undo: str | None = None) -> None:
    """Say something above the page when it is drawn next."""
    st.session_state[SAID] = (text, undo)


def sign(key: Key, form: str, others: dict[str, Key]) -> None:
    """Sign the open cell, and others of the same duty, with what was typed; a refused form keeps it."""
    frame, state = at_work(), st.session_state
    found = int(state.get(f"{form}found") or 0) if state.get(f"{form}what") == "Found" else 0
    targets = [key, *(others[name] for name in state.get(f"{form}also") or () if name in others)]
    note, reason = (str(state.get(f"{form}{name}") or "") for name in ("note", "reason"))
    if state.get(f"{form}what") == "Found" and not found:
        say("Say how many were found, or choose nothing found.")
        return
    told = {"found": found, "note": note, "reason": reason}
    done = _try(checklist.sign, targets, **told)
    if done is not None:
        where = f" for {words.plural(len(targets), 'place')}" if len(targets) > 1 else ""
        more = " If somebody else has to act, escalate it." if found else ""
        say(f"Signed by {frame.actor.name}{where}.{more}", done)


def prove(key: Key) -> None:
    """Ask the store about the open cell now."""
    answer = _try(checklist.prove, key)
    if answer is not None:
        proved = f"Proved: {answer.sentence}."
        say(proved if answer.holds else f"Not proved. {answer.why or answer.sentence + '.'}")


def undo(token: str) -> None:
    """Take back what was signed last."""
    frame = at_work()
    try:
        n = checklist.undo(frame.store, token, actor=frame.actor, now=frame.now)
    except Rejected as error:
        say(str(error))
        return
    say(f"Taken back: {words.plural(n, 'cell')} open again.")


def save(duty_id: int, version: int, typed: Callable[[], tuple[Wording, date]]) -> None:
    """Add a duty, or change one from a day on."""
    wording, from_day = typed()
    if not duty_id:
        made = _try(checklist.add, wording, from_day=from_day)
        if made is not None:
            put(duty=str(made))
            say("The duty is added.")
        return
    since = _try(checklist.change, duty_id, version, wording, from_day=from_day)
    if since is not None:
        say(f"Holds from {since:%a} {since.day} {since:%b %Y} on; what came before stays as it was.")


def end(duty_id: int, version: int, typed: Callable[[], tuple[Wording, date]]) -> None:
    """End a duty."""
    since = _try(checklist.end, duty_id, version, from_day=typed()[1])
    if since is not None:
        say(f"No more cells from {since:%a} {since.day} {since:%b %Y} on; what came before stays.")


def _try(write: Callable[..., Any], *about: Any, **values: Any) -> Any:
    """Do what a button says; a refusal is said, and what was typed stays."""
    frame = at_work()
    try:
        return write(frame.store, frame.settings, *about, actor=frame.actor, now=frame.now, **values)
    except Rejected as refused:
        say(str(refused))
    return None
