"""Filters of the Feedback page, which stand in the URL, and writes that are refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import at_work
from services.errors import Rejected

SAID = "feedback-said"
MARKS = ("before", "after", "id")
"""Parameters that make no sense any more once the list is narrowed differently."""


def keep(param: str, key: str) -> None:
    """Let a filter stand in the URL; the list begins anew."""
    value = st.session_state.get(key)
    for old in (*MARKS, param):
        st.query_params.pop(old, None)
    if value:
        st.query_params[param] = value


def choice(label: str, param: str, labels: Mapping[str, str], *, width: int = 170, everything: bool = True) -> str:
    """A filter; what the URL says if that exists, else the first entry: that for all, if there is one."""
    offered = {"": f"{label}: all", **labels} if everything else labels
    asked = st.query_params.get(param, "")
    chosen = asked if asked in labels else next(iter(offered))
    key = f"{param}-{chosen}"
    options: dict[str, Any] = {"format_func": offered.__getitem__, "label_visibility": "collapsed", "width": width}
    at = list(offered).index(chosen)
    st.selectbox(label, list(offered), at, key=key, on_change=keep, args=(param, key), **options)
    return chosen


def text(param: str, longest: int = 80) -> str:
    """A parameter of the URL."""
    return st.query_params.get(param, "")[:longest]


def number(param: str) -> int | None:
    """A number in the URL, or None."""
    asked = st.query_params.get(param, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def write(what: Callable[..., Any], *args: Any, settings: bool = False, **values: Any) -> Any:
    """Do something as whoever is there now; None, and a sentence on the page, if it is refused."""
    frame = at_work()
    first = (frame.store, frame.settings) if settings else (frame.store,)
    try:
        return what(*first, *args, actor=frame.actor, now=frame.now, **values)
    except Rejected as refused:
        st.session_state[SAID] = str(refused)
        return None


def draw_said() -> None:
    """What was refused, or done, by the last click."""
    if said := st.session_state.pop(SAID, ""):
        st.info(words.plain(said))
