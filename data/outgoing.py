"""Replies on their way out: what is due, claiming one, moving it from state to state, and finding it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from data.leases import shared_now
from data.models.mirrored import Message
from data.models.ours import Ticket
from data.models.outgoing import Outgoing, OutgoingFile

PIECE = 500
MAY_HAVE_LEFT = ("handed_over", "unknown")


def add(session: Session, row: Outgoing, files: Sequence[tuple[str, str, bytes]]) -> int:
    """Store a reply with its files (name, media type, content); its id."""
    session.add(row)
    session.flush()
    session.add_all(OutgoingFile(outgoing_id=row.id, name=n, media_type=t, data=d) for n, t, d in files)
    session.flush()
    return row.id


def get(session: Session, outbox_id: int) -> Outgoing | None:
    """A reply as it is stored now."""
    return session.get(Outgoing, outbox_id, populate_existing=True)


def files(session: Session, outbox_id: int) -> list[OutgoingFile]:
    """The files of a reply, in their order."""
    mine = select(OutgoingFile).where(OutgoingFile.outgoing_id == outbox_id).order_by(OutgoingFile.id)
    return list(session.scalars(mine))


def of_ticket(session: Session, ticket_id: int) -> list[Outgoing]:
    """The replies of a ticket that were not taken back, in the order in which they were queued."""
    mine = select(Outgoing).where(Outgoing.ticket_id == ticket_id, Outgoing.state != "cancelled")
    return list(session.scalars(mine.order_by(Outgoing.id)))


def due(session: Session, real_now: datetime, *, after: int = 0, ignore_pauses: bool = False) -> Outgoing | None:
    """The first reply after `after` (an id) whose undo window is over and whose pause has passed."""
    query = select(Outgoing).where(
        Outgoing.state == "queued", Outgoing.channel == "smtp", Outgoing.not_before <= real_now, Outgoing.id > after
    )
    if not ignore_pauses:
        query = query.where(or_(Outgoing.next_try_at.is_(None), Outgoing.next_try_at <= real_now))
    return session.scalars(query.order_by(Outgoing.id).limit(1)).one_or_none()


def last_window(session: Session, real_now: datetime) -> datetime | None:
    """When the last undo window that is open now closes; None if none is."""
    query = select(Outgoing.not_before).where(
        Outgoing.state == "queued", Outgoing.channel == "smtp", Outgoing.not_before > real_now
    )
    return session.scalars(query.order_by(Outgoing.not_before.desc()).limit(1)).one_or_none()


def move(
    session: Session,
    outbox_id: int,
    to: str,
    *,
    among: Collection[str],
    holder: str | None = None,
    **values: Any,
) -> bool:
    """Set the state, if it is now one of `among` (and the holder's): False if somebody else was quicker."""
    statement = update(Outgoing).where(Outgoing.id == outbox_id, Outgoing.state.in_(among))
    if holder is not None:
        statement = statement.where(Outgoing.holder == holder)
    done = session.execute(statement.values(state=to, **values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def claim(session: Session, outbox_id: int, *, holder: str, now: datetime, real_now: datetime) -> bool:
    """Reserve a queued reply for one attempt; False if it is no longer queued."""
    tried = {"attempts": Outgoing.attempts + 1, "sending_since": real_now, "tried_at": now, "error": None}
    tried["alive_at"] = shared_now(session, real_now)
    mine = update(Outgoing).where(Outgoing.id == outbox_id, Outgoing.state == "queued")
    reserved = mine.values(state="sending", holder=holder, **tried)
    return bool(session.execute(reserved.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def postpone(session: Session, account: str, *, until: datetime, error: str) -> None:
    """Let all queued replies of an account wait: its mail server cannot be reached."""
    waiting = update(Outgoing).where(
        Outgoing.account == account, Outgoing.state == "queued", Outgoing.channel == "smtp"
    )
    session.execute(waiting.values(next_try_at=until, error=error).execution_options(synchronize_session=False))


def still_alive(session: Session, outbox_id: int, *, holder: str, real_now: datetime) -> None:
    """The holder of a reply that is being sent gives a sign, for those who cannot see its process."""
    mine = update(Outgoing).where(Outgoing.id == outbox_id, Outgoing.state == "sending", Outgoing.holder == holder)
    alive = mine.values(alive_at=shared_now(session, real_now))
    session.execute(alive.execution_options(synchronize_session=False))


def being_sent(session: Session) -> list[Outgoing]:
    """The replies that are reserved for an attempt."""
    return list(session.scalars(select(Outgoing).where(Outgoing.state == "sending").order_by(Outgoing.id)))


def has_unknown(session: Session, ticket_id: int) -> bool:
    """Whether a reply of this ticket may or may not have left."""
    mine = select(Outgoing.id).where(Outgoing.ticket_id == ticket_id, Outgoing.state == "unknown").limit(1)
    return session.scalars(mine).first() is not None


def confirmable(session: Session, ticket_ids: Collection[int]) -> list[Outgoing]:
    """The replies of these tickets that a copy may confirm, or has: what left, may have, or is copied by hand.

    A copy may be read while its reply is still being sent: the server's answer then comes after Amazon's.
    """
    by_hand = and_(Outgoing.state == "queued", Outgoing.channel == "seller_central")
    left = Outgoing.state.in_(("sending", "handed_over", "confirmed", "unknown"))
    query = select(Outgoing).where(Outgoing.ticket_id.in_(list(ticket_ids)), or_(left, by_hand))
    return list(session.scalars(query.order_by(Outgoing.id).execution_options(populate_existing=True)))


def follow_ups_of(session: Session, ticket_ids: Collection[int]) -> dict[int, int]:
    """Follow-up tickets of these: id -> the ticket that it follows."""
    query = select(Ticket.id, Ticket.follow_up_of).where(Ticket.follow_up_of.in_(list(ticket_ids)))
    return {ticket_id: parent for ticket_id, parent in session.execute(query) if parent is not None}


def texts(session: Session, message_ids: Collection[int]) -> dict[int, str]:
    """The words of messages, by id."""
    query = select(Message.id, Message.text).where(Message.id.in_(list(message_ids)))
    return {row.id: row.text for row in session.execute(query)}


def by_message_id(session: Session, account: str, message_id: str) -> Outgoing | None:
    """The reply with this Message-ID."""
    query = select(Outgoing).where(Outgoing.account == account, Outgoing.message_id == message_id)
    return session.scalars(query).one_or_none()


def sent_to(session: Session, account: str, *, relay: str | None, order_id: str | None) -> list[Outgoing]:
    """The replies to a buyer's address, else about an order, of which nothing final is known."""
    who: ColumnElement[bool]
    if relay:
        who = Outgoing.relay == relay
    elif order_id:
        who = Outgoing.order_id == order_id
    else:
        return []
    query = select(Outgoing).where(Outgoing.account == account, who, Outgoing.state.in_(MAY_HAVE_LEFT))
    return list(session.scalars(query.order_by(Outgoing.id)))


def crossing(session: Session, ticket_id: int, *, queued_at: datetime, out_at: datetime) -> bool:
    """Whether a message that starts a clock came in after the reply was written, and was sent before it was out."""
    query = select(Message.id).where(
        Message.ticket_id == ticket_id,
        Message.starts_clock,
        Message.imported_at > queued_at,
        Message.sent_at < out_at,
    )
    return session.scalars(query.limit(1)).first() is not None


def opted_out(
    session: Session, ticket_id: int, account: str, order_id: str | None, *, since: datetime | None
) -> bool:
    """Whether Amazon said in this ticket or of this order, after `since`, that the buyer opted out of messages."""
    mine = Message.ticket_id == ticket_id
    if order_id:
        mine = or_(mine, and_(Message.order_id == order_id, Message.account == account))
    query = select(Message.id).where(mine, Message.kind == "opt_out")
    if since is not None:
        query = query.where(Message.sent_at > since)
    return session.scalars(query.limit(1)).first() is not None


def last_asked(session: Session, ticket_id: int) -> list[Message]:
    """The buyer's newest messages in a ticket, oldest first; at most ten."""
    query = select(Message).where(Message.ticket_id == ticket_id, Message.starts_clock)
    return list(session.scalars(query.order_by(Message.sent_at.desc(), Message.id.desc()).limit(10)))[::-1]


def stream_rows(session: Session) -> Iterator[Outgoing]:
    """All replies that were not taken back, by id, in bounded pieces."""
    last = 0
    query = select(Outgoing).where(Outgoing.state != "cancelled").order_by(Outgoing.id).limit(PIECE)
    while rows := list(session.scalars(query.where(Outgoing.id > last))):
        last = rows[-1].id
        yield from rows
        session.expunge_all()
