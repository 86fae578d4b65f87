"""Tickets: the queue by keyset pages, capped counts, search, and what people decide about a ticket."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union,
    update,
)
from sqlalchemy.orm import Session

from data.drafts import has_open_promise
from data.migrations.search import HAYSTACK
from data.models.derived import Card
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.ours import Assignee, Ticket

CAP = 1000
"""Counts beside the boxes stop here, so that their cost does not grow with history."""
OWED_BELOW = 10**11
ASKING = ("unknown", "failed")
"""What a reply on its way out must have come to, to ask a person."""
SEARCHED = 400
"""A search looks at this many newest matching messages."""


@dataclass(frozen=True)
class Wanted:
    """What the queue is narrowed to; None does not narrow. `now` decides what is late, at risk and snoozed."""

    now: datetime
    box: str = "waiting"
    account: str | None = None
    marketplace: str | None = None
    type: str | None = None
    kind: str | None = None
    owner: str | None = None
    text: str | None = None
    actor: str | None = None
    risk_until: datetime | None = None


_CARD = Card.__table__.c
_OWN = Card.__table__.alias()
# Made once: naming thirty columns anew for each page would cost as much as reading it.
_CARDS = select(*_CARD)
_PLACE = tuple_(_CARD.sort_key, _CARD.ticket_id)
_FORWARDS = (_CARD.sort_key, _CARD.ticket_id)
_BACKWARDS = (_CARD.sort_key.desc(), _CARD.ticket_id.desc())

Mark = tuple[int, int]
"""(sort_key, ticket_id): where a page ends."""


def page(session: Session, wanted: Wanted, *, after: Mark | None, backwards: bool, limit: int) -> list[Card]:
    """One page of the queue, in its order; with `backwards` the page that ends before the mark. Cards to read only."""
    # Plain rows with a card's attributes: mapped objects would cost half as much again, and nobody changes these.
    query = narrowed(session, wanted)
    if after is not None:
        query = query.where(_PLACE < after if backwards else _PLACE > after)  # noqa: SIM300
    ordered = query.order_by(*(_BACKWARDS if backwards else _FORWARDS)).limit(limit)
    cards = cast(list[Card], session.execute(ordered).all())
    return cards[::-1] if backwards else cards


def count(session: Session, wanted: Wanted) -> int:
    """How many tickets there are, counted up to the cap."""
    some = narrowed(session, wanted).with_only_columns(_CARD.ticket_id).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def box_counts(session: Session, wanted: Wanted, boxes: Collection[str]) -> dict[str, int]:
    """Capped counts of several boxes in one statement."""
    columns = []
    for box in boxes:
        each = Wanted(**{**vars(wanted), "box": box})
        some = narrowed(session, each).with_only_columns(_CARD.ticket_id).limit(CAP).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery().label(box))
    if not columns:
        return {}
    return dict(session.execute(select(*columns)).one()._mapping)


def narrowed(session: Session, wanted: Wanted) -> Select[Any]:
    """The cards that are wanted, without an order."""
    query = _CARDS.where(*_box(wanted))
    for column, value in (
        (_CARD.account, wanted.account),
        (_CARD.marketplace, wanted.marketplace),
        (_CARD.type, wanted.type),
        (_CARD.kind, wanted.kind),
    ):
        if value:
            # The few tickets of these boxes are found by an index of their own; SQLite would prefer this column's.
            narrow = func.coalesce(column, "") if wanted.box in ("asks", "snoozed") else column
            query = query.where(narrow == value)
    if wanted.owner:
        query = query.where(_owned_by(wanted.owner))
    if wanted.text:
        query = query.where(_found(session, wanted.text.strip()))
    return query


def _box(wanted: Wanted) -> list[ColumnElement[bool]]:
    owed = _CARD.sort_key < OWED_BELOW
    awake = or_(_CARD.snoozed_until.is_(None), _CARD.snoozed_until <= wanted.now)
    # Due times are whole seconds: late is due < now, at risk is now <= due <= risk_until.
    late_below = math.ceil(wanted.now.timestamp())
    risk_below = math.floor(wanted.risk_until.timestamp()) + 1 if wanted.risk_until else late_below
    match wanted.box:
        case "waiting":
            return [owed, awake]
        case "late":
            return [_CARD.sort_key < late_below]
        case "risk":
            return [_CARD.sort_key >= late_below, _CARD.sort_key < risk_below, awake]
        case "unassigned":
            return [owed, _CARD.owner.is_(None), awake]
        case "mine":
            return [owed, _owned_by(wanted.actor or ""), awake]
        case "asks":
            return [_among(_OWN.c.asks.is_not(None), _OWN.c.outbox.in_(ASKING))]
        case "snoozed":
            return [_among(_OWN.c.snoozed_until > wanted.now)]
        case "all":
            return []
        case status:
            return [_CARD.status == status]


def _among(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Cards for which one of the conditions holds: each is looked up by its own index before any order is thought of.

    Left to itself SQLite walks through all cards in the queue's order, and for an "or" over two tables always.
    """
    looked_up = [select(_OWN.c.ticket_id).where(condition) for condition in conditions]
    return _CARD.ticket_id.in_(union(*looked_up) if len(looked_up) > 1 else looked_up[0])


