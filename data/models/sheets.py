"""Tables of spreadsheets: what they say (mirrored), the columns people chose, and the cells on their way into them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Sheet(Base):
    """One spreadsheet tab, or one file below sheets/, as it was last read.

    `sheet` is the spreadsheet's key or the file's name, `tab` the tab that the settings name ("" is the first), `title`
    what the tab is called. `place`: google or file. `source` and `stream` name what reads it, with the account.
    `headings` are the headings in the sheet's order, each once. `columns` is {role: heading} as in use; a role whose
    column is gone stays in it and is in `missing`. `samples` is {heading: some cells}, for the editor. `digest` names
    the content as last read. `problem` is a sentence with what to do, "" if all is well.
    """

    __tablename__ = "sheet"

    account: Mapped[str] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(Text, primary_key=True)
    tab: Mapped[str] = mapped_column(Text, primary_key=True, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str]
    place: Mapped[str]
    source: Mapped[str]
    stream: Mapped[str] = mapped_column(Text)
    headings: Mapped[list[str]] = mapped_column(JSON, default=list)
    samples: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    rows: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")


class SheetColumns(Base):
    """The columns that people chose for a sheet: {role: heading}; roles not in it are guessed from the headings."""

    __tablename__ = "sheet_columns"

    account: Mapped[str] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(Text, primary_key=True)
    tab: Mapped[str] = mapped_column(Text, primary_key=True, default="")
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    chosen_by: Mapped[str]
    chosen_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class SheetRow(Base):
    """One row of a sheet; the same row twice (same account, sheet, tab, order id, item and date) is one.

    `row_key` is made of these, so it survives sorting, inserting, deleting and a rebuild of this table; no two sheets
    share one. `cells` is {heading: text} as shown when last read: the base of the merge. `contacted` is what the cell
    means, `contact_date`, `agent` and `note` are texts as read (`contact_day` the day, if it is one). `twins` is
    {role: [texts]} where the sheet has the row several times with different texts. `line` is the row's number in the
    sheet when it was last read as changed: for people, never for finding it. `changed_at`: when a read last found it
    different; `gone_at`: since when it is not in the sheet (null while it is).
    """

    __tablename__ = "sheet_row"
    __table_args__ = (
        UniqueConstraint("account", "sheet", "row_key"),
        Index("ix_sheet_row_row_key", "row_key"),
        Index("ix_sheet_row_account_order_id", "account", "order_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    sheet: Mapped[str] = mapped_column(Text)
    tab: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str]
    row_key: Mapped[str]
    order_id: Mapped[str | None]
    item: Mapped[str] = mapped_column(Text, default="")
    dated: Mapped[date | None]
    cells: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    contacted: Mapped[bool] = mapped_column(default=False)
    contacted_text: Mapped[str] = mapped_column(Text, default="")
    contact_date: Mapped[str] = mapped_column(Text, default="")
    contact_day: Mapped[date | None]
    agent: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    twins: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    line: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class SheetWrite(Base):
    """One cell on its way into a sheet. `role`: contacted, date, agent or note.

    `base` is what the cell said when this was queued, `ours` what it is to say, `theirs` what it said when that was a
    conflict. `bases` are all texts that ours may replace: base, and what earlier writes of ours may have left there.
    `state`: queued, done, conflict (a person changed the cell since), row_gone (the row is not in the sheet; queued
    again by itself if it comes back) or withdrawn. `error` is why a queued one could not be written yet. `answers` is
    the conflict that this write settles. `attempts` and `tried_at` count tries (the real clock's).
    """

    __tablename__ = "sheet_write"
    __table_args__ = (
        Index("ix_sheet_write_account_sheet_state", "account", "sheet", "tab", "state"),
        Index("ix_sheet_write_row_key", "row_key", "id"),
        Index("ix_sheet_write_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    sheet: Mapped[str] = mapped_column(Text)
    tab: Mapped[str] = mapped_column(Text, default="")
    row_key: Mapped[str]
    role: Mapped[str]
    base: Mapped[str] = mapped_column(Text, default="")
    bases: Mapped[list[str]] = mapped_column(JSON, default=list)
    ours: Mapped[str] = mapped_column(Text)
    theirs: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="queued")
    queued_at: Mapped[datetime]
    by: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    answers: Mapped[int | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(default=1)
