"""The three-way merge of a spreadsheet's cell (as last read, ours, as it is now): write it, leave it, or ask a person.

A row may stand in a sheet several times; then a cell is all of its cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from services.rules import sheet_days

YES = frozenset(
    (
        "yes",
        "y",
        "true",
        "x",
        "done",
        "1",
        "ja",
        "oui",
        "si",
        "sí",
        "contacted",
        "はい",
        "済",
        "済み",
        "✓",
        "✔",
        "☑",
        "☒",
    )
)
"""Decided: yes, y, true, x, done, 1 and a date mean yes; and the same words of the other marketplaces."""
TICKS = frozenset(("true", "false"))
Outcome = Literal["write", "already", "conflict"]


@dataclass(frozen=True)
class Decision:
    """What becomes of one cell. `at`: which of the cells to write; `theirs`: the text that is in the way."""

    outcome: Outcome
    at: tuple[int, ...] = ()
    theirs: str | None = None


def means_yes(text: str) -> bool:
    """Whether a "Contacted" cell says that the buyer was contacted."""
    word = text.strip().casefold()
    return word in YES or sheet_days.day(word) is not None


def clean(text: str) -> str:
    """A text as cells are compared: without blanks around it, with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def is_same(role: str, one: str, other: str) -> bool:
    """Whether two texts say the same in this column: "x" and "yes", 2026-11-22 and 22.11.2026."""
    if clean(one) == clean(other):
        return True
    if role == "contacted":
        return means_yes(one) and means_yes(other)
    return role == "date" and sheet_days.is_same(one, other)


def decide(role: str, bases: Collection[str], ours: str, theirs: Sequence[str]) -> Decision:
    """Merge one cell of a row.

    `bases` are the texts that ours may replace, the one shown to the person first: what was read when it was decided,
    and what earlier writes of ours may have left. `theirs` are the cells as they are now, one for each time that the
    row stands in the sheet. A person's text, one that is neither of these nor ours, is never written over.
    """
    known = {clean(base) for base in bases}
    shown = clean(next(iter(bases), ""))
    now = [clean(text) for text in theirs]
    done = [is_same(role, text, ours) for text in now]
    strange = [text for text, fits in zip(now, done, strict=True) if not fits and text not in known]
    if strange:
        return Decision("conflict", theirs=strange[0])
    # A second copy of the row that said something else all along keeps it.
    own = known - {shown} if len(now) == 1 else set()
    free = [n for n, text in enumerate(now) if not done[n] and (text in (shown, "") or text in own)]
    if free:
        return Decision("write", tuple(free))
    return Decision("already") if any(done) else Decision("conflict", theirs=now[0] if now else "")


def to_write(ours: str, theirs: str) -> str | bool:
    """The value to put in, as it is: a tick where the column has tick boxes, else the text."""
    word = theirs.strip().casefold()
    if word in TICKS and (means_yes(ours) or clean(ours).casefold() in ("", "no", "false")):
        return means_yes(ours)
    return ours
