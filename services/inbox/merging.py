"""Merging tickets that are one conversation, splitting one that is two, and taking either back.

Messages keep the home that threading gave them; what people decided stands beside it and survives a rebuilt mirror.
No message's clock is moved by it: what waited before waits after, what was answered stays answered.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import carrying, casework, facts, journal, messages, ticket_work, tickets
from data.models.casework import Regrouping
from data.models.derived import Card
from data.models.mirrored import Message
from data.models.ours import Ticket
from data.store import Store
from services import desk
from services.errors import Rejected, Stale
from services.inbox.actions import missing
from services.people import Person, check_access
from services.rules import ticket_status

CHANGED = "Something changed in ticket {} since you opened it; look at it and try again."
COPY = "reply_confirmation"


@dataclass
class Bench:
    """Tickets that are regrouped in one transaction, locked, with the log that is written at the end."""

    session: Session
    tickets: dict[int, Ticket]
    cards: dict[int, Card]
    actor: Person
    now: datetime
    said: list[journal.Entry] = field(default_factory=list)
    asks: dict[int, str | None] = field(default_factory=dict)

    def say(self, what: str, ticket_id: int, other: int, **more: Any) -> None:
        """An entry of the activity log about one ticket that names the other."""
        after = {"value": other, **more}
        self.said.append(journal.Entry(self.now, self.actor.name, what, f"ticket:{ticket_id}", None, after))


@contextmanager
def _opened(store: Store, ids: Collection[int], *, actor: Person, now: datetime) -> Iterator[Bench]:
    """These tickets for one write; afterwards all their cards are derived and the log is written."""
    check_access(actor)
    with store.write() as session:
        messages.one_at_a_time(session)
        locked = {ticket.id: ticket for ticket in facts.lock(session, ids)}
        cards = {card.ticket_id: card for card in messages.cards(session, ids)}
        bench = Bench(session, locked, cards, actor, now)
        if carrying.is_being_sent(session, ids):
            raise Rejected("A reply is being sent from here at this moment; try again in a few seconds.")
        yield bench
        for ticket in bench.tickets.values():
            ticket.version += 1
        session.flush()
        session.expire_all()
        desk.rebuild(session, list(bench.tickets), now=now, actor=actor.name, said=bench.said)
        messages.set_asks(session, bench.asks)


def _check(bench: Bench, ticket_id: int, version: int | None) -> Card:
    card = bench.cards.get(ticket_id)
    if card is None:
        raise Rejected(missing(bench.session, ticket_id))
    if version is not None and version != card.version:
        raise Stale(CHANGED.format(ticket_id))
    why = ticket_status.may_edit(card.status)
    if why:
        raise Rejected(f"Ticket {ticket_id}: {why}")
    return card


def merge(
    store: Store,
    into_ticket: int,
    version: int | None,
    other_ticket: int,
    other_version: int | None,
    *,
    actor: Person,
    now: datetime,
    across_orders: bool = False,
) -> int:
    """Let the other ticket show in this one, now and for all its later mail; the new version.

    Tickets about two different orders need `across_orders`, a person's explicit yes. Raises Stale and Rejected.
    """
    if into_ticket == other_ticket:
        raise Rejected("A ticket cannot be merged with itself; choose another one.")
    with _opened(store, (into_ticket, other_ticket), actor=actor, now=now) as bench:
        into, other = _check(bench, into_ticket, version), _check(bench, other_ticket, other_version)
        _refuse_strangers(into, other, across_orders)
        session = bench.session
        homes = casework.homes_in(session, into_ticket), casework.homes_in(session, other_ticket)
        asks = [into.asks, other.asks]
        row = casework.add(
            session, account=into.account, kind="merge", from_ticket=other_ticket, into_ticket=into_ticket,
            at=now, by=actor.name, moved={},
        )  # fmt: skip
        casework.unite(session, *homes, since=now, by=row.id)
        casework.pin(session, row, _copies(session, other_ticket))
        _show(session, other_ticket, into_ticket)
        row.moved = {**carrying.carry_work(session, other_ticket, into_ticket), "asks": asks}
        bench.asks[into_ticket] = _joined(asks)
        bench.say("merge", into_ticket, other_ticket)
        bench.say("merge.away", other_ticket, into_ticket)
    return _version(store, into_ticket)


def _refuse_strangers(into: Card, other: Card, across_orders: bool) -> None:
    if into.account != other.account:
        raise Rejected(f"They belong to different accounts, {into.account} and {other.account}; that is never one.")
    if into.order_id and other.order_id and into.order_id != other.order_id and not across_orders:
        raise Rejected(
            f"They are about two orders, {into.order_id} and {other.order_id}; say that you want to merge them anyway."
        )


def _copies(session: Session, ticket_id: int) -> list[tuple[str, int, int]]:
    """Copies of replies have no thread of their own: each is fixed to the home it has now."""
    homes = carrying.homes_of_messages(session, ticket_id)
    rows = carrying.messages_of(session, ticket_id)
    return [(row.key, homes[row.id], homes[row.id]) for row in rows if row.kind == COPY]


def _show(session: Session, old: int, new: int) -> None:
    """Let everything of the old ticket show in the new one; homes stay."""
    mail, replies = carrying.homes_of_messages(session, old), carrying.homes_of_replies(session, old)
    carrying.seat_messages(session, {row_id: (new, home) for row_id, home in mail.items()})
    carrying.seat_replies(session, {row_id: (new, home) for row_id, home in replies.items()})


def _joined(asks: Sequence[str | None]) -> str | None:
    ids = {each for asked in asks for each in (asked or "").split(",") if each}
    return ",".join(sorted(ids, key=int)) or None


def split(
    store: Store,
    ticket_id: int,
    version: int | None,
    message_ids: Collection[int],
    *,
    actor: Person,
    now: datetime,
    subject: str = "",
) -> int:
    """Take messages (and replies of ours, by their negative outbox ids) out into a new ticket; its id.

    At least one message goes and at least one stays. A reply goes with its confirmation copy. Later mail follows
    where its thread, case or what it answers is only theirs. What was answered by a reply on the other side stays
    answered, by a mark at that reply's time. Raises Stale and Rejected.
    """
    with _opened(store, (ticket_id,), actor=actor, now=now) as bench:
        card, session = _check(bench, ticket_id, version), bench.session
        going = _going(session, ticket_id, set(message_ids))
        answered = _answers(session, ticket_id)
        new_id = _open_split(bench, card, subject)
        row = casework.add(
            session, account=card.account, kind="split", from_ticket=ticket_id, into_ticket=new_id,
            at=now, by=actor.name, moved={},
        )  # fmt: skip
        before = carrying.homes_of_messages(session, ticket_id)
        replies = {n: home for n, home in carrying.homes_of_replies(session, ticket_id).items() if n in going.replies}
        pins = [(m.key, new_id, before[m.id]) for m in going.mail]
        casework.pin(session, row, [*pins, *((m.key, before[m.id], before[m.id]) for m in going.staying)])
        casework.add_split_keys(session, row, _own_keys(going))
        carrying.seat_messages(session, {m.id: (new_id, new_id) for m in going.mail})
        carrying.seat_replies(session, dict.fromkeys(replies, (new_id, new_id)))
        row.moved = {"replies": [[n, home] for n, home in replies.items()]}
        session.flush()
        row.moved = {**row.moved, "marks": _keep_answers(bench, (ticket_id, new_id), answered)}
        bench.say("split", ticket_id, new_id)
        bench.say("split.opened", new_id, ticket_id)
    return new_id


@dataclass(frozen=True)
class Going:
    """What a split takes along, and what stays."""

    mail: list[Message]
    staying: list[Message]
    replies: set[int]
    message_ids: set[str]


def _going(session: Session, ticket_id: int, chosen: set[int]) -> Going:
    there = carrying.messages_of(session, ticket_id)
    ours = {row.id: row for row in carrying.replies_of(session, ticket_id)}
    mail = {m.id for m in there} & chosen
    replies = {-each for each in chosen if -each in ours}
    if len(mail) + len(replies) != len(chosen):
        raise Rejected("Not all of these messages are in this ticket any more; look at it and choose again.")
    for row in carrying.outgoing_by_copies(session, mail, replies):
        if row.id in ours:
            replies.add(row.id)
            mail |= {m.id for m in there if m.id == row.copy_message_id}
    going, staying = [m for m in there if m.id in mail], [m for m in there if m.id not in mail]
    if not any(m.kind != COPY for m in going) or not any(m.kind != COPY for m in staying):
        raise Rejected("Choose some of the messages, not all: at least one goes and at least one stays.")
    return Going(going, staying, replies, {ours[each].message_id for each in replies})


def _open_split(bench: Bench, card: Card, subject: str) -> int:
    """The new ticket, with the people of the one it comes from: nobody else knows of it yet."""
    old = bench.tickets[card.ticket_id]
    values = {
        "account": card.account,
        "key": f"split:{uuid.uuid4().hex}",
        "opened_at": bench.now,
        "opened_by": bench.actor.name,
        "order_detached": False,
        "subject_chosen": " ".join(subject.split())[:300] or None,
        "read_at": old.read_at,
        "read_by": old.read_by,
        "version": 0,
    }
    new_id = messages.open_ticket(bench.session, values)
    for person in (card.owners or "").split("\n"):
        if person:
            ticket_work.assign(bench.session, new_id, person, by=bench.actor.name, at=bench.now)
    opened = tickets.ticket(bench.session, new_id)
    assert opened is not None
    bench.tickets[new_id] = opened
    return new_id


def _own_keys(going: Going) -> list[tuple[str, str]]:
    """Threads, cases and Message-IDs that no message which stays has."""
    found = [("reference", each) for each in going.message_ids]
    found += [("reference", m.message_id) for m in going.mail if m.message_id]
    for kind, name in (("thread", "thread_id"), ("case", "case_id")):
        theirs = {getattr(m, name) for m in going.staying}
        found += [(kind, getattr(m, name)) for m in going.mail if getattr(m, name) and getattr(m, name) not in theirs]
    return found


Answers = dict[int, tuple[datetime, str | None]]
"""Message id -> when a reply answered it, and whose that was."""


def _answers(session: Session, *ticket_ids: int) -> Answers:
    """As the clock's rule says now, before anything is written down."""
    session.flush()
    session.expire_all()
    judged = [desk.judge(each) for each in facts.of_tickets(session, ticket_ids)]
    rows = [row for each in judged for row in desk.responses_of(each) if row["answered_by"] == "reply"]
    return {row["message_id"]: (row["answered_at"], row["agent"]) for row in rows}


