"""The list of templates with its filters, all of which live in the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import streamlit as st

from pages.ui import format as words
from pages.ui.ticket_list import Line, ticket_list
from services.rules.marketplaces import MARKETPLACES
from services.rules.templates import LANGUAGES


class Listed(Protocol):
    """What the list shows of a template."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def marketplaces(self) -> tuple[str, ...]: ...
    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def active(self) -> bool: ...
    @property
    def used(self) -> int: ...


def draw_template_filters() -> dict[str, str]:
    """Language, marketplace and words, as the listing takes them; empty strings do not narrow."""
    with st.container(horizontal=True, gap="small"):
        language = _one_of("Language", "lang", {"": "All languages", **LANGUAGES})
        place = _one_of("Marketplace", "mp", {"": "All marketplaces", **{code: code for code in MARKETPLACES}})
    text = st.text_input(
        "Search",
        key="q",
        placeholder="Words in name or text",
        icon=":material/search:",
        bind="query-params",
        on_change=to_the_first,
        label_visibility="collapsed",
    )
    return {"language": language, "marketplace": place, "text": text or ""}


def _one_of(label: str, name: str, options: Mapping[str, str]) -> str:
    """A choice whose code, not its words, stands in the URL."""
    key, held = f"only-{name}", st.query_params.get(name, "")
    picked = st.selectbox(
        label,
        list(options),
        list(options).index(held) if held in options else 0,
        format_func=options.__getitem__,
        key=key,
        on_change=_narrow,
        args=(name, key),
        label_visibility="collapsed",
    )
    return picked or ""


def _narrow(name: str, key: str) -> None:
    to_the_first()
    st.query_params.pop(name, None)
    if st.session_state[key]:
        st.query_params[name] = st.session_state[key]


def draw_template_list(
    rows: Sequence[Listed], *, shown: int | None, following: str | None, now: datetime
) -> int | None:
    """A page of the list; gives the id that was picked just now."""
    picked = ticket_list(
        (_line(row) for row in rows),
        key="templates-list",
        label="templates",
        now=now,
        at_risk=timedelta(0),
        empty="No template fits.",
        selected=shown,
        fill=True,
    )
    with st.container(horizontal=True, gap="small"):
        if st.query_params.get("after"):
            st.button("Back to the first", type="tertiary", on_click=to_the_first)
        if following:
            st.button("Next", on_click=st.query_params.update, kwargs={"after": following})
    return picked


def to_the_first() -> None:
    """Leave the later pages of the list."""
    st.query_params.pop("after", None)


def _line(row: Listed) -> Line:
    facts = [LANGUAGES.get(row.language or "", "Any language"), ", ".join(row.marketplaces), ", ".join(row.types)]
    return {
        "id": row.id,
        "title": row.name,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": f"used {words.plural(row.used, 'time')}" if row.used else "",
        "due": None,
        "chip": "not offered" if not row.active else "" if row.owner is None else "own",
        "tone": "plain",
        "unread": False,
    }
