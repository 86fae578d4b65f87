"""Merged and split tickets: where a ticket shows today, which message was fixed where, and since when homes are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from data.counts import Place
from data.messages import Key
from data.models.casework import Pin, Regrouping, SplitKey, Together
from data.models.derived import Card
from data.models.mirrored import Message

MESSAGE_HOME = func.coalesce(Message.home_ticket_id, Message.ticket_id)
"""The ticket that threading (or a split) gave a message, wherever it shows."""


def is_used(session: Session, account: str) -> bool:
    """Whether anybody ever merged or split a ticket of this account."""
    return session.scalars(select(Regrouping.id).where(Regrouping.account == account).limit(1)).first() is not None


def now_in(session: Session, ticket_ids: Iterable[int]) -> dict[int, int]:
    """Where these tickets show today: themselves, but for those that were merged away."""
    found = {ticket_id: ticket_id for ticket_id in ticket_ids}
    while further := _pointers(session, set(found.values())):
        found = {old: further.get(new, new) for old, new in found.items()}
    return found


def away(session: Session, ticket_ids: Collection[int]) -> set[int]:
    """Those of these tickets that are only pointers to others."""
    return set(_pointers(session, ticket_ids))


def _pointers(session: Session, ticket_ids: Collection[int]) -> dict[int, int]:
    ids = list(ticket_ids)
    merged = and_(Regrouping.kind == "merge", Regrouping.undone_at.is_(None), Regrouping.from_ticket.in_(ids))
    put_back = and_(Regrouping.kind == "split", Regrouping.undone_at.is_not(None), Regrouping.into_ticket.in_(ids))
    query = select(Regrouping.kind, Regrouping.from_ticket, Regrouping.into_ticket).where(or_(merged, put_back))
    pairs = [(row[1], row[2]) if row[0] == "merge" else (row[2], row[1]) for row in session.execute(query)]
    return dict(pairs)


def drop_cards(session: Session, ticket_ids: Collection[int]) -> Counter[Place]:
    """Take tickets that were merged away out of the queue; what is to be taken off the counts."""
    if not ticket_ids:
        return Counter()
    cards = list(session.scalars(select(Card).where(Card.ticket_id.in_(list(ticket_ids)))))
    places = Counter((card.account, card.marketplace or "", card.status) for card in cards)
    session.execute(delete(Card).where(Card.ticket_id.in_(list(ticket_ids))))
    return places


def add(session: Session, **values: Any) -> Regrouping:
    """A new merge or split, flushed."""
    row = Regrouping(**values)
    session.add(row)
    session.flush()
    return row


def get(session: Session, regrouping_id: int) -> Regrouping | None:
    """A merge or split."""
    return session.get(Regrouping, regrouping_id)


def touching(session: Session, ticket_ids: Collection[int]) -> list[Regrouping]:
    """The merges and splits that stand and touch one of these tickets, the latest first."""
    ids = list(ticket_ids)
    mine = or_(Regrouping.from_ticket.in_(ids), Regrouping.into_ticket.in_(ids))
    query = select(Regrouping).where(mine, Regrouping.undone_at.is_(None))
    return list(session.scalars(query.order_by(Regrouping.id.desc())))


def homes_in(session: Session, ticket_id: int) -> set[int]:
    """The tickets whose mail shows in this one: itself and all that were merged into it."""
    homes, fresh = {ticket_id}, {ticket_id}
    while fresh:
        query = select(Regrouping.from_ticket).where(
            Regrouping.kind == "merge", Regrouping.undone_at.is_(None), Regrouping.into_ticket.in_(list(fresh))
        )
        fresh = set(session.scalars(query)) - homes
        homes |= fresh
    return homes


def unite(session: Session, some: Collection[int], others: Collection[int], *, since: datetime, by: int) -> None:
    """From this moment on a reply in one of these homes answers the others too. `by`: the merge."""
    pairs = [(min(a, b), max(a, b)) for a in some for b in others]
    session.add_all(Together(home_a=a, home_b=b, since=since, regrouping_id=by) for a, b in pairs)
    session.flush()


def part(session: Session, regrouping_id: int) -> None:
    """Take a merge's unions back."""
    session.execute(delete(Together).where(Together.regrouping_id == regrouping_id))


