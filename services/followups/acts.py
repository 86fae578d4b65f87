"""What can be done to one follow-up, each as a function over an opened row; `services.followups.writes` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from data import followups as rows
from data import journal, sheets
from data.models.followups import FollowupCard, FollowupWork
from data.models.sheets import Sheet, SheetRow
from services.errors import Rejected
from services.followups.cards import refused_of
from services.followups.cells import note_of, texts_of
from services.people import Person
from services.rules import followups as rules

LONGEST_NOTE = 2_000
LONGEST_WHY = 200
LONGEST_SNOOZE = timedelta(days=60)
CONTACT_ROLES = ("contacted", "date", "agent")
YES = "yes"


@dataclass
class Open:
    """A follow-up inside a write: its rows, the new values, the cells for the sheet, and what is logged with them.

    `zone`: the team's, in which the sheet's dates are written. `signature`: what the actor is called in a sheet that
    others read; empty while the local user has not said it.
    """

    session: Session
    work: FollowupWork
    card: FollowupCard
    row: SheetRow | None
    actor: Person
    now: datetime
    zone: tzinfo
    signature: str
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    said: list[journal.Entry] = field(default_factory=list)

    @property
    def state(self) -> str:
        """A key of `rules.followups.STATES`, a snooze that is over left out."""
        return rules.shown_state(self.card.state, self.card.snoozed_until, self.now)

    def say(self, what: str, before: object = None, after: object = None) -> None:
        """An entry of the activity log; no words of buyers and no cells are in it."""
        was, now = ({"value": value} if value is not None else None for value in (before, after))
        self.said.append(journal.Entry(self.now, self.actor.name, what, f"followup:{self.work.id}", was, now))

    def texts(self, roles: Iterable[str]) -> dict[str, str]:
        """What the cells say, or what they are to say once all that is queued is written."""
        if self.row is None:
            return {}
        return texts_of(roles, self.row, rows.last_writes(self.session, self.work.row_key), self._place())

    def note(self) -> str:
        """The same of the note, also where the sheet has no column for it."""
        write = rows.last_writes(self.session, self.work.row_key).get("note")
        return note_of(self.row, self.work.note, write, self._place())

    def _place(self) -> Sheet | None:
        tab = self.row.tab if self.row else ""
        return sheets.sheet(self.session, self.work.account, self.work.sheet, tab)


def contacted(at: Open, *, how: str = "message", when: datetime | None = None, by: str = "", note: str = "") -> None:
    """Somebody contacted the buyer; `by` is the actor if empty, `note` is added to what the row says already."""
    moment, person = when or at.now, by or at.actor.name
    if at.card.state == "resolved":
        raise Rejected("This row is resolved; reopen it first.")
    if how not in rules.HOWS or how == "sheet":
        raise Rejected("Say how: by a message on Amazon, by phone, or another way.")
    if moment > at.now:
        raise Rejected("The contact cannot lie in the future; give the time at which it was.")
    at.values |= {"contacted_at": moment, "contacted_by": person, "contacted_how": how, "snoozed_until": None}
    if at.work.contacted_at is None:
        at.values["cells_before"] = at.texts(CONTACT_ROLES)
    at.cells |= {"contacted": YES, "date": f"{moment.astimezone(at.zone):%Y-%m-%d}"}
    signed = at.signature if person == at.actor.name else person
    at.cells |= {"agent": signed} if signed else {}
    at.say("followup.contacted", at.card.contacted_by, person)
    if note.strip():
        _add_note(at, note.strip())


def not_contacted(at: Open) -> None:
    """Take a mark back that was made here; the sheet's cells become what they were before."""
    if at.work.contacted_at is None:
        raise Rejected("It was marked in the sheet; take the mark out there.")
    if at.card.state == "resolved":
        raise Rejected("This row is resolved; reopen it first.")
    at.values |= dict.fromkeys(("contacted_at", "contacted_by", "contacted_how", "cells_before"))
    at.cells |= at.work.cells_before or {}
    at.say("followup.not_contacted", at.work.contacted_by, None)


