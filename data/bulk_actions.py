"""What actions on many tickets did, so that their author can take them back within the hour."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.models.derived import Card
from data.models.teamwork import BulkAction, BulkStep
from data.store import ensure

Step = tuple[int, int, dict[str, Any]]
"""(ticket id, the ticket's own version afterwards, what it was before)."""


def remember(
    session: Session, token: str, steps: Sequence[Step], *, what: str, person: str, at: datetime
) -> None:
    """Write down what was done to some tickets, in the transaction that does it."""
    if not steps:
        return
    ensure(session, BulkAction, {"token": token, "what": what, "person": person, "at": at}, key=("token",))
    names = ("ticket_id", "version", "before")
    session.execute(insert(BulkStep), [{"token": token, **dict(zip(names, step, strict=True))} for step in steps])


def get(session: Session, token: str) -> BulkAction | None:
    """An action; locked until the transaction ends where the database can."""
    return session.get(BulkAction, token, with_for_update=True)


def some_steps(session: Session, token: str, *, limit: int) -> list[BulkStep]:
    """The first steps that were not taken back, by ticket."""
    mine = select(BulkStep).where(BulkStep.token == token).order_by(BulkStep.ticket_id)
    return list(session.scalars(mine.limit(limit)))


def drop_steps(session: Session, token: str, ticket_ids: Collection[int]) -> None:
    """Forget steps: they were taken back, or cannot be any more."""
    mine = delete(BulkStep).where(BulkStep.token == token, BulkStep.ticket_id.in_(list(ticket_ids)))
    session.execute(mine.execution_options(synchronize_session=False))


def forget(session: Session, before: datetime) -> None:
    """Throw away all actions that are too old to be taken back."""
    old = select(BulkAction.token).where(BulkAction.at < before)
    steps, actions = delete(BulkStep).where(BulkStep.token.in_(old)), delete(BulkAction).where(BulkAction.at < before)
    for each in (steps, actions):
        session.execute(each.execution_options(synchronize_session=False))


def cards(session: Session, ticket_ids: Collection[int]) -> dict[int, Card]:
    """The cards of these tickets as they are stored now, by ticket."""
    mine = select(Card).where(Card.ticket_id.in_(list(ticket_ids))).execution_options(populate_existing=True)
    return {card.ticket_id: card for card in session.scalars(mine)}
