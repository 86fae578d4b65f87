"""The life of a report that Amazon is asked for: when it is begun, what follows on what, how long to wait.

Sources: the Reports API's statuses and limits; Amazon's answers in its issue tracker (the same FBA report twice within
its interval fails, a report may be stuck in the queue for days, CANCELLED is "no data" as well as "refused").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.rules.report_kinds import Kind, Window, history, rolling

OPEN = frozenset({"requested", "queued", "ready", "downloaded", "parked"})
CLOSED = frozenset({"loaded", "empty", "failed"})
MOVES: dict[str, frozenset[str]] = {
    "requested": frozenset({"requested", "queued", "ready", "failed"}),
    "queued": frozenset({"queued", "ready", "parked", "empty", "failed", "requested"}),
    "parked": frozenset({"parked", "ready", "empty", "failed", "requested"}),
    "ready": frozenset({"ready", "downloaded", "failed", "requested"}),
    "downloaded": frozenset({"loaded", "empty", "failed", "ready"}),
    "loaded": frozenset(),
    "empty": frozenset(),
    "failed": frozenset(),
}
"""State -> the states that may follow. To `requested` leads Amazon's FATAL, which is tried again a few times."""

WORDS = {
    "requested": "To be asked for",
    "queued": "Amazon is making the report",
    "ready": "Ready to be fetched",
    "downloaded": "Fetched",
    "loaded": "Read",
    "empty": "Amazon gave no report: there is no data, or it was refused",
    "parked": "Waiting long in Amazon's queue",
    "failed": "Not made",
}

POLLS = tuple(timedelta(seconds=each) for each in (30, 60, 120, 300))
PARK_AFTER = timedelta(hours=2)
PARKED_POLL = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(hours=24)
SETTLES = timedelta(minutes=2)
"""How long a report that was just asked for may be missing from Amazon's list of reports."""
FATAL_PAUSE = timedelta(minutes=30)
TRIES = 3
ROLLING = ""
"""The slot of the report over the stretch that still changes."""
SHORT_PAUSE = timedelta(minutes=5)
CANCELLED_PAUSES = tuple(timedelta(days=each) for each in (1, 3, 7, 30))
"""How long an old window that brought no report is left alone, by how often it did so in a row."""


