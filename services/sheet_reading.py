"""Keeps what spreadsheets say: new, changed and gone rows by their keys, and how each sheet looked when it was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from data import followup_cards as followup_rows
from data import mirror, sheets
from data.models.sheets import Sheet
from services.followups import cards as followup_cards
from services.rules.sheet_rows import Reading, SheetLine, SheetRead


@dataclass(frozen=True)
class Kept:
    """What a reading changed: how many rows are new and how many different (gone ones included), and their keys."""

    new: int = 0
    changed: int = 0
    keys: Collection[str] = ()


def store(session: Session, read: SheetRead, *, now: datetime) -> Kept:
    """Keep one sheet as it was read. Rows that are not in it any more stay, marked as gone.

    Without a reading only the time, the problem and the way back to its stream are noted.
    """
    mirror.one_at_a_time(session)
    # Whoever marks a follow-up locks in this order too: first this, then the cells on their way.
    followup_rows.one_at_a_time(session)
    kept = _kept(session, read, now)
    followup_cards.told_by_sheets(session, [(read.account, read.sheet, key) for key in kept.keys], now=now)
    return kept


def _kept(session: Session, read: SheetRead, now: datetime) -> Kept:
    before = sheets.sheet(session, read.account, read.sheet, read.tab)
    if read.is_gone:
        return _all_gone(session, read, before, now)
    if read.reading is None:
        _note(session, read, before, now)
        return Kept()
    digest = _digest(read.reading)
    kept = Kept()
    if before is None or before.digest != digest or before.kind != read.kind:
        kept = _lay_over(session, read, read.reading, now)
    _save(session, read, read.reading, before, digest, kept, now)
    return kept


def _lay_over(session: Session, read: SheetRead, reading: Reading, now: datetime) -> Kept:
    known = sheets.digests(session, read.account, read.sheet, read.tab)
    fresh = [line for key, line in reading.lines.items() if key not in known]
    other = [
        line for key, line in reading.lines.items() if key in known and known[key][1:] != (_mark(read, line), True)
    ]
    gone = [key for key, (_, _, is_there) in known.items() if is_there and key not in reading.lines]
    sheets.add(session, [_values(read, line, now) | {"first_seen_at": now} for line in fresh])
    # What a column said that is gone now stays as it was: its rows have not been un-contacted.
    unseen = {name for role in reading.columns.missing for name in _SAYS.get(role, ())}
    told = [{name: value for name, value in _values(read, line, now).items() if name not in unseen} for line in other]
    sheets.change(session, [{**values, "id": known[values["row_key"]][0]} for values in told])
    sheets.gone(session, [known[key][0] for key in gone], now=now)
    keys = [*(line.key for line in fresh), *(line.key for line in other), *gone]
    return Kept(len(fresh), len(other) + len(gone), keys)


def _values(read: SheetRead, line: SheetLine, now: datetime) -> dict[str, Any]:
    """A row as it is stored."""
    return {
        "account": read.account,
        "sheet": read.sheet,
        "tab": read.tab,
        "kind": read.kind,
        "row_key": line.key,
        "order_id": line.order_id,
        "item": line.item,
        "dated": line.dated,
        "cells": dict(line.cells),
        "contacted": line.contacted,
        "contacted_text": line.texts.get("contacted", ""),
        "contact_date": line.texts.get("date", ""),
        "contact_day": line.contact_day,
        "agent": line.texts.get("agent", ""),
        "note": line.texts.get("note", ""),
        "twins": {role: list(texts) for role, texts in line.twins.items()} or None,
        "line": line.at[0] + 1,
        "digest": _mark(read, line),
        "changed_at": now,
        "gone_at": None,
    }


def _mark(read: SheetRead, line: SheetLine) -> str:
    return f"{line.digest}{read.kind}"


def _digest(reading: Reading) -> str:
    """The content without its order: sorting a sheet changes nothing."""
    roles = sorted(reading.columns.in_use.items())
    return f"{_hash(sorted(line.digest + key for key, line in reading.lines.items()))}{_hash(map(str, roles))}"


def _hash(texts: Iterable[str]) -> str:
    return blake2b("\x1f".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _save(
    session: Session, read: SheetRead, reading: Reading, before: Sheet | None, digest: str, kept: Kept, now: datetime
) -> None:
    columns = reading.columns
    former = {role: heading for role, heading in (before.columns if before else {}).items() if role in columns.missing}
    values = _basis(read, before, now) | {
        "headings": list(columns.labels),
        "samples": reading.samples,
        "columns": {**former, **columns.in_use},
        "missing": list(columns.missing),
        "rows": len(reading.lines),
        "digest": digest,
    }
    if kept.keys:
        values["changed_at"] = now
    sheets.save(session, values)


def _note(session: Session, read: SheetRead, before: Sheet | None, now: datetime) -> None:
    sheets.save(session, _basis(read, before, now))


def _all_gone(session: Session, read: SheetRead, before: Sheet | None, now: datetime) -> Kept:
    known = sheets.digests(session, read.account, read.sheet, read.tab)
    gone = {key: row_id for key, (row_id, _, is_there) in known.items() if is_there}
    sheets.gone(session, list(gone.values()), now=now)
    values = _basis(read, before, now) | {"digest": "", "rows": 0}
    sheets.save(session, values | ({"changed_at": now} if gone else {}))
    return Kept(0, len(gone), list(gone))


def _basis(read: SheetRead, before: Sheet | None, now: datetime) -> dict[str, Any]:
    """All columns of the sheet's row as they were, with what every look at it tells."""
    kept = {name: getattr(before, name) for name in _KEPT} if before else dict(_KEPT)
    told = {"account": read.account, "sheet": read.sheet, "tab": read.tab, "kind": read.kind, "place": read.place}
    where = {"source": read.source, "stream": read.stream, "problem": read.problem, "read_at": now}
    return kept | told | where | {"title": read.title or kept["title"]}


_SAYS = {
    "contacted": ("contacted", "contacted_text"),
    "date": ("contact_date", "contact_day"),
    "agent": ("agent",),
    "note": ("note",),
}
"""The columns of a stored row that a role of the sheet fills."""
_KEPT: dict[str, Any] = {
    "title": "",
    "headings": [],
    "samples": {},
    "columns": {},
    "missing": [],
    "rows": 0,
    "digest": "",
    "changed_at": None,
}
