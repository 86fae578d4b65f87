"""How exposed waiting tickets are: what is known of them, what became of tickets like them, and their places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, OrderItem, SellerFeedback
from data.models.cases import CaseCard
from data.models.derived import Card
from data.models.forecast import TicketExposure
from data.store import upsert

NEGATIVE = 2
"""Feedback of so many stars or fewer is a defect (Amazon's one and two stars)."""
AT_ONCE = 2000


def waiting(session: Session) -> Sequence[Any]:
    """Tickets that are owed an answer: (ticket_id, due_at, type, kind, waiting, marketplace, total, is_defect)."""
    query = (
        select(
            Card.ticket_id,
            Card.due_at,
            Card.type,
            Card.kind,
            Card.waiting,
            Card.marketplace,
            _worth().label("total"),
            _is_defect().label("is_defect"),
        )
        .outerjoin(AmazonOrder, (AmazonOrder.account == Card.account) & (AmazonOrder.order_id == Card.order_id))
        .where(Card.due_at.is_not(None))
    )
    return session.execute(query).all()


def by_type(session: Session, since: datetime) -> dict[str, tuple[int, int]]:
    """Type of ticket -> (tickets, those whose order became a defect), of tickets opened since then with an order."""
    defect = func.count().filter(_is_defect())
    query = select(Card.type, func.count(), defect).where(Card.opened_at >= since, Card.order_id.is_not(None))
    return {type_: (n, hit) for type_, n, hit in session.execute(query.group_by(Card.type))}


def usual_orders(session: Session, since: datetime) -> dict[str, int]:
    """Marketplace -> the mean order in minor units, of orders since then whose worth is known."""
    query = select(AmazonOrder.marketplace, func.avg(_worth())).where(AmazonOrder.purchased_at >= since, _worth() > 0)
    found = session.execute(query.group_by(AmazonOrder.marketplace))
    return {place: round(float(mean)) for place, mean in found if place and mean}


def replace(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give the waiting tickets their places, and take away those of tickets that no longer wait."""
    columns = TicketExposure.ticket_id, TicketExposure.rank, TicketExposure.why
    held = {ticket: (rank, why) for ticket, rank, why in session.execute(select(*columns))}
    gone = sorted(set(held) - {row["ticket_id"] for row in rows})
    rows = [row for row in rows if held.get(row["ticket_id"]) != (row["rank"], row["why"])]
    for start in range(0, len(gone), AT_ONCE):
        session.execute(delete(TicketExposure).where(TicketExposure.ticket_id.in_(gone[start : start + AT_ONCE])))
    for start in range(0, len(rows), AT_ONCE):
        upsert(session, TicketExposure, rows[start : start + AT_ONCE], key=["ticket_id"])


def of_tickets(session: Session, ticket_ids: Collection[int]) -> dict[int, TicketExposure]:
    """The exposures of some tickets, by their ids."""
    query = select(TicketExposure).where(TicketExposure.ticket_id.in_(ticket_ids))
    return {found.ticket_id: found for found in session.scalars(query)}


def _worth() -> ColumnElement[int]:
    """What an order is worth: its total, or the prices of its lines in the report, which names no total."""
    mine = (OrderItem.account == AmazonOrder.account) & (OrderItem.order_id == AmazonOrder.order_id)
    lines = select(func.sum(OrderItem.price)).where(mine, OrderItem.source == "report")
    return func.coalesce(AmazonOrder.total, lines.correlate(AmazonOrder).scalar_subquery())


def _is_defect() -> ColumnElement[bool]:
    same = (CaseCard.account == Card.account, CaseCard.order_id == Card.order_id)
    unhappy = (
        SellerFeedback.account == Card.account,
        SellerFeedback.order_id == Card.order_id,
        SellerFeedback.rating <= NEGATIVE,
    )
    return exists().where(*same) | exists().where(*unhappy)
