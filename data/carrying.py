"""Carries messages and people's work from one ticket to another, remembering what, so that it can be carried back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from data.casework import MESSAGE_HOME
from data.models.mirrored import Message
from data.models.ours import Assignee, Mark, Note, Ticket
from data.models.outgoing import Draft, Outgoing, Promise
from data.models.teamwork import Question
from data.models.triage import TicketLabel

OUTGOING_HOME = func.coalesce(Outgoing.home_ticket_id, Outgoing.ticket_id)
BETWEEN = "\n\n"
"""Between two drafts of one person that a merge brings together."""
ROWS: Mapping[str, type[Note] | type[Promise] | type[Question]] = {
    "notes": Note,
    "promises": Promise,
    "questions": Question,
}


def messages_of(session: Session, ticket_id: int) -> list[Message]:
    """The messages that show in a ticket, oldest first."""
    mine = select(Message).where(Message.ticket_id == ticket_id)
    return list(session.scalars(mine.order_by(Message.sent_at, Message.id).execution_options(populate_existing=True)))


def replies_of(session: Session, ticket_id: int) -> list[Outgoing]:
    """All replies of ours in a ticket, those that were taken back too."""
    mine = select(Outgoing).where(Outgoing.ticket_id == ticket_id).order_by(Outgoing.id)
    return list(session.scalars(mine.execution_options(populate_existing=True)))


def seat_messages(session: Session, places: Mapping[int, tuple[int, int]]) -> None:
    """Show messages (by id) in a ticket, and give them a home: (ticket, home)."""
    _seat(session, Message, places)
    if places:
        tickets = select(Message.ticket_id).where(Message.id == Mark.message_id).scalar_subquery()
        mine = update(Mark).where(Mark.message_id.in_(list(places)))
        session.execute(mine.values(ticket_id=tickets).execution_options(synchronize_session=False))


def seat_replies(session: Session, places: Mapping[int, tuple[int, int]]) -> None:
    """The same for replies of ours (by outbox id), with their promises."""
    _seat(session, Outgoing, places)
    for ticket_id in {ticket for ticket, _ in places.values()}:
        theirs = [outbox_id for outbox_id, place in places.items() if place[0] == ticket_id]
        moved = update(Promise).where(Promise.outgoing_id.in_(theirs)).values(ticket_id=ticket_id)
        session.execute(moved.execution_options(synchronize_session=False))


def _seat(session: Session, table: type[Message] | type[Outgoing], places: Mapping[int, tuple[int, int]]) -> None:
    rows = [
        {"id": row_id, "ticket_id": ticket, "home_ticket_id": None if home == ticket else home}
        for row_id, (ticket, home) in places.items()
    ]
    if rows:
        session.execute(update(table), rows)


def homes_of_messages(session: Session, ticket_id: int) -> dict[int, int]:
    """The home of each message that shows in a ticket, by message id."""
    query = select(Message.id, MESSAGE_HOME).where(Message.ticket_id == ticket_id)
    return {row[0]: row[1] for row in session.execute(query)}


def homes_of_replies(session: Session, ticket_id: int) -> dict[int, int]:
    """The home of each reply of ours that shows in a ticket, by outbox id."""
    query = select(Outgoing.id, OUTGOING_HOME).where(Outgoing.ticket_id == ticket_id)
    return {row[0]: row[1] for row in session.execute(query)}


def answering(session: Session, ticket_id: int, homes: Collection[int]) -> set[int]:
    """The replies written in a ticket that answer a message of one of these homes (outbox ids)."""
    query = select(Outgoing.id).join(Message, Message.message_id == Outgoing.in_reply_to)
    theirs = query.where(Outgoing.ticket_id == ticket_id, Message.ticket_id == ticket_id)
    return set(session.scalars(theirs.where(MESSAGE_HOME.in_(list(homes)))))


def carry_work(session: Session, old: int, new: int) -> dict[str, Any]:
    """Let notes, questions, people, labels, drafts and follow-ups of a ticket show in another; what was carried."""
    moved: dict[str, Any] = {name: _carry_rows(session, table, old, new) for name, table in ROWS.items()}
    moved["follow_ups"] = list(session.scalars(select(Ticket.id).where(Ticket.follow_up_of == old)))
    _follow(session, moved["follow_ups"], new)
    moved["people"] = _copy_people(session, old, new)
    moved["labels"] = _copy_labels(session, old, new)
    return {**moved, **_carry_drafts(session, old, new)}


def carry_work_back(session: Session, moved: Mapping[str, Any], old: int, new: int) -> None:
    """The reverse: `old` gets back what `carry_work` took from it; what was added in `new` since stays there."""
    for name, table in ROWS.items():
        mine = update(table).where(table.id.in_(moved.get(name, [])))
        session.execute(mine.values(ticket_id=old).execution_options(synchronize_session=False))
    _follow(session, moved.get("follow_ups", []), old)
    for person in moved.get("people", []):
        _drop(session, Assignee, (new, person))
    for kind, value in moved.get("labels", []):
        _drop(session, TicketLabel, (new, kind, value))
    _carry_drafts_back(session, moved, old, new)


def _carry_rows(session: Session, table: Any, old: int, new: int) -> list[int]:
    ids = list(session.scalars(select(table.id).where(table.ticket_id == old)))
    mine = update(table).where(table.id.in_(ids)).values(ticket_id=new)
    session.execute(mine.execution_options(synchronize_session=False))
    return ids


def _follow(session: Session, ids: Sequence[int], new: int) -> None:
    mine = update(Ticket).where(Ticket.id.in_(list(ids))).values(follow_up_of=new)
    session.execute(mine.execution_options(synchronize_session=False))


def _copy_people(session: Session, old: int, new: int) -> list[str]:
    """The old ticket keeps its people; the new one gets those that it did not have."""
    there = set(session.scalars(select(Assignee.person).where(Assignee.ticket_id == new)))
    added = []
    for row in session.scalars(select(Assignee).where(Assignee.ticket_id == old)):
        if row.person not in there:
            session.add(Assignee(ticket_id=new, person=row.person, at=row.at, by=row.by))
            added.append(row.person)
    session.flush()
    return added


def _copy_labels(session: Session, old: int, new: int) -> list[tuple[str, str]]:
    mine = select(TicketLabel).where(TicketLabel.ticket_id.in_((old, new)))
    rows = list(session.scalars(mine))
    there = {(row.kind, row.value) for row in rows if row.ticket_id == new}
    fresh = [row for row in rows if row.ticket_id == old and (row.kind, row.value) not in there]
    session.add_all(
        TicketLabel(ticket_id=new, kind=r.kind, value=r.value, at=r.at, by=r.by, sort_key=r.sort_key) for r in fresh
    )
    session.flush()
    return [(row.kind, row.value) for row in fresh]


def _drop(session: Session, table: Any, key: Any) -> None:
    row = session.get(table, key, populate_existing=True)
    if row is not None:
        session.delete(row)
        session.flush()


def _carry_drafts(session: Session, old: int, new: int) -> dict[str, list[str]]:
    """Drafts go along; who had one in both tickets finds both texts, and the old ticket keeps its own for an undo."""
    carried: list[str] = []
    joined: list[str] = []
    for draft in session.scalars(select(Draft).where(Draft.ticket_id == old)).all():
        there = session.get(Draft, (new, draft.person))
        if there is None:
            session.add(_copy(draft, new))
            carried.append(draft.person)
        else:
            there.text = there.text + BETWEEN + draft.text
            joined.append(draft.person)
    session.flush()
    return {"drafts": carried, "joined_drafts": joined}


def _carry_drafts_back(session: Session, moved: Mapping[str, Any], old: int, new: int) -> None:
    for person in [*moved.get("drafts", []), *moved.get("joined_drafts", [])]:
        there, own = session.get(Draft, (new, person)), session.get(Draft, (old, person))
        if own is None:
            continue
        if person in moved["drafts"]:
            # Whatever became of the text in the merged ticket is the latest word; sent there, it is gone.
            own.text = there.text if there else ""
            session.delete(there or own)
        elif there and there.text.endswith(BETWEEN + own.text):
            there.text = there.text.removesuffix(BETWEEN + own.text)
    session.flush()


def _copy(draft: Draft, ticket_id: int) -> Draft:
    return Draft(
        ticket_id=ticket_id,
        person=draft.person,
        text=draft.text,
        updated_at=draft.updated_at,
        base_version=draft.base_version,
    )


def is_being_sent(session: Session, ticket_ids: Collection[int]) -> bool:
    """Whether a reply of one of these tickets is in the hands of the sender at this moment."""
    mine = select(Outgoing.id).where(Outgoing.ticket_id.in_(list(ticket_ids)), Outgoing.state == "sending")
    return session.scalars(mine.limit(1)).first() is not None


def has_own_work(session: Session, ticket_id: int) -> bool:
    """Whether somebody has left something in a ticket that has no other place: a note, a draft, a decision."""
    tables: Sequence[Any] = (Note, Draft, Question, TicketLabel)
    found = [session.scalars(select(t.ticket_id).where(t.ticket_id == ticket_id).limit(1)).first() for t in tables]
    follows = session.scalars(select(Ticket.id).where(Ticket.follow_up_of == ticket_id).limit(1)).first()
    own = session.get(Ticket, ticket_id)
    chosen = own and (own.decided, own.type_chosen, own.order_chosen, own.snoozed_until, own.order_detached or None)
    return any(found) or follows is not None or any(chosen or ())


def outgoing_by_copies(session: Session, message_ids: Collection[int], outbox_ids: Collection[int]) -> list[Outgoing]:
    """Our replies among these, or confirmed by a copy among these messages: a reply and its copy are one."""
    mine = or_(Outgoing.copy_message_id.in_(list(message_ids)), Outgoing.id.in_(list(outbox_ids)))
    return list(session.scalars(select(Outgoing).where(mine)))
