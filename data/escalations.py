"""Escalations and what is sent because of them: opening, finding, reserving a step before it leaves, settling it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from data.models.escalations import Digest, Escalation, EscalationStep
from data.models.meeting import MeetingMail
from data.models.ours import Person
from data.store import insert_new

Sendable = type[EscalationStep] | type[Digest] | type[MeetingMail]
AT_ONCE = 200
CAP = 1000


def add(session: Session, row: Escalation) -> int:
    """A new escalation's id."""
    session.add(row)
    session.flush()
    return row.id


def add_by_itself(session: Session, values: Mapping[str, Any]) -> int | None:
    """Open what escalates by itself unless its cause stands already; its id, or None."""
    if session.scalars(select(Escalation.id).where(_stands(), Escalation.cause == values["cause"])).first():
        return None
    # The unique index refuses a second one even if two processes look at the same moment.
    return add(session, Escalation(**values))


def get(session: Session, escalation_id: int) -> Escalation | None:
    """One of them, as it is stored now; locked until the transaction ends where the database can."""
    return session.get(Escalation, escalation_id, with_for_update=True, populate_existing=True)


def look(session: Session, escalation_id: int) -> Escalation | None:
    """One of them, to read."""
    return session.get(Escalation, escalation_id)


def standing(session: Session, kind: str, ref: str) -> list[Told]:
    """The open ones about a thing."""
    return _told(session, Escalation.kind == kind, Escalation.ref == ref, Escalation.closed_at.is_(None), limit=20)


def causes(session: Session) -> dict[str, Escalation]:
    """What escalated by itself and has not ended yet, by its key."""
    return {row.cause: row for row in session.scalars(select(Escalation).where(_stands())) if row.cause}


class Told(NamedTuple):
    """An escalation with its ladder: how many steps may have reached somebody, how many failed or are unknown."""

    row: Escalation
    reached: int
    doubtful: int


def of_person(session: Session, person: str, *, answers_all: bool, limit: int) -> list[Told]:
    """Those that wait for this person, and their own that are not closed, what is needed first on top; one statement.

    `answers_all`: they also answer what was asked of nobody in particular, or of somebody who works here no more.
    """
    waits = and_(Escalation.answered_at.is_(None), _to(person, answers_all))
    return _told(session, Escalation.closed_at.is_(None), or_(waits, Escalation.by == person), limit=limit)


def count_for(session: Session, person: str, *, answers_all: bool, most: int) -> int:
    """How many of them nobody has acknowledged yet wait for this person, up to `most`."""
    few = select(Escalation.id).where(*_climbs(), _to(person, answers_all), Escalation.by != person).limit(most)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _to(person: str, answers_all: bool) -> ColumnElement[bool]:
    asked: ColumnElement[bool] = Escalation.to_person == person
    if not answers_all:
        return asked
    gone = select(Person.name).where(Person.disabled_at.is_not(None))
    return or_(asked, Escalation.to_person == "", Escalation.to_person.in_(gone))


def _told(session: Session, *conditions: ColumnElement[bool], limit: int) -> list[Told]:
    def steps_in(*states: str) -> ColumnElement[int]:
        mine = select(func.count()).where(EscalationStep.escalation_id == Escalation.id)
        return mine.where(EscalationStep.state.in_(states)).correlate(Escalation).scalar_subquery()

    query = select(Escalation, steps_in("sent", "unknown"), steps_in("failed", "unknown")).where(*conditions)
    found = session.execute(query.order_by(Escalation.needed_by, Escalation.id).limit(limit))
    return [Told(row[0], int(row[1]), int(row[2])) for row in found]


def climbing(session: Session, *, after: int = 0, limit: int = AT_ONCE) -> list[Escalation]:
    """Those that nobody has acknowledged, answered or closed, by id."""
    query = select(Escalation).where(*_climbs(), Escalation.id > after)
    return list(session.scalars(query.order_by(Escalation.id).limit(limit)))


def is_climbing(session: Session, escalation_id: int) -> bool:
    """Whether steps may still be made."""
    return session.scalars(select(Escalation.id).where(Escalation.id == escalation_id, *_climbs())).first() is not None


def steps(session: Session, ids: Collection[int]) -> list[EscalationStep]:
    """All steps of these, in the order in which they were made."""
    mine = select(EscalationStep).where(EscalationStep.escalation_id.in_(list(ids)))
    return list(session.scalars(mine.order_by(EscalationStep.id)))


