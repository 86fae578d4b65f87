"""Tickets: the queue by keyset pages, capped counts, search, and what people decide about a ticket."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.orm import Session

from data.drafts import has_open_promise
from data.models.derived import Card
from data.models.forecast import TicketExposure
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.ours import Assignee, Ticket
from data.models.teamwork import Question
from data.models.triage import TicketLabel
from data.questions import is_answerable_by, is_answered_for
from data.search import OWN, among, found

CAP = 1000
"""Counts beside the boxes stop here, so that their cost does not grow with history."""
OWED_BELOW = 10**11
COLUMNS = ("account", "marketplace", "type", "kind", "language")
FILTERS = (*COLUMNS, "owner", "tag")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ASKING = ("unknown", "failed")
"""What a reply on its way out must have come to, to ask a person."""


@dataclass(frozen=True)
class Kept:
    """The filters of a view; None does not narrow."""

    account: str | None = None
    marketplace: str | None = None
    type: str | None = None
    kind: str | None = None
    language: str | None = None
    owner: str | None = None
    tag: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What the queue is narrowed to; None does not narrow. `now` decides what is late, at risk and snoozed.

    With a `view` (its id as text) only what fits its filters, `kept`, or was put into it; without `kept` the latter.
    """

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
    supervises: bool = False
    language: str | None = None
    tag: str | None = None
    view: str | None = None
    kept: Kept | None = None
    by_exposure: bool = False
    """The order: by exposure instead of Time Left; not with a view or a tag, which have indexes of their own."""


_CARD = Card.__table__.c
_EXPOSURE = TicketExposure.__table__.c
_LABEL = TicketLabel.__table__.c

Mark = tuple[int, int]
"""(sort_key, ticket_id): where a page ends."""


def page(session: Session, wanted: Wanted, *, after: Mark | None, backwards: bool, limit: int) -> list[Card]:
    """One page of the queue, in its order; with `backwards` the page that ends before the mark. Cards to read only."""
    # Plain rows with a card's attributes: mapped objects would cost half as much again, and nobody changes these.
    make = _ordered if (words := _words(session, wanted)) == NO_WORDS else _order
    query = make(_shape(wanted), backwards, after is not None, words)
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
    make = _counted if (words := _words(session, wanted)) == NO_WORDS else _count
    statement = make(_shape(wanted), tuple(boxes), words)
    return dict(zip(boxes, session.execute(statement, _values(wanted)).one(), strict=True))


def view_counts(session: Session, views: Sequence[Wanted]) -> list[int]:
    """Capped counts of several views, for one actor and time, in one statement."""
    if not views:
        return []
    branches = [_branches(_shape(each), _words(session, each), f"_{at}") for at, each in enumerate(views)]
    values = {name: value for at, each in enumerate(views) for name, value in _values(each, f"_{at}").items()}
    return list(session.execute(select(*map(_counting, branches)), values).one())


# Putting a statement together costs more than running it, so each shape of one is made once; its values are bound.


def _shape(wanted: Wanted) -> Wanted:
    """What decides how the statement looks: the box, and which filters there are, not what they say."""
    kept = wanted.kept and replace(wanted.kept, text=None, **_given(wanted.kept))
    unbound: dict[str, Any] = {"now": EPOCH, "text": None, "actor": None, "risk_until": None, "supervises": False}
    viewed = {"view": wanted.view and "given", "kept": kept}
    return replace(wanted, **{**unbound, **viewed, **_given(wanted)})


def _given(filters: Wanted | Kept) -> dict[str, Any]:
    return {name: "given" if getattr(filters, name) else None for name in FILTERS}


def _values(wanted: Wanted, suffix: str = "") -> dict[str, Any]:
    # Due times are whole seconds: late is due < now, at risk is now <= due <= risk_until.
    late_below = math.ceil(wanted.now.timestamp())
    kept = {f"kept_{name}{suffix}": value for name, value in vars(wanted.kept).items()} if wanted.kept else {}
    return {
        **vars(wanted),
        **kept,
        f"view{suffix}": wanted.view,
        "actor": wanted.actor or "",
        "everybody": "" if wanted.supervises else wanted.actor or "",
        "late_below": late_below,
        "risk_below": math.floor(wanted.risk_until.timestamp()) + 1 if wanted.risk_until else late_below,
    }


@dataclass(frozen=True)
class Words:
    """The conditions that searched words come to: those of the search, and those of the view."""

    of_search: tuple[ColumnElement[bool], ...] = ()
    of_view: tuple[ColumnElement[bool], ...] = ()


NO_WORDS = Words()


@dataclass(frozen=True)
class _Branch:
    """Cards without an order, and the place (sort key, id) in the table by whose index they are found."""

    query: Select[Any]
    place: tuple[ColumnElement[Any], ColumnElement[Any]]


def _words(session: Session, wanted: Wanted) -> Words:
    kept = wanted.kept.text if wanted.kept else None
    if not wanted.text and not kept:
        return NO_WORDS
    return Words(*(((found(session, words.strip()),) if words else ()) for words in (wanted.text, kept)))


