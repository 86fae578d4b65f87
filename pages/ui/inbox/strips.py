"""One line above the conversation that says what just happened, and lets it be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from pages.ui.inbox.actions import Spec, button, link

_KEY = "strip"


@dataclass(frozen=True)
class Strip:
    """What happened. With `marks`, a `queued` reply or a bulk action's `token` it can be undone.

    With `confirm_url` Amazon must be told.
    """

    text: str
    warns: bool = False
    ticket: int = 0
    marks: tuple[int, ...] = ()
    confirm_url: str = ""
    queued: int = 0
    token: str = ""


def say(strip: Strip | None) -> None:
    """Show this strip from the next drawing on; None takes it away."""
    st.session_state[_KEY] = strip


def strip_spec() -> Spec | None:
    """What was last said, until the next action or until it is closed."""
    strip = st.session_state.get(_KEY)
    if not isinstance(strip, Strip):
        return None
    acts = [{**each, "ticket": strip.ticket} for each in _acts(strip)]
    return {"text": strip.text, "warns": strip.warns, "acts": acts}


def _acts(strip: Strip) -> Iterator[Spec]:
    marks = {"mark_ids": list(strip.marks)}
    if strip.confirm_url:
        yield link("Set it in Amazon", strip.confirm_url, icon="open_in_new", tone="bare")
        yield button("Confirmed", "confirm", values=marks)
    if strip.marks:
        yield button("Undo", "undo", values=marks)
    if strip.queued:
        yield button("Undo", "take_back", values={"outbox_id": strip.queued})
    if strip.token:
        yield button("Undo", "bulk_undo", values={"token": strip.token})
    if not strip.marks:
        yield button("Close", "close_strip", tone="bare")
