"""Reads mail files from an account's folder: every file below mail/, and every entry of its mbox files."""

from __future__ import annotations

import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

from services.errors import NeedsPerson
from services.settings import Settings
from services.sources.base import Batch, Memory, Source
from services.sources.mail_rows import (
    BATCH_BYTES,
    BATCH_MAILS,
    COMPARE_EVERY,
    HEADER_BYTES,
    PART_BYTES,
    WHOLE_BYTES,
    ArrivedMail,
    Held,
    Looked,
    date_hint,
)
from services.sources.mbox import entries
from services.sources.report_files import ReportFiles
from services.sources.sheets import files as sheet_files
from services.sources.sheets.files import SheetFiles

EMPTY = "This file is empty."
EMPTY_ENTRY = "This entry of the mbox file is empty."
NO_MAIL = "This is no mail file: only .eml and .mbox files are read."
NO_FILE = "This is neither a file nor a folder, or it is a link to a folder; it is not read."
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Known:
    """What an earlier pass saw of a file; `crc` is None for one that could not be read.

    `last_at` and `last_crc` are of an mbox's last entry: where it starts, and its content.
    """

    size: int
    mtime_ns: int
    crc: int | None
    generation: int = 0
    entries: int = 1
    last_at: int = 0
    last_crc: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the walk found it: where to open it, its name in the ledger, perhaps why it is unreadable."""

    place: str
    path: str
    size: int = 0
    mtime_ns: int = 0
    problem: str | None = None

    @property
    def is_mbox(self) -> bool:
        return self.path.lower().endswith(".mbox")

    @property
    def refusal(self) -> str | None:
        """Why this is no mail, if that can be said without parsing."""
        if not self.path.lower().endswith(".eml"):
            return NO_MAIL
        return None if self.size else EMPTY

    def is_as(self, known: _Known | None) -> bool:
        """True if nothing has to be read: the file looks as it did, or still cannot be read."""
        if known is None:
            return False
        return bool(self.problem) or (known.crc is not None
                                      and (self.size, self.mtime_ns) == (known.size, known.mtime_ns))


@dataclass
class MailFiles:
    """The mail below one account's folder. The cursor is JSON: path -> what was seen of the file.

    Files that are gone stay in the cursor, so that another file under an old name is a new generation.
    """

    account: str
    folder: Path
    name: str = "mail"
    source: str = "folder"
    every: timedelta = timedelta(seconds=20)
    mode: Literal["merge", "replace"] = "merge"
    compared_at: datetime | None = None

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield new and changed mail, oldest Date first, and last what is there, as `Looked`.

        Only the last batch hands over a new cursor: a pass that stops halfway is repeated under its keys.
        Raises NeedsPerson if the folder is missing.
        """
        run = _Pass(self.account, _load(cursor))
        files = list(_walk(self.folder, self.account))
        changed = sorted((file for file in files if not file.is_as(run.known.get(file.path))), key=_by_date)
        rows: list[ArrivedMail] = []
        size = 0
        for done, file in enumerate(changed):
            for row in run.read(file):
                if rows and (len(rows) == BATCH_MAILS or size + len(row.raw) > BATCH_BYTES):
                    yield Batch(rows, cursor, progress=(done, len(changed)))
                    rows, size = [], 0
                rows.append(row)
                size += len(row.raw)
        due = self.compared_at is None or now - self.compared_at >= COMPARE_EVERY
        self.compared_at = now if due else self.compared_at
        looked = Looked(run.mailbox, "", 0, run.present(files), 0, Held(files=run.held(files)) if due else None)
        cursor = cursor if cursor and not changed else _dump(run.known)
        yield Batch(rows, cursor, progress=(len(changed), len(changed)), facts=[looked])


