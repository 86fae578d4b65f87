"""Counts days of response times once, so that history costs nothing later; the nightly work and the check of both."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import response_cells, response_past, responses
from data.models.response_figures import ResponseBacklog, ResponseCell, ResponseShare
from data.responses import Period
from data.store import Store
from services.response_time import fair, house
from services.response_time.shapes import utc
from services.rules import response_cells as rules
from services.rules.response_cells import Fact

DAY = timedelta(days=1)
log = logging.getLogger(__name__)
EVER = datetime.max.replace(tzinfo=UTC)
MOST = 120
"""Days that are counted in one go: some seconds in a large store, the whole history in a small one."""


def recount(store: Store, *, now: datetime, most: int = MOST) -> int:
    """Count the days that changed and history that never was, each in a transaction of its own; how many.

    A store of an earlier version fills itself like this, the newest days first.
    """
    with store.read() as session:
        waiting = response_cells.to_count(session, limit=most)
        begun = response_past.kept_since(session) is not None
    if not begun:
        with store.write() as session:
            response_past.begin(session, now=now)
    for day in waiting:
        with store.write() as session:
            _count(session, day, now)
    return len(waiting)


def count_anew(store: Store, *, now: datetime) -> int:
    """Forget all counted days and count every one again; how many."""
    with store.write() as session:
        response_cells.forget(session)
    return recount(store, now=now, most=100_000)


def _count(session: Session, day: date, now: datetime) -> None:
    response_cells.one_at_a_time(session)
    noted = response_cells.stale_ids(session, day)
    facts = _facts(session, day)
    known = [moment for fact in facts for moment in (fact.sent_at, fact.answered_at) if moment]
    made = {
        ResponseCell: list(_cells(session, facts)),
        ResponseBacklog: list(_backlog(facts)),
        ResponseShare: list(_shares(session, day, facts)),
    }
    response_cells.store(
        session, day, rows=len(facts), latest=max(known, default=None), made=made, noted=noted, now=now
    )


def _facts(session: Session, day: date) -> list[Fact]:
    return [Fact(*row) for row in responses.facts(session, Period(utc(day), utc(day) + DAY))]


def _cells(session: Session, facts: Sequence[Fact]) -> Iterator[dict[str, Any]]:
    cells, _ = rules.count(facts, as_of=EVER, house=house.due(session), by_place=True)
    for key, tally in cells.items():
        yield {
            **key._asdict(),
            "within": tally.within,
            "late": tally.late,
            "house_late": tally.house_late,
            "took": tally.packed(),
        }


def _backlog(facts: Sequence[Fact]) -> Iterator[dict[str, Any]]:
    for (place, tick, day), ages in rules.backlog(facts, as_of=EVER, by_place=True, answered=True).items():
        yield {"place": place, "tick": tick, "day": day, **ages._asdict()}


def _shares(session: Session, day: date, facts: Sequence[Fact]) -> Iterator[dict[str, Any]]:
    for (place, agent), share in fair.shares(session, facts, as_of=EVER, by_place=True).items():
        yield {"place": place, "day": day, "agent": agent, **share._asdict()}


def wrong(session: Session, days: Sequence[date]) -> list[date]:
    """Those of some counted days whose cells or backlog do not say what the messages say; changed ones are left out."""
    if not days:
        return []
    usable = response_cells.counted(session, min(days), max(days), EVER).days
    return [day for day in days if day in usable and not _agrees(session, day)]


def _agrees(session: Session, day: date) -> bool:
    facts = _facts(session, day)
    cells = {_of(row) for row in _cells(session, facts)}
    return cells == {_of(row) for row in response_cells.of_day(session, ResponseCell, day)} and (
        {_of(row) for row in _backlog(facts)}
        == {_of(row) for row in response_cells.of_day(session, ResponseBacklog, day)}
    )


def _of(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in sorted(row))


def mend(store: Store, *, now: datetime) -> list[date]:
    """Check one day in thirty, another thirtieth each night; what is wrong is named and counted again."""
    with store.read() as session:
        mine = [day for day in response_cells.all_days(session) if day.toordinal() % 30 == now.toordinal() % 30]
        found = wrong(session, mine)
    if found:
        log.warning("response times of %s were counted wrongly and are counted again", ", ".join(map(str, found)))
        with store.write() as session:
            response_cells.mark(session, found)
        recount(store, now=now, most=len(found))
    return found


def some_days(session: Session, *, most: int) -> list[date]:
    """Counted days spread over the whole history, the newest and the oldest included."""
    days = response_cells.all_days(session)
    step = max(1, -(-len(days) // most))
    return days[::step]
