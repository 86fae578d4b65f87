"""The mail ledger: storing raw mail, what waits to be read, dispositions, and the proof that nothing is missing."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from data import mail_counts
from data.models.derived import Response
from data.models.ledger import Horizon, MailboxState, RawContent, RawMail
from data.store import insert_new, upsert

KEY = ("mailbox", "folder", "uidvalidity", "uid", "path")
AT_ONCE = 500
"""How many rows one statement names."""


@dataclass(frozen=True)
class Waiting:
    """A stored mail that has not been read yet, with its bytes (None if they were purged or never readable)."""

    row: RawMail
    raw: bytes | None


@dataclass(frozen=True)
class Line:
    """The ledger of one mailbox: seen = ticketed + filed + set_aside (+ not read yet); `missing` is not in it.

    `lost` names the first of those that were fetched once and have no row all the same.
    """

    mailbox: str
    account: str
    seen: int
    ticketed: int
    filed: int
    set_aside: int
    unread: int
    missing: int
    lost: tuple[str, ...] = ()

    @property
    def unexplained(self) -> int:
        """Mails of the mailbox that are in none of the three places."""
        return self.unread + self.missing


def pack(raw: bytes) -> bytes:
    """Bytes as they are stored."""
    return zlib.compress(raw, 1)


def unpack(data: bytes) -> bytes:
    """Bytes as they arrived."""
    return zlib.decompress(data)


def store(session: Session, rows: Sequence[Mapping[str, Any]], contents: Mapping[str, tuple[bytes, bool]]) -> int:
    """Add mails that are not in the ledger yet, with their bytes by sha256; the number of new rows."""
    ids = insert_new(session, RawMail, _regenerated(session, rows), key=KEY)
    if ids:
        packed = [{"sha256": s, "data": pack(raw), "complete": whole} for s, (raw, whole) in contents.items()]
        _insert_contents(session, packed)
        mail_counts.moved(session, to=_places(session, RawMail.id, ids))
    return len(ids)


def _places(session: Session, column: Any, values: Collection[Any], *conditions: Any) -> list[mail_counts.Place]:
    """Where the rows that have one of these values are counted; they stay locked where the database can."""
    mine = select(RawMail.mailbox, RawMail.folder, RawMail.disposition, RawMail.rule)
    chosen = mine.where(column.in_(list(values)), *conditions).order_by(RawMail.id).with_for_update()
    return [mail_counts.place(row) for row in session.execute(chosen)]


def _regenerated(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows, with a new generation for a file that changed after a stopped pass had stored it already."""
    files = [row for row in rows if row["path"]]
    if not files:
        return list(rows)
    known = _known_files(session, files)
    fresh: list[Mapping[str, Any]] = []
    for row in rows:
        version = row["uidvalidity"]
        while known.get((row["mailbox"], row["path"], row["uid"], version), row["sha256"]) != row["sha256"]:
            version += 1
        fresh.append({**row, "uidvalidity": version})
    return fresh


def _known_files(session: Session, files: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], str]:
    """The stored versions of these files and mbox entries: (mailbox, path, uid, uidvalidity) -> sha256."""
    mine = (RawMail.mailbox, RawMail.path, RawMail.uid, RawMail.uidvalidity, RawMail.sha256)
    numbers = [row["uid"] for row in files]
    # An mbox has one path for all of its entries: only those of this batch matter.
    query = select(*mine).where(
        RawMail.path != "",
        RawMail.mailbox.in_({row["mailbox"] for row in files}),
        RawMail.path.in_({row["path"] for row in files}),
        RawMail.uid.between(min(numbers), max(numbers)),
    )
    return {tuple(row[:4]): row.sha256 for row in session.execute(query)}


def _insert_contents(session: Session, packed: Sequence[Mapping[str, Any]]) -> None:
    known = set(session.scalars(select(RawContent.sha256).where(RawContent.sha256.in_([p["sha256"] for p in packed]))))
    session.add_all(RawContent(**each) for each in packed if each["sha256"] not in known)
    session.flush()


