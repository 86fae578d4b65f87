"""Runs one stream: cursor in, batches out, rows and cursor and rejects in one commit, and a record of how it went."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import ledger, mail_counts, rejects, streams
from data.store import Store
from data.streams import Name
from services import sheet_reading
from services.errors import NeedsPerson, RetryLater, Waiting
from services.outbox import sheet_writes
from services.returns import keep
from services.rules.sheet_rows import SheetRead
from services.settings import Settings, now, real_now
from services.sources.base import Batch, ReadAgain, ReadsAgain, Stream, WritesBack
from services.sources.mail_rows import ArrivedMail, Looked
from services.sync import intake, rows, schedule

log = logging.getLogger(__name__)

NAMED = 20
"""So many mails that are not in the ledger are called by their names."""


@dataclass
class Tally:
    """What a run brought so far."""

    new: int = 0
    changed: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Outcome:
    """How a run ended: ok, waiting, retry or needs_person, with a sentence and what to do."""

    state: str
    message: str = ""
    what_to_do: str = ""
    after: timedelta | None = None
    tally: Tally = field(default_factory=Tally)


def run_stream(
    store: Store, settings: Settings, stream: Stream, *, keep_going: Callable[[], bool] = lambda: True
) -> Outcome:
    """Run a stream once from its cursor. Trouble outside is recorded, never raised; a stop leaves it continuable."""
    name = (stream.source, stream.account, stream.name)
    with store.write() as session:
        cursor = _cursor(session, name, stream)
        run_id = streams.start_run(session, name, at=now())
    tally = Tally()
    try:
        outcome = _fetch_and_write_back(store, settings, stream, cursor, tally, keep_going)
    except Waiting as error:
        outcome = Outcome("waiting", str(error), "Nothing: it goes on by itself.", error.after, tally)
    except RetryLater as error:
        outcome = Outcome("retry", str(error), "Nothing: it is tried again by itself.", error.after, tally)
    except NeedsPerson as error:
        outcome = Outcome("needs_person", str(error), error.what_to_do, tally=tally)
    except Exception as error:
        # Anything unforeseen is a bug of ours: recorded as one, and the other streams go on.
        log.exception("stream %s/%s/%s failed", *name)
        sentence = f"An error in Within24 itself ({type(error).__name__}); the log has the details."
        outcome = Outcome("retry", sentence, "Report it with the log.", tally=tally)
    with store.write() as session:
        _record(session, name, run_id, stream, outcome)
    return outcome


def _cursor(session: Session, name: Name, stream: Stream) -> str | None:
    """Where the stream goes on; before that, if a person wants documents read again."""
    cursor = streams.state(session, name).cursor
    places = rejects.wanted_again(session, name)
    return stream.forget(cursor, places) if places and isinstance(stream, ReadsAgain) else cursor


def _fetch_and_write_back(
    store: Store,
    settings: Settings,
    stream: Stream,
    cursor: str | None,
    tally: Tally,
    keep_going: Callable[[], bool],
) -> Outcome:
    """Read; then write what people did into the spreadsheets that were read, even if one lacks something."""
    trouble: NeedsPerson | None = None
    outcome = Outcome("ok", tally=tally)
    try:
        outcome = _fetch(store, settings, stream, cursor, tally, keep_going)
    except NeedsPerson as error:
        trouble = error
    for outlet in stream.outlets() if isinstance(stream, WritesBack) else ():
        tally.changed += sheet_writes.carry_out(store, outlet, now=now(), keep_going=keep_going)
    if trouble is not None:
        raise trouble
    return outcome


def _fetch(
    store: Store,
    settings: Settings,
    stream: Stream,
    cursor: str | None,
    tally: Tally,
    keep_going: Callable[[], bool],
) -> Outcome:
    name = (stream.source, stream.account, stream.name)
    for batch in stream.fetch(cursor, now()):
        with store.write() as session:
            _store(session, name, batch, tally)
        if any(isinstance(row, ArrivedMail) for row in batch.rows):
            intake.digest(store, settings, now(), keep_going=keep_going)
        if not keep_going():
            return Outcome("waiting", "Stopped; goes on where it was.", tally=tally)
        # So that it is not in memory while the next one is made.
        del batch
    if tally.new or tally.changed:
        keep.recount(store)
    return Outcome("ok", tally=tally)


def _store(session: Session, name: Name, batch: Batch, tally: Tally) -> None:
    mails = [row for row in batch.rows if isinstance(row, ArrivedMail)]
    tally.new += _store_mails(session, mails)
    new, changed = rows.store(session, [row for row in batch.rows if not isinstance(row, ArrivedMail)], now())
    tally.new, tally.changed = tally.new + new, tally.changed + changed
    for read in (fact for fact in batch.facts if isinstance(fact, SheetRead)):
        kept = sheet_reading.store(session, read, now=now())
        tally.new, tally.changed = tally.new + kept.new, tally.changed + kept.changed
    source, account, stream = name
    problems = [_problem(source, account, stream, each) for each in batch.rejected]
    rejects.read_again(session, name, [fact.place for fact in batch.facts if isinstance(fact, ReadAgain)])
    rejects.add(session, problems)
    tally.rejected += len(problems)
    _remember_looks(session, account, [fact for fact in batch.facts if isinstance(fact, Looked)])
    state = streams.state(session, name)
    state.cursor = batch.cursor
    if batch.progress:
        state.progress_done, state.progress_total = batch.progress


def _store_mails(session: Session, mails: Sequence[ArrivedMail]) -> int:
    rows, contents = [], {}
    for mail in mails:
        sha256 = hashlib.sha256(mail.raw).hexdigest()
        contents[sha256] = (mail.raw, mail.complete)
        rows.append(_ledger_row(mail, sha256))
    return ledger.store(session, rows, contents)


def _ledger_row(mail: ArrivedMail, sha256: str) -> dict[str, Any]:
    return {
        "account": mail.account,
        "mailbox_account": mail.account,
        "mailbox": mail.mailbox,
        "folder": mail.folder,
        "uidvalidity": mail.uidvalidity,
        "uid": mail.uid,
        "path": mail.path,
        "sha256": sha256,
        "size": len(mail.raw),
        "date_hint": mail.date_hint,
        "received_at": mail.received_at,
        "seen_at": now(),
        "unreadable": mail.unreadable,
    }


def _problem(source: str, account: str, stream: str, each: Any) -> dict[str, Any]:
    return {
        "source": source,
        "account": account,
        "stream": stream,
        "place": each.place,
        "raw": each.raw,
        "reason": each.reason,
        "at": now(),
        "state": "open",
    }


def _remember_looks(session: Session, account: str, looks: Sequence[Looked]) -> None:
    """Hold what the place shows against the ledger, mail by mail where it says which it holds."""
    for look in looks:
        lost, names = _lost(session, look)
        row = {
            "mailbox": look.mailbox,
            "folder": look.folder,
            "uidvalidity": look.uidvalidity,
            "account": account,
            "present": look.present,
            "missing": look.missing,
            "lost": lost,
            "lost_names": names,
            "looked_at": now(),
        }
        ledger.looked(session, [row])


def _lost(session: Session, look: Looked) -> tuple[int, list[str]]:
    """How many mails were handed over and have no row in the ledger, and what the first of them are called."""
    if look.held is None:
        before = ledger.last_look(session, look.mailbox, look.folder)
        same = before is not None and before.uidvalidity == look.uidvalidity
        return (before.lost, before.lost_names) if before and same else (0, [])
    uids = ledger.absent_uids(session, look.mailbox, look.folder, look.uidvalidity, look.held.uids)
    files = ledger.absent_files(session, look.mailbox, look.held.files)
    names: list[str] = []
    n = 0
    for name, lacks in (*((f"{look.folder} UID {uid}", 1) for uid in uids), *files):
        n += lacks
        if len(names) < NAMED:
            names.append(name)
    if n:
        # Rows that went without us were not counted off either.
        mail_counts.recount(session)
    return n, names


def _record(session: Session, name: Name, run_id: int, stream: Stream, outcome: Outcome) -> None:
    state = streams.state(session, name)
    moment = now()
    failed = outcome.state in ("retry", "needs_person")
    state.failures = state.failures + 1 if failed else 0
    state.next_at = real_now() + schedule.pause(stream.every, outcome.state, state.failures, outcome.after)
    state.failing_since = (state.failing_since or moment) if failed else None
    state.last_ok_at = moment if outcome.state == "ok" else state.last_ok_at
    state.running_since = None
    if not failed:
        rejects.not_read(session, name)
    state.state, state.message, state.what_to_do = outcome.state, outcome.message, outcome.what_to_do
    streams.end_run(
        session,
        run_id,
        ended_at=moment,
        state=outcome.state,
        rows_new=outcome.tally.new,
        rows_changed=outcome.tally.changed,
        rejected=outcome.tally.rejected,
        message=outcome.message,
        next_at=state.next_at,
    )
