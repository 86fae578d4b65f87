"""The dialog that opens a ticket by hand: from an order, or from nothing but a subject."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services.errors import Rejected
from services.inbox import opening

_OPEN = "new-ticket"


def draw_button() -> None:
    """The button that asks for the dialog."""
    st.button("New ticket", key="new-ticket-button", icon=":material/add:", type="tertiary", on_click=_ask)


def draw_asked(frame: Frame) -> None:
    """The dialog, if it was asked for. Open tickets of the same order are named, not forbidden."""
    if not st.session_state.get(_OPEN):
        return
    accounts = {name: account.marketplaces for name, account in frame.settings.accounts.items()}

    @st.dialog("A new ticket", on_dismiss=_close)
    def fill_in() -> None:
        account = st.selectbox("Account", list(accounts), key="new-account")
        order = st.text_input("Order number, if there is one", key="new-order", placeholder="123-1234567-1234567")
        known = opening.open_tickets_of(frame.store, account=account, order_id=order)
        if known:
            numbers = ", ".join(f"[#{each.id}](inbox?ticket={each.id})" for each in known)
            st.caption(f"This order has open tickets already: {numbers}")
        st.selectbox("Marketplace", ["", *accounts[account]], key="new-place", format_func=_as_in_mail)
        st.text_input("Buyer's name, or Amazon's address for them", key="new-buyer", max_chars=200)
        st.text_input("Subject", key="new-subject", max_chars=300)
        st.text_area("Internal note", key="new-note", height=96)
        refused = st.session_state.pop("new-refused", "")
        if refused:
            st.warning(words.plain(refused), icon=":material/warning:")
        st.button("Open the ticket", type="primary", on_click=_create, args=(account,))

    fill_in()


def _as_in_mail(place: str) -> str:
    return place or "As in the order's mail"


def _create(account: str) -> None:
    frame = at_work()
    try:
        ticket = opening.open_ticket(
            frame.store,
            frame.settings,
            account=account,
            order_id=_typed("new-order") or None,
            buyer=_typed("new-buyer"),
            marketplace=_typed("new-place"),
            subject=_typed("new-subject"),
            note=_typed("new-note"),
            actor=frame.actor,
            now=frame.now,
        )
    except Rejected as error:
        st.session_state["new-refused"] = str(error)
        return
    _close()
    st.query_params["ticket"] = str(ticket)
    st.rerun()


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "").strip()


def _ask() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    for key in (_OPEN, "new-order", "new-place", "new-buyer", "new-subject", "new-note"):
        st.session_state.pop(key, None)
