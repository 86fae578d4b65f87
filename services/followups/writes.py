"""Writing follow-ups: one act on one row or on many, taking it back, settling what the sheet says differently.

Every write names the row, the version that was on screen, and who does it; a stale version is refused. What belongs
into the sheet is queued in the same transaction: its contacted, date, agent and note cells, and nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from data import followups as rows
from data import journal, sheet_writes
from data.followup_cards import one_at_a_time
from data.models.sheets import SheetRow
from data.store import Store
from services.errors import Rejected, Stale
from services.followups import cards
from services.followups.acts import ACTS, CONTACT_ROLES, IN_BULK, Open
from services.people import LOCAL, Person, check_access
from services.team import team
from services.templates import reply_name

MOST = 500
UNDO_WITHIN = timedelta(hours=1)
CHANGED = "Somebody changed this row since you opened it. Look again, then decide."
GONE = "There is no such follow-up any more."
WORK = ("contacted_at", "contacted_by", "contacted_how", "cells_before", "note", "owner", "snoozed_until",
        "resolved_at", "resolved_by", "resolved_why", "refused")  # fmt: skip
"""What an action may change, and what taking it back puts back."""
Target = tuple[int, int]
"""(follow-up id, the version that was on screen)."""


@dataclass(frozen=True)
class BulkResult:
    """What became of many: the new versions, a sentence for each refused one, and the token that takes it back."""

    done: Mapping[int, int]
    refused: Mapping[int, str]
    undo: str | None


@dataclass(frozen=True)
class _Desk:
    """What every row of one write has in common."""

    session: Session
    actor: Person
    now: datetime
    zone: tzinfo
    signature: str


def do(store: Store, what: str, followup_id: int, version: int, *, actor: Person, now: datetime, **values: Any) -> int:
    """Do one thing to one follow-up; the new version. Raises Stale, or Rejected with a sentence."""
    act = _act(what, ACTS, actor)
    with _desk(store, actor, now) as desk:
        opened = _open(desk, [followup_id]).get(followup_id)
        act(_checked(opened, version), **values)
        assert opened is not None
        _close(desk, [opened])
    return version + 1


def do_many(
    store: Store, what: str, targets: Sequence[Target], *, actor: Person, now: datetime, **values: Any
) -> BulkResult:
    """The same to up to 500, each as if alone: one that is stale or refuses stops none of the others."""
    act = _act(what, {name: ACTS[name] for name in IN_BULK}, actor)
    if not targets or len(targets) > MOST:
        raise Rejected(f"Choose 1 to {MOST} rows; {len(targets):,} are chosen.")
    token, wanted = uuid.uuid4().hex, dict(reversed(targets))
    refused: dict[int, str] = {}
    changed: list[Open] = []
    with _desk(store, actor, now) as desk:
        opened = _open(desk, wanted)
        for followup_id, version in sorted(wanted.items()):
            try:
                act(_checked(opened.get(followup_id), version), **values)
            except Rejected as error:
                refused[followup_id] = str(error)
                continue
            changed.append(opened[followup_id])
        steps = [_step(token, each, now) for each in changed]
        _close(desk, changed)
        rows.forget(desk.session, before=now - UNDO_WITHIN)
        rows.remember(desk.session, steps)
    done = {each.work.id: wanted[each.work.id] + 1 for each in changed}
    return BulkResult(done, refused, token if changed else None)


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> BulkResult:
    """Take back what an action on many did, where nobody changed the row since; the sheet's cells go back too."""
    check_access(actor)
    refused: dict[int, str] = {}
    changed: list[Open] = []
    with _desk(store, actor, now) as desk:
        steps = rows.steps(desk.session, token)
        _may_undo(steps, actor, now)
        opened = _open(desk, [step.followup_id for step in steps])
        for step in steps:
            try:
                at = _checked(opened.get(step.followup_id), step.version)
            except Rejected:
                refused[step.followup_id] = "Somebody changed this row since, so it stays as it is."
                continue
            at.values |= {name: _restored(name, value) for name, value in step.before["work"].items()}
            at.cells |= step.before["cells"]
            at.say("followup.undo")
            changed.append(at)
        versions = {step.followup_id: step.version + 1 for step in steps}
        _close(desk, changed)
        rows.forget(desk.session, token=token)
    return BulkResult({each.work.id: versions[each.work.id] for each in changed}, refused, None)