@dataclass(frozen=True)
class Job:
    """One report under way, as stored: `data.models.amazon_work.ReportJob` says what the fields mean."""

    account: str
    kind: str
    marketplaces: tuple[str, ...]
    slot: str
    window_from: datetime | None
    window_to: datetime | None
    made_at: datetime
    state: str = "requested"
    asked_at: datetime | None = None
    queued_at: datetime | None = None
    next_at: datetime | None = None
    report_id: str | None = None
    document_id: str | None = None
    adopted: bool = False
    polls: int = 0
    attempts: int = 0
    file: str | None = None
    charset: str | None = None
    size: int | None = None
    message: str = ""
    id: int = 0
    version: int = 0
    changed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something remains to be done."""
        return self.state in OPEN


@dataclass(frozen=True)
class Found:
    """A report as Amazon lists it; unknown statuses count as under way."""

    report_id: str
    type: str
    status: str
    created: datetime
    start: datetime | None = None
    end: datetime | None = None
    marketplace_ids: frozenset[str] = frozenset()
    document_id: str | None = None


def wanted(
    kind: Kind, have: Sequence[Window], jobs: Sequence[Job], *, now: datetime, real_now: datetime
) -> list[tuple[str, Window | None]]:
    """(slot, window) of the reports to begin now: the rolling stretch once an interval, and pieces of history.

    `jobs` are this kind's open jobs and the closed ones of the last weeks. A piece that lately brought nothing is
    left alone for a while, one that is under way is not begun again, and no more than `at_once` are under way.
    """
    open_ = [job for job in jobs if job.is_open]
    free = kind.at_once - sum(job.state != "parked" and job.slot != ROLLING for job in open_)
    begin: list[tuple[str, Window | None]] = []
    if _is_due(kind, [job for job in jobs if job.slot == ROLLING], real_now):
        begin.append((ROLLING, rolling(kind, have, now)))
    elsewhere = [_window(job) for job in open_] + [_window(job) for job in _resting(jobs, real_now)]
    old = history(kind, [*have, *(each for each in elsewhere if each)], now)
    return begin + [(piece.slot, piece) for piece in old[: max(0, free)]]


def _is_due(kind: Kind, jobs: Sequence[Job], real_now: datetime) -> bool:
    if any(job.is_open for job in jobs):
        return False
    last = max((job.made_at for job in jobs), default=None)
    return last is None or real_now - last >= kind.interval


def _resting(jobs: Sequence[Job], real_now: datetime) -> Iterator[Job]:
    """The closed jobs whose window brought nothing and is left alone for now."""
    for slot in {job.slot for job in jobs} - {ROLLING}:
        closed = sorted((job for job in jobs if job.slot == slot and not job.is_open), key=lambda job: job.made_at)
        fruitless = [job for job in closed if job.state != "loaded"]
        if fruitless:
            pause = CANCELLED_PAUSES[min(len(fruitless), len(CANCELLED_PAUSES)) - 1]
            if real_now - fruitless[-1].made_at < pause:
                yield fruitless[-1]


def _window(job: Job) -> Window | None:
    return Window(job.window_from, job.window_to) if job.window_from and job.window_to else None


def next_due(jobs: Sequence[Job], real_now: datetime) -> timedelta:
    """How long until one of the open jobs has something to do."""
    moments = [job.next_at or real_now for job in jobs if job.is_open]
    return max(min(moments, default=real_now) - real_now, timedelta(0))


# Steps


def adoptable(
    kind: Kind, job: Job, listed: Iterable[Found], marketplace_ids: Collection[str], now: datetime
) -> Found | None:
    """The newest report in Amazon's list that is as good as the one to be asked for, so that no second is made.

    A report that we may have asked for ourselves (`job.asked_at`) is taken whatever became of it.
    """
    fits = [
        found
        for found in listed
        if found.type == kind.type and _same_places(kind, found, marketplace_ids) and _usable(kind, job, found, now)
    ]
    return max(fits, key=lambda found: found.created, default=None)


def _same_places(kind: Kind, found: Found, marketplace_ids: Collection[str]) -> bool:
    if not found.marketplace_ids:
        return not kind.each
    return found.marketplace_ids == frozenset(marketplace_ids)


def _usable(kind: Kind, job: Job, found: Found, now: datetime) -> bool:
    if job.asked_at is not None and found.created >= job.asked_at - SETTLES and _same_window(job, found):
        return True
    if found.status in ("CANCELLED", "FATAL"):
        return False
    oldest = now - (kind.interval if found.status == "DONE" else GIVE_UP_AFTER)
    slack = kind.interval if job.slot == ROLLING else timedelta(0)
    return found.created >= oldest and (_same_window(job, found) or (slack and _covers(job, found, slack)) or False)


def _same_window(job: Job, found: Found) -> bool:
    return _close(job.window_from, found.start) and (found.end is None or _close(job.window_to, found.end))


def _close(one: datetime | None, other: datetime | None) -> bool:
    # Amazon gives times back in whole seconds. A report without dates is always of now.
    return one is None or (other is not None and abs(one - other) <= timedelta(seconds=1))


def _covers(job: Job, found: Found, slack: timedelta) -> bool:
    if job.window_from is None or job.window_to is None or found.start is None:
        return job.window_from is None
    return found.start <= job.window_from + slack and (found.end or found.created) >= job.window_to - slack


def asking(job: Job, now: datetime) -> Job:
    """About to be asked for: stored before the call, because its answer may never come."""
    return replace(job, asked_at=now, next_at=None, message="")


def not_asked(job: Job, now: datetime, message: str, after: timedelta) -> Job:
    """Amazon certainly made no report: it refused the call."""
    return replace(job, asked_at=None, next_at=now + after, message=message)


def may_ask(job: Job, now: datetime) -> timedelta:
    """Zero if a report may be asked for now, else how long an earlier call's report may still be unlisted."""
    return max(timedelta(0), job.asked_at + SETTLES - now) if job.asked_at else timedelta(0)


