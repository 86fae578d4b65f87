"""Data problems: what could not be read, why, and what can be done about each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work, page_frame
from services import data_problems
from services.data_problems import Problem
from services.errors import Rejected

STATES = ("open", "discarded")
SAID = "problems-said"


def act(what: str, ids: tuple[int, ...]) -> None:
    """Retry, discard, restore, or make a ticket of the problems with these ids."""
    frame = at_work()
    try:
        if what == "retry":
            n = data_problems.retry(frame.store, ids, actor=frame.actor, now=frame.now)
            said = f"{words.plural(n, 'mail')} will be read again within seconds; what can be read leaves this list."
        elif what == "discard":
            data_problems.discard(frame.store, ids, actor=frame.actor, now=frame.now)
            said = f"{words.plural(len(ids), 'problem')} discarded; the raw form is kept under Discarded."
        elif what == "restore":
            data_problems.restore(frame.store, ids, actor=frame.actor, now=frame.now)
            said = f"{words.plural(len(ids), 'problem')} put back."
        else:
            data_problems.open_ticket(frame.store, ids[0], actor=frame.actor, now=frame.now)
            said = "It becomes a ticket within seconds, with the clock of its own date."
    except Rejected as refused:
        said = str(refused)
    st.session_state[SAID] = said


def raw_file(problem: int) -> bytes:
    """The raw form, read only when somebody downloads it."""
    return data_problems.raw(at_work().store, problem)[1]


def draw_problem(problem: Problem, frame: Frame) -> None:
    """One problem in a row: the reason and where it lies, and what can be done."""
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"problem-{problem.id}"
    ):
        st.checkbox("Select", key=f"pick-{problem.id}", label_visibility="collapsed")
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{words.plain(problem.reason)}**")
            found = f"{problem.place} · {words.when(problem.at, frame.zone, frame.now)} · {words.size(problem.size)}"
            kind = f" · {problem.kind.replace('_', ' ')}" if problem.kind else ""
            st.caption(words.plain(f"{problem.account} · {found}{kind}"))
        look = st.popover(
            "Look", key=f"look-{problem.id}", on_change="rerun", icon=":material/visibility:", type="tertiary"
        )
        if look.open:
            with look:
                _look(problem, frame)
        _buttons(problem)


def _buttons(problem: Problem) -> None:
    one = (problem.id,)
    if problem.state == "discarded":
        st.button("Put back", key=f"restore-{problem.id}", on_click=act, args=("restore", one))
        return
    if problem.is_mail and problem.kind != "broken":
        key, icon = f"ticket-{problem.id}", ":material/confirmation_number:"
        help_ = "It is from a buyer: it becomes a ticket with the clock of its own date."
        st.button("Open a ticket", key=key, icon=icon, type="tertiary", on_click=act, args=("ticket", one), help=help_)
    if problem.is_mail:
        key, icon = f"retry-{problem.id}", ":material/refresh:"
        st.button("Read again", key=key, icon=icon, type="tertiary", on_click=act, args=("retry", one))


def draw_bulk(ids: tuple[int, ...]) -> None:
    """What can be done with the selected problems, whichever they are."""
    picked = tuple(problem for problem in ids if st.session_state.get(f"pick-{problem}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = f"Read {len(picked)} again" if picked else f"Read all {len(ids)} again"
        st.button(label, key="retry-many", icon=":material/refresh:", on_click=act, args=("retry", picked or ids))
        with st.popover(
            "Discard",
            icon=":material/delete:",
            disabled=not picked,
            help="Select problems first" if not picked else None,
        ):
            st.write(f"{words.plural(len(picked), 'problem')} will leave this list. The raw form is kept.")
            st.button("Discard", key="discard-many", type="primary", on_click=act, args=("discard", picked))


def _look(problem: Problem, frame: Frame) -> None:
    try:
        sender, subject = data_problems.headline(frame.store, problem.id)
        if sender or subject:
            st.text(f"From {sender or 'nobody'}\nSubject {subject or 'none'}")
        st.code(data_problems.preview(frame.store, problem.id), language=None, wrap_lines=True, height=260)
    except Rejected as refused:
        st.info(str(refused))
        return
    name = f"within24-problem-{problem.id}.{'eml' if problem.is_mail else 'txt'}"
    st.download_button(
        "Download the raw form",
        lambda: raw_file(problem.id),
        name,
        "application/octet-stream",
        key=f"raw-{problem.id}",
        icon=":material/download:",
        on_click="ignore",
    )


def newest() -> None:
    """Leave the older pages."""
    st.query_params.pop("before", None)


def draw_list(frame: Frame) -> None:
    """Filters, the page of problems, and the way to older ones."""
    with st.container(horizontal=True, vertical_alignment="center"):
        bound: dict[str, Any] = {"bind": "query-params", "on_change": newest, "label_visibility": "collapsed"}
        state = st.segmented_control("State", STATES, default="open", key="state", **bound)
        text = st.text_input("Search", key="q", placeholder="Reason or place", width=320, **bound)
    before = st.query_params.get("before", "")
    mark = int(before) if before.isdigit() and len(before) < 18 else None
    page = data_problems.problems(frame.store, state=state or "open", text=text or "", mark=mark, limit=20)
    if not page.rows:
        st.info("Everything could be read." if state != "discarded" and not text else "Nothing here.")
    if page.rows and state != "discarded":
        draw_bulk(tuple(problem.id for problem in page.rows))
    for problem in page.rows:
        draw_problem(problem, frame)
    if page.next is not None:
        st.button("Older", on_click=st.query_params.update, kwargs={"before": str(page.next)})
    if mark is not None:
        st.button("Back to the newest", type="tertiary", on_click=newest)


frame = page_frame("Data problems")
if said := st.session_state.pop(SAID, ""):
    st.info(words.plain(said))
draw_list(frame)
