"""What is known around one order: its buyer's tickets, what befell their orders, and whether more is on its way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from data.models.amazon import CustomerReturn, FbaReplacement, FinanceEvent, SellerFeedback
from data.models.amazon_work import OrderWish
from data.models.base import UtcDateTime
from data.models.derived import Card
from data.models.ledger import StreamState
from data.models.mirrored import Message

GUESSES = ("alias", "weak")
"""Matches that do not prove that an order is the buyer's."""
# As the index has it, written out, so that the databases see that it serves.
_KINDS = "('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"
_OF_CLAIMS: ColumnElement[bool] = literal_column(f"message.kind IN {_KINDS}")


class Event(NamedTuple):
    """Something about an order. `what`: feedback, return, replaced_by, replaces, a kind of mail, or of money.

    `number` is the stars or the units, `text` the comment, the reason or the other order, `amount` in minor units.
    """

    what: str
    order_id: str
    at: datetime | None
    day: date | None
    number: int | None
    text: str | None
    amount: int | None
    currency: str | None


class Coming(NamedTuple):
    """A stream that may bring orders, or the wish for one: `source` is amazon, folder or wish.

    `at` is when the stream last went well, or when the wish was made; `done_at` when the wish was answered.
    """

    source: str
    name: str
    at: datetime | None
    done_at: datetime | None
    words: str | None


def tickets(
    session: Session, account: str, order_id: str | None, ticket: int, *, since: datetime, limit: int = 100
) -> list[Card]:
    """The tickets of the buyer of a ticket (by the relay alias, while it is known) and those of the order."""
    alias = select(Card.alias).where(Card.ticket_id == ticket).scalar_subquery()
    mine = select(Card.ticket_id).where(Card.account == account, Card.last_at >= since)
    # Two looks, each by its index: with OR between them SQLite reads all cards of the account.
    of_order = mine.where(Card.order_id == order_id) if order_id else mine.where(false())
    query = select(Card).where(Card.ticket_id.in_(union_all(mine.where(Card.alias == alias), of_order)))
    return list(session.scalars(query.order_by(Card.last_at.desc(), Card.ticket_id).limit(limit)))


def events(session: Session, account: str, order_ids: Collection[str]) -> list[Event]:
    """All that happened to some orders: one statement."""
    ids = list(order_ids)
    when, day, number = cast(null(), UtcDateTime), cast(null(), Date), cast(null(), Integer)
    words, amount = cast(null(), Text), cast(null(), BigInteger)
    back, stars, other, money = CustomerReturn, SellerFeedback, FbaReplacement, FinanceEvent

    def mine(table: Any, column: Any) -> ColumnElement[bool]:
        return and_(table.account == account, column.in_(ids))

    moved = -func.sum(money.amount)
    query: CompoundSelect[Any] = union_all(
        select(literal("feedback"), stars.order_id, when, stars.day, stars.rating, stars.comment, amount, words)
        .where(mine(stars, stars.order_id)),
        select(literal("return"), back.order_id, back.returned_at, day, back.quantity, back.reason_raw, back.refunded,
               back.currency).where(mine(back, back.order_id)),
        select(literal("replaced_by"), other.order_id, other.shipped_at, day, other.quantity,
               other.replacement_order_id, amount, words).where(mine(other, other.order_id)),
        select(literal("replaces"), other.replacement_order_id, other.shipped_at, day, other.quantity, other.order_id,
               amount, words).where(mine(other, other.replacement_order_id)),
        select(Message.kind, Message.order_id, Message.sent_at, day, number, words, amount, words)
        .where(mine(Message, Message.order_id), _OF_CLAIMS),
        select(money.kind, money.order_id, func.max(money.posted_at), day, number, words, moved, money.currency)
        .where(mine(money, money.order_id), money.part == "charge")
        .group_by(money.kind, money.order_id, money.currency),
    )  # fmt: skip
    return [Event(*row) for row in session.execute(query)]


def coming(session: Session, account: str, order_id: str | None) -> list[Coming]:
    """The wish for the order if there is one, and the streams that bring orders of the account: one statement."""
    wish = select(literal("wish"), OrderWish.asked_by, OrderWish.asked_at, OrderWish.done_at, OrderWish.message)
    wish = wish.where(OrderWish.account == account, OrderWish.order_id == (order_id or ""))
    brings = or_(
        and_(StreamState.source == "amazon", StreamState.stream.in_(("orders", "all_orders"))),
        and_(StreamState.source == "folder", StreamState.stream == "reports"),
    )
    nothing = cast(null(), UtcDateTime)
    stream = select(StreamState.source, StreamState.stream, StreamState.last_ok_at, nothing, StreamState.message)
    found: list[Any] = list(session.execute(union_all(wish, stream.where(StreamState.account == account, brings))))
    return [Coming(*row) for row in found]
