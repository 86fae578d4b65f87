"""What the Response time page asks for, and the shapes in which it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from services.rules import response_days
from services.rules.response_cells import Fact, Key, Tally
from services.rules.response_time import Numbers

GROUPS = {
    "all": "All messages",
    "within": "Answered within 24 h",
    "late": "Answered late",
    "unanswered": "Unanswered over 24 h",
    "missed": "Late or unanswered",
    "pending": "Still in time",
}


@dataclass(frozen=True)
class Wanted:
    """The days `first` to `last` of `zone`, both included, narrowed; as it stood at `as_of`, as known at `known_at`.

    `known_at` None is what is known now. `agent` and `language` may be "", for messages that have none.
    """

    first: date
    last: date
    as_of: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    known_at: datetime | None = None
    marketplace: str | None = None
    account: str | None = None
    agent: str | None = None
    kind: str | None = None
    language: str | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment (UTC) to the first one after. Raises ValueError if the range is upside down."""
        return response_days.span(self.first, self.last, self.zone)

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the marketplace is chosen, which no counted day can tell."""
        return any(value is not None for value in (self.account, self.agent, self.kind, self.language))

    def of(self, marketplace: str | None) -> Wanted:
        """The same of one marketplace."""
        return replace(self, marketplace=marketplace)


@dataclass(frozen=True)
class Read:
    """What was found: cells of answered messages, those still open then, and the facts that were counted just now.

    `live` are the stretches (UTC) that are not in counted days; `rows` is how many messages were looked at in all.
    """

    wanted: Wanted
    cells: dict[Key, Tally]
    waiting: list[Fact]
    raw: list[Fact]
    live: list[tuple[datetime, datetime]]
    days: frozenset[date]
    rows: int


@dataclass(frozen=True)
class Clock:
    """A share by one clock: `missed` of the `judged` messages, whose time is over or who were answered."""

    missed: int
    judged: int

    @property
    def rate(self) -> float | None:
        """The share missed, None where nothing was judged."""
        return self.missed / self.judged if self.judged else None


@dataclass(frozen=True)
class MessageLine:
    """One message behind a figure; `hours` until its answer, or until now while it has none."""

    message_id: int
    ticket_id: int
    subject: str
    buyer: str | None
    marketplace: str | None
    sent_at: datetime
    answered_at: datetime | None
    hours: float
    agent: str | None
    group: str


@dataclass(frozen=True)
class Trust:
    """What a figure covers in words, how many rows were looked at, and how old the mail is (None: not all was read)."""

    covers: str
    rows: int
    fresh_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """The headline of a period; `bars` are the answers up to 2 hours, up to 4, … up to 48, and longer."""

    total: Numbers
    bars: tuple[int, ...]
    house: Clock
    trust: Trust
    target: float


def utc(day: date) -> datetime:
    """The start of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
