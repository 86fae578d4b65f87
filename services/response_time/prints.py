"""A fingerprint of all response-time figures each night, and whether a replay still gives the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import figure_prints
from data.models.response_figures import FigurePrint
from data.store import Store
from services.response_time import period
from services.response_time.shapes import Wanted
from services.rules.response_time import to_json

DAY = timedelta(days=1)
DAYS = 90
SETTLED = timedelta(minutes=10)
"""After midnight: whatever was being written then is stored by now."""


@dataclass(frozen=True)
class Replay:
    """One night's fingerprint: whether the figures as known then are still the same, and what is known since.

    `differ` names the figures that came out otherwise now; `late_news` the messages of which something became known
    only afterwards, so that the figures as known now are others.
    """

    as_of: datetime
    same: bool
    differ: tuple[str, ...]
    late_news: tuple[int, ...]


def keep(store: Store, *, now: datetime) -> bool:
    """Add the fingerprint of last midnight (UTC) if there is none yet; whether one was made."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    if now < midnight + SETTLED:
        return False
    with store.read() as session:
        newest = figure_prints.last(session)
        if newest is not None and newest.as_of >= midnight:
            return False
        first, last = _range(midnight)
        figures = figures_then(session, midnight)
    with store.write() as session:
        figure_prints.one_at_a_time(session)
        figure_prints.add(session, as_of=midnight, first=first, last_day=last, figures=figures, now=now)
    return True


def figures_then(session: Session, as_of: datetime) -> dict[str, Any]:
    """The contract's figures of the 90 days before a midnight, as they were known then."""
    first, last = _range(as_of)
    return to_json(period.metrics(session, start=first, end=last, as_of=as_of, known_at=as_of))


def replay(session: Session, row: FigurePrint) -> Replay:
    """Make a night's figures anew and compare."""
    again = figures_then(session, row.as_of)
    differ = tuple(sorted(name for name in row.figures if row.figures[name] != again.get(name)))
    wanted = Wanted(row.first, row.last, row.as_of)
    return Replay(row.as_of, not differ, differ, tuple(period.late_news(session, wanted)))


def replays(store: Store, *, nights: int) -> tuple[Replay, ...]:
    """The newest nights anew, the newest first."""
    with store.read() as session:
        return tuple(replay(session, row) for row in figure_prints.latest(session, limit=nights))


def last_replay(session: Session) -> Replay | None:
    """The newest night anew; None before the first night."""
    row = figure_prints.last(session)
    return replay(session, row) if row else None


def _range(midnight: datetime) -> tuple[date, date]:
    last = (midnight - DAY).date()
    return last - (DAYS - 1) * DAY, last
