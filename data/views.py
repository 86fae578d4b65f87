"""Views: named sets of queue filters, shared or somebody's own, and the tickets that were put into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from data.models.triage import TicketLabel, TriageRule, View
from data.tags import VIEW

MOST = 100
"""Views that one person can see."""


def seen_by(session: Session, person: str) -> list[View]:
    """The views that somebody can see: shared ones and their own, by name."""
    mine = select(View).where(View.deleted_at.is_(None), _is_seen_by(person))
    return list(session.scalars(mine.order_by(View.name, View.id).limit(MOST)))


def one(session: Session, view_id: int, person: str) -> View | None:
    """A view, also a deleted one, if this person can see it."""
    return session.scalars(select(View).where(View.id == view_id, _is_seen_by(person))).one_or_none()


def locked(session: Session, view_id: int) -> View | None:
    """A view to be written; locked until the transaction ends where the database can."""
    return session.get(View, view_id, with_for_update=True)


def named(session: Session, name: str, person: str) -> View | None:
    """The view of this name among those that somebody can see."""
    query = select(View).where(View.deleted_at.is_(None), View.name == name, _is_seen_by(person))
    return session.scalars(query.limit(1)).first()


def add(
    session: Session, name: str, filters: Mapping[str, Any] | None, *, person: str, shared: bool, at: datetime
) -> View:
    """A new view."""
    kept = None if filters is None else dict(filters)
    view = View(name=name, filters=kept, person=person, shared=shared, made_at=at)
    session.add(view)
    session.flush()
    return view


def of_ticket(session: Session, ticket_id: int) -> list[View]:
    """The views that a ticket was put into, by name."""
    put = select(TicketLabel.value).where(TicketLabel.ticket_id == ticket_id, TicketLabel.kind == VIEW)
    query = select(View).where(cast(View.id, String).in_(put), View.deleted_at.is_(None))
    return list(session.scalars(query.order_by(View.name, View.id)))


def names(session: Session) -> dict[str, str]:
    """The names of all views that are not deleted, by id as text."""
    query = select(View.id, View.name).where(View.deleted_at.is_(None))
    return {str(id_): name for id_, name in session.execute(query)}


def shared_names(session: Session) -> dict[str, str]:
    """The names of the views that all see, by id as text, by name."""
    query = select(View.id, View.name).where(View.deleted_at.is_(None), View.shared)
    return {str(id_): name for id_, name in session.execute(query.order_by(View.name, View.id))}


def filled_by(session: Session, view_id: int) -> list[str]:
    """The names of the rules that put tickets into a view."""
    rules = session.scalars(select(TriageRule).where(TriageRule.deleted_at.is_(None)).order_by(TriageRule.place))
    return [rule.name for rule in rules if rule.wording["actions"]["view"] == str(view_id)]


def _is_seen_by(person: str) -> ColumnElement[bool]:
    return or_(View.shared, View.person == person)
