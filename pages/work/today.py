"""Today: everything that needs a person, what is to be done first on top; every line opens where it is done."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import escalate, notices
from pages.ui import format as words
from pages.ui.board import asked_whose, draw_board, draw_whose
from pages.ui.frame import Frame, page_frame
from pages.ui.today_lists import draw_asked, draw_glance, draw_health, draw_sources
from services import today
from services.team import Team, team


def main() -> None:
    frame = page_frame("Today")
    house, whose = team(frame.store, now=frame.now), asked_whose()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        draw_whose(whose)
        end = shift_end(frame, house)
        notices.draw(frame)
    found = today.today(
        frame.store, frame.settings, now=frame.now, actor=frame.actor, shift_end=end, whose=whose, house=house
    )
    draw_sources(found.sources, found.has_sources)
    draw_health(found.health)
    draw_glance(found.board, words.clock_time(end, frame.zone))
    if found.asked:
        left, right = st.columns([3, 1], gap="medium")
        with right, st.container(gap="small"):
            draw_asked(frame, found.asked)
    else:
        left = st.container()
    with left, st.container(gap="small"):
        draw_board(frame, found.board, house, whose)
    escalate.draw_opened(frame)


def shift_end(frame: Frame, house: Team) -> datetime:
    """The end of the reader's shift: the team's, unless the reader says another time; it stays in the URL."""
    zone = ZoneInfo(house.zone) if house.zone else frame.zone
    chosen = asked_time() or house.shift_end
    st.caption("End of my shift", width="content")
    key = f"shift-{chosen:%H%M}"
    st.time_input(
        "End of my shift", chosen, key=key, label_visibility="collapsed", width=130, on_change=keep, args=(key,)
    )
    return today.next_shift_end(frame.now, chosen.hour, chosen.minute, zone)


def asked_time() -> time | None:
    try:
        return time.fromisoformat(st.query_params["until"]).replace(tzinfo=None)
    except (KeyError, ValueError):
        return None


def keep(key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen:
        st.query_params["until"] = f"{chosen:%H:%M}"


main()
