"""File names of attachments made safe to save: no path, no control characters, no tricks with direction."""

from __future__ import annotations

import mimetypes
import re

_BAD = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.I)
_LONGEST = 120


def safe_name(name: str | None, media_type: str, index: int) -> str:
    """The last component of a file name without anything harmful, or `attachment-N` and an extension."""
    last = re.split(r"[/\\]", name or "")[-1]
    last = " ".join(_BAD.sub("", last).split()).strip(". ")
    if not last:
        return f"attachment-{index + 1}{mimetypes.guess_extension(media_type) or '.bin'}"
    if _RESERVED.fullmatch(last):
        last = f"_{last}"
    stem, dot, extension = last.rpartition(".")
    if len(last) > _LONGEST and dot and len(extension) <= 10:
        return f"{stem[: _LONGEST - len(extension) - 1]}.{extension}"
    return last[:_LONGEST]
