"""The decisions of a meeting on the page: the list with each figure, and the forms that write one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.meeting import asked
from services import people
from services.meeting.decisions import ENDINGS, LONGEST, Decision, Wish, of_period, still_open
from services.rules.meeting_figures import FIGURES, VERDICTS, shown
from services.rules.periods import Period

COLOURS = {"reached": "green", "nearer": "green", "farther": "red"}
STATES = {"Overdue": "red", "Done": "green"}
IN_A_WEEK = timedelta(days=7)


def draw_decisions(frame: Frame, period: Period) -> None:
    """What this meeting decided, what others decided and is not done yet, and the form for a new one."""
    known, opened = asked.measured(frame), asked.decision(frame)
    mine = of_period(frame.store, frame.settings, period, frame.now, known)
    if opened is not None and opened.id not in [each.id for each in mine]:
        mine = (opened, *mine)
    others = [
        each
        for each in still_open(frame.store, frame.settings, frame.now, known)
        if each.id not in [m.id for m in mine]
    ]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _draw_list(f"Decided about {period.title}", mine, frame, "Nothing has been decided yet.")
        _draw_list("Still open from other meetings", others, frame, "")
    with right, st.container(border=True):
        st.markdown("**Record a decision**")
        number = st.session_state.get("meeting-recorded", 0)
        wish = _draw_fields(frame, f"new-{period.name}-{number}", None)
        st.button("Record", type="primary", key=f"record-{number}", on_click=_record, args=(frame, period, wish))


def _draw_list(title: str, found: Any, frame: Frame, empty: str) -> None:
    if not found and not empty:
        return
    st.markdown(f"**{words.plain(title)}**")
    if not found:
        st.caption(empty)
    for each in found:
        with st.container(border=True, gap="small"):
            _draw_one(each, frame)


def _draw_one(each: Decision, frame: Frame) -> None:
    spec = FIGURES[each.figure]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.plain(each.text)}**", width="stretch")
        st.badge(each.state, color=STATES.get(each.state, "gray"))  # type: ignore[arg-type]
    about = f"{spec.label}, {each.scope}" if each.scope else spec.label
    then, now, target = (shown(spec.form, value) for value in (each.value_then, each.value_now, each.target))
    st.caption(words.plain(
        f"{each.owner}, due {each.due_on.day} {each.due_on:%b %Y}, decided about {each.period}. "
        f"{about}: {then} then, {now} in the {each.kind} now, target {target}."))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(VERDICTS[each.result], color=COLOURS.get(each.result, "gray"))  # type: ignore[arg-type]
        if each.outcome:
            st.markdown(words.plain(each.outcome), width="content")
        if each.is_open:
            _draw_ways(each, frame)
        else:
            st.button("Open again", key=f"reopen-{each.id}-{each.version}", type="tertiary", icon=":material/undo:",
                      on_click=_reopen, args=(each,))  # fmt: skip


def _draw_ways(each: Decision, frame: Frame) -> None:
    key = f"{each.id}-{each.version}"
    with st.popover("Change", type="tertiary", icon=":material/edit:", key=f"change-{key}"):
        wish = _draw_fields(frame, key, each)
        st.button("Save", type="primary", key=f"save-{key}", on_click=_change, args=(frame, each, wish))
    with st.popover("Close", type="tertiary", icon=":material/check:", key=f"close-{key}"):
        st.text_area("What came of it", key=f"outcome-{key}", max_chars=LONGEST, height=80)
        with st.container(horizontal=True):
            for state, label in ENDINGS.items():
                st.button(label, key=f"{state}-{key}", on_click=_close, args=(each, state, f"outcome-{key}"))


def _draw_fields(frame: Frame, key: str, held: Decision | None) -> partial[Wish]:
    """The fields of a decision; what they hold is read when somebody saves it."""
    names = [each.name for each in people.people(frame.store) if not each.disabled]
    names = names if held is None or held.owner in names else [held.owner, *names]
    places = ["", *sorted({code for each in frame.settings.accounts.values() for code in each.marketplaces})]
    owner, figure = (held.owner, held.figure) if held else (frame.actor.name, "within_24h")
    scope = held.scope if held else ""
    places = places if scope in places else [*places, scope]
    st.text_area("Decision", held.text if held else "", key=f"text-{key}", max_chars=LONGEST, height=80)
    left, right = st.columns(2, gap="small")
    left.selectbox("Owner", names, names.index(owner) if owner in names else 0, key=f"owner-{key}")
    due = held.due_on if held else frame.now.date() + IN_A_WEEK
    right.date_input("Due", due, key=f"due-{key}", format="YYYY-MM-DD")
    left.selectbox("Figure that will show it", list(FIGURES), list(FIGURES).index(figure), key=f"figure-{key}",
                   format_func=lambda name: FIGURES[name].label)  # fmt: skip
    right.selectbox("Of", places, places.index(scope), key=f"scope-{key}",
                    format_func=lambda code: code or "All marketplaces")  # fmt: skip
    chosen = str(st.session_state.get(f"figure-{key}", figure))
    share = FIGURES[chosen].form == "share"
    usual = (held.target if held else 0.95 if chosen == "within_24h" else 0.0) * (100 if share else 1)
    label = "Target, %" if share else "Target, hours" if FIGURES[chosen].form == "hours" else "Target"
    st.number_input(label, 0.0, 100.0 if share else 1e9, min(usual, 100.0) if share else usual, 1.0,
                    key=f"target-{chosen}-{key}", format="%.1f")  # fmt: skip
    return partial(_wish, key)


def _wish(key: str) -> Wish:
    state = st.session_state
    figure = str(state[f"figure-{key}"])
    target, due = float(state[f"target-{figure}-{key}"]), state[f"due-{key}"]
    return Wish(
        text=str(state[f"text-{key}"]), owner=str(state[f"owner-{key}"] or ""),
        due_on=due if isinstance(due, date) else date.max, figure=figure, scope=str(state[f"scope-{key}"] or ""),
        target=round(target / 100, 6) if FIGURES[figure].form == "share" else target,
    )  # fmt: skip


def _record(frame: Frame, period: Period, wish: partial[Wish]) -> None:
    if asked.write("add", frame.settings, period, wish(), said="Recorded. The next pack follows it up."):
        st.session_state["meeting-recorded"] = st.session_state.get("meeting-recorded", 0) + 1


def _change(frame: Frame, each: Decision, wish: partial[Wish]) -> None:
    asked.write("change", frame.settings, each.id, each.version, wish(), said="Changed.")


def _close(each: Decision, state: str, key: str) -> None:
    outcome = str(st.session_state.get(key) or "")
    asked.write("close", each.id, each.version, state, outcome=outcome, said=f"{ENDINGS[state]}.")


def _reopen(each: Decision) -> None:
    asked.write("reopen", each.id, each.version, said="Open again.")
