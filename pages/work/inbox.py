"""Inbox: the queue by Time Left, the conversation, the order beside it, and what to do next."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from pages.ui import escalate, order_story
from pages.ui.format import plain, plural
from pages.ui.frame import POLL, Frame, at_work, page_frame
from pages.ui.inbox import composer, new_ticket, order_blocks, queue_panel
from pages.ui.inbox.actions import Bench
from pages.ui.inbox.conversation import Reader, draw_conversation
from pages.ui.inbox.order_panel import draw_order_panel
from pages.ui.inbox.originals import draw_asked
from pages.ui.inbox.queue_list import draw_list
from pages.ui.inbox.strips import strip_spec
from pages.ui.inbox.writing import beat, load, ticket_in_url
from services.inbox import conversation, order_facts, presence, queue, replying
from services.inbox.order_facts import OrderFacts
from services.inbox.shapes import Choices, Conversation, Filters
from services.team import team


def choices(frame: Frame) -> Choices:
    accounts = frame.settings.accounts
    places = sorted({place for account in accounts.values() for place in account.marketplaces})
    return queue.choices(frame.store, tuple(accounts), tuple(places))


def draw_queue(frame: Frame, filters: Filters) -> None:
    st.session_state["seen"] = queue.newest(frame.store)
    st.session_state["choices"] = known = choices(frame)
    mark, backwards = queue_panel.place_from_url()
    store, now, actor = frame.store, frame.now, frame.actor
    page = queue.queue(store, filters, now=now, actor=actor, mark=mark, backwards=backwards)
    queue_panel.draw_boxes(filters, queue.counts(store, filters, now=now, actor=actor))
    queue_panel.draw_search(filters, lambda: known)
    risk = team(store, now=now).at_risk

    def nothing() -> str:
        return queue_panel.nothing(filters, next_moment(frame, filters), now)

    draw_list(frame, page, filters, known, at_risk=risk, nothing=nothing)
    queue_panel.draw_foot(page, filters, draw_news)
    new_ticket.draw_asked(frame)


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
    house, accounts = team(frame.store, now=frame.now), len(frame.settings.accounts)
    reader = Reader(frame.now, frame.zone, house.at_risk, accounts)
    left, right = st.columns([46, 25], gap="medium")
    with left:
        bench = bench_for(frame, ticket) if ticket else None
        draw_conversation(bench, reader, strip_spec(), nothing_open())
        if ticket:
            draw_company(ticket.id)
            draw_reply(ticket)
    if ticket:
        with right:
            draw_order_panel(ticket, reader, order_blocks.blocks(order_of(frame, ticket), reader))
        remember_reading(frame, ticket)
    order_story.draw_asked(frame)
    escalate.draw_asked(frame)
    draw_asked(partial(conversation.original, frame.store), partial(conversation.attachment, frame.store))


def bench_for(frame: Frame, ticket: Conversation) -> Bench:
    known: Choices = st.session_state["choices"]
    return Bench(ticket, frame.actor, known.people, known.types, known.tags, frame.now, frame.zone)


def order_of(frame: Frame, ticket: Conversation) -> OrderFacts:
    return order_facts.facts(frame.store, ticket.account, ticket.order_id, ticket=ticket.id, now=frame.now)


def nothing_open() -> str:
    asked = st.query_params.get("ticket", "")[:40]
    return f"There is no ticket {asked}." if asked else "No ticket is open."


@st.fragment(run_every=presence.EVERY)
def draw_company(ticket: int) -> None:
    frame = at_work()
    beat(frame, ticket, is_writing=False)
    others = presence.here(frame.store, ticket, besides=frame.actor.name)
    if others:
        st.caption(plain(", ".join(f"{each.name} is {each.doing}" for each in others)))


@st.fragment
def draw_reply(ticket: Conversation) -> None:
    frame = at_work()
    wanted = composer.templates_wanted(ticket.id)
    panel = replying.panel(frame.store, frame.settings, ticket, actor=frame.actor, with_templates=wanted)
    composer.draw_composer(composer.Pen(ticket, frame.actor, frame.now, panel))


def remember_reading(frame: Frame, ticket: Conversation) -> None:
    """Whoever has a ticket on screen has read it and its answers; New becomes Open. Our own trace is no news to us."""
    unread = st.session_state.get("unread", set())
    answered = any(each.state == "answered" and each.asked_by == frame.actor.name for each in ticket.questions)
    if ticket.id not in unread and not answered:
        return
    unread.discard(ticket.id)
    before = queue.newest(frame.store)
    conversation.mark_read(frame.store, ticket.id, actor=frame.actor, now=frame.now)
    after, seen = queue.newest(frame.store), st.session_state["seen"]
    st.session_state["seen"] = (seen[0] + after[0] - before[0], seen[1] + after[1] - before[1])


here = page_frame("Inbox")
queue_side, ticket_side = st.columns([29, 71], gap="medium")
with queue_side, st.container(gap="small"):
    draw_queue(here, queue_panel.filters_from_url())
with ticket_side:
    draw_ticket()
