"""The queue's queries: beside raw sqlite3 with the same statements, and in a large store beside a small one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bench.measure import Result, against, at_most, compare
from bench.stores import NOW, opened
from data import counts, tickets
from data.models.derived import Card
from data.store import Store
from data.tickets import Wanted
from services.inbox.conversation import conversation
from services.inbox.queue import LIVE_BOXES

PAGE = 50
ORDER_MS, WORDS_MS = 20, 200
SIZE_GOAL, RAW_GOAL = 1.3, 3.0
FEW_ROWS = ("counts of one marketplace", "search by order id", "conversation")
"""Beside a raw look-up of a few rows only the fixed cost of any SQLAlchemy statement would be measured."""


@dataclass(frozen=True)
class Sample:
    """A ticket in the middle of the solved ones: what searches look for."""

    ticket_id: int
    order_id: str
    buyer: str


class Desk:
    """One seeded store with the work that the benches let it do."""

    def __init__(self, file: Path) -> None:
        self.store: Store = opened(file)
        self.session = Session(self.store.engines[0])
        self.raw = sqlite3.connect(file)
        self.raw.execute("pragma cache_size=-32000")
        self.raw.execute("pragma temp_store=memory")
        self.sample = self._sample()

    def page(self, **wanted: Any) -> Callable[[], object]:
        """One page of the queue."""
        narrowed = self._wanted(**wanted)
        return lambda: tickets.page(self.session, narrowed, after=None, backwards=False, limit=PAGE)

    def counts(self, **wanted: Any) -> Callable[[], object]:
        """The numbers beside the boxes."""
        narrowed = self._wanted(**wanted)

        def work() -> None:
            tickets.box_counts(self.session, narrowed, LIVE_BOXES)
            counts.by_status(self.session)

        return work

    def conversation(self) -> Callable[[], object]:
        """A ticket with all that stands beside it."""
        return lambda: conversation(self.store, self.sample.ticket_id, now=NOW)

    def same_in_raw(self, work: Callable[[], object]) -> Callable[[], object]:
        """The statements of some work as bare sqlite3 calls that fetch every row."""
        with self._listening() as statements:
            work()

        def bare() -> None:
            for statement, parameters in statements:
                self.raw.execute(statement, parameters).fetchall()

        return bare

    @contextmanager
    def _listening(self) -> Iterator[list[tuple[str, Any]]]:
        heard: list[tuple[str, Any]] = []

        def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
            if not statement.startswith("BEGIN"):
                heard.append((statement, parameters))

        engine = self.store.engines[0]
        event.listen(engine, "before_cursor_execute", hear)
        yield heard
        event.remove(engine, "before_cursor_execute", hear)

    def _wanted(self, **wanted: Any) -> Wanted:
        return Wanted(now=NOW, actor="Ben", risk_until=NOW + timedelta(hours=4), **wanted)

    def _sample(self) -> Sample:
        solved = select(Card).where(Card.status == "solved", Card.order_id.is_not(None), Card.waiting == 0)
        card = self.session.scalars(solved.order_by(Card.sort_key).limit(1).offset(500)).one()
        return Sample(card.ticket_id, card.order_id or "", card.buyer_name or "")


def results(small: Path, large: Path, sizes: tuple[str, str]) -> Iterator[Result]:
    """All rows about queries; `sizes` are the two stores' names."""
    few, many = Desk(small), Desk(large)
    for name, make in _works().items():
        work = make(many)
        if name not in FEW_ROWS:
            bare = many.same_in_raw(work)
            yield against(f"{name}, {sizes[1]}", work, bare, goal=RAW_GOAL, limit_name="raw sqlite3, same statements")
        value, floor = compare(work, make(few), times=200)
        yield Result(f"{name}, {sizes[1]} against {sizes[0]}", value * 1e3, floor * 1e3, SIZE_GOAL, "ms CPU", sizes[0])
    for name, words in _searches(many).items():
        limit = ORDER_MS if "order id" in name else WORDS_MS
        yield at_most(f"search: {name}, {sizes[1]}", many.page(box="all", text=words), limit, times=20)


def _works() -> dict[str, Callable[[Desk], Callable[[], object]]]:
    return {
        "inbox page of 50, to answer": lambda desk: desk.page(),
        "inbox page of 50, solved": lambda desk: desk.page(box="solved"),
        "inbox page of 50, all of one marketplace": lambda desk: desk.page(box="all", marketplace="JP"),
        "counts": lambda desk: desk.counts(),
        "counts of one marketplace": lambda desk: desk.counts(marketplace="DE"),
        "search by a word": lambda desk: desk.page(box="all", text="parcel"),
        "search by order id": lambda desk: desk.page(box="all", text=desk.sample.order_id),
        "conversation": lambda desk: desk.conversation(),
    }


def _searches(desk: Desk) -> dict[str, str]:
    return {
        "order id": desk.sample.order_id,
        "order id that is not there": "111-1111111-1111111",
        "part of an order id": desk.sample.order_id[4:11],
        "a common word": "parcel",
        "a buyer's name": desk.sample.buyer,
        "Japanese": "返金を",
        "Japanese, two characters": "返金",
        "nothing": "zqxwvzqxwv",
    }
