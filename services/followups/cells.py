"""What the cells of a row say once all that was written here counts: in the sheet itself, or in the copy of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data import sheet_writes
from data.models.sheets import Sheet, SheetRow, SheetWrite

FILE = "file"


def text_of(role: str, row: SheetRow, write: SheetWrite | None, place: Sheet | None) -> str:
    """The text of one cell: ours while it is on its way, and where it went into a copy of a file that still says what
    it said then; else the sheet's own."""
    there: str = getattr(row, sheet_writes.AS_READ[role])
    if write is None:
        return there
    in_copy = write.state == "done" and place is not None and place.place == FILE and there == write.base
    return write.ours if in_copy or write.state in ("queued", "row_gone") else there


def texts_of(
    roles: Iterable[str], row: SheetRow, writes: Mapping[str, SheetWrite], place: Sheet | None
) -> dict[str, str]:
    """The same of several cells."""
    return {role: text_of(role, row, writes.get(role), place) for role in roles}


def note_of(row: SheetRow | None, ours: str | None, write: SheetWrite | None, place: Sheet | None) -> str:
    """The row's note; `ours`, as it was written here, only where the sheet has no column for notes."""
    there = text_of("note", row, write, place) if row else ""
    in_sheet = place is not None and "note" in place.columns and "note" not in place.missing
    return there if in_sheet else there or ours or ""


def was_taken_out(row: SheetRow, write: SheetWrite | None, place: Sheet | None) -> bool:
    """Whether our mark had reached the sheet and the sheet does not say it any more; a file's original never does."""
    reached = write is not None and write.state == "done" and place is not None and place.place != FILE
    return reached and not row.contacted
