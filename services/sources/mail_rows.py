"""What both mail sources hand over: mails as plain values, and what a look at their place showed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BATCH_MAILS = 200
BATCH_BYTES = 16 * 1024 * 1024
WHOLE_BYTES = 60 * 1024 * 1024
PART_BYTES = 1024 * 1024
HEADER_BYTES = 64 * 1024
COMPARE_EVERY = timedelta(hours=1)
"""How often a source that runs on names all that its place holds; a fresh process does so at once."""

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_DATE = re.compile(rb"^date[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class ArrivedMail:
    """One mail as its place showed it; (mailbox, folder, uidvalidity, uid, path) names it for good.

    `raw` is byte-exact; if `complete` is false it is the beginning of a mail over 60 MB, or nothing at all.
    `received_at` is the server's time of arrival, `date_hint` the Date header read cheaply. `unreadable` is a
    sentence when there is no mail to parse.
    """

    account: str
    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    path: str
    raw: bytes
    complete: bool = True
    received_at: datetime | None = None
    date_hint: datetime | None = None
    unreadable: str | None = None


@dataclass(frozen=True)
class Held:
    """Which mails a folder holds that were handed over once, to be compared with the ledger one by one.

    `uids` are ranges of UIDs of a mailbox folder; `files` are paths with (generation, number of entries).
    """

    uids: Sequence[range] = ()
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """What a folder held when it was looked at: `present` mails, `missing` of them not handed over yet.

    `held` says which they are, if this look took the time to ask.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    present: int
    missing: int
    held: Held | None = field(default=None, compare=False)


def ranges(uids: Iterable[int]) -> list[range]:
    """Ascending UIDs as the ranges that they make up: a whole mailbox is a few of them."""
    found: list[range] = []
    for uid in uids:
        if found and found[-1].stop == uid:
            found[-1] = range(found[-1].start, uid + 1)
        else:
            found.append(range(uid, uid + 1))
    return found


def date_hint(raw: bytes) -> datetime | None:
    """The Date header among the first 64 KB, in UTC; None if there is none that can be read. Never raises."""
    start = raw[:HEADER_BYTES]
    end = _HEADER_END.search(start)
    found = _DATE.search(start, 0, end.start() if end else len(start))
    if found is None:
        return None
    try:
        moment = parsedate_to_datetime(" ".join(found[1].decode("latin-1").split()))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
