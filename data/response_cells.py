"""Counted days of response times: which are counted and up to date, their cells, backlog and shares; arrivals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from data import bulk
from data.models.derived import Response
from data.models.response_figures import (
    ResponseBacklog,
    ResponseCell,
    ResponseDay,
    ResponseShare,
    ResponseStale,
)
from data.responses import Period, pairs
from data.store import upsert

DAY = timedelta(days=1)
LOCK = 24_240_045
"""Two processes that count the same day at once would make its rows twice."""


@dataclass(frozen=True)
class Counted:
    """Which days of a range (UTC, both included) can be taken from the cells, and how many messages each has."""

    rows: dict[date, int]

    @property
    def days(self) -> frozenset[date]:
        """The days alone."""
        return frozenset(self.rows)


def counted(session: Session, first: date, last: date, as_of: datetime) -> Counted:
    """The days that were counted, have not changed since, and look from `as_of` as they look now."""
    stale = set(session.scalars(select(ResponseStale.day).where(ResponseStale.day.between(first, last)).distinct()))
    query = select(ResponseDay.day, ResponseDay.rows).where(
        ResponseDay.day.between(first, last), or_(ResponseDay.latest.is_(None), ResponseDay.latest <= as_of)
    )
    known = {day: rows for day, rows in session.execute(query) if day not in stale}
    return Counted(known)


def cells(session: Session, place: str, levels: Collection[str], first: date, last: date) -> list[Any]:
    """(level, day, name, within, late, house_late, took) of a marketplace ("" = all)."""
    query = select(
        ResponseCell.level,
        ResponseCell.day,
        ResponseCell.name,
        ResponseCell.within,
        ResponseCell.late,
        ResponseCell.house_late,
        ResponseCell.took,
    ).where(ResponseCell.place == place, ResponseCell.level.in_(list(levels)), ResponseCell.day.between(first, last))
    return list(session.execute(query))


def backlog(session: Session, place: str, first: date, last: date) -> list[Any]:
    """(tick, day, under_12, under_24, under_72, older) of what was answered later."""
    query = select(
        ResponseBacklog.tick,
        ResponseBacklog.day,
        ResponseBacklog.under_12,
        ResponseBacklog.under_24,
        ResponseBacklog.under_72,
        ResponseBacklog.older,
    ).where(ResponseBacklog.place == place, ResponseBacklog.tick.between(first, last))
    return list(session.execute(query))


def oldest_waiting(session: Session, tick: date) -> date | None:
    """The day of the oldest message that waited at the end of a day, by what was counted and what is still open."""
    counted_ = select(func.min(ResponseBacklog.day)).where(ResponseBacklog.place == "", ResponseBacklog.tick == tick)
    still = select(func.min(Response.sent_at)).where(Response.answered_at.is_(None), Response.hidden.is_(False))
    day, moment = session.scalar(counted_), session.scalar(still)
    return min((each for each in (day, moment.date() if moment else None) if each), default=None)


def shares(session: Session, place: str, first: date, last: date) -> list[ResponseShare]:
    """Where the time of the answers went, by day and agent."""
    query = select(ResponseShare).where(ResponseShare.place == place, ResponseShare.day.between(first, last))
    return list(session.scalars(query))


def to_count(session: Session, *, limit: int) -> list[date]:
    """Days that wait to be counted: those that changed, then history that never was, the newest first."""
    known = session.scalar(select(func.min(ResponseDay.day)))
    stale = sorted(set(session.scalars(select(ResponseStale.day).distinct())), reverse=True)
    # Older days come with the history below them: were one counted first, history would seem to be done.
    found = [day for day in stale if known is not None and day >= known][:limit]
    edge = known
    while len(found) < limit:
        newest = select(func.max(Response.sent_at))
        if edge is not None:
            newest = newest.where(Response.sent_at < datetime.combine(edge, time.min, UTC))
        moment = session.scalar(newest)
        if moment is None:
            break
        edge = moment.date()
        found.append(edge)
    return list(dict.fromkeys(found))


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else counts, for the rest of the transaction; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"select pg_advisory_xact_lock({LOCK})"))


def stale_ids(session: Session, day: date) -> list[int]:
    """The notes that a day changed, to be taken away once it is counted."""
    return list(session.scalars(select(ResponseStale.id).where(ResponseStale.day == day)))


def store(
    session: Session,
    day: date,
    *,
    rows: int,
    latest: datetime | None,
    made: Mapping[type[Any], Sequence[Mapping[str, Any]]],
    noted: Sequence[int],
    now: datetime,
) -> None:
    """Put a counted day in place of what was counted before, and take away the notes that it had changed."""
    for table in (ResponseCell, ResponseBacklog, ResponseShare):
        session.execute(delete(table).where(table.day == day))
        bulk.add(session, table, list(made[table]))
    upsert(session, ResponseDay, [{"day": day, "rows": rows, "latest": latest, "counted_at": now}], key=("day",))
    if noted:
        session.execute(delete(ResponseStale).where(ResponseStale.id.in_(list(noted))))


def of_day(session: Session, table: type[Any], day: date) -> list[dict[str, Any]]:
    """The stored rows of a counted day, as column values."""
    columns = table.__table__.columns
    return [dict(row._mapping) for row in session.execute(select(*columns).where(table.day == day))]


def all_days(session: Session) -> list[date]:
    """The counted days, the newest first."""
    return list(session.scalars(select(ResponseDay.day).order_by(ResponseDay.day.desc())))


def mark(session: Session, days: Sequence[date]) -> None:
    """Note that some days are to be counted again."""
    session.execute(insert(ResponseStale), [{"day": day} for day in days])


def forget(session: Session) -> None:
    """Drop all that was counted; it is counted again from the responses."""
    for table in (ResponseCell, ResponseBacklog, ResponseShare, ResponseDay, ResponseStale):
        session.execute(delete(table))


def arrivals(session: Session, first: datetime, last: datetime, marketplace: str = "") -> dict[datetime, int]:
    """Start of an hour (UTC) -> counted messages sent in it, of [first, last); both at whole hours.

    From the counted days where they are up to date; the others, and what is still open, are counted live.
    """
    ends = last - timedelta(microseconds=1)
    days = counted(session, first.date(), ends.date(), datetime.max.replace(tzinfo=UTC)).days
    found: dict[datetime, int] = {}
    for row in cells(session, marketplace, ["hour"], first.date(), ends.date()):
        hour = datetime.combine(row.day, time(int(row.name)), UTC)
        if row.day in days and first <= hour < last:
            found[hour] = found.get(hour, 0) + row.within + row.late
    for start, end, is_counted in stretches(first, last, days):
        for sent_at in _live(session, Period(start, end, marketplace or None), only_open=is_counted):
            hour = sent_at.replace(minute=0, second=0, microsecond=0)
            found[hour] = found.get(hour, 0) + 1
    return found


def stretches(first: datetime, last: datetime, days: Collection[date]) -> list[tuple[datetime, datetime, bool]]:
    """The range in pieces that are all counted, or not at all."""
    pieces: list[tuple[datetime, datetime, bool]] = []
    start = first
    while start < last:
        end = min(datetime.combine(start.date(), time.min, UTC) + DAY, last)
        is_counted = start.date() in days
        if pieces and pieces[-1][2] == is_counted:
            pieces[-1] = (pieces[-1][0], end, is_counted)
        else:
            pieces.append((start, end, is_counted))
        start = end
    return pieces


def _live(session: Session, period: Period, *, only_open: bool) -> list[datetime]:
    if not only_open:
        return [row[5] for row in pairs(session, period.start, period.end, period.marketplace)]
    query = select(Response.sent_at).where(
        Response.sent_at >= period.start,
        Response.sent_at < period.end,
        Response.answered_at.is_(None),
        Response.hidden.is_(False),
    )
    if period.marketplace:
        query = query.where(Response.marketplace == period.marketplace)
    return list(session.scalars(query))
