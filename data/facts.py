"""The stored facts behind the cards: everything about some tickets, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import casework, response_past
from data.models.derived import Card
from data.models.mirrored import Message
from data.models.ours import Assignee, Mark, Ticket
from data.models.outgoing import Outgoing
from data.models.teamwork import Question
from data.models.triage import TicketLabel
from data.store import upsert


@dataclass(frozen=True)
class MessageFact:
    """What a card needs to know of one message; `start` is the beginning of its text."""

    id: int
    ticket_id: int
    account: str
    marketplace: str | None
    kind: str
    direction: str
    starts_clock: bool
    before_horizon: bool
    sent_at: datetime
    imported_at: datetime
    subject: str
    buyer_name: str | None
    relay: str | None
    order_id: str | None
    topic: str | None
    language: str | None
    joined_by: str | None
    start: str
    home: int = 0
    order_from: str | None = None


@dataclass(frozen=True)
class SentFact:
    """What a card needs to know of one reply of ours on its way out."""

    id: int
    ticket_id: int
    channel: str
    state: str
    by: str
    attempts: int
    handed_over_at: datetime | None
    settled_at: datetime | None
    copy_message_id: int | None
    home: int = 0


@dataclass
class TicketFacts:
    """One ticket with its messages (oldest first), marks that stand, assignees (first assigned first) and old card.

    `sent` holds the replies that were not taken back, in the order in which they were queued; `questions` the states
    (open, answered) of what colleagues asked each other and is not over yet; `labels` are (kind, value) of tags and
    views, in order. `together`: since when each two homes of its mail are one conversation, where people merged any.
    """

    ticket: Ticket
    messages: list[MessageFact] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    assigned: list[tuple[str, datetime]] = field(default_factory=list)
    card: Card | None = None
    sent: list[SentFact] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    together: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @property
    def owners(self) -> list[str]:
        """Who is on the ticket, first assigned first."""
        return [person for person, _ in self.assigned]


_COLUMNS = (
    Message.id,
    Message.ticket_id,
    Message.account,
    Message.marketplace,
    Message.kind,
    Message.direction,
    Message.starts_clock,
    Message.before_horizon,
    Message.sent_at,
    Message.imported_at,
    Message.subject,
    Message.buyer_name,
    Message.relay,
    Message.order_id,
    Message.topic,
    Message.language,
    Message.joined_by,
    func.substr(Message.text, 1, 240).label("start"),
    casework.MESSAGE_HOME,
    Message.order_from,
)


_SENT = (
    Outgoing.id,
    Outgoing.ticket_id,
    Outgoing.channel,
    Outgoing.state,
    Outgoing.by,
    Outgoing.attempts,
    Outgoing.handed_over_at,
    Outgoing.settled_at,
    Outgoing.copy_message_id,
    func.coalesce(Outgoing.home_ticket_id, Outgoing.ticket_id),
)


def lock(session: Session, ticket_ids: Collection[int]) -> list[Ticket]:
    """These tickets, by id, locked until the transaction ends where the database can (SQLite has one writer anyway)."""
    mine = select(Ticket).where(Ticket.id.in_(list(ticket_ids))).order_by(Ticket.id)
    return list(session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


def of_tickets(session: Session, ticket_ids: Collection[int]) -> list[TicketFacts]:
    """The facts of these tickets, in the order of their ids; a fixed number of statements however many.

    The tickets stay locked until the transaction ends: what is derived from facts must not be overwritten by what
    somebody else derived from older ones.
    """
    ids = sorted(set(ticket_ids))
    if not ids:
        return []
    found = {t.id: TicketFacts(t) for t in lock(session, ids)}
    query = select(*_COLUMNS).where(Message.ticket_id.in_(ids)).order_by(Message.sent_at, Message.id)
    for row in session.execute(query):
        found[row.ticket_id].messages.append(MessageFact(*row))
    standing = select(Mark).where(Mark.ticket_id.in_(ids), Mark.undone_at.is_(None)).order_by(Mark.id)
    for mark in session.scalars(standing):
        found[mark.ticket_id].marks.append(mark)
    assigned = select(Assignee).where(Assignee.ticket_id.in_(ids)).order_by(Assignee.at, Assignee.person)
    for assignee in session.scalars(assigned):
        found[assignee.ticket_id].assigned.append((assignee.person, assignee.at))
    sent = select(*_SENT).where(Outgoing.ticket_id.in_(ids), Outgoing.state != "cancelled").order_by(Outgoing.id)
    for row in session.execute(sent):
        found[row.ticket_id].sent.append(SentFact(*tuple(row)))
    asked = select(Question.ticket_id, Question.state).where(Question.ticket_id.in_(ids))
    for ticket_id, state in session.execute(asked.where(Question.state.in_(("open", "answered")))):
        found[ticket_id].questions.append(state)
    labels = select(TicketLabel.ticket_id, TicketLabel.kind, TicketLabel.value).where(TicketLabel.ticket_id.in_(ids))
    for row in session.execute(labels.order_by(TicketLabel.kind, TicketLabel.value)):
        found[row.ticket_id].labels.append((row.kind, row.value))
    cards = select(Card).where(Card.ticket_id.in_(ids)).execution_options(populate_existing=True)
    for card in session.scalars(cards):
        found[card.ticket_id].card = card
    _unite(session, found.values())
    return [found[id_] for id_ in ids if id_ in found]


def _unite(session: Session, tickets: Iterable[TicketFacts]) -> None:
    """Say since when the homes of merged tickets are one; costs a statement only where there are any."""
    merged: dict[int, set[int]] = {}
    for each in tickets:
        homes = {message.home for message in each.messages} | {sent.home for sent in each.sent} | {each.ticket.id}
        if len(homes) > 1:
            merged[each.ticket.id] = homes
    if not merged:
        return
    pairs = casework.together(session, set().union(*merged.values()))
    for each in tickets:
        homes = merged.get(each.ticket.id, set())
        each.together = {pair: since for pair, since in pairs.items() if homes.issuperset(pair)}


def write_cards(session: Session, cards: Sequence[dict[str, Any]]) -> None:
    """Store rebuilt cards; all rows have the same columns."""
    upsert(session, Card, cards, key=("ticket_id",))


def write_responses(
    session: Session, ticket_ids: Collection[int], rows: Sequence[dict[str, Any]], *, now: datetime | None = None
) -> None:
    """Replace the responses of these tickets; with `now`, what was believed until then is kept."""
    response_past.replace(session, ticket_ids, rows, now=now)