def _keep_answers(bench: Bench, ticket_ids: tuple[int, int], before: Answers) -> list[int]:
    """Mark as answered what a reply on the other side had answered: no click may start a clock again. The marks."""
    session, marks = bench.session, []
    after = _answers(session, *ticket_ids)
    if any(message_id not in before or at < before[message_id][0] for message_id, (at, _) in after.items()):
        raise Rejected("These messages come from several tickets that were merged; take the merge back instead.")
    for message_id, (at, agent) in before.items():
        if message_id in after and after[message_id][0] == at:
            continue
        message = ticket_work.message(session, message_id)
        assert message is not None
        made = ticket_work.mark(session, message, "answered", at=at, by=agent or "", made_at=bench.now)
        marks.append(made.id)
    return marks


def undo(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, regrouping_id: int
) -> int:
    """Take a merge or a split back, the latest of the tickets first; the ticket's new version.

    What was written in a merged ticket since stays there, but for replies that answer the other's mail. A split is
    only taken back while nobody has worked in the new ticket: after that it is merged back.
    """
    with store.read() as session:
        row = casework.get(session, regrouping_id)
    if row is None or ticket_id not in (row.from_ticket, row.into_ticket):
        raise Rejected("There is no such merge or split here.")
    with _opened(store, (row.from_ticket, row.into_ticket), actor=actor, now=now) as bench:
        row = _latest(bench, regrouping_id)
        _check(bench, row.into_ticket, version if ticket_id == row.into_ticket else None)
        if row.kind == "split":
            _check(bench, row.from_ticket, version if ticket_id == row.from_ticket else None)
        (_undo_merge if row.kind == "merge" else _undo_split)(bench, row)
        bench.say(f"{row.kind}.undo", row.into_ticket, row.from_ticket)
        bench.say(f"{row.kind}.undo", row.from_ticket, row.into_ticket)
    return _version(store, ticket_id)


