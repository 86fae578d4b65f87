"""Escalations for reading: those that concern a person, those about a thing, and one with its whole ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import escalations as rows
from data import people
from data.escalations import Told
from data.models.escalations import Escalation
from data.store import Store
from services import team
from services.escalations import ladder
from services.escalations.acts import may_answer
from services.escalations.shapes import About, Detail, Line, NextStep, StepLine
from services.people import Person
from services.rules import escalations as rules
from services.settings import Settings

LISTED = 100
MEASURED = timedelta(days=90)


def concerning(session: Session, settings: Settings, actor: Person, *, limit: int = LISTED) -> tuple[Line, ...]:
    """What waits for the actor, and what they asked and is not closed; the nearest first; one statement."""
    all_of_it = actor.is_supervisor or actor.name in settings.notifications.to
    told = rows.of_person(session, actor.name, answers_all=all_of_it, limit=limit)
    return tuple(line_of(each, actor) for each in told)


def count_for(store: Store, settings: Settings, actor: Person) -> int:
    """How many that nobody has acknowledged wait for the actor, up to LISTED; one statement."""
    all_of_it = actor.is_supervisor or actor.name in settings.notifications.to
    with store.read() as session:
        return rows.count_for(session, actor.name, answers_all=all_of_it, most=LISTED)


def standing(store: Store, about: About, *, actor: Person) -> tuple[Line, ...]:
    """The open ones about a thing."""
    with store.read() as session:
        return tuple(line_of(each, actor) for each in rows.standing(session, about.kind, about.ref))


def detail(store: Store, settings: Settings, escalation_id: int, *, actor: Person, now: datetime) -> Detail | None:
    """One of them with every step that was made, and the next one; None if there is none of this id."""
    house = team.team(store, now=now)
    with store.read() as session:
        row = rows.look(session, escalation_id)
        if row is None:
            return None
        made = rows.steps(session, [row.id])
        line = line_of(Told(row, sum(each.state in rules.COUNTS for each in made), 0), actor)
        following = rules.following(ladder.facts_of(settings, row, made), now, ladder.calendar(settings, house))
        steps = tuple(StepLine(s.channel, s.attempt, s.person, s.state, s.at, s.error) for s in made)
    coming = NextStep(following.channel, following.attempt, following.due_at) if following else None
    return Detail(line, steps, coming)


def addressees(store: Store, actor: Person) -> tuple[str, ...]:
    """Whom the actor may ask by name."""
    with store.read() as session:
        return tuple(
            each.name for each in people.everybody(session) if not each.disabled_at and each.name != actor.name
        )


def median_answer(store: Store, *, now: datetime) -> tuple[timedelta | None, int]:
    """(median time from asking to the answer, over how many) of what people escalated in the last 90 days."""
    with store.read() as session:
        times = rows.answer_times(session, since=now - MEASURED)
    return rules.median(answered - asked for asked, answered in times), len(times)


def line_of(told: Told, actor: Person) -> Line:
    """An escalation as it is shown to somebody."""
    row = told.row
    names = (
        *("id", "version", "sentence", "needed", "needed_by", "urgency", "by", "initials", "opened_at"),
        *("acknowledged_at", "acknowledged_by", "answer", "answered_at", "answered_by"),
        *("closed_at", "closed_by", "closed_why"),
    )
    return Line(
        **{name: getattr(row, name) for name in names},
        about=about_of(row),
        to=row.to_person,
        by_itself=row.cause is not None,
        for_me=may_answer(row.by, row.to_person, actor) and row.answered_at is None and row.closed_at is None,
        mine=row.by == actor.name,
        state=state_of(row),
        reached=told.reached,
        doubtful=told.doubtful,
    )


def state_of(row: Escalation) -> str:
    """Asked, acknowledged, answered or closed."""
    if row.closed_at is not None:
        return "closed"
    if row.answered_at is not None:
        return "answered"
    return "acknowledged" if row.acknowledged_at is not None else "asked"


def about_of(row: Escalation) -> About:
    """What an escalation is about."""
    names = ("kind", "ref", "label", "page", "account", "marketplace", "order_id", "ticket_id")
    target = tuple((str(name), str(value)) for name, value in row.target.items())
    return About(**{name: getattr(row, name) for name in names}, target=target)