def _owned_by(person: str) -> ColumnElement[bool]:
    return exists().where(Assignee.ticket_id == _CARD.ticket_id, Assignee.person == person)


def _found(session: Session, words: str) -> ColumnElement[bool]:
    """Cards with the order id, or with a message that contains the words; the newest matches."""
    if words.isdecimal() and len(words) < 9:
        by_id = _CARD.ticket_id == int(words)
        return by_id if len(words) < 3 else or_(by_id, _by_words(session, words))
    if _is_order_id(words):
        of_order = select(Message.ticket_id).where(Message.order_id == words, Message.ticket_id.is_not(None))
        return _among(_OWN.c.order_id == words, _OWN.c.ticket_id.in_(of_order))
    return _by_words(session, words)


def _by_words(session: Session, words: str) -> ColumnElement[bool]:
    matching = _matching_messages(session, words).limit(SEARCHED).subquery()
    return _CARD.ticket_id.in_(select(matching.c.ticket_id).where(matching.c.ticket_id.is_not(None)))


def _matching_messages(session: Session, words: str) -> Select[Any]:
    base = select(Message.ticket_id).order_by(Message.id.desc())
    if session.get_bind().dialect.name == "postgresql":
        return base.where(literal_column(HAYSTACK).ilike(_pattern(words), escape="\\"))
    if len(words) < 3:
        # Trigrams need three characters; common two-character words of Japanese are looked up the slow way.
        columns = (Message.subject, Message.buyer_name, Message.text)
        return base.where(or_(*(column.ilike(_pattern(words), escape="\\") for column in columns)))
    phrase = '"' + words.replace('"', '""') + '"'
    found = text("message.id in (select rowid from message_fts where message_fts match :phrase "
                 "order by rowid desc limit :most)")
    return base.where(found.bindparams(phrase=phrase, most=SEARCHED))


def _is_order_id(words: str) -> bool:
    parts = words.split("-")
    return [len(p) for p in parts] == [3, 7, 7] and all(p.isdigit() for p in parts)


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def card(session: Session, ticket_id: int) -> Card | None:
    """A ticket's card."""
    return session.get(Card, ticket_id)


def ticket(session: Session, ticket_id: int) -> Ticket | None:
    """A ticket; locked until the transaction ends where the database can."""
    return session.get(Ticket, ticket_id, with_for_update=True)


def related(session: Session, card: Card, *, limit: int = 12) -> tuple[list[Card], list[Card]]:
    """Other tickets of the same order, and of the same buyer; newest first."""
    of_order: list[Card] = []
    if card.order_id:
        same = select(Card).where(Card.order_id == card.order_id, Card.ticket_id != card.ticket_id)
        of_order = list(session.scalars(same.order_by(Card.last_at.desc()).limit(limit)))
    if not card.alias:
        return of_order, []
    known = {other.ticket_id for other in of_order} | {card.ticket_id}
    same = select(Card).where(and_(Card.account == card.account, Card.alias == card.alias))
    of_buyer = list(session.scalars(same.order_by(Card.last_at.desc()).limit(limit + len(known))))
    return of_order, [other for other in of_buyer if other.ticket_id not in known][:limit]


def follow_ups(session: Session, ticket_id: int) -> list[int]:
    """Follow-up tickets of a closed one."""
    return list(session.scalars(select(Ticket.id).where(Ticket.follow_up_of == ticket_id).order_by(Ticket.id)))


def types(session: Session) -> list[str]:
    """The ticket types in use, by name: a loose index scan, so that history costs nothing."""
    found: list[str] = []
    while True:
        query = select(func.min(Card.type))
        following = session.scalar(query.where(Card.type > found[-1]) if found else query)
        if following is None or len(found) > 200:
            return found
        found.append(following)


def silent_since(session: Session, moment: datetime, *, limit: int, among: Collection[int] = ()) -> list[int]:
    """Pending tickets (among some, or all) whose last word is ours, not younger than `moment`, and promised nothing."""
    ours = or_(Card.last_buyer_at.is_(None), Card.last_buyer_at < Card.last_reply_at)
    query = select(Card.ticket_id).where(Card.status == "pending", Card.last_reply_at <= moment, ours)
    query = query.where(~has_open_promise())
    if among:
        query = query.where(Card.ticket_id.in_(list(among)))
    return list(session.scalars(query.order_by(Card.last_reply_at).limit(limit)))


def decide(
    session: Session, ids: Collection[int], *, status: str, reason: str | None, by: str, at: datetime
) -> None:
    """Write down a decided status for several tickets."""
    values = {"decided": status, "decided_at": at, "decided_by": by, "solved_reason": reason}
    statement = update(Ticket).where(Ticket.id.in_(list(ids)))
    session.execute(statement.values(**values, version=Ticket.version + 1))


def newest(session: Session) -> tuple[int, int]:
    """(last message id, last log entry): something cheap that changes whenever mail comes in or people act."""
    columns = select(func.max(Message.id)).scalar_subquery(), select(func.max(Activity.id)).scalar_subquery()
    message, entry = session.execute(select(*columns)).one()
    return int(message or 0), int(entry or 0)
