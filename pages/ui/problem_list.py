"""The problems on their page: one in a row each, those of one file together, and what can be done about them."""

from __future__ import annotations

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services import data_problems
from services.data_problems import FileOfProblems, Problem
from services.errors import Rejected

SAID = "problems-said"


def act(what: str, ids: tuple[int, ...]) -> None:
    """Retry, discard, restore, or make a ticket of the problems with these ids."""
    frame = at_work()
    try:
        if what == "retry":
            n = data_problems.retry(frame.store, ids, actor=frame.actor, now=frame.now)
            said = f"{words.plural(n, 'problem')} will be read again within seconds; what can be read leaves this list."
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
        escalate.draw_way_in(_about(problem), key=f"escalate-{problem.id}")


def _about(problem: Problem) -> escalate.About:
    what = "Mail set aside" if problem.is_mail else "Unread row"
    label = f"{what}, no. {problem.id}"
    return escalate.About("problem", str(problem.id), label, "data_problems", account=problem.account)


def _buttons(problem: Problem) -> None:
    one = (problem.id,)
    if problem.state == "discarded":
        st.button("Put back", key=f"restore-{problem.id}", on_click=act, args=("restore", one))
        return
    if problem.is_mail and problem.kind != "broken":
        key, icon = f"ticket-{problem.id}", ":material/confirmation_number:"
        help_ = "It is from a buyer: it becomes a ticket with the clock of its own date."
        st.button("Open a ticket", key=key, icon=icon, type="tertiary", on_click=act, args=("ticket", one), help=help_)
    key, icon = f"retry-{problem.id}", ":material/refresh:"
    st.button("Read again", key=key, icon=icon, type="tertiary", on_click=act, args=("retry", one))


def draw_file(group: FileOfProblems, frame: Frame) -> None:
    """The problems of one file: what is wrong with how many of its rows; the rows themselves open on a click."""
    if len(group.rows) == 1:
        draw_problem(group.rows[0], frame)
        return
    first, ids = group.rows[0], tuple(each.id for each in group.rows)
    with st.container(border=True, gap="xsmall", key=f"file-{first.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{words.plain(group.file)}** · {words.plural(len(ids), 'problem')} on this page")
                for reason, n in group.reasons[:3]:
                    st.caption(words.plain(f"{n} times: {reason}"))
            if first.state != "discarded":
                _file_buttons(first.id, ids)
        rows = st.expander("Its rows", key=f"rows-{first.id}", on_change="rerun", type="compact")
        if rows.open:
            with rows:
                for problem in group.rows:
                    draw_problem(problem, frame)


def _file_buttons(key: int, ids: tuple[int, ...]) -> None:
    st.button(
        "Read the file again",
        key=f"retry-file-{key}",
        icon=":material/refresh:",
        type="tertiary",
        on_click=act,
        args=("retry", ids),
    )
    with st.popover("Discard", icon=":material/delete:", type="tertiary", key=f"discard-file-{key}"):
        st.write(f"{words.plural(len(ids), 'problem')} will leave this list. The raw form is kept.")
        st.button("Discard", key=f"discard-these-{key}", type="primary", on_click=act, args=("discard", ids))


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