def unread(session: Session, *, limit: int, max_bytes: int = 32_000_000) -> list[Waiting]:
    """The oldest mails that wait to be read, bounded by number and bytes (at least one)."""
    query = select(RawMail).where(RawMail.disposition.is_(None)).order_by(RawMail.id).limit(limit)
    rows: list[RawMail] = []
    size = 0
    for row in session.scalars(query):
        size += row.size
        if rows and size > max_bytes:
            break
        rows.append(row)
    contents = contents_of(session, [row.sha256 for row in rows])
    waiting = [Waiting(row, contents.get(row.sha256)) for row in rows]
    return sorted(waiting, key=lambda w: (w.row.date_hint or w.row.seen_at, w.row.id))


def contents_of(session: Session, hashes: Collection[str]) -> dict[str, bytes]:
    """The bytes of mails, by sha256; what retention removed is not there."""
    query = select(RawContent.sha256, RawContent.data).where(RawContent.sha256.in_(list(hashes)))
    return {sha256: unpack(data) for sha256, data in session.execute(query)}


def raw_of(session: Session, raw_mail_id: int) -> bytes | None:
    """The bytes of one mail."""
    row = session.get(RawMail, raw_mail_id)
    return contents_of(session, [row.sha256]).get(row.sha256) if row else None


