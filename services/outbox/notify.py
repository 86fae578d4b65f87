"""Sends notices to colleagues (steps of escalations, digests): each row once, reserved on disk before it leaves.

What a dead process left in `sending` becomes `unknown`: it counts as sent, is shown, and is never sent again.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from data import escalations as rows
from data import leases
from data.escalations import Sendable
from data.models.escalations import Digest, EscalationStep
from data.models.meeting import MeetingMail
from data.store import Store
from services.outbox import holders
from services.outbox import send as post
from services.outbox.send import Outcome
from services.rules import outbox
from services.settings import Settings, Smtp, now, real_now

log = logging.getLogger(__name__)

TABLES: tuple[Sendable, ...] = (EscalationStep, Digest, MeetingMail)
SILENT_FOR = timedelta(minutes=10)
"""After this long without an end whoever sends on another host is taken for dead; no sending takes half of it."""
MOST_TRIES = 8
"""So often a server that is away is tried, over about half an hour; then the step has failed."""
LEFT_BEHIND = "The program ended while this was being sent, so it may or may not have left. It is not sent again."
LOST = "The connection was lost before the mail server said whether it took it. It is not sent again."
ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_SMTP_SAID = re.compile(r"\(SMTP [^)]*\)")

Send = Callable[[], Outcome]


def wait() -> Outcome:
    """What `prepare` gives for a row that must not leave now, and waits as it is."""
    raise NotImplementedError


_at_work: set[tuple[str, int]] = set()
"""What this process is sending just now."""


@dataclass(frozen=True)
class Notice:
    """A mail to a colleague; `to` is no buyer's address."""

    to: str
    subject: str
    body: str
    message_id: str


def recover(store: Store) -> int:
    """Call what a dead process left in `sending` unknown; how many."""
    with store.read() as session:
        clock = leases.shared_now(session, real_now())
        sending = [(table, row) for table in TABLES for row in rows.being_sent(session, table)]
    given_up = 0
    for table, row in sending:
        if _is_left_behind(table, row, clock):
            with store.write(durable=True) as session:
                state = {"state": "unknown", "at": now(), "error": LEFT_BEHIND}
                given_up += rows.settle(session, table, row.id, among="sending", holder=row.holder, **state)
    return given_up


def _is_left_behind(table: Sendable, row: Any, clock: datetime) -> bool:
    if row.holder == holders.me():
        return (table.__tablename__, row.id) not in _at_work
    alive = holders.is_alive(row.holder)
    if alive is None:
        return row.since is None or clock - row.since >= SILENT_FOR
    return not alive


def deliver(store: Store, table: Sendable, prepare: Callable[[Any], Send | None], *, stop: threading.Event) -> int:
    """Try each row that waits once; how many attempts.

    `prepare` gives how a row is sent, `wait`, or None for what is not wanted any more.
    """
    attempts, last = 0, 0
    while not stop.is_set():
        with store.read() as session:
            row = rows.due(session, table, real_now(), after=last)
        if row is None:
            break
        last = row.id
        send = prepare(row)
        if send is wait:
            continue
        if send is None:
            with store.write() as session:
                rows.settle(session, table, row.id, among="queued", holder=None, state="cancelled", at=now())
            continue
        outcome = _attempt(store, table, row.id, send)
        attempts += outcome is not None
        if outcome is not None and outcome.kind == "not_connected":
            # All of it goes the same way: the others would only wait for the same server.
            break
    return attempts


def _attempt(store: Store, table: Sendable, row_id: int, send: Send) -> Outcome | None:
    """Reserve, send, record; None if somebody else was quicker."""
    with _working_on(table, row_id):
        with store.write(durable=True) as session:
            clock = leases.shared_now(session, real_now())
            if not rows.claim(session, table, row_id, holder=holders.me(), real_now=clock):
                return None
        try:
            outcome = send()
        except Exception as error:
            log.exception("%s %d: sending failed in an unforeseen way", table.__tablename__, row_id)
            outcome = Outcome("unknown", f"{LOST} ({type(error).__name__})")
        _record(store, table, row_id, outcome)
    return outcome


@contextmanager
def _working_on(table: Sendable, row_id: int) -> Iterator[None]:
    mine = (table.__tablename__, row_id)
    _at_work.add(mine)
    try:
        yield
    finally:
        _at_work.discard(mine)


def _record(store: Store, table: Sendable, row_id: int, outcome: Outcome) -> None:
    with store.write(durable=True) as session:
        row: Any = session.get(table, row_id)
        values = {"at": now(), **_settled(outcome, row.tries)}
        done = rows.settle(session, table, row_id, among="sending", holder=holders.me(), **values)
        if not done and outcome.kind == "accepted":
            # Whoever thought us dead meanwhile did not know what we know.
            done = rows.settle(session, table, row_id, among="unknown", holder=holders.me(), **values)
    if outcome.kind != "accepted" or not done:
        log.warning("%s %d: %s, %s", table.__tablename__, row_id, outcome.kind, outcome.sentence)


def _settled(outcome: Outcome, tries: int) -> dict[str, Any]:
    if outcome.kind == "accepted":
        return {"state": "sent", "error": ""}
    if outcome.kind == "unknown":
        return {"state": "unknown", "error": outcome.sentence}
    if outcome.kind in ("later", "not_connected") and tries < MOST_TRIES:
        pause = real_now() + outbox.pause(tries)
        return {"state": "queued", "error": outcome.sentence, "next_try_at": pause}
    return {"state": "failed", "error": outcome.sentence}


def mailer(settings: Settings) -> Smtp | None:
    """The mail server that takes our own notices: the named account's, else the first there is."""
    wanted = settings.notifications.account
    accounts = [settings.accounts[wanted]] if wanted in settings.accounts else list(settings.accounts.values())
    return next((each.smtp for each in accounts if each.smtp), None)


def refused_address(settings: Settings, address: str) -> str | None:
    """Why notices cannot go to an address, in a sentence; None if they can."""
    if not ADDRESS.fullmatch(address):
        return f"{address!r} is no mail address like bea@example.com."
    own = {each.smtp.sender.lower() for each in settings.accounts.values() if each.smtp}
    own |= {each.mailbox.user.lower() for each in settings.accounts.values() if each.mailbox}
    if address.lower() in own:
        # Its own notices would come in again as mail of an unknown kind, and be escalated.
        return f"{address} is the support mailbox itself; choose an address of your own."
    return None


def by_mail(smtp: Smtp, notice: Notice) -> Outcome:
    """Hand a notice to the mail server; what became of it, in words for colleagues."""
    outcome = post.send(smtp, letter(smtp.sender, notice, at=now()), to=notice.to)
    if outcome.kind == "unknown":
        return Outcome("unknown", LOST)
    if outcome.kind == "refused":
        said = _SMTP_SAID.search(outcome.sentence)
        return Outcome("refused", f"The mail server refuses this mail {said.group() if said else ''}".strip() + ".")
    return outcome


def letter(sender: str, notice: Notice, *, at: datetime) -> bytes:
    """The notice as bytes with CRLF line ends, marked as automatic so that nothing answers it by itself."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = notice.to
    message["Subject"] = " ".join(notice.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = notice.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body, charset="utf-8")
    return message.as_bytes()
