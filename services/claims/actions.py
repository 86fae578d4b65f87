"""What people do to cases: mark the state, take over, note, tick evidence; alone or to many, and take it back."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import cases, journal, people
from data.models.cases import CaseCard, ClaimCase
from data.store import Store
from services.claims import cards
from services.claims.shapes import Marked
from services.errors import Rejected, Stale
from services.people import Person, check_access
from services.rules.claims import OUTCOMES, STATES
from services.rules.evidence import EVIDENCE

MOST = 500
LONGEST_NOTE = 4000
UNDO_WITHIN = timedelta(hours=1)
GONE = "There is no such case any more."
STALE = "Something changed in this case since it was shown; look at it first."
SAME = "It is marked so already."
CHANGED = "Somebody changed this case since, so it stays as it is."
_WORK = ("state_chosen", "outcome_chosen", "chosen_at", "chosen_by", "appealed_at", "asked_at", "owner")

Target = tuple[int, int]
"""(case id, the version that was on screen)."""


@dataclass
class Open:
    """One case inside a write: people's part, its row in the list, and what goes into the log."""

    session: Session
    case: ClaimCase
    card: CaseCard
    actor: Person
    now: datetime
    said: list[journal.Entry] = field(default_factory=list)

    def say(self, what: str, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None) -> None:
        """No words of anybody's are in the log."""
        entry = (dict(before) if before else None, dict(after) if after else None)
        self.said.append(journal.Entry(self.now, self.actor.name, what, f"case:{self.case.id}", *entry))


def set_state(
    store: Store, case_id: int, version: int, *, actor: Person, now: datetime, state: str, outcome: str | None = None
) -> int:
    """Mark a case as Amazon shows it; the new version. Raises Stale or Rejected."""
    return _one(store, case_id, version, actor, now, lambda at: _state(at, state=state, outcome=outcome))


def assign(store: Store, case_id: int, version: int, *, actor: Person, now: datetime, person: str | None) -> int:
    """Give a case to somebody, or to nobody."""
    return _one(store, case_id, version, actor, now, lambda at: _assign(at, person=person))


def add_note(store: Store, case_id: int, *, actor: Person, now: datetime, text: str) -> int:
    """Keep an internal note, whatever the version."""
    words = text.replace("\0", "").strip()
    if not words or len(words) > LONGEST_NOTE:
        raise Rejected(f"Write a note of 1 to {LONGEST_NOTE:,} characters.")

    def note(at: Open) -> None:
        cases.add_note(at.session, case_id, words, at=now, by=actor.name)
        at.say("case.note", None, {"characters": len(words)})

    return _one(store, case_id, None, actor, now, note)


def tick(
    store: Store, case_id: int, version: int, *, actor: Person, now: datetime, evidence: str, has: bool | None
) -> int:
    """Say of a piece of evidence that it is there, or that it is not; None: as the rows tell."""
    if evidence not in EVIDENCE:
        raise Rejected("There is no such piece of evidence.")

    def put(at: Open) -> None:
        before = at.case.evidence.get(evidence)
        kept = {name: each for name, each in at.case.evidence.items() if name != evidence}
        said = {} if has is None else {evidence: {"has": has, "at": now.isoformat(), "by": actor.name}}
        at.case.evidence = {**kept, **said}
        at.say("case.evidence", {"has": before["has"]} if before else None, {"value": evidence, "has": has})

    return _one(store, case_id, version, actor, now, put)


def mark_many(
    store: Store, what: str, targets: Sequence[Target], *, actor: Person, now: datetime, **values: Any
) -> Marked:
    """Do one of MARKS to up to 500 cases, each as if alone; a stale or refusing one stops none of the others.

    Raises Rejected if it can be done to none of them: unknown, too many, no access.
    """
    check_access(actor)
    if what not in MARKS:
        raise Rejected(f"{what!r} cannot be done to cases.")
    if not targets or len(targets) > MOST:
        raise Rejected(f"Choose 1 to {MOST} cases.")
    versions = dict(reversed(targets))
    refused: dict[int, str] = {}
    steps: list[dict[str, Any]] = []
    token = uuid.uuid4().hex
    with store.write() as session:
        opened = _opened(session, list(versions), actor, now)
        for case_id, version in sorted(versions.items()):
            at = opened.get(case_id)
            try:
                _check(at, version)
                assert at is not None
                kept = before(at.case)
                MARKS[what](at, **values)
            except Rejected as error:
                refused[case_id] = str(error)
                opened.pop(case_id, None)
                continue
            same = {"token": token, "what": what, "person": actor.name, "at": now}
            steps.append({**same, "case_id": case_id, "version": at.case.version + 1, "before": kept})
        cases.remember(session, steps)
        done = _close(session, [opened[step["case_id"]] for step in steps], now)
    return Marked(done, refused, token if steps else None)


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> Marked:
    """Take back within the hour what marking or entering changed, where nobody changed the case since.

    A case of which nothing else tells leaves the list. Raises Rejected.
    """
    check_access(actor)
    refused: dict[int, str] = {}
    with store.write() as session:
        steps = cases.steps(session, token)
        if not steps or now - steps[0].at > UNDO_WITHIN:
            raise Rejected("This was taken back already, or it is too late; change the cases one by one.")
        if steps[0].person != actor.name:
            raise Rejected(f"Only {steps[0].person} can take this back.")
        opened = _opened(session, [step.case_id for step in steps], actor, now)
        for step in steps:
            at = opened.get(step.case_id)
            if at is None or at.case.version != step.version:
                refused[step.case_id] = CHANGED
                opened.pop(step.case_id, None)
                continue
            _put_back(at.case, step.before)
            at.say("case.undo", None, {"value": step.what})
        cases.forget_steps(session, token=token)
        done = _close(session, list(opened.values()), now)
    return Marked(done, refused, None)


