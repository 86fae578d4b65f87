"""Generated conversations and a deliberately naive simulation of Amazon's clock over them, in whole seconds.

The simulation walks through the events one after another and keeps the set of waiting messages, as a person
with a notepad would. It shares no code with the rule, and knows no time zones: those are only put on when a
thread is handed to the rule.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from services.rules.clock import Asked, Reply

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400

ZONES: tuple[tzinfo, ...] = (
    UTC,
    *(
        ZoneInfo(name)
        for name in (
            "America/Los_Angeles",
            "America/New_York",
            "Europe/Berlin",
            "Europe/London",
            "Asia/Tokyo",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Australia/Sydney",
            "Africa/Cairo",
            "Atlantic/Azores",
        )
    ),
    timezone(timedelta(hours=-9, minutes=-30)),
)
# Moments around which clocks change, a year ends or a leap day falls, and one plain Sunday.
BASES = tuple(
    int(datetime.fromisoformat(text).timestamp())
    for text in (
        "2026-10-25T00:30Z",
        "2026-03-29T00:30Z",
        "2026-11-01T05:30Z",
        "2026-11-01T08:30Z",
        "2026-03-08T09:30Z",
        "2026-04-04T15:30Z",
        "2026-10-03T15:30Z",
        "2026-04-23T21:30Z",
        "2026-12-31T23:00Z",
        "2028-02-28T22:00Z",
        "2026-06-14T12:00Z",
    )
)
GAPS = (0, 0, 1, 59, 60, 900, 1800, 3600, 5400, 7200, DAY - 1, DAY, DAY + 1, 3 * DAY)
AGENTS = (None, "Ana", "Bo", "Chen")


@dataclass(frozen=True)
class Event:
    """What happened at a second since 1970: asked, replied, auto or waived (no response needed)."""

    at: int
    what: str
    id: int = 0
    by: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Fate:
    """What the simulation says became of one message."""

    sent: int
    answered: int | None = None
    by: str | None = None
    agent: str | None = None
    hidden: bool = False


@dataclass
class Notepad:
    """The state of the simulation: who waits, who is done, and which marks came before their message."""

    waiting: dict[int, Event] = field(default_factory=dict)
    done: dict[int, Fate] = field(default_factory=dict)
    waived: dict[int, int] = field(default_factory=dict)

    def oldest(self) -> int | None:
        """The second at which the longest waiting message was sent; hidden ones do not wait."""
        return min((event.at for event in self.waiting.values() if not event.hidden), default=None)

    def fates(self) -> dict[int, Fate]:
        """Every message so far, answered or not."""
        return self.done | {id_: Fate(e.at, hidden=e.hidden) for id_, e in self.waiting.items()}

    def take(self, event: Event) -> None:
        """Live through one event."""
        if event.what == "replied":
            for id_ in list(self.waiting):
                asked = self.waiting.pop(id_)
                self.done[id_] = Fate(asked.at, event.at, "reply", event.by, asked.hidden)
        elif event.what == "waived":
            self._waive(event)
        elif event.what == "asked" and event.id in self.waived:
            self.done[event.id] = Fate(
                event.at, self.waived[event.id], "no_response_needed", None, event.hidden
            )
        elif event.what == "asked":
            self.waiting[event.id] = event

    def _waive(self, event: Event) -> None:
        asked = self.waiting.pop(event.id, None)
        if asked is not None:
            self.done[event.id] = Fate(asked.at, event.at, "no_response_needed", None, asked.hidden)
        elif event.id not in self.done:
            self.waived[event.id] = event.at


# Within one second: a mark is made before a reply goes out, and a message that arrives with a reply is not
# answered by it. Of two replies in one second the one with a name is the known one.
_TURN = {"waived": 0, "replied": 1, "auto": 1, "asked": 2}


def simulate(events: list[Event]) -> Iterator[tuple[int, Notepad]]:
    """The notepad after each second in which something happened."""
    pad = Notepad()
    ordered = sorted(events, key=lambda e: (e.at, _TURN[e.what], e.by is None, e.by or "", e.id))
    for n, event in enumerate(ordered):
        pad.take(event)
        if n + 1 == len(ordered) or ordered[n + 1].at != event.at:
            yield event.at, pad


def last_state(events: list[Event]) -> Notepad:
    """The notepad after everything."""
    return list(simulate(events))[-1][1]


def thread(r: random.Random, first_id: int = 1) -> list[Event]:
    """One conversation of up to nine events; ids count up from `first_id` in no order of time."""
    at = r.choice(BASES) + r.choice((0, r.randrange(2 * DAY)))
    ids = [first_id + n for n in range(9)]
    r.shuffle(ids)
    asked: list[Event] = []
    events: list[Event] = []
    for id_ in ids[: r.randint(1, 9)]:
        at += r.choice(GAPS) if r.random() < 0.6 else r.randrange(2 * DAY)
        event = _event(r, at, id_, asked)
        events.append(event)
        if event.what == "asked":
            asked.append(event)
    return events


def _event(r: random.Random, at: int, id_: int, asked: list[Event]) -> Event:
    dice = r.random()
    if dice < 0.5:
        return Event(at, "asked", id_, hidden=r.random() < 0.1)
    if dice < 0.72:
        return Event(at, "replied", by=r.choice(AGENTS))
    if dice < 0.84 or not asked:
        return Event(at, "auto", by=r.choice(AGENTS))
    return Event(at, "waived", r.choice(asked).id)


def without_second_marks(events: list[Event]) -> list[Event]:
    """A message is marked at most once; later marks of the same message are left out."""
    seen: set[int] = set()
    kept = []
    for event in sorted(events, key=lambda e: e.at):
        if event.what != "waived" or event.id not in seen:
            kept.append(event)
        if event.what == "waived":
            seen.add(event.id)
    return kept


def moment(second: int, zone: tzinfo = UTC) -> datetime:
    """That second as an aware time."""
    return (EPOCH + timedelta(seconds=second)).astimezone(zone)


@dataclass
class Given:
    """A thread as it is handed to the rule."""

    asked: list[Asked] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    waived: dict[int, datetime] = field(default_factory=dict)


def given(events: list[Event], r: random.Random | None = None) -> Given:
    """The events as the rule takes them; with `r` in any order, some twice, in one zone or several."""
    found = Given()
    one_zone = r.choice(ZONES) if r else UTC
    mixed = r is not None and r.random() < 0.5
    if r:
        events = events + [event for event in events if r.random() < 0.2]
        r.shuffle(events)
    for event in events:
        at = moment(event.at, r.choice(ZONES) if r and mixed else one_zone)
        if event.what == "asked":
            found.asked.append(Asked(event.id, at, event.hidden))
        elif event.what == "waived":
            found.waived[event.id] = at
        else:
            found.replies.append(Reply(at, event.by, event.what == "auto"))
    return found
