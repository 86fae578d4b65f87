"""Moves a reply from state to state, and does to its ticket what follows: status, promise, draft, log.

All of it inside the caller's transaction, with the ticket locked first; the caller derives the card at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import drafts, facts, journal, outgoing, tickets
from data.models.outgoing import Outgoing
from data.store import Store
from services import desk
from services.desk import Changes
from services.rules import outbox

OUTBOX = "outbox"
CHOICES = {"solve": ("solved", "known_fix"), "pending": ("pending", None)}
"""What the author chose to follow -> status and reason."""


@dataclass
class Way:
    """One reply inside a transaction, with the log that is written at the end."""

    session: Session
    row: Outgoing
    changes: Changes
    actor: str

    def move(self, to: str, *, holder: str | None = None, **values: Any) -> bool:
        """Set the state if the rule allows it from the state that is stored now; False if it does not."""
        among = [old for old in outbox.MOVES if outbox.may_move(old, to)]
        return outgoing.move(self.session, self.row.id, to, among=among, holder=holder, **values)

    def say(self, what: str, after: dict[str, Any] | None = None) -> None:
        """An entry of the activity log about the ticket; no words of the reply are in it."""
        known = {"value": self.row.id, **(after or {})}
        name = f"ticket:{self.row.ticket_id}"
        self.changes.entries.append(journal.Entry(self.changes.now, self.actor, f"reply.{what}", name, None, known))

    def derive(self) -> None:
        """Make the ticket's card anew from what is stored now."""
        self.session.flush()
        desk.derive(self.session, [self.row.ticket_id], self.changes)


@contextmanager
def opened(store: Store, outbox_id: int, *, now: datetime, actor: str = OUTBOX) -> Iterator[Way | None]:
    """A reply for one write, its ticket locked; afterwards the card is derived and the log written."""
    with store.write() as session:
        row = outgoing.get(session, outbox_id)
        if row is None:
            yield None
            return
        facts.lock(session, [row.ticket_id])
        # While we waited for the lock somebody may have merged the ticket.
        row = outgoing.get(session, outbox_id) or row
        way = Way(session, row, Changes(now, actor), actor)
        yield way
        way.derive()
        way.changes.write(session)


def handed_over(way: Way, *, at: datetime, what: str = "handed_over", holder: str | None = None, **more: Any) -> bool:
    """The reply is out, since `at`: it stops the clock, and what was to follow it follows."""
    if not way.move("handed_over", holder=holder, handed_over_at=at, error=None, next_try_at=None, **more):
        return False
    way.say(what, {"channel": way.row.channel})
    drafts.keep_promises(way.session, way.row.ticket_id, at=at)
    if way.row.after_send == "hold" and way.row.promise_until:
        until = way.row.promise_until
        drafts.promise(way.session, way.row.ticket_id, way.row.id, until=until, by=way.row.by, at=at)
    _set_status(way, at)
    return True


def came_back(way: Way, to: str, error: str, *, holder: str | None = None) -> bool:
    """The reply did not reach the buyer (`to`: bounced or rejected): it is work again, its words a draft."""
    if not way.move(to, holder=holder, settled_at=way.changes.now, error=error, next_try_at=None):
        return False
    way.say(to)
    drafts.forget_promise(way.session, way.row.id)
    restore_draft(way)
    way.derive()
    card = tickets.card(way.session, way.row.ticket_id)
    if card is not None and card.awaiting_since is None and card.status != "closed":
        # Nobody waits by the clock, yet somebody must look: On-hold says so and is never solved by silence.
        _decide(way, "on_hold", None, OUTBOX, way.changes.now)
    return True


def restore_draft(way: Way) -> None:
    """Give the words back to their author, above what they may have written since."""
    row = way.row
    there = drafts.draft(way.session, row.ticket_id, row.by)
    words = row.text
    if there is not None and there.text.strip() and there.text.strip() != words.strip():
        words = f"{words}\n\n{there.text}"
    card = tickets.card(way.session, row.ticket_id)
    version = card.version if card else 0
    drafts.save(way.session, row.ticket_id, row.by, words, at=way.changes.now, base_version=version)


def _set_status(way: Way, out_at: datetime) -> None:
    """Solved or Pending as the author chose, unless the buyer or somebody here said something in between.

    A message that the reply crossed is answered by it (Amazon's clock), though its author had not read it: On-hold
    keeps it in sight. One that came after the reply was out is owed an answer of its own and takes nothing away: the
    choice holds as of the hand-over. Whoever settles a reply by hand has the conversation before them.
    """
    row = way.row
    crossed = outgoing.crossing(way.session, row.ticket_id, queued_at=row.queued_at, out_at=out_at)
    if crossed and way.actor == OUTBOX:
        _decide(way, "on_hold", None, OUTBOX, way.changes.now)
        way.say("crossed", {"chosen": row.after_send})
        return
    ticket = tickets.ticket(way.session, row.ticket_id)
    if ticket is None or (ticket.decided_at is not None and ticket.decided_at > row.queued_at):
        return
    status, reason = CHOICES.get(row.after_send, (None, None))
    if status:
        since = way.changes.now if crossed else out_at
        _decide(way, status, reason, row.by, since)


def _decide(way: Way, status: str, reason: str | None, by: str, at: datetime) -> None:
    tickets.decide(way.session, [way.row.ticket_id], status=status, reason=reason, by=by, at=at)
