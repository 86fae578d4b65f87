"""Ten thousand writes into a sheet in which people edit, sort, insert and delete all the while: nothing is lost.

People's edits fall before a write, between any two of its calls, and into the one round trip between our last look and
the write (in up to two writes of each run); there only the very cell that is being written is left alone, since Google
knows no compare-and-set.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from data import sheet_writes
from data.models.sheets import SheetWrite
from data.store import Store
from tests import sheets
from tests.servers.sheets import shown
from tests.sheets import HEADINGS, Desk, desk, frozen, order

WRITES = 10_000
OWN = {"contacted": 3, "date": 4, "agent": 5, "note": 6}
CELLS = (*OWN.values(), 7)
"""What people type into: our columns and one that is none of ours."""


@dataclass
class People:
    """Random people at work in a sheet whose rows each have an order id of their own; they remember what they did."""

    desk: Desk
    chance: random.Random
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    n: int = 0

    @property
    def rows(self) -> list[list[object]]:
        return self.desk.book.tab().rows

    def work(self, times: int, *, not_in: frozenset[tuple[str, str]] = frozenset()) -> None:
        for _ in range(times):
            self.chance.choice((self.edit, self.edit, self.edit, self.sort, self.insert, self.delete, self.move))(
                not_in
            )
        if self.chance.random() < 0.03 and not not_in and len(self.rows[0]) < 12:
            self.desk.book.tab().insert_column(self.chance.randrange(8), f"Extra {self.n}")
        self.n += 1

    def column(self, heading: str) -> int:
        return [shown(cell) for cell in self.rows[0]].index(heading)

    def text(self, row: list[object], heading: str) -> str:
        at = self.column(heading)
        return shown(row[at]) if at < len(row) else ""

    def edit(self, not_in: frozenset[tuple[str, str]]) -> None:
        at = self.chance.randrange(1, len(self.rows))
        who = self.text(self.rows[at], "Order ID")
        heading = self.chance.choice((*HEADINGS[3:], "Problem"))
        if (who, heading) in not_in or not who:
            return
        self.n += 1
        # What is typed into another row within the round trip must be told from a text of ours that went astray.
        text = f"typed {self.n}" if not_in else self.chance.choice((f"typed {self.n}", "", "yes"))
        self.desk.book.tab().put(at, self.column(heading), text)
        self.typed[who, heading] = text

    def sort(self, _: object) -> None:
        self.desk.book.tab().sort(self.column(self.chance.choice(HEADINGS)), backwards=self.chance.random() < 0.5)

    def move(self, _: object) -> None:
        row = self.rows.pop(self.chance.randrange(1, len(self.rows)))
        self.rows.insert(self.chance.randrange(1, len(self.rows) + 1), row)

    def insert(self, _: object) -> None:
        self.n += 1
        who = order(self.n % 10_000)
        if any(self.text(row, "Order ID") == who for row in self.rows) or who in self.gone:
            return
        row: list[object] = [""] * len(self.rows[0])
        row[self.column("Order ID")], row[self.column("Item")] = who, "Cup"
        blank = self.chance.random() < 0.3
        self.rows.insert(self.chance.randrange(1, len(self.rows) + 1), [] if blank else row)
        self.new |= set() if blank else {who}

    def delete(self, _: object) -> None:
        if len(self.rows) > 60:
            row = self.rows.pop(self.chance.randrange(1, len(self.rows)))
            self.gone.add(self.text(row, "Order ID"))

    def table(self) -> dict[str, dict[str, str]]:
        """{order id: {heading: text}}; fails if an order stands there twice."""
        headings = [shown(cell) for cell in self.rows[0]]
        found = [dict(zip(headings, map(shown, row), strict=False)) for row in self.rows[1:]]
        named = [row for row in found if any(row.values())]
        assert max(Counter(row.get("Order ID", "") for row in named).values()) == 1
        return {row.get("Order ID", ""): row for row in named}


def test_ten_thousand_writes_among_people_at_work_lose_no_edit_and_double_no_row(store: Store, tmp_path: Path) -> None:
    chance = random.Random(20261122)
    rows = [sheets.line(9000 + n, "", "", "", "", "") for n in range(80)]
    with frozen():
        it = desk(store, tmp_path, [[*HEADINGS, "Problem"], *rows])
        done: Counter[str] = Counter()
        while sum(done.values()) < WRITES:
            one_round(it, chance, done)
    assert it.google.throttled == 0
    assert it.google.modes == {"RAW"}
    assert done["done"] > 0.8 * WRITES
    assert min(done["conflict"], done["row_gone"]) > 0.005 * WRITES


def one_round(it: Desk, chance: random.Random, done: Counter[str]) -> None:
    """Read, decide about many cells, and write them while people are at work; then hold every cell against the two."""
    people = People(it, chance, n=sum(done.values()))
    people.table()
    assert it.sync().state == "ok"
    before = people.table()
    ours = decide(it, chance)
    people.typed.clear()
    people.work(chance.randrange(60))
    it.google.before_read = lambda: people.work(chance.random() < 0.2)
    moves = iter((chance.choice((0, 1)), chance.choice((0, 0, 1))))
    it.google.before_write = lambda cells: people.work(next(moves, 0), not_in=being_written(people, cells))
    outcome = it.sync()
    it.google.before_read = it.google.before_write = None
    assert outcome.state in ("ok", "retry"), outcome
    while outcome.state == "retry":
        outcome = it.sync()
    check(people, before, ours)
    last = {(write.row_key, write.role): write for write in it.writes()[-len(ours) :]}
    assert len(last) == len(ours)
    done.update(write.state for write in last.values())


def decide(it: Desk, chance: random.Random) -> dict[tuple[str, str], str]:
    """Queue texts for most of all cells of ours; {(order id, heading): text}."""
    found: dict[tuple[str, str], str] = {}
    rows = it.rows()
    with it.store.write() as session:
        # As `sheet_writes.queue` does for one row; here for thousands in one statement.
        session.execute(update(SheetWrite).where(SheetWrite.state.in_(sheet_writes.OPEN)).values(state="withdrawn"))
        for row in rows:
            values = {role: f"ours {chance.random()}" for role in OWN if chance.random() < 0.8}
            made = [sheet_writes._cell(row, role, ours, None) for role, ours in values.items()]
            session.add_all(write for write in made if write is not None)
            found |= {(str(row.order_id), HEADINGS[OWN[role]]): text for role, text in values.items()}
        for write in session.new:
            write.by, write.queued_at = "Ana", sheets.NOW
    return found


def being_written(people: People, cells: list[tuple[int, int]]) -> frozenset[tuple[str, str]]:
    headings = [shown(cell) for cell in people.rows[0]]
    return frozenset(
        (people.text(people.rows[row], "Order ID"), headings[column]) for row, column in cells if row < len(people.rows)
    )


def check(people: People, before: dict[str, dict[str, str]], ours: dict[tuple[str, str], str]) -> None:
    after = people.table()
    assert set(after) ^ ((set(before) | people.new) - people.gone) == set()
    for who, row in after.items():
        for heading in (*HEADINGS, "Problem"):
            text = row.get(heading, "")
            was = before.get(who, {}).get(heading, "")
            mine, typed = ours.get((who, heading), was), people.typed.get((who, heading))
            if typed is None:
                assert who not in before or text == mine, (who, heading)
            else:
                # Who types what stood there anyway has changed nothing.
                assert text == typed or (typed == was and text == mine), (who, heading)
