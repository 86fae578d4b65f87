"""Closes cells: a person's signature, or the store's own proof; and takes a signature back within the hour."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import checklist as rows
from data import journal
from data.models.checklist import CheckMark
from data.store import Store
from services.checklist import places, plan
from services.checklist.plan import Plan
from services.checklist.proofs import Answer, Oracle
from services.errors import Rejected, Stale
from services.people import Person, check_access
from services.rules import checklist as rules
from services.rules.checklist import UNDO_WITHIN, Cell, Key
from services.rules.checks import PROOFS
from services.settings import Settings

SYNC = "sync"
MOST = 200
MOST_FOUND = 100_000
LONGEST_NOTE = 2000
GONE = "There is no such cell in the checklist."
CLOSED = "Somebody closed this cell since it was shown; look at it first."


def sign(
    store: Store, settings: Settings, targets: Sequence[Key], *, actor: Person, now: datetime, found: int = 0,
    note: str = "", reason: str = "",
) -> str:  # fmt: skip
    """Sign open cells with "nothing found" (0) or how many were found; the token with which it is taken back.

    All or none. A cell whose period is over takes a reason and stays flagged; one that has not begun takes nothing.
    Raises Stale if one of them was closed meanwhile, or Rejected.
    """
    words = _words(note, "note")
    why = _words(reason, "reason")
    _check_found(targets, found, words)
    token = uuid.uuid4().hex
    with _writing(store) as session:
        cells = _open_cells(session, settings, targets, actor, now)
        for cell in cells:
            _check_time(cell, why, now)
        signed = {"how": "signature", "at": now, "by": actor.name, "found": found, "note": words, "token": token}
        late = {cell.key: now >= cell.period.closes_at for cell in cells}
        rows.mark(session, [{**_place(cell), **signed, "reason": why if late[cell.key] else ""} for cell in cells])
        entries = [_entry(cell, "check.sign", actor, now, found=found, back_dated=late[cell.key]) for cell in cells]
        journal.append(session, *entries)
    return token


def prove(store: Store, settings: Settings, key: Key, *, actor: Person, now: datetime) -> Answer:
    """Ask the store now whether a duty is done; the answer is kept, and closes the cell if it holds.

    Raises Stale if the cell was closed meanwhile; Rejected if there is nothing to ask, or the period is another one.
    """
    with _writing(store) as session:
        (cell,) = _open_cells(session, settings, [key], actor, now)
        if cell.period.duty.proof not in PROOFS:
            raise Rejected("The store cannot prove this duty; look yourself and sign.")
        if not cell.period.opens_at <= now < cell.period.closes_at:
            raise Rejected("The store proves only how things are now, not in another period.")
        answer = Oracle(session, settings, now).ask(cell.period.duty.proof, key.account, key.marketplace)
        keep(session, cell, answer, by=actor.name, now=now)
        said = {"holds": answer.holds, "figure": answer.figure}
        journal.append(session, _entry(cell, "check.prove", actor, now, **said))
    return answer


def keep(session: Session, cell: Cell, answer: Answer, *, by: str, now: datetime) -> None:
    """Store an answer with its figure, rows and age; close the cell with it if it holds."""
    place = cell.key._asdict()
    told = {name: getattr(answer, name) for name in ("kind", "holds", "figure", "sentence", "why", "heard_at")}
    proof_id = rows.add_proof(session, {**place, **told, "rows": list(answer.rows), "taken_at": now, "by": by})
    if answer.holds:
        proved = {"how": "proof", "at": now, "by": by, "proof_id": proof_id, "token": uuid.uuid4().hex}
        rows.mark(session, [{**_place(cell), **proved}])


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> int:
    """Take back within the hour what was signed together; how many cells are open again. Raises Rejected."""
    check_access(actor)
    with store.write() as session:
        marks = rows.signed_with(session, token)
        if not marks or not marks[0].at <= now <= marks[0].at + UNDO_WITHIN:
            raise Rejected("This was taken back already, or it is more than an hour ago and stands.")
        if marks[0].by == SYNC:
            raise Rejected("The store proved this by itself; nobody takes it back.")
        if marks[0].by != actor.name:
            raise Rejected(f"Only {marks[0].by} can take this back.")
        for mark in marks:
            mark.live, mark.undone_at, mark.undone_by = None, now, actor.name
        journal.append(session, *(_undone(mark, actor, now) for mark in marks))
    return len(marks)


@contextmanager
def _writing(store: Store) -> Iterator[Session]:
    """A write in which somebody else's closing of the same cell is told as Stale, whoever came first."""
    try:
        with store.write() as session:
            yield session
    except IntegrityError:
        raise Stale(CLOSED) from None


def _open_cells(
    session: Session, settings: Settings, targets: Sequence[Key], actor: Person, now: datetime
) -> list[Cell]:
    check_access(actor)
    if not targets or len(targets) > MOST:
        raise Rejected(f"Choose 1 to {MOST} cells.")
    days = [key.starts for key in targets]
    known = plan.load(session, settings, now=now, first=min(days), last=max(days))
    if known.has_unnoticed:
        # What is signed before the sync notices its marketplace must not hang in the air afterwards.
        places.notice(session, settings, known.today)
    cells = [_cell(known, key) for key in dict.fromkeys(targets)]
    if rows.live(session, [rows.Cell(*cell.key) for cell in cells]):
        raise Stale(CLOSED)
    return cells


def _cell(known: Plan, key: Key) -> Cell:
    cell = known.find(key)
    if cell is None:
        raise Rejected(GONE)
    return cell


def _check_time(cell: Cell, why: str, now: datetime) -> None:
    if now < cell.period.opens_at:
        raise Rejected("This period has not begun; sign when the work is done.")
    if now >= cell.period.closes_at and not why:
        ended = rules.label(cell.period.duty.rhythm, cell.period.starts)
        raise Rejected(f"{ended} is over: give the reason why it is signed only now.")


def _check_found(targets: Sequence[Key], found: int, note: str) -> None:
    if not 0 <= found <= MOST_FOUND:
        raise Rejected(f"Say how many were found: 0 to {MOST_FOUND:,}.")
    if found and len(targets) > 1:
        raise Rejected("Say for each marketplace on its own what was found there.")
    if found and not note:
        raise Rejected("Write a note: what was found, and what is done about it.")


def _words(text: str, name: str) -> str:
    words = text.replace("\0", "").strip()
    if len(words) > LONGEST_NOTE:
        raise Rejected(f"Write a {name} of at most {LONGEST_NOTE:,} characters.")
    return words


def _place(cell: Cell) -> dict[str, Any]:
    return {**cell.key._asdict(), "rhythm": cell.period.duty.rhythm}


def _entry(cell: Cell, what: str, actor: Person, now: datetime, **after: Any) -> journal.Entry:
    return _said(cell.key, what, actor, now, after)


def _undone(mark: CheckMark, actor: Person, now: datetime) -> journal.Entry:
    key = Key(mark.duty_id, mark.account, mark.marketplace, mark.starts)
    return _said(key, "check.undo", actor, now, {"found": mark.found})


def _said(key: Key, what: str, actor: Person, now: datetime, after: dict[str, Any]) -> journal.Entry:
    where = {"account": key.account, "marketplace": key.marketplace, "period": key.starts.isoformat()}
    return journal.Entry(now, actor.name, what, f"duty:{key.duty_id}", None, {**where, **after})
