"""Asking, acknowledging, answering and closing an escalation; what concerns a ticket is noted in it as well."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import casework, journal, questions, ticket_work, tickets
from data import escalations as rows
from data.models.escalations import Escalation
from data.store import Store
from services import desk
from services.errors import Rejected, Stale
from services.escalations.shapes import About, Wish
from services.people import Person, check_access
from services.rules import escalations as rules

LONGEST_ANSWER = 4_000


@dataclass
class Act:
    """An escalation inside a transaction, with the log and the ticket's notes that are written at the end."""

    session: Session
    row: Escalation
    actor: Person
    now: datetime
    said: list[journal.Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, what: str, after: dict[str, Any] | None = None) -> None:
        """An entry of the activity log; what people wrote is not in it."""
        name = f"escalation:{self.row.id}"
        self.said.append(journal.Entry(self.now, self.actor.name, f"escalation.{what}", name, None, after))

    def write(self, *, unread: bool) -> None:
        """The notes and the log. A ticket whose question was answered is news to whoever works in it."""
        ticket_id = self.row.ticket_id
        found = (
            tickets.ticket(self.session, casework.now_in(self.session, [ticket_id])[ticket_id]) if ticket_id else None
        )
        if found is None or not self.notes:
            journal.append(self.session, *self.said)
            return
        for words in self.notes:
            ticket_work.add_note(self.session, found.id, words, by=self.actor.name, at=self.now)
        found.version += 1
        if unread:
            found.unread_at = self.now
        self.session.flush()
        desk.rebuild(self.session, [found.id], now=self.now, actor=self.actor.name, said=self.said)


def ask(store: Store, about: About, wish: Wish, *, actor: Person, now: datetime) -> int:
    """Escalate; the new id. Raises Rejected with a sentence."""
    check_access(actor)
    sentence, needed = rules.sentence_of(wish.sentence), rules.sentence_of(wish.needed)[: rules.LONGEST_NEED]
    initials = wish.initials.strip().upper() or rules.initials_of(actor.name)
    if why := rules.refusal(sentence, wish.needed_by, wish.urgency, initials, now):
        raise Rejected(why)
    assert wish.needed_by is not None
    with store.write() as session:
        _check_addressee(session, actor, wish.to)
        row = Escalation(
            **about_columns(about),
            sentence=sentence,
            needed=needed,
            needed_by=wish.needed_by,
            urgency=wish.urgency,
            to_person=wish.to,
            by=actor.name,
            initials=initials,
            opened_at=now,
            token=uuid.uuid4().hex,
        )
        rows.add(session, row)
        act = Act(session, row, actor, now)
        act.say("ask", {"about": about.key, "to": wish.to or "any supervisor", "urgency": wish.urgency})
        act.notes.append(f"Escalated to {wish.to or 'any supervisor'}: {sentence} -{initials}")
        act.write(unread=False)
        return row.id


def acknowledge(store: Store, escalation_id: int, *, actor: Person, now: datetime) -> None:
    """The actor has seen it: no further step is made. Said twice it is said once."""
    with _opened(store, escalation_id, None, actor=actor, now=now) as act:
        _refuse_others(act)
        if _acknowledge(act):
            act.say("acknowledge")
            _acknowledge_many(act)


def answer(store: Store, escalation_id: int, version: int, *, actor: Person, now: datetime, text: str) -> None:
    """Answer it; the words come back to whoever asked, and into the ticket. Raises Stale or Rejected."""
    words = text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
    if not words:
        raise Rejected("The answer is empty.")
    if len(words) > LONGEST_ANSWER:
        raise Rejected(f"The answer has {len(words):,} characters; {LONGEST_ANSWER:,} are allowed.")
    with _opened(store, escalation_id, version, actor=actor, now=now, unread=True) as act:
        _refuse_others(act)
        row = act.row
        if row.answered_at is not None:
            raise Rejected(f"{row.answered_by} has answered already; write to {row.by} if there is more to say.")
        _acknowledge(act)
        row.answer, row.answered_at, row.answered_by = words, now, actor.name
        if row.cause is not None:
            _close(act, "Answered.")
        act.notes.append(f"Answer to {row.by} ({row.sentence}): {words}")
        act.say("answer", {"to": row.by})


