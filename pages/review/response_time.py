"""Response time: how long buyers waited against the 24-hour line; every figure opens its messages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from pages.ui import charts
from pages.ui import format as words
from pages.ui.frame import Frame, page_frame
from pages.ui.period import draw_period
from pages.ui.ticket_list import Line, ticket_list
from services import response_time, settings
from services.response_time import GROUPS, MessageLine, Overview

TARGET = 0.90
"""The share within 24 hours that the team aims for; Amazon itself names 90 %."""
INBOX = "pages/work/inbox.py"


def main() -> None:
    frame = page_frame("Response time")
    start, end, marketplace = draw_period(frame)
    found = response_time.overview(frame.store, start=start, end=end, marketplace=marketplace, now=frame.now)
    draw_headline(frame, found)
    if not found.figures.total.messages:
        st.info("No buyer message counts in this period.", icon=":material/inbox:")
        return
    draw_charts(found)
    draw_behind(frame, start, end, marketplace)


def draw_headline(frame: Frame, found: Overview) -> None:
    """What the period came to, what it covers and how old it is."""
    total = found.figures.total
    rate = total.late_response_rate
    shown = {
        "Within 24 h": words.share(None if rate is None else 1 - rate),
        "Median": words.hours(total.p50_hours),
        "90th percentile": words.hours(total.p90_hours),
        "Answered late": words.count(total.late),
        "Unanswered 24 h+": words.count(total.unanswered_over_24h),
        "Still in time": words.count(total.pending),
    }
    for column, (label, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(label, value, border=True)
    age = (
        "not all mail has been read yet"
        if found.fresh_at is None
        else f"mail read {words.ago(found.fresh_at, frame.now)}"
    )
    stands = " at the frozen time" if settings.is_frozen() else ""
    st.caption(
        words.plain(f"{found.covers}; {age}{stands}. No Response Needed is left out; still in time counts in no rate.")
    )


def show(day: str, group: str) -> None:
    st.query_params["group"] = group
    if day:
        st.query_params["day"] = day
    else:
        st.query_params.pop("day", None)


def choose(key: str) -> None:
    show("", st.session_state.get(key) or "")


def draw_charts(found: Overview) -> None:
    left, right = st.columns(2, gap="medium")
    config = {"displayModeBar": False}
    with left.container(border=True, gap="small"):
        st.markdown("**Messages by day: share within 24 h**")
        figure = charts.share_by_day(found.figures.by_day, target=TARGET)
        alt = "Share of buyer messages answered within 24 hours, by day"
        options: dict[str, Any] = {"selection_mode": "points", "config": config, "alt": alt}
        st.plotly_chart(figure, key="shares", on_select=lambda: picked("shares"), **options)
    with right.container(border=True, gap="small"):
        st.markdown("**Hours until the answer, by day**")
        options["alt"] = "Median and 90th percentile of hours until the answer, by day, against 24 hours"
        st.plotly_chart(
            charts.hours_by_day(found.figures.by_day), key="hours", on_select=lambda: picked("hours"), **options
        )


def picked(key: str) -> None:
    """A bar or a point was clicked: its messages are listed below."""
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        show(*points[0]["customdata"][:2])


def draw_behind(frame: Frame, start: date, end: date, marketplace: str | None) -> None:
    """The messages behind what was clicked, in a chart or in the row of groups."""
    asked = st.query_params.get("group", "")
    group = asked if asked in GROUPS else None
    key = f"group-{group}-{st.query_params.get('day', '')}"
    label = "Messages behind the figures: click a bar or a point, or choose"
    st.pills(label, list(GROUPS), default=group, format_func=GROUPS.__getitem__, key=key, on_change=choose, args=(key,))
    if group is None:
        return
    day = asked_day()
    lines, more = response_time.behind(
        frame.store, day=day, start=start, end=end, marketplace=marketplace, group=group, now=frame.now
    )
    where = f"{day:%a} {day.day} {day:%b} (UTC)" if day else f"{start} to {end}"
    shown = f"{len(lines)} newest" if more else f"{len(lines)}"
    st.markdown(f"**{GROUPS[group]}**, {where}: {shown}")
    rows = [line_of(line, frame) for line in lines]
    chosen = ticket_list(
        rows, key="behind", label=GROUPS[group], now=frame.now, at_risk=timedelta(hours=4), empty="None."
    )
    if chosen is not None:
        ticket = next(line.ticket_id for line in lines if line.message_id == chosen)
        st.switch_page(INBOX, query_params={"ticket": str(ticket), "box": "all"})


def asked_day() -> date | None:
    try:
        return date.fromisoformat(st.query_params["day"])
    except (KeyError, ValueError):
        return None


def line_of(line: MessageLine, frame: Frame) -> Line:
    """A message as a row; what became of it stands at the end."""
    took = words.span(timedelta(hours=line.hours))
    fate = f"answered after {took}" if line.answered_at else f"waiting for {took}"
    facts = [line.buyer or "No name", line.marketplace or "", words.when(line.sent_at, frame.zone, frame.now)]
    return {
        "id": line.message_id,
        "title": line.subject,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": line.agent or "",
        "due": None,
        "chip": fate,
        "tone": "late" if line.group == "unanswered" else "plain",
        "unread": False,
    }


main()