def _order(shape: Wanted, backwards: bool, after: bool, words: Words) -> Select[Any]:
    branches = [_page_of(branch, backwards, after) for branch in _branches(shape, words)]
    if len(branches) == 1:
        return branches[0].query
    pages = (each.query.with_only_columns(each.place[1].label("ticket_id")).subquery() for each in branches)
    both: Select[Any] = select(*_CARD).where(_CARD.ticket_id.in_(union(*(select(each) for each in pages))))
    return _page_of(_Branch(both, (_CARD.sort_key, _CARD.ticket_id)), backwards, after=False).query


_ordered = functools.lru_cache(maxsize=500)(_order)


def _page_of(branch: _Branch, backwards: bool, after: bool) -> _Branch:
    """The first page of the branch in the queue's order, after the mark if there is one."""
    query = branch.query
    if after:
        mark = tuple_(bindparam("after_key", type_=BigInteger), bindparam("after_id", type_=BigInteger))
        beyond = operator.lt if backwards else operator.gt
        query = query.where(beyond(tuple_(*branch.place), mark))
    order = [column.desc() for column in branch.place] if backwards else branch.place
    return _Branch(query.order_by(*order).limit(bindparam("page_size", type_=Integer)), branch.place)


def _count(shape: Wanted, boxes: tuple[str, ...], words: Words) -> Select[Any]:
    numbers: list[Any] = [_counting(_branches(replace(shape, box=box), words)) for box in boxes]
    return select(*numbers)


_counted = functools.lru_cache(maxsize=500)(_count)


def _counting(branches: Sequence[_Branch]) -> ColumnElement[int]:
    """How many cards the branches hold together, up to the cap."""
    some = [each.query.with_only_columns(each.place[1].label("ticket_id")).limit(CAP).subquery() for each in branches]
    ids = some[0] if len(some) == 1 else union(*(select(each) for each in some)).limit(CAP).subquery()
    return select(func.count()).select_from(ids).scalar_subquery()


def _branches(shape: Wanted, words: Words, suffix: str = "") -> list[_Branch]:
    """What is wanted as one query, or two for a view with filters: what fits them, and what was put into it.

    An "or" of the two would keep the database from using an index for either.
    """
    if not shape.view:
        return [_cards(shape, "tag" if shape.tag else "", words.of_search)]
    put = _cards(shape, f"view{suffix}", words.of_search)
    if shape.kept is None:
        return [put]
    tag = f"kept_tag{suffix}" if shape.kept.tag else "tag" if shape.tag else ""
    fitting = _fitting(shape.kept, bool(tag), "kept_", suffix, but=tag)
    return [_cards(shape, tag, [*fitting, *words.of_search, *words.of_view]), put]


def _cards(shape: Wanted, label: str, conditions: Sequence[ColumnElement[bool]]) -> _Branch:
    """Cards that the box and the filters hold; with a label (the name of its value) by way of the label's index."""
    led = bool(label) or shape.box in ("asks", "snoozed", "questions")
    narrowed = [*_fitting(shape, led, but=label), *conditions]
    if not label:
        box = _box(shape.box, _CARD.sort_key)
        if shape.by_exposure:
            return _by_exposure(*box, *narrowed)
        return _Branch(select(*_CARD).where(*box, *narrowed), (_CARD.sort_key, _CARD.ticket_id))
    kind = "view" if label.startswith("view") else "tag"
    mine = (_LABEL.kind == kind, _LABEL.value == bindparam(label, type_=String), _LABEL.ticket_id == _CARD.ticket_id)
    labelled: Select[Any] = select(*_CARD).where(*mine, *_box(shape.box, _LABEL.sort_key), *narrowed)
    return _Branch(labelled, (_LABEL.sort_key, _LABEL.ticket_id))


def _by_exposure(*conditions: ColumnElement[bool]) -> _Branch:
    """Cards by their exposure; what came in since the last sync has none yet, and stands with what is due soon."""
    ranked = Card.__table__.outerjoin(TicketExposure.__table__, _EXPOSURE.ticket_id == _CARD.ticket_id)
    place = func.coalesce(_EXPOSURE.rank, _CARD.sort_key)
    columns = (*_CARD, place.label("place"), _EXPOSURE.why)
    return _Branch(select(*columns).select_from(ranked).where(*conditions), (place, _CARD.ticket_id))


def _fitting(
    filters: Wanted | Kept, led: bool, prefix: str = "", suffix: str = "", *, but: str
) -> list[ColumnElement[bool]]:
    """The conditions of the filters `but` one. `led`: by a better index; SQLite would prefer the column's own."""
    conditions: list[ColumnElement[bool]] = [
        (func.coalesce(_CARD[name], "") if led else _CARD[name]) == bindparam(f"{prefix}{name}{suffix}")
        for name in COLUMNS
        if getattr(filters, name)
    ]
    if filters.owner:
        conditions.append(_owned_by(f"{prefix}owner{suffix}"))
    if filters.tag and but != f"{prefix}tag{suffix}":
        conditions.append(_tagged(f"{prefix}tag{suffix}"))
    return conditions