@dataclass
class _Pass:
    """One look at the folder; `known` becomes the next cursor."""

    account: str
    known: dict[str, _Known]
    gone: set[str] = field(default_factory=set)

    @property
    def mailbox(self) -> str:
        return f"folder:{self.account}"

    def present(self, files: Iterable[_File]) -> int:
        """How many rows the files there are stand for."""
        return sum(self.known[file.path].entries for file in files if file.path not in self.gone)

    def held(self, files: Iterable[_File]) -> dict[str, tuple[int, int]]:
        """The files there with their generation and number of entries."""
        there = ((file.path, self.known[file.path]) for file in files if file.path not in self.gone)
        return {path: (known.generation, known.entries) for path, known in there}

    def read(self, file: _File) -> Iterator[ArrivedMail]:
        """The rows that are new because of this file; what was seen is noted."""
        before = self.known.get(file.path)
        handed = 0
        try:
            if file.problem:
                raise OSError(file.problem)
            with Path(file.place).open("rb") as stream:
                for row in (self._mbox if file.is_mbox else self._single)(file, stream, before):
                    yield row
                    handed += 1
        except FileNotFoundError:
            self.gone.add(file.path)
        except OSError as trouble:
            if before is None:
                self.known[file.path] = _Known(file.size, file.mtime_ns, None, 0, handed + 1)
                why = file.problem or _why(trouble)
                yield self._row(file, 0, handed, b"", complete=False, unreadable=why)

    def _single(self, file: _File, stream: BinaryIO, before: _Known | None) -> Iterator[ArrivedMail]:
        complete = file.size <= WHOLE_BYTES
        raw = stream.read(file.size if complete else PART_BYTES)
        crc = zlib.crc32(raw) if complete else _crc(stream, file.size)
        same = before is not None and before.crc == crc
        seen = _Known(file.size, file.mtime_ns, crc, _generation(before, same=same))
        if before is None or seen.generation != before.generation:
            yield self._row(file, seen.generation, 0, raw, complete=complete, unreadable=file.refusal)
        self.known[file.path] = seen

    def _mbox(self, file: _File, stream: BinaryIO, before: _Known | None) -> Iterator[ArrivedMail]:
        grew = before is not None and _only_grew(stream, file.size, before)
        seen = _Known(file.size, file.mtime_ns, _crc(stream, file.size), _generation(before, same=grew), 0)
        if grew and before is not None:
            seen = replace(before, size=seen.size, mtime_ns=seen.mtime_ns, crc=seen.crc)
        stream.seek(seen.last_at)
        for entry in entries(stream, file.size, max(0, seen.entries - 1)):
            raw = entry.raw
            if entry.index >= seen.entries:
                yield self._row(file, seen.generation, entry.index, raw, complete=entry.complete,
                                unreadable=None if raw else EMPTY_ENTRY)
            seen = replace(seen, entries=entry.index + 1, last_at=entry.at, last_crc=zlib.crc32(raw))
        if not seen.entries:
            seen = replace(seen, entries=1)
            yield self._row(file, seen.generation, 0, b"", unreadable=EMPTY)
        self.known[file.path] = seen

    def _row(self, file: _File, generation: int, index: int, raw: bytes, *, complete: bool = True,
             unreadable: str | None = None) -> ArrivedMail:
        return ArrivedMail(self.account, self.mailbox, "", generation, index, file.path, raw, complete,
                           None, date_hint(raw), unreadable)


def connect(settings: Settings, memory: Memory) -> list[MailFiles | ReportFiles | SheetFiles]:
    """Per account with a folder a stream of its mail, one of its reports and one of its spreadsheets."""
    streams: list[MailFiles | ReportFiles | SheetFiles] = []
    for name, account in settings.accounts.items():
        if account.folder is not None:
            streams += [MailFiles(name, account.folder.path),
                        ReportFiles(name, account.folder.path, account.marketplaces)]
    return [*streams, *sheet_files.streams(settings, memory)]


def _generation(before: _Known | None, *, same: bool) -> int:
    if before is None:
        return 0
    return before.generation if same else before.generation + 1


