"""Questions between colleagues: asking, finding those that wait for somebody, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, update
from sqlalchemy.orm import Session

from data.models.derived import Card
from data.models.ours import Person
from data.models.teamwork import Question

LONGEST_LIST = 50
"""Questions shown of one ticket; more than anybody asks."""


def add(session: Session, ticket_id: int, words: str, *, by: str, at: datetime, to: str) -> int:
    """A new question's id; `to` is empty for whichever supervisor answers first."""
    question = Question(ticket_id=ticket_id, question=words, asked_by=by, asked_at=at, to_person=to, state="open")
    session.add(question)
    session.flush()
    return question.id


def get(session: Session, question_id: int) -> Question | None:
    """A question as it is stored now."""
    return session.get(Question, question_id, populate_existing=True)


def of_ticket(session: Session, ticket_id: int) -> list[Question]:
    """The questions of a ticket that were not withdrawn, oldest first; the newest if there are too many."""
    mine = select(Question).where(Question.ticket_id == ticket_id, Question.state != "withdrawn")
    return list(session.scalars(mine.order_by(Question.id.desc()).limit(LONGEST_LIST)))[::-1]


def look(session: Session, ticket_id: int, person: str, *, at: datetime) -> bool:
    """The asker has seen the answers in this ticket; whether there were any."""
    mine = and_(Question.ticket_id == ticket_id, Question.state == "answered", Question.asked_by == person)
    done = session.execute(update(Question).where(mine).values(state="seen", seen_at=at))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def has_unseen(session: Session, ticket_id: int, person: str) -> bool:
    """Whether an answer in this ticket waits for this person to look at it."""
    mine = select(Question.id).where(
        Question.ticket_id == ticket_id, Question.state == "answered", Question.asked_by == person
    )
    return session.scalars(mine.limit(1)).first() is not None


def is_answerable_by(person: Any, everybody: Any) -> ColumnElement[bool]:
    """Whether an open question waits for this person.

    `everybody` is "" for supervisors, else the person again: supervisors also answer what was asked of nobody in
    particular, and what was asked of somebody who no longer works here.
    """
    gone = select(Person.name).where(Person.disabled_at.is_not(None), everybody == "")
    asked = or_(Question.to_person.in_((person, everybody)), Question.to_person.in_(gone))
    return and_(Question.state == "open", asked, Question.asked_by != person)


def is_answered_for(person: Any) -> ColumnElement[bool]:
    """Whether this person asked, and has not looked at the answer yet."""
    return and_(Question.state == "answered", Question.asked_by == person)


def waiting_for(session: Session, person: str, *, supervises: bool, limit: int) -> list[tuple[Question, Card]]:
    """Questions to this person and answers for them, with their tickets' cards; the oldest first."""
    me, everybody = literal(person), literal("" if supervises else person)
    query = select(Question, Card).join(Card, Card.ticket_id == Question.ticket_id)
    mine = query.where(or_(is_answerable_by(me, everybody), is_answered_for(me)))
    found = session.execute(mine.order_by(Question.asked_at, Question.id).limit(limit))
    return [(row[0], row[1]) for row in found]


def somebody_else_supervises(session: Session, person: str) -> bool:
    """Whether there is a supervisor beside this person."""
    others = select(Person.id).where(
        Person.role == "supervisor", Person.disabled_at.is_(None), Person.name != person
    )
    return session.scalars(others.limit(1)).first() is not None
