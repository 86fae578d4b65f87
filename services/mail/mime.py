"""From the bytes of a mail to headers and parts, whatever the bytes: nothing here raises but `TooDamaged`."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import getaddresses, parsedate_tz
from functools import cached_property
from typing import Any

from services.mail.charset import clean, decode, decode_words, header_text

MAX_BYTES = 40 * 1024 * 1024
MAX_BOUNDARIES = 50
MAX_PARTS = 500
_HEADER_BYTES = 256 * 1024
_MAX_HEADER = 64_000
_STRAY = timedelta(days=1)

_BOUNDARY = re.compile(rb"""\bboundary[ \t]*\*?0?\*?=[ \t]*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.I)
_LOST_BOUNDARY = re.compile(rb'^--([^\s"][^\r\n"]{0,68}?)[ \t]*\r?\n(?=[A-Za-z-]+:)', re.M)
_ANGLED = re.compile(r"<[^<>\s]{1,990}>")
_SIMPLE_ADDRESS = re.compile(
    r"""\s*(?:"(?P<quoted>[^"\\]*)"|(?P<plain>[^<>"@,:;()\\]*))\s*<(?P<address>[^<>\s@,;]+@[^<>\s@,;]+)>\s*"""
)
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(?:^|[;\s])(dkim|dmarc)\s*=\s*([a-z]+)", re.I)


