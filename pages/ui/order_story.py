"""One order, one story: its events by time, each opening its place; for any page that shows an order.

A page offers it with `draw_way_in` (or `ask_for` in a callback) and draws what was asked for with `draw_asked`, once.
The address says which story is open (`?story=acme/114-5550001-7770001`), so that it can be given to a colleague.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.ticket_list import Line, ticket_list
from services import order_story
from services.order_story import Event, Place

PARAM = "story"
LONGEST = 120
PLACES = {
    "inbox": ("pages/work/inbox.py", "Inbox"),
    "returns": ("pages/work/returns.py", "Returns"),
    "feedback": ("pages/work/feedback.py", "Feedback"),
    "claims": ("pages/work/claims.py", "Claims"),
    "followups": ("pages/work/followups.py", "Follow-ups"),
}
"""(file, title) of the pages on which events open, by the name that services.order_story gives them."""


def draw_way_in(account: str, order_id: str, *, key: str) -> None:
    """The button that opens the story of an order on this page."""
    st.button("Order story", key=key, icon=":material/timeline:", type="tertiary", on_click=ask_for,
              args=(account, order_id), help="Everything that happened to this order")  # fmt: skip


def ask_for(account: str, order_id: str) -> None:
    """Open the story of an order when the page is drawn next."""
    st.query_params[PARAM] = f"{account}/{order_id}"


def draw_asked(frame: Frame) -> None:
    """Show the story that the address names in a dialog, until it is closed or one of its events is opened."""
    asked = st.query_params.get(PARAM, "")[:LONGEST]
    if not asked:
        return
    found = order_story.found(frame.store, list(frame.settings.accounts), asked)
    if found is None:
        st.info(f"{words.plain(asked)} is no order number.", icon=":material/search_off:")
        return
    account, order_id = found

    @st.dialog(words.plain(f"Order {order_id}"), width="large", on_dismiss=forget)
    def show() -> None:
        events = order_story.story(frame.store, account, order_id, now=frame.now)
        if len(frame.settings.accounts) > 1:
            st.caption(words.plain(f"Account {account}"))
        draw_story(events, frame, key=f"story-of-{order_id}", keys=True)

    show()


def forget() -> None:
    """The dialog was closed."""
    st.query_params.pop(PARAM, None)


def draw_story(events: Sequence[Event], frame: Frame, *, key: str, keys: bool = False) -> None:
    """Draw what happened to an order, oldest first; an event that is picked opens where it belongs.

    `keys`: J, K, the arrows and Enter work wherever the focus is.
    """
    lines = [_line(number, event, frame) for number, event in enumerate(events)]
    empty = "Nothing is known of this order yet."
    label = "What happened to the order"
    risk = timedelta(0)
    picked = ticket_list(lines, key=key, label=label, now=frame.now, at_risk=risk, empty=empty, keys=keys)
    if picked is not None and 0 <= picked < len(events):
        open_place(events[picked].opens)


def open_place(place: Place | None) -> None:
    """Go to where an event belongs, if that is anywhere."""
    if place is not None and place.page in PLACES:
        st.switch_page(PLACES[place.page][0], query_params=dict(place.parameters))


def _line(number: int, event: Event, frame: Frame) -> Line:
    local = event.at if event.whole_day else event.at.astimezone(frame.zone)
    year = f" {local.year}" if local.year != frame.now.year else ""
    when = words.when(event.at, frame.zone, frame.now)
    return {
        "id": number,
        "title": event.title,
        "sub": event.detail,
        "side": f"Open {PLACES[event.opens.page][1]}" if event.opens and event.opens.page in PLACES else "",
        "due": None,
        "chip": f"{local:%a} {local.day} {local:%b}{year}" if event.whole_day else when,
        "tone": "plain",
        "unread": False,
    }
