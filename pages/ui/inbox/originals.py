"""The dialogs that show a mail as it came, and a file that came with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import streamlit as st

from pages.ui import format as words
from services.errors import Rejected

_ASKED = "asked-original"
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
TALL = 460


class Mail(Protocol):
    """A mail as it came, with its HTML already made safe by the service."""

    @property
    def html(self) -> str | None:
        """Cleaned HTML, if the mail had any."""

    @property
    def text(self) -> str:
        """Its plain text."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers as readable pairs."""


def ask_for(message: int, file: int | None = None) -> None:
    """Show this mail, or a file of it, when the page is drawn next."""
    st.session_state[_ASKED] = (message, file)


def draw_asked(original: Callable[[int], Mail], attachment: Callable[[int, int], tuple[str, str, bytes]]) -> None:
    """Show what was asked for just now; both fetches raise Rejected with a sentence if it is gone."""
    asked = st.session_state.pop(_ASKED, None)
    if asked is None:
        return
    message, file = asked
    title = "The mail as it came" if file is None else "A file of the buyer's"

    @st.dialog(title, width="large")
    def show() -> None:
        try:
            if file is None:
                _mail(original(message))
            else:
                _file(*attachment(message, file))
        except Rejected as error:
            st.info(words.plain(str(error)))

    show()


def _mail(mail: Mail) -> None:
    body, head = st.tabs(["Mail", "Headers"])
    with body, st.container(height=TALL, border=True):
        st.html(mail.html if mail.html else f'<div style="white-space:pre-wrap">{words.escaped(mail.text)}</div>')
    with head, st.container(height=TALL, border=True):
        rows = "".join(
            f"<div><b>{words.escaped(name)}:</b> {words.escaped(value)}</div>" for name, value in mail.headers
        )
        st.html(f'<div style="font-size:.88em;overflow-wrap:anywhere">{rows}</div>')


def _file(name: str, media_type: str, content: bytes) -> None:
    icon = ":material/download:"
    st.download_button(words.plain(name), content, file_name=name, mime=media_type, on_click="ignore", icon=icon)
    if media_type in PICTURES:
        try:
            st.image(content)
        except Exception:  # Whatever the decoder makes of a hostile file, it can still be downloaded.
            st.caption("This picture cannot be shown; download it.")
