"""Everything that needs a person, of every kind, in one statement: the first of each by due time, and how many."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from data import drafts, questions
from data.models.base import UtcDateTime
from data.models.batch_alarms import BatchAlarm
from data.models.cases import CaseCard
from data.models.derived import Card
from data.models.feedback_work import FeedbackCard
from data.models.followups import FollowupCard
from data.models.ledger import Lease, Reject
from data.models.meeting import MeetingDecision
from data.models.mirrored import Message
from data.models.ours import Assignee
from data.models.outgoing import Promise
from data.models.return_figures import ReturnCard
from data.models.teamwork import Question
from data.tickets import ASKING, OWED_BELOW

CAP = 1000
OLD_RETURN = timedelta(days=30)
"""A return that is late by more is not on the board: Amazon has decided it long ago."""
REMOVABLE_WITHIN = timedelta(days=14)
MINE, UNOWNED = "mine", "unowned"
NEGATIVE, UNDECIDED = 2, ("open", "refused")
# As the index has it, written out, so that the databases see that it serves.
OF_CLAIMS: ColumnElement[bool] = literal_column(
    "message.kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"
)
Query = Select[Any]


class Found(NamedTuple):
    """One thing. `id` is its row's, `day` a whole day that is its last; `n` how many it stands for.

    `what`, `more` and `who` are words of its kind: of a ticket its subject, preview and buyer. `claim`: 1 for a ticket
    that holds Amazon's notice of a claim about its order.
    """

    kind: str
    id: int | None
    account: str | None
    marketplace: str | None
    order_id: str | None
    owner: str | None
    due_at: datetime | None
    since: datetime | None
    day: date | None
    ticket_id: int | None
    what: str | None
    more: str | None
    who: str | None
    n: int | None
    claim: int | None


TYPES: Mapping[str, Any] = {
    "kind": Text(), "id": BigInteger(), "account": Text(), "marketplace": Text(), "order_id": Text(), "owner": Text(),
    "due_at": UtcDateTime(), "since": UtcDateTime(), "day": Date(), "ticket_id": BigInteger(), "what": Text(),
    "more": Text(), "who": Text(), "n": BigInteger(), "claim": BigInteger(),
}  # fmt: skip


class Asked(NamedTuple):
    """Who looks and when: `everybody` is "" for whoever answers what is asked of any supervisor, else their name.

    A sync process that gave a sign after `alive_after` (the real clock) is at work.
    """

    now: datetime
    actor: str
    everybody: str
    whose: str
    shift_end: datetime
    alive_after: datetime


def waiting(session: Session, asked: Asked, *, limit: int) -> tuple[list[Found], dict[str, int]]:
    """(the first `limit` of each kind by due time, how many of each kind up to CAP): one statement."""
    values = {
        "now": asked.now,
        "late_below": math.ceil(asked.now.timestamp()),
        "risk_below": math.floor(asked.shift_end.timestamp()) + 1,
        "actor": asked.actor,
        "everybody": asked.everybody,
        "old": asked.now - OLD_RETURN,
        "today": asked.now.date(),
        "soon": (asked.now + REMOVABLE_WITHIN).date(),
        "tomorrow": asked.now + timedelta(days=1),
        "alive_after": asked.alive_after,
        "page_size": limit,
    }
    found = [Found(*row) for row in session.execute(_statement(asked.whose), values)]
    counts = {row.what or "": row.n or 0 for row in found if row.kind == "count"}
    return [row for row in found if row.kind != "count"], counts


# Putting the statement together costs more than running it, so there is one for each answer to "whose".


@lru_cache(maxsize=3)
def _statement(whose: str) -> Any:
    kinds: dict[str, tuple[Query, tuple[Any, ...]]] = {
        name: (make(whose), order) for name, (make, order) in BRANCHES.items()
    }
    rows = [_first(query, order) for query, order in kinds.values()]
    counted = {name: query for name, (query, _) in kinds.items()} | _boxes(whose)
    return union_all(*rows, *(_count(name, query) for name, query in counted.items()))


def _first(query: Query, order: tuple[Any, ...]) -> Query:
    few = query.order_by(*order).limit(bindparam("page_size", type_=Integer)).subquery()
    return select(*few.c)


def _count(name: str, query: Query) -> Query:
    one: Any = literal_column("1").label("one")
    few = query.with_only_columns(one, maintain_column_froms=True).limit(CAP).subquery()
    return _line("count", what=literal_column(f"'{name}'"), n=select(func.count()).select_from(few).scalar_subquery())


def _line(kind: str, **columns: Any) -> Query:
    """A branch: the columns of Found by name, null where a kind has none."""
    # Only nothing needs a type: SQLite would make a number of a time that is cast to one.
    known = {"kind": literal_column(f"'{kind}'"), **columns}
    typed = {name: cast(null(), type_) for name, type_ in TYPES.items()} | known
    return select(*(typed[name].label(name) for name in TYPES))


def _bound(name: str, type_: Any) -> Any:
    return bindparam(name, type_=type_)


NOW, ACTOR = _bound("now", UtcDateTime()), _bound("actor", String)
LATE_BELOW, RISK_BELOW = _bound("late_below", BigInteger), _bound("risk_below", BigInteger)


def _owned(whose: str, owner: Any) -> tuple[ColumnElement[bool], ...]:
    return {MINE: (owner == ACTOR,), UNOWNED: (owner.is_(None),)}.get(whose, ())


def _my_tickets(whose: str) -> tuple[ColumnElement[bool], ...]:
    if whose != MINE:
        return _owned(whose, Card.owner)
    return (exists().where(Assignee.ticket_id == Card.ticket_id, Assignee.person == ACTOR),)


def _ticket(kind: str, *conditions: ColumnElement[bool], **more: Any) -> Query:
    columns = {
        "id": Card.ticket_id, "account": Card.account, "marketplace": Card.marketplace, "order_id": Card.order_id,
        "owner": Card.owner, "due_at": Card.due_at, "since": Card.last_at, "ticket_id": Card.ticket_id,
        "what": Card.subject, "more": Card.preview, "who": Card.buyer_name, "n": Card.waiting,
    }  # fmt: skip
    return _line(kind, **{**columns, **more}).where(*conditions)


def _holds_claim() -> Any:
    """1 if the ticket holds a notice of Amazon's about a claim; the index is over just these notices."""
    told: Query = select(func.min(literal_column("1"))).where(
        OF_CLAIMS, Message.account == Card.account, Message.order_id == Card.order_id,
        Message.ticket_id == Card.ticket_id,
    )  # fmt: skip
    return told.correlate(Card).scalar_subquery()


