"""The list of triage rules in their order, and the examples that an empty page offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui import format as words
from services import triage_rules
from services.rules.triage import Rule
from services.triage_rules import RuleLine

Move = Callable[[RuleLine, bool], None]
"""Called with a rule and whether it goes up."""


def draw_list(lines: Sequence[RuleLine], open_id: str, show: Callable[[int], None], move: Move | None) -> None:
    """The rules with their sentences; without `move` nobody moves them."""
    for at, line in enumerate(lines):
        with st.container(border=True, gap="xsmall", key=f"rule-{line.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.badge("On" if line.on_since else "Off", color="green" if line.on_since else "gray")
                name = f"**{words.plain(line.rule.name)}**" if str(line.id) == open_id else words.plain(line.rule.name)
                st.button(name, key=f"open-{line.id}", type="tertiary", on_click=show, args=(line.id,))
                if move:
                    _arrow("up", line, move, at == 0)
                    _arrow("down", line, move, at == len(lines) - 1)
            st.caption(words.plain(line.sentence))


def _arrow(way: str, line: RuleLine, move: Move, is_last: bool) -> None:
    icon, key = f":material/arrow_{way}ward:", f"{way}-{line.id}"
    args = (line, way == "up")
    st.button("", icon=icon, key=key, disabled=is_last, help=f"Move {way}", type="tertiary", on_click=move, args=args)


def draw_examples(start: Callable[[Rule], None] | None) -> None:
    """What an empty page says, and what it offers to start from."""
    st.markdown("There are no rules yet. A rule can tag, sort and assign what arrives; it never answers a buyer.")
    for example in triage_rules.EXAMPLES:
        with st.container(border=True):
            st.markdown(f"**{example.name}**")
            st.caption(words.plain(triage_rules.sentence(example)))
            if start:
                st.button("Start from this", key=f"example-{example.name}", on_click=start, args=(example,))
