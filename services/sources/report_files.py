"""Reads Amazon's reports from an account's folder: every file below reports/, recognised by its content."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

from services.errors import NeedsPerson
from services.reports import decode
from services.reports import read as reports
from services.reports.base import RAW_KEPT, Context, Row, Unread, Unreadable, without_addresses
from services.sources.base import Batch, Problem, ReadAgain

LARGEST = 2 * 1024**3
BATCH_ROWS = 5_000
PARSER = 1
"""Counted up when a reader learns something that makes it worth reading all files again."""
_PASSED_OVER = ("~$", ".")
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download")


@dataclass(frozen=True)
class _File:
    place: Path
    name: str
    size: int = 0
    mtime_ns: int = 0
    problem: str | None = None

    @property
    def seen_as(self) -> list[object]:
        return [self.size, self.mtime_ns]


@dataclass
class ReportFiles:
    """The reports below one account's folder. The cursor is JSON: file -> size, time and content as last read.

    A file counts as read only with its last batch, so one that was interrupted is read again, under the same keys.
    """

    account: str
    folder: Path
    marketplaces: tuple[str, ...]
    name: str = "reports"
    source: str = "folder"
    every: timedelta = timedelta(seconds=20)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield the rows of new and changed files, oldest file first; a file whose content was read is passed over.

        Raises NeedsPerson if the folder is missing.
        """
        files = _files(self.folder, self.account)
        known = _load(cursor)
        seen = {file.name: known[file.name] for file in files if file.name in known}
        changed = [file for file in files if seen.get(file.name, [])[:2] != file.seen_as]
        for done, file in enumerate(changed):
            held, facts = _Held(dict(seen)), [ReadAgain(file.name)]
            for batch in self._read(file, held, now):
                if held.is_last:
                    seen[file.name] = [*file.seen_as, held.digest]
                yield Batch(batch.rows, _dump(seen), batch.rejected, (done + held.is_last, len(changed)), facts)
                facts = []
                # While the next one is made, nobody holds this one: a report may have a million rows.
                del batch
        if not changed:
            yield Batch((), cursor if cursor and seen == known else _dump(seen))

    def forget(self, cursor: str | None, places: Collection[str]) -> str | None:
        """The cursor with which the files of these places are read again, and after them all that are newer.

        What a newer file says must be read last, and another file of the same content must not stand for one of them.
        """
        known = _load(cursor)
        again = {name: seen for name, seen in known.items() if any(_lies_in(place, name) for place in places)}
        oldest = min((int(str(seen[1])) for seen in again.values()), default=None)
        if oldest is None:
            return cursor
        contents = {seen[2] for seen in again.values()}
        kept = {name: seen for name, seen in known.items() if int(str(seen[1])) < oldest and seen[2] not in contents}
        return _dump(kept)

    def _read(self, file: _File, held: _Held, now: datetime) -> Iterator[Batch]:
        """The batches of one file, one at least; their cursors are the caller's."""
        try:
            if file.problem or file.size == 0 or file.size > LARGEST:
                raise Unreadable(file.problem or _refusal(file.size))
            with _opened(file.place) as stream:
                yield from _batches(file, self._rows(file, stream, held, now), held)
        except (Unreadable, OSError, EOFError, zlib.error) as trouble:
            held.is_last = True
            yield Batch((), None, [Problem(file.name, _beginning(file), _sentence(trouble))])

    def _rows(self, file: _File, stream: BinaryIO, held: _Held, now: datetime) -> Iterator[Row | Unread]:
        head = stream.read(reports.HEAD)
        text = decode.text_of(head, self.marketplaces)
        kind = reports.recognise(text)
        if kind is None:
            raise Unreadable(reports.unknown(head if head.startswith(reports.PACKED) else text))
        seen = decode.look(stream, self.marketplaces, most=LARGEST)
        held.digest = seen.digest
        if held.has_read(seen.digest, file.name):
            return
        made = datetime.fromtimestamp(file.mtime_ns / 1e9, UTC)
        context = Context(self.account, self.marketplaces, None, file.name, min(made, now))
        if kind != "account_health":
            context = Context(self.account, self.marketplaces, None, file.name, now)
        with decode.open_text(stream, seen) as whole:
            yield from reports.read(kind, whole, context)


