"""The list of cases with its filters, bulk marks, and the ways to enter a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.claims import asked
from pages.ui.frame import Frame
from pages.ui.inbox.actions import button, menu
from pages.ui.ticket_list import Line as Row
from pages.ui.ticket_list import ticket_list
from services.claims.shapes import KINDS, OUTCOMES, STATES, Line, Page
from services.rules.claims import RESULTS

AT_RISK = timedelta(hours=24)


def draw_filters(frame: Frame, owners: Sequence[str]) -> None:
    """The filters; all of them stand in the URL."""
    accounts = list(frame.settings.accounts)
    places = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for param, (label, options) in asked.LABELS.items():
            draw_choice(label, param, options)
        draw_choice("Marketplace", "mp", {place: place for place in places})
        if len(accounts) > 1:
            draw_choice("Account", "account", {name: name for name in accounts})
        draw_choice("Owner", "owner", {"-": "nobody", **{name: name for name in owners}})
        with st.popover("New", icon=":material/add:"):
            draw_entry(accounts, places)
    _draw_extra()


def draw_choice(label: str, param: str, labels: Mapping[str, str]) -> str:
    """One filter as a box; what the URL asks for and does not exist is all."""
    wanted = st.query_params.get(param, "")
    chosen = wanted if wanted in labels else ""
    everything = {"": f"{label}: all", **labels}
    key = f"{param}-{chosen}"
    options: dict[str, Any] = {"format_func": everything.__getitem__, "label_visibility": "collapsed", "width": 143}
    st.selectbox(label, list(everything), list(everything).index(chosen), key=key, on_change=asked.choose,
                 args=(param, key), **options)  # fmt: skip
    return chosen


def _draw_extra() -> None:
    """What the list is narrowed to by a click elsewhere, with the way back."""
    filters = asked.filters()
    said = [filters.month, RESULTS.get(filters.result, ""), filters.order]
    if any(said):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(words.plain("Only " + " · ".join(each for each in said if each)), width="content")
            st.button("Show all", key="clear", type="tertiary", on_click=asked.clear)


def draw_entry(accounts: Sequence[str], places: Sequence[str]) -> None:
    """The form for a case that somebody found in Seller Central, and for a CSV."""
    if len(accounts) > 1:
        st.selectbox("Account", accounts, key="new-account")
    with st.form("new-case", border=False):
        st.segmented_control("Kind", list(KINDS), default="a_to_z", format_func=KINDS.__getitem__, key="new-kind")
        st.text_input("Order number", key="new-order_id", placeholder="123-1234567-1234567")
        left, right = st.columns(2)
        left.selectbox("Marketplace", ["", *places], key="new-marketplace", format_func=_unknown)
        right.selectbox("State", ["", *STATES], key="new-state", format_func=lambda each: STATES.get(each, "not known"))
        left.text_input("Opened (UTC)", key="new-opened_at", placeholder="2026-11-22 14:30")
        right.text_input("Answer by (UTC)", key="new-respond_by", placeholder="2026-11-24 14:30")
        left.text_input("Amount", key="new-amount", placeholder="45.90")
        right.text_input("Currency", key="new-currency", placeholder="EUR", max_chars=3)
        st.selectbox("Outcome, if closed", ["", *OUTCOMES], key="new-outcome",
                     format_func=lambda each: OUTCOMES.get(each, "none yet"))  # fmt: skip
        st.text_input("Reason", key="new-reason", max_chars=500)
        st.form_submit_button("Add", icon=":material/add:", on_click=asked.enter)
    help_ = "Columns: order_id, kind, marketplace, opened_at, respond_by, amount, currency, reason, state, outcome."
    st.file_uploader("Or a CSV", ["csv", "txt", "tsv"], key="cases-csv", on_change=asked.read_file, help=help_)


def _unknown(code: str) -> str:
    return code or "as the order's"


def draw_list(frame: Frame, page: Page, selected: int | None, owners: Sequence[str]) -> None:
    """A page of the list and the ways to the pages beside it."""
    ticket_list(
        [row_of(line) for line in page.rows], key=asked.LIST, label="cases by what is due", now=frame.now,
        at_risk=AT_RISK, empty="No case fits. Enter one with New.", selected=selected, fill=True, keys=True,
        bulk=bulk(frame, owners), done=asked.bulks(), on_open=asked.picked, on_bulk=asked.marked_many,
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if page.before:
            st.button("Earlier", key="earlier", on_click=asked.turn, args=("before", page.before))
        if page.after:
            st.button("Later", key="later", on_click=asked.turn, args=("after", page.after))


def row_of(line: Line) -> Row:
    """A case as a row of the list."""
    money = f"{line.amount} {line.currency or ''}".strip() if line.amount else ""
    facts = (line.marketplace, line.order_id, money, line.reason)
    fate = RESULTS[line.result] if line.state == "closed" else STATES[line.state]
    if line.state == "option_to_appeal" and line.due_at is None:
        fate = "Appeal over"
    return {
        "id": line.id,
        "title": KINDS[line.kind] + (f": {line.due_what}" if line.due_at else ""),
        "sub": " · ".join(fact for fact in facts if fact),
        "side": line.owner or "no owner",
        "due": words.epoch(line.due_at),
        "chip": fate,
        "tone": "late" if line.state == "action_required" else "plain",
        "unread": False,
        "version": line.version,
        "tags": ["check"] if line.doubts else [],
    }


def bulk(frame: Frame, owners: Sequence[str]) -> list[dict[str, Any]]:
    """What can be done to several cases at once."""
    others = [{"label": name, "values": {"person": name}} for name in owners if name != frame.actor.name]
    return [
        button("Assign to me", "assign", values={"person": frame.actor.name}, icon="person_add"),
        *([menu("Assign", "assign", others)] if others else []),
        *(button(STATES[state], state) for state in ("under_review", "action_required")),
        *(button(f"Closed: {label.lower()}", outcome) for outcome, label in SHORT.items()),
    ]


SHORT = {"granted": "Granted", "denied": "Denied", "withdrawn": "Withdrawn"}