class TooDamaged(Exception):
    """The mail must not or cannot be taken apart; the text is a sentence for a person."""


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its media type, file name as given (or None), and content decoded on demand."""

    media_type: str
    name: str | None
    attached: bool
    message: Message

    @cached_property
    def content(self) -> bytes:
        """The bytes of the part, transfer encoding undone as far as it can be."""
        return _content(self.message)

    @cached_property
    def text(self) -> str:
        """The part as text: no NUL, no lone surrogates, `\\n` line ends, composed accents."""
        return clean(decode(self.content, _charset(self.message)))

    @property
    def size(self) -> int:
        """Bytes of the decoded content, without decoding a large one."""
        payload = _undecoded(self.message)
        if payload and _lower(self.message, "content-transfer-encoding") == "base64":
            letters = len(payload) - payload.count("\n") - payload.count("\r") - payload.count(" ")
            return max(0, letters * 3 // 4 - payload[-6:].count("="))
        return len(self.content)


class Envelope:
    """A mail taken apart: headers by name, readable bodies, attachments. Lookups never raise."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.headers = tuple((str(name), _unfold(value)) for name, value in _raw_items(message))
        self._by_name: dict[str, list[str]] = {}
        for name, value in self.headers:
            self._by_name.setdefault(name.lower(), []).append(value)

    def raw(self, name: str) -> str:
        """The first header of that name, unfolded but with its encoded words; empty when missing."""
        return self._by_name.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """All headers of that name, topmost first."""
        return self._by_name.get(name, [])

    def text(self, name: str) -> str:
        """The first header of that name as readable text."""
        return header_text(self.raw(name))

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """(display name, address) of every mailbox that the headers of that name hold."""
        return [found for value in self.all(name) for found in addresses(value)]

    def ids(self, *names: str) -> tuple[str, ...]:
        """All `<…>` ids of these headers, in order, once each."""
        found = (one for name in names for value in self.all(name) for one in _ANGLED.findall(value))
        return tuple(dict.fromkeys(found))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The leaves in order; a forwarded message is one leaf."""
        return tuple(_leaves(self.message))

    @cached_property
    def bodies(self) -> tuple[Part | None, Part | None]:
        """The readable bodies: (plain text, HTML), the first of each that is not a file."""
        plain = html = None
        for part in self.parts:
            if part.attached:
                continue
            # A body may have a name too, but any text without one comes first.
            if part.media_type == "text/plain" and (plain is None or (plain.name and not part.name)):
                plain = part
            elif part.media_type in ("text/html", "application/xhtml+xml") and html is None and not part.name:
                html = part
        if plain is not None and plain.name and html is not None:
            plain = None
        return plain, html

    @property
    def attachments(self) -> tuple[Part, ...]:
        """All leaves that are not the readable bodies, so that nothing a mail carries is out of sight."""
        return tuple(part for part in self.parts if not any(part is body for body in self.bodies))


def open_mail(raw: bytes) -> Envelope:
    """Take a mail apart.

    Raises TooDamaged when it is empty, too large, or nested or split beyond reason.
    """
    if not raw.strip(b"\0\r\n\t "):
        raise TooDamaged("This mail is empty.")
    if len(raw) > MAX_BYTES:
        raise TooDamaged(f"This mail has {len(raw) // 1_000_000} MB; more than 40 MB are not taken apart.")
    _refuse_many_parts(raw)
    return _parse(raw)


def open_headers(raw: bytes) -> Envelope:
    """Only the headers of a mail that must not be taken apart."""
    head = raw[:_HEADER_BYTES]
    end = re.search(rb"\r?\n\r?\n", head)
    return _parse(head[: end.start()] if end else head)


def addresses(value: str) -> list[tuple[str, str]]:
    """(display name, address in lower case) of the mailboxes in a header value, without unreadable ones."""
    simple = _SIMPLE_ADDRESS.fullmatch(value)
    if simple:
        name = simple["quoted"] if simple["quoted"] is not None else simple["plain"]
        return [(header_text(name), simple["address"].lower())]
    try:
        found = getaddresses([value])
    except Exception:
        found = []
    if not any("@" in address for _, address in found):
        found = [("", angled.strip("<>")) for angled in _ANGLED.findall(value)]
    return [(header_text(name), address.strip().lower()) for name, address in found if "@" in address]


def date(value: str) -> datetime | None:
    """The time of a Date or Received value in UTC, or None; a time without a zone is taken as UTC."""
    try:
        parsed = parsedate_tz(value[:200])
        if parsed is None:
            return None
        there = datetime(*parsed[:6], tzinfo=UTC)
        return datetime.fromtimestamp(there.timestamp() - (parsed[9] or 0), UTC)
    except Exception:
        return None


def times(
    envelope: Envelope, now: datetime, arrived: datetime | None = None
) -> tuple[datetime | None, datetime | None]:
    """(sent, received): Amazon's Date, unless it is missing, unreadable or after now; then when the mail was received.

    That is the newest Received, else when the mailbox says that it arrived; neither counts after now. Where nothing
    else is known a Date up to a day after now is believed, because clocks differ.
    """
    stamps = [date(value.rpartition(";")[2]) for value in envelope.all("received") if ";" in value]
    newest = max((stamp for stamp in stamps if stamp and stamp <= now), default=None)
    received = newest or (arrived if arrived and arrived <= now else None)
    stated = date(envelope.raw("date"))
    if stated is None or stated.year < 1995:
        return received, received
    if stated <= now:
        return stated, received
    return received or (stated if stated <= now + _STRAY else None), received


def authentication(envelope: Envelope) -> dict[str, tuple[str, ...]]:
    """The dkim and dmarc results of the topmost Authentication-Results, the one that our own server wrote."""
    found: dict[str, tuple[str, ...]] = {"dkim": (), "dmarc": ()}
    for method, result in _RESULT.findall(_COMMENT.sub(" ", envelope.raw("authentication-results"))):
        found[method.lower()] += (result.lower(),)
    return found


def _parse(raw: bytes) -> Envelope:
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\r\n\t ")
    if b"\0" in raw:
        # In the headers a NUL makes the parser take the rest of them for the body.
        end = re.search(rb"\r?\n\r?\n", raw)
        at = end.start() if end else len(raw)
        raw = raw[:at].replace(b"\0", b"") + raw[at:]
    try:
        return Envelope(email.message_from_bytes(raw))
    except Exception as error:
        raise TooDamaged(f"The structure of this mail cannot be read ({type(error).__name__}).") from error


def _refuse_many_parts(raw: bytes) -> None:
    boundaries = {quoted or bare for quoted, bare in _BOUNDARY.findall(raw)}
    if len(boundaries) > MAX_BOUNDARIES:
        raise TooDamaged(f"It has {len(boundaries)} nested parts; more than {MAX_BOUNDARIES} are not read.")
    parts = sum(raw.count(b"\n--" + boundary) for boundary in boundaries)
    if parts > MAX_PARTS:
        raise TooDamaged(f"It has {parts} parts; more than {MAX_PARTS} are not read.")


def _leaves(message: Message) -> Iterator[Part]:
    waiting: list[Any] = [message]
    while waiting:
        one = waiting.pop()
        kind = _media_type(one)
        if kind.startswith("multipart/"):
            inner = one.get_payload() if one.is_multipart() else _without_boundary(_content(one))
            if isinstance(inner, list):
                waiting.extend(reversed(inner))
                continue
            kind = "text/plain"
        yield Part(kind, _file_name(one), _lower(one, "content-disposition") == "attachment", one)


def _without_boundary(payload: bytes) -> Any:
    """The parts of a multipart whose boundary parameter was lost, or None when there are none."""
    lost = _LOST_BOUNDARY.search(payload)
    if lost is None:
        return None
    head = b'Content-Type: multipart/mixed; boundary="' + lost.group(1) + b'"\n\n'
    found = email.message_from_bytes(head + payload[lost.start() :])
    return found.get_payload() if found.is_multipart() else None


def _raw_items(message: Message) -> list[tuple[str, Any]]:
    return list(message.raw_items())


def _unfold(value: Any) -> str:
    text = str(value)[:_MAX_HEADER]
    if not text.isascii():
        text = decode(text.encode("utf-8", "surrogateescape"), None)
    return re.sub(r"[\r\n]+[ \t]*", " ", text).replace("\0", "").strip()


def _lower(message: Message, name: str) -> str:
    """The first word of a header in lower case, without its parameters."""
    for key, value in message.raw_items():
        if key.lower() == name:
            return str(value).partition(";")[0].strip().lower()
    return ""


def _media_type(message: Message) -> str:
    kind = _lower(message, "content-type")
    if message.is_multipart() and not kind.startswith(("multipart/", "message/")):
        return "multipart/mixed"
    return kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "text/plain"


def _charset(message: Message) -> str | None:
    try:
        value = message.get_param("charset")
    except Exception:
        return None
    if isinstance(value, tuple):
        value = value[2]
    return str(value) if value else None


def _file_name(message: Message) -> str | None:
    try:
        name = message.get_filename()
    except Exception:
        name = None
    return decode_words(clean(_unfold(name))) if name else None


def _undecoded(message: Message) -> str:
    """The payload with its transfer encoding; the public accessor raises for some charset labels."""
    payload = getattr(message, "_payload", "")
    return payload if isinstance(payload, str) else ""


def _content(message: Message) -> bytes:
    try:
        if message.is_multipart():
            inner = message.get_payload()
            return b"\n".join(bytes(one) for one in inner if isinstance(one, Message))
        found = message.get_payload(decode=True)
    except Exception:
        found = _undecoded(message).encode("utf-8", "surrogateescape")
    return found if isinstance(found, bytes) else b""
