"""The streams of reports: each begins what is due, takes every report under way further, and reads what has come."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

from services.errors import NeedsPerson, Stale, Waiting
from services.reports import read as readers
from services.reports.base import Context, Unread, Unreadable
from services.rules import report_jobs as rules
from services.rules.report_jobs import Job
from services.rules.report_kinds import KINDS, Kind, Window, united
from services.sources.amazon import documents, jobs
from services.sources.amazon.client import TURN, Client
from services.sources.base import Batch, Problem, ReadAgain

BATCH_ROWS = 2000


@dataclass
class ReportStream:
    """One type of report of one account, for all its marketplaces or for one.

    The cursor is JSON: the stretches of time whose reports were read. A report that Amazon cancelled, failed or
    parked leaves it as it was: nothing is deleted, and the next one covers its time again.
    """

    client: Client
    kind: Kind
    marketplaces: tuple[str, ...]
    name: str
    account: str
    source: str = "amazon"
    mode: Literal["merge", "replace"] = "merge"
    every: timedelta = field(init=False)
    again: Sequence[Job] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self.every = min(self.kind.interval, timedelta(hours=1))

    def forget(self, cursor: str | None, places: Collection[str]) -> str | None:
        """Read the documents of these places once more, and after them all that came later; the cursor stays."""
        read = [job for job in self._jobs() if job.file and job.state in ("loaded", "failed")]
        wanted = [job.id for job in read if any(place.startswith(job.file or "-") for place in places)]
        self.again = [job for job in read if wanted and job.id >= min(wanted)]
        return cursor

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield the rows of the reports that are there.

        Raises Waiting while reports are under way, RetryLater, and NeedsPerson for one that Amazon cannot make.
        """
        have = _load(cursor)
        yield from self._read_again(_dump(have), now)
        self._begin(have, now)
        for job in [job for job in self._jobs() if job.is_open]:
            stepped = self._driven(job)
            if stepped is not None and stepped.state == "downloaded":
                for batch in self._load(stepped, have, now):
                    have = _load(batch.cursor)
                    yield batch
        self._say_how_it_stands(have, now)

    def _driven(self, job: Job) -> Job | None:
        """The job as far as it came; None if it waits for its turn, or if another process has it."""
        try:
            return jobs.drive(job, self.client)
        except (Waiting, Stale):
            # The others need not wait with it; what it waits for is said at the end.
            return None

    def _begin(self, have: Sequence[Window], now: datetime) -> None:
        """Store the jobs that are due; nothing is asked of Amazon yet."""
        real_now = self.client.clock.now()
        wanted = rules.wanted(self.kind, have, self._jobs(), now=now, real_now=real_now)
        for slot, window in wanted:
            start, end = (window.start, window.end) if window else (None, None)
            self.client.memory.begin(Job(self.account, self.kind.name, self.marketplaces, slot, start, end, real_now))

    def _jobs(self) -> Sequence[Job]:
        return self.client.memory.jobs(self.account, self.kind.name, self.marketplaces)

    def _load(self, job: Job, have: Sequence[Window], now: datetime) -> Iterator[Batch]:
        """The rows of a fetched document; the last batch hands over the cursor, and only then is the job done."""
        cursor = _dump(have)
        document = jobs.document(job, self.client)
        if document is None or not documents.is_whole(document):
            self.client.memory.save(rules.gone(job, self.client.clock.now()))
            return
        if not document.size:
            self.client.memory.save(rules.nothing(job))
            return
        if reason := readers.wrong(self.kind.name, documents.head(document, readers.HEAD)):
            yield Batch([], cursor, [Problem(job.file or "", b"", reason)])
            self.client.memory.save(rules.failed(job, reason))
            return
        try:
            with documents.open_text(document, self.marketplaces) as stream:
                yield Batch([], cursor, facts=[ReadAgain(job.file or "")])
                yield from _batches(readers.read(self.kind.name, stream, self._context(job, now)), cursor)
        except Unreadable as trouble:
            yield Batch([], cursor, [Problem(job.file or "", b"", str(trouble))])
            self.client.memory.save(rules.failed(job, str(trouble)))
            return
        read = [Window(job.window_from, job.window_to)] if job.window_from and job.window_to else []
        yield Batch([], _dump([*have, *read]))
        self.client.memory.save(rules.loaded(job))

    def _read_again(self, cursor: str, now: datetime) -> Iterator[Batch]:
        """What a person wants read once more, from the files that are kept; their jobs stay as they are."""
        again, self.again = self.again, ()
        for job in again:
            document = jobs.document(job, self.client)
            if document is None or not documents.is_whole(document):
                continue
            yield Batch([], cursor, facts=[ReadAgain(job.file or "")])
            try:
                with documents.open_text(document, self.marketplaces) as stream:
                    yield from _batches(readers.read(self.kind.name, stream, self._context(job, now)), cursor)
            except Unreadable as trouble:
                yield Batch([], cursor, [Problem(job.file or "", b"", str(trouble))])

    def _context(self, job: Job, now: datetime) -> Context:
        only = self.marketplaces[0] if len(self.marketplaces) == 1 else None
        return Context(self.account, self.marketplaces, only, job.file or job.report_id or "", now)

    def _say_how_it_stands(self, have: Sequence[Window], now: datetime) -> None:
        """Nothing if all is read; else Waiting with the next moment, or NeedsPerson for what Amazon cannot make."""
        real_now, all_jobs = self.client.clock.now(), self._jobs()
        open_ = [job for job in all_jobs if job.is_open]
        if open_:
            said = max(open_, key=lambda job: (job.state == "parked", bool(job.message)))
            wait = rules.next_due(open_, real_now)
            raise Waiting(said.message or f"{rules.WORDS[said.state]}.", max(wait, TURN))
        rolling = [job for job in all_jobs if job.slot == rules.ROLLING]
        if rolling and rolling[-1].state == "failed":
            advice = "It is asked for again after a while; Seller Central's own report may show what is wrong."
            raise NeedsPerson(rolling[-1].message, advice)
        if rules.wanted(self.kind, have, all_jobs, now=now, real_now=real_now):
            raise Waiting("Older reports are still to be read.", TURN)


def streams(client: Client, account: str, marketplaces: tuple[str, ...]) -> list[ReportStream]:
    """The streams of an account's reports; merchant returns are asked for in one of their two forms only."""
    made = []
    for kind in KINDS.values():
        if kind.name == "fbm_returns_xml":
            continue
        for places in [(code,) for code in marketplaces] if kind.each else [marketplaces]:
            name = f"{kind.name} {places[0]}" if kind.each else kind.name
            made.append(ReportStream(client, kind, places, name, account))
    return made


def _batches(found: Iterator[Any], cursor: str) -> Iterator[Batch]:
    """Rows and problems in pieces, none of which moves the cursor."""
    while piece := list(islice(found, BATCH_ROWS)):
        rows = [each for each in piece if not isinstance(each, Unread)]
        problems = [Problem(each.place, each.raw, each.reason) for each in piece if isinstance(each, Unread)]
        yield Batch(rows, cursor, problems)


def _load(cursor: str | None) -> list[Window]:
    try:
        found = json.loads(cursor or "[]")
        return united(Window(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in found)
    except (ValueError, TypeError):
        return []


def _dump(have: Sequence[Window]) -> str:
    return json.dumps([[each.start.isoformat(), each.end.isoformat()] for each in united(have)])
