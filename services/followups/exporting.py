"""Follow-ups as exported rows; columns that look personal stay out of them unless somebody asks (law 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import followups as rows
from data import sheets
from data.followups import Found
from services.rules import followups as rules
from services.rules.sheet_privacy import without_people

Row = dict[str, Any]


def followups_rows(session: Session, now: datetime) -> Iterator[Row]:
    """Follow-ups by account, sheet and row key."""
    own = {(each.account, each.sheet, each.tab): frozenset(each.columns.values()) for each in sheets.sheets(session)}
    for found in rows.stream_rows(session):
        row = found.row
        ours = own.get((row.account, row.sheet, row.tab), frozenset()) if row else frozenset()
        yield _row(found, now) | {"cells": without_people(row.cells, ours) if row else {}}


def with_people(session: Session, now: datetime) -> Iterator[Row]:
    """The same with all cells as they stand in the sheets."""
    for found in rows.stream_rows(session):
        yield _row(found, now) | {"cells": dict(found.row.cells) if found.row else {}}


def _row(found: Found, now: datetime) -> Row:
    card, work, row = found
    return {
        "account": card.account,
        "sheet": card.sheet,
        "kind": card.kind,
        "row_key": card.row_key,
        "order_id": card.order_id,
        "ticket_id": card.ticket_id,
        "due_at": card.due_at,
        "contacted_at": card.contacted_at,
        "contacted_by": card.contacted_by,
        "state": rules.shown_state(card.state, card.snoozed_until, now),
        "cells": {},
        "id": card.id,
        "tab": row.tab if row else None,
        "item": card.item,
        "marketplace": card.marketplace,
        "began_at": card.began_at,
        "owner": card.owner,
        "contacted_how": work.contacted_how,
        "snoozed_until": card.snoozed_until,
        "resolved_at": work.resolved_at,
        "resolved_by": work.resolved_by,
        "resolved_why": work.resolved_why,
        "proposal": card.proposal,
        "conflicts": card.conflicts,
    }
