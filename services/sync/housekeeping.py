"""What the sync does beside reading: solves silent tickets, gives negative feedback a ticket, forgets the old."""

from __future__ import annotations

from datetime import datetime

from data import bulk_actions, cases, facts, feedback_work, followups, presence, streams, tickets
from data.store import Store
from services import desk
from services.checklist import keeping as checklist
from services.claims import cards as claim_cards
from services.feedback import cards
from services.feedback import tickets as feedback_tickets
from services.followups import cards as followup_cards
from services.inbox import exposure
from services.inbox.bulk import UNDO_WITHIN
from services.response_time import counting, forecast, prints
from services.returns import alarms, keep
from services.rules.ticket_status import SILENCE
from services.settings import Settings, real_now

ACTOR = "seven-day rule"
AT_ONCE = 500
RUNS_KEPT = 5000


def tidy(store: Store, now: datetime, settings: Settings | None = None) -> int:
    """Solve pending tickets where our word was the last for seven days; how many. `settings`: keep the checklist."""
    solved = 0
    keep.recount(store)
    counting.recount(store, now=now)
    if prints.keep(store, now=now):
        counting.mend(store, now=now)
    forecast.learn(store, now=now)
    with store.write() as session:
        streams.forget_quiet(session, keep=RUNS_KEPT)
        bulk_actions.forget(session, now - UNDO_WITHIN)
        feedback_work.forget(session, now - UNDO_WITHIN)
        cards.note_gone(session, now=now)
        presence.forget(session, real_now() - presence.GONE_AFTER)
        cases.forget_steps(session, before=now - UNDO_WITHIN)
        claim_cards.lapse(session, now=now)
        followups.forget(session, before=now - UNDO_WITHIN)
        followup_cards.catch_up(session, now=now)
    feedback_tickets.open_for_negative(store, now)
    exposure.refresh(store, now=now)
    alarms.judge_all(store, now=now)
    if settings is not None:
        checklist.tend(store, settings, now)
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
