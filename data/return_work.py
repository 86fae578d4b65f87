"""The list of returns and the work on them: pages of cards, one return, versioned writes, what can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.models.amazon import AmazonOrder, CustomerReturn
from data.models.derived import Card
from data.models.mirrored import Message
from data.models.return_figures import ReturnCard
from data.models.return_work import ReturnUndo, ReturnWork
from data.return_cards import KEY

CAP = 1000
NEEDS = ("authorise", "refund")
Mark = tuple[datetime, int]
"""(returned_at, id) of the last return of the page before."""


class Found(NamedTuple):
    """A return: as it is filtered, as Amazon tells it, and what people did."""

    card: ReturnCard
    row: CustomerReturn
    work: ReturnWork


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to: `equal` by column of the card, `text` an order, SKU, ASIN, RMA or plate number.

    Times are those of the return, or with `by_sale` those of the purchase.
    """

    equal: Mapping[str, str]
    text: str = ""
    needs: bool = False
    start: datetime | None = None
    end: datetime | None = None
    by_sale: bool = False


def page(session: Session, wanted: Wanted, *, mark: Mark | None, limit: int) -> list[Found]:
    """Returns, newest first."""
    query = _narrowed(_all(), wanted)
    place = (ReturnCard.returned_at, ReturnCard.id)
    if mark:
        query = query.where(tuple_(*place) < mark)
    found = session.execute(query.order_by(*(column.desc() for column in place)).limit(limit))
    return [Found(*row) for row in found]


def due(session: Session, *, since: datetime, limit: int) -> list[Found]:
    """Returns that need us by a time, the most urgent first; what was due before `since` is left to the list."""
    query = _all().where(ReturnCard.due_at >= since)
    return [Found(*row) for row in session.execute(query.order_by(ReturnCard.due_at, ReturnCard.id).limit(limit))]


def due_count(session: Session, *, since: datetime) -> int:
    """How many there are, counted up to the cap."""
    some = select(ReturnCard.id).where(ReturnCard.due_at >= since).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def one(session: Session, return_id: int) -> Found | None:
    """One return."""
    found = session.execute(_all().where(ReturnCard.id == return_id)).first()
    return Found(*found) if found else None


def of_order(session: Session, account: str, order_id: str) -> list[Found]:
    """The returns of one order, oldest first."""
    mine = _all().where(ReturnCard.account == account, ReturnCard.order_id == order_id)
    return [Found(*row) for row in session.execute(mine.order_by(ReturnCard.returned_at, ReturnCard.id))]


def currency(session: Session, account: str, order_id: str, key: str) -> str | None:
    """The currency of a return's own amounts, else of its order."""
    told = select(CustomerReturn.currency).where(
        CustomerReturn.account == account, CustomerReturn.order_id == order_id, CustomerReturn.key == key
    )
    ordered = select(AmazonOrder.currency).where(AmazonOrder.account == account, AmazonOrder.order_id == order_id)
    return next((found for query in (told, ordered) if (found := session.scalars(query).first())), None)


def same_plate(session: Session, card: ReturnCard) -> list[str]:
    """Other orders under which the same license plate number stands."""
    query = select(ReturnCard.order_id).where(
        ReturnCard.key == card.key, ReturnCard.account == card.account, ReturnCard.order_id != card.order_id
    )
    return list(session.scalars(query.order_by(ReturnCard.order_id).limit(5))) if card.channel == "fba" else []


def tickets(session: Session, orders: Collection[tuple[str, str]]) -> dict[tuple[str, str], Card]:
    """The newest ticket of each (account, order id)."""
    query = select(Card).where(Card.order_id.in_({order_id for _, order_id in orders}))
    found = session.scalars(query.order_by(Card.last_at, Card.ticket_id))
    return {(card.account, card.order_id or ""): card for card in found}


def asked_by_mail(session: Session, *, since: datetime, limit: int) -> list[tuple[Message, Card | None]]:
    """Notices of return requests that no report explains yet and whose ticket is not done, oldest first."""
    told = select(CustomerReturn.key).where(
        CustomerReturn.account == Message.account, CustomerReturn.order_id == Message.order_id
    )
    query = (
        select(Message, Card)
        .outerjoin(Card, Card.ticket_id == Message.ticket_id)
        .where(
            Message.sent_at >= since,
            Message.kind == "return_request",
            ~told.exists(),
            or_(Card.status.is_(None), Card.status.not_in(("solved", "closed"))),
        )
    )
    return [(message, card) for message, card in session.execute(query.order_by(Message.sent_at).limit(limit))]


def lock(session: Session, ids: Collection[int]) -> dict[int, ReturnWork]:
    """The work rows for writing, locked in one order."""
    mine = select(ReturnWork).where(ReturnWork.id.in_(list(ids))).order_by(ReturnWork.id).with_for_update()
    return {row.id: row for row in session.scalars(mine.execution_options(populate_existing=True))}


def change(session: Session, return_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Write values if the version is still this one: False if somebody was quicker."""
    mine = update(ReturnWork).where(ReturnWork.id == return_id, ReturnWork.version == version)
    done = session.execute(mine.values(**values, version=version + 1).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def remember(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what an action on many returns did."""
    if rows:
        session.execute(insert(ReturnUndo), list(rows))


def steps(session: Session, token: str) -> list[ReturnUndo]:
    """What an action did, by return."""
    return list(session.scalars(select(ReturnUndo).where(ReturnUndo.token == token).order_by(ReturnUndo.return_id)))


def forget(session: Session, *, token: str = "", before: datetime | None = None) -> None:
    """Drop one action, or all that are too old to be taken back."""
    gone = delete(ReturnUndo).where(ReturnUndo.at < before if before else ReturnUndo.token == token)
    session.execute(gone.execution_options(synchronize_session=False))


def _all() -> Select[Any]:
    same = [getattr(CustomerReturn, name) == getattr(ReturnCard, name) for name in KEY]
    query = select(ReturnCard, CustomerReturn, ReturnWork).join(CustomerReturn, same[0] & same[1] & same[2] & same[3])
    query = query.join(ReturnWork, ReturnWork.id == ReturnCard.id)
    return cast("Select[Any]", query.execution_options(populate_existing=True))


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.where(*(getattr(ReturnCard, name) == value for name, value in wanted.equal.items() if value))
    if wanted.text:
        names = ("order_id", "sku", "asin", "key")
        query = query.where(or_(*(getattr(ReturnCard, name) == wanted.text for name in names)))
    if wanted.needs:
        # Either need has its own run of the index; a mere "not null" would be looked for among all returns.
        query = query.where(ReturnCard.need.in_(NEEDS))
    moment = ReturnCard.sold_at if wanted.by_sale else ReturnCard.returned_at
    if wanted.start:
        query = query.where(moment >= wanted.start)
    return query.where(moment < wanted.end) if wanted.end else query
