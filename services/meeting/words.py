"""Writes cells, figures and their changes as words, the same in every file of a pack."""

from __future__ import annotations

from services.meeting.shapes import Cell, Figure, Pack
from services.rules.meeting_figures import changed, shown, tone

RIGHT = ("count", "share", "points", "hours", "number", "signed", "change", "money")
"""Forms of columns that stand at the right."""
DASH = "—"


def cell(form: str, value: Cell) -> str:
    """A cell as words; a dash where nothing is known."""
    if value is None:
        return DASH
    if isinstance(value, str):
        return value
    if form == "points":
        return changed("share", value, 0.0)
    if form in ("signed", "change"):
        return changed("count" if form == "change" else "number", value, 0.0)
    return shown(form, value)


def against(figure: Figure, pack: Pack) -> tuple[tuple[str, str, str], ...]:
    """(what it is held against, the change, better or worse or nothing) for the period before and the usual."""
    found = []
    for name, other in ((pack.last, figure.last), (pack.usual, figure.usual)):
        if other is not None:
            change = changed(figure.form, figure.value, other)
            found.append((f"{name}: {shown(figure.form, other)}", change, tone(figure.better, figure.value, other)))
    return tuple(found)
