"""Indexes that are put aside for a first large load: when, and that they always come back."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.schema import CreateIndex

from data import aside, return_cards
from data.models.return_figures import ReturnCard
from data.store import Store, table_of
from services.returns import keep
from services.sync import rows
from tests.desks import NOW
from tests.returned import fba, put

CARDS = table_of(ReturnCard)
ALL = {index.name for index in CARDS.indexes}
DEAR = {index.name for index in CARDS.indexes if index.info.get("dear")}


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "MANY", 20)


def load(store: Store, first: int, n: int) -> None:
    with store.write() as session:
        rows.store(session, [fba(each, NOW) for each in range(first, first + n)], NOW)


def there(store: Store) -> set[str]:
    return {str(index["name"]) for index in inspect(store.engines[1]).get_indexes("return_card")}


def test_a_first_large_load_does_without_the_dear_indexes_until_it_has_ended(store: Store) -> None:
    load(store, 1, 30)
    assert there(store) == ALL - DEAR
    load(store, 31, 30)
    keep.recount(store)
    assert there(store) == ALL
    with store.read() as session:
        assert len(session.scalars(select(ReturnCard.id).where(ReturnCard.key == "LPN00000042")).all()) == 1


def test_after_a_crash_in_the_middle_the_next_count_makes_what_is_missing(store: Store) -> None:
    load(store, 1, 30)
    with store.write() as session:
        # One was made already when the lights went out.
        session.execute(CreateIndex(next(index for index in CARDS.indexes if index.name in DEAR)))
    assert return_cards.make_indexes(store) == len(DEAR) - 1
    assert return_cards.make_indexes(store) == 0
    assert there(store) == ALL


def test_few_rows_and_a_table_that_has_some_keep_their_indexes(store: Store) -> None:
    put(store, fba(1, NOW))
    load(store, 2, 60)
    assert there(store) == ALL


def test_a_load_that_is_rolled_back_leaves_the_indexes_as_they_were(store: Store) -> None:
    def load_and_fail() -> None:
        with store.write() as session:
            rows.store(session, [fba(each, NOW) for each in range(1, 40)], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_and_fail()
    assert there(store) == ALL


def test_the_usual_memory_is_given_back_to_the_writer(store: Store) -> None:
    load(store, 1, 30)
    keep.recount(store)
    with store.write() as session:
        raw = session.connection().exec_driver_sql
        assert (raw("pragma cache_size").scalar(), raw("pragma temp_store").scalar()) == (-32000, 2)
