"""The clock in SQL says what the rule says, and names the cards that do not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, insert, update
from sqlalchemy.orm import Session

from data import clock as twin
from data.models import Base
from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.ours import Mark
from services.rules import clock
from services.rules.clock import Asked, Reply, Verdict
from tests.services.rules.clock_oracle import (
    DAY,
    Event,
    last_state,
    moment,
    thread,
    without_second_marks,
)

IMPORTED = datetime(2029, 1, 1, tzinfo=UTC)
T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Facts:
    """Message and mark rows of many tickets, in an order of import that has nothing to do with their times."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []

    def message(self, ticket_id: int | None, at: datetime, direction: str, id_: int, **more: Any) -> None:
        starts = direction == "buyer"
        kinds = {"buyer": "buyer_message", "agent": "reply_confirmation", "amazon": "order_notice"}
        plain = {
            "id": id_,
            "account": "acme",
            "key": f"i:{id_}",
            "ticket_id": ticket_id,
            "kind": kinds.get(direction, "buyer_message"),
            "direction": direction,
            "starts_clock": starts,
            "before_horizon": False,
            "sent_at": at,
            "imported_at": IMPORTED,
            "content_hash": str(id_),
        }
        self.messages.append(plain | more)

    def mark(self, ticket_id: int, message_id: int, kind: str, at: datetime, undone: bool = False) -> None:
        self.marks.append(
            {
                "ticket_id": ticket_id,
                "message_id": message_id,
                "message_key": f"i:{message_id}",
                "kind": kind,
                "at": at,
                "by": "Ana",
                "made_at": IMPORTED,
                "undone_at": IMPORTED if undone else None,
            }
        )

    def thread(self, r: random.Random, ticket_id: int, events: list[Event]) -> None:
        """Store what happened, and beside it what must not matter: notices, automatic replies, undone marks."""
        asked = [event.id for event in events if event.what == "asked"]
        waived = {event.id for event in events if event.what == "waived"}
        unmarked = list(asked)
        for n, event in enumerate(events):
            at, id_ = moment(event.at), ticket_id * 100 + 20 + n
            if event.what == "asked":
                self.message(ticket_id, at, "buyer", event.id, before_horizon=event.hidden)
            elif event.what == "waived":
                self.mark(ticket_id, event.id, "no_response_needed", at)
            elif event.what == "auto":
                self.message(ticket_id, at, "automatic", id_)
            elif unmarked and r.random() < 0.4:
                self.mark(ticket_id, unmarked.pop(), "answered", at)
            else:
                self.message(ticket_id, at, "agent", id_)
        if asked and r.random() < 0.3:
            later = moment(max(event.at for event in events) + 1)
            self.message(ticket_id, later, "amazon", ticket_id * 100 + 40)
            self.message(None, later, "agent", ticket_id * 100 + 41)
            if unmarked:
                self.mark(ticket_id, unmarked[0], "answered", later, undone=True)
            if asked[0] not in waived:
                self.mark(ticket_id, asked[0], "no_response_needed", later, undone=True)

    def store(self, engine: Engine, r: random.Random) -> None:
        r.shuffle(self.messages)
        with engine.begin() as connection:
            connection.execute(insert(Message), self.messages)
            if self.marks:
                connection.execute(insert(Mark), self.marks)


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def judged(events: list[Event]) -> tuple[Verdict, ...]:
    asked = [Asked(e.id, moment(e.at), e.hidden) for e in events if e.what == "asked"]
    replies = [Reply(moment(e.at), e.by, e.what == "auto") for e in events if e.what in ("replied", "auto")]
    return clock.judge(asked, replies, {e.id: moment(e.at) for e in events if e.what == "waived"})


def filled(engine: Engine, n: int, seed: int) -> dict[int, list[Event]]:
    """Store `n` generated threads; their events by ticket id."""
    r = random.Random(seed)
    threads = {id_: without_second_marks(thread(r, first_id=id_ * 100)) for id_ in range(1, n + 1)}
    facts = Facts()
    for ticket_id, events in threads.items():
        facts.thread(r, ticket_id, events)
    facts.store(engine, r)
    return threads


def agrees(engine: Engine, threads: dict[int, list[Event]]) -> None:
    verdicts = {id_: judged(events) for id_, events in threads.items()}
    by_rule = {
        (id_, v.id, v.answered_at, v.answered_by, v.hidden) for id_, vs in verdicts.items() for v in vs
    }
    owed = {id_: since for id_, vs in verdicts.items() if (since := clock.awaiting_since(vs))}
    with Session(engine) as session:
        rows = session.execute(twin.verdicts()).all()
        by_sql = {(x.ticket_id, x.message_id, x.answered_at, x.answered_by, x.hidden) for x in rows}
        assert len(by_sql) == len(rows)
        assert by_sql == by_rule
        assert dict(session.execute(twin.awaiting()).all()) == owed
    notes = {id_: last_state(events).oldest() for id_, events in threads.items()}
    assert {id_: moment(oldest) for id_, oldest in notes.items() if oldest is not None} == owed
    kinds = {answered_by for _, _, _, answered_by, _ in by_sql}
    assert kinds == {"reply", "no_response_needed", None}


