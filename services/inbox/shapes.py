"""The shapes that the Inbox shows: filters, queue rows, a conversation with all that stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Urgency = Literal["late", "at_risk", "fine"]

BOXES: dict[str, str] = {
    "waiting": "To answer",
    "late": "Late",
    "risk": "At risk",
    "unassigned": "Unassigned",
    "mine": "Mine",
    "asks": "Asks",
    "questions": "Questions",
    "pending": "Pending",
    "on_hold": "On-hold",
    "snoozed": "Snoozed",
    "solved": "Solved",
    "closed": "Closed",
    "all": "All",
}
"""The boxes of the queue: code (used in the URL) and label. `waiting` = New and Open."""


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; empty strings do not narrow. All of it lives in the URL; `view` is an id.

    `order`: "" by Time Left, "exposure" by chance of a defect times its cost.
    """

    box: str = "waiting"
    account: str = ""
    marketplace: str = ""
    type: str = ""
    kind: str = ""
    owner: str = ""
    text: str = ""
    language: str = ""
    tag: str = ""
    view: str = ""
    order: str = ""

    def only(self, **changes: str) -> Filters:
        """These filters with some changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Row:
    """One ticket in the queue; `due_at` is null when nothing is owed.

    `outbox`: leaving, retrying, by_hand, unknown, failed, or null: what its last reply on its way out needs.
    `question`: open while a colleague's answer is waited for, answered until who asked has looked, or null.
    `why`: what drove its exposure, where that is the order.
    """

    id: int
    version: int
    account: str
    marketplace: str | None
    subject: str
    preview: str
    buyer: str | None
    order_id: str | None
    type: str
    status: str
    owners: tuple[str, ...]
    due_at: datetime | None
    awaiting_since: datetime | None
    last_at: datetime
    waiting: int
    urgency: Urgency | None
    mark: str
    snoozed_until: datetime | None
    asks: str | None
    outbox: str | None = None
    question: str | None = None
    tags: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of the queue; `next` and `previous` are opaque keyset marks, null at the ends."""

    rows: tuple[Row, ...]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Counts:
    """Numbers beside the boxes, by box code; `capped` boxes hold at least that many."""

    boxes: dict[str, int]
    capped: frozenset[str]


@dataclass(frozen=True)
class Choices:
    """What the filters offer, from the settings and from what is in the store."""

    accounts: tuple[str, ...]
    marketplaces: tuple[str, ...]
    types: tuple[str, ...]
    people: tuple[str, ...]
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedView:
    """A view: named filters, and what was put into it. `filters` is None if it holds only the latter.

    `box` is the one that it opens with. `count` is null where counting would cost history; `capped`: at least that
    many. `may_edit`: whoever asks may rename, share, change or delete it.
    """

    id: int
    version: int
    name: str
    person: str
    shared: bool
    box: str
    filters: Filters | None
    may_edit: bool
    count: int | None = None
    capped: bool = False


@dataclass(frozen=True)
class ViewName:
    """A view that a ticket was put into; `person` is empty if all see it."""

    id: int
    name: str
    person: str


@dataclass(frozen=True)
class Attachment:
    """A file of a message; its content is fetched by (message id, index) only when it is downloaded."""

    index: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Leaving:
    """Where a reply of ours is on its way: its state (a key of `rules.outbox.WORDS`) in words, and what can be done.

    `undo_seconds`: how much of the undo window is left; `can_undo` also holds while it waits to be tried again.
    `to_settle`: a person must say whether it arrived. `to_copy`: a person must copy it to Seller Central.
    """

    outbox_id: int
    state: str
    words: str
    channel: str
    by: str
    error: str | None
    can_undo: bool
    undo_seconds: float
    retry_at: datetime | None
    to_settle: bool
    to_copy: bool
    after_send: str
    promise_until: datetime | None