def add_steps(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write down steps; those that are there already stay as they are. How many are new."""
    return len(insert_new(session, EscalationStep, rows, key=("escalation_id", "channel", "attempt", "person")))


def add_digest(session: Session, row: Mapping[str, Any]) -> bool:
    """Write down the digest of a shift; False if it is there already."""
    return bool(insert_new(session, Digest, [row], key=("person", "shift")))


def digests(session: Session, shifts: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (person, shift) have a digest."""
    people, days = {person for person, _ in shifts}, {day for _, day in shifts}
    query = select(Digest.person, Digest.shift).where(Digest.person.in_(people), Digest.shift.in_(days))
    return {(person, shift) for person, shift in session.execute(query)} & set(shifts)


def last_digest(session: Session, person: str) -> Digest | None:
    """The newest digest of a person."""
    query = select(Digest).where(Digest.person == person).order_by(Digest.id.desc()).limit(1)
    return session.scalars(query).first()


# What follows is the same for steps and digests: a row is reserved before anything leaves, and settled afterwards.


def due(session: Session, table: Sendable, real_now: datetime, *, after: int = 0) -> Any:
    """The first row that waits to leave and whose pause is over."""
    rested = or_(table.next_try_at.is_(None), table.next_try_at <= real_now)
    query = select(table).where(table.state == "queued", rested, table.id > after)
    return session.scalars(query.order_by(table.id).limit(1)).first()


def claim(session: Session, table: Sendable, row_id: int, *, holder: str, real_now: datetime) -> bool:
    """Reserve a row for this process; False if it is not waiting any more."""
    values = {"state": "sending", "holder": holder, "since": real_now, "tries": table.tries + 1}
    return _move(session, table, row_id, "queued", None, values)


def settle(session: Session, table: Sendable, row_id: int, *, among: str, holder: str | None, **values: Any) -> bool:
    """Write down what became of a row, if it is still in state `among` (and still `holder`'s, if given)."""
    return _move(session, table, row_id, among, holder, values)


def being_sent(session: Session, table: Sendable) -> list[Any]:
    """Rows that somebody reserved and has not settled."""
    return list(session.scalars(select(table).where(table.state == "sending").order_by(table.id)))


def cancel_waiting(session: Session, escalation_id: int, *, at: datetime) -> None:
    """What has not left yet does not leave any more."""
    mine = update(EscalationStep).where(EscalationStep.escalation_id == escalation_id, EscalationStep.state == "queued")
    session.execute(mine.values(state="cancelled", at=at).execution_options(synchronize_session=False))


def causes_of(session: Session, key: str) -> Escalation | None:
    """The escalation whose cause stands under this key; locked until the transaction ends where the database can."""
    return session.scalars(select(Escalation).where(_stands(), Escalation.cause == key).with_for_update()).first()


def answer_times(session: Session, *, since: datetime) -> list[tuple[datetime, datetime]]:
    """(asked, answered) of what people escalated since then and somebody answered; the newest, up to the cap."""
    query = select(Escalation.opened_at, Escalation.answered_at).where(
        Escalation.opened_at >= since, Escalation.answered_at.is_not(None), Escalation.cause.is_(None)
    )
    rows = session.execute(query.order_by(Escalation.opened_at.desc()).limit(CAP))
    return [(asked, answered) for asked, answered in rows if answered is not None]


def everything(session: Session) -> list[Escalation]:
    """All of them, by id."""
    return list(session.scalars(select(Escalation).order_by(Escalation.id)))


def _move(
    session: Session, table: Sendable, row_id: int, among: str, holder: str | None, values: Mapping[str, Any]
) -> bool:
    conditions = [table.id == row_id, table.state == among]
    if holder is not None:
        conditions.append(table.holder == holder)
    done = session.execute(
        update(table).where(*conditions).values(**values).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _stands() -> ColumnElement[bool]:
    return and_(Escalation.cause.is_not(None), Escalation.cause_ended_at.is_(None))


def _climbs() -> tuple[ColumnElement[bool], ...]:
    return (
        Escalation.closed_at.is_(None),
        Escalation.acknowledged_at.is_(None),
        Escalation.answered_at.is_(None),
    )
