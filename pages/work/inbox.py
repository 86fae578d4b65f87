"""Inbox: the queue by Time Left, the conversation, the order beside it, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from pages.ui import queue_panel
from pages.ui.actions import Bench, draw_actions, draw_asks, draw_marks
from pages.ui.conversation import Reader, draw_head, draw_original, draw_timeline
from pages.ui.format import span
from pages.ui.frame import POLL, Frame, at_work, page_frame
from pages.ui.order_panel import draw_order_panel
from pages.ui.strips import Strip, draw_strip, say
from pages.ui.ticket_list import opened, row_line, ticket_list
from services.errors import Rejected, Stale
from services.inbox import actions, conversation, marks, queue
from services.inbox.shapes import Choices, Conversation, Filters
from services.team import team

WRITES = {
    "answered": marks.answered,
    "no_response_needed": marks.no_response_needed,
    "choose_copy": marks.choose_copy,
    "status": actions.set_status,
    "assign": actions.assign,
    "unassign": actions.unassign,
    "note": actions.add_note,
    "snooze": actions.snooze,
    "unsnooze": actions.unsnooze,
    "unread": actions.set_unread,
    "type": actions.change_type,
    "subject": actions.change_subject,
    "attach_order": actions.attach_order,
    "detach_order": actions.detach_order,
    "follow_up": actions.follow_up,
    "undo": marks.undo_mark,
    "confirm": marks.confirm_in_amazon,
}
DONE = {"answered": "marked as answered", "no_response_needed": "marked No Response Needed", "snooze": "snoozed"}
LEAVES = {*DONE, "unread"}


def ticket_in_url() -> int | None:
    """The ticket that the URL names; -1 if what it says is no number."""
    value = st.query_params.get("ticket")
    if value is None:
        return None
    return int(value) if value.isdecimal() and len(value) < 16 else -1
