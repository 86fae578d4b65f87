"""One order, one story: its events by time, each opening its place; for any page that shows an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.ticket_list import Line, ticket_list
from services.order_story import KINDS, Event, Place

PLACES = {
    "inbox": "pages/work/inbox.py",
    "returns": "pages/work/returns.py",
    "feedback": "pages/work/feedback.py",
    "claims": "pages/work/claims.py",
}


def draw_story(events: Sequence[Event], frame: Frame, *, key: str) -> None:
    """Draw what happened to an order, oldest first; an event that is picked opens where it belongs."""
    lines = [_line(number, event, frame) for number, event in enumerate(events)]
    empty = "Nothing is known of this order yet."
    label = "What happened to the order"
    picked = ticket_list(lines, key=key, label=label, now=frame.now, at_risk=timedelta(0), empty=empty)
    if picked is not None and 0 <= picked < len(events):
        open_place(events[picked].opens)


def open_place(place: Place | None) -> None:
    """Go to where an event belongs, if that is anywhere."""
    if place is not None and place.page in PLACES:
        st.switch_page(PLACES[place.page], query_params=dict(place.parameters))


def _line(number: int, event: Event, frame: Frame) -> Line:
    local = event.at if event.whole_day else event.at.astimezone(frame.zone)
    year = f" {local.year}" if local.year != frame.now.year else ""
    when = words.when(event.at, frame.zone, frame.now)
    return {
        "id": number,
        "title": event.title,
        "sub": event.detail,
        "side": KINDS[event.kind] if event.opens else "",
        "due": None,
        "chip": f"{local:%a} {local.day} {local:%b}{year}" if event.whole_day else when,
        "tone": "plain",
        "unread": False,
    }
