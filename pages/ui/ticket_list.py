"""A list of tickets as a part of our own: two lines a row, a Time Left that ticks, keys, and answers with ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import streamlit as st

from pages.ui import format as words
from services import settings
from services.inbox.shapes import Related, Row
from services.rules.ticket_status import LABELS

_HERE = Path(__file__).parent


class Line(TypedDict):
    """One row of the list. `due` is in seconds since 1970; `chip` is shown where nothing is due."""

    id: int
    title: str
    sub: str
    side: str
    due: int | None
    chip: str
    tone: str
    unread: bool
    version: NotRequired[int]
    tags: NotRequired[list[str]]


def asset(name: str, kind: str) -> str:
    """The script (js) or style (css) of a part, with what all parts share in front."""
    files = ("time_left", "parts", name)
    return "\n".join((_HERE / f"{each}.{kind}").read_text(encoding="utf-8") for each in files)


_list = st.components.v2.component(
    "within24_ticket_list", js=asset("ticket_list", "js"), css=asset("ticket_list", "css")
)


def ticket_list(
    lines: Iterable[Line],
    *,
    key: str,
    label: str,
    now: datetime,
    at_risk: timedelta,
    empty: str = "",
    selected: int | None = None,
    fill: bool = False,
    keys: bool = False,
    bulk: Sequence[Mapping[str, Any]] = (),
    done: int = 0,
    on_open: Callable[[], None] | None = None,
    on_bulk: Callable[[], None] | None = None,
) -> int | None:
    """Draw the list; gives the id that was opened just now.

    With `bulk` actions tickets can be chosen; `on_bulk` runs before the page is drawn again, and another `done` than
    before tells the list that what was chosen is dealt with.
    `fill` makes it reach to the bottom of the window; `keys` lets J, K and Enter work wherever the focus is.
    `on_open` runs before the page is drawn again and finds the id with `events.asked(key, "open")`.
    """
    data = {
        "rows": list(lines),
        "selected": selected,
        "now": now.timestamp(),
        "frozen": settings.is_frozen(),
        "risk": at_risk.total_seconds(),
        "label": label,
        "empty": empty,
        "fill": fill,
        "keys": keys,
        "bulk": list(bulk),
        "done": done,
    }
    if on_open:
        _list_that_calls(key, data, on_open, on_bulk or _nothing)
        return None
    return _id(_list(key=key, data=data, on_open_change=_nothing, on_bulk_change=_nothing).get("open"))


@st.fragment
def _list_that_calls(
    key: str, data: dict[str, Any], on_open: Callable[[], None], on_bulk: Callable[[], None]
) -> None:
    # A callback that asks for the rerun of one fragment ends all timers of the page (Streamlit 1.67), unless the
    # widget itself stands in a fragment.
    _list(key=key, data=data, on_open_change=on_open, on_bulk_change=on_bulk)


def row_line(row: Row, *, zone: tzinfo, now: datetime) -> Line:
    """A ticket of the queue."""
    facts = [row.buyer or "No name", row.marketplace or "", row.order_id or "no order"]
    waiting = f"{row.waiting} waiting · " if row.waiting > 1 else ""
    return {
        "id": row.id,
        "title": words.title(row),
        "sub": " · ".join(row.why) or " · ".join(fact for fact in facts if fact),
        "side": waiting + (", ".join(row.owners) or "no owner"),
        "due": words.epoch(row.due_at),
        "chip": _chip(row, zone, now),
        "tone": "plain",
        "unread": row.mark == "NEW",
        "version": row.version,
        "tags": list(row.tags),
    }


def related_line(related: Related, *, zone: tzinfo, now: datetime) -> Line:
    """Another ticket of the same order or buyer."""
    facts = [LABELS.get(related.status, related.status), words.when(related.last_at, zone, now)]
    return {
        "id": related.id,
        "title": related.subject,
        "sub": " · ".join(facts),
        "side": f"#{related.id}",
        "due": words.epoch(related.due_at),
        "chip": "",
        "tone": "plain",
        "unread": False,
    }


def _chip(row: Row, zone: tzinfo, now: datetime) -> str:
    if row.snoozed_until:
        return f"until {words.when(row.snoozed_until, zone, now)}"
    return f"{LABELS.get(row.status, row.status)} · {words.when(row.last_at, zone, now)}"


def _id(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _nothing() -> None:
    """A list that is only read by its answer."""
