"""Writes mail as bytes by hand, so that the sample is the same under every Python version."""

from __future__ import annotations

import base64
import re
import textwrap
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from random import Random

ZONES = {
    "+0000 (UTC)": 0, "+0000": 0, "GMT": 0, "-0700 (PDT)": -420, "-0800 (PST)": -480,
    "+0100": 60, "+0900 (JST)": 540,
}  # fmt: skip
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def rfc_date(moment: datetime, zone: str = "+0000 (UTC)") -> str:
    """A Date header in the spelling of one of ZONES, English whatever the locale."""
    local = moment.astimezone(timezone(timedelta(minutes=ZONES[zone])))
    day, month = _DAYS[local.weekday()], _MONTHS[local.month - 1]
    return f"{day}, {local.day} {month} {local.year} {local:%H:%M:%S} {zone}"


def from_line(sender: str, moment: datetime) -> bytes:
    """The line that opens a mail in an mbox."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"From {sender} {day} {month} {moment.day:2d} {moment:%H:%M:%S} {moment.year}\n".encode()


def words(text: str, fold_before: str = "", spelling: str = "B") -> str:
    """A header value, encoded by RFC 2047 where it must be; `fold_before` starts a new line there."""
    if fold_before and fold_before in text:
        head, tail = text.split(fold_before, 1)
        # Between two encoded words white space is dropped, so there it must be inside one of them.
        head = head.rstrip() if tail.isascii() else head
        return words(head, spelling=spelling) + "\n " + words(fold_before + tail, spelling=spelling)
    if text.isascii():
        return text.strip()
    size = 14 if spelling == "B" else 16
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    return "\n ".join(_word(chunk, spelling) for chunk in chunks)


def _word(chunk: str, spelling: str) -> str:
    raw = chunk.encode()
    if spelling == "B":
        return f"=?UTF-8?B?{base64.b64encode(raw).decode()}?="
    safe = "".join(chr(b) if chr(b).isalnum() and b < 128 else "_" if b == 32 else f"={b:02X}" for b in raw)
    return f"=?utf-8?Q?{safe}?="


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, quoted or encoded as the name needs."""
    if not name:
        return address
    if not name.isascii():
        return f"{words(name)} <{address}>"
    quoted = name if re.fullmatch(r"[A-Za-z0-9 \-]+", name) else '"' + name.replace('"', "") + '"'
    return f"{quoted} <{address}>"


def boundary(rng: Random) -> str:
    """A MIME boundary; another one for every delivery."""
    return f"----=_Part_{rng.randrange(10**7)}_{rng.randrange(10**9)}.{rng.randrange(10**13)}"


def text_part(text: str, subtype: str = "plain", encoding: str = "quoted-printable") -> str:
    """One text part, UTF-8; encoding is quoted-printable, base64 or 8bit."""
    raw = text.encode()
    if encoding == "quoted-printable":
        body = b2a_qp(raw, istext=True).decode()
        # A line that starts with "From " would end the mail in an mbox.
        body = re.sub(r"^From ", "=46rom ", body, flags=re.M)
    elif encoding == "base64":
        body = "\n".join(textwrap.wrap(base64.b64encode(raw).decode(), 76))
    else:
        body = text
    return f"Content-Type: text/{subtype}; charset=UTF-8\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"


def file_part(name: str, content_type: str, content: bytes) -> str:
    """One attachment; a name outside ASCII is written as RFC 2231 asks."""
    shown = f'filename="{name}"'
    if not name.isascii():
        quoted = "".join(
            chr(b) if chr(b).isalnum() and b < 128 or chr(b) in "._-" else f"%{b:02X}" for b in name.encode()
        )
        shown = f"filename*=UTF-8''{quoted}"
    body = "\n".join(textwrap.wrap(base64.b64encode(content).decode(), 76))
    return (
        f"Content-Type: {content_type}\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment;\n {shown}\n\n{body}\n"
    )


def multipart(subtype: str, parts: Sequence[str], mark: str, more: str = "") -> str:
    """A multipart with its own Content-Type line, ready to be nested or to follow the headers."""
    inside = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype};{more}\n boundary="{mark}"\n\n{inside}--{mark}--\n'


def assemble(headers: Sequence[tuple[str, str]], content: str) -> bytes:
    """The whole mail with LF line ends. `content` begins with its own MIME headers."""
    lines = "".join(f"{name}: {value}\n" for name, value in headers if value)
    return f"{lines}MIME-Version: 1.0\n{content}".encode()


def tiny_pdf(line: str) -> bytes:
    """A valid one-page PDF that shows one ASCII line."""
    stream = f"BT /F1 14 Tf 40 780 Td ({line}) Tj ET"
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, starts = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(bodies) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + head + tail).encode()


# A 48 x 36 picture of a cracked case.
TINY_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7"
    "gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHx8fHx8fHz/wAARCAAkADADASIAAhEBAxEB/8QAGQABAQEBAQEAAAAAAAAAAAAAAAYFBAID/8QAMBAAAQQBAAQMBwAAAAAAAAAA"
    "AgABAwQRBRIhMRMUNEFRc4GhsdHh8BU1QlOCkbL/xAAWAQEBAQAAAAAAAAAAAAAAAAABAAL/xAAXEQEBAQEAAAAAAAAAAAAAAAAA"
    "ARES/9oADAMBAAIRAxEAPwDfRFP3eKvpSyFvhB1mFgMNuo+G2u3P77MSa0oEUpdoSVMHkZYCd2CUHZxLy9HXKtcjVqikKXLa/WD4"
    "qvRZhgpfTPzOb8f5ZVCxr+iZ7VySaM42EsYYnfO5m6FQVm0r8lTIYGWAnZziNmcS8vRl9yow3I3l0aTuQjrSVyfJDt+npbv7XwvfwG19yH"
    "9v5L1HoW7EbHHNGBtuITJnbuWtgxn0uW1+sHxVeuAqcs5RzWQh4yBg/Czk7awtvy2Nr++bb3rNMEREEREUhERSf//Z"
)
