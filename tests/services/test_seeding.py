"""A synthetic store holds what the desk itself would have written."""

from datetime import datetime

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from data import clock, counts
from data.models.derived import Card, CardCount, Response
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.ours import Ticket
from data.store import Store
from services import desk, seeding
from services.inbox.conversation import conversation
from services.inbox.queue import queue
from services.inbox.shapes import Filters
from services.people import Person


def rows(session: Session, table: type[Card] | type[Response] | type[CardCount]) -> list[tuple[object, ...]]:
    columns = table.__table__.c
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns[:3]))]


def test_the_desk_finds_nothing_to_change(store: Store, now: datetime) -> None:
    seeding.fill(store, 300, seed=3, now=now)
    with store.write() as session:
        before = [rows(session, table) for table in (Card, Response, CardCount)]
        desk.rebuild(session, range(1, 301), now=now)
        assert [rows(session, table) for table in (Card, Response, CardCount)] == before
        assert session.scalar(select(func.count()).select_from(Activity)) == 0
        assert clock.drift(session) == []


def test_it_is_the_same_on_both_databases(every_store: Store, now: datetime) -> None:
    assert seeding.fill(every_store, 40, seed=3, now=now) == 40
    with every_store.read() as session:
        assert clock.drift(session) == []
        assert session.scalar(select(func.count()).select_from(Card)) == 40
    with every_store.write() as session:
        session.add(Ticket(account="example-us", key="m:next", opened_at=now))
        session.flush()
        assert session.scalar(select(func.max(Ticket.id))) == 41


def test_the_same_seed_gives_the_same_tickets_and_another_gives_others(store: Store, now: datetime) -> None:
    def texts() -> list[str]:
        with store.write() as session:
            found = list(session.scalars(select(Message.text).order_by(Message.id)))
            for table in ("assignee", "ticket", "card", "message", "response", "thread_key", "mark", "raw_mail"):
                session.execute(text(f"delete from {table}"))
        return found

    seeding.fill(store, 20, seed=3, now=now)
    first = texts()
    seeding.fill(store, 20, seed=3, now=now)
    second = texts()
    seeding.fill(store, 20, seed=4, now=now)
    assert first == second != texts()


def test_about_two_of_a_hundred_are_owed_an_answer_and_never_more_than_the_most(
    store: Store, now: datetime, monkeypatch
) -> None:
    monkeypatch.setattr(seeding, "MOST_OWED", 7)
    for tickets, owed in ((200, 4), (600, 4 + 7)):
        seeding.fill(store, tickets, seed=1, now=now)
        with store.read() as session:
            assert session.scalar(select(func.count(Card.due_at))) == owed
            statuses = counts.by_status(session)
    assert statuses["new"] + statuses["open"] == 11
    assert statuses["solved"] > statuses["closed"] > 100


def test_more_can_be_added_and_both_parts_are_found_by_their_words(store: Store, now: datetime) -> None:
    actor = Person("Ben", "agent", False, None)
    for tickets in (50, 20):
        seeding.fill(store, tickets, seed=1, now=now)
    with store.read() as session:
        words = {
            row.ticket_id: row.text.split("\n")[1]
            for row in session.scalars(select(Message).where(Message.ticket_id.in_([1, 60])))
        }
    for ticket_id, sentence in words.items():
        found = queue(store, Filters(text=sentence), now=now, actor=actor)
        assert ticket_id in [row.id for row in found.rows]
        seen = conversation(store, ticket_id, now=now)
        assert seen is not None
        assert sentence in "\n".join(entry.text for entry in seen.entries)


def test_indexes_and_triggers_are_all_there_afterwards(store: Store, now: datetime) -> None:
    def present() -> list[tuple[str, str, str]]:
        with store.read() as session:
            found = session.execute(text("select type, name, coalesce(sql, '') from sqlite_master order by 1, 2"))
            return [(row[0], row[1], row[2]) for row in found]

    before = present()
    seeding.fill(store, 30, seed=1, now=now)
    assert present() == before
    assert inspect(store.engines[0]).get_indexes("card")


def test_a_fill_that_breaks_leaves_the_store_as_it_was(store: Store, now: datetime, monkeypatch) -> None:
    class Broken(Exception):
        pass

    def break_off(*_: object) -> None:
        raise Broken

    monkeypatch.setattr(counts, "apply", break_off)
    with pytest.raises(Broken):
        seeding.fill(store, 30, seed=1, now=now)
    monkeypatch.undo()
    seeding.fill(store, 10, seed=1, now=now)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Card)) == 10
        assert session.scalar(text("select count(*) from sqlite_master where type = 'trigger'")) == 3
