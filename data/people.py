"""People who work here, and the team's settings with the times from which they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models.ours import Person, TeamSetting


def everybody(session: Session) -> list[Person]:
    """All people, by name."""
    return list(session.scalars(select(Person).order_by(Person.name)))


def named(session: Session, name: str) -> Person | None:
    """The person of this name."""
    return session.scalars(select(Person).where(Person.name == name)).one_or_none()


def by_login(session: Session, login: str) -> Person | None:
    """The person who signs in with this stable id."""
    return session.scalars(select(Person).where(Person.login == login)).one_or_none()


def add(session: Session, name: str, *, role: str, login: str | None = None, email: str | None = None) -> Person:
    """A new person."""
    person = Person(name=name, role=role, login=login, email=email, preferences={})
    session.add(person)
    session.flush()
    return person


def settings_at(session: Session, moment: datetime) -> dict[str, Any]:
    """The team's settings that held at a moment, by name."""
    query = select(TeamSetting).where(TeamSetting.effective_from <= moment)
    rows = session.scalars(query.order_by(TeamSetting.effective_from, TeamSetting.id))
    return {row.name: row.value["is"] for row in rows}


def history(session: Session, *, limit: int = 50) -> list[TeamSetting]:
    """Changes of the team's settings, newest first."""
    return list(session.scalars(select(TeamSetting).order_by(TeamSetting.id.desc()).limit(limit)))


def change(session: Session, name: str, value: Any, *, by: str, effective_from: datetime) -> None:
    """A setting's new value from a moment on; the old one stays in the books."""
    session.add(TeamSetting(name=name, value={"is": value}, effective_from=effective_from, by=by))
    session.flush()
