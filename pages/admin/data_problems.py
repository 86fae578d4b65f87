"""Data problems: what could not be read, why, and what can be done about each."""

from __future__ import annotations

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
    """One problem: the reason, where it lies, and what can be done."""
    with st.container(border=True, key=f"problem-{problem.id}", gap="xsmall"):
        st.markdown(f"**{words.plain(problem.reason)}**")
        found = f"{problem.place} · {words.when(problem.at, frame.zone, frame.now)} · {words.size(problem.size)}"
        kind = f" · {problem.kind.replace('_', ' ')}" if problem.kind else ""
        st.caption(words.plain(f"{problem.account} · {found}{kind}"))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(problem)
        with st.expander("Look at it", key=f"look-{problem.id}", on_change="rerun"):
            if st.session_state.get(f"look-{problem.id}"):
                _look(problem, frame)


def _buttons(problem: Problem) -> None:
    one = (problem.id,)
    if problem.state == "discarded":
        st.button("Put back", key=f"restore-{problem.id}", on_click=act, args=("restore", one))
        return
    if problem.is_mail:
        st.button("Read again", key=f"retry-{problem.id}", icon=":material/refresh:", on_click=act, args=("retry", one))
        if problem.kind != "broken":
            st.button(
                "It is from a buyer: open a ticket",
                key=f"ticket-{problem.id}",
                icon=":material/confirmation_number:",
                on_click=act,
                args=("ticket", one),
            )
    with st.popover("Discard", icon=":material/delete:"):
        st.write("It leaves this list and is never read again by itself. The raw form is kept.")
        st.button("Discard it", key=f"discard-{problem.id}", type="primary", on_click=act, args=("discard", one))


def _look(problem: Problem, frame: Frame) -> None:
    try:
        sender, subject = data_problems.headline(frame.store, problem.id)
        if sender or subject:
            st.text(f"From {sender or 'nobody'}\nSubject {subject or 'none'}")
        st.code(data_problems.preview(frame.store, problem.id), language=None, wrap_lines=True, height=240)
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


def draw_list(frame: Frame) -> None:
    """Filters, the page of problems, and the way to older ones."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = st.segmented_control(
            "State", STATES, default="open", key="state", bind="query-params", label_visibility="collapsed"
        )
        text = st.text_input(
            "Search", key="q", bind="query-params", placeholder="Reason or place", label_visibility="collapsed"
        )
    before = st.query_params.get("before", "")
    mark = int(before) if before.isdigit() and len(before) < 18 else None
    page = data_problems.problems(frame.store, state=state or "open", text=text or "", mark=mark, limit=20)
    if not page.rows:
        st.info("Everything could be read." if state != "discarded" and not text else "Nothing here.")
    if len(page.rows) > 1 and state != "discarded":
        ids = tuple(problem.id for problem in page.rows)
        label = f"Read all {len(ids)} again"
        st.button(label, icon=":material/refresh:", type="tertiary", on_click=act, args=("retry", ids))
    for problem in page.rows:
        draw_problem(problem, frame)
    if page.next is not None:
        st.button("Older", on_click=st.query_params.update, kwargs={"before": str(page.next)})
    if mark is not None:
        st.button("Back to the newest", type="tertiary", on_click=st.query_params.pop, args=("before", None))


frame = page_frame("Data problems")
if said := st.session_state.pop(SAID, ""):
    st.info(words.plain(said))
draw_list(frame)
