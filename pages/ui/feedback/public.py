"""Public answers to questions, reviews and feedback: the list, entering by hand or from a file, the open one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import format as words
from pages.ui.answer import draw_answer, draw_line
from pages.ui.feedback import urls
from pages.ui.frame import Frame, at_work
from services.feedback import answers, files
from services.feedback.answers import Filters
from services.rules.policy import Finding
from services.rules.public_answers import KINDS, STATES

SHOWN = 10


def draw_public(frame: Frame) -> None:
    """The whole view."""
    filters = draw_filters(frame)
    urls.draw_said()
    left, right = st.columns([2, 3], gap="large")
    with left:
        draw_list(frame, filters)
    with right:
        opened = answers.answer(frame.store, urls.number("id") or 0)
        if opened is not None:
            draw_answer(opened, frame, partial(examine, frame, opened.kind), act)
        elif "id" in st.query_params:
            st.info("There is no such question or feedback.", icon=":material/search_off:")


def draw_filters(frame: Frame) -> Filters:
    """The filters, all in the URL, and the ways to enter something new."""
    places = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = urls.choice("State", "state", STATES, width=190)
        kind = urls.choice("Kind", "kind", KINDS, width=190)
        place = urls.choice("Marketplace", "mp", {code: code for code in places}, width=190)
        with st.popover("New", icon=":material/add:"):
            draw_entry(frame, places)
        with st.popover("From a file", icon=":material/upload_file:"):
            draw_file(frame)
    return Filters(state=state, kind=kind, marketplace=place, account=urls.text("account", 40))


def draw_entry(frame: Frame, places: list[str]) -> None:
    """The form for what somebody found in Seller Central or on a product page."""
    with st.form("new-answer", border=False):
        usual = "product_question"
        st.segmented_control("What it is", list(KINDS), default=usual, format_func=KINDS.__getitem__, key="new_kind")
        if len(frame.settings.accounts) > 1:
            st.selectbox("Account", list(frame.settings.accounts), key="new_account")
        st.selectbox("Marketplace", places, key="new_place")
        st.text_input("ASIN of the product, or order number of the feedback", key="new_about", max_chars=40)
        st.selectbox(
            "Stars of a review", [None, 1, 2, 3, 4, 5], format_func=lambda n: str(n or "none"), key="new_stars"
        )
        st.text_area("The buyer's words", key="new_asked", max_chars=answers.LONGEST_ASKED, height=110)
        st.form_submit_button("Add", icon=":material/add:", on_click=enter)


def draw_file(frame: Frame) -> None:
    """Reviews and questions from a CSV file, and what of it was not taken."""
    st.caption("A CSV file with the columns Marketplace, ASIN, Stars and Text; Kind is review or question.")
    if len(frame.settings.accounts) > 1:
        st.selectbox("Account", list(frame.settings.accounts), key="file_account")
    file = st.file_uploader("File", type=["csv", "txt", "tsv"], label_visibility="collapsed")
    if file is not None and st.button("Read the file", type="primary"):
        account = st.session_state.get("file_account") or next(iter(frame.settings.accounts), "")
        done: files.Imported | None = urls.write(files.bring, file.getvalue(), settings=True, account=account)
        if done is None:
            st.rerun()
        st.markdown(f"{words.plural(done.added, 'row')} added, {len(done.rejected)} not taken.")
        for number, why in done.rejected[:SHOWN]:
            st.caption(words.plain(f"Line {number}: {why}"))
        if done.ids:
            st.button("Undo", key="file-undo", icon=":material/undo:", on_click=take_back, args=(done.ids,))


def take_back(ids: tuple[int, ...]) -> None:
    """Take out again what the last file brought."""
    gone: int | None = urls.write(files.take_back, ids)
    if gone is not None:
        st.session_state[urls.SAID] = f"{words.plural(gone, 'row')} taken back."


def draw_list(frame: Frame, filters: Filters) -> None:
    """A page of the list, and the way to older ones."""
    page = answers.answers(frame.store, filters, mark=urls.number("before"))
    waiting = answers.counts(frame.store)
    st.caption(f"{words.plural(waiting['draft'], 'draft')} · {words.count(waiting['final'])} to be copied")
    if not page.rows:
        st.caption("Nothing here. Enter a product question, review or feedback with New.")
    for row in page.rows:
        draw_line(row, frame, urls.number("id") == row.id, open_answer)
    if page.next is not None:
        st.button("Older", on_click=st.query_params.update, kwargs={"before": str(page.next)})


def open_answer(answer_id: int) -> None:
    """Open one beside the list."""
    st.query_params["id"] = str(answer_id)


def enter() -> None:
    """Store what was typed, and open it."""
    state = st.session_state
    made = urls.write(
        answers.enter,
        settings=True,
        kind=state.new_kind or "",
        account=state.get("new_account") or next(iter(at_work().settings.accounts), ""),
        marketplace=state.new_place or "",
        about=state.new_about or "",
        stars=state.new_stars,
        asked=state.new_asked or "",
    )
    if made is not None:
        state.new_about = state.new_asked = ""
        open_answer(made)


def act(what: str, answer_id: int, version: int, text: str = "") -> None:
    """Save, finish, mark as posted, discard or put back; a refusal is said, and what was typed stays."""
    if what == "save":
        urls.write(answers.save, answer_id, version, text=text)
    elif what == "finish":
        urls.write(answers.finish, answer_id, version, settings=True, text=text)
    else:
        simple = {"posted": answers.posted, "discard": answers.discard, "restore": answers.restore}
        urls.write(simple[what], answer_id, version)


def examine(frame: Frame, kind: str, text: str) -> tuple[Finding, ...]:
    """What the policy check finds in a public answer while it is written."""
    return answers.check(frame.settings, kind, text).findings
