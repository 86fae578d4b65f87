"""The Sync page: every source in words, the mail ledger, recent runs, and running a stream now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data import journal, leases, ledger, streams
from data.models.ledger import Run, StreamState
from data.store import Store
from services import settings as settings_
from services.people import Person
from services.settings import Settings

STALE_AFTER = timedelta(minutes=10)
"""A source that was last read longer ago than this is shown as stale: grey, never green."""

WORDS = {
    "ok": "Up to date",
    "waiting": "Stopped half-way; goes on by itself",
    "retry": "Trouble; tried again by itself",
    "needs_person": "Needs a person",
    "running": "Reading now",
    "never": "Not read yet",
    "stale": "Silent for too long",
}


@dataclass(frozen=True)
class SourceState:
    """One stream of one source; `state` is a key of WORDS, `progress` (done, expected or None) of a running import."""

    source: str
    account: str
    stream: str
    state: str
    words: str
    last_ok_at: datetime | None
    failing_since: datetime | None
    next_in: timedelta | None
    message: str
    what_to_do: str
    progress: tuple[int, int | None] | None


@dataclass(frozen=True)
class LedgerLine:
    """The mail ledger of one mailbox; `hidden` unanswered mails are older than `opens_from` and open no clock."""

    mailbox: str
    seen: int
    ticketed: int
    filed: int
    set_aside: int
    unexplained: int
    hidden: int
    opens_from: datetime | None


def sources(store: Store, settings: Settings, *, now: datetime) -> tuple[SourceState, ...]:
    """Every stream that the settings ask for, and those that once ran; worst first."""
    with store.read() as session:
        states = streams.states(session)
        working = leases.is_held(session, "sync", settings_.real_now())
    del settings
    found = [_state(row, now=now, working=working) for row in states.values()]
    order = ["needs_person", "retry", "stale", "running", "waiting", "never", "ok"]
    return tuple(sorted(found, key=lambda s: (order.index(s.state), s.account, s.source, s.stream)))


def is_working(store: Store) -> bool:
    """Whether a sync process holds the lease now."""
    with store.read() as session:
        return leases.is_held(session, "sync", settings_.real_now())


def fresh_at(store: Store) -> datetime | None:
    """When the mail that was read longest ago was last read; None if some was never read.

    Amazon's reports come by the hour or the day: each figure made of them carries an age of its own.
    """
    with store.read() as session:
        found = streams.states(session).values()
    moments = [state.last_ok_at for state in found if state.source != "amazon"]
    known = [moment for moment in moments if moment]
    return min(known) if known and len(known) == len(moments) else None


def ledger_lines(store: Store) -> tuple[LedgerLine, ...]:
    """The ledger per mailbox."""
    with store.read() as session:
        hidden, horizons = ledger.hidden(session), ledger.horizons(session)
        return tuple(
            LedgerLine(
                mailbox=line.mailbox,
                seen=line.seen,
                ticketed=line.ticketed,
                filed=line.filed,
                set_aside=line.set_aside,
                unexplained=line.unexplained,
                hidden=hidden.get(line.mailbox, 0),
                opens_from=horizons.get(line.mailbox),
            )
            for line in ledger.lines(session)
        )


def rules_used(store: Store, mailbox: str) -> list[tuple[str, str, int]]:
    """(disposition, rule, how many) of a mailbox, most used first."""
    with store.read() as session:
        return ledger.rules_used(session, mailbox)


def runs(store: Store, *, limit: int = 50, mark: int | None = None) -> list[Run]:
    """Recent runs, newest first; `mark` is the id of the last one of the page before."""
    with store.read() as session:
        return streams.latest(session, limit=limit, before=mark)


def run_now(store: Store, source: str, account: str, stream: str, *, actor: Person, now: datetime) -> None:
    """Ask the sync process to run a stream at its next tick (a second at most)."""
    with store.write() as session:
        streams.want(session, (source, account, stream), at=now)
        entry = journal.Entry(now, actor.name, "sync.run_now", f"stream:{source}/{account}/{stream}")
        journal.append(session, entry)


def _is_overdue(row: StreamState, now: datetime) -> bool:
    """Whether a stream should have been read again a while ago; a daily one is not stale after an hour."""
    due = max((each for each in (row.last_ok_at, row.next_at) if each), default=None)
    return row.last_ok_at is not None and due is not None and now - due > STALE_AFTER


def _state(row: StreamState, *, now: datetime, working: bool) -> SourceState:
    state = row.state
    if row.running_since is not None and working:
        state = "running"
    elif state == "ok" and not settings_.is_frozen() and _is_overdue(row, now):
        state = "stale"
    words = WORDS[state] if working or state != "stale" else "No sync process is running"
    progress = (row.progress_done or 0, row.progress_total) if state == "running" and row.progress_total else None
    return SourceState(
        source=row.source,
        account=row.account,
        stream=row.stream,
        state=state,
        words=words,
        last_ok_at=row.last_ok_at,
        failing_since=row.failing_since,
        next_in=max(row.next_at - settings_.real_now(), timedelta(0)) if row.next_at and working else None,
        message=row.message,
        what_to_do=row.what_to_do if working else "Start it with `make run` or `python -m services.sync`.",
        progress=progress,
    )