def _latest(bench: Bench, regrouping_id: int) -> Regrouping:
    found = casework.touching(bench.session, bench.tickets)
    if not any(row.id == regrouping_id for row in found):
        raise Rejected("That was taken back already.")
    if found[0].id != regrouping_id:
        raise Rejected("One of these tickets was merged or split again since; take that back first.")
    return found[0]


def _undo_merge(bench: Bench, row: Regrouping) -> None:
    session, old, new = bench.session, row.from_ticket, row.into_ticket
    homes = casework.homes_in(session, old)
    mail, replies = carrying.homes_of_messages(session, new), carrying.homes_of_replies(session, new)
    # A reply that was written after the merge has the merged ticket as its home, and goes with what it answers.
    written = {each: old for each in carrying.answering(session, new, homes) if replies[each] == new}
    _close(bench, row)
    casework.part(session, row.id)
    carrying.seat_messages(session, {each: (old, home) for each, home in mail.items() if home in homes})
    back = {each: home for each, home in replies.items() if home in homes} | written
    carrying.seat_replies(session, {each: (old, home) for each, home in back.items()})
    carrying.carry_work_back(session, row.moved, old, new)
    session.flush()
    bench.asks = dict(zip((new, old), row.moved["asks"], strict=True))


def _undo_split(bench: Bench, row: Regrouping) -> None:
    session, old, new = bench.session, row.from_ticket, row.into_ticket
    if carrying.has_own_work(session, new):
        raise Rejected(f"Somebody has worked in ticket {new} since; merge it back into ticket {old} instead.")
    known: dict[int, int] = dict(row.moved["replies"])
    later = set(carrying.homes_of_replies(session, new)) - set(known)
    if later:
        raise Rejected(f"A reply was written in ticket {new} since; merge it back into ticket {old} instead.")
    pins = casework.pins_of(session, row.id)
    mail = carrying.messages_of(session, new)
    places = {m.id: (old, pins[m.key].from_home if m.key in pins else old) for m in mail}
    _close(bench, row)
    carrying.seat_messages(session, places)
    carrying.seat_replies(session, {each: (old, home) for each, home in known.items()})
    for mark_id in row.moved.get("marks", []):
        mark = ticket_work.mark_by_id(session, mark_id)
        if mark is not None and mark.undone_at is None:
            mark.undone_at = bench.now
    session.flush()


def _close(bench: Bench, row: Regrouping) -> None:
    row.undone_at, row.undone_by = bench.now, bench.actor.name
    bench.session.flush()


def _version(store: Store, ticket_id: int) -> int:
    """The version of whatever ticket this one shows in now."""
    with store.read() as session:
        shown = casework.now_in(session, [ticket_id])[ticket_id]
        card = tickets.card(session, shown)
        return card.version if card else 0