def settle(
    store: Store,
    followup_id: int,
    version: int,
    writes: Iterable[tuple[int, int]],
    *,
    choice: str,
    actor: Person,
    now: datetime,
) -> int:
    """End the conflicts of a row, each (write id, version): "ours" is written over what was shown, "theirs" stays.

    What stays in the sheet counts here too: a mark of ours gives way to the sheet's. The new version of the follow-up.
    """
    check_access(actor)
    if choice not in ("ours", "theirs"):
        raise Rejected("Keep yours or keep the sheet's.")
    with _desk(store, actor, now) as desk:
        at = _checked(_open(desk, [followup_id]).get(followup_id), version)
        one_at_a_time(desk.session)
        settled = []
        for write_id, seen in writes:
            write = sheet_writes.get(desk.session, write_id)
            if write is None or write.row_key != at.work.row_key:
                raise Rejected(GONE)
            if not sheet_writes.settle(desk.session, write_id, seen, choice, by=actor.name, now=now):
                raise Stale("The sheet has changed again, or somebody settled this. Look again, then decide.")
            settled.append(write.role)
        if choice == "theirs":
            _give_way(at, settled)
        at.say("followup.settle", None, choice)
        _close(desk, [at])
    return version + 1


def _give_way(at: Open, roles: Sequence[str]) -> None:
    """What the sheet says of the contact counts from now on, and nothing else of our mark is written any more."""
    if not set(roles) & set(CONTACT_ROLES) or at.work.contacted_at is None:
        return
    at.values |= dict.fromkeys(("contacted_at", "contacted_by", "contacted_how", "cells_before"))
    if at.row is not None:
        rest = [role for role in CONTACT_ROLES if role not in roles]
        at.cells |= {role: getattr(at.row, sheet_writes.AS_READ[role]) for role in rest}


@contextmanager
def _desk(store: Store, actor: Person, now: datetime) -> Iterator[_Desk]:
    zone = team(store, now=now).zone_info
    # A sheet that says "You" would tell its readers nothing.
    signature = reply_name(store, actor) if actor.name == LOCAL else actor.name
    with store.write() as session:
        yield _Desk(session, actor, now, zone, signature)


def _open(desk: _Desk, ids: Iterable[int]) -> dict[int, Open]:
    """The follow-ups for writing, by id; three statements however many."""
    locked = rows.lock(desk.session, list(ids))
    shown = rows.cards_of(desk.session, locked)
    told: Mapping[int, SheetRow] = rows.rows_of(desk.session, locked.values()) if locked else {}
    return {
        id_: Open(desk.session, work, shown[id_], told.get(id_), desk.actor, desk.now, desk.zone, desk.signature)
        for id_, work in locked.items()
        if id_ in shown
    }


def _checked(at: Open | None, version: int) -> Open:
    if at is None:
        raise Rejected(GONE)
    if at.work.version != version:
        raise Stale(CHANGED)
    return at


def _close(desk: _Desk, changed: Sequence[Open]) -> None:
    """Write the work, queue the cells, make the cards anew and write the log."""
    one_at_a_time(desk.session)
    for at in changed:
        if not rows.change(desk.session, at.work.id, at.work.version, at.values):
            raise Stale(CHANGED)
        if at.cells and at.row is not None:
            work = at.work
            sheet_writes.queue(desk.session, work.account, work.sheet, work.row_key, at.cells, by=desk.actor.name,
                               now=desk.now)  # fmt: skip
    keys = [(at.work.account, at.work.sheet, at.work.row_key) for at in changed]
    cards.told_by_sheets(desk.session, keys, now=desk.now)
    journal.append(desk.session, *(entry for at in changed for entry in at.said))


def _step(token: str, at: Open, now: datetime) -> dict[str, Any]:
    """What taking it back needs, as it can be kept in JSON; made before anything is written."""
    values = {name: getattr(at.work, name) for name in WORK}
    work = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    before = {"work": work, "cells": at.texts(at.cells) if at.cells else {}}
    return {"token": token, "followup_id": at.work.id, "person": at.actor.name, "at": now,
            "version": at.work.version + 1, "before": before}  # fmt: skip


def _act(what: str, known: Mapping[str, Callable[..., None]], actor: Person) -> Callable[..., None]:
    check_access(actor)
    if what not in known:
        raise Rejected(f"{what!r} cannot be done here.")
    return known[what]


def _may_undo(steps: Sequence[Any], actor: Person, now: datetime) -> None:
    if not steps or now - steps[0].at > UNDO_WITHIN:
        raise Rejected("This was taken back already, or it is too late to; change the rows one by one.")
    if steps[0].person != actor.name:
        raise Rejected(f"Only {steps[0].person} can take this back.")


def _restored(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if value and (name.endswith("_at") or name == "snoozed_until") else value
