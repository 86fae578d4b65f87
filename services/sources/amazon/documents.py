"""Fetches a report's document into the state folder: streamed, bounded, wholly checked; then opens it as text.

The library loads a document several times into memory, takes an expired address's error page for it, and decodes by
guess. Here a document never stands in memory, and half of one never stands on disk under its name.
"""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO
from urllib.parse import urlsplit

import httpx

from services.errors import Rejected, RetryLater
from services.reports import decode
from services.settings import LOOPBACK
from services.sources.amazon.transport import TIMEOUT

LARGEST_PACKED = 1 << 30
LARGEST = 4 << 30
"""Bytes, as sent and unpacked. A million rows of orders are about 400 MB."""
LONGEST = 1800.0
PIECE = 1 << 16
GZIP = b"\x1f\x8b"


class AddressExpired(RetryLater):
    """The document's address is no longer good; a new one is to be asked for."""


class Broken(Rejected):
    """The document did not come whole: fetching it again may help."""


class TooLarge(Rejected):
    """The document is larger than any report should be."""


@dataclass(frozen=True)
class Document:
    """A raw document on disk, always gzip. `charset` is what Amazon declared, if anything; `size` bytes, unpacked."""

    path: Path
    charset: str | None
    size: int


def fetch(url: str, compression: str | None, target: Path) -> Document:
    """Download a document to `target` (always gzip). Half a document is never left under that name.

    Raises AddressExpired, RetryLater, Broken or TooLarge.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    _check_address(url)
    plain = {"accept-encoding": "identity"}
    try:
        with httpx.stream("GET", url, headers=plain, timeout=TIMEOUT, follow_redirects=False) as answer:
            _check(answer)
            size = _write(_bounded(answer), part, must_be_gzip=(compression or "").upper() == "GZIP")
            charset = answer.charset_encoding
        part.replace(target)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise RetryLater(f"The download of the report broke off: {type(error).__name__}.") from None
    finally:
        part.unlink(missing_ok=True)
    return Document(target, charset, size)


def open_binary(document: Document) -> BinaryIO:
    """The unpacked bytes, streamed."""
    return gzip.open(document.path, "rb")  # type: ignore[return-value]


@contextmanager
def open_text(document: Document, marketplaces: Sequence[str]) -> Iterator[TextIO]:
    """The text, streamed, by the charset that fits all of it; a pass over the document decides.

    Raises reports.base.Unreadable.
    """
    with open_binary(document) as stream:
        seen = decode.look(stream, marketplaces, document.charset)
        yield decode.open_text(stream, seen)


def is_whole(document: Document) -> bool:
    """Whether all of it can still be unpacked; a disk may have failed, or somebody may have touched the file."""
    size = 0
    try:
        with open_binary(document) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
    except (OSError, EOFError, zlib.error):
        return False
    return size == document.size


def head(document: Document, size: int = 4096) -> bytes:
    """The first unpacked bytes."""
    with open_binary(document) as stream:
        return stream.read(size)


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise RetryLater("Amazon named an address for the report that is not safe to open.")


def _check(answer: httpx.Response) -> None:
    if answer.status_code in (401, 403, 404, 410):
        raise AddressExpired("The report's address has expired.")
    if not answer.is_success:
        raise RetryLater(f"The report could not be downloaded ({answer.status_code}).")
    length = answer.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST_PACKED:
        raise TooLarge(f"The report has {int(length) >> 20} MB, more than any report should have.")


def _bounded(answer: httpx.Response) -> Iterator[bytes]:
    begun, size = time.monotonic(), 0
    for piece in answer.iter_raw(PIECE):
        size += len(piece)
        if size > LARGEST_PACKED:
            raise TooLarge("The report is larger than any report should be.")
        if time.monotonic() - begun > LONGEST:
            raise RetryLater("The download of the report takes too long.")
        yield piece


def _write(pieces: Iterator[bytes], part: Path, *, must_be_gzip: bool) -> int:
    """Pack what comes, unpacking it first, so that every byte is checked; its unpacked size."""
    size = 0
    with part.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0, filename="") as out:
        for piece in _unpacked(pieces, must_be_gzip=must_be_gzip):
            size += len(piece)
            if size > LARGEST:
                raise TooLarge("The report is larger than any report should be.")
            out.write(piece)
    return size


def _unpacked(pieces: Iterator[bytes], *, must_be_gzip: bool) -> Iterator[bytes]:
    """Unpacked pieces of bounded size. What is said to be gzip but is not is taken as it is.

    Raises Broken for gzip that ends early or is damaged.
    """
    first = next(pieces, b"")
    while first and len(first) < len(GZIP):
        more = next(pieces, None)
        if more is None:
            break
        first += more
    if not first.startswith(GZIP):
        if must_be_gzip and first.lstrip()[:1] == b"<":
            raise Broken("Amazon sent an error page instead of the report.")
        yield first
        yield from pieces
        return
    yield from _inflated(first, pieces)


def _inflated(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(wbits=31)
    for piece in _chain(first, pieces):
        data = piece
        while data:
            try:
                out = inflate.decompress(data, PIECE)
            except zlib.error:
                raise Broken("The report is damaged; it cannot be unpacked.") from None
            if out:
                yield out
            data = inflate.unconsumed_tail
            if inflate.eof:
                # Several packed pieces in a row are one document (RFC 1952, 2.2).
                data = inflate.unused_data.lstrip(b"\0")
                if data:
                    inflate = zlib.decompressobj(wbits=31)
    if not inflate.eof:
        raise Broken("The report came only in part.")


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
