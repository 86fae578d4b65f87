"""The streams on the Sync page: a box per account and source, loud where somebody must act, quiet where all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from services import sync_status
from services.sync_status import Group, SourceState

ICONS = {
    "ok": ":material/check_circle:",
    "running": ":material/sync:",
    "waiting": ":material/pause_circle:",
    "never": ":material/radio_button_unchecked:",
    "stale": ":material/history:",
    "retry": ":material/warning:",
    "needs_person": ":material/error:",
}
COLOURS: dict[str, Literal["red", "orange", "gray"]] = {"needs_person": "red", "retry": "orange", "stale": "gray"}
FEW = 3
"""A source of so few streams shows them all."""

RunNow = Callable[[str, str, str], None]


def draw_group(group: Group, frame: Frame, run_now: RunNow) -> None:
    """One source of one account: what needs a look first, the rest in a line that opens."""
    name = f"{group.source}-{group.account}"
    with st.container(border=True, key=f"group-{name}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words.plain(group.title)}** · {words.plain(group.account)}", width="stretch")
            worst = group.streams[0]
            st.badge(
                worst.words if group.loud or len(group.streams) == 1 else group.words,
                icon=ICONS[worst.state],
                color=COLOURS.get(worst.state, "gray"),
            )
        shown = group.streams if len(group.streams) <= FEW else group.loud
        for state in shown:
            _stream(state, frame, run_now)
        _rest(group, name, shown, frame, run_now)


def _rest(group: Group, name: str, shown: tuple[SourceState, ...], frame: Frame, run_now: RunNow) -> None:
    rest = [state for state in group.quiet if state not in shown]
    if rest:
        label = group.words.capitalize() if not shown else f"The others: {group.words}"
        more = st.expander(label, key=f"quiet-{name}", on_change="rerun", type="compact")
        if more.open:
            with more:
                for state in rest:
                    _stream(state, frame, run_now)
    if group.source == "amazon":
        inside = st.expander("Calls left and reports", key=f"inside-{name}", on_change="rerun", type="compact")
        if inside.open:
            with inside:
                _budgets(group.account, frame)
                _jobs(group.account, frame)


def _stream(state: SourceState, frame: Frame, run_now: RunNow) -> None:
    name = f"{state.source}-{state.account}-{state.stream}"
    with st.container(key=f"source-{name}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center"):
            place = f" · {words.plain(state.marketplace)}" if state.marketplace else ""
            st.markdown(f"{ICONS[state.state]} {words.plain(state.title)}{place}", width="stretch")
            _history(state, name, frame)
            st.button(
                "Run now",
                key=f"run-{name}",
                icon=":material/play_arrow:",
                type="tertiary",
                on_click=run_now,
                args=(state.source, state.account, state.stream),
                disabled=state.next_in is None or state.state == "running",
                help="A sync process must be running for this." if state.next_in is None else None,
            )
        st.caption(words.plain(f"{state.words}; {_when(state, frame)}"))
        if state.message:
            st.markdown(f"{words.plain(state.message)} {words.plain(state.what_to_do)}")
        if state.progress:
            done, total = state.progress
            st.progress(done / total if total else 0.0, f"{done:,} of {total or 0:,} {_things(state)}")


def _things(state: SourceState) -> str:
    return "files" if state.stream == "reports" else "mails"


def _when(state: SourceState, frame: Frame) -> str:
    parts = [f"last read {words.ago(state.last_ok_at, frame.now)}" if state.last_ok_at else "never read to the end"]
    if state.failing_since:
        parts.append(f"in trouble since {words.when(state.failing_since, frame.zone, frame.now)}")
    if state.next_in is not None and state.state != "running":
        parts.append(f"next in {_short(state.next_in)}")
    return ", ".join(parts)


def _short(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else words.span(wait)


def _history(state: SourceState, name: str, frame: Frame) -> None:
    past = st.popover("History", key=f"history-{name}", on_change="rerun", type="tertiary")
    if past.open:
        with past:
            runs = sync_status.history(frame.store, state.source, state.account, state.stream)
            st.dataframe(
                [
                    {
                        "started": words.when(run.started_at, frame.zone, frame.now),
                        "state": sync_status.WORDS.get(run.state, run.state),
                        "new": run.rows_new,
                        "changed": run.rows_changed,
                        "set aside": run.rejected,
                        "message": run.message,
                    }
                    for run in runs
                ],
                hide_index=True,
            )


def _budgets(account: str, frame: Frame) -> None:
    found = sync_status.budgets_left(frame.store, account)
    if not found:
        st.caption("Amazon has not been called yet.")
        return
    rows = [
        {
            "calls": each.what_for,
            "left now": f"{each.left} of {each.most}",
            "all back in": _short(each.full_in) if each.full_in else "",
            "refused": words.when(each.refused_at, frame.zone, frame.now) if each.refused_at else "",
        }
        for each in found
    ]
    st.dataframe(rows, hide_index=True)


def _jobs(account: str, frame: Frame) -> None:
    rows = [
        {
            "report": each.title,
            "where": each.marketplaces,
            "from": words.when(each.window_from, frame.zone, frame.now) if each.window_from else "",
            "to": words.when(each.window_to, frame.zone, frame.now) if each.window_to else "",
            "state": each.words,
            "why": each.message,
            "changed": words.when(each.changed_at, frame.zone, frame.now),
        }
        for each in sync_status.jobs(frame.store, account)
    ]
    if rows:
        st.dataframe(rows, hide_index=True)
    else:
        st.caption("No report has been asked for yet.")
