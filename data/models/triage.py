"""How people sort tickets: tags, views, and triage rules with their wordings, dry runs and what they have done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class TicketLabel(Base):
    """A tag on a ticket, or a view that it was put into; by a person or by a rule.

    `kind`: tag (`value` is the tag) or view (`value` is the view's id). `sort_key` repeats the card's, kept by
    `desk.derive`, so that a page of what has a label is one range of an index.
    """

    __tablename__ = "ticket_label"
    __table_args__ = (Index("ix_ticket_label_kind_value_sort_key", "kind", "value", "sort_key", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    sort_key: Mapped[int] = mapped_column(BigInteger)


class View(Base):
    """A named set of queue filters; a ticket is in it if they fit, or if it was put there.

    `filters` is null for a view that holds only what was put there. `person` made it; if it is not `shared`, it is
    theirs alone. A deleted view keeps its row, so that deleting can be undone.
    """

    __tablename__ = "view"
    __table_args__ = (Index("ix_view_deleted_at_name", "deleted_at", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    person: Mapped[str]
    shared: Mapped[bool]
    filters: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class TriageRule(Base):
    """A triage rule as it is worded now. `on_since` is null while it is off; `place` orders the rules.

    `wording`: conditions, all or any, actions, stop (see `services.rules.triage`); `fingerprint` is its hash.
    """

    __tablename__ = "triage_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    place: Mapped[int]
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str]
    on_since: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class TriageChange(Base):
    """What somebody did to a rule: made, changed, renamed, on, off, moved, deleted, restored (never edited).

    Together the rows say which wording held from when to when. `wording` is the one from then on.
    """

    __tablename__ = "triage_change"
    __table_args__ = (Index("ix_triage_change_rule_id", "rule_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("triage_rule.id"))
    what: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    version: Mapped[int]
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)


class TriageDryRun(Base):
    """What a wording of a rule would have done to the mail since `since`; `result` names tickets, never buyers."""

    __tablename__ = "triage_dry_run"
    __table_args__ = (Index("ix_triage_dry_run_rule_id", "rule_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("triage_rule.id"))
    fingerprint: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    since: Mapped[datetime]
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class TriageApplied(Base):
    """A rule has acted on a message, by its stable key: read again or rebuilt, the message is left alone.

    `did` names the actions that were carried out, as `services.rules.triage` names them.
    """

    __tablename__ = "triage_applied"
    __table_args__ = (Index("ix_triage_applied_ticket_id", "ticket_id"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    message_key: Mapped[str] = mapped_column(Text, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("triage_rule.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    did: Mapped[list[Any]] = mapped_column(JSON)
