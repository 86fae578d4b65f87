"""The sheets behind the follow-ups: how many rows, how old, what is wrong, and what to do while there is none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from services import settings
from services.followups.shapes import SheetState

SYNC = "pages/admin/sync.py"


def draw_coverage(sheets: Sequence[SheetState], frame: Frame) -> None:
    """One line over all sheets, and one for each that has trouble; grey once it is stale."""
    read = [each.read_at for each in sheets if each.read_at]
    rows = sum(each.rows for each in sheets)
    parts = [words.plural(len(sheets), "sheet"), words.plural(rows, "row")]
    if read:
        is_stale = any(each.is_stale for each in sheets) and not settings.is_frozen()
        parts.append(f"{'stale: ' if is_stale else ''}read {words.ago(min(read), frame.now)}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(" · ".join(parts)), width="content")
        st.page_link(SYNC, label="Sync", icon=":material/sync:")
    for each in sheets:
        if each.problem:
            st.caption(f":material/warning: {words.plain(f'{each.title}: {each.problem}')}")


def draw_none(frame: Frame) -> None:
    """What to do while no sheet is connected."""
    st.info("No sheet is connected yet.", icon=":material/table:")
    folder = next((name for name, account in frame.settings.accounts.items() if account.folder), "")
    where = f"the folder of {folder}" if folder else "the account's folder"
    st.markdown(
        f"- Put a CSV, XLSX or ODS file into **sheets** in {words.plain(where)}. Its name is its kind: "
        "shipping\\_info\\_missing, tracking\\_out\\_of\\_stock, or one of your own.\n"
        "- Or name a Google Sheet in the settings file under accounts.NAME.sheets."
    )
    st.page_link(SYNC, label="What the sync reads", icon=":material/sync:")