def _awake() -> ColumnElement[bool]:
    return or_(Card.snoozed_until.is_(None), Card.snoozed_until <= NOW)


def _messages(whose: str) -> Query:
    seen = or_(_awake(), Card.sort_key < LATE_BELOW)
    return _ticket("message", Card.sort_key < OWED_BELOW, seen, *_my_tickets(whose), claim=_holds_claim())


def _replies(whose: str) -> Query:
    return _ticket("reply", Card.outbox.in_(ASKING), *_my_tickets(whose), who=Card.outbox)


def _riddles(whose: str) -> Query:
    return _ticket("reply", Card.asks.is_not(None), *_my_tickets(whose), who=literal_column("'copy'"))


def _promises(whose: str) -> Query:
    query = _ticket("promise", drafts.is_open(), due_at=Promise.until, since=Promise.made_at, owner=Promise.by)
    return query.join(Card, Card.ticket_id == Promise.ticket_id).where(*_owned(whose, Promise.by))


def _questions(whose: str) -> Query:
    # A question waits for whoever looks, so it is theirs whatever they filter by; unless it was asked of one by name.
    everybody = _bound("everybody", String)
    mine = or_(questions.is_answerable_by(ACTOR, everybody), questions.is_answered_for(ACTOR))
    answered: Any = literal_column("case when question.state = 'answered' then 1 else 0 end")
    query = _ticket(
        "question", mine, id=Question.id, what=Question.question, more=Question.answer, n=answered,
        who=func.coalesce(Question.answered_by, Question.asked_by), owner=cast(null(), Text()),
        due_at=cast(null(), UtcDateTime()), since=func.coalesce(Question.answered_at, Question.asked_at),
    )  # fmt: skip
    query = query.join(Card, Card.ticket_id == Question.ticket_id)
    return query.where(Question.to_person == "") if whose == UNOWNED else query


def _cases(whose: str) -> Query:
    query = _line(
        "case", id=CaseCard.case_id, account=CaseCard.account, marketplace=CaseCard.marketplace,
        order_id=CaseCard.order_id, owner=CaseCard.owner, due_at=CaseCard.due_at, since=CaseCard.seen_at,
        what=CaseCard.kind, more=CaseCard.due_what,
    )  # fmt: skip
    appeal = (CaseCard.state == "option_to_appeal") & (CaseCard.due_at >= NOW)
    return query.where(or_(CaseCard.state == "action_required", appeal), *_owned(whose, CaseCard.owner))


def _returns(whose: str) -> Query:
    query = _line(
        "return", id=ReturnCard.id, account=ReturnCard.account, marketplace=ReturnCard.marketplace,
        order_id=ReturnCard.order_id, owner=ReturnCard.assignee, due_at=ReturnCard.due_at,
        since=ReturnCard.returned_at, what=ReturnCard.need,
    )  # fmt: skip
    return query.where(ReturnCard.due_at >= _bound("old", UtcDateTime()), *_owned(whose, ReturnCard.assignee))


def _feedback_line(kind: str, whose: str, *conditions: ColumnElement[bool]) -> Query:
    query = _line(
        kind, account=FeedbackCard.account, marketplace=FeedbackCard.marketplace, order_id=FeedbackCard.order_id,
        day=FeedbackCard.window_ends, ticket_id=FeedbackCard.ticket_id, n=FeedbackCard.rating, what=FeedbackCard.kind,
    )  # fmt: skip
    # Feedback has no owner: it is nobody's own.
    return query.where(*conditions, *((literal(False),) if whose == MINE else ()))


