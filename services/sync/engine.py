"""Which streams run when: once over all of them, or a plain loop in one process until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from data import streams
from data.models.ledger import StreamState
from data.store import Store
from data.streams import Name
from services.outbox import deliver
from services.settings import Settings, now, real_now
from services.sources import SOURCES
from services.sources.base import Stream
from services.sync import housekeeping, intake, notices, runner, schedule
from services.sync.memory import StoreMemory

log = logging.getLogger(__name__)

TICK = 1.0
AFTER_TROUBLE = 15.0
HOUSEKEEPING_EVERY = 60
LAST_MAIL = 5.0
SLOW = ("amazon", "sheets")
"""Sources that may take minutes over an answer or a report: each has a thread of its own."""
COUNTED = frozenset({"amazon"})
"""Sources whose every call is counted: a single run leaves out what was read just now."""
LONGEST_WAIT = timedelta(seconds=60)
"""A single run waits so long for reports under way; the next one finds them."""


def connect(store: Store, settings: Settings, only: str | None = None) -> list[Stream]:
    """All streams that the settings ask for, of one source or of all."""
    memory = StoreMemory(store, settings.state_dir)
    wanted = [source for source in SOURCES if only in (None, source.name)]
    return [stream for source in wanted for stream in source.connect(settings, memory)]


def run_once(store: Store, settings: Settings, *, only: str | None, stop: threading.Event) -> list[runner.Outcome]:
    """Run every stream once, but for what Amazon was asked just now, then the daily chores; how each went."""
    _after_a_crash(store, settings, stop)
    if only is None:
        deliver.empty(store, settings, stop=stop)
    wanted = _stale(store, connect(store, settings, only))
    outcomes: dict[Name, runner.Outcome] = {}
    for stream in wanted:
        if not stop.is_set():
            outcomes[stream.source, stream.account, stream.name] = _run(store, settings, stream, stop)
    _wait_for_outside(store, settings, wanted, outcomes, stop)
    housekeeping.tidy(store, now(), settings)
    if only is None:
        notices.once_if_possible(store, settings, stop=stop)
    return list(outcomes.values())


def _stale(store: Store, wanted: Sequence[Stream]) -> list[Stream]:
    """Without the counted sources' streams whose interval has not passed."""
    with store.read() as session:
        states, moment = streams.states(session), now()
    return [
        each
        for each in wanted
        if each.source not in COUNTED
        or not schedule.is_fresh(each, states.get((each.source, each.account, each.name)), moment)
    ]


def _wait_for_outside(
    store: Store,
    settings: Settings,
    wanted: Sequence[Stream],
    outcomes: dict[Name, runner.Outcome],
    stop: threading.Event,
) -> None:
    """Go on with what waits for something outside, such as a report under way, for a minute at most."""
    end = real_now() + LONGEST_WAIT
    while not stop.is_set():
        waiting = [
            stream
            for stream in wanted
            if (outcome := outcomes.get((stream.source, stream.account, stream.name)))
            and outcome.after is not None
            and outcome.state == "waiting"
        ]
        with store.read() as session:
            states = streams.states(session)
        if not waiting or min(_next(states, stream) for stream in waiting) > end:
            return
        for stream in schedule.due(waiting, states, real_now()):
            outcomes[stream.source, stream.account, stream.name] = _run(store, settings, stream, stop)
        stop.wait(TICK)


def _next(states: Mapping[Name, StreamState], stream: Stream) -> datetime:
    state = states.get((stream.source, stream.account, stream.name))
    return (state.next_at if state else None) or real_now()


def run_forever(store: Store, settings: Settings, *, only: str | None, stop: threading.Event) -> None:
    """Run streams as they fall due until `stop` is set. Replies and slow sources have a thread each beside the mail."""
    _after_a_crash(store, settings, stop)
    wanted = connect(store, settings, only)
    mail = [stream for stream in wanted if stream.source not in SLOW]
    outbox = partial(deliver.run, store, settings, stop=stop)
    with ExitStack() as beside:
        beside.enter_context(_beside("outbox", outbox, stop, wanted=only is None))
        telling = partial(notices.run, store, settings, stop=stop)
        beside.enter_context(_beside("notices", telling, stop, wanted=only is None))
        for source in SLOW:
            slow = [stream for stream in wanted if stream.source == source]
            others = partial(_rounds, stop, partial(_run_due, store, settings, slow, stop))
            beside.enter_context(_beside(source, others, stop, wanted=bool(slow)))
        ticks = count()
        _rounds(stop, lambda: _tick(store, settings, mail, stop, tidy=next(ticks) % HOUSEKEEPING_EVERY == 0))


def _rounds(stop: threading.Event, work: Callable[[], None]) -> None:
    while not stop.is_set():
        try:
            work()
        except Exception:
            # A store that restarts, or a bug of ours: the next round tries again, after a pause.
            log.exception("a round of the sync failed")
            stop.wait(AFTER_TROUBLE)
        stop.wait(TICK)


@contextmanager
def _beside(name: str, work: Callable[[], None], stop: threading.Event, *, wanted: bool) -> Iterator[None]:
    """Work in a thread of its own, so that the import of a large mailbox delays it not, nor it the mail."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    if wanted:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if wanted:
            # Whoever is in the middle of a mail may finish it; else its outcome would be unknown.
            thread.join(LAST_MAIL)


def _tick(store: Store, settings: Settings, wanted: Sequence[Stream], stop: threading.Event, *, tidy: bool) -> None:
    _run_due(store, settings, wanted, stop)
    # Mail that a person sent back from Data problems waits in the ledger, whatever the streams bring.
    intake.digest(store, settings, now(), keep_going=lambda: not stop.is_set())
    if tidy:
        housekeeping.tidy(store, now(), settings)


def _run_due(store: Store, settings: Settings, wanted: Sequence[Stream], stop: threading.Event) -> None:
    for stream in _due(store, wanted):
        if not stop.is_set():
            _run(store, settings, stream, stop)


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