def _only_grew(stream: BinaryIO, size: int, before: _Known) -> bool:
    """True if the old bytes are all there and the last old entry ends where it ended."""
    if before.crc is None or size < before.size or _crc(stream, before.size) != before.crc:
        return False
    if size == before.size:
        return True
    stream.seek(before.last_at)
    last = next(entries(stream, size), None)
    return bool(before.size) and last is not None and zlib.crc32(last.raw) == before.last_crc


def _crc(stream: BinaryIO, size: int) -> int:
    """CRC-32 of the first `size` bytes."""
    stream.seek(0)
    crc, left = 0, size
    while left > 0 and (piece := stream.read(min(left, PART_BYTES))):
        crc, left = zlib.crc32(piece, crc), left - len(piece)
    return crc


def _walk(folder: Path, account: str) -> Iterator[_File]:
    """Every file below mail/, by name. Raises NeedsPerson if the source folder is missing."""
    if not folder.is_dir():
        raise NeedsPerson(f"The folder {folder} is not there",
                          f"Check path under [accounts.{account}.folder] in the settings file.")
    root = os.path.realpath(folder)
    mail = os.path.join(root, "mail")  # noqa: PTH118 - names that are not UTF-8 go through os.path unharmed
    if os.path.islink(mail) or os.path.isfile(mail):  # noqa: PTH114, PTH113
        yield _looked_at(mail, root, is_link=os.path.islink(mail))  # noqa: PTH114
    elif os.path.isdir(mail):  # noqa: PTH112
        yield from _below(mail, root)


def _below(place: str, root: str) -> Iterator[_File]:
    """Every file below a folder, by name; a folder that cannot be opened stands as one unreadable file."""
    try:
        with os.scandir(place) as found:
            inside = sorted(found, key=lambda entry: entry.name)
    except OSError as trouble:
        yield _File(place, _shown(place, root), problem=_why(trouble))
        return
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, root)
        else:
            yield _looked_at(entry.path, root, is_link=entry.is_symlink())


def _looked_at(found: str, root: str, *, is_link: bool) -> _File:
    path = _shown(found, root)
    try:
        place = os.path.realpath(found, strict=True) if is_link else found
        facts = os.stat(place)  # noqa: PTH116
    except OSError as trouble:
        return _File(found, path, problem="This link leads nowhere." if is_link else _why(trouble))
    if is_link and not Path(place).is_relative_to(root):
        return _File(found, path, problem="This link leads out of the folder, so it is not followed.")
    if not stat.S_ISREG(facts.st_mode):
        return _File(found, path, problem=NO_FILE)
    return _File(place, path, facts.st_size, facts.st_mtime_ns)


def _shown(place: str, root: str) -> str:
    """The path relative to the source folder with forward slashes; bytes that are no UTF-8 as \\xNN."""
    relative = os.path.relpath(place, root).replace(os.sep, "/")
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _by_date(file: _File) -> tuple[datetime, str]:
    """Older mail first, so that conversations come in order; what has no readable date comes last."""
    try:
        if file.problem:
            return NEVER, file.path
        with Path(file.place).open("rb") as stream:
            return date_hint(stream.read(HEADER_BYTES)) or NEVER, file.path
    except OSError:
        return NEVER, file.path


def _why(trouble: OSError) -> str:
    if isinstance(trouble, PermissionError):
        return "This file may not be read: permission denied."
    return f"This file cannot be read: {trouble.strerror or 'unknown error'}."


def _load(cursor: str | None) -> dict[str, _Known]:
    try:
        return {path: _Known(*seen) for path, seen in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _dump(known: dict[str, _Known]) -> str:
    rows = {
        path: (seen.size, seen.mtime_ns, seen.crc, seen.generation, seen.entries, seen.last_at, seen.last_crc)
        for path, seen in known.items()
    }
    return json.dumps(rows, separators=(",", ":"))


SOURCE = Source("folder", "Mail and report files", connect)
