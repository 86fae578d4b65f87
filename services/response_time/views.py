"""The charts' figures of the Response time page: trend, hours of the week, groups, distribution, backlog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from data import response_cells, response_work, streams
from data.store import Store
from services.response_time import house, reading
from services.response_time.reading import of, read
from services.response_time.shapes import Overview, Read, Trust, Wanted
from services.rules import response_cells as rules
from services.rules import response_days
from services.rules.response_cells import Ages, Fact, Key, Tally
from services.rules.response_time import Numbers

DAY = timedelta(days=1)
BY = {
    "marketplace": "Marketplace",
    "agent": "Agent",
    "kind": "Kind",
    "language": "Language",
    "sku": "SKU",
    "turn": "First or next",
}
"""By what messages can be grouped."""
MOST_GROUPS = 15
BACKLOG_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Groups:
    """The figures by one thing, the most messages first; `more` names are not in `rows`."""

    by: str
    rows: tuple[tuple[str, Numbers], ...]
    more: int


@dataclass(frozen=True)
class Waiting:
    """The backlog at the end of a UTC day, by age."""

    day: date
    ages: Ages


def overview(store: Store, wanted: Wanted) -> Overview:
    """The headline of a period, with what it covers."""
    with store.read() as session:
        found = read(session, wanted, ("all",))
        tally = reading.total(found)
        total = of(tally, found.waiting, wanted.as_of)
        return Overview(
            total=total,
            bars=rules.distribution(tally.took),
            house=reading.by_house(session, found),
            trust=trust(session, found, total.messages),
            target=house.target(session, wanted.as_of),
        )


def trust(session: Session, found: Read, messages: int) -> Trust:
    """What the figures of a period cover and how old they are."""
    wanted = found.wanted
    states = [state.last_ok_at for state in streams.states(session).values()]
    oldest = min((at for at in states if at), default=None)
    chosen = [value for value in (wanted.marketplace or "all marketplaces", wanted.account) if value]
    chosen += [value or "unknown" for value in (wanted.agent, wanted.kind, wanted.language) if value is not None]
    zone = "UTC" if wanted.zone.key == "UTC" else wanted.zone.key.replace("_", " ")
    covers = f"{messages:,} buyer messages that Amazon received {wanted.first} to {wanted.last} ({zone}), " + ", ".join(
        chosen
    )
    return Trust(covers, found.rows, oldest)


def trend(store: Store, wanted: Wanted, by: str) -> tuple[tuple[date, Numbers], ...]:
    """The figures of each local day, or of each week by its Monday; all of the period, empty ones too."""
    with store.read() as session:
        return days_of(read(session, wanted, ("hour",)), by)


def days_of(found: Read, by: str = "day") -> tuple[tuple[date, Numbers], ...]:
    """The figures of each local day or week of what was read with the level `hour`."""
    wanted = found.wanted
    days = [wanted.first + n * DAY for n in range((wanted.last - wanted.first).days + 1)]
    names = days if by == "day" else list(dict.fromkeys(response_days.monday(day) for day in days))
    buckets = _buckets(found, by)
    return tuple((name, of(*buckets.get(name, (Tally(), [])), wanted.as_of)) for name in names)


def week(store: Store, wanted: Wanted) -> dict[tuple[int, int], Numbers]:
    """The figures of each (weekday from Monday = 0, hour) of the local week that has messages."""
    with store.read() as session:
        found = read(session, wanted, ("hour",))
    slots = _buckets(found, "slot").items()
    return {slot: of(*both, wanted.as_of) for slot, both in slots if isinstance(slot, tuple)}


def groups(store: Store, wanted: Wanted, by: str) -> Groups:
    """The figures by marketplace, agent, kind, language, turn or SKU."""
    with store.read() as session:
        named = _by_sku(session, wanted) if by == "sku" else reading.group(read(session, wanted, (by,)), by)
    ordered = sorted(named.items(), key=lambda item: (-item[1].messages, item[0]))
    return Groups(by, tuple(ordered[:MOST_GROUPS]), len(ordered[MOST_GROUPS:]))


def backlog(store: Store, wanted: Wanted) -> tuple[Waiting, ...]:
    """What waited at the end (24:00Z) of each UTC day that is over, by age."""
    with store.read() as session:
        start, end = wanted.span
        last = min((end - timedelta(microseconds=1)).date(), (wanted.as_of - DAY).date())
        first = start.date()
        if last < first:
            return ()
        # What still waited in the period may have been sent long before it.
        wider = Wanted(**{**vars(wanted), "first": wanted.first - BACKLOG_BEFORE})
        found = read(session, wider, ())
        waiting = [*found.waiting, *reading.waiting_before(session, wider)]
        stored = response_cells.backlog(session, wanted.marketplace or "", first, last) if found.days else []
        fresh = {day for a, b in found.live for day in _days(a, b)}
    ages: dict[date, Ages] = {}
    for tick, day, *counts in stored:
        if day not in fresh:
            ages[tick] = ages.get(tick, Ages()).plus(Ages(*counts))
    for facts, answered in ((found.raw, True), (waiting, False)):
        made = rules.backlog(facts, as_of=wanted.as_of, by_place=False, answered=answered)
        for (_, tick, _), age in made.items():
            ages[tick] = ages.get(tick, Ages()).plus(age)
    return tuple(
        Waiting(day, ages.get(day, Ages())) for day in (first + n * DAY for n in range((last - first).days + 1))
    )


def _days(start: datetime, end: datetime) -> list[date]:
    n = ((end - timedelta(microseconds=1)).date() - start.date()).days + 1
    return [start.date() + k * DAY for k in range(n)]


def _buckets(found: Read, by: str) -> dict[object, tuple[Tally, list[Fact]]]:
    zone = found.wanted.zone
    if found.days or response_days.whole_hours(*found.wanted.span, zone):
        named = rules.merged(found.cells, "hour", lambda key: response_days.bucket(_hour(key), zone, by))
    else:
        named = _one_by_one(found, by)
    buckets: dict[object, tuple[Tally, list[Fact]]] = {name: (tally, []) for name, tally in named.items()}
    for fact in found.waiting:
        buckets.setdefault(response_days.bucket(fact.sent_at, zone, by), (Tally(), []))[1].append(fact)
    return buckets


def _one_by_one(found: Read, by: str) -> dict[object, Tally]:
    """Where local hours lie across hours of UTC, each message is put into its own."""
    named: dict[object, Tally] = {}
    for fact in found.raw:
        counted, _ = rules.count(
            [fact], as_of=found.wanted.as_of, house=lambda sent_at: sent_at, by_place=False, levels=("all",)
        )
        for tally in counted.values():
            named.setdefault(response_days.bucket(fact.sent_at, found.wanted.zone, by), Tally()).add(tally)
    return named


def _hour(key: Key) -> datetime:
    return datetime.combine(key.day, time(int(key.name)), UTC)


def _by_sku(session: Session, wanted: Wanted) -> Mapping[str, Numbers]:
    """By the SKU that a message is about; orders are read after mail, so this is never counted beforehand."""
    start, end = wanted.span
    facts = reading._facts(session, wanted, start, end)
    known = response_work.skus(session, [fact.message_id for fact in facts])
    mine: dict[str, list[Fact]] = {}
    for fact in facts:
        mine.setdefault(known.get(fact.message_id, ""), []).append(fact)
    found = {}
    for sku, some in mine.items():
        cells, open_ = rules.count(
            some, as_of=wanted.as_of, house=lambda sent_at: sent_at, by_place=False, levels=("all",)
        )
        tally = rules.merged(cells, "all", lambda _: "").get("", Tally())
        if cells or open_:
            found[sku] = of(tally, open_, wanted.as_of)
    return found
