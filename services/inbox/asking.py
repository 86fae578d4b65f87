"""Questions between colleagues about a ticket: an agent asks a supervisor or somebody by name, the answer comes back.

The buyer's clock knows nothing of it: a ticket that waits for an answer of ours is as late as any other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from data import questions, ticket_work
from data.models.derived import Card
from data.models.teamwork import Question
from data.store import Store
from services import desk
from services.errors import Rejected
from services.inbox.actions import Desk, _opened, _version
from services.inbox.shapes import QuestionLine
from services.people import Person

LONGEST = 4_000


def ask(
    store: Store,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    question: str,
    to: str | None = None,
) -> int:
    """Ask somebody, or with `to` None whichever supervisor comes first; the ticket's new version.

    A ticket that nobody is on becomes the asker's, so that the answer has somewhere to come back to.
    """
    words = _words(question, "question")
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False) as at:
        _check_addressee(at.session, actor, to)
        question_id = questions.add(at.session, ticket_id, words, by=actor.name, at=now, to=to or "")
        at.note_down("question.ask", None, {"question": question_id, "value": to or "a supervisor"})
        if not at.card.owners and at.card.status != "closed":
            _take_over(at)
    return _version(store, ticket_id)


def answer(store: Store, question_id: int, *, actor: Person, now: datetime, text: str) -> int:
    """Answer a question that was asked of the actor, or of any supervisor; the ticket's new version."""
    words = _words(text, "answer")
    with _opened(store, _ticket_of(store, question_id), None, actor=actor, now=now, frozen=False) as at:
        asked = _still_open(at.session, question_id)
        if not may_answer(asked.asked_by, asked.to_person or None, actor):
            raise Rejected(f"This question is for {asked.to_person or 'a supervisor'}; write an internal note instead.")
        asked.state, asked.answer, asked.answered_by, asked.answered_at = "answered", words, actor.name, now
        at.ticket.unread_at = now
        at.note_down("question.answer", None, {"question": question_id, "value": asked.asked_by})
        ticket_id = at.ticket.id
    return _version(store, ticket_id)


def withdraw(store: Store, question_id: int, *, actor: Person, now: datetime) -> int:
    """Take one's own open question back; a supervisor may take back anybody's. The ticket's new version."""
    with _opened(store, _ticket_of(store, question_id), None, actor=actor, now=now, frozen=False) as at:
        asked = _still_open(at.session, question_id)
        if actor.name != asked.asked_by and not actor.is_supervisor:
            raise Rejected(f"Only {asked.asked_by} or a supervisor can take this question back.")
        asked.state = "withdrawn"
        at.note_down("question.withdraw", None, {"question": question_id})
        ticket_id = at.ticket.id
    return _version(store, ticket_id)


def look(store: Store, ticket_id: int, *, actor: Person, now: datetime) -> bool:
    """The actor has this ticket on screen: answers to their questions are seen. Whether there were any.

    Costs one read and nothing else where there were none.
    """
    with store.read() as session:
        if not questions.has_unseen(session, ticket_id, actor.name):
            return False
    with store.write() as session:
        seen = questions.look(session, ticket_id, actor.name, at=now)
        desk.rebuild(session, [ticket_id], now=now, actor=actor.name)
    return seen


def may_answer(asked_by: str, to: str | None, actor: Person) -> bool:
    """Whether a question is this person's to answer: asked of them, or they supervise; never their own."""
    return actor.name != asked_by and not actor.disabled and (actor.is_supervisor or actor.name == to)


def line_of(question: Question, card: Card) -> QuestionLine:
    """A question as it is shown."""
    return QuestionLine(
        id=question.id,
        ticket_id=question.ticket_id,
        state=question.state,
        asked_by=question.asked_by,
        asked_at=question.asked_at,
        to=question.to_person or None,
        question=question.question,
        answered_by=question.answered_by,
        answered_at=question.answered_at,
        answer=question.answer,
        subject=card.subject,
        buyer=card.buyer_name,
        marketplace=card.marketplace,
    )


def waiting_for(session: Session, actor: Person, *, limit: int) -> tuple[QuestionLine, ...]:
    """Questions that wait for the actor and answers that they have not seen, the oldest first; one statement."""
    found = questions.waiting_for(session, actor.name, supervises=actor.is_supervisor, limit=limit)
    return tuple(line_of(question, card) for question, card in found)


def _words(text: str, what: str) -> str:
    words = text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
    if not words:
        raise Rejected(f"The {what} is empty.")
    if len(words) > LONGEST:
        raise Rejected(f"The {what} has {len(words):,} characters; {LONGEST:,} are allowed.")
    return words


def _check_addressee(session: Session, actor: Person, to: str | None) -> None:
    if to is None:
        if not questions.somebody_else_supervises(session, actor.name):
            raise Rejected("There is no other supervisor here; choose whom to ask.")
    elif to == actor.name:
        raise Rejected("That is you; choose somebody else.")
    elif not ticket_work.is_working_here(session, to):
        raise Rejected(f"{to} does not work here; choose somebody else.")


def _take_over(at: Desk) -> None:
    if ticket_work.assign(at.session, at.ticket.id, at.actor.name, by=at.actor.name, at=at.now):
        at.note_down("assign", None, {"value": at.actor.name})


def _ticket_of(store: Store, question_id: int) -> int:
    with store.read() as session:
        found = questions.get(session, question_id)
    if found is None:
        raise Rejected("There is no such question.")
    return found.ticket_id


def _still_open(session: Session, question_id: int) -> Question:
    """Read after the ticket was locked, so that of two answers the second one is refused."""
    asked = questions.get(session, question_id)
    if asked is None or asked.state == "withdrawn":
        raise Rejected("This question was taken back.")
    if asked.state != "open":
        raise Rejected(f"{asked.answered_by} has answered already; write an internal note if there is more to say.")
    return asked
