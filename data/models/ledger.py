"""The mail ledger and the sync's own books: raw mail, what became of it, cursors, runs, rejects, leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


def _files(*columns: str) -> Index:
    """An index over the mails that came from files; those of a mailbox have no path."""
    has_path = text("path != ''")
    return Index("ix_raw_mail_files", *columns, sqlite_where=has_path, postgresql_where=has_path)


class RawMail(Base):
    """One mail as a mailbox showed it; exactly one row per (mailbox, folder, uidvalidity, uid, path).

    `disposition` is null until the mail was read, then ticketed, filed or set_aside, with `rule` or `reason`.
    `unreadable` is the source's reason when there is no mail to read; `decided` is what a person made of it.
    """

    __tablename__ = "raw_mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "folder", "uidvalidity", "uid", "path"),
        Index("ix_raw_mail_disposition_id", "disposition", "id"),
        Index("ix_raw_mail_message_id", "message_id"),
        Index("ix_raw_mail_sha256", "sha256"),
        _files("mailbox", "path", "uid"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    mailbox_account: Mapped[str]
    mailbox: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    uidvalidity: Mapped[int] = mapped_column(BigInteger, default=0)
    uid: Mapped[int] = mapped_column(BigInteger, default=0)
    path: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    date_hint: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    unreadable: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None]
    rule: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None]
    message_id: Mapped[str | None] = mapped_column(Text)
    message_row: Mapped[int | None] = mapped_column(BigInteger, index=True)
    parsed_at: Mapped[datetime | None]
    parser: Mapped[int | None]
    decided: Mapped[str | None]


class RawContent(Base):
    """The bytes of a mail, zlib-compressed, once per content; purged by retention without touching the ledger row."""

    __tablename__ = "raw_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    complete: Mapped[bool] = mapped_column(default=True)


class MailCount(Base):
    """How many mails of a mailbox folder came to which disposition ("" = not read yet) by which rule.

    Kept by differences, with the commit that moves the mails; never counted live.
    """

    __tablename__ = "mail_count"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    disposition: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class MailboxState(Base):
    """What a mailbox folder held when it was last looked at; `missing` were not handed over yet.

    `lost` of those handed over are not in the ledger all the same; `lost_names` are the first of them.
    """

    __tablename__ = "mailbox_state"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, default=0)
    account: Mapped[str]
    present: Mapped[int] = mapped_column(BigInteger, default=0)
    missing: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)
    lost_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    looked_at: Mapped[datetime]


class Horizon(Base):
    """Per mailbox: unanswered mail sent before `opens_from` opens no clock (set once, at the first import)."""

    __tablename__ = "horizon"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    opens_from: Mapped[datetime]
    first_import_at: Mapped[datetime]


class StreamState(Base):
    """Where a stream stands: its cursor, its last good run, when it is next due and who asked for a run now."""

    __tablename__ = "stream_state"

    source: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str | None] = mapped_column(Text)
    last_ok_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    wanted_at: Mapped[datetime | None]
    running_since: Mapped[datetime | None]
    progress_done: Mapped[int | None] = mapped_column(BigInteger)
    progress_total: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="never")
    message: Mapped[str] = mapped_column(Text, default="")
    what_to_do: Mapped[str] = mapped_column(Text, default="")


class Run(Base):
    """One run of one stream: ok, waiting, retry or needs_person, with what it brought."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_source_account_stream_id", "source", "account", "stream", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str]
    stream: Mapped[str]
    account: Mapped[str]
    marketplace: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str]
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    next_at: Mapped[datetime | None]


class Reject(Base):
    """One thing that could not be read, kept with its raw bytes until it is mended or discarded by a person."""

    __tablename__ = "reject"
    __table_args__ = (
        UniqueConstraint("source", "account", "stream", "place"),
        Index("ix_reject_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str]
    stream: Mapped[str]
    account: Mapped[str]
    place: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    raw_mail_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Lease(Base):
    """Who may write as the sync: one row per name, renewed while its holder lives. Times are the real clock's."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    started: Mapped[str] = mapped_column(default="")
    renewed_at: Mapped[datetime]
