"""What people do about one feedback: its kind, its step, the removal request, contact with the buyer, notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import feedback_work as rows
from data import journal, public_answers
from data.feedback_work import Found, Key
from data.store import Store
from services import desk
from services.errors import Rejected, Stale
from services.feedback import answers, cards, tickets
from services.feedback.reading import key_of
from services.people import Person, check_access
from services.rules import feedback as rules
from services.settings import Settings

LONGEST_NOTE = 4_000
GONE = "Somebody else changed this since you opened it. Look again, then choose."
DECISIONS = {"granted": "Granted", "refused": "Refused"}
TAKEN_BACK = {
    "kind": {"kind_chosen": None},
    "action": {"action_chosen": None},
    "asked": {"asked_at": None, "asked_by": None, "asked_criterion": None},
    "decision": {"decision": None, "decided_at": None, "decided_by": None},
    "contacted": {"contacted_at": None, "contacted_by": None},
    "closed": {"closed_at": None, "closed_by": None},
}
"""What can be taken back -> the columns that are emptied."""


@dataclass
class Work:
    """One feedback inside a write: as it was found, the values to be written, and the log."""

    session: Session
    found: Found
    actor: Person
    now: datetime
    values: dict[str, Any] = field(default_factory=dict)
    said: list[journal.Entry] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """(account, order id)."""
        return self.found.card.account, self.found.card.order_id

    def before(self, name: str) -> Any:
        """What a column says now."""
        return getattr(self.found.work, name) if self.found.work else None

    def say(self, what: str, value: str = "") -> None:
        """A line in the log; nobody's words are in it."""
        name = "feedback:{}/{}".format(*self.key)
        after = {"value": value} if value else None
        self.said.append(journal.Entry(self.now, self.actor.name, f"feedback.{what}", name, None, after))


def choose_kind(store: Store, id_: str, version: int, *, kind: str, actor: Person, now: datetime) -> int:
    """Correct or confirm the kind; the new version. A correction is kept with the words that had decided."""
    with _opened(store, id_, version, actor, now) as at:
        set_kind(at, kind)
    return version + 1


def choose_action(store: Store, id_: str, version: int, *, action: str, actor: Person, now: datetime) -> int:
    """Choose the next step."""
    with _opened(store, id_, version, actor, now) as at:
        set_action(at, action)
    return version + 1


def close(store: Store, id_: str, version: int, *, actor: Person, now: datetime) -> int:
    """Nothing more is to be done."""
    with _opened(store, id_, version, actor, now) as at:
        set_closed(at)
    return version + 1


def ask_removal(store: Store, id_: str, version: int, *, actor: Person, now: datetime) -> int:
    """Note that removal was asked for in Seller Central. Raises Rejected unless one of Amazon's criteria fits now."""
    with _opened(store, id_, version, actor, now) as at:
        found = _removal(at)
        if found.criterion is None:
            raise Rejected(found.why)
        if at.before("asked_at") and not at.before("decision"):
            raise Rejected("Removal was asked for already; note Amazon's decision first.")
        at.values |= TAKEN_BACK["decision"]
        at.values |= {"asked_at": now, "asked_by": actor.name, "asked_criterion": found.criterion}
        at.say("asked", found.criterion)
    return version + 1


def decide_removal(store: Store, id_: str, version: int, *, decision: str, actor: Person, now: datetime) -> int:
    """Note what Amazon decided: granted or refused."""
    with _opened(store, id_, version, actor, now) as at:
        if decision not in DECISIONS:
            raise Rejected("Choose granted or refused.")
        if not at.before("asked_at"):
            raise Rejected("Removal was not asked for yet.")
        at.values |= {"decision": decision, "decided_at": now, "decided_by": actor.name, "action_chosen": None}
        at.say("decision", decision)
    return version + 1


def contacted(store: Store, id_: str, version: int, *, actor: Person, now: datetime) -> int:
    """Note that the buyer was written to."""
    with _opened(store, id_, version, actor, now) as at:
        at.values |= {"contacted_at": now, "contacted_by": actor.name}
        at.say("contacted")
    return version + 1


def write_note(store: Store, id_: str, version: int, *, note: str, actor: Person, now: datetime) -> int:
    """Change the note."""
    words = note.replace("\0", "").strip()
    if len(words) > LONGEST_NOTE:
        raise Rejected(f"The note has {len(words):,} characters; {LONGEST_NOTE:,} are allowed.")
    with _opened(store, id_, version, actor, now) as at:
        at.values["note"] = words
        at.say("note")
    return version + 1


