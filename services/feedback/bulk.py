"""One mark on many feedbacks at once, each as if it were done alone; and taking all of it back within the hour."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data import feedback_work as rows
from data import journal
from data.models.feedback_work import FeedbackUndo
from data.store import Store
from services.errors import Rejected
from services.feedback import acts, cards
from services.feedback.acts import Work
from services.feedback.reading import key_of
from services.people import Person, check_access

MOST = 200
UNDO_WITHIN = timedelta(hours=1)
CHANGED = "Somebody changed this since, so it stays as it is."
Target = tuple[str, int]
"""(id, the version that was on screen)."""

ACTS: Mapping[str, Callable[..., None]] = {"kind": acts.set_kind, "action": acts.set_action, "close": acts.set_closed}
"""What can be done to many. Removal is asked for one by one: Amazon forbids mass requests."""


@dataclass(frozen=True)
class BulkResult:
    """How many were done, a sentence for each id that was refused, and how to take it back."""

    done: int
    refused: Mapping[str, str]
    undo: str | None


def do(
    store: Store, what: str, targets: Sequence[Target], *, actor: Person, now: datetime, **values: Any
) -> BulkResult:
    """Do one of ACTS to up to 200, in one transaction. Raises Rejected if it can be done to none of them."""
    _check(what, targets, actor, values)
    refused: dict[str, str] = {}
    token, done = uuid.uuid4().hex, []
    with store.write() as session:
        found = rows.several(session, [key_of(id_) for id_, _ in targets])
        for id_, version in sorted(dict(targets).items()):
            one = found.get(key_of(id_))
            try:
                if one is None or (one.work.version if one.work else 0) != version:
                    raise Rejected(CHANGED)
                at = Work(session, one, actor, now)
                ACTS[what](at, **values)
            except Rejected as error:
                refused[id_] = str(error)
                continue
            done.append((at, _remembered(at, token, version)))
            acts.finish(at, version)
        rows.remember(session, [step for _, step in done])
        cards.refresh(session, [at.key for at, _ in done], now=now)
        journal.append(session, *(entry for at, _ in done for entry in at.said))
    return BulkResult(len(done), refused, token if done else None)


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> BulkResult:
    """Take back what was done, where nobody changed it since. Raises Rejected with a sentence."""
    check_access(actor)
    refused: dict[str, str] = {}
    with store.write() as session:
        steps = rows.remembered(session, token)
        _check_undo(steps, actor, now)
        found = rows.several(session, [(step.account, step.order_id) for step in steps])
        done = []
        for step in steps:
            at = Work(session, found[step.account, step.order_id], actor, now, _values(step))
            at.say("undo", "a mark on many")
            changed = {**at.values, "changed_at": now, "changed_by": actor.name}
            if rows.change(session, at.key, step.version, **changed):
                done.append(at)
            else:
                refused["/".join(at.key)] = CHANGED
        rows.drop(session, token)
        cards.refresh(session, [at.key for at in done], now=now)
        journal.append(session, *(entry for at in done for entry in at.said))
    return BulkResult(len(done), refused, None)


def _check(what: str, targets: Sequence[Target], actor: Person, values: Mapping[str, Any]) -> None:
    check_access(actor)
    if what not in ACTS:
        raise Rejected(f"{what!r} cannot be done to several at once.")
    if not targets:
        raise Rejected("Choose some feedback first.")
    if len(targets) > MOST:
        raise Rejected(f"{len(targets):,} are chosen; {MOST} can be changed at once.")
    if values.get("action") == "removal_request":
        raise Rejected("Amazon forbids requests in bulk; ask for each one by itself.")


def _check_undo(steps: Sequence[FeedbackUndo], actor: Person, now: datetime) -> None:
    if not steps:
        raise Rejected("This was taken back already.")
    if now - steps[0].at > UNDO_WITHIN:
        raise Rejected("It is too late to take this back; change them one by one.")
    if steps[0].person != actor.name:
        raise Rejected(f"Only {steps[0].person} can take this back.")


def _remembered(at: Work, token: str, version: int) -> dict[str, Any]:
    before = {name: _text(at.before(name)) for name in at.values}
    account, order_id = at.key
    return {
        "token": token,
        "account": account,
        "order_id": order_id,
        "person": at.actor.name,
        "at": at.now,
        "version": version + 1,
        "before": before,
    }


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _values(step: FeedbackUndo) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value
        for name, value in step.before.items()
    }
