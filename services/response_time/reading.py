"""Reads what a period holds: counted days where they are up to date, everything else from the messages themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from data import response_cells, response_past, responses
from data.responses import Period
from services.response_time import house
from services.response_time.shapes import Clock, Read, Wanted, utc
from services.rules import response_cells as rules
from services.rules import response_days
from services.rules.response_cells import Fact, Key, Tally, fate
from services.rules.response_time import Numbers, numbers

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def read(session: Session, wanted: Wanted, levels: Sequence[str]) -> Read:
    """The cells of these levels and what is open beside them. Raises ValueError for a range upside down.

    A day is taken as it was counted if it lies in the period as a whole and nothing of it changed since.
    """
    start, end = wanted.span
    days, rows = _usable(session, wanted, start, end, levels)
    cells = _stored(session, wanted, levels, days) if days else {}
    waiting = [fact for fact in _open(session, wanted, start, end) if fact.sent_at.date() in days] if days else []
    live = [(a, b) for a, b, is_counted in response_cells.stretches(start, end, days) if not is_counted]
    raw = [fact for a, b in live for fact in _facts(session, wanted, a, b)]
    counted, still = rules.count(raw, as_of=wanted.as_of, house=house.due(session), by_place=False, levels=levels)
    for key, tally in counted.items():
        cells.setdefault(key, Tally()).add(tally)
    return Read(wanted, cells, waiting + still, raw, live, days, rows + len(raw))


def narrowed(wanted: Wanted, start: datetime, end: datetime) -> Period:
    """The same as the store is asked."""
    return Period(start, end, wanted.marketplace, wanted.account, wanted.agent, wanted.kind, wanted.language)


def waiting_before(session: Session, wanted: Wanted) -> list[Fact]:
    """What was open at `as_of` and had been sent before the period, however long ago."""
    start, _ = wanted.span
    if wanted.known_at is not None:
        return []
    return _open(session, wanted, datetime.min.replace(tzinfo=UTC), start)


def group(found: Read, level: str) -> dict[str, Numbers]:
    """The figures by the names of a level; "" is what is not known. Agents have answered messages only."""
    tallies = rules.merged(found.cells, level, lambda key: key.name)
    open_ = [] if level == "agent" else found.waiting
    names = {str(name) for name in tallies} | {rules.name_on(level, fact) for fact in open_}
    return {
        name: of(tallies.get(name, Tally()), [f for f in open_ if rules.name_on(level, f) == name], found.wanted.as_of)
        for name in sorted(names)
    }


def of(tally: Tally, waiting: Iterable[Fact], as_of: datetime) -> Numbers:
    """The figures of a tally and the open messages beside it."""
    fates = [fate(fact, as_of) for fact in waiting]
    return numbers(tally, fates.count("unanswered"), fates.count("pending"))


def total(found: Read) -> Tally:
    """All answered messages together."""
    return rules.merged(found.cells, "all", lambda _: "").get("", Tally())


def by_house(session: Session, found: Read) -> Clock:
    """The same by the house's own clock."""
    runs_out, tally, as_of = house.due(session), total(found), found.wanted.as_of
    over = sum(as_of > runs_out(fact.sent_at) for fact in found.waiting)
    return Clock(missed=tally.house_late + over, judged=tally.within + tally.late + over)


def _usable(
    session: Session, wanted: Wanted, start: datetime, end: datetime, levels: Collection[str]
) -> tuple[frozenset[date], int]:
    moved = "hour" in levels and not response_days.whole_hours(start, end, wanted.zone)
    if wanted.known_at is not None or wanted.is_narrowed or moved:
        return frozenset(), 0
    last = (end - TICK).date()
    found = response_cells.counted(session, start.date(), last, wanted.as_of)
    whole = frozenset(day for day in found.days if start <= utc(day) and utc(day) + DAY <= end)
    return whole, sum(rows for day, rows in found.rows.items() if day in whole)


def _stored(session: Session, wanted: Wanted, levels: Sequence[str], days: Collection[date]) -> dict[Key, Tally]:
    cells: dict[Key, Tally] = {}
    for row in response_cells.cells(session, wanted.marketplace or "", levels, min(days), max(days)):
        if row.day in days:
            took = rules.unpacked(row.took)
            cells[Key("", row.level, row.day, row.name)] = Tally(row.within, row.late, row.house_late, took)
    return cells


def _open(session: Session, wanted: Wanted, start: datetime, end: datetime) -> list[Fact]:
    found = (Fact(*row) for row in responses.waiting(session, narrowed(wanted, start, end)))
    return [fact for fact in found if fact.sent_at <= wanted.as_of]


def _facts(session: Session, wanted: Wanted, start: datetime, end: datetime) -> list[Fact]:
    period = narrowed(wanted, start, end)
    if wanted.known_at is None:
        return [Fact(*row) for row in responses.facts(session, period)]
    return known(session, period, wanted.known_at)


def known(session: Session, period: Period, known_at: datetime) -> list[Fact]:
    """The facts of a period as they were known at a time."""
    found = [Fact(*row) for row in responses.facts_known(session, period, known_at)]
    since = response_past.kept_since(session)
    if since is not None and known_at >= since:
        return found
    answered = [fact for fact in found if fact.answered_at is not None]
    learned = response_past.learned(session, answered)
    return [_unlearned(fact) if learned.get(fact.message_id, known_at) > known_at else fact for fact in found]


def _unlearned(fact: Fact) -> Fact:
    return fact._replace(answered_at=None, answered_by=None, agent=None)