def _box(box: str, key: ColumnElement[int]) -> list[ColumnElement[bool]]:
    now = bindparam("now", type_=_CARD.snoozed_until.type)
    late_below, risk_below = (bindparam(name, type_=BigInteger) for name in ("late_below", "risk_below"))
    owed = key < OWED_BELOW
    # Where a label leads, its index is the better one; SQLite would prefer the card's.
    led = key is not _CARD.sort_key
    status, owner = (func.coalesce(_CARD[name], None) if led else _CARD[name] for name in ("status", "owner"))
    awake = or_(_CARD.snoozed_until.is_(None), _CARD.snoozed_until <= now)
    boxes: dict[str, list[ColumnElement[bool]]] = {
        "waiting": [owed, awake],
        "late": [key < late_below],
        "risk": [key >= late_below, key < risk_below, awake],
        "unassigned": [owed, owner.is_(None), awake],
        "mine": [owed, _owned_by("actor"), awake],
        "asks": [among(OWN.c.asks.is_not(None), OWN.c.outbox.in_(ASKING))],
        "snoozed": [among(OWN.c.snoozed_until > now)],
        "questions": [_with_question()],
        "all": [],
    }
    return boxes.get(box, [status == box])


def _with_question() -> ColumnElement[bool]:
    """Cards with a question that waits for whoever looks, or with an answer to theirs."""
    actor, everybody = (bindparam(name, type_=String) for name in ("actor", "everybody"))
    conditions = is_answerable_by(actor, everybody), is_answered_for(actor)
    return _CARD.ticket_id.in_(union(*(select(Question.ticket_id).where(each) for each in conditions)))


def _tagged(value: str) -> ColumnElement[bool]:
    again = TicketLabel.__table__.alias().c
    return exists().where(again.ticket_id == _CARD.ticket_id, again.kind == "tag", again.value == bindparam(value))


def _owned_by(value: str) -> ColumnElement[bool]:
    return exists().where(Assignee.ticket_id == _CARD.ticket_id, Assignee.person == bindparam(value))


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


def of_order(session: Session, account: str, order_id: str, *, but: Collection[str], limit: int = 12) -> list[Card]:
    """The tickets of an order whose status is none of `but`, the newest first."""
    mine = select(Card).where(Card.order_id == order_id, Card.account == account, Card.status.not_in(list(but)))
    return list(session.scalars(mine.order_by(Card.last_at.desc(), Card.ticket_id).limit(limit)))


def follow_ups(session: Session, ticket_id: int) -> list[int]:
    """Follow-up tickets of a closed one."""
    return list(session.scalars(select(Ticket.id).where(Ticket.follow_up_of == ticket_id).order_by(Ticket.id)))


def types(session: Session) -> list[str]:
    """The ticket types in use, by name."""
    return in_use(session, Card.__table__.c.type)


def in_use(
    session: Session, column: ColumnElement[str], *conditions: ColumnElement[bool], most: int = 200
) -> list[str]:
    """The values of an indexed column, in order: a loose index scan, so that history costs nothing."""
    first = select(func.min(column).label("value")).where(*conditions).cte("known", recursive=True)
    following = select(func.min(column)).where(*conditions, column > first.c.value).correlate(first).scalar_subquery()
    known = first.union_all(select(following).where(first.c.value.is_not(None)))
    return list(session.scalars(select(known.c.value).where(known.c.value.is_not(None)).limit(most)))


def silent_since(session: Session, moment: datetime, *, limit: int, among: Collection[int] = ()) -> list[int]:
    """Pending tickets (among some, or all) whose last word is ours, not younger than `moment`, and promised nothing."""
    ours = or_(Card.last_buyer_at.is_(None), Card.last_buyer_at < Card.last_reply_at)
    query = select(Card.ticket_id).where(Card.status == "pending", Card.last_reply_at <= moment, ours)
    query = query.where(~has_open_promise())
    if among:
        query = query.where(Card.ticket_id.in_(list(among)))
    return list(session.scalars(query.order_by(Card.last_reply_at).limit(limit)))


def decide(session: Session, ids: Collection[int], *, status: str, reason: str | None, by: str, at: datetime) -> None:
    """Write down a decided status for several tickets."""
    values = {"decided": status, "decided_at": at, "decided_by": by, "solved_reason": reason}
    statement = update(Ticket).where(Ticket.id.in_(list(ids)))
    session.execute(statement.values(**values, version=Ticket.version + 1))


def newest(session: Session) -> tuple[int, int]:
    """(last message id, last log entry): something cheap that changes whenever mail comes in or people act."""
    columns = select(func.max(Message.id)).scalar_subquery(), select(func.max(Activity.id)).scalar_subquery()
    message, entry = session.execute(select(*columns)).one()
    return int(message or 0), int(entry or 0)