def close(
    store: Store, escalation_id: int, version: int | None, *, actor: Person, now: datetime, why: str = ""
) -> None:
    """Nothing more is wanted: by whoever asked, was asked, or supervises. The asker has then seen the answer too."""
    with _opened(store, escalation_id, version, actor=actor, now=now) as act:
        row = act.row
        if actor.name not in (row.by, row.to_person) and not actor.is_supervisor:
            raise Rejected(f"Only {row.by}, {row.to_person or 'a supervisor'} or a supervisor can close this.")
        _close(act, rules.sentence_of(why)[:300])
        act.say("close", {"answered": row.answered_at is not None})


def about_columns(about: About) -> dict[str, Any]:
    """What an escalation is about, as column values."""
    names = ("kind", "ref", "label", "page", "account", "marketplace", "order_id", "ticket_id")
    return {**{name: getattr(about, name) for name in names}, "target": dict(about.target)}


def may_answer(by: str, to: str, actor: Person) -> bool:
    """Whether an escalation is this person's to answer: asked of them, or they supervise; never their own."""
    return actor.name != by and not actor.disabled and (actor.is_supervisor or actor.name == to)


@contextmanager
def _opened(
    store: Store, escalation_id: int, version: int | None, *, actor: Person, now: datetime, unread: bool = False
) -> Iterator[Act]:
    check_access(actor)
    with store.write() as session:
        row = rows.get(session, escalation_id)
        if row is None:
            raise Rejected("There is no such escalation.")
        if row.closed_at is not None:
            raise Rejected(f"{row.closed_by} has closed this already.")
        if version is not None and version != row.version:
            raise Stale("Somebody changed this since you opened it; look at it and try again.")
        act = Act(session, row, actor, now)
        yield act
        if act.said:
            row.version += 1
            session.flush()
            act.write(unread=unread)


def _acknowledge(act: Act) -> bool:
    if act.row.acknowledged_at is not None:
        return False
    act.row.acknowledged_at, act.row.acknowledged_by = act.now, act.actor.name
    rows.cancel_waiting(act.session, act.row.id, at=act.now)
    return True


def _acknowledge_many(act: Act) -> None:
    """Whoever has seen one of many things that escalated by themselves has seen that they are many."""
    kind = (act.row.cause or "").partition(":")[0]
    many = rows.causes_of(act.session, f"many:{kind}:{act.row.account}") if kind else None
    if many is not None and many.acknowledged_at is None and many.closed_at is None:
        many.acknowledged_at, many.acknowledged_by = act.now, act.actor.name
        many.version += 1
        rows.cancel_waiting(act.session, many.id, at=act.now)


def _close(act: Act, why: str) -> None:
    row = act.row
    row.closed_at, row.closed_by, row.closed_why = act.now, act.actor.name, why
    if act.actor.name == row.by and row.answered_at is not None:
        row.seen_at = act.now
    rows.cancel_waiting(act.session, row.id, at=act.now)


def _refuse_others(act: Act) -> None:
    if not may_answer(act.row.by, act.row.to_person, act.actor):
        raise Rejected(f"This is for {act.row.to_person or 'a supervisor'} to answer.")


def _check_addressee(session: Session, actor: Person, to: str) -> None:
    if not to:
        if not questions.somebody_else_supervises(session, actor.name):
            raise Rejected(
                "There is no other supervisor here; choose whom to ask, or add somebody on the Settings page."
            )
    elif to == actor.name:
        raise Rejected("That is you; choose somebody else.")
    elif not ticket_work.is_working_here(session, to):
        raise Rejected(f"{to} does not work here; choose somebody else.")
