"""Sync: every source in words, the mail ledger with what is unexplained, and what the last runs brought."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work, page_frame
from pages.ui.stream_list import draw_group
from services import sync_status
from services.sync_status import LedgerLine


def run_now(source: str, account: str, stream: str) -> None:
    """Ask the sync to run a stream at once."""
    frame = at_work()
    sync_status.run_now(frame.store, source, account, stream, actor=frame.actor, now=frame.now)
    st.toast("Asked for; the sync starts it within a second.")


@st.fragment(run_every="5s")
def draw_sources() -> None:
    """Each source of each account: state, since when, what to do, and Run now. Redrawn while an import goes on."""
    frame = at_work()
    st.subheader("Sources", anchor=False)
    found = sync_status.groups(frame.store, frame.settings, now=frame.now)
    if not found:
        st.info("No source has run yet. Start it with `make run` or `python -m services.sync`.")
    for group in found:
        draw_group(group, frame, run_now)


def draw_ledger(frame: Frame) -> None:
    """Per mailbox: what was seen is ticketed, filed or set aside; anything else is named as unexplained."""
    st.subheader("Mail ledger", anchor=False)
    lines = sync_status.ledger_lines(frame.store)
    if not lines:
        st.caption("No mailbox has been read yet.")
    for line in lines:
        _ledger_line(line, frame)


def _ledger_line(line: LedgerLine, frame: Frame) -> None:
    with st.container(border=True, key=f"ledger-{line.mailbox}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words.plain(line.mailbox)}**", width="stretch")
            every = line.unexplained == 0
            st.badge(
                f"unexplained: {line.unexplained:,}",
                icon=":material/verified:" if every else ":material/help:",
                color="gray" if every else "red",
                help="Mail that is neither ticketed, filed nor set aside. During an import: what is left to read.",
            )
        places = f"{line.ticketed:,} ticketed + {line.filed:,} filed + {line.set_aside:,} set aside"
        st.markdown(words.plain(f"{line.seen:,} seen = {places}"))
        if line.lost:
            st.caption(words.plain(f"Not accounted for: {', '.join(line.lost)}"))
        if line.opens_from:
            since = words.when(line.opens_from, frame.zone, frame.now)
            old = f"Unanswered mail from before {since} opens no clock; there are {line.hidden:,}."
            st.caption(words.plain(old))
        with st.expander("By rule"):
            rows = sync_status.rules_used(frame.store, line.mailbox)
            st.dataframe(
                [{"place": place.replace("_", " "), "rule": rule, "mails": n} for place, rule, n in rows],
                hide_index=True,
            )


def draw_runs(frame: Frame) -> None:
    """The last runs, newest first."""
    st.subheader("Runs", anchor=False)
    quiet = st.toggle("Show runs that brought nothing", key="quiet", bind="query-params")
    found = sync_status.runs(frame.store, limit=200)
    shown = [run for run in found if quiet or run.rows_new or run.rejected or run.state != "ok"][:50]
    if not shown:
        st.caption("Nothing new in the last runs.")
        return
    rows = [
        {
            "started": words.when(run.started_at, frame.zone, frame.now),
            "source": sync_status.title_of(run.source, run.stream),
            "account": run.account,
            "state": sync_status.WORDS.get(run.state, run.state),
            "new": run.rows_new,
            "set aside": run.rejected,
            "message": run.message,
        }
        for run in shown
    ]
    st.dataframe(rows, hide_index=True)


frame = page_frame("Sync")
left, right = st.columns([55, 45], gap="large")
with left:
    draw_sources()
with right:
    draw_ledger(frame)
draw_runs(frame)
