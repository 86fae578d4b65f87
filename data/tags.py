"""Labels of tickets: their tags, and the views that they were put into."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data import tickets
from data.models.derived import Card
from data.models.triage import TicketLabel
from data.store import ensure

TAG, VIEW = "tag", "view"
Label = tuple[str, str]
"""(kind, value): a tag, or the id of a view as text."""

MOST_NAMED = 200
"""Names of tags that are offered."""


def put(session: Session, ticket_id: int, label: Label, *, by: str, at: datetime) -> None:
    """Put a label on a ticket, unless it is there; its place in the queue it gets when the card is derived."""
    kind, value = label
    row = {"ticket_id": ticket_id, "kind": kind, "value": value, "by": by, "at": at, "sort_key": 0}
    ensure(session, TicketLabel, row, key=("ticket_id", "kind", "value"))


def take_off(session: Session, ticket_id: int, label: Label) -> None:
    """Take a label off a ticket."""
    kind, value = label
    mine = (TicketLabel.ticket_id == ticket_id, TicketLabel.kind == kind, TicketLabel.value == value)
    session.execute(delete(TicketLabel).where(*mine))


def of_tickets(session: Session, ticket_ids: Collection[int]) -> dict[int, dict[Label, datetime]]:
    """The labels of these tickets, and since when they are there."""
    found: dict[int, dict[Label, datetime]] = {id_: {} for id_ in ticket_ids}
    columns = (TicketLabel.ticket_id, TicketLabel.kind, TicketLabel.value, TicketLabel.at)
    for row in session.execute(select(*columns).where(TicketLabel.ticket_id.in_(list(ticket_ids)))):
        found[row.ticket_id][(row.kind, row.value)] = row.at
    return found


def follow(session: Session, ticket_ids: Collection[int]) -> None:
    """Give the labels of these tickets their cards' place in the queue; without any, nothing is done."""
    if not ticket_ids:
        return
    place = select(Card.sort_key).where(Card.ticket_id == TicketLabel.ticket_id).scalar_subquery()
    mine = update(TicketLabel).where(TicketLabel.ticket_id.in_(list(ticket_ids)))
    session.execute(mine.values(sort_key=place), execution_options={"synchronize_session": False})


def named(session: Session) -> list[str]:
    """The tags in use, by name."""
    labels = TicketLabel.__table__.c
    return tickets.in_use(session, labels.value, labels.kind == TAG, most=MOST_NAMED)
