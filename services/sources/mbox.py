"""Splits an mbox file into its entries, byte by byte as they are, without holding more than one in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from services.sources.mail_rows import PART_BYTES, WHOLE_BYTES

LINE_BYTES = 64 * 1024
_EMPTY = (b"\n", b"\r\n")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
# "From ann@example.com Thu Nov 19 10:00:00 2026", in any of the usual variants (RFC 4155).
_DATED = re.compile(rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\b\d{1,2}:\d\d\b")


@dataclass
class Entry:
    """One mail of an mbox: its index from 0, where its separator line starts, its bytes without that line.

    The empty line that closes an entry is not part of it; `>From ` stays as written. Over 60 MB only the
    first MB is kept and `complete` is false.
    """

    index: int
    at: int
    data: bytearray = field(default_factory=bytearray)
    complete: bool = True
    separated: bool = True

    @property
    def raw(self) -> bytes:
        """The bytes of the mail."""
        raw = bytes(self.data)
        for empty in (b"\r\n", b"\n") if self.complete else ():
            if raw.endswith(b"\n" + empty) or raw == empty:
                return raw[: -len(empty)]
        return raw

    def add(self, line: bytes) -> None:
        """Take one more line, or drop it if the entry is too long to be kept."""
        if not self.complete:
            return
        self.data += line
        if len(self.data) > WHOLE_BYTES:
            del self.data[PART_BYTES:]
            self.complete = False

    @property
    def counts(self) -> bool:
        """False for mere empty lines before the first separator."""
        return self.separated or bool(self.data.strip())


def entries(file: BinaryIO, size: int, index: int = 0) -> Iterator[Entry]:
    """The entries from the file's position up to byte `size`; the first one gets `index`.

    A separator is a `From ` line at the start or after an empty line, if a header follows it; one that
    carries a date needs neither. What stands before the first separator is an entry too.
    """
    entry: Entry | None = None
    fresh, after_empty, starts_line, at = True, True, True, file.tell()
    line = file.readline(min(LINE_BYTES, size - at))
    while line:
        following = file.readline(min(LINE_BYTES, max(0, size - at - len(line))))
        if starts_line and line.startswith(b"From ") and (fresh or _separates(line, following, after_empty)):
            if entry and entry.counts:
                yield entry
                index += 1
            entry = Entry(index, at)
        else:
            entry = entry or Entry(index, at, separated=False)
            entry.add(line)
        after_empty = starts_line and line in _EMPTY
        fresh, starts_line, at, line = False, line.endswith(b"\n"), at + len(line), following
    if entry and entry.counts:
        yield entry


def _separates(line: bytes, following: bytes, after_empty: bool) -> bool:
    return bool(_DATED.match(line)) or (after_empty and bool(_HEADER.match(following)))
