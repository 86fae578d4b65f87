"""What the URL of the Meeting page asks for, the pack behind it, and the callbacks that change or write something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import streamlit as st

from pages.ui.frame import Frame, at_work
from services.errors import Rejected
from services.meeting import decisions, files, keep, pack
from services.meeting.decisions import Measured
from services.meeting.keep import Closed
from services.meeting.numbers import Moment, Values, late_news, values
from services.meeting.shapes import Pack
from services.rules import periods
from services.rules.periods import Kind, Period

KINDS: dict[Kind, str] = {"week": "Week", "month": "Month"}
PARTS = {
    "figures": "Figures",
    "cases": "Worst cases",
    "reasons": "Reasons and items",
    "money": "Claims and money",
    "health": "Account health",
    "duties": "Checklist and follow-ups",
    "decisions": "Decisions",
}
SAID = "meeting-said"
FRESH = timedelta(minutes=5)
"""A pack that is not closed is counted anew after this time."""


@dataclass(frozen=True)
class Shown:
    """The pack of the page, and its closing if it is a kept one."""

    pack: Pack
    closed: Closed | None


def kind() -> Kind:
    """Week or month."""
    return "month" if st.query_params.get("kind") == "month" else "week"


def part() -> str:
    """Which part is open."""
    asked = st.query_params.get("part", "")
    if asked not in PARTS:
        return "decisions" if "decision" in st.query_params else "figures"
    return asked


def period(frame: Frame) -> Period:
    """The period that the URL names, that of the named decision, else the last one that is over.

    Whatever makes no sense, or lies ahead, is the last one that is over.
    """
    name = st.query_params.get("period", "")[:10]
    if not name and (found := decision(frame)):
        return periods.parse(found.kind, found.period)
    try:
        return pack.period_of(kind(), name, frame.now)
    except Rejected:
        return periods.last_over(kind(), frame.now)


def decision(frame: Frame) -> decisions.Decision | None:
    """The decision that the URL names."""
    asked = st.query_params.get("decision", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    return decisions.by_id(frame.store, frame.settings, int(asked), frame.now, measured(frame))


def put(**asked: str) -> None:
    """Let choices stand in the URL; an empty one is taken off."""
    for name, value in asked.items():
        st.query_params.pop(name, None)
        if value:
            st.query_params[name] = value


def choose(param: str, key: str) -> None:
    """The callback of a control whose value goes into the URL."""
    more = {"period": "", "decision": ""} if param == "kind" else {"decision": ""}
    put(**{**more, param: str(st.session_state.get(key) or "")})


def shown(frame: Frame, wanted: Period) -> Shown:
    """The closed pack of a period, else one that is counted now and remembered for a few minutes."""
    closed = keep.closed(frame.store, wanted)
    if closed is not None:
        return Shown(closed.pack, closed)
    return Shown(_built(frame.store.url, wanted.kind, wanted.name, _stamp(frame), frame), None)


def measured(frame: Frame) -> Measured:
    """The figures of decisions that were measured within the last minutes."""
    stamp, held = _stamp(frame), st.session_state.get("meeting-measured")
    if held is None or held[0] != stamp:
        held = st.session_state["meeting-measured"] = (stamp, {})
    remembered: Measured = held[1]
    return remembered


def _stamp(frame: Frame) -> float:
    return frame.now.timestamp() // FRESH.total_seconds()


def known_now(frame: Frame, wanted: Period) -> tuple[Values, int]:
    """The figures of a period with all that is known now, answers that came later included; how much came later."""
    return _known(frame.store.url, wanted.kind, wanted.name, _stamp(frame), frame)


@st.cache_data(ttl=FRESH, max_entries=16, show_spinner="Counting the period …")
def _built(url: str, kind_: Kind, name: str, stamp: float, _frame: Frame) -> Pack:  # noqa: ARG001
    return pack.build(_frame.store, _frame.settings, periods.parse(kind_, name), _frame.now)


@st.cache_data(ttl=FRESH, max_entries=16, show_spinner="Counting what is known now …")
def _known(url: str, kind_: Kind, name: str, stamp: float, _frame: Frame) -> tuple[Values, int]:  # noqa: ARG001
    wanted = periods.parse(kind_, name)
    later = late_news(_frame.store, wanted)
    return values(_frame.store, _frame.settings, Moment(wanted, _frame.now)), later


def forget() -> None:
    """What was remembered is counted anew: somebody decided something."""
    _built.clear()


def say(text: str) -> None:
    """Say something above the page when it is drawn next."""
    st.session_state[SAID] = text


def close(wanted: Period) -> None:
    """Close the pack of a period that is over."""
    frame = at_work()
    try:
        keep.close(frame.store, frame.settings, wanted, by=frame.actor.name, now=frame.now)
    except Rejected as error:
        say(str(error))
        return
    say(f"The pack of {wanted.title} is closed. It stays as it is now.")


def file(wanted: Period, form: str) -> bytes:
    """A file of a pack, made when somebody asks for it; handing out a period that is over closes it."""
    frame = at_work()
    return files.made(frame.store, frame.settings, wanted, by=frame.actor.name, now=frame.now).draw(form)


def write(what: str, *where: Any, said: str, **values_: Any) -> bool:
    """Let services.meeting.decisions write; whether it did. What is refused is said above the page."""
    frame = at_work()
    try:
        getattr(decisions, what)(frame.store, *where, actor=frame.actor, now=frame.now, **values_)
    except Rejected as error:
        say(str(error))
        return False
    forget()
    say(said)
    return True
