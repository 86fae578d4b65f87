"""The table of cells as a part of our own: duties down, marketplaces or days across; each field answers with a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict

import streamlit as st

from pages.ui.ticket_list import asset

_grid = st.components.v2.component(
    "within24_checklist", js=asset("checklist/grid", "js"), css=asset("checklist/grid", "css")
)


class Head(TypedDict):
    """The head of a column."""

    text: str
    today: bool


class Field(TypedDict):
    """One field: what it answers with, what stands in it, how it looks, its words for readers, and whether flagged.

    `look`: done, wait, due, overdue or missed.
    """

    pick: str
    text: str
    look: str
    help: str
    flag: bool


class Line(TypedDict):
    """A duty; `section` is written above it."""

    title: str
    sub: str
    boxes: list[Field | None]
    section: NotRequired[str]


def draw_grid(
    heads: list[Head], rows: list[Line], *, key: str, label: str, picked: str, on_pick: Callable[[str], None],
    tight: bool = False,
) -> None:  # fmt: skip
    """Draw the table; `on_pick` is called with the key of a field before the page is drawn again."""
    data: dict[str, Any] = {"heads": heads, "rows": rows, "label": label, "picked": picked, "tight": tight}

    def tell() -> None:
        answer = (st.session_state.get(key) or {}).get("pick")
        if isinstance(answer, str):
            on_pick(answer[:200])

    _grid(key=key, data=data, on_pick_change=tell)
