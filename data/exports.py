"""Rows for export, streamed in bounded pieces so that a large store exports in flat memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models.derived import Card, Response
from data.models.mirrored import Message

PIECE = 500


def tickets(session: Session) -> Iterator[tuple[Card, list[int]]]:
    """Cards by ticket id, each with the ids of its messages by time."""
    last = 0
    while True:
        query = select(Card).where(Card.ticket_id > last).order_by(Card.ticket_id).limit(PIECE)
        cards = list(session.scalars(query))
        if not cards:
            return
        last = cards[-1].ticket_id
        ids: dict[int, list[int]] = defaultdict(list)
        members = select(Message.ticket_id, Message.id).where(Message.ticket_id.in_([c.ticket_id for c in cards]))
        for ticket_id, message_id in session.execute(members.order_by(Message.sent_at, Message.id)):
            if ticket_id is not None:
                ids[ticket_id].append(message_id)
        yield from ((card, ids[card.ticket_id]) for card in cards)
        session.expunge_all()


def messages(session: Session) -> Iterator[tuple[Message, Response | None, Card | None]]:
    """Messages by id, with their response and their ticket's card if they have one."""
    last = 0
    joined = (
        select(Message, Response, Card)
        .outerjoin(Response, Response.message_id == Message.id)
        .outerjoin(Card, Card.ticket_id == Message.ticket_id)
        .order_by(Message.id)
        .limit(PIECE)
    )
    while True:
        rows = [(m, r, c) for m, r, c in session.execute(joined.where(Message.id > last))]
        if not rows:
            return
        last = rows[-1][0].id
        yield from rows
        session.expunge_all()
