"""What stands beside the sheet of a template: what was said, files, one's name in replies, a ticket to try it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui import format as words
from services.inbox.shapes import Row

EXAMPLES = 0
MOST_ROWS = 20
_KEY = "templates-said"


@dataclass(frozen=True)
class Said:
    """What just happened. `undo`: (template, version) that can be put back; `over`: it can be saved all the same."""

    text: str
    warns: bool = False
    undo: tuple[int, int] | None = None
    over: bool = False
    rows: tuple[tuple[int, str], ...] = ()


def say(said: Said | None) -> None:
    """Show this above the page from the next drawing on; None takes it away."""
    st.session_state[_KEY] = said


def draw_said(
    undo: Callable[[int, int], None],
    save_over: Callable[[], None] | None = None,
    theirs: Callable[[], None] | None = None,
) -> None:
    """What was last said, with the way back; after somebody else's change: take mine, or look at theirs."""
    said = st.session_state.get(_KEY)
    if not isinstance(said, Said):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="templates-strip", border=True):
        icon = ":material/warning:" if said.warns else ":material/check:"
        st.markdown(f"{icon} {words.plain(said.text)}", width="stretch")
        if said.undo:
            st.button("Undo", icon=":material/undo:", on_click=undo, args=said.undo)
        if said.over and save_over and theirs:
            st.button("Save mine over it", on_click=save_over)
            st.button("Show the other one", on_click=theirs)
        st.button("Close", type="tertiary", on_click=say, args=(None,))
    for line, reason in said.rows[:MOST_ROWS]:
        st.markdown(f"Line {line}: {words.plain(reason)}")
    if len(said.rows) > MOST_ROWS:
        st.caption(f"and {words.plural(len(said.rows) - MOST_ROWS, 'more line')}")


def draw_none(may_share: bool, add_starters: Callable[[], None]) -> None:
    """The page before there is any template."""
    st.info("No templates yet. Write one, import those of another tool, or begin with the starter set.")
    if may_share:
        st.button("Add the starter set", icon=":material/library_add:", on_click=add_starters)
        st.caption("Nine common situations in English, German, French, Spanish, Italian and Japanese, for the team.")


def draw_files(take: Callable[[str, bool], None], give: Callable[[], bytes], *, may_share: bool) -> None:
    """Import and export; the file is made only when somebody downloads it."""
    box = st.popover("Files", icon=":material/upload_file:", key="template-files", on_change="rerun")
    if not box.open:
        return
    with box:
        st.download_button("Export as CSV", give, "within24-templates.csv", "text/csv", on_click="ignore")
        key = f"template-upload-{st.session_state.get('template-uploads', 0)}"
        st.file_uploader(
            "CSV with the columns name and text, and language, marketplaces, types", "csv", key=key, max_upload_size=2
        )
        shared = st.checkbox("Share them with the team", may_share, disabled=not may_share)
        ready = st.session_state.get(key) is not None
        st.button("Import", type="primary", disabled=not ready, on_click=take, args=(key, shared))


def imported(added: int, known: int, rejected: tuple[tuple[int, str], ...]) -> Said:
    """What became of a file."""
    more = [f"{known} known already"] if known else []
    more += [f"{words.plural(len(rejected), 'line')} refused"] if rejected else []
    said = ", ".join([f"{words.plural(added, 'template')} added", *more])
    return Said(f"{said}.", warns=bool(rejected), rows=rejected)


def uploaded(key: str) -> bytes:
    """The file that was put into the field of this key; the field is empty again then."""
    found = st.session_state.get(key)
    st.session_state["template-files"] = False
    st.session_state["template-uploads"] = int(st.session_state.get("template-uploads", 0)) + 1
    return bytes(found.getvalue()) if found else b""


def draw_reply_name(held: Callable[[], str], save: Callable[[str], None]) -> None:
    """What the one who works here is called towards buyers."""
    box = st.popover("Your name", icon=":material/badge:", key="reply-name", on_change="rerun")
    if box.open:
        field = "reply-name-typed"
        box.text_input("Your name in replies", held(), key=field, help="It fills “Agent's name”.")
        box.button("Keep it", on_click=_keep_name, args=(save, field))


def _keep_name(save: Callable[[str], None], field: str) -> None:
    st.session_state["reply-name"] = False
    save(str(st.session_state.get(field, "")))


def choose_ticket(tickets: Sequence[Row]) -> int | None:
    """The ticket that the preview is filled from; None: example values."""
    names = {EXAMPLES: "Preview with example values", **{row.id: _named(row) for row in tickets}}
    how: Any = {"format_func": names.__getitem__, "key": "try-on", "label_visibility": "collapsed"}
    picked = st.selectbox("Preview with", list(names), **how)
    return picked or None


def who(name: str) -> str:
    """Who changed a template; what came along with the sample was changed by nobody."""
    return "Within24" if name == "sync" else name


def _named(row: Row) -> str:
    return f"#{row.id} {row.buyer or 'No name'} · {row.marketplace or ''} · {words.title(row)[:50]}"
