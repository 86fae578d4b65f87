"""The right of the Inbox: the order, what is known of it, other tickets, and who did what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from pages.ui import format as words
from pages.ui.conversation import Reader, notice
from pages.ui.ticket_list import related_line, ticket_list
from services.inbox.shapes import Act, Conversation, Related

SHOWN = 6
MATCHES = {
    "order_id": "",
    "thread": "Found by the thread of the conversation.",
    "alias": "A guess by the buyer's address. Check it, or detach it under Edit.",
    "weak": "A weak guess. Check it, or detach it under Edit.",
}


def draw_order_panel(ticket: Conversation, reader: Reader, on_open: Callable[[str], None]) -> None:
    """Draw it all; `on_open` is called with the key of the list in which another ticket was opened."""
    _order(ticket, reader)
    _related("Other tickets of this order", ticket.same_order, reader, "same-order", on_open)
    _related("Other tickets of this buyer", ticket.same_buyer, reader, "same-buyer", on_open)
    _family(ticket)
    _activity(ticket.activity, reader)


def _order(ticket: Conversation, reader: Reader) -> None:
    _heading("Order")
    if ticket.order_id:
        st.code(ticket.order_id, language=None)
        match = MATCHES.get(ticket.match or "", "")
        if match:
            guess = ticket.match in ("alias", "weak")
            st.caption(f":material/warning: {match}" if guess else match)
    else:
        st.caption("No order is known. Attach one under Edit.")
    facts = {"Marketplace": ticket.marketplace, "ASIN": ticket.asin, "Buyer": ticket.buyer, "Opened": None}
    facts["Opened"] = words.when(ticket.opened_at, reader.zone, reader.now)
    st.html(_facts({name: value for name, value in facts.items() if value}))
    if ticket.order_mail:
        st.caption("Amazon about this order")
        st.html("".join(notice(entry, reader.zone, reader.now) for entry in ticket.order_mail))


def _facts(facts: dict[str, str]) -> str:
    rows = "".join(
        f'<tr><td style="opacity:.7;padding:.12rem .8rem .12rem 0;border:0;white-space:nowrap">'
        f"{words.escaped(name)}</td>"
        f'<td style="border:0;padding:.12rem 0;overflow-wrap:anywhere">{words.escaped(value)}</td></tr>'
        for name, value in facts.items()
    )
    return f'<table style="font-size:.95em;margin:0;border:0">{rows}</table>'


def _related(
    title: str, tickets: tuple[Related, ...], reader: Reader, key: str, on_open: Callable[[str], None]
) -> None:
    if not tickets:
        return
    _heading(title)
    lines = [related_line(each, zone=reader.zone, now=reader.now) for each in tickets[:SHOWN]]
    if len(tickets) > SHOWN:
        st.caption(f"The latest {SHOWN} of {len(tickets)}")
    open_it = partial(on_open, key)
    ticket_list(lines, key=key, label=title, now=reader.now, at_risk=reader.at_risk, on_open=open_it)


def _family(ticket: Conversation) -> None:
    if ticket.follow_up_of:
        st.caption(f"Follow-up of #{ticket.follow_up_of}")
    if ticket.follow_ups:
        st.caption("Followed up in " + ", ".join(f"#{each}" for each in ticket.follow_ups))


def _activity(acts: Iterable[Act], reader: Reader) -> None:
    lines = [_act(act, reader) for act in acts]
    if not lines:
        return
    _heading("Activity")
    shown, rest = lines[:SHOWN], lines[SHOWN:]
    more = (
        f'<details><summary style="cursor:pointer">{len(rest)} earlier</summary>{"".join(rest)}</details>'
        if rest
        else ""
    )
    st.html(f'<div style="font-size:.88em">{"".join(shown)}{more}</div>')


def _act(act: Act, reader: Reader) -> str:
    in_time = {True: " · within 24 h", False: " · not within 24 h", None: ""}[act.within_24h]
    at = words.when(act.at, reader.zone, reader.now)
    return (
        f'<div style="padding:.15rem 0;overflow-wrap:anywhere"><b>{words.escaped(act.actor)}</b> '
        f'{words.escaped(act.sentence)}<br><span style="opacity:.7">{at}{in_time}</span></div>'
    )


def _heading(text: str) -> None:
    st.markdown(f"**{text}**")
