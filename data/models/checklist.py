"""Tables of the checklist: duties with their versions, where they hold, what closed a cell, and what was proved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Duty(Base):
    """A duty of the team; what it says stands in its versions. `key` names one of the starter set, so it comes once.

    `version` goes up with each change by a person.
    """

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    rhythm: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class DutyVersion(Base):
    """What a duty says for the periods that begin in [valid_from, valid_to); only the end is ever written later.

    `days`: numbers with commas, as `services.rules.checklist.Duty.on`. `at`: HH:MM on the team's clock.
    `marketplaces`: codes with commas, for the scope `chosen`.
    """

    __tablename__ = "duty_version"
    __table_args__ = (UniqueConstraint("duty_id", "valid_from"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    title: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[str] = mapped_column(default="")
    at: Mapped[str]
    scope: Mapped[str]
    marketplaces: Mapped[str] = mapped_column(Text, default="")
    proof: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class ServedPlace(Base):
    """A marketplace that the settings named on the days in [since, until), as the sync saw it day by day.

    `marketplace` is "" for the account itself. `by_hand`: no source covered all of it then.
    """

    __tablename__ = "served_place"

    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    by_hand: Mapped[bool] = mapped_column(default=False)


class CheckProof(Base):
    """The answer that the store gave to the question of a cell: a figure, the rows behind it, how old the data was.

    `holds`: it closes the cell. `figure` is null where the data was too old to say; `why` then says what was.
    `rows`: the first of the rows behind the figure, as `ticket:12`. `heard_at`: the age of the data.
    """

    __tablename__ = "check_proof"
    __table_args__ = (Index("ix_check_proof_cell", "duty_id", "starts", "account", "marketplace"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    account: Mapped[str]
    marketplace: Mapped[str]
    starts: Mapped[date]
    kind: Mapped[str]
    taken_at: Mapped[datetime]
    by: Mapped[str]
    holds: Mapped[bool]
    figure: Mapped[int | None]
    sentence: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    rows: Mapped[list[Any]] = mapped_column(JSON, default=list)
    heard_at: Mapped[datetime | None]


class CheckMark(Base):
    """What closed a cell: a proof, or a person's signature; taken back it stays, with `live` null.

    The cell is the duty at a place in the period that begins on `starts` (the team's calendar). `found`: how many
    things a person found. `reason` is asked for where the period was over. `token`: signed together with others.
    """

    __tablename__ = "check_mark"
    __table_args__ = (
        UniqueConstraint("duty_id", "starts", "account", "marketplace", "live"),
        Index("ix_check_mark_rhythm_starts", "rhythm", "starts"),
        Index("ix_check_mark_token", "token"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    account: Mapped[str]
    marketplace: Mapped[str]
    rhythm: Mapped[str]
    starts: Mapped[date]
    live: Mapped[bool | None] = mapped_column(default=True)
    how: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    found: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    proof_id: Mapped[int | None] = mapped_column(BigInteger)
    token: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
