"""Stores rows of Amazon's under their natural keys: what is new, what has changed, and what says nothing new."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, any_, func, literal, select
from sqlalchemy.orm import Session

from data import bulk
from data.models.base import Base
from data.store import table_of, upsert

Values = Mapping[str, Any]


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
    """What storing some rows did; `changed` holds (before, after) of each row that is different now."""

    new: int
    changed: Sequence[tuple[Values, Values]]


def by_time(column: str) -> Callable[[Values, Values], bool]:
    """Older is what has an earlier time in this column."""

    def is_older(stored: Values, row: Values) -> bool:
        before, now = stored.get(column), row.get(column)
        return before is not None and now is not None and now < before

    return is_older


def store(session: Session, target: Target, rows: Sequence[Values], now: datetime) -> Stored:
    """Insert and update rows; None in a row says nothing and overwrites nothing. Three statements at most.

    What is there already is looked up only if something is: a first import then costs one statement.
    """
    merged = _by_key(target, rows)
    stamps = dict.fromkeys(("first_seen_at", "read_at", *target.always), now)
    new = bulk.add_new(session, target.model, _alike([{**row, **stamps} for row in merged.values()]))
    if new == len(merged):
        return Stored(new, ())
    known = _known(session, target, merged)
    seen, changed = [], []
    for key, row in merged.items():
        before = known[key]
        after = _merge(target, before, row)
        if after is not None:
            after["read_at"] = now
            changed.append((before, after))
        if after is not None or target.always:
            seen.append({**(after or before), **dict.fromkeys(target.always, now)})
    upsert(session, target.model, seen, key=target.key)
    return Stored(new, changed)


def _by_key(target: Target, rows: Iterable[Values]) -> dict[tuple[Any, ...], Values]:
    """The rows by key; of several with one key the later ones are laid over the first."""
    names = target.key
    found: dict[tuple[Any, ...], Values] = {}
    for row in rows:
        key = tuple([row[name] for name in names])
        before = found.get(key)
        found[key] = row if before is None else _merge(target, before, row) or before
    return found


def _known(session: Session, target: Target, keys: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], Values]:
    table = table_of(target.model)
    narrow: dict[str, set[Any]] = {}
    for key in keys:
        narrow.setdefault(key[0], set()).add(key[1])
    found: dict[tuple[Any, ...], Values] = {}
    for account, values in narrow.items():
        query = select(table).where(table.c[target.key[0]] == account, _among(session, table.c[target.key[1]], values))
        for row in session.execute(query):
            values_of = row._mapping
            found[tuple([values_of[name] for name in target.key])] = dict(values_of)
    return found


def _among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column in (values)` with one parameter, as thousands of them cost more than looking them up."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(values))).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    array: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(Text)))
    return array


def _merge(target: Target, before: Values, row: Values) -> dict[str, Any] | None:
    """The stored row with what the new one says laid over it; None if it says nothing new."""
    fill_only = target.is_older(before, row)
    news = {
        name: value
        for name, value in row.items()
        if value is not None and before.get(name) != value and not (fill_only and before.get(name) is not None)
    }
    return {**before, **news} if news else None


def _alike(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the same columns each."""
    if all(row.keys() == rows[0].keys() for row in rows):
        return rows
    every = dict.fromkeys(name for row in rows for name in row)
    return [{**every, **row} for row in rows]
