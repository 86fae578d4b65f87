"""What the reader wants by e-mail: the address for notices, and the digest of Today at the start of the shift."""

from __future__ import annotations

from datetime import time

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services import digest
from services.errors import Rejected, SettingsError

SAID = "notices-said"


def draw(frame: Frame) -> None:
    """The way in; what is inside is read once it is open."""
    with st.popover("By e-mail", type="tertiary", icon=":material/mail:", key="notices", on_change="rerun") as box:
        if box.open:
            _draw_form(frame)


def _draw_form(frame: Frame) -> None:
    held = digest.chosen(frame.store, frame.settings, frame.actor, zone=frame.zone.key)
    if not held.can_mail:
        st.caption("No account has mail settings for sending, so nothing can leave yet.")
    st.text_input("Your address", held.address, key="notices_address", placeholder="bea@example.com")
    st.checkbox("Send me Today at the start of my shift", held.wanted, key="notices_wanted")
    st.time_input("My shift begins", time.fromisoformat(held.at), key="notices_at")
    st.caption(words.plain(f"Time zone {held.zone}. Escalations go to this address too."))
    st.button("Save", key="notices_save", type="primary", on_click=_save, args=(held.zone,))
    if said := st.session_state.pop(SAID, ""):
        st.caption(words.plain(said))
    elif held.last:
        st.caption(words.plain(f"Last digest: {held.last}"))


def _save(zone: str) -> None:
    state = st.session_state
    try:
        frame = at_work()
        digest.choose(
            frame.store, frame.settings, actor=frame.actor, now=frame.now, address=state.notices_address or "",
            wanted=bool(state.notices_wanted), at=f"{state.notices_at or time(9):%H:%M}", zone=zone,
        )  # fmt: skip
        state[SAID] = "Saved."
    except (Rejected, SettingsError) as refused:
        state[SAID] = str(refused)