@dataclass
class _Held:
    """What was read before, the content of the file that is being read, and whether its last batch has come."""

    before: dict[str, list[object]]
    digest: str = field(default="")
    is_last: bool = False

    def has_read(self, digest: str, name: str) -> bool:
        """Whether another file of the same content was read."""
        return any(seen[2] == digest for other, seen in self.before.items() if other != name)


def _batches(file: _File, found: Iterator[Row | Unread], held: _Held) -> Iterator[Batch]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for each in found:
        if len(rows) + len(problems) >= BATCH_ROWS:
            yield Batch(rows, None, problems)
            rows, problems = [], []
        if isinstance(each, Unread):
            problems.append(Problem(each.place, each.raw or _beginning(file), each.reason))
        else:
            rows.append(each)
    held.is_last = True
    yield Batch(rows, None, problems)


def _lies_in(place: str, name: str) -> bool:
    """Whether a place is this file, one of its lines or one of its parts."""
    return place == name or place.startswith((f"{name}:", f"{name}#"))


def _files(folder: Path, account: str) -> list[_File]:
    """The files below reports/, oldest first."""
    if not folder.is_dir():
        raise NeedsPerson(
            f"The folder {folder} is not there", f"Check path under [accounts.{account}.folder] in the settings file."
        )
    root = folder / "reports"
    found = [_looked_at(path, root, folder) for path in sorted(root.rglob("*")) if _is_wanted(path, root)]
    return sorted(found, key=lambda file: (file.mtime_ns, file.name))


def _is_wanted(path: Path, root: Path) -> bool:
    if any(part.startswith(_PASSED_OVER) for part in path.relative_to(root).parts):
        return False
    return path.suffix.lower() not in _UNFINISHED and not (path.is_dir() and not path.is_symlink())


def _looked_at(path: Path, root: Path, folder: Path) -> _File:
    shown = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    try:
        facts = path.stat()
    except OSError as trouble:
        return _File(path, shown, problem=_sentence(trouble))
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return _File(path, shown, problem="This link leads out of the folder, so it is not followed.")
    if not path.is_file():
        return _File(path, shown, problem="This is neither a file nor a folder; it is not read.")
    return _File(path, shown, facts.st_size, facts.st_mtime_ns)


def _opened(place: Path) -> BinaryIO:
    with place.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return gzip.open(place, "rb") if packed else place.open("rb")  # type: ignore[return-value]


def _refusal(size: int) -> str:
    if not size:
        return "The file is empty."
    return f"The file has {size / 1024**3:.1f} GB; reports of more than {LARGEST // 1024**3} GB are not read."


def _beginning(file: _File) -> bytes:
    """The first bytes of what was set aside, to look at."""
    if file.problem:
        return b""
    try:
        with file.place.open("rb") as raw:
            return without_addresses(raw.read(min(RAW_KEPT, file.size)))
    except OSError:
        return b""


def _sentence(trouble: Exception) -> str:
    if isinstance(trouble, Unreadable):
        return str(trouble)
    if isinstance(trouble, PermissionError):
        return "This file may not be read: permission denied."
    if isinstance(trouble, gzip.BadGzipFile | EOFError | zlib.error):
        return "The packed file is damaged or cut off."
    return f"This file cannot be read: {getattr(trouble, 'strerror', None) or 'unknown error'}."


def _load(cursor: str | None) -> dict[str, list[object]]:
    try:
        found = json.loads(cursor or "{}")
        return dict(found["files"]) if found["parser"] == PARSER else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _dump(seen: dict[str, list[object]]) -> str:
    return json.dumps({"parser": PARSER, "files": seen}, separators=(",", ":"))
