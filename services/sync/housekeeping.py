"""What the sync does beside reading: tickets solved by seven days of silence, and old quiet runs forgotten."""

from __future__ import annotations

from datetime import datetime

from data import bulk_actions, facts, presence, streams, tickets
from data.store import Store
from services import desk
from services.inbox.bulk import UNDO_WITHIN
from services.rules.ticket_status import SILENCE
from services.settings import real_now

ACTOR = "seven-day rule"
AT_ONCE = 500
RUNS_KEPT = 5000


def tidy(store: Store, now: datetime) -> int:
    """Solve pending tickets where our word was the last for seven days; how many."""
    solved = 0
    with store.write() as session:
        streams.forget_quiet(session, keep=RUNS_KEPT)
        bulk_actions.forget(session, now - UNDO_WITHIN)
        presence.forget(session, real_now() - presence.GONE_AFTER)
    while True:
        with store.write() as session:
            found = tickets.silent_since(session, now - SILENCE, limit=AT_ONCE)
            # Somebody may be deciding about one of them just now: what they decided stands.
            facts.lock(session, found)
            silent = tickets.silent_since(session, now - SILENCE, limit=AT_ONCE, among=found) if found else []
            tickets.decide(session, silent, status="solved", reason="silence", by=ACTOR, at=now)
            desk.rebuild(session, silent, now=now, actor=ACTOR)
        solved += len(silent)
        if len(found) < AT_ONCE:
            return solved
