"""A table of figures as a part of our own: each figure in a tone of urgency, and each opens what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

import streamlit as st

from pages.ui.ticket_list import asset

_figures = st.components.v2.component("within24_figures", js=asset("figures", "js"), css=asset("figures", "css"))


class Cell(TypedDict):
    """One cell: words, smaller words below, and what it answers with when it is picked.

    `tone`: bad, near, stale (grey) or nothing. `chip` draws it as a mark; `inner` moves it in.
    """

    text: str
    sub: NotRequired[str]
    tone: NotRequired[str]
    pick: NotRequired[str]
    chip: NotRequired[bool]
    inner: NotRequired[bool]
    help: NotRequired[str]


def draw_figures(
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    key: str,
    label: str,
    picked: str,
    on_pick: Callable[[str], None],
    tight: bool = False,
) -> None:
    """Draw the table; `on_pick` is called with the `pick` of a cell before the page is drawn again.

    `tight` sets the smaller words beside the others where there is room.
    """
    cells = [list(row) for row in rows]
    data = {"heads": list(heads), "cells": cells, "label": label, "picked": picked, "tight": tight}

    def tell() -> None:
        state = st.session_state.get(key) or {}
        answer = state.get("pick")
        if isinstance(answer, str):
            on_pick(answer[:200])

    _figures(key=key, data=data, on_pick_change=tell)