def together(session: Session, homes: Collection[int]) -> dict[tuple[int, int], datetime]:
    """Since when each two of these homes are one conversation; both orders of a pair are in it."""
    ids = list(homes)
    query = select(Together).where(Together.home_a.in_(ids), Together.home_b.in_(ids))
    found: dict[tuple[int, int], datetime] = {}
    for row in session.scalars(query):
        found[row.home_a, row.home_b] = found[row.home_b, row.home_a] = row.since
    return found


def pin(session: Session, regrouping: Regrouping, rows: Iterable[tuple[str, int, int]]) -> None:
    """Fix messages: (message key, home, home before)."""
    same = {"regrouping_id": regrouping.id, "account": regrouping.account}
    session.add_all(Pin(**same, message_key=key, home=home, from_home=before) for key, home, before in rows)
    session.flush()


def pins_of(session: Session, regrouping_id: int) -> dict[str, Pin]:
    """What one merge or split fixed, by message key."""
    return {row.message_key: row for row in session.scalars(select(Pin).where(Pin.regrouping_id == regrouping_id))}


def pins_for(session: Session, account: str, keys: Collection[str]) -> dict[str, int]:
    """The homes that people fixed for messages, by key."""
    query = select(Pin.message_key, Pin.home).join(Regrouping, Regrouping.id == Pin.regrouping_id)
    mine = query.where(Pin.account == account, Pin.message_key.in_(list(keys)), Regrouping.undone_at.is_(None))
    return {row.message_key: row.home for row in session.execute(mine.order_by(Pin.regrouping_id))}


def pinned(session: Session, account: str, message_ids: Collection[int]) -> dict[int, int]:
    """The same by message id."""
    keys = {row.key: row.id for row in session.execute(
        select(Message.key, Message.id).where(Message.account == account, Message.id.in_(list(message_ids)))
    )}  # fmt: skip
    return {keys[key]: home for key, home in pins_for(session, account, keys).items()}


def seats(session: Session, account: str, message_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(ticket, home) of those of these messages that people fixed, by message id."""
    if not is_used(session, account):
        return {}
    homes = pinned(session, account, message_ids)
    shown = now_in(session, homes.values())
    return {message_id: (shown[home], home) for message_id, home in homes.items()}


def add_split_keys(session: Session, regrouping: Regrouping, keys: Iterable[Key]) -> None:
    """Let later mail with these keys follow the split."""
    same = {"regrouping_id": regrouping.id, "account": regrouping.account}
    rows = [{**same, "kind": kind, "value": value} for kind, value in sorted(set(keys))]
    session.add_all(SplitKey(**row) for row in rows)
    session.flush()


def splits_for(session: Session, account: str, keys: Collection[Key]) -> dict[Key, int]:
    """The split-off tickets to which keys of incoming mail lead; of several the latest split's."""
    values = [value for _, value in keys]
    query = select(SplitKey.kind, SplitKey.value, Regrouping.into_ticket).join(
        Regrouping, Regrouping.id == SplitKey.regrouping_id
    )
    mine = query.where(SplitKey.account == account, SplitKey.value.in_(values), Regrouping.undone_at.is_(None))
    return {(kind, value): into for kind, value, into in session.execute(mine.order_by(SplitKey.regrouping_id))}


def home_facts(session: Session, homes: Collection[int]) -> dict[int, list[Any]]:
    """(sent_at, order_id, starts_clock) of the messages of these homes, oldest first; wherever they show."""
    mine = or_(Message.home_ticket_id.in_(list(homes)), _at_home(homes))
    query = select(MESSAGE_HOME.label("home"), Message.sent_at, Message.order_id, Message.starts_clock).where(mine)
    found: dict[int, list[Any]] = {home: [] for home in homes}
    for row in session.execute(query.order_by(Message.sent_at, Message.id)):
        found[row.home].append(row)
    return found


def _at_home(homes: Collection[int]) -> ColumnElement[bool]:
    return and_(Message.home_ticket_id.is_(None), Message.ticket_id.in_(list(homes)))


def involved(session: Session, ticket_ids: Collection[int]) -> set[int]:
    """Those of these tickets that take part in a merge or split that stands."""
    asked, found = set(ticket_ids), set()
    for row in touching(session, asked):
        found |= {row.from_ticket, row.into_ticket} & asked
    return found
