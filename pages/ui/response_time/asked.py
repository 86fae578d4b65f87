"""The address of the Response time page: what it asks for, and how a choice gets into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui.frame import Frame
from services.response_time.behind import Behind
from services.response_time.shapes import GROUPS, Wanted
from services.response_time.views import BY
from services.rules.response_cells import BINS, UNKNOWN

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90}
USUAL, OWN = "30 days", "Other days"
VIEWS = {
    "": "Overview",
    "patterns": "When and what",
    "agents": "Agents",
    "times": "First, next, solved",
    "amazon": "Amazon's rate",
    "forecast": "Forecast",
}
TREND = {"day": "By day", "week": "By week"}
NARROWS = {"account": "account", "agent": "agent", "kind": "kind", "lang": "language"}
"""Parameter of the address -> what it narrows to."""
CLICKED = ("group", "day", "slot", "bar", "tick", "turn", "of", "name", "page")
"""What a click put into the address: it ends with every other choice."""
NONE = "-"
"""Stands in the address for what has no value, such as a message in no known language."""
LONGEST_PERIOD = 400
LONGEST = 200


def wanted(frame: Frame, zone: ZoneInfo) -> Wanted:
    """The period, what narrows it and as of when; what makes no sense is left out."""
    as_of = moment() or frame.now
    first, last = days(as_of.astimezone(zone).date())
    values = {name: _value(param) for param, name in NARROWS.items()}
    known_at = as_of if moment() and st.query_params.get("known") == "then" else None
    return Wanted(first, last, as_of, zone, known_at, st.query_params.get("mp", "")[:20] or None, **values)


def days(today: date) -> tuple[date, date]:
    """The first and the last day."""
    first, last = _day("from"), _day("to")
    if first and last and first <= last and (last - first).days < LONGEST_PERIOD:
        return first, last
    n = PERIODS[choice("period", PERIODS, USUAL)]
    return today - timedelta(days=n - 1), today


def has_own_days() -> bool:
    """Whether the address names days of its own."""
    return bool(_day("from") and _day("to"))


def moment() -> datetime | None:
    """The time as of which everything is shown; None: as it is."""
    text = st.query_params.get("asof", "")[:40]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def clicked() -> Behind | None:
    """What was clicked; None: nothing, so no messages are listed."""
    params = st.query_params
    group = params.get("group", "")
    if group not in GROUPS:
        return None
    of, name = params.get("of", ""), params.get("name", "")[:LONGEST]
    chosen = {of: "" if name == NONE else name} if of in BY and name and of != "turn" else {}
    turn = params.get("turn", "")
    return Behind(
        group=group,
        day=_day("day"),
        by=choice("by", TREND, "day"),
        slot=_slot(params.get("slot", "")),
        bar=_bar(params.get("bar", "")),
        tick=_day("tick"),
        turn=turn if turn in ("first", "next") else None,
        **chosen,
    )


def mark() -> tuple[datetime, int] | None:
    """Where the page of messages begins."""
    at, _, number = st.query_params.get("page", "")[:60].partition("_")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), int(number)
    except ValueError:
        return None


def choice(param: str, known: Mapping[str, Any], usual: str) -> str:
    """One of some known words."""
    asked = st.query_params.get(param, usual)
    return asked if asked in known else usual


def active() -> list[str]:
    """The filters that are set."""
    return [param for param in NARROWS if st.query_params.get(param)]


def keep(param: str, key: str) -> None:
    """Let a choice stand in the address; what was clicked before is over."""
    put(**{param: str(st.session_state.get(key) or "").strip()})


def put(**parameters: str) -> None:
    """Write parameters into the address, empty ones out of it; what was clicked before is over."""
    for param in CLICKED:
        st.query_params.pop(param, None)
    for param, value in parameters.items():
        if value:
            st.query_params[param] = value
        else:
            st.query_params.pop(param, None)


def show(group: str, **click: str) -> None:
    """List the messages behind a figure."""
    put(group=group, **click)


def named(value: str) -> str:
    """A name as it stands in the address."""
    return value or NONE


def _value(param: str) -> str | None:
    value = st.query_params.get(param, "")[:LONGEST]
    return "" if value in (NONE, UNKNOWN) else value or None


def _day(param: str) -> date | None:
    try:
        found = date.fromisoformat(st.query_params.get(param, "")[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def _slot(text: str) -> tuple[int, int] | None:
    weekday, _, hour = text.partition("-")
    if not (weekday.isdecimal() and hour.isdecimal() and len(text) < 5):
        return None
    found = int(weekday), int(hour)
    return found if found[0] < 7 and found[1] < 24 else None


def _bar(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 3 and int(text) <= len(BINS) else None