def settle(session: Session, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """Write down what became of mails: rows with id, account, disposition, rule, reason, kind, message_id, …"""
    if not outcomes:
        return
    away = _places(session, RawMail.id, [each["row_id"] for each in outcomes])
    names = [name for name in outcomes[0] if name != "row_id"]
    statement = update(RawMail).where(RawMail.id == bindparam("row_id"))
    # Through the connection: the session's own bulk update would insist on the primary key's name.
    session.connection().execute(statement.values({name: bindparam(name) for name in names}), list(outcomes))
    mail_counts.moved(session, away=away, to=_places(session, RawMail.id, [each["row_id"] for each in outcomes]))


def horizon(session: Session, mailbox: str, *, opens_from: datetime, now: datetime) -> datetime:
    """The time before which unanswered mail of this mailbox opens no clock: set once, at its first import."""
    row = session.get(Horizon, mailbox)
    if row is None:
        row = Horizon(mailbox=mailbox, opens_from=opens_from, first_import_at=now)
        session.add(row)
        session.flush()
    return row.opens_from


def looked(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember what mailbox folders hold: rows of `mailbox_state`."""
    upsert(session, MailboxState, rows, key=("mailbox", "folder"))


def last_look(session: Session, mailbox: str, folder: str) -> MailboxState | None:
    """What this folder held when it was last looked at."""
    return session.get(MailboxState, (mailbox, folder))


def count(session: Session, mailbox: str, folder: str) -> int:
    """How many mails of this folder are in the ledger."""
    return mail_counts.of_folder(session, mailbox, folder)


def absent_uids(
    session: Session, mailbox: str, folder: str, uidvalidity: int, uids: Iterable[range]
) -> Iterator[int]:
    """Those of a folder's mails, by ranges of UIDs, that have no row. Whole ranges that are there cost one look."""
    mine = (RawMail.mailbox == mailbox, RawMail.folder == folder, RawMail.uidvalidity == uidvalidity)
    for span in uids:
        for start in range(span.start, span.stop, AT_ONCE):
            piece = range(start, min(start + AT_ONCE, span.stop))
            within = (*mine, RawMail.uid.between(piece.start, piece.stop - 1))
            if session.scalar(select(func.count()).where(*within)) != len(piece):
                there = set(session.scalars(select(RawMail.uid).where(*within)))
                yield from (uid for uid in piece if uid not in there)


def absent_files(session: Session, mailbox: str, files: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """(path, how many rows it lacks) of files (path -> generation and number of entries) that are not all there."""
    by_generation: dict[int, list[str]] = {}
    for path, (generation, _) in files.items():
        by_generation.setdefault(generation, []).append(path)
    for generation, paths in sorted(by_generation.items()):
        for piece in _pieces(paths):
            there = _entries(session, mailbox, generation, piece)
            lacking = ((path, files[path][1] - there.get(path, 0)) for path in piece)
            yield from ((path, lacks) for path, lacks in lacking if lacks > 0)


def _pieces(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    return (paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE))


def _entries(session: Session, mailbox: str, generation: int, paths: Sequence[str]) -> dict[str, int]:
    # A file that changed while a pass was stopped was stored with a later generation than the source knows of.
    query = (
        select(RawMail.path, func.count(RawMail.uid.distinct()))
        .where(RawMail.path != "", RawMail.mailbox == mailbox, RawMail.path.in_(paths))
        .where(RawMail.uidvalidity >= generation)
        .group_by(RawMail.path)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def lines(session: Session) -> list[Line]:
    """The ledger per mailbox, by name; what it costs does not depend on how many mails there are."""
    counted = mail_counts.by_mailbox(session)
    states: dict[str, list[MailboxState]] = {}
    for state in session.scalars(select(MailboxState).order_by(MailboxState.mailbox, MailboxState.folder)):
        states.setdefault(state.mailbox, []).append(state)
    return [_line(name, counted.get(name, {}), states.get(name, [])) for name in sorted({*counted, *states})]


def _line(mailbox: str, by: Mapping[str, int], states: Sequence[MailboxState]) -> Line:
    missing = sum(state.missing + state.lost for state in states)
    return Line(
        mailbox=mailbox,
        account=states[-1].account if states else "",
        seen=sum(by.values()) + missing,
        ticketed=by.get("ticketed", 0),
        filed=by.get("filed", 0),
        set_aside=by.get("set_aside", 0),
        unread=by.get("", 0),
        missing=missing,
        lost=tuple(name for state in states for name in state.lost_names),
    )


def rules_used(session: Session, mailbox: str) -> list[tuple[str, str, int]]:
    """(disposition, rule, how many) of a mailbox, most used first."""
    return mail_counts.by_rule(session, mailbox)


def everything() -> Select[RawMail]:
    """All rows in the order in which they came, for export."""
    return select(RawMail).order_by(RawMail.id)


def forget_readings(session: Session, ids: Collection[int] | None = None) -> int:
    """Mark these mails (or all) as not read, so that they are read again; how many. Those without bytes stay."""
    statement = update(RawMail).values(disposition=None).where(_has_bytes())
    if ids is None:
        done = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
        mail_counts.recount(session)
        return done
    away = _places(session, RawMail.id, ids, _has_bytes())
    session.execute(statement.where(RawMail.id.in_(list(ids))))
    mail_counts.moved(session, away=away, to=[(mailbox, folder, "", "") for mailbox, folder, _, _ in away])
    return len(away)


def _has_bytes() -> ColumnElement[bool]:
    return RawMail.sha256.in_(select(RawContent.sha256))


def decide(session: Session, raw_mail_id: int, decided: str) -> None:
    """Write down what a person made of a mail, and have it read again."""
    away = _places(session, RawMail.id, [raw_mail_id])
    statement = update(RawMail).where(RawMail.id == raw_mail_id)
    session.execute(statement.values(decided=decided, disposition=None))
    mail_counts.moved(session, away=away, to=_places(session, RawMail.id, [raw_mail_id]))


def stream_rows(session: Session) -> Iterator[RawMail]:
    """All rows, streamed."""
    yield from session.scalars(everything().execution_options(yield_per=500))


def settle_messages(session: Session, places: Mapping[int, tuple[str, str]]) -> None:
    """Write down disposition and rule of the mails behind these messages (by message id)."""
    rows = [{"row": message_id, "new": place, "why": rule} for message_id, (place, rule) in places.items()]
    if rows:
        away = _places(session, RawMail.message_row, places, RawMail.rule != "copy")
        statement = update(RawMail).where(RawMail.message_row == bindparam("row"), RawMail.rule != "copy")
        values = statement.values(disposition=bindparam("new"), rule=bindparam("why"))
        session.connection().execute(values, rows)
        mail_counts.moved(session, away=away, to=_places(session, RawMail.message_row, places, RawMail.rule != "copy"))


def hidden(session: Session) -> dict[str, int]:
    """Unanswered buyer messages before the horizon, per mailbox: they open no clock."""
    # Not a join: the few hidden ones must come first, not the whole ledger in the order of its mailboxes.
    unanswered = select(Response.message_id).where(Response.hidden, Response.answered_by.is_(None))
    query = (
        select(RawMail.mailbox, func.count())
        .where(RawMail.message_row.in_(unanswered), RawMail.rule != "copy")
        .group_by(RawMail.mailbox)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def horizons(session: Session) -> dict[str, datetime]:
    """From when on unanswered mail opens clocks, per mailbox."""
    return {row.mailbox: row.opens_from for row in session.scalars(select(Horizon))}


def ids_set_aside(session: Session) -> list[int]:
    """The mails that are set aside."""
    return list(session.scalars(select(RawMail.id).where(RawMail.disposition == "set_aside")))
