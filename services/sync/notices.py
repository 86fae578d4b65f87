"""Tells colleagues what must be decided: what escalates by itself, steps of ladders, digests of Today, packs."""

from __future__ import annotations

import logging
import threading

from data.store import Store
from services import digest
from services.escalations import causes, ladder
from services.meeting import mail as meeting_mail
from services.outbox import notify
from services.settings import Settings, now

log = logging.getLogger(__name__)

EVERY, AFTER_TROUBLE = 15.0, 60.0


def once(store: Store, settings: Settings, *, stop: threading.Event) -> None:
    """One round: first what a dead process left, then whatever is due."""
    notify.recover(store)
    causes.look(store, settings, now=now())
    ladder.climb(store, settings, now=now(), stop=stop)
    digest.send_due(store, settings, now=now(), stop=stop)
    meeting_mail.send_due(store, settings, now=now(), stop=stop)


def once_if_possible(store: Store, settings: Settings, *, stop: threading.Event) -> None:
    """One round; what goes wrong with notices is no reason to call a sync that read everything failed."""
    try:
        once(store, settings, stop=stop)
    except Exception:
        log.exception("notices could not be worked on")


def run(store: Store, settings: Settings, *, stop: threading.Event) -> None:
    """Rounds until `stop` is set; in a thread of its own, so that a mail server that is away delays no mail."""
    while not stop.is_set():
        try:
            once(store, settings, stop=stop)
            stop.wait(EVERY)
        except Exception:
            # A store that restarts, or a bug of ours: what is due stays due.
            log.exception("notices could not be worked on")
            stop.wait(AFTER_TROUBLE)
