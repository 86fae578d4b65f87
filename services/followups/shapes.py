"""What the Follow-ups page is given: rows of the list, one row with all that stands beside it, and the sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.inbox.order_facts import OrderFacts
from services.inbox.shapes import Related

BOXES: Mapping[str, str] = {
    "to_contact": "To contact",
    "late": "Late",
    "proposed": "Proposals",
    "conflicts": "Sheet differs",
    "snoozed": "Snoozed",
    "contacted": "Contacted",
    "over": "Over",
    "all": "All",
}
USUAL_BOX = "to_contact"
DONE: Mapping[str, str] = {
    "followup.contacted": "marked it as contacted",
    "followup.not_contacted": "took the mark back",
    "followup.snooze": "put it off",
    "followup.unsnooze": "ended the snooze",
    "followup.resolve": "resolved it",
    "followup.reopen": "reopened it",
    "followup.refuse": "turned a proposal down",
    "followup.assign": "gave it to",
    "followup.note": "changed the note",
    "followup.contact": "went to write to the buyer",
    "followup.settle": "decided which cells count",
    "followup.undo": "took an action on several back",
}
"""What the activity log has of follow-ups, in words."""
ROLES: Mapping[str, str] = {"contacted": "Contacted", "date": "Contact date", "agent": "Agent", "note": "Note"}
"""The cells that Within24 writes into a sheet."""


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values do not narrow. `owner` "-" is nobody."""

    box: str = USUAL_BOX
    kind: str = ""
    sheet: str = ""
    account: str = ""
    marketplace: str = ""
    owner: str = ""
    text: str = ""


@dataclass(frozen=True)
class Line:
    """One follow-up in the list. `state` is a key of `rules.followups.STATES`; `proposal` one of PROPOSALS or None.

    `label` is what the kind is called; `for_others`: late for so long that somebody else should know.
    """

    id: int
    version: int
    account: str
    sheet: str
    kind: str
    label: str
    row_key: str
    order_id: str | None
    item: str
    marketplace: str | None
    order_status: str | None
    ticket: int | None
    began_at: datetime
    state: str
    due_at: datetime | None
    for_others: bool
    contacted_at: datetime | None
    contacted_by: str | None
    snoozed_until: datetime | None
    owner: str | None
    proposal: str | None
    proposed_at: datetime | None
    conflicts: int


@dataclass(frozen=True)
class Page:
    """A page of the list, with the marks of the pages before and after it."""

    rows: tuple[Line, ...]
    before: str | None
    next: str | None


@dataclass(frozen=True)
class SheetState:
    """A sheet as it was last read; `problem` is a sentence with what to do, empty if all is well."""

    account: str
    sheet: str
    title: str
    label: str
    kind: str
    rows: int
    read_at: datetime | None
    is_stale: bool
    problem: str


@dataclass(frozen=True)
class Cell:
    """A cell that a person changed in the sheet while ours was on its way: both texts, and the write to settle."""

    role: str
    before: str
    ours: str
    theirs: str
    write: int
    version: int


@dataclass(frozen=True)
class Waiting:
    """A cell of ours that is not in the sheet yet; `why` is a sentence, empty while it is only a matter of time."""

    role: str
    text: str
    why: str


@dataclass(frozen=True)
class Act:
    """Something that somebody did to a follow-up, in words."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class Detail:
    """One follow-up with everything around it.

    `cells` are the sheet's own, by heading. `how` is a key of `rules.followups.HOWS` or None. `marked_here`: the mark
    can be taken back here. `unmarked_there`: the mark reached the sheet, and somebody took it out there. `in_copy`:
    the sheet is a file, and a copy beside it has what was written here.
    """

    line: Line
    cells: Mapping[str, str]
    line_number: int
    first_seen_at: datetime | None
    gone_at: datetime | None
    how: str | None
    note: str
    marked_here: bool
    unmarked_there: bool
    in_copy: bool
    resolved_at: datetime | None
    resolved_by: str | None
    resolved_why: str | None
    conflicts: tuple[Cell, ...]
    waiting: tuple[Waiting, ...]
    order: OrderFacts | None
    tickets: tuple[Related, ...]
    same_item: int
    sheet: SheetState | None
    acts: tuple[Act, ...]
