"""Amazon's 24-hour clock: which buyer message is owed an answer, since when, and until when.

Amazon counts from its own receipt of the message to the seller's reply, weekends and holidays included;
auto-responders do not count, and messages marked "no response needed" are left out (Seller Central help,
200549770 and 202152030).
Nothing here reads a clock or depends on the order in which mail was imported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

TARGET = timedelta(hours=24)
AT_RISK = timedelta(hours=4)

AnsweredBy = Literal["reply", "no_response_needed"]
Urgency = Literal["late", "at_risk", "fine"]


@dataclass(frozen=True)
class Asked:
    """One message that starts a clock; `hidden` if it is older than the horizon of a first import."""

    id: int
    sent_at: datetime
    hidden: bool = False


@dataclass(frozen=True)
class Reply:
    """A reply that reached Amazon, or a mark that one was written there; automatic ones never count."""

    at: datetime
    by: str | None = None
    automatic: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of one message. Times are UTC; all of the answer is None while an answer is owed."""

    id: int
    sent_at: datetime
    answered_at: datetime | None
    answered_by: AnsweredBy | None
    agent: str | None
    hidden: bool


def judge(
    asked: Iterable[Asked], replies: Iterable[Reply], no_response_needed: Mapping[int, datetime]
) -> tuple[Verdict, ...]:
    """Say of each message of one thread when and how it was answered, sorted by (sent_at, id).

    A reply answers every message sent strictly before it. A no-response-needed mark (message id -> time of
    the mark) takes its message out, unless a reply came before the mark. The same message or reply given
    twice counts once. Raises ValueError for a time without a zone.
    """
    human = (reply for reply in replies if not reply.automatic)
    answers = sorted((_utc(reply.at), reply.by is None, reply.by or "") for reply in human)
    times = [answer[0] for answer in answers]
    verdicts = []
    for message in _once(asked):
        at = bisect_right(times, message.sent_at)
        reply = answers[at] if at < len(answers) else None
        verdicts.append(_verdict(message, reply, no_response_needed.get(message.id)))
    return tuple(verdicts)


def awaiting_since(verdicts: Iterable[Verdict]) -> datetime | None:
    """When the oldest message that is owed an answer was sent; None if none is. Hidden ones never are."""
    return min((v.sent_at for v in verdicts if v.answered_by is None and not v.hidden), default=None)


def due_at(awaiting: datetime | None) -> datetime | None:
    """24 hours of wall time after `awaiting`, whatever day it is; UTC."""
    return None if awaiting is None else _utc(awaiting) + TARGET


def within_24h(verdict: Verdict, now: datetime) -> bool | None:
    """Whether the message was answered in time: exactly 24 h is; unanswered is False once 24 h have passed.

    None while there is still time, and for what the metric leaves out: no response needed, and unanswered
    beyond the horizon.
    """
    if verdict.answered_by == "no_response_needed":
        return None
    if verdict.answered_at is not None:
        return _utc(verdict.answered_at) - _utc(verdict.sent_at) <= TARGET
    is_over = _utc(now) - _utc(verdict.sent_at) > TARGET
    return False if is_over and not verdict.hidden else None


def time_left(due: datetime, now: datetime) -> timedelta:
    """How long until `due`; negative by how late it is."""
    return _utc(due) - _utc(now)


def urgency(due: datetime | None, now: datetime, *, at_risk: timedelta = AT_RISK) -> Urgency | None:
    """late after `due`, at_risk from `at_risk` before it until it, fine earlier; None if nothing is owed."""
    if due is None:
        return None
    left = time_left(due, now)
    if left < timedelta(0):
        return "late"
    return "at_risk" if left <= at_risk else "fine"


def house_due_at(awaiting: datetime, zone: ZoneInfo, closed_weekdays: frozenset[int]) -> datetime:
    """The second clock: when 24 hours outside the house's closed local days have passed; UTC, Monday is 0.

    It stands beside `due_at` and never replaces it. Raises ValueError if every day is closed.
    """
    if closed_weekdays.issuperset(range(7)):
        raise ValueError("every weekday is closed, so the house clock would never run out")
    moment, left = _utc(awaiting), TARGET
    while True:
        midnight = _next_local_day(moment, zone)
        if moment.astimezone(zone).weekday() not in closed_weekdays:
            if left <= midnight - moment:
                return moment + left
            left -= midnight - moment
        moment = midnight


def _utc(moment: datetime) -> datetime:
    # Python compares and subtracts two times of one zone by their wall clocks: wrong across a DST change.
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no zone")
    return moment.astimezone(UTC)


def _once(asked: Iterable[Asked]) -> list[Asked]:
    first: dict[int, Asked] = {}
    for sent_at, id_, hidden in sorted((_utc(one.sent_at), one.id, one.hidden) for one in asked):
        first.setdefault(id_, Asked(id_, sent_at, hidden))
    return list(first.values())


def _verdict(message: Asked, reply: tuple[datetime, bool, str] | None, mark: datetime | None) -> Verdict:
    marked_at = None if mark is None else _utc(mark)
    if marked_at is not None and (reply is None or marked_at <= reply[0]):
        return Verdict(message.id, message.sent_at, marked_at, "no_response_needed", None, message.hidden)
    if reply is None:
        return Verdict(message.id, message.sent_at, None, None, None, message.hidden)
    return Verdict(message.id, message.sent_at, reply[0], "reply", reply[2] or None, message.hidden)


def _next_local_day(moment: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time.min, zone)
    starts = (midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # Where clocks go back across midnight a day starts twice; only the start that lies ahead can be meant.
    return next(start for start in starts if start > moment)
