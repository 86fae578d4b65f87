"""The sender: reserves a queued reply, hands it to the mail server, and writes down what became of it.

The reservation is on disk before the connection opens. Whatever kills the process after that leaves the reply in
`sending`, which the next start turns into `unknown`: a person looks, nothing is sent again by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from data import leases, outgoing
from data.models.outgoing import Outgoing
from data.store import Store
from services.errors import Rejected
from services.outbox import compose, holders, states
from services.outbox import send as post
from services.outbox.compose import File, Letter
from services.outbox.send import Outcome
from services.outbox.states import Way
from services.rules import outbox
from services.settings import Settings, Smtp, now, real_now

log = logging.getLogger(__name__)

TICK = 1.0
SIGN_EVERY = 10.0
SILENT_FOR = timedelta(seconds=60)
RECOVER_EVERY = 30.0
LEFT_BEHIND = (
    "The program ended while this reply was being sent, so it may or may not have left. "
    "Look in Seller Central, or wait for Amazon's copy."
)


SETTLED = outbox.COUNTS | {"bounced"}

_at_work: set[int] = set()
"""The replies that this process is sending just now."""


def recover(store: Store) -> int:
    """Call what a dead process left in `sending` unknown; how many. Other senders that live lose nothing.

    Dead is: a process of this host that does not run any more; one of another host that gave no sign for a minute;
    this one, of a reply that it is not at work on (the store was away when the outcome was to be written down).
    """
    with store.read() as session:
        clock = leases.shared_now(session, real_now())
        left = [row for row in outgoing.being_sent(session) if _is_left_behind(row, clock)]
    return sum(_give_up(store, row) for row in left)


def _is_left_behind(row: Outgoing, clock: datetime) -> bool:
    if row.holder == holders.me():
        return row.id not in _at_work
    alive = holders.is_alive(row.holder)
    if alive is None:
        return row.alive_at is None or clock - row.alive_at >= SILENT_FOR
    return not alive


def _give_up(store: Store, row: Outgoing) -> bool:
    with states.opened(store, row.id, now=now()) as way:
        done = way is not None and way.move("unknown", holder=row.holder, error=LEFT_BEHIND)
        if way is not None and done:
            way.say("unknown")
    return done


def deliver(store: Store, settings: Settings, *, stop: threading.Event, ignore_pauses: bool = False) -> int:
    """Try each reply that is due once; the number of attempts. An account whose server is away waits as a whole."""
    attempts, last = 0, 0
    away: set[str] = set()
    while not stop.is_set():
        with store.read() as session:
            row = outgoing.due(session, real_now(), after=last, ignore_pauses=ignore_pauses)
        if row is None:
            break
        last = row.id
        if row.account in away:
            continue
        outcome = _attempt(store, settings, row)
        if outcome is None:
            continue
        attempts += 1
        if outcome.kind in ("not_connected", "needs_person"):
            away.add(row.account)
    return attempts


def empty(store: Store, settings: Settings, *, stop: threading.Event) -> int:
    """Wait for the undo windows that are open now (ten seconds at most), then try everything once."""
    with store.read() as session:
        closes = outgoing.last_window(session, real_now())
    if closes is not None:
        until = time.monotonic() + min((closes - real_now()).total_seconds(), outbox.UNDO.total_seconds())
        stop.wait(max(0.0, until - time.monotonic()) + 0.01)
    return deliver(store, settings, stop=stop, ignore_pauses=True)


def run(store: Store, settings: Settings, *, stop: threading.Event) -> None:
    """Deliver whatever falls due until `stop` is set; beside the streams, so that a long import delays no reply."""
    recovered = time.monotonic()
    while not stop.is_set():
        try:
            deliver(store, settings, stop=stop)
            if time.monotonic() - recovered >= RECOVER_EVERY:
                recovered = time.monotonic()
                recover(store)
        except Exception:
            # The store may be away for a moment; the replies are in it and wait.
            log.exception("the outbox could not be worked on")
            stop.wait(10 * TICK)
            with suppress(Exception):
                recover(store)
        stop.wait(TICK)


def _attempt(store: Store, settings: Settings, row: Outgoing) -> Outcome | None:
    """Reserve, send, record; None if the reply was taken back in the last moment."""
    account = settings.accounts.get(row.account)
    smtp = account.smtp if account else None
    with _working_on(store, row.id):
        with store.write(durable=True) as session:
            if not outgoing.claim(session, row.id, holder=holders.me(), now=now(), real_now=real_now()):
                return None
        outcome = _send(store, row, smtp)
        _record(store, row.id, outcome)
    if outcome.kind != "accepted":
        log.warning("reply %d: %s, %s", row.id, outcome.kind, outcome.sentence)
    return outcome


@contextmanager
def _working_on(store: Store, outbox_id: int) -> Iterator[None]:
    """While the block runs nobody takes this process for dead, however slow the mail server is."""
    done = threading.Event()
    signs = threading.Thread(target=_give_signs, args=(store, outbox_id, done), name="outbox signs", daemon=True)
    _at_work.add(outbox_id)
    signs.start()
    try:
        yield
    finally:
        done.set()
        _at_work.discard(outbox_id)


def _give_signs(store: Store, outbox_id: int, done: threading.Event) -> None:
    while not done.wait(SIGN_EVERY):
        try:
            with store.write() as session:
                outgoing.still_alive(session, outbox_id, holder=holders.me(), real_now=real_now())
        except SQLAlchemyError as error:
            log.warning("reply %d: no sign could be given (%s)", outbox_id, type(error).__name__)


def _send(store: Store, row: Outgoing, smtp: Smtp | None) -> Outcome:
    if smtp is None:
        gone = f"The account {row.account} has no [smtp] settings any more."
        return Outcome("needs_person", f"{gone} Put them back, or answer in Seller Central.")
    try:
        mail = compose.mail(_letter(store, row, smtp), at=now())
    except Rejected as error:
        return Outcome("refused", str(error))
    except Exception as error:
        log.exception("reply %d could not be made into a mail", row.id)
        return Outcome("refused", f"This reply could not be made into a mail ({type(error).__name__}); see the log.")
    try:
        return post.send(smtp, mail, to=row.to_address)
    except Exception as error:
        log.exception("reply %d: sending failed in an unforeseen way", row.id)
        return Outcome("unknown", post.UNKNOWN.format(why=type(error).__name__))


def _letter(store: Store, row: Outgoing, smtp: Smtp) -> Letter:
    with store.read() as session:
        files = [File(file.name, file.data) for file in outgoing.files(session, row.id)]
    return Letter(
        sender=smtp.sender,
        to_address=row.to_address,
        subject=row.subject,
        message_id=row.message_id,
        body=row.body,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references.split()),
        files=files,
    )


def _record(store: Store, outbox_id: int, outcome: Outcome) -> None:
    moment = now()
    with states.opened(store, outbox_id, now=moment) as way:
        if way is None or way.row.state in SETTLED:
            # Amazon's copy, or a notice that it came back, was quicker than the server's answer.
            return
        holder = holders.me()
        if outcome.kind == "accepted":
            # Also from `unknown`: whoever thought us dead meanwhile did not know what we know.
            done = states.handed_over(way, at=moment, holder=holder)
        elif outcome.kind == "refused":
            done = states.came_back(way, "rejected", outcome.sentence, holder=holder)
        elif outcome.kind == "unknown":
            done = way.move("unknown", holder=holder, error=outcome.sentence)
            way.say("unknown")
        else:
            done = _try_later(way, outcome, real_now())
        if not done:
            log.error("reply %d was settled by somebody else while it was being sent", outbox_id)


def _try_later(way: Way, outcome: Outcome, real: datetime) -> bool:
    if outbox.is_given_up(way.row.not_before, real):
        sentence = f"No mail server took this reply for 24 hours ({way.row.attempts} attempts). {outcome.sentence}"
        return states.came_back(way, "rejected", sentence, holder=holders.me())
    wait = outbox.LONGEST_PAUSE if outcome.kind == "needs_person" else outbox.pause(way.row.attempts)
    until = real + wait
    done = way.move("queued", holder=holders.me(), error=outcome.sentence, next_try_at=until)
    if outcome.kind != "later":
        outgoing.postpone(way.session, way.row.account, until=until, error=outcome.sentence)
    return done