def queued(job: Job, report_id: str, now: datetime) -> Job:
    """Amazon took the order."""
    return replace(job, state="queued", report_id=report_id, queued_at=now, polls=0, next_at=now + POLLS[0], message="")


def adopted(job: Job, found: Found, now: datetime) -> Job:
    """A report that is already there; its window is what will have been read."""
    start, end = job.window_from, job.window_to
    if start and end and found.start and not _same_window(job, found):
        start, end = found.start, found.end or min(found.created, end)
    taken = queued(job, found.report_id, min(found.created, now))
    return replace(taken, adopted=True, window_from=start, window_to=end, next_at=now)


def polled(job: Job, status: str, document_id: str | None, now: datetime) -> Job:
    """Amazon's word on the report. Call `fatal` for FATAL; an unknown status counts as under way."""
    if status == "DONE" and document_id:
        return replace(job, state="ready", document_id=document_id, next_at=now, polls=job.polls + 1, message="")
    if status == "CANCELLED":
        return nothing(job)
    waited = now - (job.queued_at or now)
    if waited >= GIVE_UP_AFTER:
        return failed(job, "Amazon did not make the report within 24 hours.")
    if waited >= PARK_AFTER:
        hours = int(waited / timedelta(hours=1))
        message = f"In Amazon's queue for {hours} hours; looked at again every half hour."
        return replace(job, state="parked", polls=job.polls + 1, next_at=now + PARKED_POLL, message=message)
    pause = POLLS[min(job.polls + 1, len(POLLS) - 1)]
    return replace(job, state="queued", polls=job.polls + 1, next_at=now + pause)


def is_given_up(job: Job, now: datetime) -> bool:
    """Whether a report still in the queue is to be cancelled."""
    return job.queued_at is not None and now - job.queued_at >= GIVE_UP_AFTER


def fatal(job: Job, reason: str, now: datetime) -> Job:
    """Amazon failed to make the report: asked for again after a pause, a few times."""
    return _again(job, reason or "Amazon could not make the report and gave no reason.", now, FATAL_PAUSE)


def lost(job: Job, now: datetime) -> Job:
    """Amazon no longer knows the report or its document."""
    return _again(job, "Amazon no longer has the report.", now, SHORT_PAUSE)


def _again(job: Job, message: str, now: datetime, pause: timedelta) -> Job:
    tried = replace(job, attempts=job.attempts + 1)
    if tried.attempts >= TRIES:
        return failed(tried, message)
    return replace(
        tried, state="requested", report_id=None, document_id=None, asked_at=None, queued_at=None, adopted=False,
        polls=0, next_at=now + pause, message=message,
    )  # fmt: skip


def fetched(job: Job, file: str, charset: str | None, size: int, now: datetime) -> Job:
    """The document lies in the state folder."""
    return replace(job, state="downloaded", file=file, charset=charset, size=size, next_at=now, message="")


def not_fetched(job: Job, reason: str, now: datetime) -> Job:
    """The document came broken; fetched again after a pause, a few times."""
    tried = replace(job, attempts=job.attempts + 1, next_at=now + SHORT_PAUSE, message=reason)
    return failed(tried, reason) if tried.attempts >= TRIES else tried


def gone(job: Job, now: datetime) -> Job:
    """The fetched file is no longer there: fetched again."""
    return replace(job, state="ready", file=None, charset=None, size=None, next_at=now)


def failed(job: Job, reason: str) -> Job:
    """Over, without rows; what was fetched stays where it is."""
    return replace(job, state="failed", next_at=None, message=reason)


def nothing(job: Job) -> Job:
    """A document without a byte in it, not even headings: as unknown as a cancelled report."""
    return replace(job, state="empty", next_at=None, message=WORDS["empty"])


def loaded(job: Job) -> Job:
    """Its rows are stored."""
    return replace(job, state="loaded", next_at=None, message="")
