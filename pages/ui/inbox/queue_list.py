"""The list of the Inbox: a page of the queue, in which tickets are opened and chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from pages.ui.frame import Frame
from pages.ui.inbox.actions import bulk_actions
from pages.ui.inbox.writing import answered_for_many, bulks, open_from, open_ticket, ticket_in_url
from pages.ui.ticket_list import row_line, ticket_list
from services.inbox.shapes import BOXES, Choices, Filters, Page

KEY = "queue"


def draw_list(
    frame: Frame,
    page: Page,
    filters: Filters,
    choices: Choices,
    *,
    at_risk: timedelta,
    nothing: Callable[[], str],
) -> None:
    """Draw it; where the URL names no ticket, the most urgent one is opened."""
    if ticket_in_url() is None and page.rows:
        open_ticket(page.rows[0].id)
    st.session_state["unread"] = {row.id for row in page.rows if row.mark == "NEW"}
    ticket_list(
        [row_line(row, zone=frame.zone, now=frame.now) for row in page.rows],
        key=KEY,
        label=f"{BOXES[filters.box]}: tickets by {filters.order or 'time left'}",
        now=frame.now,
        at_risk=at_risk,
        empty="" if page.rows else nothing(),
        selected=ticket_in_url(),
        fill=True,
        keys=True,
        bulk=bulk_actions(frame.actor, choices.people, frame.now, frame.zone),
        done=bulks(),
        on_open=lambda: open_from(KEY, "ticket"),
        on_bulk=lambda: answered_for_many(KEY),
    )