@dataclass(frozen=True)
class Entry:
    """One message of the conversation. `within_24h` is None while open and in time, or out of the metric.

    `leaving` is there for replies of ours that went through the outbox; their `id` is negative and `kind` reply.
    """

    id: int
    kind: str
    direction: str
    who: str
    sent_at: datetime
    imported_at: datetime
    text: str
    text_from: str | None
    language: str | None
    attachments: tuple[Attachment, ...]
    answered_at: datetime | None
    answered_by: str | None
    within_24h: bool | None
    owed: bool
    hidden: bool
    notes: tuple[str, ...]
    has_original: bool
    leaving: Leaving | None = None


@dataclass(frozen=True)
class NoteEntry:
    """An internal note."""

    id: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class QuestionLine:
    """A question between colleagues. `to` is null when any supervisor may answer; `state`: open, answered, seen.

    `subject`, `buyer` and `marketplace` are its ticket's.
    """

    id: int
    ticket_id: int
    state: str
    asked_by: str
    asked_at: datetime
    to: str | None
    question: str
    answered_by: str | None
    answered_at: datetime | None
    answer: str
    subject: str
    buyer: str | None
    marketplace: str | None

    @property
    def waits_for(self) -> str:
        """Whose answer the ticket waits for: a name, or "a supervisor"; empty once it is answered."""
        return (self.to or "a supervisor") if self.state == "open" else ""


@dataclass(frozen=True)
class PromiseLine:
    """A promise that stands: the buyer of this ticket is to hear from us by `until`."""

    ticket_id: int
    subject: str
    buyer: str | None
    marketplace: str | None
    until: datetime
    by: str
    urgency: Urgency | None


@dataclass(frozen=True)
class Act:
    """One line of the activity log: a sentence, who, when, and for status changes whether it was within 24 h."""

    at: datetime
    actor: str
    sentence: str
    within_24h: bool | None


@dataclass(frozen=True)
class Related:
    """Another ticket of the same order or of the same buyer."""

    id: int
    subject: str
    status: str
    last_at: datetime
    marketplace: str | None
    order_id: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class MarkMade:
    """A recorded No Response Needed or answered-in-Seller-Central, and whether it can still be undone."""

    id: int
    message_id: int
    kind: str
    at: datetime
    by: str
    confirmed_at: datetime | None
    confirmed_by: str | None


@dataclass(frozen=True)
class Candidate:
    """A copy of a reply that could belong to several conversations and asks a person."""

    message_id: int
    buyer: str
    sent_at: datetime
    tickets: tuple[Related, ...]


@dataclass(frozen=True)
class Regrouped:
    """A merge or split that this ticket was part of: its messages `came` into it or `went` out of it.

    `may_undo`: only the latest one can be taken back (by its id), the others after it.
    """

    id: int
    kind: str
    other: int
    at: datetime
    by: str
    way: str
    may_undo: bool


@dataclass(frozen=True)
class Conversation:
    """A ticket as the middle and right panels show it. `zone` is the buyer's marketplace zone."""

    id: int
    version: int
    account: str
    marketplace: str | None
    zone: str
    subject: str
    type: str
    type_locked: bool
    status: str
    solved_reason: str | None
    who_acts: str
    owners: tuple[str, ...]
    buyer: str | None
    alias: str | None
    reply_to: str | None
    order_id: str | None
    match: str | None
    asin: str | None
    language: str | None
    opened_at: datetime
    awaiting_since: datetime | None
    due_at: datetime | None
    house_due_at: datetime | None
    urgency: Urgency | None
    snoozed_until: datetime | None
    closed: bool
    follow_up_of: int | None
    follow_ups: tuple[int, ...]
    entries: tuple[Entry, ...]
    order_mail: tuple[Entry, ...]
    notes: tuple[NoteEntry, ...]
    activity: tuple[Act, ...]
    marks: tuple[MarkMade, ...]
    same_order: tuple[Related, ...]
    same_buyer: tuple[Related, ...]
    asks: Candidate | None
    seller_central: str
    changed_by: str | None
    outbox: str | None = None
    promised_until: datetime | None = None
    questions: tuple[QuestionLine, ...] = ()
    tags: tuple[str, ...] = ()
    views: tuple[ViewName, ...] = ()
    regrouped: tuple[Regrouped, ...] = ()
