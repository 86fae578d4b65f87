"""The checklist: duties by marketplace and period, closed by the store's own proof or by a signature."""

from services.checklist.closing import prove, sign, undo
from services.checklist.duties import Line, Version, Wording, add, change, end, listing
from services.checklist.places import coverage
from services.checklist.waiting import DutyGaps, Gap, Waiting, WaitingLine, gaps, waiting

__all__ = [
    "DutyGaps",
    "Gap",
    "Line",
    "Version",
    "Waiting",
    "WaitingLine",
    "Wording",
    "add",
    "change",
    "coverage",
    "end",
    "gaps",
    "listing",
    "prove",
    "sign",
    "undo",
    "waiting",
]
