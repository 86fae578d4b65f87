"""All that cells follow from, read in one statement and turned into what the rules take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data import checklist as rows
from data.checklist import Book, DutyRow, MarkRow, Spans
from services.checklist import places
from services.rules import checklist as rules
from services.rules.checklist import Cell, Duty, Key, Mark, Place, Rhythm, State, Zone
from services.settings import Settings

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """Duties, places and zones, and the marks of the periods that were asked for.

    `has_unnoticed`: the settings name a place that no sync has noticed yet; it counts from today.
    """

    duties: tuple[Duty, ...]
    places: tuple[Place, ...]
    marks: dict[Key, Mark]
    zones: tuple[Zone, ...]
    now: datetime
    has_unnoticed: bool = False

    @property
    def today(self) -> date:
        """The day that is now on the team's calendar."""
        return rules.today(self.zones, self.now)

    def cells(self, first: date, last: date) -> Iterator[Cell]:
        """The cells of all periods that touch these days."""
        return rules.cells(self.duties, self.places, first, last, self.zones)

    def mark(self, cell: Cell) -> Mark | None:
        """What closed a cell."""
        return self.marks.get(cell.key)

    def state(self, cell: Cell) -> State:
        """How a cell stands now."""
        return rules.judge(cell.period, self.mark(cell), self.now)

    def find(self, key: Key) -> Cell | None:
        """The cell of this name, if there is one."""
        mine = [duty for duty in self.duties if duty.id == key.duty_id]
        where = [place for place in self.places if (place.account, place.marketplace) == (key.account, key.marketplace)]
        if not mine or rules.start_of(mine[0].rhythm, key.starts) != key.starts:
            return None
        return next(iter(rules.cells(mine, where, key.starts, key.starts, self.zones)), None)


def spans(first: date, last: date) -> Spans:
    """Where the marks of all periods lie that touch these days."""
    return {rhythm: (rules.start_of(rhythm, first), last) for rhythm in ("daily", "weekly", "monthly")}


def load(session: Session, settings: Settings, *, now: datetime, first: date, last: date) -> Plan:
    """The plan with the marks of the periods that touch these days (a day more on both sides): one statement."""
    book = rows.book(session, now=now, spans=spans(first - _MARGIN, last + _MARGIN))
    return of_book(book, settings, now)


def of_book(book: Book, settings: Settings, now: datetime) -> Plan:
    """What was read, as the rules take it."""
    zones = (Zone(_ALWAYS, ZoneInfo("UTC")), *(Zone(at, ZoneInfo(name or "UTC")) for at, name in book.zones))
    known = [Place(row.account, row.marketplace, row.since, row.until, row.by_hand) for row in book.places]
    seen = {(row.account, row.marketplace) for row in book.places}
    today = rules.today(zones, now)
    fresh = [Place(*name, today, None, hand) for name, hand in places.served(settings).items() if name not in seen]
    marks = {_key(row): _mark(row) for row in book.marks}
    everywhere = sorted(known + fresh, key=lambda place: (place.account, place.marketplace, place.since))
    return Plan(tuple(map(duty_of, book.duties)), tuple(everywhere), marks, zones, now, bool(fresh))


def duty_of(row: DutyRow) -> Duty:
    """A stored version as the rules take it."""
    return Duty(
        id=row.id,
        title=row.title,
        rhythm=cast(Rhythm, row.rhythm),
        on=days_of(row.days),
        at=time.fromisoformat(row.at),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=row.scope,
        marketplaces=frozenset(filter(None, row.marketplaces.split(","))),
        proof=row.proof,
        page=row.page,
        version_id=row.version_id,
    )


def days_of(text: str) -> tuple[int, ...]:
    """The days that are stored as `0,1,4`."""
    return tuple(int(each) for each in text.split(",") if each)


def _key(row: MarkRow) -> Key:
    return Key(row.duty_id, row.account, row.marketplace, row.starts)


def _mark(row: MarkRow) -> Mark:
    return Mark(row.id, "proof" if row.how == "proof" else "signature", row.at, row.by, row.found, reason=row.reason)
