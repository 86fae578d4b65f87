"""Makes the mail of a reply as Amazon wants it: plain text, the buyer's subject with one Re:, their message below.

Nothing is sent to any other address than a buyer's relay address. No HTML, no tracking, no Auto-Submitted: a
person wrote it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from services.errors import Rejected
from services.rules import identity

LONGEST_TEXT = 20_000
LONGEST_QUOTE = 20_000
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
REFERENCES = 10
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "txt": ("text/plain", ()),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
}
"""Extension -> (media type, how such a file begins). Amazon's list of formats is not public; this is its safe part."""

_REPLY_PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|antw|odp|rif|r|res|ynt|返信|رد)\s?[:：])+\s*", re.I)
_ID = re.compile(r"<[^<>\s\x00-\x20\x7f-\U0010ffff]{1,990}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ID_HEADERS = ("message-id", "in-reply-to", "references")


@dataclass(frozen=True)
class File:
    """A file that goes along."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """By the extension of its name."""
        return TYPES.get(_extension(self.name), ("application/octet-stream", ()))[0]


@dataclass(frozen=True)
class Letter:
    """All that a mail is made of; `references` are Message-IDs, oldest first."""

    sender: str
    to_address: str
    subject: str
    message_id: str
    body: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    files: Sequence[File] = ()


def recipient(address: str | None) -> identity.Relay:
    """The buyer's address taken apart. Raises Rejected for anything but a relay address of Amazon's."""
    found = identity.relay(address)
    if found is None:
        what = f"{identity.mask_address(address)} is no buyer's address at Amazon" if address else "it has no address"
        raise Rejected(f"This conversation cannot be answered by mail: {what}. Answer it in Seller Central.")
    return found


def tidy(text: str) -> str:
    """The words as they leave: no control characters, no blanks at line ends, at most two blank lines in a row."""
    plain = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    lines = "\n".join(line.rstrip() for line in _CONTROL.sub("", plain).split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n")


def with_quote(words: str, quoted: str) -> str:
    """The words, and below them the buyer's message, each line after "> ": so Amazon knows it for an answer."""
    below = tidy(quoted[:LONGEST_QUOTE])
    if not below:
        return words
    return f"{words}\n\n" + "\n".join(f"> {line}".rstrip() for line in below.split("\n"))


def reply_subject(subject: str) -> str:
    """The buyer's subject behind exactly one Re:."""
    line = " ".join(_CONTROL.sub(" ", subject.encode("utf-8", "ignore").decode()).split())
    return f"Re: {_REPLY_PREFIX.sub('', line)}".strip()


def new_subject(subject: str, order_id: str | None) -> str:
    """The subject of a message that answers none; it names its order."""
    line = " ".join(_CONTROL.sub(" ", subject.encode("utf-8", "ignore").decode()).split())
    return line if not order_id or order_id in line else f"{line} (Order: {order_id})".strip()


def new_message_id(sender: str) -> str:
    """A Message-ID that was never used, in the domain of the sender."""
    return f"<{uuid.uuid4().hex}@{sender.rpartition('@')[2].lower()}>"


def known_ids(ids: Sequence[str | None]) -> tuple[str, ...]:
    """The last ten of these Message-IDs that are ones, without repetition."""
    return tuple(dict.fromkeys(one for one in ids if one and _ID.fullmatch(one)))[-REFERENCES:]


def check_files(files: Sequence[File]) -> None:
    """Raises Rejected, with a sentence that says what to do, for files that Amazon would not take."""
    if len(files) > MOST_FILES:
        raise Rejected(f"{len(files)} files are attached; {MOST_FILES} are allowed.")
    for file in files:
        _check_file(file)
    size = sum(len(file.content) for file in files)
    if size > MOST_BYTES:
        raise Rejected(
            f"The files have {size / 1024 / 1024:.1f} MB together; Amazon takes 10 MB. Make them smaller or send fewer."
        )


def mail(letter: Letter, *, at: datetime) -> bytes:
    """The mail as bytes with CRLF line ends. Raises Rejected if its recipient is no buyer's relay address."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = letter.sender
    message["To"] = recipient(letter.to_address).address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = letter.message_id
    if letter.in_reply_to:
        message["In-Reply-To"] = letter.in_reply_to
    if letter.references:
        message["References"] = " ".join(letter.references)
    message.set_content(letter.body + "\n", charset="utf-8")
    for file in letter.files:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name, cte="base64")
    return message.as_bytes()


class _Policy(EmailPolicy):
    """Leaves Message-IDs whole: the library would break a long one (Amazon's are) into encoded words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        if name.lower() in _ID_HEADERS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def _check_file(file: File) -> None:
    extension = _extension(file.name)
    if not file.name.strip() or re.search(r"[\x00-\x1f\x7f/\\]", file.name) or len(file.name) > 200:
        raise Rejected("A file needs a name of 1 to 200 characters, without slashes.")
    if extension not in TYPES:
        raise Rejected(f"{file.name} cannot be attached; Amazon takes {', '.join(TYPES).upper()}.")
    if not file.content:
        raise Rejected(f"{file.name} is empty.")
    beginnings = TYPES[extension][1]
    if beginnings and not file.content.startswith(beginnings):
        raise Rejected(f"{file.name} is not what its name says; save it again as {extension.upper()} and attach it.")


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
