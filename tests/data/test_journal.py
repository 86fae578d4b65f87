"""The activity log is a chain: whatever is changed in it afterwards is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from data import journal
from data.journal import Entry
from data.store import Store

AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


def filled(store: Store, n: int = 6) -> None:
    with store.write() as session:
        for k in range(n):
            entry = Entry(
                AT + timedelta(minutes=k), "Ana", "note.add", f"ticket:{k % 2}", None, {"n": k, "ü": ["x"]}, k == 1
            )
            journal.append(session, entry)


def broken(store: Store) -> tuple[int, int | None]:
    with store.read() as session:
        return journal.first_broken(session)


def test_an_untouched_chain_holds_and_an_empty_one_too(every_store: Store) -> None:
    assert broken(every_store) == (0, None)
    filled(every_store)
    assert broken(every_store) == (6, None)


@pytest.mark.parametrize(
    ("tampering", "first"),
    [
        ("update activity set actor = 'Ben' where id = 3", 3),
        ("update activity set object = 'ticket:9' where id = 1", 1),
        ("update activity set after = '{\"n\": 9}' where id = 4", 4),
        ("update activity set before = '{}' where id = 4", 4),
        ("update activity set within_24h = null where id = 2", 2),
        ("update activity set at = '2026-11-22 09:01:00' where id = 2", 2),
        ("update activity set hash = 'x' where id = 5", 5),
        ("delete from activity where id = 3", 4),
        ("delete from activity where id = 1", 2),
        ("delete from activity where id = 6", 6),
        ("delete from activity", 1),
        ("delete from chain_head", 7),
    ],
)
def test_whatever_is_changed_afterwards_is_found(store: Store, tampering: str, first: int) -> None:
    filled(store)
    with store.write() as session:
        session.execute(text(tampering))
    assert broken(store)[1] == first


def test_two_entries_that_swapped_places_are_found(store: Store) -> None:
    filled(store)
    with store.write() as session:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            session.execute(text(f"update activity set id = {new} where id = {old}"))
    assert broken(store)[1] == 3


def test_an_entry_counts_in_whatever_zone_its_time_was_given(every_store: Store) -> None:
    with every_store.write() as session:
        journal.append(session, Entry(AT.astimezone(timezone(timedelta(hours=9))), "Ana", "x", "ticket:1"))
    assert broken(every_store) == (1, None)


def test_what_failed_leaves_no_entry(every_store: Store) -> None:
    filled(every_store, 2)

    def fail() -> None:
        with every_store.write() as session:
            journal.append(session, Entry(AT, "Ana", "x", "ticket:1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    filled(every_store, 2)
    assert broken(every_store) == (4, None)


def test_entries_of_one_object_come_newest_first(store: Store) -> None:
    filled(store)
    with store.read() as session:
        assert [row.after["n"] for row in journal.of_object(session, "ticket:0", limit=2) if row.after] == [4, 2]