@contextmanager
def opened_one(
    store: Store, case_id: int, version: int | None, *, actor: Person, now: datetime
) -> Iterator[tuple[Open, dict[int, int]]]:
    """One case for writing; afterwards its new version stands in the mapping. Raises Stale or Rejected."""
    check_access(actor)
    done: dict[int, int] = {}
    with store.write() as session:
        at = _opened(session, [case_id], actor, now).get(case_id)
        _check(at, version)
        assert at is not None
        yield at, done
        done |= _close(session, [at], now)


def _one(
    store: Store, case_id: int, version: int | None, actor: Person, now: datetime, do: Callable[[Open], None]
) -> int:
    with opened_one(store, case_id, version, actor=actor, now=now) as (at, done):
        do(at)
    return done[case_id]


def _opened(session: Session, case_ids: Sequence[int], actor: Person, now: datetime) -> dict[int, Open]:
    rows = cases.lock(session, case_ids)
    shown = cases.cards(session, [case.id for case in rows])
    return {case.id: Open(session, case, shown[case.id], actor, now) for case in rows if case.id in shown}


def _check(at: Open | None, version: int | None) -> None:
    if at is None:
        raise Rejected(GONE)
    if version is not None and version != at.card.version:
        raise Stale(STALE)


def _close(session: Session, changed: Sequence[Open], now: datetime) -> dict[int, int]:
    """Count the versions up, make the rows anew and write the log; the new versions of the cases."""
    orders: dict[str, set[str]] = defaultdict(set)
    for at in changed:
        at.case.version += 1
        orders[at.case.account].add(at.case.order_id)
    ids = [at.case.id for at in changed]
    session.flush()
    for account, order_ids in sorted(orders.items()):
        cards.refresh(session, account, order_ids, now=now)
    journal.append(session, *(entry for at in changed for entry in at.said))
    shown = cases.cards(session, ids)
    return {at.case.id: shown[at.case.id].version if at.case.id in shown else at.case.version for at in changed}


def _state(at: Open, *, state: str, outcome: str | None = None) -> None:
    if state not in STATES:
        raise Rejected("Choose one of Amazon's states: " + ", ".join(each.replace("_", " ") for each in STATES) + ".")
    if outcome is not None and outcome not in OUTCOMES:
        raise Rejected(f"The outcome is one of {', '.join(OUTCOMES)}.")
    if state == "closed" and outcome is None and at.card.outcome is None:
        raise Rejected("Say how it ended: granted to the buyer, denied, or withdrawn.")
    before = {"state": at.card.state, "outcome": at.card.outcome}
    if state == at.card.state and outcome in (None, at.card.outcome):
        raise Rejected(SAME)
    # Only who had lost can appeal.
    won = {"option_to_appeal": "granted"}.get(state)
    if state == "under_review" and at.card.state == "option_to_appeal":
        at.case.appealed_at = at.now
    if state == "action_required":
        at.case.asked_at = at.now
    at.case.state_chosen, at.case.outcome_chosen = state, outcome or won
    at.case.chosen_at, at.case.chosen_by = at.now, at.actor.name
    at.say("case.state", before, {"state": state, "outcome": outcome})


def _assign(at: Open, *, person: str | None) -> None:
    known = people.named(at.session, person) if person else None
    if person and known is None:
        raise Rejected(f"There is nobody called {person}.")
    if known and known.disabled_at:
        raise Rejected(f"{person} does not work here any more.")
    before, at.case.owner = at.case.owner, person or None
    at.say("case.assign", {"value": before} if before else None, {"value": person} if person else None)


def before(case: ClaimCase, *, with_told: bool = False) -> dict[str, Any]:
    """What an action may change of a case, as it is remembered; `with_told`: what was entered of it, too."""
    values = {name: getattr(case, name) for name in (*_WORK, *(("told",) if with_told else ()))}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _put_back(case: ClaimCase, before: Mapping[str, Any]) -> None:
    for name in _WORK:
        value = before.get(name)
        setattr(case, name, cards.moment(value) if name.endswith("_at") else value)
    if "told" in before:
        case.told = before["told"]



MARKS: Mapping[str, Callable[..., None]] = {"state": _state, "assign": _assign}
"""What can be done to several cases at once, by name."""
