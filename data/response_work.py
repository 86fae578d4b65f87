"""What explains where the time of an answer went: imports, who was on a ticket when, questions; and endings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models.amazon import OrderItem
from data.models.derived import Card
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.ours import Assignee, Ticket
from data.models.outgoing import Promise
from data.models.teamwork import Question

AT_ONCE = 500
PUT_ON, TAKEN_OFF = "assign", ("unassign", "assign.undo")


@dataclass
class TicketWork:
    """Who was put on a ticket (True) or taken off it, and its questions from when to when."""

    turns: list[tuple[datetime, str, bool]] = field(default_factory=list)
    questions: list[tuple[datetime, datetime | None]] = field(default_factory=list)


def imports(session: Session, message_ids: Sequence[int]) -> dict[int, datetime]:
    """Message id -> when we read it."""
    found: dict[int, datetime] = {}
    for some in _pieces(message_ids):
        query = select(Message.id, Message.imported_at).where(Message.id.in_(some))
        found |= {row.id: row.imported_at for row in session.execute(query)}
    return found


def of_tickets(session: Session, ticket_ids: Collection[int]) -> dict[int, TicketWork]:
    """What people did in some tickets, from the activity log; an assignment that it does not know counts as it is."""
    found: dict[int, TicketWork] = defaultdict(TicketWork)
    for some in _pieces(sorted(ticket_ids)):
        withdrawn: dict[int, datetime] = {}
        names = [f"ticket:{ticket_id}" for ticket_id in some]
        what = (PUT_ON, *TAKEN_OFF, "question.withdraw")
        query = select(Activity).where(Activity.object.in_(names), Activity.what.in_(what)).order_by(Activity.id)
        for entry in session.scalars(query):
            ticket_id = int(entry.object.partition(":")[2])
            if entry.what == "question.withdraw":
                withdrawn[(entry.before or {}).get("question", 0)] = entry.at
            elif person := _person(entry):
                found[ticket_id].turns.append((entry.at, person, entry.what == PUT_ON))
        for row in session.scalars(select(Assignee).where(Assignee.ticket_id.in_(some))):
            if not any(person == row.person and on for _, person, on in found[row.ticket_id].turns):
                found[row.ticket_id].turns.append((row.at, row.person, True))
        for asked in session.scalars(select(Question).where(Question.ticket_id.in_(some))):
            over = withdrawn.get(asked.id, asked.asked_at) if asked.state == "withdrawn" else asked.answered_at
            found[asked.ticket_id].questions.append((asked.asked_at, over))
    return found


def _person(entry: Activity) -> str:
    return str((entry.after or {}).get("value") or (entry.before or {}).get("value") or "")


def skus(session: Session, message_ids: Sequence[int]) -> dict[int, str]:
    """Message id -> the SKU that it is about: its item's in the order, else the order's only one; "" if not known.

    "several" where an order has more than one and the message names none.
    """
    found: dict[int, str] = {}
    for some in _pieces(message_ids):
        query = (
            select(Message.id, Message.asin, OrderItem.asin, OrderItem.sku)
            .outerjoin(OrderItem, (OrderItem.account == Message.account) & (OrderItem.order_id == Message.order_id))
            .where(Message.id.in_(some))
        )
        items: dict[int, list[tuple[bool, str]]] = defaultdict(list)
        for id_, asked, asin, sku in session.execute(query):
            items[id_] += [(bool(asked) and asked == asin, sku)] if sku else []
        found |= {id_: _sku(each) for id_, each in items.items()}
    return found


def _sku(items: Sequence[tuple[bool, str]]) -> str:
    named = {sku for is_asked, sku in items if is_asked} or {sku for _, sku in items}
    if len(named) > 1:
        return "several"
    return next(iter(named), "")


def of_sku(session: Session, sku: str, message_ids: Sequence[int]) -> set[int]:
    """Those of some messages that are about this SKU."""
    known = skus(session, message_ids)
    return {id_ for id_ in message_ids if known.get(id_, "") == sku}


def solved(session: Session, first: datetime, last: datetime, marketplace: str | None) -> Iterator[tuple[Any, ...]]:
    """(ticket id, opened at, solved at) of tickets that were solved or closed in [first, last) and still are."""
    query = (
        select(Card.ticket_id, Card.opened_at, Ticket.decided_at)
        .join(Card, Card.ticket_id == Ticket.id)
        .where(Ticket.decided_at >= first, Ticket.decided_at < last, Ticket.decided.in_(("solved", "closed")))
    )
    if marketplace:
        query = query.where(Card.marketplace == marketplace)
    for row in session.execute(query.execution_options(yield_per=2000)):
        yield tuple(row)


def promises(session: Session, first: datetime, last: datetime, marketplace: str | None) -> list[Promise]:
    """Promises to buyers that fell due in [first, last), the oldest first."""
    query = select(Promise).where(Promise.until >= first, Promise.until < last).order_by(Promise.until, Promise.id)
    if marketplace:
        query = query.join(Card, Card.ticket_id == Promise.ticket_id).where(Card.marketplace == marketplace)
    return list(session.scalars(query))


def _pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield list(ids[start : start + AT_ONCE])
