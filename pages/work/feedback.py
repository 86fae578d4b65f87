"""Feedback: product questions and seller feedback, and the one public answer to each."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.answer import draw_answer, draw_line
from pages.ui.frame import Frame, at_work, page_frame
from services import feedback
from services.errors import Rejected
from services.feedback import Filters
from services.rules.policy import Finding
from services.rules.public_answers import KINDS, STATES

SAID = "feedback-said"


def keep(param: str, key: str) -> None:
    """Let a filter stand in the URL; the page begins anew."""
    value = st.session_state.get(key)
    for old in ("before", param):
        st.query_params.pop(old, None)
    if value:
        st.query_params[param] = value


def open_answer(answer_id: int) -> None:
    """Open one beside the list."""
    st.query_params["id"] = str(answer_id)


def enter() -> None:
    """Store the question or feedback that was typed, and open it."""
    frame, state = at_work(), st.session_state
    try:
        made = feedback.enter(
            frame.store,
            frame.settings,
            kind=state.new_kind or "",
            account=state.get("new_account") or next(iter(frame.settings.accounts), ""),
            marketplace=state.new_place or "",
            about=state.new_about or "",
            asked=state.new_asked or "",
            actor=frame.actor,
            now=frame.now,
        )
    except Rejected as refused:
        state[SAID] = str(refused)
        return
    state.new_about = state.new_asked = ""
    open_answer(made)


def act(what: str, answer_id: int, version: int, text: str = "") -> None:
    """Save, finish, mark as posted, discard or put back; a refusal is said, and what was typed stays."""
    frame = at_work()
    one: dict[str, Any] = {"actor": frame.actor, "now": frame.now}
    try:
        if what == "save":
            feedback.save(frame.store, answer_id, version, text=text, **one)
        elif what == "finish":
            feedback.finish(frame.store, frame.settings, answer_id, version, text=text, **one)
        else:
            {"posted": feedback.posted, "discard": feedback.discard, "restore": feedback.restore}[what](
                frame.store, answer_id, version, **one
            )
    except Rejected as refused:
        st.session_state[SAID] = str(refused)


def examine(frame: Frame, kind: str, text: str) -> tuple[Finding, ...]:
    """What the policy check finds in a public answer while it is written."""
    return feedback.check(frame.settings, kind, text).findings


def number(param: str) -> int | None:
    """A number in the URL, or None."""
    asked = st.query_params.get(param, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def draw_filters(frame: Frame) -> Filters:
    """The filters, all in the URL, and the way to enter something new."""
    places = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = _choice("State", "state", STATES)
        kind = _choice("Kind", "kind", KINDS)
        place = _choice("Marketplace", "mp", {code: code for code in places})
        with st.popover("New", icon=":material/add:"):
            draw_entry(frame, places)
    return Filters(state=state, kind=kind, marketplace=place, account=st.query_params.get("account", "")[:40])


def _choice(label: str, param: str, labels: dict[str, str]) -> str:
    asked = st.query_params.get(param, "")
    chosen = asked if asked in labels else ""
    key = f"{param}-{chosen}"
    everything = {"": f"{label}: all", **labels}
    at = list(everything).index(chosen)
    options: dict[str, Any] = {"format_func": everything.__getitem__, "label_visibility": "collapsed", "width": 190}
    st.selectbox(label, list(everything), at, key=key, on_change=keep, args=(param, key), **options)
    return chosen


def draw_entry(frame: Frame, places: list[str]) -> None:
    """The form for a question or feedback that somebody found in Seller Central."""
    with st.form("new-answer", border=False):
        usual = "product_question"
        st.segmented_control("What it is", list(KINDS), default=usual, format_func=KINDS.__getitem__, key="new_kind")
        if len(frame.settings.accounts) > 1:
            st.selectbox("Account", list(frame.settings.accounts), key="new_account")
        st.selectbox("Marketplace", places, key="new_place")
        st.text_input("ASIN of the product, or order number of the feedback", key="new_about", max_chars=40)
        st.text_area("The buyer's words", key="new_asked", max_chars=feedback.LONGEST_ASKED, height=110)
        st.form_submit_button("Add", icon=":material/add:", on_click=enter)


def draw_list(frame: Frame, filters: Filters) -> None:
    """A page of the list, and the way to older ones."""
    page = feedback.answers(frame.store, filters, mark=number("before"))
    waiting = feedback.counts(frame.store)
    st.caption(f"{words.plural(waiting['draft'], 'draft')} · {words.count(waiting['final'])} to be copied")
    if not page.rows:
        st.caption("Nothing here. Enter a product question or feedback with New.")
    for row in page.rows:
        draw_line(row, frame, number("id") == row.id, open_answer)
    if page.next is not None:
        st.button("Older", on_click=st.query_params.update, kwargs={"before": str(page.next)})


here = page_frame("Feedback")
chosen_filters = draw_filters(here)
if said := st.session_state.pop(SAID, ""):
    st.info(words.plain(said))
left, right = st.columns([2, 3], gap="large")
with left:
    draw_list(here, chosen_filters)
with right:
    opened = feedback.answer(here.store, number("id") or 0)
    if opened is not None:
        draw_answer(opened, here, partial(examine, here, opened.kind), act)
    elif "id" in st.query_params:
        st.info("There is no such question or feedback.", icon=":material/search_off:")
