"""What earlier meetings decided, followed up in a pack: the named figure then, now, and what it should be."""

from __future__ import annotations

from datetime import UTC, datetime

from data import meeting as rows
from data.models.meeting import MeetingDecision
from services.meeting.numbers import Scene, value
from services.meeting.shapes import Cell, Column, Section, Table
from services.rules.meeting_figures import FIGURES, VERDICTS, Spec, shown, verdict

HEADS = ("Decided", "What", "Owner", "Due", "State", "Figure", "Then", "Now", "Target", "Result")
STATES = {"open": "Open", "done": "Done", "dropped": "Dropped"}


def decided_section(scene: Scene) -> Section:
    """Decisions made before the end of the period that were not closed before it began."""
    with scene.store.read() as session:
        found = rows.followed(session, scene.at.period.starts_at, scene.at.as_of)
    measured: dict[tuple[str, str], float | None] = {}
    lines = []
    for each in found:
        key = (each.figure, each.scope)
        if key not in measured:
            measured[key] = value(scene.store, scene.settings, scene.at, *key)
        lines.append(line_of(each, measured[key], scene.at.as_of))
    table = Table("decided", "", tuple(map(Column, HEADS)), tuple(lines), "Nothing was decided before.")
    return Section("decided", "Decided last time", tables=(table,))


def line_of(row: MeetingDecision, now: float | None, as_of: datetime) -> tuple[Cell, ...]:
    """A decision as a line of a table, as it stood then."""
    spec = FIGURES.get(row.figure, Spec(row.figure, "number", ""))
    result = VERDICTS[verdict(spec.better, then=row.value_then, now=now, target=row.target)]
    values = (shown(spec.form, each) for each in (row.value_then, now, row.target))
    about = f"{spec.label}, {row.scope}" if row.scope else spec.label
    due = f"{row.due_on.day} {row.due_on:%b %Y}"
    return (row.period, row.text, row.owner, due, state_of(row, as_of), about, *values, result)


def state_of(row: MeetingDecision, as_of: datetime) -> str:
    """Open, overdue, done or dropped at that moment."""
    if row.closed_at is not None and row.closed_at <= as_of:
        return STATES[row.state]
    return "Overdue" if row.due_on < as_of.astimezone(UTC).date() else STATES["open"]
