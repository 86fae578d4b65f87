"""Loads the sample seller: copies its folder of mail and reports, dated so that the sample's "now" is the given one."""

from __future__ import annotations

import os
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
# Times of reports, days as merchant returns write them, and the first cell of feedback in each marketplace's form.
_ISO_TIME = re.compile(rb"(?<![\w-])(20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?=Z|\+00:00)")
_NAMED_DAY = re.compile(rb"(?<![\w-])(\d\d-(?:%b)-20\d\d)(?![\w-])" % _MONTH.encode())
_NUMBERS = re.compile(rb"^(\d\d[/.]\d\d[/.]\d\d)(?=\t)", re.MULTILINE)
_SNAPSHOT = re.compile(r"account-health-(\d{4}-\d\d-\d\d)\.json")
_FEEDBACK = {"feedback-US": "%m/%d/%y", "feedback-DE": "%d.%m.%y", "feedback-JP": "%y/%m/%d"}
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


def shift_report(name: str, raw: bytes, by: timedelta) -> tuple[str, bytes]:
    """A report's file name and bytes with every time and day moved by `by`; it keeps the form of its days."""
    form = _FEEDBACK.get(name.partition(".")[0], "%d/%m/%y")
    raw = _ISO_TIME.sub(_moved(lambda match: _iso_time(match, by)), raw)
    raw = _NAMED_DAY.sub(_moved(lambda match: _named_day(match, by)), raw)
    raw = _NUMBERS.sub(_moved(lambda match: _in_form(match, form, by)), raw)
    return _ISO_DAY.sub(_moved(lambda match: _day(match, by)), name.encode()).decode(), raw


def _is_there(target: Path) -> bool:
    return target.exists() and (not target.is_dir() or any(target.iterdir()))


def _write(folder: Path, now: datetime) -> None:
    by = timedelta(seconds=round((now - anchor()).total_seconds()))
    for path in sorted(SOURCE.glob("mail/**/*")):
        if path.is_file():
            copy = folder / path.relative_to(SOURCE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(shift(path.read_bytes(), by))
    (folder / "reports").mkdir()
    for path in sorted(SOURCE.glob("reports/*")):
        name, raw = shift_report(path.name, path.read_bytes(), by)
        (folder / "reports" / name).write_bytes(raw)
        if taken := _SNAPSHOT.search(path.name):
            # Amazon's report does not say when it was made; its file does.
            moment = (anchor() - timedelta(days=(anchor().date() - date.fromisoformat(taken[1])).days) + by).timestamp()
            os.utime(folder / "reports" / name, (moment, moment))
    (folder / "sheets").mkdir()
    for path in sorted(SOURCE.glob("sheets/*")):
        (folder / "sheets" / path.name).write_bytes(
            _ISO_DAY.sub(_moved(lambda match: _day(match, by)), path.read_bytes())
        )
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


def _iso_time(match: re.Match[bytes], by: timedelta) -> str:
    written = match[1].decode()
    # Without seconds it is the edge of a day, in the windows of account health; that moves by whole days.
    by = by if len(written) == 19 else timedelta(days=round(by / timedelta(days=1)))
    return (datetime.fromisoformat(written) + by).strftime("%Y-%m-%dT%H:%M:%S")[: len(written)]


def _named_day(match: re.Match[bytes], by: timedelta) -> str:
    day, month, year = match[1].decode().split("-")
    moved = date(int(year), _MONTHS.index(month) + 1, int(day)) + timedelta(days=round(by / timedelta(days=1)))
    return f"{moved.day:02}-{_MONTHS[moved.month - 1]}-{moved.year}"


def _in_form(match: re.Match[bytes], form: str, by: timedelta) -> str:
    written = datetime.strptime(match[1].decode(), form)  # noqa: DTZ007 - a day has no zone
    return (written + timedelta(days=round(by / timedelta(days=1)))).strftime(form)


def _local(year: str, month: str, day: str, clock: str) -> datetime:
    # Without a zone on purpose: a fixed offset stays beside the time, so moving the wall time is exact.
    time = datetime.strptime(clock, "%H:%M:%S").time()  # noqa: DTZ007
    return datetime.combine(date(int(year), _MONTHS.index(month) + 1, int(day)), time)
