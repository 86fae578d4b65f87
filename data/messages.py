"""Messages: finding duplicates and threads for incoming mail, storing it, and reading conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from data.models.derived import Card
from data.models.mirrored import Message, ThreadKey
from data.models.ours import CopyChoice, Mark, Ticket
from data.models.outgoing import Outgoing
from data.store import insert_new

PLACING_LOCK = 24_240_025
AT_ONCE = 500
"""How many values one statement names at most."""
Key = tuple[str, str]
"""(kind, value) of a thread key."""

_IDENTITY = (
    Message.id,
    Message.ticket_id,
    Message.amazon_message_id,
    Message.message_id,
    Message.content_hash,
    Message.raw_mail_id,
)


def twins(
    session: Session,
    account: str,
    *,
    amazon_ids: Collection[str],
    message_ids: Collection[str],
    hashes: Collection[str],
) -> list[Any]:
    """Stored messages that share an Amazon id, a Message-ID or a content hash with incoming ones."""
    same = or_(
        Message.amazon_message_id.in_(list(amazon_ids)),
        Message.message_id.in_(list(message_ids)),
        Message.content_hash.in_(list(hashes)),
    )
    return list(session.execute(select(*_IDENTITY).where(Message.account == account, same)))


def tickets_by_key(session: Session, account: str, keys: Collection[Key]) -> dict[Key, set[int]]:
    """The tickets to which thread keys lead."""
    found: dict[Key, set[int]] = {}
    for kind in {kind for kind, _ in keys}:
        values = [value for k, value in keys if k == kind]
        query = select(ThreadKey.value, ThreadKey.ticket_id).where(
            ThreadKey.account == account, ThreadKey.kind == kind, ThreadKey.value.in_(values)
        )
        for value, ticket_id in session.execute(query):
            found.setdefault((kind, value), set()).add(ticket_id)
    for value, ticket_id in session.execute(_own_mails(account, [v for kind, v in keys if kind == "reference"])):
        found.setdefault(("reference", value), set()).add(ticket_id)
    orders = [value for kind, value in keys if kind == "order"]
    for value, ticket_id in session.execute(_opened_by_hand(account, orders)) if orders else ():
        found.setdefault(("order", value), set()).add(ticket_id)
    return found


def _opened_by_hand(account: str, orders: Collection[str]) -> Select[Any, int]:
    """Tickets that people opened about these orders: the buyer's first mail about one joins it."""
    mine = select(Ticket.order_chosen, Ticket.id).where(Ticket.account == account, Ticket.order_chosen.in_(orders))
    return mine.where(Ticket.key.like("hand:%"), Ticket.order_detached.is_(False))


def about_order(session: Session, account: str, order_id: str, *, limit: int = 20) -> list[Message]:
    """The buyer's newest messages about an order, newest first."""
    mine = select(Message).where(Message.order_id == order_id, Message.account == account, Message.starts_clock)
    return list(session.scalars(mine.order_by(Message.sent_at.desc(), Message.id.desc()).limit(limit)))


def opened(session: Session, ticket_ids: Collection[int]) -> list[Ticket]:
    """These tickets as people opened them."""
    return list(session.scalars(select(Ticket).where(Ticket.id.in_(list(ticket_ids)))))


def opened_about(session: Session, account: str, orders: Collection[str]) -> list[int]:
    """The tickets that people opened about these orders."""
    return [ticket_id for _, ticket_id in session.execute(_opened_by_hand(account, orders))]


def _own_mails(account: str, message_ids: Collection[str]) -> Select[str, int]:
    """Our replies by Message-ID: a bounce, and a buyer's answer, may name them."""
    mine = select(Outgoing.message_id, func.coalesce(Outgoing.home_ticket_id, Outgoing.ticket_id))
    return mine.where(Outgoing.account == account, Outgoing.message_id.in_(message_ids))


def cards(session: Session, ticket_ids: Collection[int]) -> list[Card]:
    """The cards of these tickets."""
    return list(session.scalars(select(Card).where(Card.ticket_id.in_(list(ticket_ids)))))


def open_ticket(session: Session, values: Mapping[str, Any]) -> int:
    """A new ticket's id; the same (account, key) gives the ticket that exists."""
    ids = insert_new(session, Ticket, [values], key=("account", "key"))
    if ids:
        return int(ids[0])
    query = select(Ticket.id).where(Ticket.account == values["account"], Ticket.key == values["key"])
    return session.scalars(query).one()


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """Store messages; their ids by (account, key). Marks that people made on them before a rebuild find them again."""
    if not rows:
        return {}
    statement = insert(Message).returning(Message.id, Message.account, Message.key)
    added = {(row.account, row.key): row.id for row in session.execute(statement, list(rows))}
    kept = select(Mark.id, Mark.message_key, Mark.message_id, Ticket.account).join(Ticket, Ticket.id == Mark.ticket_id)
    marks = [
        {"id": mark.id, "message_id": added[mark.account, mark.message_key]}
        for mark in session.execute(kept.where(Mark.message_key.in_([key for _, key in added])))
        if added.get((mark.account, mark.message_key), mark.message_id) != mark.message_id
    ]
    if marks:
        session.execute(update(Mark), marks)
    return added


