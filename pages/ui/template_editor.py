"""The sheet on which a template is written: its fields, the menu of placeholders, and the preview below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import format as words
from services.rules import placeholders
from services.rules.marketplaces import MARKETPLACES
from services.rules.placeholders import PLACEHOLDERS, Filled
from services.rules.policy import Finding
from services.rules.templates import LANGUAGES, LONGEST_NAME, LONGEST_TEXT, Wish

GROUPS = {"buyer": "Buyer", "order": "Order", "ticket": "Ticket", "agent": "You", "shop": "Shop"}
MOST_SHOWN = 8
KEPT: Mapping[str, Any] = {"persist_state": "session"}
"""What is typed outlives a look at another template or page."""
_HERE = Path(__file__).parent
_menu = st.components.v2.component(
    "within24_placeholder_menu",
    js=(_HERE / "placeholder_menu.js").read_text(encoding="utf-8"),
    css=(_HERE / "placeholder_menu.css").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Sheet:
    """What is written on: a template's stored values, who may do what, and the key that all fields begin with.

    What is typed stays, whatever is looked at in between, until it is saved or `forget` is called.
    """

    key: str
    stored: Wish
    may_edit: bool
    may_share: bool
    types: Sequence[str]

    @property
    def version(self) -> int:
        """The version of the template when its fields were first drawn."""
        return int(st.session_state[f"{self.key}-seen"][0])

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return bool(self.typed() != st.session_state[f"{self.key}-seen"][1])

    def typed(self) -> Wish:
        """What stands in the fields now; the stored values before they are first drawn."""
        state, stored = st.session_state, self.stored
        return Wish(
            name=str(state.get(f"{self.key}-name", stored.name) or ""),
            text=str(state.get(f"{self.key}-text", stored.text) or ""),
            language=state.get(f"{self.key}-language", stored.language or "") or None,
            marketplaces=tuple(state.get(f"{self.key}-places", stored.marketplaces)),
            types=tuple(state.get(f"{self.key}-types", stored.types)),
            active=bool(state.get(f"{self.key}-active", stored.active)),
            shared=bool(state.get(f"{self.key}-shared", stored.shared)),
        )


def sheet(which: int | str, version: int, stored: Wish, **more: Any) -> Sheet:
    """The sheet of a template (`which`: its id, or a word for a new one), with what was typed into it and not saved."""
    made = _sheet(which, stored, more)
    st.session_state.setdefault(f"{made.key}-seen", (version, stored))
    if made.version != version and not made.is_changed:
        forget(which)
        made = _sheet(which, stored, more)
        st.session_state[f"{made.key}-seen"] = (version, stored)
    return made


def forget(which: int | str) -> None:
    """Show what is stored of a template from now on, whatever was typed."""
    st.session_state[f"template-{which}-drawn"] = int(st.session_state.get(f"template-{which}-drawn", 0)) + 1


def _sheet(which: int | str, stored: Wish, more: Mapping[str, Any]) -> Sheet:
    return Sheet(f"template-{which}-{st.session_state.get(f'template-{which}-drawn', 0)}", stored, **more)


def draw_fields(sheet: Sheet) -> None:
    """Name and text, for whom it is, and the menu of placeholders."""
    key, stored, fixed = sheet.key, sheet.stored, not sheet.may_edit
    st.text_input("Name", stored.name, key=f"{key}-name", max_chars=LONGEST_NAME, disabled=fixed, **KEPT)
    with st.container(horizontal=True, gap="small"):
        languages = ["", *LANGUAGES]
        _choice(sheet, "Language", languages, languages.index(stored.language or ""))
        _several("Marketplaces", list(MARKETPLACES), stored.marketplaces, f"{key}-places", fixed, new=False)
        types = list(dict.fromkeys((*sheet.types, *stored.types)))
        _several("Ticket types", types, stored.types, f"{key}-types", fixed, new=True)
    st.text_area("Text", stored.text, key=f"{key}-text", height=220, max_chars=LONGEST_TEXT, disabled=fixed, **KEPT)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not fixed:
            _menu(key=f"{key}-menu", data=_vocabulary(f"{key}-text"), width="content")
        off: Any = {"disabled": fixed, **KEPT}
        st.toggle("Offered", stored.active, key=f"{key}-active", help="Off: kept, but offered nowhere", **off)
        if sheet.may_share:
            st.toggle("Shared", stored.shared, key=f"{key}-shared", help="Off: only you see it", **off)


def draw_buttons(sheet: Sheet, do: Callable[[str], None], *, about: str) -> None:
    """Save, copy, delete, as far as they are allowed; `about` tells whose it is, empty for a new one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sheet.may_edit:
            st.button("Save", type="primary", icon=":material/save:", on_click=do, args=("save",))
        if about:
            help_ = None if sheet.may_edit else "Supervisors change shared templates; a copy is yours."
            st.button("Copy to my own", icon=":material/content_copy:", on_click=do, args=("copy",), help=help_)
        if about and sheet.may_edit:
            st.button("Delete", icon=":material/delete:", on_click=do, args=("delete",))
        if sheet.is_changed:
            st.button("Discard changes", type="tertiary", on_click=do, args=("discard",))
        st.caption(words.plain(about), width="stretch", text_alignment="right")


def draw_preview(filled: Filled, policy: Sequence[Finding]) -> None:
    """The text as the buyer would read it, and what stands in the way of sending it."""
    with st.container(border=True, key="template-preview"):
        st.text(filled.text or "Nothing to send yet.")
    for finding in filled.findings[:MOST_SHOWN]:
        _line(":material/block:", f"“{finding.written}” {finding.why} {finding.way_out}")
    for field in {field.name: field for field in filled.unfilled}.values():
        _line(":material/block:", f"“{PLACEHOLDERS[field.name].label}” {placeholders.missing(field.name)}")
    others = [each for each in policy if each.rule != "placeholder" or not (filled.unfilled or filled.findings)]
    for each in others[:MOST_SHOWN]:
        quoted = filled.text[slice(*each.span)].strip()[:60]
        icon = ":material/block:" if each.severity == "block" else ":material/info:"
        _line(icon, f"“{quoted}” {each.why} {each.way_out}" if quoted else f"{each.why} {each.way_out}")
    if filled.text and not (policy or filled.unfilled or filled.findings):
        _line(":material/check:", "It could be sent like this.")


def _line(icon: str, sentence: str) -> None:
    st.markdown(f"{icon} {words.plain(sentence)}")


def _choice(sheet: Sheet, label: str, options: Sequence[str], at: int) -> None:
    names = {"": "Any", **LANGUAGES}
    how: Any = {"format_func": names.__getitem__, "disabled": not sheet.may_edit, **KEPT}
    st.selectbox(label, options, at, key=f"{sheet.key}-language", **how)


def _several(label: str, options: list[str], held: Sequence[str], key: str, fixed: bool, *, new: bool) -> None:
    how: Any = {"placeholder": "All", "disabled": fixed, "accept_new_options": new, **KEPT}
    st.multiselect(label, options, list(held), key=key, **how)


def _vocabulary(into: str) -> dict[str, Any]:
    rows = sorted(PLACEHOLDERS.values(), key=lambda row: list(GROUPS).index(row.source))
    groups = [
        {"label": GROUPS[source], "items": [{"label": row.label, "text": f"{{{{{row.name}}}}}"} for row in of_source]}
        for source, of_source in groupby(rows, key=lambda row: row.source)
    ]
    return {"label": "Insert a placeholder", "groups": groups, "into": into}
