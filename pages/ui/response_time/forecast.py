"""The forecast: what becomes late today and tomorrow, which tickets, what a missing day costs, and how good it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as words
from pages.ui.charts import LATE, LINE, MEDIAN, PENDING
from pages.ui.frame import Frame
from pages.ui.tables import draw_table
from pages.ui.ticket_list import Line, row_line, ticket_list
from services.response_time import forecast as service
from services.response_time.forecast import Absence, DayAhead, Outlook, TicketAhead
from services.rules.backtest import AHEAD_HOURS, FEWEST_MISSES, FLAG, Scores
from services.team import team

INBOX = "pages/work/inbox.py"
CONFIG = {"displayModeBar": False}


def draw_forecast(frame: Frame) -> None:
    """The whole view; four statements, and one for the team's settings."""
    found = service.outlook(frame.store, now=frame.now)
    if found.scores is None:
        st.info("The forecast is learned once a day; the next sync does it for the first time.", icon=":material/sync:")
        return
    if not found.is_shown:
        st.info(_why_hidden(found), icon=":material/visibility_off:")
    else:
        _draw_days(found.days, found.waiting)
        left, right = st.columns([52, 48], gap="medium")
        with left.container(border=True, gap="small"):
            _draw_tickets(frame, found)
        with right.container(border=True, gap="small"):
            _draw_absences(found.absences)
    _draw_past(frame, found)


def _draw_days(days: Sequence[DayAhead], waiting: int) -> None:
    names = ("Late today", "Late tomorrow")
    columns = st.columns(3)
    for column, name, day in zip(columns, names, days, strict=False):
        column.metric(name, f"{day.expected:.0f}", f"{day.low} to {day.high}", "off", border=True, delta_arrow="off")
    columns[2].metric("Waiting and still in time", words.count(waiting), border=True)
    st.caption(
        "Tickets that reach 24 hours unanswered on that day, those still to come included. "
        "The true number lies in the range eight times in ten."
    )


def _draw_tickets(frame: Frame, found: Outlook) -> None:
    st.markdown("**Most likely to miss their 24 hours**")
    lines = [_line(ticket, frame) for ticket in found.tickets]
    at_risk = team(frame.store, now=frame.now).at_risk
    chosen = ticket_list(
        lines, key="forecast", label="Likely misses", now=frame.now, at_risk=at_risk, empty="Nothing waits."
    )
    if chosen is not None:
        st.switch_page(INBOX, query_params={"ticket": str(chosen)})


def _line(ticket: TicketAhead, frame: Frame) -> Line:
    """A ticket as everywhere, but with its chance, and what it is made of, in place of the words."""
    look, line = ticket.look, row_line(ticket.row, zone=frame.zone, now=frame.now)
    before = words.plural(round(look.before), "ticket stands", "tickets stand")
    made_of = f"{before} before it, {words.plural(round(look.fits), 'answer fits', 'answers fit')} into its time"
    return {**line, "title": f"{_percent(ticket.chance)} · {line['title']}", "sub": made_of}


def _draw_absences(absences: Sequence[Absence]) -> None:
    st.markdown("**If nobody works on one of the next days**")
    alt = "Tickets that become late on a day and the day after, with nobody on that day, and as usual"
    st.plotly_chart(absence_chart(absences), key="absences", config=CONFIG, alt=alt)
    rows = [(_day(each.day), f"{each.usual:.0f}", f"{each.with_nobody:.0f}", f"{each.more:+d}") for each in absences]
    st.caption("Late on that day and the day after.")
    draw_table(("Nobody on", "Late as usual", "Late then", "More"), rows, wide=0, label="With nobody on a day")


