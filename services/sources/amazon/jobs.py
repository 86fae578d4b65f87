"""Takes a report's job one step further: looks whether Amazon has it already, asks, polls, fetches.

Each step is stored before the next begins, and may be repeated: a process that dies anywhere is followed by one that
finds the report Amazon made instead of asking for a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.errors import NeedsPerson, Waiting
from services.rules import report_jobs as rules
from services.rules.marketplaces import MARKETPLACES
from services.rules.report_jobs import Found, Job
from services.rules.report_kinds import KINDS, Kind
from services.sources.amazon import documents
from services.sources.amazon.client import Client
from services.sources.amazon.documents import Document
from services.sources.amazon.transport import Refused

LISTED_PAGES = 5
ADDRESSES = 2
"""How many addresses of one document are tried in a row; each costs a call of one a minute."""
REASON_BYTES = 20_000


def drive(job: Job, client: Client) -> Job:
    """Step on until the job is downloaded, closed, or has to wait (`job.next_at`). Raises RetryLater, NeedsPerson."""
    while job.is_open and job.state != "downloaded":
        now = client.clock.now()
        if job.next_at is not None and job.next_at > now:
            break
        job = advance(job, client, now)
    return job


def advance(job: Job, client: Client, now: datetime) -> Job:
    """One step, stored; the job afterwards. `now` is the real time."""
    return _STEPS[job.state](job, client, now)


def document(job: Job, client: Client) -> Document | None:
    """The fetched document of a job, or None if its file is gone."""
    path = client.memory.folder / (job.file or "-")
    if not job.file or not path.is_file():
        return None
    return Document(path, job.charset, job.size or 0)


def _request(job: Job, client: Client, now: datetime) -> Job:
    """Adopt what is there, else ask; the intention is stored first, since the answer may never come."""
    kind = KINDS[job.kind]
    found = _existing(kind, job, client, now)
    if found is not None:
        return client.memory.save(rules.adopted(job, found, now))
    wait = rules.may_ask(job, now)
    if wait:
        raise Waiting("An earlier order for this report may not be listed yet.", wait)
    job = client.memory.save(rules.asking(job, now))
    return client.memory.save(_ask(kind, job, client, now))


def _existing(kind: Kind, job: Job, client: Client, now: datetime) -> Found | None:
    since = now - max(kind.interval, rules.GIVE_UP_AFTER)
    listed: list[Found] = []
    pages = client.pages("getReports", reportTypes=[kind.type], createdSince=_z(since), pageSize=100)
    for number, page in enumerate(pages, 1):
        listed += [found for raw in page.get("reports") or () if (found := _found(raw))]
        if number == LISTED_PAGES:
            break
    ours = client.memory.known(client.account, {found.report_id for found in listed})
    return rules.adoptable(kind, job, [found for found in listed if found.report_id not in ours], _ids(job), now)


def _ask(kind: Kind, job: Job, client: Client, now: datetime) -> Job:
    dates = {"dataStartTime": job.window_from, "dataEndTime": job.window_to if kind.dated == "both" else None}
    given = {name: _z(moment) for name, moment in dates.items() if moment is not None}
    try:
        answer = client.call("createReport", reportType=kind.type, marketplaceIds=_ids(job), **given)
    except Refused as error:
        return rules.failed(job, str(error))
    except (Waiting, NeedsPerson) as error:
        after = error.after if isinstance(error, Waiting) and error.after else timedelta(0)
        client.memory.save(rules.not_asked(job, now, str(error), after))
        raise
    return rules.queued(job, str(answer["reportId"]), now)


def _poll(job: Job, client: Client, now: datetime) -> Job:
    try:
        report = client.call("getReport", job.report_id or "")
    except Refused as error:
        if error.status != 404:
            raise
        return client.memory.save(rules.lost(job, now))
    status, document_id = str(report.get("processingStatus")), _text(report.get("reportDocumentId"))
    if status == "FATAL":
        return client.memory.save(rules.fatal(job, _reason(job, document_id, client), now))
    after = rules.polled(job, status, document_id, now)
    if after.state == "failed" and status == "IN_QUEUE":
        # What is being made already cannot be cancelled; that it stays does no harm.
        with suppress(Refused):
            client.call("cancelReport", job.report_id or "")
    return client.memory.save(after)


def _fetch(job: Job, client: Client, now: datetime) -> Job:
    name = Path("reports", _safe(job.account), _safe(job.kind), f"{_safe(job.report_id or str(job.id))}.gz")
    try:
        made = _download(job.document_id or "", client, client.memory.folder / name)
    except documents.TooLarge as error:
        return client.memory.save(rules.failed(job, str(error)))
    except documents.Broken as error:
        return client.memory.save(rules.not_fetched(job, str(error), now))
    except Refused as error:
        if error.status != 404:
            raise
        return client.memory.save(rules.lost(job, now))
    return client.memory.save(rules.fetched(job, name.as_posix(), made.charset, made.size, now))


def _download(document_id: str, client: Client, target: Path) -> Document:
    """The document; its address lives for five minutes, so it is asked for right before."""
    for attempt in range(1, ADDRESSES + 1):
        about = client.call("getReportDocument", document_id)
        compression = _text(about.get("compressionAlgorithm"))
        try:
            return documents.fetch(str(about["url"]), compression, target)
        except documents.AddressExpired:
            if attempt == ADDRESSES:
                raise
    raise AssertionError("unreachable")


def _reason(job: Job, document_id: str | None, client: Client) -> str:
    """What Amazon says about a report that it could not make; "" if it says nothing."""
    if not document_id:
        return ""
    target = client.memory.folder / "reports" / _safe(job.account) / f"why-{_safe(job.report_id or '')}.gz"
    try:
        said = documents.head(_download(document_id, client, target), REASON_BYTES)
    except (documents.Broken, documents.TooLarge, documents.AddressExpired, Refused):
        return ""
    finally:
        target.unlink(missing_ok=True)
    return _details(said)


def _details(said: bytes) -> str:
    text = said.decode("utf-8", "replace")
    try:
        found = json.loads(text)
        text = str(found.get("errorDetails") or text) if isinstance(found, dict) else text
    except (ValueError, RecursionError):
        pass
    return f"Amazon could not make the report: {' '.join(text.split())[:300]}"


def _found(raw: Any) -> Found | None:
    """A report of Amazon's list; None if what it must have is missing."""
    if not isinstance(raw, dict):
        return None
    created, report_id = _moment(raw.get("createdTime")), _text(raw.get("reportId"))
    if created is None or report_id is None:
        return None
    places = raw.get("marketplaceIds")
    return Found(
        report_id,
        str(raw.get("reportType")),
        str(raw.get("processingStatus")),
        created,
        _moment(raw.get("dataStartTime")),
        _moment(raw.get("dataEndTime")),
        frozenset(str(place) for place in places) if isinstance(places, list) else frozenset(),
        _text(raw.get("reportDocumentId")),
    )


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _z(moment: datetime) -> str:
    # Rounded down: Amazon gives whole seconds back, and an end in the future is refused.
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ids(job: Job) -> list[str]:
    return [MARKETPLACES[code].id for code in job.marketplaces]


def _safe(name: str) -> str:
    """A name that is a file name and nothing else, whatever Amazon calls a report."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:80] or "_"


_STEPS: dict[str, Callable[[Job, Client, datetime], Job]] = {
    "requested": _request,
    "queued": _poll,
    "parked": _poll,
    "ready": _fetch,
}
