"""Bad batches: each finished week the contacts, returns and feedback of every SKU are judged; people look at alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from data import batch_alarms, forecasts, journal
from data.journal import Entry
from data.models.batch_alarms import BatchAlarm
from data.store import Store
from services.errors import Rejected, Stale
from services.people import Person
from services.rules.batch_alarm import BEFORE, SPANS, Alarm, Week, judge, monday, sold_lately

NAME = "batches"
WEEK = timedelta(days=7)
LOOKED_AT = BEFORE + max(SPANS) + 3
KINDS = {"contacts": "Contacts", "returns": "Returns", "feedback": "Negative feedback"}
SHOWN = 50
Key = tuple[str, str, str, str]
"""(account, kind, SKU, reason)."""


@dataclass(frozen=True)
class AlarmLine:
    """One batch that stands out; `expected` hits were usual in the same time."""

    id: int
    version: int
    account: str
    kind: str
    sku: str
    reason: str
    since: date
    weeks: int
    hits: int
    expected: float
    raised_at: datetime
    seen_at: datetime | None
    seen_by: str | None


def judge_all(store: Store, *, now: datetime) -> int:
    """Judge the weeks that are over, once a week; how many alarms stand."""
    this_week = monday(now.date())
    with store.read() as session:
        held = forecasts.learned(session, NAME)
        if held and held.values["week"] == this_week.isoformat():
            return len(batch_alarms.standing(session))
        found = dict(_found(session, this_week))
    with store.write() as session:
        _keep(session, found, week=this_week - WEEK, now=now)
        forecasts.keep(session, NAME, at=now, zone="UTC", values={"week": this_week.isoformat()})
    return len(found)


def alarms(store: Store) -> tuple[AlarmLine, ...]:
    """The batches that stand out now, the surest first; one statement."""
    with store.read() as session:
        return waiting(session, limit=SHOWN, seen=True)


def waiting(session: Session, *, limit: int, seen: bool = False) -> tuple[AlarmLine, ...]:
    """The batches that stand out, without those that somebody has looked at unless `seen`."""
    return tuple(_line(row) for row in batch_alarms.standing(session, limit=limit) if seen or row.seen_at is None)


def look_at(store: Store, alarm_id: int, version: int, *, actor: Person, now: datetime, seen: bool = True) -> int:
    """Write down that somebody has looked at an alarm, or take it back; the new version.

    Raises Stale if it changed meanwhile, Rejected if it is gone.
    """
    with store.write() as session:
        row = batch_alarms.one(session, alarm_id)
        if row is None:
            raise Rejected("This alarm does not stand any more.")
        if row.version != version:
            raise Stale("The alarm changed meanwhile; look at it again.")
        before = {"seen_by": row.seen_by}
        row.seen_at, row.seen_by = (now, actor.name) if seen else (None, None)
        row.version += 1
        what = "looked at a batch alarm" if seen else "took a look at a batch alarm back"
        after = {"seen_by": row.seen_by}
        journal.append(session, Entry(now, actor.name, what, f"batch_alarm:{row.id}", before, after))
        return row.version


def _found(session: Session, this_week: date) -> Iterator[tuple[Key, Alarm]]:
    """What the weeks before this one raise."""
    mondays = [this_week - n * WEEK for n in range(LOOKED_AT, 0, -1)]
    sold: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    counts: dict[Key, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for account, sku, week, n_sold, returned in batch_alarms.units(session, mondays[0]):
        sold[account, sku][week] = n_sold
        counts[account, "returns", sku, ""][week] += returned
    _count(counts, "contacts", batch_alarms.contacts(session, mondays[0]))
    _count(counts, "feedback", batch_alarms.feedback(session, mondays[0]))
    reasons: dict[tuple[str, str, str], int] = defaultdict(int)
    for account, kind, sku, _ in counts:
        reasons[account, kind, sku] += 1
    for key, hits in counts.items():
        account, kind, sku, _ = key
        weeks = _weeks(mondays, hits, sold.get((account, sku), {}))
        if alarm := judge(weeks, reasons=reasons[account, kind, sku]):
            yield key, alarm


def _count(counts: dict[Key, dict[date, int]], kind: str, rows: Iterable[batch_alarms.Count]) -> None:
    for account, sku, reason, day, n in rows:
        counts[account, kind, sku, reason][monday(day)] += n


def _weeks(mondays: list[date], hits: Mapping[date, int], sold: Mapping[date, int]) -> list[Week]:
    """The weeks since the SKU was first sold."""
    lately = sold_lately([sold.get(week, 0) for week in mondays])
    weeks = [Week(week, hits.get(week, 0), of) for week, of in zip(mondays, lately, strict=True)]
    first = next((n for n, week in enumerate(weeks) if week.sold), len(weeks))
    return weeks[first:]


def _keep(session: Session, found: Mapping[Key, Alarm], *, week: date, now: datetime) -> None:
    """Standing alarms go on with new numbers or end; new ones are added."""
    left = dict(found)
    for row in batch_alarms.standing(session):
        alarm = left.pop((row.account, row.kind, row.sku, row.reason), None)
        if alarm is None:
            row.ended_at = now
            continue
        # Many more than when somebody looked is news.
        if alarm.hits > 1.5 * row.hits:
            row.seen_at = row.seen_by = None
        row.week, row.since, row.weeks, row.hits = week, alarm.since, alarm.weeks, alarm.hits
        row.expected, row.chance, row.version = alarm.expected, alarm.chance, row.version + 1
    for (account, kind, sku, reason), alarm in left.items():
        session.add(
            BatchAlarm(
                account=account, kind=kind, sku=sku, reason=reason, raised_at=now, week=week, since=alarm.since,
                weeks=alarm.weeks, hits=alarm.hits, expected=alarm.expected, chance=alarm.chance,
            )
        )  # fmt: skip


def _line(row: BatchAlarm) -> AlarmLine:
    names = AlarmLine.__dataclass_fields__
    return AlarmLine(**{name: getattr(row, name) for name in names})
