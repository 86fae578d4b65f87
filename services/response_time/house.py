"""The house's own clock and target, by what held when: a change of the rule never rewrites the past."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data import people
from services.rules import clock
from services.team import DEFAULTS

BEGINNING = datetime.min.replace(tzinfo=UTC)


def history(session: Session) -> tuple[list[datetime], list[dict[str, Any]]]:
    """From when which team settings held, the oldest first; one statement."""
    held = dict(DEFAULTS)
    moments, values = [BEGINNING], [held]
    for row in sorted(people.history(session, limit=10_000), key=lambda row: (row.effective_from, row.id)):
        held = {**held, row.name: row.value["is"]}
        moments.append(row.effective_from)
        values.append(held)
    return moments, values


def due(session: Session) -> Callable[[datetime], datetime]:
    """When the house's clock runs out for a message sent at a time, by the rule that held then."""
    moments, values = history(session)
    rules = [(ZoneInfo(held["zone"] or "UTC"), frozenset(held["closed_weekdays"])) for held in values]

    def runs_out(sent_at: datetime) -> datetime:
        zone, closed = rules[bisect_right(moments, sent_at) - 1]
        return clock.house_due_at(sent_at, zone, closed)

    return runs_out


def target(session: Session, moment: datetime) -> float:
    """The share to be answered within 24 hours that the team aimed for at a moment, as a fraction."""
    held = {**DEFAULTS, **people.settings_at(session, moment)}
    return float(held["target_percent"]) / 100
