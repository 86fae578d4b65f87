"""The ladder of an escalation: which step is due when and by which channel, and when people may be disturbed.

A step is asked twice on each channel before the next channel is tried, always after the patience of its urgency; an
acknowledgement ends the ladder. It follows the house's own instructions: no answer within two days, then another
message, then the next way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from statistics import median as _median

PRODUCT, MAIL = "product", "mail"
TRIES = 2
URGENCIES: Mapping[str, str] = {"now": "Now", "today": "Today", "normal": "No hurry"}
PATIENCE: Mapping[str, timedelta] = {
    "now": timedelta(hours=1),
    "today": timedelta(hours=8),
    "normal": timedelta(days=2),
}
"""How long nobody acknowledges until the next step, by urgency."""
COUNTS = frozenset({"sent", "unknown"})
"""States of a step after which we wait: it was sent, or may have been."""
MOVING = frozenset({"queued", "sending"})
LONGEST_SENTENCE, LONGEST_NEED = 200, 500
FAR = 3700
"""No calendar is closed for so many days in a row; a loop over days ends here."""


@dataclass(frozen=True)
class Done:
    """One step that was begun: its state is queued, sending, sent, unknown, failed or cancelled."""

    channel: str
    attempt: int
    state: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What the next step follows from; `channels` in their order; `stopped`: acknowledged, answered or closed."""

    opened_at: datetime
    urgency: str
    channels: tuple[str, ...]
    done: tuple[Done, ...] = ()
    stopped: bool = False
    patience: timedelta | None = None

    @property
    def waits(self) -> timedelta:
        """The patience of this escalation."""
        return self.patience or PATIENCE.get(self.urgency, PATIENCE["normal"])


@dataclass(frozen=True)
class Step:
    """A step of the ladder: `rung` counts channels from 0, `attempt` from 1."""

    rung: int
    channel: str
    attempt: int
    due_at: datetime


