"""A day's grid, or the matrix of a week or month, in the words and looks of the table on the page."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.checklist import asked
from pages.ui.checklist.grid import Field, Head, Line, draw_grid
from pages.ui.frame import Frame
from services.checklist.reading import Box, Row, Table
from services.rules.checklist import RHYTHMS, STATES, WHOLE, Duty, label

ORDER = list(STATES)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LATE = "late"
"""Due, and the time on the clock is past."""
DONE, OPEN, LATER = "\u25cf", "\u25cb", "\u00b7"
"""Marks of a matrix: a full circle, an empty one, a dot."""


def draw_table(frame: Frame, found: Table, *, view: str) -> None:
    """The table; an open cell is marked in it."""
    is_day, section = view == "day", ""
    rows: list[Line] = []
    for row in found.rows:
        rows.append(line_of(frame, row, is_day=is_day))
        if row.duty.rhythm != section:
            section = row.duty.rhythm
            rows[-1]["section"] = RHYTHMS[section]
    key = asked.cell()
    heads = [Head(text=column.label, today=column.day == found.today) for column in found.columns]
    draw_grid(heads, rows, key=f"grid-{view}", label=f"Checklist of the {view}", picked=_picked(found, str(key or "")),
              on_pick=asked.pick, tight=view == "month")  # fmt: skip


def _picked(found: Table, key: str) -> str:
    """The field of a matrix that holds the open cell may answer with another one of the same duty and period."""
    fields = [str(box.key) for row in found.rows for box in row.boxes if box]
    if key in fields:
        return key
    duty, _, rest = key.partition("~")
    period = rest.rpartition("~")[2]
    return next((each for each in fields if each.startswith(f"{duty}~") and each.endswith(period)), "") if rest else ""


def line_of(frame: Frame, row: Row, *, is_day: bool) -> Line:
    """A duty and its fields."""
    boxes = [field_of(frame, row.duty, box, is_day=is_day) if box else None for box in row.boxes]
    return Line(title=row.duty.title, sub=when_due(row.duty), boxes=boxes)


def when_due(duty: Duty) -> str:
    """`by 17:00`, `Fri by 16:00`, `day 3 by 12:00`."""
    at = f"by {duty.at:%H:%M}"
    if duty.rhythm == "monthly":
        return f"day {duty.on[0]} {at}" if duty.on else at
    return f"{', '.join(WEEKDAYS[day] for day in duty.on)} {at}" if duty.on else at


def field_of(frame: Frame, duty: Duty, box: Box, *, is_day: bool) -> Field:
    """A field's words and look."""
    text = _day_text(box) if is_day else _matrix_text(box)
    flags = " Signed after its time." if box.back_dated else ""
    period = label(duty.rhythm, box.key.starts)
    where = f", {box.key.marketplace}" if is_day and box.key.marketplace != WHOLE else ""
    said = _said(frame, box) if is_day else _counted(box)
    return Field(pick=str(box.key), text=text, look=_look(box), help=f"{duty.title}{where}, {period}: {said}.{flags}",
                 flag=box.back_dated)  # fmt: skip


def _look(box: Box) -> str:
    if box.state in ("proved", "signed"):
        return "done"
    return "overdue" if box.overdue else {"due": "due", "missed": "missed"}.get(box.state, "wait")


def _day_text(box: Box) -> str:
    if box.found:
        return f"{box.found} found"
    return LATE if box.overdue else "\u2013" if box.state == "not_yet" else STATES[box.state]


def _matrix_text(box: Box) -> str:
    if box.state == "missed":
        return str(box.counts["missed"])
    if box.state == "due":
        return OPEN
    return LATER if box.state == "not_yet" else DONE


def _said(frame: Frame, box: Box) -> str:
    if box.mark is None:
        until = words.when(box.due_at, frame.zone, frame.now)
        return f"missed, was due {until}" if box.state == "missed" else f"{STATES[box.state]}, by {until}"
    at = words.when(box.mark.at, frame.zone, frame.now)
    if box.mark.how == "proof":
        return f"proved {at}"
    what = f"{box.mark.found} found" if box.mark.found else "nothing found"
    return f"signed by {box.mark.by} {at}, {what}"


def _counted(box: Box) -> str:
    return ", ".join(f"{n} {STATES[state]}" for state, n in sorted(box.counts.items()))


def draw_summary(frame: Frame, found: Table, view: str) -> None:
    """How the cells stand, what the marks mean, and what was missed before today."""
    zone = f" Times in the team's zone, {words.place(found.zone)}." if found.zone != frame.zone.key else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(summary(found) + legend(view, found.back_dated) + zone), width="content")
        if found.missed_on:
            label = f"{found.missed_lately:,} missed in the 7 days before"
            st.button(label, key="missed", icon=":material/event_busy:", type="tertiary", on_click=asked.put,
                      kwargs={"view": "week", "day": found.missed_on.isoformat()})  # fmt: skip


def legend(view: str, back_dated: int) -> str:
    """What the marks mean."""
    marks = "" if view == "day" else f" {DONE} done, {OPEN} due, a number: missed, {LATER} not yet."
    return marks + (" A corner: signed after its time." if back_dated else "")


def summary(found: Table) -> str:
    """`12 proved, 4 signed, 3 due, 2 missed; 1 signed after its time.`"""
    parts = [
        f"{n:,} {STATES[state]}" for state, n in sorted(found.counts.items(), key=lambda each: ORDER.index(each[0]))
    ]
    late = f"; {found.back_dated:,} signed after its time" if found.back_dated else ""
    return (", ".join(parts) or "No duty falls here") + late + "."