def _removable(whose: str) -> Query:
    ends = FeedbackCard.window_ends.between(_bound("today", Date()), _bound("soon", Date()))
    return _feedback_line("feedback", whose, FeedbackCard.state == "open", FeedbackCard.criterion.is_not(None), ends)


def _ratings(whose: str) -> Query:
    inside = FeedbackCard.window_ends >= _bound("today", Date())
    return _feedback_line("rating", whose, FeedbackCard.state.in_(UNDECIDED), FeedbackCard.rating <= NEGATIVE, inside)


def _followup(whose: str, *conditions: ColumnElement[bool]) -> Query:
    card = FollowupCard
    query = _line(
        "followup", id=card.id, account=card.account, marketplace=card.marketplace, order_id=card.order_id,
        owner=card.owner, due_at=card.due_at, since=NOW, what=card.kind, more=card.item, n=card.conflicts,
        ticket_id=card.ticket_id,
    )  # fmt: skip
    return query.where(*conditions, *_owned(whose, card.owner))


def _followups(whose: str) -> Query:
    awake = or_(FollowupCard.snoozed_until.is_(None), FollowupCard.snoozed_until <= NOW)
    return _followup(whose, FollowupCard.due_at < _bound("tomorrow", UtcDateTime()), awake)


def _conflicts(whose: str) -> Query:
    # As the index has it, so that SQLite sees that it serves.
    return _followup(whose, literal_column("followup_card.conflicts > 0"))


def _problems(whose: str) -> Query:
    is_mail = Reject.raw_mail_id.is_not(None).label("is_mail")
    opened = select(Reject.source, Reject.account, Reject.stream, is_mail, Reject.at).where(Reject.state == "open")
    few = opened.order_by(Reject.id.desc()).limit(CAP).subquery()
    query = _line("problem", account=few.c.account, what=few.c.source, more=few.c.stream, since=func.min(few.c.at),
                  n=func.count(), id=cast(few.c.is_mail, Integer))  # fmt: skip
    query = query.where(*((literal(False),) if whose == MINE else ()))
    return query.group_by(few.c.source, few.c.account, few.c.stream, few.c.is_mail)


def _decisions(whose: str) -> Query:
    row = MeetingDecision
    query = _line("decision", id=row.id, marketplace=row.scope, owner=row.owner, day=row.due_on, since=row.made_at,
                  what=row.text)  # fmt: skip
    return query.where(row.state == "open", row.due_on < _bound("today", Date()), *_owned(whose, row.owner))


def _batches(whose: str) -> Query:
    row = BatchAlarm
    query = _line("batch", id=row.id, account=row.account, since=row.raised_at, what=row.kind, more=row.sku, n=row.hits)
    return query.where(row.ended_at.is_(None), row.seen_at.is_(None), *((literal(False),) if whose == MINE else ()))


BRANCHES: Mapping[str, tuple[Callable[[str], Query], tuple[Any, ...]]] = {
    "messages": (_messages, (Card.sort_key, Card.ticket_id)),
    # By the columns of their own small indexes: SQLite would walk through all cards for any other order.
    "replies": (_replies, (Card.outbox,)),
    "riddles": (_riddles, (Card.asks,)),
    "promises": (_promises, (Promise.until, Promise.id)),
    "questions": (_questions, (Question.asked_at, Question.id)),
    "cases": (_cases, (CaseCard.sort_key, CaseCard.case_id)),
    "returns": (_returns, (ReturnCard.due_at, ReturnCard.id)),
    "removable": (_removable, (FeedbackCard.window_ends, FeedbackCard.order_id)),
    "ratings": (_ratings, (FeedbackCard.window_ends, FeedbackCard.order_id)),
    "followups": (_followups, (FollowupCard.due_at, FollowupCard.id)),
    "conflicts": (_conflicts, (FollowupCard.id,)),
    "decisions": (_decisions, (MeetingDecision.due_on, MeetingDecision.id)),
    "batches": (_batches, (BatchAlarm.id,)),
    "problems": (_problems, (literal_column("since"),)),
}


def _boxes(whose: str) -> dict[str, Query]:
    """What is only counted, as the Inbox's boxes of the same names hold it; and whether a sync process is at work."""
    owed, alive = Card.sort_key < OWED_BELOW, _bound("alive_after", UtcDateTime())
    in_shift = (Card.sort_key >= LATE_BELOW, Card.sort_key < RISK_BELOW, _awake())
    return {
        "late": _ticket("count", Card.sort_key < LATE_BELOW, *_my_tickets(whose)),
        "risk": _ticket("count", *in_shift, *_my_tickets(whose)),
        "unassigned": _ticket("count", owed, Card.owner.is_(None), _awake()),
        "working": select(Lease.name).where(Lease.name == "sync", Lease.renewed_at > alive),
    }
