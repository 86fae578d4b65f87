"""The charset ladder of report documents: byte order mark, declared charset, UTF-8, cp932, cp1252, Latin-1."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from services.reports.base import Unreadable

PIECE = 1 << 20
LONGEST_LINE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JAPANESE = {"windows-31j", "shift_jis", "shift-jis", "sjis", "x-sjis", "ms932", "ms_kanji", "cp932", "csshiftjis"}
_LATIN = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii", ""}
_PROLOG = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w.:-]{1,40})", re.I)
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fe]")
_ASCII_LIKE = frozenset({"utf-8", "cp932", "cp1252"})
_LINE_BY_LINE = "utf-8, else "


@dataclass(frozen=True)
class Look:
    """What one pass over a document showed.

    `charset` is Python's name, or `utf-8, else <name>` for one that is not UTF-8 throughout: then each line is read by
    the first of the two that fits. `replaced`: bytes that no charset fits will be replaced. `digest` names the content.
    """

    charset: str
    replaced: bool
    size: int
    digest: str
    head: bytes


def look(
    stream: BinaryIO, marketplaces: Sequence[str] = (), declared: str | None = None, *, most: int | None = None
) -> Look:
    """Read a seekable document once, in flat memory, and decide its charset; the stream is left at its end.

    `marketplaces` are those that may have written it (JP makes cp932 possible); `declared` is a Content-Type's charset.
    Raises Unreadable for a document of more than `most` bytes, which a packed one may turn out to be.
    """
    stream.seek(0)
    head = stream.read(64 * 1024)
    stated = declared or _prolog(head)
    tries = _Tries(_candidates(head, marketplaces, stated))
    digest, size, piece = hashlib.blake2b(digest_size=16), 0, head
    while piece:
        digest.update(piece)
        size += len(piece)
        if most and size > most:
            raise Unreadable(f"Unpacked the file has more than {most // 1024**3} GB; it is not read.")
        tries.feed(piece)
        piece = stream.read(PIECE)
    charset, replaced = tries.chosen()
    return Look(charset, replaced, size, digest.hexdigest(), head)


def open_text(stream: BinaryIO, seen: Look) -> TextIO:
    """The document as text from its beginning, without byte order mark and with its own line ends."""
    stream.seek(0)
    if seen.charset.startswith(_LINE_BY_LINE):
        lines = _LineByLine(stream, seen.charset.removeprefix(_LINE_BY_LINE))
        return io.TextIOWrapper(io.BufferedReader(lines, PIECE), "utf-8", "replace", newline="")
    return io.TextIOWrapper(stream, seen.charset, "replace", newline="")


def text_of(raw: bytes, marketplaces: Sequence[str] = ()) -> str:
    """A short document, or the beginning of one, as text by the same ladder."""
    stream = io.BytesIO(raw)
    return open_text(stream, look(stream, marketplaces)).read()


class _Tries:
    """Strict decoders side by side; those that meet bytes of another charset drop out."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._left = {name: codecs.getincrementaldecoder(name)("strict") for name in self._names}

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        plain = piece.isascii() and not final and not any(each.getstate()[0] for each in self._left.values())
        if plain and _ASCII_LIKE.issuperset(self._left):
            return
        for name in list(self._left):
            try:
                self._left[name].decode(piece, final)
            except UnicodeError:
                del self._left[name]

    def chosen(self) -> tuple[str, bool]:
        """(charset, whether something will be replaced); the first that reads everything."""
        self.feed(b"", final=True)
        best = next((name for name in self._names if name in self._left), None)
        if self._names[0] not in _ASCII_LIKE:
            return best or self._names[0], best is None
        if best == "utf-8":
            return best, False
        return _LINE_BY_LINE + (best or "cp1252"), best is None


class _LineByLine(io.RawIOBase):
    """A document turned into UTF-8: each line that is not UTF-8 is read by the other charset."""

    def __init__(self, stream: BinaryIO, other: str) -> None:
        self._lines, self._other, self._rest = _bounded_lines(stream), other, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        room = memoryview(buffer)  # type: ignore[arg-type]
        if not self._rest:
            self._rest = self._as_utf8(next(self._lines, b""))
        piece, self._rest = self._rest[: len(room)], self._rest[len(room) :]
        room[: len(piece)] = piece
        return len(piece)

    def _as_utf8(self, line: bytes) -> bytes:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return _decoded(line, (self._other, "cp1252", "latin-1")).encode("utf-8")
        return line


def _decoded(line: bytes, names: Sequence[str]) -> str:
    for name in names:
        try:
            return line.decode(name)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _bounded_lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_LINE):
        yield line


def _candidates(head: bytes, marketplaces: Sequence[str], declared: str | None) -> list[str]:
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None) or _unmarked_utf16(head)
    if marked:
        return [marked]
    name = (declared or "").strip(" \"'").lower()
    japanese = ["cp932"] if name in _JAPANESE or _may_be_japanese(head, marketplaces) else []
    other = [] if name in _JAPANESE | _LATIN | {"utf-8", "utf8"} else _known(name)
    return [*other, "utf-8", *japanese, "cp1252"]


def _known(name: str) -> list[str]:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return []
    is_charset = getattr(codec, "_is_text_encoding", True) and codec.name.startswith(("iso", "cp", "utf-8", "utf-16"))
    return [codec.name] if is_charset else []


def _may_be_japanese(head: bytes, marketplaces: Sequence[str]) -> bool:
    """Where nothing but Japan can have written it, or where Japan may have and there is kana in it."""
    if "JP" not in marketplaces:
        return False
    if list(marketplaces) == ["JP"]:
        return True
    text = head.decode("cp932", "ignore")
    foreign = sum(letter > "\x7f" for letter in text)
    return bool(foreign) and len(_KANA.findall(text)) * 8 > foreign


def _unmarked_utf16(head: bytes) -> str | None:
    """Every second byte of Western UTF-16 is a NUL."""
    some = head[:4096]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = some[start::2]
        if len(half) > 8 and half.count(0) * 10 > len(half) * 6 and some[1 - start :: 2].count(0) == 0:
            return name
    return None


def _prolog(head: bytes) -> str | None:
    found = _PROLOG.search(head[:200])
    return found[1].decode("ascii") if found else None