def take_back(store: Store, id_: str, version: int, *, what: str, actor: Person, now: datetime) -> int:
    """Take back one of TAKEN_BACK."""
    with _opened(store, id_, version, actor, now) as at:
        if what not in TAKEN_BACK:
            raise Rejected(f"{what!r} cannot be taken back.")
        at.values |= TAKEN_BACK[what]
        if what == "asked":
            at.values |= TAKEN_BACK["decision"]
        at.say("undo", what)
    return version + 1


def open_ticket(store: Store, settings: Settings, id_: str, version: int, *, actor: Person, now: datetime) -> int:
    """The ticket in which the buyer is written to: the one it has, the order's open one, or a new one; its id.

    The step becomes "contact the buyer". Raises Stale or Rejected.
    """
    with _opened(store, id_, version, actor, now) as at:
        if at.found.card.account not in settings.accounts:
            raise Rejected(f"There is no account {at.found.card.account!r} in the settings any more.")
        changes = desk.Changes(now, actor.name)
        ticket_id = tickets.find_or_open(at.session, at.found, changes)
        at.values |= {"ticket_id": ticket_id, "ticket_at": now, "ticket_by": actor.name}
        at.values["action_chosen"] = "contact_buyer"
        at.say("ticket", str(ticket_id))
        changes.write(at.session)
    return ticket_id


def begin_reply(store: Store, settings: Settings, id_: str, version: int, *, actor: Person, now: datetime) -> int:
    """The public answer to it, begun if there is none yet; its id. What happens to it is `answers`' business."""
    with _opened(store, id_, version, actor, now) as at:
        card = at.found.card
        there = public_answers.of_order(at.session, *at.key)
        if there is None:
            values = answers.checked(
                settings, kind="feedback", account=card.account, marketplace=card.marketplace or "",
                about=card.order_id, asked=at.found.said.comment or "(no comment)", stars=None, actor=actor,
            )  # fmt: skip
            answer_id, entry = answers.add(at.session, values, actor=actor, now=now)
            at.said.append(entry)
            at.say("reply")
        else:
            answer_id = there.id
        at.values["action_chosen"] = "public_reply"
    return answer_id


def set_kind(at: Work, kind: str) -> None:
    """Choose a kind inside a write."""
    if kind not in rules.KINDS:
        raise Rejected(f"Choose one of {', '.join(rules.KINDS.values())}.")
    said, card = at.found.said, at.found.card
    reading = cards.verdict(said, None, card, state=card.state, today=card.day).reading
    if kind != reading.kind:
        row = {"account": card.account, "order_id": card.order_id, "at": at.now, "by": at.actor.name}
        row |= {"language": card.language, "comment": said.comment, "words": list(reading.words)}
        rows.correct(at.session, row | {"proposed": reading.kind, "chosen": kind})
    at.values["kind_chosen"] = kind
    at.say("kind", kind)


def set_action(at: Work, action: str) -> None:
    """Choose a step inside a write. Raises Rejected for a removal that Amazon would refuse."""
    if action not in rules.ACTIONS:
        raise Rejected(f"Choose one of {', '.join(rules.ACTIONS.values())}.")
    if action == "removal_request" and _removal(at).criterion is None:
        raise Rejected(_removal(at).why)
    at.values["action_chosen"] = action
    at.say("action", action)


def set_closed(at: Work) -> None:
    """Close it inside a write."""
    if at.before("asked_at") and not at.before("decision"):
        raise Rejected("Amazon has not decided about the removal yet; note its decision first.")
    at.values |= {"closed_at": at.now, "closed_by": at.actor.name}
    at.say("closed")


def finish(at: Work, version: int) -> None:
    """Write what was collected if the version is still this one. Raises Stale."""
    rows.work(at.session, [at.key], by=at.actor.name, at=at.now)
    if not rows.change(at.session, at.key, version, **at.values, changed_at=at.now, changed_by=at.actor.name):
        raise Stale(GONE)



def _removal(at: Work) -> rules.Removal:
    card = at.found.card
    today = cards.today_in(card.marketplace, at.now)
    return cards.verdict(at.found.said, at.found.work, card, state=card.state, today=today).removal


@contextmanager
def _opened(store: Store, id_: str, version: int, actor: Person, now: datetime) -> Iterator[Work]:
    check_access(actor)
    with store.write() as session:
        found = rows.get(session, key_of(id_))
        if found is None:
            raise Rejected("There is no such feedback.")
        if (found.work.version if found.work else 0) != version:
            raise Stale(GONE)
        at = Work(session, found, actor, now)
        yield at
        finish(at, version)
        cards.refresh(session, [at.key], now=now)
        journal.append(session, *at.said)
