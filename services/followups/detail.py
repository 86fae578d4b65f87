"""One follow-up with its order, its tickets, the sheet's own cells, and what is on its way into the sheet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from data import followups as rows
from data import journal, sheets, tickets
from data.followups import Found
from data.models.journal import Activity
from data.models.sheets import Sheet, SheetWrite
from data.store import Store
from services.followups.cells import FILE, note_of, was_taken_out
from services.followups.listing import line_of, sheet_of
from services.followups.shapes import DONE, Act, Cell, Detail, Waiting
from services.inbox import order_facts
from services.inbox.conversation import related_of

ACTS = 12
LATER = "The row is not in the sheet just now; it is written when the row comes back."


def detail(store: Store, followup_id: int, *, now: datetime) -> Detail | None:
    """One follow-up; a fixed number of statements."""
    with store.read() as session:
        found = rows.one(session, followup_id)
        if found is None:
            return None
        card, work, row = found
        place = sheets.sheet(session, card.account, card.sheet, row.tab) if row else None
        writes = rows.last_writes(session, card.row_key)
        same = rows.same_item(session, card)
        log = journal.of_object(session, f"followup:{followup_id}", limit=ACTS)
        about = tickets.of_order(session, card.account, card.order_id, but=()) if card.order_id else []
    order = order_facts.facts(store, card.account, card.order_id, ticket=0, now=now) if card.order_id else None
    return Detail(
        line=line_of(found, now),
        cells=dict(row.cells) if row else {},
        line_number=row.line if row else 0,
        first_seen_at=row.first_seen_at if row else None,
        gone_at=row.gone_at if row else None,
        how=work.contacted_how or ("sheet" if row and row.contacted else None),
        note=_note(found, writes.get("note"), place),
        marked_here=work.contacted_at is not None,
        unmarked_there=_unmarked_there(found, writes.get("contacted"), place),
        in_copy=place is not None and place.place == FILE and any(each.state == "done" for each in writes.values()),
        resolved_at=work.resolved_at,
        resolved_by=work.resolved_by,
        resolved_why=work.resolved_why,
        conflicts=_conflicts(writes.values()),
        waiting=_waiting(writes.values()),
        order=order,
        tickets=tuple(map(related_of, about)),
        same_item=same,
        sheet=sheet_of(place, now) if place else None,
        acts=tuple(_act(each) for each in log),
    )


def _act(row: Activity) -> Act:
    value = (row.after or {}).get("value") if row.what == "followup.assign" else None
    return Act(row.at, row.actor, " ".join(word for word in (DONE.get(row.what, row.what), value) if word))


def _note(found: Found, write: SheetWrite | None, place: Sheet | None) -> str:
    """The note as it is to be edited: ours, while somebody has to decide which one counts."""
    if write is not None and write.state == "conflict":
        return write.ours
    return note_of(found.row, found.work.note, write, place)


def _unmarked_there(found: Found, write: SheetWrite | None, place: Sheet | None) -> bool:
    row = found.row
    return found.work.contacted_at is not None and row is not None and was_taken_out(row, write, place)


def _conflicts(writes: Collection[SheetWrite]) -> tuple[Cell, ...]:
    return tuple(
        Cell(each.role, each.base, each.ours, each.theirs or "", each.id, each.version)
        for each in writes
        if each.state == "conflict"
    )


def _waiting(writes: Collection[SheetWrite]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(each.role, each.ours, LATER if each.state == "row_gone" else each.error or "")
        for each in writes
        if each.state in ("queued", "row_gone")
    )
