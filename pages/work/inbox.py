"""Inbox: the queue by Time Left, the conversation, the order beside it, and what to do next."""

from __future__ import annotations

import streamlit as st

from pages.ui import queue_panel
from pages.ui.actions import Bench, draw_actions, draw_asks, draw_marks
from pages.ui.conversation import Reader, draw_head, draw_original, draw_timeline
from pages.ui.format import left, plural
from pages.ui.frame import POLL, Frame, at_work, page_frame
from pages.ui.order_panel import draw_order_panel
from pages.ui.strips import draw_strip, say
from pages.ui.ticket_list import opened, row_line, ticket_list
from pages.ui.writing import Writer, open_ticket, ticket_in_url
from services.errors import Rejected
from services.inbox import actions, conversation, marks, queue
from services.inbox.shapes import BOXES, Choices, Conversation, Filters
from services.team import team

WRITES = {
    "answered": marks.answered,
    "no_response_needed": marks.no_response_needed,
    "undo": marks.undo_mark,
    "confirm": marks.confirm_in_amazon,
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
}


def load(frame: Frame, ticket: int) -> Conversation | None:
    return conversation.conversation(frame.store, ticket, now=frame.now)


def next_due(frame: Frame, ticket: int) -> int | None:
    filters = queue_panel.filters_from_url()
    return queue.next_due(frame.store, filters, now=frame.now, actor=frame.actor, after_ticket=ticket)


def choices(frame: Frame) -> Choices:
    accounts = frame.settings.accounts
    places = sorted({place for account in accounts.values() for place in account.marketplaces})
    return queue.choices(frame.store, tuple(accounts), tuple(places))


def open_from(key: str, scope: str = "app") -> None:
    open_ticket(opened(key))
    say(None)
    st.rerun(scope)


def draw_queue(frame: Frame, filters: Filters) -> None:
    st.session_state["seen"] = queue.newest(frame.store)
    mark, backwards = queue_panel.place_from_url()
    who = {"now": frame.now, "actor": frame.actor}
    page = queue.queue(frame.store, filters, mark=mark, backwards=backwards, **who)
    queue_panel.draw_boxes(filters, queue.counts(frame.store, filters, **who))
    queue_panel.draw_search(filters, lambda: choices(frame))
    if ticket_in_url() is None and page.rows:
        open_ticket(page.rows[0].id)
    st.session_state["unread"] = {row.id for row in page.rows if row.mark == "NEW"}
    ticket_list(
        [row_line(row, zone=frame.zone, now=frame.now) for row in page.rows],
        key="queue",
        label=f"{BOXES[filters.box]}: tickets by time left",
        now=frame.now,
        at_risk=team(frame.store, now=frame.now).at_risk,
        empty="" if page.rows else nothing_here(frame, filters),
        selected=ticket_in_url(),
        fill=True,
        keys=True,
        on_open=lambda: open_from("queue", "ticket"),
    )
    queue_panel.draw_pager(page, filters)
    draw_news()


def nothing_here(frame: Frame, filters: Filters) -> str:
    if filters.text:
        return "Nothing found in subject, buyer, order number and text."
    if filters.box not in ("waiting", "late", "risk"):
        return f"Nothing in {BOXES[filters.box]}."
    wanted = filters.only(box="waiting")
    rows = queue.queue(frame.store, wanted, now=frame.now, actor=frame.actor, limit=1).rows
    due = rows[0].due_at if rows else None
    return f"Nothing here. The next answer is due: {left(due, frame.now)}." if due else "Nobody is waiting for an answer."


@st.fragment(run_every=POLL)
def draw_news() -> None:
    seen, found = st.session_state.get("seen", (0, 0)), queue.newest(at_work().store)
    changes = found[0] - seen[0] or found[1] - seen[1]
    if changes > 0:
        st.button(f"{plural(changes, 'change')}: refresh", key="refresh", icon=":material/refresh:", on_click=st.rerun)


@st.fragment(key="ticket")
def draw_ticket() -> None:
    frame, ticket_id = at_work(), ticket_in_url()
    ticket = load(frame, ticket_id) if ticket_id is not None else None
    writer = Writer(WRITES, load, next_due)
    middle, right = st.columns([46, 25], gap="medium")
    with middle, st.container(gap="small"):
        draw_strip(writer.do)
        if ticket is None:
            sentence = f"There is no ticket {st.query_params.get('ticket')}." if ticket_id is not None else "No ticket is open."
            st.info(sentence, icon=":material/search_off:")
            return
        house, options = team(frame.store, now=frame.now), choices(frame)
        reader = Reader(frame.now, frame.zone, house.at_risk, show_original, lambda *what: fetch(frame, *what))
        bench = Bench(ticket, frame.actor, options.people, options.types, frame.now, frame.zone, writer.do)
        draw_head(ticket, reader, accounts=len(frame.settings.accounts))
        draw_actions(bench)
        draw_marks(bench)
        if ticket.asks:
            draw_asks(bench, ticket.asks)
        draw_timeline(ticket, reader)
    with right, st.container(gap="small"):
        draw_order_panel(ticket, reader, open_from)
    remember_reading(frame, ticket.id)
    draw_chosen_original(frame)


def fetch(frame: Frame, message: int, index: int) -> tuple[str, str, bytes]:
    return conversation.attachment(frame.store, message, index)


def show_original(message: int) -> None:
    st.session_state["original"] = message


def draw_chosen_original(frame: Frame) -> None:
    message = st.session_state.pop("original", None)
    if message is None:
        return

    @st.dialog("The mail as it came", width="large", icon=":material/mail:")
    def original() -> None:
        try:
            found = conversation.original(frame.store, message)
        except Rejected as error:
            st.info(str(error))
        else:
            draw_original(found.html, found.text, found.headers)

    original()


def remember_reading(frame: Frame, ticket: int) -> None:
    """Whoever has a ticket on screen has read it; New becomes Open. Our own trace is no news to us."""
    unread = st.session_state.get("unread", set())
    if ticket not in unread:
        return
    unread.discard(ticket)
    before = queue.newest(frame.store)
    conversation.mark_read(frame.store, ticket, actor=frame.actor, now=frame.now)
    after, seen = queue.newest(frame.store), st.session_state["seen"]
    st.session_state["seen"] = (seen[0] + after[0] - before[0], seen[1] + after[1] - before[1])


def main() -> None:
    frame = page_frame("Inbox")
    queue_side, ticket_side = st.columns([29, 71], gap="medium")
    with queue_side, st.container(gap="small"):
        draw_queue(frame, queue_panel.filters_from_url())
    with ticket_side:
        draw_ticket()


main()
