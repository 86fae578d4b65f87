"""The Sync page: every source in words, the mail ledger, recent runs, and running a stream now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data import budgets, journal, leases, ledger, report_jobs, streams
from data.models.amazon_work import RateBudget, ReportJob
from data.models.ledger import Run, StreamState
from data.store import Store
from services import settings as settings_
from services.people import Person
from services.rules import rate_budget
from services.rules import report_jobs as job_rules
from services.rules.rate_budget import Bucket
from services.rules.usage_plans import PLANS, WHAT_FOR
from services.settings import Settings

STALE_AFTER = timedelta(minutes=10)
"""A source that was last read longer ago than this is shown as stale: grey, never green."""

WORDS = {
    "ok": "Up to date",
    "waiting": "Waiting; goes on by itself",
    "retry": "Trouble; tried again by itself",
    "needs_person": "Needs a person",
    "running": "Reading now",
    "never": "Not read yet",
    "stale": "Silent for too long",
}

WORST_FIRST = ("needs_person", "retry", "stale", "running", "waiting", "never", "ok")
QUIET = ("waiting", "never", "ok")
"""States of a stream that nobody needs to look at."""
SOURCES = {"mailbox": "Mailbox", "folder": "Folder", "amazon": "Amazon's API", "sheets": "Google Sheets"}
STREAMS = {
    "account_health": "Account health",
    "all_orders": "Orders report",
    "fba_replacements": "FBA replacements",
    "fba_returns": "FBA returns",
    "fbm_returns": "Merchant returns",
    "finance_events": "Finance events",
    "mail": "Mail",
    "orders": "Changed orders",
    "reports": "Report files",
    "seller_feedback": "Seller feedback",
    "sheets": "Spreadsheet files",
    "solicitations": "Review requests",
    "topics": "Review topics",
    "unshipped": "Unshipped orders",
    "wanted_orders": "Orders that people want",
}
"""What a stream is called on the page; what is not here (a mail folder) goes by its own name."""
JOBS_SHOWN, HISTORY_SHOWN = 30, 15


@dataclass(frozen=True)
class SourceState:
    """One stream of one source; `marketplace` is "" for all that the account serves.

    `state` is a key of WORDS, `progress` (done, expected or None) of a running import.
    """

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
    title: str = ""
    marketplace: str = ""

    @property
    def is_quiet(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.state in QUIET


@dataclass(frozen=True)
class Group:
    """The streams of one source of one account, worst first."""

    account: str
    source: str
    title: str
    streams: tuple[SourceState, ...]

    @property
    def loud(self) -> tuple[SourceState, ...]:
        """Those that somebody should look at, or that are being read now."""
        return tuple(each for each in self.streams if not each.is_quiet)

    @property
    def quiet(self) -> tuple[SourceState, ...]:
        """The others, by name."""
        return tuple(sorted((each for each in self.streams if each.is_quiet), key=lambda s: (s.title, s.marketplace)))

    @property
    def words(self) -> str:
        """How the quiet ones stand, in a few words."""
        parts = (("ok", "up to date"), ("waiting", "waiting"), ("never", "not read yet"))
        counts = ((sum(each.state == state for each in self.streams), said) for state, said in parts)
        return ", ".join(f"{n} {said}" for n, said in counts if n)


@dataclass(frozen=True)
class Budget:
    """How many calls of an operation Amazon allows now, of how many at most, and when all of them are back."""

    operation: str
    what_for: str
    left: int
    most: int
    full_in: timedelta
    refused_at: datetime | None


@dataclass(frozen=True)
class JobState:
    """One report that was asked of Amazon: what it is, over which time, and how it stands in words."""

    title: str
    marketplaces: str
    window_from: datetime | None
    window_to: datetime | None
    words: str
    message: str
    changed_at: datetime
    next_at: datetime | None


@dataclass(frozen=True)
class LedgerLine:
    """The mail ledger of one mailbox; `hidden` unanswered mails are older than `opens_from` and open no clock.

    `lost` are the names of the first mails that were fetched once and have no row.
    """

    mailbox: str
    seen: int
    ticketed: int
    filed: int
    set_aside: int
    unexplained: int
    hidden: int
    opens_from: datetime | None
    lost: tuple[str, ...] = ()


def sources(store: Store, settings: Settings, *, now: datetime) -> tuple[SourceState, ...]:
    """Every stream that the settings ask for, and those that once ran; worst first."""
    with store.read() as session:
        states = streams.states(session)
        working = leases.is_held(session, "sync", settings_.real_now())
    del settings
    found = [_state(row, now=now, working=working) for row in states.values()]
    return tuple(sorted(found, key=lambda s: (WORST_FIRST.index(s.state), s.account, s.source, s.stream)))


def judged(rows: Iterable[StreamState], *, now: datetime, working: bool) -> tuple[SourceState, ...]:
    """The same of rows that were read before, by whoever knows whether a sync process is at work."""
    found = [_state(row, now=now, working=working) for row in rows]
    return tuple(sorted(found, key=lambda s: (WORST_FIRST.index(s.state), s.account, s.source, s.stream)))


def groups(store: Store, settings: Settings, *, now: datetime) -> tuple[Group, ...]:
    """The same by account and source, those with trouble first: two statements, whatever they hold."""
    found: dict[tuple[str, str], list[SourceState]] = {}
    for state in sources(store, settings, now=now):
        found.setdefault((state.account, state.source), []).append(state)
    return tuple(
        Group(account, source, SOURCES.get(source, source.capitalize()), tuple(states))
        for (account, source), states in found.items()
    )


def budgets_left(store: Store, account: str) -> tuple[Budget, ...]:
    """What Amazon still allows to be called, by what it is for."""
    with store.read() as session:
        rows = budgets.of_account(session, account)
    found = [_budget(row, settings_.real_now()) for row in rows if row.operation in PLANS]
    return tuple(sorted(found, key=lambda each: each.what_for))


def _budget(row: RateBudget, real_now: datetime) -> Budget:
    plan = replace(PLANS[row.operation], rate=row.rate or PLANS[row.operation].rate)
    tokens = rate_budget.refilled(Bucket(row.tokens, row.at), plan, real_now).tokens
    full_in = timedelta(seconds=max(0.0, plan.capacity - tokens) / plan.used_rate)
    return Budget(row.operation, WHAT_FOR[row.operation], int(tokens), int(plan.capacity), full_in, row.refused_at)


def jobs(store: Store, account: str) -> tuple[JobState, ...]:
    """The reports that were asked of Amazon lately, newest first."""
    with store.read() as session:
        return tuple(_job(row) for row in report_jobs.latest(session, account, limit=JOBS_SHOWN))


def _job(row: ReportJob) -> JobState:
    return JobState(
        title=STREAMS.get(row.kind, row.kind),
        marketplaces=row.marketplaces.replace(",", ", "),
        window_from=row.window_from,
        window_to=row.window_to,
        words=job_rules.WORDS.get(row.state, row.state),
        message=row.message if row.message != job_rules.WORDS.get(row.state) else "",
        changed_at=row.changed_at,
        next_at=row.next_at if row.live else None,
    )


def history(store: Store, source: str, account: str, stream: str) -> list[Run]:
    """The last runs of one stream, newest first."""
    with store.read() as session:
        return streams.history(session, (source, account, stream), limit=HISTORY_SHOWN)


def is_working(store: Store) -> bool:
    """Whether a sync process holds the lease now."""
    with store.read() as session:
        return leases.is_held(session, "sync", settings_.real_now())


def fresh_at(store: Store) -> datetime | None:
    """When the mail that was read longest ago was last read; None if some was never read.

    Reports and sheets come by the hour or the day: each figure made of them carries an age of its own.
    """
    with store.read() as session:
        found = streams.states(session).values()
    moments = [state.last_ok_at for state in found if state.source not in ("amazon", "sheets")]
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
                lost=line.lost if line.unexplained else (),
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


def title_of(source: str, stream: str) -> str:
    """What a stream is called, with its source and its marketplace if it has one."""
    return " ".join((SOURCES.get(source, source), *(part for part in _named(source, stream) if part)))


def _named(source: str, stream: str) -> tuple[str, str]:
    """(title, marketplace); a mail folder may be called anything, so it keeps its name."""
    name, _, place = stream.partition(" ")
    return (STREAMS[name], place) if name in STREAMS and source != "mailbox" else (stream, "")


def is_well(row: StreamState, *, now: datetime) -> bool:
    """Whether a stream was read and nobody needs to look at it."""
    silent = not settings_.is_frozen() and _is_overdue(row, now)
    return row.state in QUIET and row.last_ok_at is not None and not silent


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
    title, place = _named(row.source, row.stream)
    return SourceState(
        title=title,
        marketplace=place,
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
