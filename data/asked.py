"""Which orders and items Amazon is asked about one by one, and what it said of each the last time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, CustomerReturn
from data.models.amazon_asked import ReviewTopic, Solicitation

OPENS, CLOSES = timedelta(days=5), timedelta(days=30)
"""Amazon lets a buyer be asked for a review between these days after delivery."""
LONGEST_ON_THE_WAY = timedelta(days=60)
ORDERS_AGAIN, ITEMS_AGAIN = timedelta(days=3), timedelta(days=7)
LATELY = timedelta(days=60)
ORDERS_AT_ONCE, ITEMS_AT_ONCE = 50, 50
SHIPPED = ("shipped", "partiallyshipped", "partially_shipped")


def orders_due(session: Session, account: str, now: datetime) -> list[tuple[str, str]]:
    """(order id, marketplace) of shipped orders delivered 5 to 30 days ago, not asked about for three days."""
    delivered = func.coalesce(AmazonOrder.deliver_by, AmazonOrder.purchased_at)
    query = (
        select(AmazonOrder.order_id, AmazonOrder.marketplace)
        .outerjoin(
            Solicitation,
            (Solicitation.account == AmazonOrder.account) & (Solicitation.order_id == AmazonOrder.order_id),
        )
        .where(
            AmazonOrder.account == account,
            AmazonOrder.purchased_at.between(now - CLOSES - LONGEST_ON_THE_WAY, now - OPENS),
            delivered.between(now - CLOSES, now - OPENS),
            AmazonOrder.marketplace.is_not(None),
            func.lower(AmazonOrder.status).in_(SHIPPED),
            or_(Solicitation.asked_at.is_(None), Solicitation.asked_at < now - ORDERS_AGAIN),
        )
        .order_by(Solicitation.asked_at.is_not(None), Solicitation.asked_at, AmazonOrder.purchased_at)
        .limit(ORDERS_AT_ONCE)
    )
    return [(order_id, place) for order_id, place in session.execute(query) if place]


def items_due(session: Session, account: str, now: datetime) -> list[tuple[str, str]]:
    """(ASIN, marketplace) of the items with most returns lately, not asked about for a week."""
    place = func.coalesce(CustomerReturn.marketplace, AmazonOrder.marketplace)
    of_order = (AmazonOrder.account == CustomerReturn.account) & (AmazonOrder.order_id == CustomerReturn.order_id)
    query = (
        select(CustomerReturn.asin, place)
        .outerjoin(AmazonOrder, of_order)
        .where(
            CustomerReturn.account == account,
            CustomerReturn.returned_at >= now - LATELY,
            CustomerReturn.asin.is_not(None),
            place.is_not(None),
        )
        .group_by(CustomerReturn.asin, place)
        .order_by(func.count().desc(), CustomerReturn.asin)
        .limit(ITEMS_AT_ONCE)
    )
    fresh = select(ReviewTopic.asin, ReviewTopic.marketplace).where(
        ReviewTopic.account == account, ReviewTopic.asked_at >= now - ITEMS_AGAIN
    )
    known = {(asin, code) for asin, code in session.execute(fresh)}
    return [(asin, code) for asin, code in session.execute(query) if asin and (asin, code) not in known]


def solicitation(session: Session, account: str, order_id: str) -> Solicitation | None:
    """What Amazon said of an order, and when."""
    return session.get(Solicitation, (account, order_id))


def topics(session: Session, account: str, asin: str, marketplace: str) -> list[ReviewTopic]:
    """The topics of an item's reviews as Amazon last listed them, most mentioned first."""
    this = (ReviewTopic.account == account, ReviewTopic.asin == asin, ReviewTopic.marketplace == marketplace)
    latest = select(func.max(ReviewTopic.asked_at)).where(*this).scalar_subquery()
    query = select(ReviewTopic).where(*this, ReviewTopic.topic != "", ReviewTopic.asked_at == latest)
    return list(session.scalars(query.order_by(ReviewTopic.mentions.desc(), ReviewTopic.topic)))
