"""Tickets: the queue by keyset pages, capped counts, search, and what people decide about a ticket."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
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
FILTERS = ("account", "marketplace", "type", "kind", "owner")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
_PLACE = tuple_(_CARD.sort_key, _CARD.ticket_id)

Mark = tuple[int, int]
"""(sort_key, ticket_id): where a page ends."""


def page(session: Session, wanted: Wanted, *, after: Mark | None, backwards: bool, limit: int) -> list[Card]:
    """One page of the queue, in its order; with `backwards` the page that ends before the mark. Cards to read only."""
    # Plain rows with a card's attributes: mapped objects would cost half as much again, and nobody changes these.
    query = _ordered(_shape(wanted), backwards, after is not None)
    if wanted.text:
        query = query.where(_found(session, wanted.text.strip()))
    values = {**_values(wanted), "page_size": limit}
    if after is not None:
        values |= {"after_key": after[0], "after_id": after[1]}
    cards = cast(list[Card], session.execute(query, values).all())
    return cards[::-1] if backwards else cards


def count(session: Session, wanted: Wanted) -> int:
    """How many tickets there are, counted up to the cap."""
    return box_counts(session, wanted, (wanted.box,))[wanted.box]


def box_counts(session: Session, wanted: Wanted, boxes: Collection[str]) -> dict[str, int]:
    """Capped counts of several boxes in one statement."""
    if not boxes:
        return {}
    if wanted.text:
        found = _found(session, wanted.text.strip())
        statement = _counting({box: _narrowed(_shape(wanted, box)).where(found) for box in boxes})
    else:
        statement = _counted(_shape(wanted), tuple(boxes))
    return dict(session.execute(statement, _values(wanted)).one()._mapping)


# Putting a statement together costs more than running it, so each shape of one is made once; its values are bound.


def _shape(wanted: Wanted, box: str | None = None) -> Wanted:
    """What decides how the statement looks: the box, and which filters there are, not what they say."""
    given = {name: getattr(wanted, name) and "given" for name in FILTERS}
    return replace(wanted, now=EPOCH, box=box or wanted.box, text=None, actor=None, risk_until=None, **given)


def _values(wanted: Wanted) -> dict[str, Any]:
    # Due times are whole seconds: late is due < now, at risk is now <= due <= risk_until.
    late_below = math.ceil(wanted.now.timestamp())
    return {
        **vars(wanted),
        "actor": wanted.actor or "",
        "late_below": late_below,
        "risk_below": math.floor(wanted.risk_until.timestamp()) + 1 if wanted.risk_until else late_below,
    }


@functools.lru_cache(maxsize=500)
def _ordered(shape: Wanted, backwards: bool, after: bool) -> Select[Any]:
    query = _narrowed(shape)
    if after:
        mark = tuple_(bindparam("after_key", type_=BigInteger), bindparam("after_id", type_=BigInteger))
        beyond = operator.lt if backwards else operator.gt
        query = query.where(beyond(_PLACE, mark))
    order = (_CARD.sort_key.desc(), _CARD.ticket_id.desc()) if backwards else (_CARD.sort_key, _CARD.ticket_id)
    return query.order_by(*order).limit(bindparam("page_size", type_=Integer))


@functools.lru_cache(maxsize=500)
def _counted(shape: Wanted, boxes: tuple[str, ...]) -> Select[Any]:
    return _counting({box: _narrowed(_shape(shape, box)) for box in boxes})


def _counting(queries: Mapping[str, Select[Any]]) -> Select[Any]:
    some = {name: query.with_only_columns(_CARD.ticket_id).limit(CAP).subquery() for name, query in queries.items()}
    return select(
        *(select(func.count()).select_from(each).scalar_subquery().label(name) for name, each in some.items())
    )


def _narrowed(shape: Wanted) -> Select[Any]:
    """The cards that are wanted, without an order."""
    query = select(*_CARD).where(*_box(shape.box))
    for name in FILTERS[:-1]:
        if getattr(shape, name):
            # The few tickets of these boxes are found by an index of their own; SQLite would prefer this column's.
            narrow = func.coalesce(_CARD[name], "") if shape.box in ("asks", "snoozed") else _CARD[name]
            query = query.where(narrow == bindparam(name))
    if shape.owner:
        query = query.where(_owned_by("owner"))
    return query


def _box(box: str) -> list[ColumnElement[bool]]:
    now = bindparam("now", type_=_CARD.snoozed_until.type)
    late_below, risk_below = (bindparam(name, type_=BigInteger) for name in ("late_below", "risk_below"))
    owed = _CARD.sort_key < OWED_BELOW
    awake = or_(_CARD.snoozed_until.is_(None), _CARD.snoozed_until <= now)
    boxes: dict[str, list[ColumnElement[bool]]] = {
        "waiting": [owed, awake],
        "late": [_CARD.sort_key < late_below],
        "risk": [_CARD.sort_key >= late_below, _CARD.sort_key < risk_below, awake],
        "unassigned": [owed, _CARD.owner.is_(None), awake],
        "mine": [owed, _owned_by("actor"), awake],
        "asks": [_among(_OWN.c.asks.is_not(None), _OWN.c.outbox.in_(ASKING))],
        "snoozed": [_among(_OWN.c.snoozed_until > now)],
        "all": [],
    }
    return boxes.get(box, [_CARD.status == box])


def _among(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Cards for which one of the conditions holds: each is looked up by its own index before any order is thought of.

    Left to itself SQLite walks through all cards in the queue's order, and for an "or" over two tables always.
    """
    looked_up = [select(_OWN.c.ticket_id).where(condition) for condition in conditions]
    return _CARD.ticket_id.in_(union(*looked_up) if len(looked_up) > 1 else looked_up[0])


def _owned_by(value: str) -> ColumnElement[bool]:
    return exists().where(Assignee.ticket_id == _CARD.ticket_id, Assignee.person == bindparam(value))


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
