"""Loads the sample seller: copies its committed folder of mail, dated so that the sample's "now" is the given one."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from services.settings import ROOT

SOURCE = ROOT / "data" / "sample" / "nordlicht"
ANCHOR_FILE = ROOT / "data" / "sample" / "anchor.txt"
MARKER = ".loaded-at"

_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = "|".join(_MONTHS)
# Header dates (also those inside a bounce), mbox envelope lines, and the days that notices name in their text.
_RFC_DATE = re.compile(rb"\w{3}, (\d{1,2} (?:%b) \d{4} \d\d:\d\d:\d\d)" % _MONTH.encode())
_FROM_LINE = re.compile(rb"^(From \S+) \w{3} ((?:%b) [ \d]\d \d\d:\d\d:\d\d \d{4})$" % _MONTH.encode(), re.MULTILINE)
_ISO_DAY = re.compile(rb"(?<![\w-])(20\d\d-\d\d-\d\d)(?![\w-])")


def materialise(target: Path, now: datetime) -> bool:
    """Write the sample seller to `target`, every time in it moved by (now - anchor), in whole seconds.

    `now` is aware. Returns False, and changes nothing, when `target` is there already. The folder appears complete or
    not at all: it is built beside its place and renamed; `.loaded-at` (outside `mail/`) holds `now` in ISO form.
    """
    if _is_there(target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write(building, now)
        building.chmod(0o755)
        building.rename(target)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        if _is_there(target):  # another process was faster
            return False
        raise
    return True


def anchor() -> datetime:
    """The moment that is "now" in the committed sample. Aware, UTC."""
    return datetime.fromisoformat(ANCHOR_FILE.read_text(encoding="utf-8").strip())


def shift(raw: bytes, by: timedelta) -> bytes:
    """The bytes of a mail or an mbox with every time moved by `by`; zones keep their spelling."""
    raw = _RFC_DATE.sub(_moved(lambda match: _rfc(match, by)), raw)
    raw = _FROM_LINE.sub(_moved(lambda match: _envelope(match, by)), raw)
    return _ISO_DAY.sub(_moved(lambda match: _day(match, by)), raw)


def _is_there(target: Path) -> bool:
    return target.exists() and (not target.is_dir() or any(target.iterdir()))


def _write(folder: Path, now: datetime) -> None:
    by = timedelta(seconds=round((now - anchor()).total_seconds()))
    for path in sorted(SOURCE.glob("mail/**/*")):
        if path.is_file():
            copy = folder / path.relative_to(SOURCE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(shift(path.read_bytes(), by))
    (folder / MARKER).write_text(f"{now.isoformat()}\n", encoding="utf-8")


def _moved(write: Callable[[re.Match[bytes]], str]) -> Callable[[re.Match[bytes]], bytes]:
    return lambda match: write(match).encode("ascii")


def _rfc(match: re.Match[bytes], by: timedelta) -> str:
    day, month, year, clock = match[1].decode().split()
    at = _local(year, month, day, clock) + by
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S}"


def _envelope(match: re.Match[bytes], by: timedelta) -> str:
    month, day, clock, year = match[2].decode().split()
    at = _local(year, month, day, clock) + by
    return f"{match[1].decode()} {_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at.year}"


def _day(match: re.Match[bytes], by: timedelta) -> str:
    return (date.fromisoformat(match[1].decode()) + timedelta(days=round(by / timedelta(days=1)))).isoformat()


def _local(year: str, month: str, day: str, clock: str) -> datetime:
    # Without a zone on purpose: a fixed offset stays beside the time, so moving the wall time is exact.
    time = datetime.strptime(clock, "%H:%M:%S").time()  # noqa: DTZ007
    return datetime.combine(date(int(year), _MONTHS.index(month) + 1, int(day)), time)