def absence_chart(absences: Sequence[Absence]) -> go.Figure:
    """For each of the next days the late tickets as usual, and above them what nobody's presence adds."""
    figure = go.Figure()
    days = [_day(each.day) for each in absences]
    usual = [each.usual for each in absences]
    more = [max(0.0, each.with_nobody - each.usual) for each in absences]
    for name, colour, values in (("As usual", PENDING, usual), ("More with nobody", LATE, more)):
        hover = f"%{{x}}<br>{name}: %{{y:.0f}}<extra></extra>"
        figure.add_bar(name=name, x=days, y=values, marker_color=colour, marker_line_width=0, hovertemplate=hover)
    figure.update_layout(barmode="stack", bargap=0.3, **_layout(190))
    figure.update_yaxes(fixedrange=True, rangemode="tozero")
    figure.update_xaxes(fixedrange=True)
    return figure


def calibration_chart(scores: Scores) -> go.Figure:
    """For each tenth of foretold chances: the mean that was foretold against the share that was missed."""
    held = [(n, chance / n, missed / n) for n, chance, missed in scores.bins if n]
    figure = go.Figure()
    line = {"color": LINE, "dash": "dash", "width": 1.5}
    figure.add_scatter(name="Perfect", x=[0, 100], y=[0, 100], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        name="Forecast",
        x=[100 * foretold for _, foretold, _ in held],
        y=[100 * came for _, _, came in held],
        customdata=[int(n) for n, _, _ in held],
        mode="lines+markers",
        line={"color": MEDIAN, "width": 2},
        hovertemplate="Foretold %{x:.0f} %<br>missed %{y:.0f} %<br>%{customdata:,} looks<extra></extra>",
    )
    figure.update_layout(**_layout(230))
    figure.update_xaxes(fixedrange=True, range=[0, 101], ticksuffix=" %", title="Foretold chance")
    figure.update_yaxes(fixedrange=True, range=[0, 101], ticksuffix=" %", title="Missed")
    return figure


def _draw_past(frame: Frame, found: Outlook) -> None:
    scores = found.scores
    if scores is None or not scores.looks:
        return
    with st.expander("How good it was, and how it works", expanded=not found.is_shown):
        left, right = st.columns([55, 45], gap="medium")
        with left:
            draw_table(("Tried on the past", ""), _past_rows(found, scores), wide=0, label="How good it was")
            st.caption(_method(frame, found))
        right.plotly_chart(
            calibration_chart(scores), key="calibration", config=CONFIG, alt="Foretold chance against the share missed"
        )


def _past_rows(found: Outlook, scores: Scores) -> list[tuple[str, str]]:
    return [
        ("Weeks foretold, hour by hour", f"{found.weeks}"),
        ("Brier score of the forecast (0 is perfect)", f"{scores.brier or 0:.4f}"),
        ("Brier score of sorting by Time Left", f"{scores.plain_brier or 0:.4f}"),
        (f"True misses flagged {AHEAD_HOURS:.0f} hours ahead", _of(scores.missed_flagged, scores.missed)),
        ("False alarms among the flagged", _of(scores.flagged - scores.missed_flagged, scores.flagged)),
        ("Days whose number lay in the range", _of(scores.days_inside, len(scores.days))),
    ]


def _method(frame: Frame, found: Outlook) -> str:
    learned = words.ago(found.learned_at, frame.now) if found.learned_at else "never"
    return (
        "A ticket's chance is the share that was missed among tickets with as much time left and as many answers "
        "fitting into it, by the team's pace in each hour of the last eight weeks. "
        f"Flagged: a chance of {_percent(FLAG)} or more. Each week was foretold with what was known before it. "
        f"Learned {learned}."
    )


def _why_hidden(found: Outlook) -> str:
    scores = found.scores
    if scores is None or scores.is_better is None:
        missed = scores.missed if scores else 0
        weeks = words.plural(found.weeks, "week")
        return (
            f"There is no forecast yet: in the {weeks} that could be tried there were {missed} misses, and it takes "
            f"{FEWEST_MISSES} to say whether a forecast is any good."
        )
    return "The forecast is not shown: on this account's past it was no better than sorting by Time Left."


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({_percent(part / whole)})" if whole else "none"


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _layout(height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "dragmode": False,
    }
