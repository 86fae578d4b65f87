"""Response time: how fast buyers are answered against the 24-hour target; every bar and point opens its messages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from pages.ui import charts
from pages.ui import format as words
from pages.ui.frame import Frame, page_frame
from services import response_time
from services.response_time import GROUPS, MessageLine, Overview
from services.rules.marketplaces import MARKETPLACES

PERIODS = {"7 days": 7, "28 days": 28, "90 days": 90}
ALL = "All marketplaces"


def chosen_period(now: date) -> tuple[date, date]:
    """The days that the page covers, from the URL."""
    label = st.segmented_control(
        "Period", list(PERIODS), default="28 days", key="period", bind="query-params", label_visibility="collapsed"
    )
    return now - timedelta(days=PERIODS[label or "28 days"] - 1), now


def chosen_marketplace(frame: Frame) -> str | None:
    """The marketplace that the page is narrowed to, from the URL."""
    served = sorted({code for account in frame.settings.accounts.values() for code in account.marketplaces})
    label = st.selectbox(
        "Marketplace", [ALL, *served], key="mp", bind="query-params", label_visibility="collapsed", width=190
    )
    return label if label in MARKETPLACES else None


def draw_headline(overview: Overview, frame: Frame) -> None:
    """The figures of the whole period, what they cover, and how old they are."""
    total = overview.figures.total
    over = total.messages - total.pending
    with st.container(horizontal=True):
        within = total.answered_within_24h / over if over else None
        st.metric("Answered within 24 h", words.share(within), border=True, help="Of all messages whose 24 h are over "
                  "or that were answered. Messages marked No Response Needed are left out.")
        st.metric("Median", words.hours(total.p50_hours), border=True)
        st.metric("90th percentile", words.hours(total.p90_hours), border=True)
        st.metric("Late", words.count(total.late), border=True)
        st.metric("Unanswered over 24 h", words.count(total.unanswered_over_24h), border=True)
        st.metric("Still in time", words.count(total.pending), border=True)
    age = f" Mail last read {words.ago(overview.fresh_at, frame.now)}." if overview.fresh_at else ""
    st.caption(words.plain(f"Covers {overview.covers}.{age}"))


def picked(selections: list[Any]) -> tuple[date | None, str] | None:
    """The (day, group) of the bar or point that was picked last."""
    for selection in selections:
        points = selection.selection.points if selection else []
        if points and points[0].get("customdata"):
            day, group = points[0]["customdata"][:2]
            return date.fromisoformat(day), group
    return None


def draw_charts(overview: Overview) -> tuple[date | None, str] | None:
    """Both charts side by side; what was picked in them."""
    days = overview.figures.by_day
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        st.markdown("**What became of each day's messages**")
        first = st.plotly_chart(charts.answers_by_day(days), key="by-day", on_select="rerun", selection_mode="points")
    with right, st.container(border=True):
        st.markdown("**Hours until the answer**")
        second = st.plotly_chart(charts.hours_by_day(days), key="hours", on_select="rerun", selection_mode="points")
    return picked([first, second])


def draw_messages(frame: Frame, overview: Overview, marketplace: str | None, day: date | None, group: str) -> None:
    """The messages behind what was picked, each leading to its conversation."""
    start, end = overview.figures.start, overview.figures.end
    lines, more = response_time.behind(
        frame.store, day=day, start=start, end=end, marketplace=marketplace, group=group, now=frame.now
    )
    where = f" of {day:%a} {day.day} {day:%b} (UTC)" if day else ""
    st.subheader(f"{GROUPS.get(group, GROUPS['all'])}{where}", anchor=False)
    if not lines:
        st.caption("There are none.")
        return
    st.dataframe(
        [_line(line, frame) for line in lines],
        hide_index=True,
        column_config={"open": st.column_config.LinkColumn("", display_text="Open", width="small")},
    )
    if more:
        st.caption(f"The newest {len(lines)} are shown; pick a day to narrow it.")


def _line(line: MessageLine, frame: Frame) -> dict[str, object]:
    return {
        "open": f"/inbox?box=all&ticket={line.ticket_id}",
        "received": words.when(line.sent_at, frame.zone, frame.now),
        "buyer": line.buyer or "",
        "subject": line.subject,
        "marketplace": line.marketplace or "",
        "answered": words.when(line.answered_at, frame.zone, frame.now) if line.answered_at else "not yet",
        "hours": round(line.hours, 1),
        "by": line.agent or "",
        "result": GROUPS[line.group],
    }


frame = page_frame("Response time")
with st.container(horizontal=True, vertical_alignment="center"):
    start, end = chosen_period(frame.now.date())
    marketplace = chosen_marketplace(frame)
found = response_time.overview(frame.store, start=start, end=end, marketplace=marketplace, now=frame.now)
draw_headline(found, frame)
if found.figures.total.messages:
    chosen = draw_charts(found)
    if chosen:
        draw_messages(frame, found, marketplace, *chosen)
    else:
        group = st.pills("Open the messages", list(GROUPS)[1:], format_func=lambda g: GROUPS[g], key="group")
        if group:
            draw_messages(frame, found, marketplace, None, group)
        st.caption("Pick a bar or a point to see its messages.")
else:
    st.info("No buyer message in this period. Choose a longer one, or another marketplace.")