def rewrite(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store what a better reading of the same mails says; rows carry `id`."""
    if rows:
        session.execute(update(Message), list(rows))


def add_keys(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember thread keys; known ones are kept as they are."""
    insert_new(session, ThreadKey, rows, key=("account", "kind", "value", "ticket_id"))


def move(session: Session, places: Mapping[int, int | None], homes: Mapping[int, int] | None = None) -> None:
    """Put messages (by id) into tickets, or out of any; `homes` names the homes that show elsewhere."""
    rows = [
        {"id": message_id, "ticket_id": ticket_id, "home_ticket_id": (homes or {}).get(message_id)}
        for message_id, ticket_id in places.items()
    ]
    if rows:
        session.execute(update(Message), rows)


_TALK = (
    Message.id,
    Message.ticket_id,
    Message.kind,
    Message.direction,
    Message.sent_at,
    Message.order_id,
    Message.buyer_key,
    Message.marketplace,
    Message.starts_clock,
)


def about(
    session: Session,
    account: str,
    *,
    names: Collection[str],
    orders: Collection[str],
    since: datetime,
    until: datetime,
) -> list[Any]:
    """What buyers of these names (by key) wrote and got in a span of time, and all about these orders.

    Rows: id, ticket_id, kind, direction, sent_at, order_id, buyer_key, marketplace, starts_clock.
    """
    then = Message.sent_at.between(since, until)
    found: dict[int, Any] = {}
    for piece in _pieces(names):
        named = select(*_TALK).where(Message.account == account, Message.buyer_key.in_(piece), then)
        found.update({row.id: row for row in session.execute(named)})
    for piece in _pieces(orders):
        of_order = select(*_TALK).where(Message.order_id.in_(piece), Message.account == account)
        found.update({row.id: row for row in session.execute(of_order)})
    return list(found.values())


def talks(session: Session, ticket_ids: Collection[int]) -> list[Any]:
    """All that was asked and answered in these tickets; rows as `about` gives them."""
    found: list[Any] = []
    for piece in _pieces(ticket_ids):
        said = or_(Message.starts_clock, Message.direction == "agent")
        found += session.execute(select(*_TALK).where(Message.ticket_id.in_(piece), said))
    return found


def _pieces(values: Collection[Any]) -> Iterator[list[Any]]:
    """Cut so that no statement names more values than a database takes."""
    every = list(values)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def choices(session: Session, message_ids: Collection[int]) -> dict[int, int]:
    """What people answered about copies: message id -> ticket id, 0 for none."""
    found: dict[int, int] = {}
    for piece in _pieces(message_ids):
        query = select(CopyChoice.message_id, CopyChoice.ticket_id).where(CopyChoice.message_id.in_(piece))
        found.update({message_id: ticket_id or 0 for message_id, ticket_id in session.execute(query)})
    return found


def marks(session: Session, ticket_ids: Collection[int]) -> list[Mark]:
    """Marks that stand on these tickets."""
    found: list[Mark] = []
    for piece in _pieces(ticket_ids):
        found += session.scalars(select(Mark).where(Mark.ticket_id.in_(piece), Mark.undone_at.is_(None)))
    return found


def set_asks(session: Session, asks: Mapping[int, str | None]) -> None:
    """Write down which tickets ask a person about a copy (its message id)."""
    rows = [{"ticket_id": ticket_id, "asks": value} for ticket_id, value in asks.items()]
    if rows:
        session.execute(update(Card), rows)


def asking(session: Session, account: str) -> dict[int, list[int]]:
    """The tickets that ask a person about copies: ticket id -> the copies' message ids."""
    query = select(Card.ticket_id, Card.asks).where(Card.account == account, Card.asks.is_not(None))
    return {ticket_id: [int(each) for each in asks.split(",")] for ticket_id, asks in session.execute(query) if asks}


def stream_rows(session: Session) -> Iterator[Message]:
    """All messages by id, streamed."""
    yield from session.scalars(select(Message).order_by(Message.id).execution_options(yield_per=500))


def asking_about(session: Session, account: str, message_id: int) -> set[int]:
    """The tickets that ask a person about this copy."""
    return {ticket_id for ticket_id, copies in asking(session, account).items() if message_id in copies}


def one_at_a_time(session: Session) -> None:
    """Where several processes may place messages at once (PostgreSQL), they do it one after the other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": PLACING_LOCK})


def stop_asking(session: Session, ticket_ids: Collection[int], message_id: int) -> None:
    """Take the question about this copy off the tickets."""
    for card in session.scalars(select(Card).where(Card.ticket_id.in_(list(ticket_ids)))):
        left = [each for each in (card.asks or "").split(",") if each and each != str(message_id)]
        card.asks = ",".join(left) or None
    session.flush()
