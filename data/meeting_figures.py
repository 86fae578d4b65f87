"""What a meeting pack counts: messages of a period with their reasons, returns, feedback, cases and what items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from data.models.amazon import OrderItem
from data.models.cases import CaseCard
from data.models.derived import Card, Response
from data.models.feedback_work import FeedbackCard
from data.models.followups import FollowupCard
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.ours import Person
from data.models.return_figures import ReturnCard


class Asked(NamedTuple):
    """One message that started a clock, with its ticket's contact reason."""

    message_id: int
    ticket_id: int
    account: str
    marketplace: str | None
    reason: str
    order_id: str | None
    language: str | None
    sent_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    agent: str | None
    hidden: bool


class Money(NamedTuple):
    """Cases of one kind, result and currency; `amount` in minor units."""

    kind: str
    result: str
    currency: str
    cases: int
    amount: int


_ASKED = (
    Response.message_id, Response.ticket_id, Response.account, Response.marketplace, Card.type, Card.order_id,
    Response.language, Response.sent_at, Response.answered_at, Response.answered_by, Response.agent, Response.hidden,
)  # fmt: skip


def asked(session: Session, start: datetime, end: datetime, *, by_ticket: bool = False) -> Iterator[Asked]:
    """Messages sent in [start, end), streamed; by ticket and time if wanted."""
    query = select(*_ASKED).join(Card, Card.ticket_id == Response.ticket_id)
    query = query.where(Response.sent_at >= start, Response.sent_at < end)
    if by_ticket:
        query = query.order_by(Response.ticket_id, Response.sent_at, Response.message_id)
    rows: Any = session.execute(query.execution_options(yield_per=2000))
    yield from map(Asked._make, rows)


def first_of_all(session: Session) -> datetime | None:
    """When the first message of all that started a clock was sent; read off an index."""
    return session.scalar(select(func.min(Response.sent_at)))


def first_message(session: Session, marketplace: str) -> datetime | None:
    """When a marketplace was first written to; read off an index."""
    return session.scalar(select(func.min(Response.sent_at)).where(Response.marketplace == marketplace))


def contact_skus(session: Session, start: datetime, end: datetime, *, limit: int) -> list[tuple[str, int]]:
    """(SKU, messages about orders with it), most first."""
    n = func.count(distinct(Response.message_id))
    item = and_(OrderItem.account == Card.account, OrderItem.order_id == Card.order_id)
    query = (
        select(OrderItem.sku, n)
        .select_from(Response)
        .join(Card, Card.ticket_id == Response.ticket_id)
        .join(OrderItem, item)
        .where(Response.sent_at >= start, Response.sent_at < end, OrderItem.sku.is_not(None))
        .group_by(OrderItem.sku)
        .order_by(n.desc(), OrderItem.sku)
    )
    return [(sku or "", int(count)) for sku, count in session.execute(query.limit(limit))]


def returned(session: Session, start: datetime, end: datetime, by: str, marketplace: str = "") -> dict[str, int]:
    """Units returned in [start, end) by `reason` or `sku`."""
    column = getattr(ReturnCard, by)
    query = select(column, func.sum(ReturnCard.quantity)).where(
        ReturnCard.returned_at >= start, ReturnCard.returned_at < end, *_placed(ReturnCard, marketplace)
    )
    return {name or "": int(units) for name, units in session.execute(query.group_by(column))}


def feedback(session: Session, start: date, end: date, marketplace: str = "") -> dict[tuple[int, str], int]:
    """(stars, kind) -> feedback of these days, both included."""
    query = select(FeedbackCard.rating, FeedbackCard.kind, func.count()).where(
        FeedbackCard.day >= start, FeedbackCard.day <= end, *_placed(FeedbackCard, marketplace)
    )
    grouped = query.group_by(FeedbackCard.rating, FeedbackCard.kind)
    return {(rating, kind): int(n) for rating, kind, n in session.execute(grouped)}


def feedback_skus(session: Session, start: date, end: date, *, most_stars: int, limit: int) -> list[tuple[str, int]]:
    """(SKU, bad feedback on orders with it), most first."""
    n = func.count(distinct(FeedbackCard.order_id))
    item = and_(OrderItem.account == FeedbackCard.account, OrderItem.order_id == FeedbackCard.order_id)
    query = (
        select(OrderItem.sku, n)
        .select_from(FeedbackCard)
        .join(OrderItem, item)
        .where(FeedbackCard.day >= start, FeedbackCard.day <= end, FeedbackCard.rating <= most_stars)
        .where(OrderItem.sku.is_not(None))
        .group_by(OrderItem.sku)
        .order_by(n.desc(), OrderItem.sku)
    )
    return [(sku or "", int(count)) for sku, count in session.execute(query.limit(limit))]


def cases_opened(session: Session, start: datetime, end: datetime, marketplace: str = "") -> dict[str, int]:
    """Kind -> cases opened in [start, end)."""
    query = select(CaseCard.kind, func.count()).where(
        CaseCard.opened_at >= start, CaseCard.opened_at < end, *_placed(CaseCard, marketplace)
    )
    return {kind: int(n) for kind, n in session.execute(query.group_by(CaseCard.kind))}