@dataclass(frozen=True)
class Calendar:
    """When people may be disturbed: outside `quiet` (from, until; may cross midnight) on days that are not closed."""

    zone: tzinfo = UTC
    quiet: tuple[time, time] | None = None
    closed_weekdays: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    now_passes: bool = True

    def is_closed(self, day: date) -> bool:
        """Whether nobody works on this local day."""
        return day.weekday() in self.closed_weekdays or day in self.holidays

    def opens(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which people may be disturbed."""
        for _ in range(2 * FAR):
            until = self._blocked_until(moment)
            if until is None:
                return moment
            moment = max(until, moment + timedelta(minutes=1))
        return moment

    def after(self, moment: datetime, patience: timedelta) -> datetime:
        """`patience` later, without the time of closed days."""
        for _ in range(FAR):
            night = self._midnight(moment)
            if not self.is_closed(moment.astimezone(self.zone).date()):
                if moment + patience <= night:
                    return moment + patience
                patience -= night - moment
            moment = night
        return moment

    def _blocked_until(self, moment: datetime) -> datetime | None:
        local = moment.astimezone(self.zone)
        if self.is_closed(local.date()):
            return self._midnight(moment)
        if self.quiet is None or self.quiet[0] == self.quiet[1]:
            return None
        start, end, clock = *self.quiet, local.time()
        if start < end:
            return self._at(local.date(), end) if start <= clock < end else None
        if clock < end:
            return self._at(local.date(), end)
        return self._at(local.date() + timedelta(days=1), end) if clock >= start else None

    def _midnight(self, moment: datetime) -> datetime:
        return self._at(moment.astimezone(self.zone).date() + timedelta(days=1), time.min)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def following(facts: Facts, now: datetime, calendar: Calendar) -> Step | None:
    """The next step of the ladder and when it may be made, from `now` on; None if there is none or one is under way."""
    if facts.stopped or any(each.state in MOVING for each in facts.done):
        return None
    place = _next_place(facts)
    if place is None:
        return None
    rung, channel, attempt = place
    passes = facts.urgency == "now" and calendar.now_passes
    last = max((each.at for each in facts.done if each.state in COUNTS), default=None)
    due = facts.opened_at
    if last is not None:
        due = last + facts.waits if passes else calendar.after(last, facts.waits)
    if channel != PRODUCT and not passes:
        due = calendar.opens(max(due, now))
    return Step(rung, channel, attempt, due)


def next_step(facts: Facts, now: datetime, calendar: Calendar) -> Step | None:
    """The step that is due now, or None."""
    step = following(facts, now, calendar)
    return step if step is not None and step.due_at <= now else None


def _next_place(facts: Facts) -> tuple[int, str, int] | None:
    """The first place behind the furthest that was reached; a channel that failed is not tried again."""
    plan = [(rung, name, attempt) for rung, name in enumerate(facts.channels) for attempt in range(1, TRIES + 1)]
    made = {(each.channel, each.attempt) for each in facts.done}
    failed = {each.channel for each in facts.done if each.state == "failed"}
    reached = max((at for at, (_, name, attempt) in enumerate(plan) if (name, attempt) in made), default=-1)
    return next((place for place in plan[reached + 1 :] if place[1] not in failed), None)


def merged(rows: Iterable[Done]) -> tuple[Done, ...]:
    """One entry per step of rows that are one per recipient: under way if one is, counted if one reached somebody."""
    found: dict[tuple[str, int], list[Done]] = {}
    for row in rows:
        found.setdefault((row.channel, row.attempt), []).append(row)
    return tuple(_one(mine) for mine in found.values())


def _one(rows: Sequence[Done]) -> Done:
    order = ("sending", "queued", "sent", "unknown", "failed", "cancelled")
    best = min(rows, key=lambda each: order.index(each.state))
    return Done(best.channel, best.attempt, best.state, max(each.at for each in rows))


@dataclass(frozen=True)
class Found:
    """Something that escalates by itself: a stable key within (kind, account), and when it began."""

    kind: str
    account: str
    key: str
    since: datetime


def to_stand(found: Sequence[Found], standing: Collection[str], *, most: int = 5) -> tuple[list[Found], dict[str, int]]:
    """(what is escalated one by one, the rest per `kind:account`): so that a bad day is not a hundred messages.

    What stands keeps standing; of the others the oldest come first until there are `most` of a kind and account.
    """
    one_by_one: list[Found] = []
    counts: dict[str, int] = {}
    rest: dict[str, int] = {}
    for each in sorted(found, key=lambda one: (one.key not in standing, one.since, one.key)):
        group = f"{each.kind}:{each.account}"
        if each.key in standing or counts.get(group, 0) < most:
            counts[group] = counts.get(group, 0) + 1
            one_by_one.append(each)
        else:
            rest[group] = rest.get(group, 0) + 1
    return one_by_one, rest


def sentence_of(text: str) -> str:
    """The words as one line."""
    return " ".join(text.replace("\0", "").encode("utf-8", "ignore").decode().split())


def refusal(sentence: str, needed_by: datetime | None, urgency: str, initials: str, now: datetime) -> str | None:
    """Why this cannot be escalated as it is, in a sentence; None if it can."""
    if not sentence:
        return "Say in one sentence what it is about."
    if len(sentence) > LONGEST_SENTENCE:
        return f"The sentence has {len(sentence)} characters; {LONGEST_SENTENCE} are allowed. The link shows the rest."
    if urgency not in URGENCIES:
        return f"Choose how urgent it is: {', '.join(URGENCIES.values())}."
    if needed_by is None or needed_by <= now:
        return "Say by when it is needed; a time that is still to come."
    if not re.fullmatch(r"[^\W\d_]{1,4}", initials):
        return "Give your initials: one to four letters."
    return None


def initials_of(name: str) -> str:
    """`AB` of Anna Berg."""
    letters = (part[0] for part in re.findall(r"[^\W\d_]+", name))
    return "".join(letters)[:4].upper() or "X"


def median(spans: Iterable[timedelta]) -> timedelta | None:
    """The middle one, None of nothing."""
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=_median(seconds)) if seconds else None
