"""Response times: counted days (caches that can be dropped), what was known when, fingerprints, Amazon's own rate."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class ResponseCell(Base):
    """The answered messages that Amazon received on one UTC day, by one thing: `level` and its `name`.

    `level`: all, hour (name 00 to 23, UTC), marketplace, agent, kind, language, turn (first or next of its ticket).
    `place` is a marketplace, or "" for all of them together. `took` holds the times until the answer, ascending, as
    64-bit microseconds (little-endian), so that percentiles are exact. `house_late` is by the house's own clock.
    """

    __tablename__ = "response_cell"
    __table_args__ = (Index("ix_response_cell_day", "day"), {"sqlite_with_rowid": False})

    place: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    within: Mapped[int] = mapped_column(BigInteger)
    late: Mapped[int] = mapped_column(BigInteger)
    house_late: Mapped[int] = mapped_column(BigInteger)
    took: Mapped[bytes] = mapped_column(LargeBinary)


class ResponseBacklog(Base):
    """How many messages of `day` that were answered later still waited at the end (24:00Z) of `tick`, by their age.

    `under_12`, `under_24` and `under_72` hours old at most, or `older`; each message is in one of them.
    """

    __tablename__ = "response_backlog"
    __table_args__ = (Index("ix_response_backlog_day", "day"), {"sqlite_with_rowid": False})

    place: Mapped[str] = mapped_column(primary_key=True)
    tick: Mapped[date] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    under_12: Mapped[int] = mapped_column(BigInteger)
    under_24: Mapped[int] = mapped_column(BigInteger)
    under_72: Mapped[int] = mapped_column(BigInteger)
    older: Mapped[int] = mapped_column(BigInteger)


class ResponseShare(Base):
    """Where the time of one agent's answers to the messages of one UTC day went; sums in microseconds.

    The five parts add up to the time between the messages and their answers. `charged`: messages (whoever answered
    them) whose 24 hours ran out in this agent's hands; `inherited`: late answers whose time had run out before.
    """

    __tablename__ = "response_share"
    __table_args__ = (Index("ix_response_share_day", "day"), {"sqlite_with_rowid": False})

    place: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int] = mapped_column(BigInteger)
    late: Mapped[int] = mapped_column(BigInteger)
    inherited: Mapped[int] = mapped_column(BigInteger)
    charged: Mapped[int] = mapped_column(BigInteger)
    importing: Mapped[int] = mapped_column(BigInteger)
    unowned: Mapped[int] = mapped_column(BigInteger)
    mine: Mapped[int] = mapped_column(BigInteger)
    others: Mapped[int] = mapped_column(BigInteger)
    supervisor: Mapped[int] = mapped_column(BigInteger)


class ResponseDay(Base):
    """A UTC day that was counted, how many messages started a clock on it, and when it was counted.

    `latest` is the last thing that is known of them, a message or an answer: seen from any time after it the counts are
    the same.
    """

    __tablename__ = "response_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    rows: Mapped[int] = mapped_column(BigInteger)
    latest: Mapped[datetime | None]
    counted_at: Mapped[datetime]


class ResponseStale(Base):
    """A UTC day some of whose responses changed since it was counted; rows are only added, so that nobody waits."""

    __tablename__ = "response_stale"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date]


class ResponsePast(Base):
    """What was believed of a message until `known_until`, when something else became known; never changed.

    The columns are those of `response`; `imported_at` is the message's. What is believed now is in `response` only.
    """

    __tablename__ = "response_past"
    __table_args__ = (
        Index("ix_response_past_message_id_known_until", "message_id", "known_until"),
        Index("ix_response_past_sent_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    known_until: Mapped[datetime]
    imported_at: Mapped[datetime]
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[str]
    marketplace: Mapped[str | None]
    kind: Mapped[str]
    language: Mapped[str | None]
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    agent: Mapped[str | None]
    hidden: Mapped[bool]


class ResponseBook(Base):
    """Since when something has been kept: `past` is when `response_past` began."""

    __tablename__ = "response_book"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class FigurePrint(Base):
    """The response-time figures as they were known at one midnight (UTC); rows are only added.

    `figures` covers `first` to `last`; `hash` is over the figures and the hash before it (`previous`).
    """

    __tablename__ = "figure_print"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    as_of: Mapped[datetime] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    first: Mapped[date]
    last: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class AmazonRate(Base):
    """Amazon's own late response rate as somebody read it in Seller Central on a day, beside ours at that moment.

    `rate` is a fraction; `days` the window (7, 30 or 90); `missed` of `judged` messages is our own count then. A newer
    row for the same account, marketplace ("" = all), window and day replaces an older one; `undone_at`: taken back.
    """

    __tablename__ = "amazon_rate"
    __table_args__ = (Index("ix_amazon_rate_account_taken_on", "account", "taken_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    marketplace: Mapped[str]
    days: Mapped[int]
    taken_on: Mapped[date]
    rate: Mapped[float]
    missed: Mapped[int]
    judged: Mapped[int]
    typed_by: Mapped[str]
    typed_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
