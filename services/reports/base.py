"""What goes into a report reader and what comes out of it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

RAW_KEPT = 64 * 1024
_ADDRESS = re.compile(rb"[^\s<>()\"',;:=|]{1,64}@(?=[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{2,})")


@dataclass(frozen=True)
class Context:
    """Where a document comes from.

    `marketplaces` are the account's, `marketplace` is the one the document was asked for (None: not known, or all).
    `place` is what rejects are called after: a file name or report id. `now` is when a snapshot was taken.
    """

    account: str
    marketplaces: tuple[str, ...]
    marketplace: str | None
    place: str
    now: datetime

    @property
    def only(self) -> str | None:
        """The marketplace if there can be no other."""
        return self.marketplace or (self.marketplaces[0] if len(self.marketplaces) == 1 else None)


class Row(NamedTuple):
    """One row for a table of services/sync/rows.py; a value of None says nothing and overwrites nothing."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Unread:
    """One thing that could not be read: `place` is file name[:line], `raw` the line as it stood (UTF-8)."""

    place: str
    raw: bytes
    reason: str


class Unreadable(Exception):
    """A whole document that is not what it should be; `str()` is a sentence."""


def unread(context: Context, line: int | None, raw: str | bytes, reason: str) -> Unread:
    """A problem at a line, with a part of a document that has no lines, or (nothing raw) with the whole document."""
    content = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    place = context.place
    if line is not None:
        place = f"{place}:{line}"
    elif content:
        # Two parts of one answer must not be taken for one problem.
        place = f"{place}#{zlib.crc32(content):08x}"
    return Unread(place, without_addresses(content[:RAW_KEPT]), reason)


def without_addresses(raw: bytes) -> bytes:
    """Raw text without the local parts of mail addresses: what is kept to be looked at need not say who wrote."""
    return _ADDRESS.sub(b"****@", raw)
