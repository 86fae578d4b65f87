"""Inbox: the queue by Time Left, the conversation, the order beside it, and what to do next."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from pages.ui import queue_panel
from pages.ui.actions import Bench, draw_actions, draw_asks, draw_marks, draw_note_field
from pages.ui.composer import Pen, draw_composer, draw_leaving
from pages.ui.conversation import Reader, draw_asked_original, draw_head, draw_timeline
from pages.ui.format import plain, plural
from pages.ui.frame import POLL, Frame, at_work, page_frame
from pages.ui.order_panel import draw_order_panel
from pages.ui.strips import draw_strip
from pages.ui.ticket_list import row_line, ticket_list
from pages.ui.writing import Writer, open_from, open_ticket, ticket_in_url
from services import people
from services.inbox import conversation, queue, replying
from services.inbox.shapes import BOXES, Choices, Conversation, Filters
from services.inbox.writes import WRITES
from services.team import team


def load(frame: Frame, ticket: int) -> Conversation | None:
    return conversation.conversation(frame.store, ticket, now=frame.now)


def next_due(frame: Frame, ticket: int) -> int | None:
    filters = queue_panel.filters_from_url()
    return queue.next_due(frame.store, filters, now=frame.now, actor=frame.actor, after_ticket=ticket)


def choices(frame: Frame) -> Choices:
    accounts = frame.settings.accounts
    places = sorted({place for account in accounts.values() for place in account.marketplaces})
    return queue.choices(frame.store, tuple(accounts), tuple(places))


def draw_queue(frame: Frame, filters: Filters) -> None:
    st.session_state["seen"] = queue.newest(frame.store)
    mark, backwards = queue_panel.place_from_url()
    store, now, actor = frame.store, frame.now, frame.actor
    page = queue.queue(store, filters, now=now, actor=actor, mark=mark, backwards=backwards)
    queue_panel.draw_boxes(filters, queue.counts(store, filters, now=now, actor=actor))
    queue_panel.draw_search(filters, lambda: choices(frame))
    if ticket_in_url() is None and page.rows:
        open_ticket(page.rows[0].id)
    st.session_state["unread"] = {row.id for row in page.rows if row.mark == "NEW"}
    ticket_list(
        [row_line(row, zone=frame.zone, now=now) for row in page.rows],
        key="queue",
        label=f"{BOXES[filters.box]}: tickets by time left",
        now=now,
        at_risk=team(store, now=now).at_risk,
        empty="" if page.rows else queue_panel.nothing(filters, next_moment(frame, filters), now),
        selected=ticket_in_url(),
        fill=True,
        keys=True,
        on_open=lambda: open_from("queue", "ticket"),
    )
    queue_panel.draw_foot(page, filters, draw_news)


def next_moment(frame: Frame, filters: Filters) -> datetime | None:
    waiting = filters.only(box="waiting")
    rows = queue.queue(frame.store, waiting, now=frame.now, actor=frame.actor, limit=1).rows
    return rows[0].due_at if rows else None


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
            asked = plain(st.query_params.get("ticket", "")[:40])
            st.info(f"There is no ticket {asked}." if asked else "No ticket is open.", icon=":material/search_off:")
            return
        house = team(frame.store, now=frame.now)
        names = tuple(person.name for person in people.people(frame.store) if not person.disabled)
        reader = Reader(frame.now, frame.zone, house.at_risk, partial(conversation.attachment, frame.store))
        bench = Bench(ticket, frame.actor, names, lambda: choices(frame).types, frame.now, frame.zone, writer.do)
        draw_head(ticket, reader, accounts=len(frame.settings.accounts))
        draw_actions(bench)
        note_place = st.container()
        draw_marks(bench)
        if ticket.asks:
            draw_asks(bench, ticket.asks)
        draw_timeline(ticket, reader)
        draw_reply(frame, ticket, writer)
        with note_place:  # Drawn last: once the field is there, Ctrl+Enter is no longer Send's.
            draw_note_field(bench)
    with right, st.container(gap="small"):
        draw_order_panel(ticket, reader, open_from)
    remember_reading(frame, ticket.id)
    draw_asked_original(partial(conversation.original, frame.store))


def draw_reply(frame: Frame, ticket: Conversation, writer: Writer) -> None:
    kept = replying.draft(frame.store, ticket.id, actor=frame.actor)
    writing = replying.writing(frame.store, ticket.id, actor=frame.actor)
    pen = Pen(
        ticket=ticket,
        actor=frame.actor,
        now=frame.now,
        text=kept.text if kept else "",
        is_stale=kept is not None and kept.stale,
        others=tuple(name for name, _ in writing),
        by_mail=replying.goes_by_mail(frame.settings, ticket.account),
        examine=partial(replying.examine, frame.settings, language=ticket.language, order_id=ticket.order_id),
        do=writer.do,
    )
    for entry in ticket.entries:
        if entry.leaving:
            draw_leaving(entry, entry.leaving, pen)
    draw_composer(pen)


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


here = page_frame("Inbox")
queue_side, ticket_side = st.columns([29, 71], gap="medium")
with queue_side, st.container(gap="small"):
    draw_queue(here, queue_panel.filters_from_url())
with ticket_side:
    draw_ticket()
