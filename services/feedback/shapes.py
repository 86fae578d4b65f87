"""What pages see of seller feedback: a line of the list, one with its history, filters, ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.rules.feedback import Removal, Step


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty strings do not narrow.

    `state` is one of the states or `todo`; `stars` is 1 to 5, `negative` or empty; `can` is `removal` or empty.
    """

    state: str = ""
    kind: str = ""
    stars: str = ""
    can: str = ""
    channel: str = ""
    account: str = ""
    marketplace: str = ""
    order_id: str = ""


@dataclass(frozen=True)
class Line:
    """One feedback as it stands now. `id` is `account/order id`; `version` is 0 until somebody worked on it.

    `words` decided the kind that the rules propose. `language` is that of the comment, two letters.
    """

    id: str
    account: str
    order_id: str
    marketplace: str | None
    day: date
    rating: int
    comment: str
    response: str
    channel: str | None
    language: str | None
    kind: str
    kind_from: str
    proposed: str
    words: tuple[str, ...]
    state: str
    removal: Removal
    step: Step
    action_chosen: str | None
    window_ends: date
    ticket_id: int | None
    version: int


@dataclass(frozen=True)
class Event:
    """Something that happened to a feedback; `who` is empty for what Amazon's report says."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class Detail:
    """One feedback with what was noted and what happened, oldest first; `answer_id` is its public answer."""

    line: Line
    note: str
    asked_at: datetime | None
    decision: str | None
    answer_id: int | None
    answer_state: str | None
    history: tuple[Event, ...]
    manager: str


@dataclass(frozen=True)
class Page:
    """A page of the list, newest first; `after` and `before` are marks of the neighbouring pages, or empty."""

    rows: tuple[Line, ...]
    after: str
    before: str


@dataclass(frozen=True)
class Theme:
    """What reviews of an item complain of: `share` of all its reviews, `impact` on its stars; as of `asked_at`."""

    asin: str
    topic: str
    mentions: int | None
    share: float | None
    impact: float | None
    asked_at: datetime


@dataclass(frozen=True)
class Rating:
    """What is known of one window: `total` and its `day` were typed in, or are None; `share` is positive over all."""

    days: int
    first: date
    last: date
    negative: int
    neutral: int
    total: int | None
    total_day: date | None
    share: float | None
    why: str
