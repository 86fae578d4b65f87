"""What both mail sources hand over: mails as plain values, and what a look at their place showed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BATCH_MAILS = 200
BATCH_BYTES = 16 * 1024 * 1024
WHOLE_BYTES = 60 * 1024 * 1024
PART_BYTES = 1024 * 1024
HEADER_BYTES = 64 * 1024

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
class Looked:
    """What a folder held when it was looked at: `present` mails, `missing` of them not handed over yet."""

    mailbox: str
    folder: str
    uidvalidity: int
    present: int
    missing: int


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
