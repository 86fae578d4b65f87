"""Which text of a reply the browser is to show: another one once what was typed has been sent or taken back."""

from __future__ import annotations

import streamlit as st


def revision(ticket: int) -> int:
    """Changes whenever the stored text was sent or taken back, never while somebody types."""
    return int(st.session_state.get(f"replies-{ticket}", 0))


def next_revision(ticket: int) -> None:
    """From now on the browser shows what is stored; the files that were chosen went with the old one."""
    st.session_state[f"replies-{ticket}"] = revision(ticket) + 1
    st.session_state.pop(f"attach-{ticket}", None)


def files_key(ticket: int) -> str:
    """The key of the files of a reply; another one once it was sent."""
    return f"files-{ticket}-{revision(ticket)}"
