"""The sender: reserves a queued reply, hands it to the mail server, and writes down what became of it.

The reservation is on disk before the connection opens. Whatever kills the process after that leaves the reply in
`sending`, which the next start turns into `unknown`: a person looks, nothing is sent again by itself.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from contextlib import suppress
from datetime import datetime

from data import outgoing
from data.models.outgoing import Outgoing
from data.store import Store
from services.errors import Rejected
from services.outbox import compose, states
from services.outbox import send as post
from services.outbox.compose import File, Letter
from services.outbox.send import Outcome
from services.outbox.states import Way
from services.rules import outbox
from services.settings import Settings, Smtp, now, real_now

log = logging.getLogger(__name__)

HOLDER = uuid.uuid4().hex
TICK = 1.0
LEFT_BEHIND = (
    "The program ended while this reply was being sent, so it may or may not have left. "
    "Look in Seller Central, or wait for Amazon's copy."
)


def recover(store: Store) -> int:
    """Call what a dead process left in `sending` unknown; how many. Only for whoever holds the sync's lease."""
    with store.read() as session:
        left = [row.id for row in outgoing.being_sent(session)]
    for outbox_id in left:
        with states.opened(store, outbox_id, now=now()) as way:
            if way is not None and way.move("unknown", error=LEFT_BEHIND):
                way.say("unknown")
    return len(left)


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
    while not stop.is_set():
        try:
            deliver(store, settings, stop=stop)
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
    with store.write(durable=True) as session:
        if not outgoing.claim(session, row.id, holder=HOLDER, now=now(), real_now=real_now()):
            return None
    outcome = _send(store, row, smtp)
    _record(store, row.id, outcome)
    if outcome.kind != "accepted":
        log.warning("reply %d: %s, %s", row.id, outcome.kind, outcome.sentence)
    return outcome


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
        if way is None:
            return
        if outcome.kind == "accepted":
            # Also from `unknown`: whoever thought us dead meanwhile did not know what we know.
            done = states.handed_over(way, at=moment, holder=HOLDER)
        elif outcome.kind == "refused":
            done = states.came_back(way, "rejected", outcome.sentence, holder=HOLDER)
        elif outcome.kind == "unknown":
            done = way.move("unknown", holder=HOLDER, error=outcome.sentence)
            way.say("unknown")
        else:
            done = _try_later(way, outcome, real_now())
        if not done:
            log.error("reply %d was settled by somebody else while it was being sent", outbox_id)


def _try_later(way: Way, outcome: Outcome, real: datetime) -> bool:
    if outbox.is_given_up(way.row.not_before, real):
        sentence = f"No mail server took this reply for 24 hours ({way.row.attempts} attempts). {outcome.sentence}"
        return states.came_back(way, "rejected", sentence, holder=HOLDER)
    wait = outbox.LONGEST_PAUSE if outcome.kind == "needs_person" else outbox.pause(way.row.attempts)
    until = real + wait
    done = way.move("queued", holder=HOLDER, error=outcome.sentence, next_try_at=until)
    if outcome.kind != "later":
        outgoing.postpone(way.session, way.row.account, until=until, error=outcome.sentence)
    return done
