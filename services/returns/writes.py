"""What people do about returns: record how one ended, authorise, assign, note, contact the buyer; one or many at once.

Every write names the return, the version that was on screen, and who does it; a stale version is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import journal, return_cards
from data import return_work as rows
from data.models.return_work import ReturnWork
from data.store import Store
from services.errors import Rejected, Stale
from services.inbox import opening
from services.inbox.actions import LONGEST_SUBJECT
from services.people import Person, check_access
from services.returns import keep
from services.rules import money
from services.rules.return_requests import needs_authorisation, refusal
from services.settings import Settings

MOST = 500
LONGEST_NOTE = 4_000
UNDO_WITHIN = timedelta(hours=1)
CHANGED = "Somebody changed this return since you opened it. Look again, then decide."
WORK = ("state", "outcome", "amount", "currency", "decided_at", "decided_by", "authorised_at", "authorised_by",
        "assignee", "note")  # fmt: skip
"""What an action may change, and what taking it back puts back."""
ON_CARD = ("state", "outcome", "assignee")
Target = tuple[int, int]
"""(return id, the version that was on screen)."""


@dataclass(frozen=True)
class BulkResult:
    """What became of many: the new versions, a sentence for each refused one, and the token that takes it back."""

    done: Mapping[int, int]
    refused: Mapping[int, str]
    undo: str | None


@dataclass
class Open:
    """A return inside a write: its row, the new values, and the log that is written with them."""

    session: Session
    row: ReturnWork
    actor: Person
    now: datetime
    values: dict[str, Any] = field(default_factory=dict)
    said: list[journal.Entry] = field(default_factory=list)

    def say(self, what: str, before: object = None, after: object = None) -> None:
        """An entry of the activity log; no words of buyers are in it."""
        was, now = ({"value": value} if value is not None else None for value in (before, after))
        self.said.append(journal.Entry(self.now, self.actor.name, what, f"return:{self.row.id}", was, now))


def record(at: Open, *, outcome: str, amount: str = "") -> None:
    """How the return ended. `amount` of a partial refund in either notation, in the currency of the order."""
    minor, currency = _amount(at, amount)
    _refuse(refusal(at.row.state, outcome, minor))
    at.values |= {"state": "done", "outcome": outcome, "amount": minor, "currency": currency if minor else None}
    at.values |= {"decided_at": at.now, "decided_by": at.actor.name}
    at.say("return.outcome", None, outcome)


def reopen(at: Open) -> None:
    """Take a recorded outcome back."""
    if at.row.state != "done":
        raise Rejected("No outcome is recorded that could be taken back.")
    at.say("return.reopen", at.row.outcome, None)
    gone = ("outcome", "amount", "currency", "decided_at", "decided_by")
    at.values |= {"state": "open", **dict.fromkeys(gone)}


def authorised(at: Open) -> None:
    """Somebody authorised (or closed) the request in Seller Central; the next report will say so too."""
    found = rows.one(at.session, at.row.id)
    if found is None or not needs_authorisation(found.row.channel, found.row.state):
        raise Rejected("Amazon does not wait for an authorisation of this return.")
    if at.row.authorised_at:
        raise Rejected(f"{at.row.authorised_by} marked it as authorised already.")
    at.values |= {"authorised_at": at.now, "authorised_by": at.actor.name}
    at.say("return.authorised")


def assign(at: Open, *, person: str = "") -> None:
    """Give it to somebody; without a name to whoever does it."""
    wanted = person.strip() or at.actor.name
    if wanted == at.row.assignee:
        raise Rejected(f"{wanted} has it already.")
    at.say("return.assign", at.row.assignee, wanted)
    at.values["assignee"] = wanted


def note(at: Open, *, text: str) -> None:
    """Our own words about it; the whole team reads them, no buyer does."""
    words = text.strip()
    if len(words) > LONGEST_NOTE:
        raise Rejected(f"The note has {len(words):,} characters; {LONGEST_NOTE:,} are allowed.")
    at.values["note"] = words
    at.say("return.note", None, len(words))


ACTS: Mapping[str, Callable[..., None]] = {
    "outcome": record,
    "reopen": reopen,
    "authorised": authorised,
    "assign": assign,
    "note": note,
}
"""What can be done to a return, by name. Another one is a line here."""
IN_BULK = frozenset({"outcome", "reopen", "authorised", "assign"})


def do(
    store: Store, what: str, return_id: int, version: int, *, actor: Person, now: datetime, **values: Any
) -> int:
    """Do one thing to one return; the new version. Raises Stale, or Rejected with a sentence."""
    act = _act(what, ACTS, actor)
    with store.write() as session:
        with _opened(session, rows.lock(session, [return_id]).get(return_id), version, actor, now) as at:
            act(at, **values)
        journal.append(session, *at.said)
    return version + 1


def do_many(
    store: Store, what: str, targets: Sequence[Target], *, actor: Person, now: datetime, **values: Any
) -> BulkResult:
    """The same to up to 500, each as if alone: one that is stale or refuses stops none of the others."""
    act = _act(what, {name: ACTS[name] for name in IN_BULK}, actor)
    if not targets or len(targets) > MOST:
        raise Rejected(f"Choose 1 to {MOST} returns; {len(targets):,} are chosen.")
    token, wanted = uuid.uuid4().hex, dict(reversed(targets))
    done: dict[int, int] = {}
    refused: dict[int, str] = {}
    steps, said = [], []
    with store.write() as session:
        locked = rows.lock(session, wanted)
        for return_id, version in sorted(wanted.items()):
            row = locked.get(return_id)
            before = _work(row) if row else {}
            try:
                with _opened(session, row, version, actor, now) as at:
                    act(at, **values)
            except Rejected as error:
                refused[return_id] = str(error)
                continue
            done[return_id] = version + 1
            said += at.said
            steps.append({"token": token, "return_id": return_id, "person": actor.name, "at": now,
                          "version": version + 1, "before": before})  # fmt: skip
        rows.forget(session, before=now - UNDO_WITHIN)
        rows.remember(session, steps)
        journal.append(session, *said)
    return BulkResult(done, refused, token if steps else None)


def undo(store: Store, token: str, *, actor: Person, now: datetime) -> BulkResult:
    """Take back what an action on many did, where nobody changed the return since."""
    check_access(actor)
    done: dict[int, int] = {}
    refused: dict[int, str] = {}
    said = []
    with store.write() as session:
        steps = rows.steps(session, token)
        _may_undo(steps, actor, now)
        locked = rows.lock(session, [step.return_id for step in steps])
        for step in steps:
            try:
                with _opened(session, locked.get(step.return_id), step.version, actor, now) as at:
                    at.values |= {name: _restored(name, value) for name, value in step.before.items()}
                    at.say("return.undo")
            except Stale:
                refused[step.return_id] = "Somebody changed this return since, so it stays as it is."
                continue
            done[step.return_id] = step.version + 1
            said += at.said
        rows.forget(session, token=token)
        journal.append(session, *said)
    return BulkResult(done, refused, None)


def contact(store: Store, settings: Settings, return_id: int, *, actor: Person, now: datetime) -> int:
    """The ticket in which the buyer of a return is written to: the newest of its order, or one that is opened."""
    check_access(actor)
    with store.read() as session:
        found = rows.one(session, return_id)
        if found is None:
            raise Rejected("There is no such return any more.")
        card = found.card
        known = rows.tickets(session, {(card.account, card.order_id)}).get((card.account, card.order_id))
    if known is not None:
        return known.ticket_id
    about = card.sku or card.asin or card.order_id
    return opening.open_ticket(
        store, settings, account=card.account, order_id=card.order_id, buyer="", marketplace=card.marketplace or "",
        subject=f"Return of {about}"[:LONGEST_SUBJECT], type="Contact Buyer", actor=actor, now=now,
    )  # fmt: skip


@contextmanager
def _opened(
    session: Session, row: ReturnWork | None, version: int, actor: Person, now: datetime
) -> Iterator[Open]:
    if row is None:
        raise Rejected("There is no such return any more.")
    if row.version != version:
        raise Stale(CHANGED)
    at = Open(session, row, actor, now)
    yield at
    if not rows.change(session, row.id, version, at.values):
        raise Stale(CHANGED)
    _follow(session, row, at.values, now)


def _follow(session: Session, row: ReturnWork, values: Mapping[str, Any], now: datetime) -> None:
    """The card says what the work says, in the same transaction."""
    shown = {name: values[name] for name in ON_CARD if name in values}
    if row.channel == "fbm" and {"state", "authorised_at"} & values.keys():
        found = rows.one(session, row.id)
        if found is not None:
            shown |= keep.need_of(session, found, now)
    if shown:
        return_cards.worked(session, row.id, shown)


def _amount(at: Open, text: str) -> tuple[int | None, str | None]:
    """(minor units, currency) of what was typed."""
    if not text.strip():
        return None, None
    currency = rows.currency(at.session, at.row.account, at.row.order_id, at.row.key)
    if currency is None:
        raise Rejected("The currency of this order is not known yet; record the amount in the note.")
    try:
        return money.minor(text.strip(), currency), currency
    except ValueError:
        raise Rejected(f"“{text.strip()[:40]}” is no amount; write it like 12.50.") from None


def _act(what: str, known: Mapping[str, Callable[..., None]], actor: Person) -> Callable[..., None]:
    check_access(actor)
    if what not in known:
        raise Rejected(f"{what!r} cannot be done here.")
    return known[what]


def _may_undo(steps: Sequence[Any], actor: Person, now: datetime) -> None:
    if not steps or now - steps[0].at > UNDO_WITHIN:
        raise Rejected("This was taken back already, or it is too late to; change the returns one by one.")
    if steps[0].person != actor.name:
        raise Rejected(f"Only {steps[0].person} can take this back.")


def _work(row: ReturnWork) -> dict[str, Any]:
    """The work as it can be kept in JSON."""
    values = {name: getattr(row, name) for name in WORK}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _restored(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if value and name.endswith("_at") else value


def _refuse(why: str | None) -> None:
    if why:
        raise Rejected(why)
