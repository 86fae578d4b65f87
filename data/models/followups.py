"""Tables of follow-ups: what people do about rows of sheets (ours), and the row of each in the list (derived)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class FollowupWork(Base):
    """The work on one row of a sheet, by the row's own key: it outlives sorting, deleting and a new reading.

    The sync makes the row, so that a follow-up has an id that stays; from then on only people write it. `contacted_*`
    is null while nobody marked it here: what the sheet says counts then. `cells_before`: what its cells said before
    somebody did, by role, for taking the mark back. `resolved_why`: a key of
    `rules.followups.WHYS`, or the words of a proposal. `refused`: the proposals that somebody turned down,
    one a line.
    """

    __tablename__ = "followup_work"
    __table_args__ = (UniqueConstraint("account", "sheet", "row_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    sheet: Mapped[str] = mapped_column(Text)
    row_key: Mapped[str] = mapped_column(Text)
    contacted_at: Mapped[datetime | None]
    contacted_by: Mapped[str | None]
    contacted_how: Mapped[str | None]
    cells_before: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolved_why: Mapped[str | None] = mapped_column(Text)
    refused: Mapped[str] = mapped_column(Text, default="")
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)


class FollowupUndo(Base):
    """What one action on many follow-ups did to one of them: its `version` afterwards, and `before`: the work and the
    cells that were queued for the sheet. Kept for an hour."""

    __tablename__ = "followup_undo"
    __table_args__ = (Index("ix_followup_undo_at", "at"),)

    token: Mapped[str] = mapped_column(primary_key=True)
    followup_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    person: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


_WITH_CONFLICT = text("conflicts > 0")


def _only(column: str) -> dict[str, Any]:
    """An index over the rows that have this, without all the others."""
    has_it = text(f"{column} is not null")
    return {"sqlite_where": has_it, "postgresql_where": has_it}


class FollowupCard(Base):
    """A follow-up as the list filters and sorts it; `id` is its `followup_work.id`. Made anew from the sheet's row, the
    order, its ticket and people's work.

    `state`: to_contact, contacted, resolved or gone (the sheet has the row no more); a snooze is a time, not a state.
    `due_at` is null once somebody contacted the buyer. `sort_key` orders the list: who must be contacted by due time,
    then who was contacted, then what is over, newest first. `proposal`: what Amazon or the ticket now says, as a key of
    `rules.followups.PROPOSALS`, since `proposed_at`. `conflicts`: cells that wait for a decision.
    """

    __tablename__ = "followup_card"
    __table_args__ = (
        Index("ix_followup_card_sort_key_id", "sort_key", "id"),
        Index("ix_followup_card_state_sort_key_id", "state", "sort_key", "id"),
        Index("ix_followup_card_sheet_sort_key_id", "sheet", "sort_key", "id"),
        Index("ix_followup_card_marketplace_sort_key_id", "marketplace", "sort_key", "id"),
        Index("ix_followup_card_owner_sort_key_id", "owner", "sort_key", "id", **_only("owner")),
        Index("ix_followup_card_order_id_account", "order_id", "account"),
        Index("ix_followup_card_row_key", "row_key"),
        Index("ix_followup_card_due_at_id", "due_at", "id", **_only("due_at")),
        Index("ix_followup_card_proposal", "sort_key", "id", **_only("proposal")),
        Index("ix_followup_card_conflicts", "id", sqlite_where=_WITH_CONFLICT, postgresql_where=_WITH_CONFLICT),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    account: Mapped[str]
    sheet: Mapped[str] = mapped_column(Text)
    row_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    order_id: Mapped[str | None]
    item: Mapped[str] = mapped_column(Text, default="")
    marketplace: Mapped[str | None]
    order_status: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    began_at: Mapped[datetime]
    state: Mapped[str]
    due_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    contacted_by: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    proposal: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    conflicts: Mapped[int] = mapped_column(default=0)
    sort_key: Mapped[int] = mapped_column(BigInteger)
