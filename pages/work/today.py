"""Today: what needs a person now, worst first; every line opens what it is about."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from pages.ui.board import draw_board
from pages.ui.feedback.waiting import draw_waiting
from pages.ui.frame import Frame, page_frame
from pages.ui.tables import draw_table
from pages.ui.ticket_list import row_line, ticket_list
from pages.ui.today_lists import draw_promises, draw_questions
from services import today
from services.team import Team, team
from services.today import Panel, Today

INBOX = "pages/work/inbox.py"
HEALTH = "pages/review/health.py"
SHOWN = 4
"""So many sentences about account health; the tickets are below them."""


def main() -> None:
    frame = page_frame("Today")
    house = team(frame.store, now=frame.now)
    end = shift_end(frame, house)
    found = today.today(frame.store, frame.settings, now=frame.now, actor=frame.actor, shift_end=end)
    draw_sources(found)
    draw_health(found)
    until = words.clock_time(end, frame.zone)
    panels = (
        ("Late", found.late, "late", "Nothing is late."),
        (f"Due before {until}", found.due_this_shift, "risk", f"Nothing is due before {until}."),
        ("Unassigned", found.unassigned, "unassigned", "Every waiting ticket has an owner."),
    )
    for column, (title, panel, box, empty) in zip(st.columns(3, gap="medium"), panels, strict=True):
        with column, st.container(gap="small"):
            draw_panel(frame, title, panel, box, empty, house)
    asks, aside = st.columns([1, 2], gap="medium")
    with asks, st.container(gap="small"):
        empty = "No copy of a reply needs a decision."
        draw_panel(frame, "Replies that fit several tickets", found.asks, "asks", empty, house)
        draw_questions(frame, found.questions.lines, house)
        draw_promises(frame, found.promises, house)
        draw_waiting(found.feedback, frame)
    with aside, st.container(gap="small"):
        draw_board(frame, found.board, house)
        draw_set_aside(frame, found)


def shift_end(frame: Frame, house: Team) -> datetime:
    """The end of the reader's shift: the team's, unless the reader says another time; it stays in the URL."""
    zone = ZoneInfo(house.zone) if house.zone else frame.zone
    chosen = asked_time() or house.shift_end
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
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


def draw_sources(found: Today) -> None:
    """One line that says whether the figures below can be trusted."""
    if not found.sources:
        st.info("No mail has been read yet. The Sync page says why.", icon=":material/sync_problem:")
        return
    bad = [source for source in found.sources if source.state not in ("ok", "running")]
    for source in bad:
        what = f"{source.source} {source.account}: {source.words}. {source.message} {source.what_to_do}"
        st.caption(f":material/sync_problem: {words.plain(what)}")


def draw_health(found: Today) -> None:
    """One sentence for each thing that Amazon says is not as it should be; a stale one says so."""
    for line in found.health[:SHOWN]:
        stale = " (stale)" if line.stale else ""
        target = {"account": line.account, "mp": line.marketplace, "metric": line.metric}
        label = words.plain(line.sentence + stale)
        st.page_link(HEALTH, label=label, icon=":material/monitor_heart:", query_params=target)
    if len(found.health) > SHOWN:
        more = f"{len(found.health) - SHOWN} more on Account health"
        st.page_link(HEALTH, label=more, icon=":material/monitor_heart:")


def draw_panel(frame: Frame, title: str, panel: Panel, box: str, empty: str, house: Team) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{title}** · {words.count(panel.count, panel.capped)}", width="content")
        if panel.count > len(panel.rows):
            st.page_link(INBOX, label="All in the Inbox", query_params={"box": box})
    lines = [row_line(row, zone=frame.zone, now=frame.now) for row in panel.rows]
    picked = ticket_list(lines, key=f"panel-{box}", label=title, now=frame.now, at_risk=house.at_risk, empty=empty)
    if picked is not None:
        st.switch_page(INBOX, query_params={"ticket": str(picked), "box": box})


def draw_set_aside(frame: Frame, found: Today) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**Set aside** · {words.count(found.set_aside_count)}", width="content")
        if found.set_aside:
            st.page_link("pages/admin/data_problems.py", label="Open Data problems")
    if not found.set_aside:
        st.caption("Every mail was understood.")
        return
    rows = [(words.ago(each.at, frame.now), each.reason, each.place) for each in found.set_aside]
    draw_table(("Found", "Why it was set aside", "Place"), rows, wide=1, label="Set aside")


main()
