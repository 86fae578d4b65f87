"""Which streams run when: once over all of them, or a plain loop in one process until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from data import streams
from data.store import Store
from services.outbox import deliver
from services.settings import Settings, now, real_now
from services.sources import SOURCES
from services.sources.base import Stream
from services.sync import housekeeping, intake, runner, schedule

log = logging.getLogger(__name__)

TICK = 1.0
AFTER_TROUBLE = 15.0
HOUSEKEEPING_EVERY = 60
LAST_MAIL = 5.0


def connect(settings: Settings, only: str | None = None) -> list[Stream]:
    """All streams that the settings ask for, of one source or of all."""
    return [stream for source in SOURCES if only in (None, source.name) for stream in source.connect(settings)]


def run_once(store: Store, settings: Settings, *, only: str | None, stop: threading.Event) -> list[runner.Outcome]:
    """Run every stream once, then the daily chores; how each went."""
    _after_a_crash(store, settings, stop)
    if only is None:
        deliver.empty(store, settings, stop=stop)
    outcomes = []
    for stream in connect(settings, only):
        if not stop.is_set():
            outcomes.append(_run(store, settings, stream, stop))
    housekeeping.tidy(store, now())
    return outcomes


def run_forever(store: Store, settings: Settings, *, only: str | None, stop: threading.Event) -> None:
    """Run streams as they fall due until `stop` is set."""
    _after_a_crash(store, settings, stop)
    wanted = connect(settings, only)
    with _outbox_beside(store, settings, stop, wanted=only is None):
        ticks = 0
        while not stop.is_set():
            try:
                _tick(store, settings, wanted, stop, tidy=ticks % HOUSEKEEPING_EVERY == 0)
            except Exception:
                # A store that restarts, or a bug of ours: the next tick tries again, after a pause.
                log.exception("a round of the sync failed")
                stop.wait(AFTER_TROUBLE)
            ticks += 1
            stop.wait(TICK)


@contextmanager
def _outbox_beside(store: Store, settings: Settings, stop: threading.Event, *, wanted: bool) -> Iterator[None]:
    """Replies leave from a thread of their own, so that the import of a large mailbox delays none."""
    how = {"stop": stop}
    sender = threading.Thread(target=deliver.run, args=(store, settings), kwargs=how, name="outbox", daemon=True)
    if wanted:
        sender.start()
    try:
        yield
    finally:
        stop.set()
        if wanted:
            # Whoever is in the middle of a mail may finish it; else its outcome would be unknown.
            sender.join(LAST_MAIL)


def _tick(store: Store, settings: Settings, wanted: Sequence[Stream], stop: threading.Event, *, tidy: bool) -> None:
    for stream in _due(store, wanted):
        if not stop.is_set():
            _run(store, settings, stream, stop)
    # Mail that a person sent back from Data problems waits in the ledger, whatever the streams bring.
    intake.digest(store, settings, now(), keep_going=lambda: not stop.is_set())
    if tidy:
        housekeeping.tidy(store, now())


def _due(store: Store, wanted: Sequence[Stream]) -> list[Stream]:
    with store.read() as session:
        return schedule.due(wanted, streams.states(session), real_now())


def _run(store: Store, settings: Settings, stream: Stream, stop: threading.Event) -> runner.Outcome:
    outcome = runner.run_stream(store, settings, stream, keep_going=lambda: not stop.is_set())
    if outcome.state != "ok" or outcome.tally.new:
        log.info(
            "%s %s %s: %s, %d new %s",
            stream.source,
            stream.account,
            stream.name,
            outcome.state,
            outcome.tally.new,
            outcome.message,
        )
    return outcome


def _after_a_crash(store: Store, settings: Settings, stop: threading.Event) -> None:
    """Close what a dead process left open, and read the mail that it stored but did not get to."""
    with store.write() as session:
        streams.interrupted(session, at=now())
    deliver.recover(store)
    intake.digest(store, settings, now(), keep_going=lambda: not stop.is_set())
