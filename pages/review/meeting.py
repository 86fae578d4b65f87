"""Meeting: the pack of a week or a month, what changed and why, its files, and what was decided about it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, page_frame
from pages.ui.meeting import asked, drawn
from pages.ui.meeting.asked import KINDS, PARTS, Shown
from pages.ui.meeting.decided import draw_decisions
from services.meeting import keep, mail
from services.meeting.files import FORMS
from services.rules import periods
from services.rules.periods import Period

SECTIONS = {
    "figures": ("response", "why"),
    "cases": ("worst",),
    "reasons": ("reasons",),
    "money": ("money",),
    "health": ("health",),
    "duties": ("checklist", "followups"),
    "decisions": ("decided",),
}


def main() -> None:
    frame = page_frame("Meeting")
    period = asked.period(frame)
    draw_choice(frame, period)
    shown = asked.shown(frame, period)
    draw_state(frame, period, shown)
    drawn.draw_figures(shown.pack)
    if shown.closed and st.session_state.get(f"now-{period.name}"):
        drawn.draw_beside(shown.pack, *asked.known_now(frame, period))
    draw_part(frame, period, shown)


def draw_choice(frame: Frame, period: Period) -> None:
    """Week or month, the period with its neighbours, and its files."""
    newest = periods.of_day(period.kind, frame.now.date())
    ahead = periods.after(period)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="meeting-row"):
        key = f"kind-{period.kind}"
        options: dict[str, Any] = {"required": True, "label_visibility": "collapsed", "on_change": asked.choose}
        st.segmented_control("Kind", list(KINDS), default=period.kind, format_func=KINDS.__getitem__, key=key,
                             args=("kind", key), **options)  # fmt: skip
        turn(periods.before(period), "Earlier", ":material/chevron_left:", off=False)
        st.markdown(f"**{words.plain(period.title)}**", width="content")
        turn(ahead, "Later", ":material/chevron_right:", off=ahead.start > newest.start)
        draw_files(period)
        with st.popover("Closed packs", icon=":material/inventory_2:", type="tertiary"):
            draw_closed(frame)


def draw_closed(frame: Frame) -> None:
    """The packs that stand still, the newest first."""
    found = keep.listed(frame.store)
    if not found:
        st.caption("None yet. A pack is closed when somebody closes it, hands it out, or when it goes out by mail.")
    for row in found:
        go = partial(asked.put, kind=row.kind, period=row.period, decision="")
        st.button(row.period, type="tertiary", key=f"closed-{row.kind}-{row.period}", on_click=go)


def turn(to: Period, label: str, icon: str, *, off: bool) -> None:
    go = partial(asked.put, kind=to.kind, period=to.name, decision="")
    st.button(label, icon=icon, type="tertiary", disabled=off, key=f"turn-{label}", on_click=go)


def draw_files(period: Period) -> None:
    """The files, each made when it is asked for."""
    for form, media_type in FORMS.items():
        st.download_button(form.upper(), partial(asked.file, period, form), f"meeting-{period.name}.{form}", media_type,
                           key=f"file-{form}-{period.name}", icon=":material/download:", type="tertiary")  # fmt: skip


def draw_state(frame: Frame, period: Period, shown: Shown) -> None:
    """Whether the pack stands still or still moves, what its figures cover, and what became of the last click."""
    said = st.session_state.pop(asked.SAID, "")
    if said:
        st.info(words.plain(said), icon=":material/info:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if shown.closed:
            when = words.when(shown.closed.closed_at, frame.zone, frame.now)
            sent = mail.told(frame.store, frame.settings, period)
            st.caption(words.plain(f"Closed {when} by {shown.closed.by}. {sent}"), width="content")
            st.toggle("Beside it: as known now", key=f"now-{period.name}")
        elif periods.is_over(period, frame.now):
            st.caption("Not closed yet: mail that comes late still changes it.", width="content")
            st.button("Close the pack", key="close-pack", icon=":material/lock:", type="tertiary",
                      on_click=asked.close, args=(period,))  # fmt: skip
    st.caption(words.plain(" ".join(shown.pack.covers)))


def draw_part(frame: Frame, period: Period, shown: Shown) -> None:
    """One part at a time, so that a page never draws more than four charts."""
    chosen = asked.part()
    key = f"part-{chosen}"
    st.segmented_control("Part", list(PARTS), default=chosen, format_func=PARTS.__getitem__, required=True, key=key,
                         on_change=asked.choose, args=("part", key), label_visibility="collapsed")  # fmt: skip
    for name in SECTIONS[chosen]:
        section = shown.pack.section(name)
        if section is not None:
            drawn.draw_section(section)
    if chosen == "decisions":
        draw_decisions(frame, period)


main()
