"""Makes Office files the same to the byte for the same content: fixed times, also of workbooks inside of slides."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file knows."""
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def settled(data: bytes, at: str) -> bytes:
    """The file with every time in it set to `at` (ISO, UTC, `Z`), and its own entries without times."""
    target = io.BytesIO()
    _copy(io.BytesIO(data), target, at)
    return target.getvalue()


def settle(file: Path, at: str) -> None:
    """The same for a file in place, an entry at a time and in pieces."""
    rough = file.with_name(f"{file.name}.part")
    file.replace(rough)
    try:
        with rough.open("rb") as source, file.open("wb") as target:
            _copy(source, target, at)
    finally:
        rough.unlink()


def _copy(source: IO[bytes], target: IO[bytes], at: str) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, EPOCH)
            fixed.compress_type, fixed.create_system, fixed.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            if entry.filename.endswith(".xlsx"):
                made.writestr(fixed, settled(old.read(entry), at))
            elif entry.filename == "docProps/core.xml":
                made.writestr(fixed, _STAMP.sub(rb"\g<1>" + at.encode() + rb"\g<2>", old.read(entry)))
            else:
                with old.open(entry) as content, made.open(fixed, "w") as copy:
                    shutil.copyfileobj(content, copy, 1 << 20)
