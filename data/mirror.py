"""Stores rows of Amazon's under their natural keys: what is new, what has changed, and what says nothing new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from data import bulk
from data.listed import among
from data.models.base import Base
from data.store import table_of, upsert

Values = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Target:
    """A table for rows of Amazon's.

    `key` are its primary key columns, the account first; the second narrows down what is looked up. `is_older(stored,
    row)` is true for a row that may only fill gaps; `always` are columns written with every sighting, which is no
    change.
    """

    model: type[Base]
    key: tuple[str, ...]
    is_older: Callable[[Values, Values], bool] = lambda stored, row: False  # noqa: ARG005
    always: tuple[str, ...] = ()


@dataclass
class Stored:
    """What storing some rows did: how many are `new`, and (before, after) of each that is different now.

    `news` are the rows that are new or different, each key once; `exact`: they are as they stand in the store now,
    which they are not (and some of them say nothing new) where only a part of the rows was new.
    """

    new: int
    changed: Sequence[tuple[Values, Values]]
    news: Sequence[Values] = ()
    exact: bool = True

    @property
    def only_new(self) -> bool:
        """Whether none of these rows was there before."""
        return self.exact and self.new == len(self.news)


STORING_LOCK = 0x57323402
"""Any number that nothing else locks."""


def one_at_a_time(session: Session) -> None:
    """Let no other transaction store rows until this one ends: they overlap in any order, and read before they write.

    SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": STORING_LOCK})


def by_time(column: str) -> Callable[[Values, Values], bool]:
    """Older is what has an earlier time in this column."""

    def is_older(stored: Values, row: Values) -> bool:
        before, now = stored.get(column), row.get(column)
        return before is not None and now is not None and now < before

    return is_older


def store(session: Session, target: Target, rows: Sequence[Values], now: datetime) -> Stored:
    """Insert and update rows; None in a row says nothing and overwrites nothing. Four statements at most.

    What is there already is looked up only if something is: a first import then costs one statement.
    """
    merged = _by_key(target, rows)
    before = _last_row(session, target)
    stamps = dict.fromkeys(("first_seen_at", "read_at", *target.always), now)
    whole = _alike(list(merged.values()))
    new = bulk.add_new(session, target.model, whole, same=stamps)
    if new == len(merged):
        return Stored(new, (), whole)
    changed, seen = _laid_over(target, _known(session, target, merged, before), merged, now)
    upsert(session, target.model, seen, key=target.key)
    if new:
        return Stored(new, changed, whole, exact=False)
    return Stored(new, changed, [after for _, after in changed])


def _laid_over(
    target: Target, known: Mapping[Key, Values], merged: Mapping[Key, Values], now: datetime
) -> tuple[list[tuple[Values, Values]], list[Values]]:
    """(before, after) of what the rows say differently of what is known, and the rows that are to be written."""
    changed: list[tuple[Values, Values]] = []
    seen: list[Values] = []
    for key, stored in known.items():
        after = _merge(target, stored, merged[key])
        if after is not None:
            after["read_at"] = now
            changed.append((stored, after))
        if after is not None or target.always:
            seen.append({**(after or stored), **dict.fromkeys(target.always, now)})
    return changed, seen


def _by_key(target: Target, rows: Sequence[Values]) -> dict[Key, Values]:
    """The rows by key; of several with one key the later ones are laid over the first."""
    key_of = itemgetter(*target.key)
    found: dict[Key, Values] = dict(zip(map(key_of, rows), rows, strict=True))
    if len(found) == len(rows):
        return found
    found = {}
    for row in rows:
        key = key_of(row)
        before = found.get(key)
        # Most repeat the row before them word for word: the lines of one order.
        found[key] = row if before is None or before == row else _merge(target, before, row) or before
    return found


def _last_row(session: Session, target: Target) -> int | None:
    """On SQLite the highest row number so far: what was there before is found by it. None where there is none."""
    numbered = table_of(target.model).dialect_options["sqlite"]["with_rowid"]
    if session.get_bind().dialect.name != "sqlite" or not numbered:
        return None
    return session.scalar(text(f"select max(_rowid_) from {target.model.__tablename__}")) or 0


def _known(session: Session, target: Target, keys: Iterable[Key], last_row: int | None) -> dict[Key, Values]:
    """The stored rows with these keys; with `last_row` only those up to it."""
    table, key_of = table_of(target.model), itemgetter(*target.key)
    narrow: dict[str, set[Any]] = {}
    wanted = set(keys)
    for key in wanted:
        narrow.setdefault(key[0], set()).add(key[1])
    found: dict[Key, Values] = {}
    for account, values in narrow.items():
        query = select(table).where(table.c[target.key[0]] == account, among(session, table.c[target.key[1]], values))
        if last_row is not None:
            query = query.where(text("_rowid_ <= :last_row").bindparams(last_row=last_row))
        for row in session.execute(query):
            values_of = dict(row._mapping)
            if (key := key_of(values_of)) in wanted:
                found[key] = values_of
    return found


def _merge(target: Target, before: Values, row: Values) -> dict[str, Any] | None:
    """The stored row with what the new one says laid over it; None if it says nothing new."""
    fill_only = target.is_older(before, row)
    news = {
        name: value
        for name, value in row.items()
        if value is not None and before.get(name) != value and not (fill_only and before.get(name) is not None)
    }
    return {**before, **news} if news else None


def _alike(rows: Sequence[Values]) -> Sequence[Values]:
    """The rows with the same columns each."""
    names = rows[0].keys() if rows else ()
    if all(row.keys() == names for row in rows):
        return rows
    every = dict.fromkeys(name for row in rows for name in row)
    return [{**every, **row} for row in rows]
