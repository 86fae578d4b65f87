"""What the Claims page gets: frozen rows, without anything of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

STATES = {
    "action_required": "Action required",
    "under_review": "Under review",
    "option_to_appeal": "Option to appeal",
    "closed": "Closed",
}
KINDS = {"a_to_z": "A-to-z claim", "chargeback": "Chargeback"}
OUTCOMES = {"granted": "Granted to the buyer", "denied": "Denied: we won", "withdrawn": "Withdrawn by the buyer"}
DUE = {"late": "Late", "day": "Due in 24 hours", "week": "Due in 7 days"}
SOURCES = {
    "mail": "mail",
    "finances": "finances",
    "return": "returns report",
    "csv": "CSV",
    "hand": "entered by hand",
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty strings do not narrow. `owner` may be "-" for nobody."""

    state: str = ""
    kind: str = ""
    marketplace: str = ""
    account: str = ""
    owner: str = ""
    due: str = ""
    month: str = ""
    result: str = ""
    order: str = ""


@dataclass(frozen=True)
class Line:
    """One case of the list. `amount` is a decimal string; `why_none` says why nothing is due where `due_at` is None."""

    id: int
    version: int
    account: str
    order_id: str
    kind: str
    marketplace: str | None
    state: str
    outcome: str | None
    result: str
    opened_at: datetime | None
    decided_at: datetime | None
    due_at: datetime | None
    due_what: str
    why_none: str
    amount: str | None
    currency: str | None
    reason: str | None
    sources: tuple[str, ...]
    owner: str | None
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of the list, the most urgent first; the marks lead to the pages beside it."""

    rows: tuple[Line, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Marked:
    """What became of an action: new versions of the done cases, a sentence for each other one, how to take it back."""

    done: Mapping[int, int]
    refused: Mapping[int, str]
    undo: str | None


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `what` is words; `text` more of them; `who` a person or None."""

    at: datetime
    what: str
    text: str = ""
    who: str | None = None
    ticket: int | None = None


@dataclass(frozen=True)
class Piece:
    """One piece of evidence. `has` None: nobody knows. `ticked_by` where a person said so, against the rows or not."""

    name: str
    label: str
    has: bool
    found: str
    wanted: bool
    ticked_by: str | None = None


@dataclass(frozen=True)
class TicketLine:
    """A ticket about the order."""

    id: int
    subject: str
    status: str


@dataclass(frozen=True)
class Weight:
    """What the case does to the order defect rate, in a sentence, and when it stops doing so."""

    sentence: str
    leaves_at: datetime | None = None


@dataclass(frozen=True)
class Detail:
    """All of one case."""

    line: Line
    timeline: tuple[Event, ...]
    evidence: tuple[Piece, ...]
    tickets: tuple[TicketLine, ...]
    weight: Weight
    text: str
    text_left_out: tuple[str, ...]
    files: int
    link: str


@dataclass(frozen=True)
class Unbacked:
    """A case of which no mail, report or person tells any more: what people did about it; `state` as they chose it."""

    id: int
    account: str
    order_id: str
    kind: str
    state: str | None
    owner: str | None
    notes: tuple[Event, ...]


@dataclass(frozen=True)
class Month:
    """What cases of one month, result and currency came to; `amount` in minor units."""

    month: str
    result: str
    currency: str
    cases: int
    amount: int
