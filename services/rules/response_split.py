"""Where the time between a buyer's message and its answer went, so that nobody is charged with another's delay.

The parts of one answer add up to exactly the time between both. Whoever took a message over after its 24 hours had run
out has answered late, but the lateness is charged to where the time ran out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from services.rules.clock import TARGET

PARTS = ("importing", "unowned", "mine", "others", "supervisor")
ZERO = timedelta(0)


class Turn(NamedTuple):
    """Somebody was put on a ticket (`on`) or taken off it."""

    at: datetime
    person: str
    on: bool


class Question(NamedTuple):
    """A question to a supervisor or colleague: open from `asked` until `over`, or still."""

    asked: datetime
    over: datetime | None


@dataclass(frozen=True)
class Split:
    """One answer's time: until we had read the message, until somebody was on it, in the hands of who answered, in
    others' hands, and while a question was open. `ran_out` is the part in which the 24 hours ended, "" if in time;
    `charged` is in whose hands that was, if in anybody's."""

    importing: timedelta = ZERO
    unowned: timedelta = ZERO
    mine: timedelta = ZERO
    others: timedelta = ZERO
    supervisor: timedelta = ZERO
    ran_out: str = ""
    charged: str | None = None

    @property
    def whole(self) -> timedelta:
        """The parts together."""
        return self.importing + self.unowned + self.mine + self.others + self.supervisor

    @property
    def inherited(self) -> bool:
        """Whether the answer was late, but the time had not run out in the hands of who gave it."""
        return self.ran_out not in ("", "mine")


def split(
    *,
    sent_at: datetime,
    imported_at: datetime,
    answered_at: datetime,
    agent: str | None,
    turns: Sequence[Turn],
    questions: Sequence[Question],
) -> Split:
    """Split the time from `sent_at` to `answered_at`; `turns` are all of the ticket's, in any order.

    A ticket is in the hands of who has been on it longest. An import after the answer takes the whole time.
    Raises ValueError if the answer came first.
    """
    if answered_at < sent_at:
        raise ValueError("the answer came before the message")
    cuts = [imported_at, *(turn.at for turn in turns)]
    cuts += [moment for question in questions for moment in question if moment]
    edges = sorted({sent_at, answered_at, *(cut for cut in cuts if sent_at < cut < answered_at)})
    ordered = sorted(turns, key=lambda turn: turn.at)
    due = sent_at + TARGET
    parts: dict[str, timedelta] = dict.fromkeys(PARTS, ZERO)
    ran_out, charged = "", None
    for start, end in zip(edges, edges[1:], strict=False):
        holder = _holder(ordered, start)
        part = _part(start, imported_at, holder, agent, questions)
        parts[part] += end - start
        # The 24 hours end in the stretch in which their last moment lies.
        if start < due <= end and answered_at > due:
            ran_out, charged = part, holder if part in ("mine", "others") else None
    return Split(**parts, ran_out=ran_out, charged=charged)


def _part(
    at: datetime, imported_at: datetime, holder: str | None, agent: str | None, questions: Sequence[Question]
) -> str:
    if at < imported_at:
        return "importing"
    if any(question.asked <= at and (question.over is None or at < question.over) for question in questions):
        return "supervisor"
    if holder is None:
        return "unowned"
    return "mine" if holder == agent else "others"


def _holder(turns: Sequence[Turn], at: datetime) -> str | None:
    on: list[str] = []
    for turn in turns:
        if turn.at > at:
            break
        if turn.on and turn.person not in on:
            on.append(turn.person)
        elif not turn.on and turn.person in on:
            on.remove(turn.person)
    return on[0] if on else None