def cases_decided(session: Session, start: datetime, end: datetime, months: Collection[str]) -> list[Money]:
    """What cases decided in [start, end) came to; `months` are the months (YYYY-MM) of that time."""
    inside = (CaseCard.month.in_(list(months)), CaseCard.decided_at >= start, CaseCard.decided_at < end)
    return _money(session, CaseCard.result != "open", *inside)


def cases_open(session: Session, at: datetime) -> list[Money]:
    """The cases that were open then, by kind and currency."""
    begun = or_(CaseCard.opened_at <= at, and_(CaseCard.opened_at.is_(None), CaseCard.seen_at <= at))
    undecided = or_(CaseCard.state != "closed", CaseCard.decided_at > at)
    found = _money(session, begun, undecided)
    sums: dict[tuple[str, str], Money] = {}
    for each in found:
        old = sums.get((each.kind, each.currency), Money(each.kind, "open", each.currency, 0, 0))
        sums[each.kind, each.currency] = old._replace(cases=old.cases + each.cases, amount=old.amount + each.amount)
    return [sums[key] for key in sorted(sums)]


def worst_case(session: Session, start: datetime, end: datetime, months: Collection[str]) -> list[CaseCard]:
    """Cases lost in [start, end), by kind and order."""
    query = select(CaseCard).where(
        CaseCard.month.in_(list(months)), CaseCard.result == "lost", CaseCard.decided_at >= start,
        CaseCard.decided_at < end,
    )  # fmt: skip
    return list(session.scalars(query.order_by(CaseCard.currency, CaseCard.amount.desc(), CaseCard.case_id).limit(200)))


def _money(session: Session, *conditions: ColumnElement[bool]) -> list[Money]:
    by = (CaseCard.kind, CaseCard.result, func.coalesce(CaseCard.currency, ""))
    query = select(*by, func.count(), func.sum(func.coalesce(CaseCard.amount, 0))).where(*conditions).group_by(*by)
    return sorted(
        Money(kind, result, currency, int(n), int(amount or 0))
        for kind, result, currency, n, amount in session.execute(query)
    )


def left(session: Session, at: datetime) -> set[str]:
    """Who had no access any more then."""
    query = select(Person.name).where(Person.disabled_at.is_not(None), Person.disabled_at <= at)
    return set(session.scalars(query))


def mails(session: Session, ticket_ids: Sequence[int], until: datetime, *, limit: int) -> list[Any]:
    """(ticket, sent at, direction, kind, id) of these tickets' mail until then, oldest first."""
    columns = (Message.ticket_id, Message.sent_at, Message.direction, Message.kind, Message.id)
    query = select(*columns).where(Message.ticket_id.in_(list(ticket_ids)), Message.sent_at <= until)
    return list(session.execute(query.order_by(Message.sent_at, Message.id).limit(limit)))


def acts(session: Session, ticket_ids: Sequence[int], whats: Sequence[str], until: datetime) -> list[Activity]:
    """What people did in these tickets until then, oldest first."""
    names = [f"ticket:{ticket_id}" for ticket_id in ticket_ids]
    query = select(Activity).where(Activity.object.in_(names), Activity.what.in_(list(whats)), Activity.at <= until)
    return list(session.scalars(query.order_by(Activity.at, Activity.id).limit(500)))


def answers(session: Session, ticket_ids: Sequence[int]) -> list[Response]:
    """What became of each message of these tickets."""
    query = select(Response).where(Response.ticket_id.in_(list(ticket_ids)))
    return list(session.scalars(query.order_by(Response.sent_at, Response.message_id)))


def cards(session: Session, ticket_ids: Sequence[int]) -> dict[int, Card]:
    """These tickets' rows."""
    query = select(Card).where(Card.ticket_id.in_(list(ticket_ids)))
    return {card.ticket_id: card for card in session.scalars(query)}


def _placed(table: Any, marketplace: str) -> list[ColumnElement[bool]]:
    return [table.marketplace == marketplace] if marketplace else []


def followups(session: Session, start: datetime, end: datetime) -> dict[str, tuple[int, int, int]]:
    """Kind of sheet -> (contacted in [start, end), to contact at the end, of these too late)."""
    begun = FollowupCard.began_at <= end
    contacted = and_(FollowupCard.contacted_at >= start, FollowupCard.contacted_at < end)
    waits = and_(begun, FollowupCard.state == "to_contact")
    sums = [func.sum(case((each, 1), else_=0)) for each in (contacted, waits, and_(waits, FollowupCard.due_at < end))]
    query = select(FollowupCard.kind, *sums).where(or_(contacted, waits)).group_by(FollowupCard.kind)
    return {kind: (int(a or 0), int(b or 0), int(c or 0)) for kind, a, b, c in session.execute(query)}