def test_twenty_thousand_threads_are_judged_alike_in_sql_and_by_the_rule(engine):
    agrees(engine, filled(engine, 20_000, seed=29))


@pytest.mark.servers
def test_postgresql_judges_as_the_rule_does(postgres_url):
    engine = create_engine(postgres_url)
    Base.metadata.create_all(engine)
    threads = filled(engine, 2_000, seed=31)
    agrees(engine, threads)
    cached(engine, threads)
    with Session(engine) as session:
        assert twin.drift(session) == []
        session.execute(update(Card).where(Card.ticket_id == 7).values(awaiting_since=T0, due_at=T0))
        assert {found.ticket_id for found in twin.drift(session)} == {7}
    engine.dispose()


def card(ticket_id: int, since: datetime | None) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "account": "acme",
        "subject": "",
        "type": "Other",
        "kind": "buyer_message",
        "status": "new" if since else "pending",
        "opened_at": T0,
        "awaiting_since": since,
        "due_at": clock.due_at(since),
        "last_at": T0,
        "sort_key": 0,
        "version": 1,
    }


def response(ticket_id: int, v: Verdict) -> dict[str, Any]:
    return {
        "message_id": v.id,
        "ticket_id": ticket_id,
        "account": "acme",
        "kind": "buyer_message",
        "sent_at": v.sent_at,
        "answered_at": v.answered_at,
        "answered_by": v.answered_by,
        "hidden": v.hidden,
    }


def cached(engine: Engine, threads: dict[int, list[Event]]) -> None:
    """Cards and responses as the rule makes them."""
    verdicts = {id_: judged(events) for id_, events in threads.items()}
    cards = [card(id_, clock.awaiting_since(vs)) for id_, vs in verdicts.items()]
    responses = [response(id_, v) for id_, vs in verdicts.items() for v in vs]
    with engine.begin() as connection:
        connection.execute(insert(Card), cards)
        connection.execute(insert(Response), responses)


def test_caches_made_by_the_rule_do_not_drift(engine):
    cached(engine, filled(engine, 2_000, seed=37))
    with Session(engine) as session:
        assert twin.drift(session) == []


@pytest.fixture
def small(engine):
    """Ticket 1 is owed an answer; ticket 2 got one; ticket 3 is a notice."""
    facts = Facts()
    facts.message(1, T0, "buyer", 11)
    facts.message(2, T0, "buyer", 21)
    facts.message(2, T0 + HOUR, "agent", 22)
    facts.message(3, T0, "amazon", 31)
    facts.store(engine, random.Random(0))
    at = int(T0.timestamp())
    cached(
        engine,
        {
            1: [Event(at, "asked", 11)],
            2: [Event(at, "asked", 21), Event(at + 3600, "replied")],
            3: [],
        },
    )
    with Session(engine) as session:
        assert twin.drift(session) == []
        yield session


@pytest.mark.parametrize(
    ("ticket_id", "values", "what"),
    [
        (1, {"awaiting_since": None, "due_at": None}, ["awaiting_since"]),
        (1, {"awaiting_since": T0 + HOUR, "due_at": T0 + 25 * HOUR}, ["awaiting_since"]),
        (1, {"due_at": T0 + timedelta(seconds=DAY + 1)}, ["due_at"]),
        (1, {"due_at": None}, ["due_at"]),
        (2, {"awaiting_since": T0, "due_at": T0 + 24 * HOUR}, ["awaiting_since"]),
        (3, {"due_at": T0}, ["due_at"]),
    ],
)
def test_a_card_that_differs_is_named(small, ticket_id, values, what):
    small.execute(update(Card).where(Card.ticket_id == ticket_id).values(**values))
    assert [(found.ticket_id, found.what) for found in twin.drift(small)] == [
        (ticket_id, one) for one in what
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"answered_at": None, "answered_by": None},
        {"answered_at": T0 + 2 * HOUR},
        {"answered_by": "no_response_needed"},
        {"sent_at": T0 - HOUR},
        {"hidden": True},
        {"ticket_id": 3},
        {"hidden": True, "answered_at": T0 + 3 * HOUR},
    ],
)
def test_a_response_that_differs_is_named(small, values):
    small.execute(update(Response).where(Response.message_id == 21).values(**values))
    found = twin.drift(small)
    assert {one.ticket_id for one in found} == {2}
    assert {one.what for one in found} == {f"{name} of message 21" for name in values}


def test_missing_and_stray_rows_are_named(small):
    small.delete(small.get(Card, 3))
    small.delete(small.get(Response, 21))
    small.add(Response(**response(3, Verdict(31, T0, None, None, None, False))))
    small.flush()
    assert [str(found) for found in twin.drift(small)] == [
        "ticket 3: card is missing, the facts say a ticket with messages",
        "ticket 2: response to message 21 is missing, the facts say it started a clock",
        "ticket 3: response to message 31 is present, the facts say a message that starts no clock",
    ]


def test_the_list_of_drift_is_as_short_as_asked_for(small):
    small.execute(update(Card).values(due_at=T0))
    assert len(twin.drift(small, limit=2)) == 2