def snooze(at: Open, *, until: datetime | None = None) -> None:
    """Put it off; what is due stays due."""
    if at.card.state != "to_contact":
        raise Rejected("Only what must still be contacted can be put off.")
    if until is None or not at.now < until <= at.now + LONGEST_SNOOZE:
        raise Rejected(f"Choose a time within the next {LONGEST_SNOOZE.days} days.")
    at.values["snoozed_until"] = until
    at.say("followup.snooze", None, until.isoformat())


def unsnooze(at: Open) -> None:
    """End the snooze now."""
    if at.work.snoozed_until is None:
        raise Rejected("It is not snoozed.")
    at.values["snoozed_until"] = None
    at.say("followup.unsnooze")


def resolve(at: Open, *, why: str = "") -> None:
    """Close it; `why` is a key of rules.followups.WHYS, or words."""
    words = " ".join(why.split())
    if at.card.state == "resolved":
        raise Rejected("It is resolved already.")
    if not words or len(words) > LONGEST_WHY:
        raise Rejected(f"Say why, in at most {LONGEST_WHY} characters.")
    _close(at, words)


def reopen(at: Open) -> None:
    """Take the closing back."""
    if at.work.resolved_at is None:
        raise Rejected("It is not resolved.")
    at.values |= dict.fromkeys(("resolved_at", "resolved_by", "resolved_why"))
    at.say("followup.reopen", at.work.resolved_why, None)


def accept(at: Open, *, code: str = "") -> None:
    """Do what is proposed: close the row, or mark that we wrote to the buyer."""
    proposal = _proposal(at, code)
    if rules.PROPOSALS[proposal.code].does == "close":
        _close(at, proposal.code)
        return
    by = rows.replied_by(at.session, at.card.ticket_id, proposal.at) or at.actor.name
    contacted(at, when=min(proposal.at, at.now), by=by)


def refuse(at: Open, *, code: str = "") -> None:
    """Turn a proposal down; the same one does not come again."""
    proposal = _proposal(at, code)
    at.values["refused"] = "\n".join(sorted(refused_of(at.work) | {proposal.key}))
    at.say("followup.refuse", proposal.code, None)


def assign(at: Open, *, person: str = "") -> None:
    """Give it to somebody; without a name to whoever does it."""
    wanted = person.strip() or at.actor.name
    if wanted == at.work.owner:
        raise Rejected(f"{wanted} has it already.")
    at.say("followup.assign", at.work.owner, wanted)
    at.values["owner"] = wanted


def note(at: Open, *, text: str = "") -> None:
    """The row's note, here and in the sheet, instead of what it said."""
    words = " ".join(text.split())
    if len(words) > LONGEST_NOTE:
        raise Rejected(f"The note has {len(words):,} characters; {LONGEST_NOTE:,} are allowed.")
    _write_note(at, words)


ACTS: Mapping[str, Callable[..., None]] = {
    "contacted": contacted,
    "not_contacted": not_contacted,
    "snooze": snooze,
    "unsnooze": unsnooze,
    "resolve": resolve,
    "reopen": reopen,
    "accept": accept,
    "refuse": refuse,
    "assign": assign,
    "note": note,
}
"""What can be done to a follow-up, by name. Another one is a line here."""
IN_BULK = frozenset({"contacted", "snooze", "resolve", "reopen", "accept", "assign"})


def _close(at: Open, why: str) -> None:
    at.values |= {"resolved_at": at.now, "resolved_by": at.actor.name, "resolved_why": why, "snoozed_until": None}
    at.say("followup.resolve", None, why if why in rules.WHYS or why in rules.PROPOSALS else "words")


def _proposal(at: Open, code: str) -> rules.Proposal:
    """What is proposed now; `code` empty takes whatever it is."""
    found, moment = at.card.proposal, at.card.proposed_at
    if found is None or moment is None or code not in ("", found):
        raise Rejected("This is not proposed any more. Look again, then decide.")
    return rules.Proposal(found, moment)


def _add_note(at: Open, words: str) -> None:
    before = at.note()
    if words not in before:
        _write_note(at, f"{before}; {words}" if before else words)


def _write_note(at: Open, words: str) -> None:
    at.values["note"] = words
    at.cells["note"] = words
    at.say("followup.note", None, len(words))
