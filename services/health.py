"""The Account health page: every metric of Amazon's per marketplace, what is wrong, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from data import health as rows
from data import orders
from data.models.amazon import AmazonOrder, HealthMetric
from data.orders import ToShip
from data.store import Store
from services.rules import health as rules
from services.rules.health import Headroom, Level, Reading, Target, Trend
from services.rules.marketplaces import MARKETPLACES
from services.settings import Settings

SINCE = timedelta(days=90)
"""So far back the trend goes; a snapshot that is older counts as none."""
BEFORE = timedelta(days=7)
LISTED = 50
UNSHIPPED = "unshipped"
_CHANNELS = {"odr_mfn": "fbm", "odr_afn": "fba"}


@dataclass(frozen=True)
class Figure:
    """One metric of one marketplace. `stale`: its snapshot is too old, or the last one leaves it out."""

    reading: Reading
    level: Level
    target: Target | None
    headroom: Headroom | None
    trend: Trend | None
    window_from: datetime | None
    window_to: datetime | None
    stale: bool

    @property
    def metric(self) -> str:
        """Its name."""
        return self.reading.metric


@dataclass(frozen=True)
class Place:
    """One marketplace of an account: its figures, the worst first, and when Amazon was asked."""

    account: str
    marketplace: str
    taken_at: datetime
    stale: bool
    figures: tuple[Figure, ...]
    summary: str | None

    def figure(self, metric: str) -> Figure | None:
        """The figure of a metric, or None."""
        return next((each for each in self.figures if each.metric == metric), None)


@dataclass(frozen=True)
class Line:
    """One sentence for Today, and what it opens."""

    sentence: str
    account: str
    marketplace: str
    metric: str
    stale: bool = False


@dataclass(frozen=True)
class Waiting:
    """Merchant orders that have to be shipped by the end of the day; `heard_at`: how old the order data is."""

    places: tuple[ToShip, ...]
    heard_at: datetime | None
    stale: bool

    @property
    def total(self) -> int:
        """In all places."""
        return sum(each.orders for each in self.places)

    def of(self, account: str, marketplace: str) -> tuple[int, int]:
        """(how many, how many of them too late) of a marketplace."""
        mine = [each for each in self.places if (each.account, each.marketplace) == (account, marketplace)]
        return sum(each.orders for each in mine), sum(each.late for each in mine)


@dataclass(frozen=True)
class Point:
    """One snapshot of the opened metric."""

    marketplace: str
    taken_at: datetime
    value: float | None
    status: str | None


@dataclass(frozen=True)
class Case:
    """An order behind a figure: what is the matter, and since when (of an unshipped one: when it was placed).

    `due` is when an unshipped order is to be shipped, `late` whether that is past.
    """

    order_id: str
    what: str
    channel: str | None
    day: date | None
    marketplace: str | None = None
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Opened:
    """What lies behind the opened figure: our snapshots of it in all marketplaces, and the orders that we know of.

    `everywhere`: the orders are those of all marketplaces, not only of `place`.
    """

    metric: str
    place: Place | None
    figure: Figure | None
    points: tuple[Point, ...]
    cases: tuple[Case, ...]
    link: str
    everywhere: bool = False


@dataclass(frozen=True)
class Overview:
    """All marketplaces, the worst first; `missing` are those that the settings name and no snapshot covers."""

    places: tuple[Place, ...]
    missing: tuple[str, ...]
    waiting: Waiting
    opened: Opened | None


def overview(
    store: Store, settings: Settings, *, now: datetime, account: str = "", marketplace: str = "", metric: str = ""
) -> Overview:
    """The page in at most four statements; what is asked for and does not exist is the worst there is."""
    with store.read() as session:
        places, waiting = _read(session, settings, now)
        place = _asked(places, account, marketplace)
        only = place if marketplace else None
        if metric == UNSHIPPED or place is None:
            opened = _unshipped(session, place, only, waiting, now) if place or waiting.total else None
        else:
            opened = _open(session, place, metric, now)
    seen = {(each.account, each.marketplace) for each in places}
    missing = [
        name_of(settings, each, code)
        for each, known in settings.accounts.items()
        for code in known.marketplaces
        if (each, code) not in seen
    ]
    return Overview(places, tuple(missing), waiting, opened)


def attention(session: Session, settings: Settings, *, now: datetime) -> tuple[Line, ...]:
    """What Today has to say of account health, the worst first: two statements."""
    places, waiting = _read(session, settings, now)
    lines = []
    for place in places:
        if place.summary:
            lines.append(Line(place.summary, place.account, place.marketplace, place.figures[0].metric, place.stale))
    counts: dict[str, int] = {}
    for each in waiting.places:
        name = name_of(settings, each.account, each.marketplace or "?")
        counts[name] = counts.get(name, 0) + each.orders
    late = sum(each.late for each in waiting.places)
    if sentence := rules.unshipped(counts, late):
        # Orders past their ship-by date are worse than a figure; those of today come after what Amazon warns of.
        first = waiting.places[0]
        line = Line(sentence, first.account, first.marketplace or "", UNSHIPPED, waiting.stale)
        lines.insert(0 if late else len(lines), line)
    return tuple(lines)


def name_of(settings: Settings, account: str, marketplace: str) -> str:
    """A marketplace by its code, with its account where there are several."""
    return f"{account} {marketplace}" if len(settings.accounts) > 1 else marketplace


def _read(session: Session, settings: Settings, now: datetime) -> tuple[tuple[Place, ...], Waiting]:
    accounts = list(settings.accounts)
    found = rows.around(session, accounts, since=now - SINCE, before=now - BEFORE, now=now)
    by_place: dict[tuple[str, str], list[HealthMetric]] = {}
    for row in found:
        by_place.setdefault((row.account, row.marketplace), []).append(row)
    places = [_place(settings, mine, now) for mine in by_place.values()]
    places.sort(key=lambda each: (-_worst(each), each.account, each.marketplace))
    to_ship, ages = orders.to_ship(session, accounts, now=now)
    to_ship.sort(key=lambda each: (-each.late, -each.orders, each.account, each.marketplace or ""))
    heard = min((ages[account] for account in accounts if account in ages), default=None)
    return tuple(places), Waiting(tuple(to_ship), heard, rules.is_stale(heard, now))


def _place(settings: Settings, mine: Sequence[HealthMetric], now: datetime) -> Place:
    """`mine` is newest first: of each metric the newest row, and perhaps one from a week before."""
    taken_at, latest, before = mine[0].taken_at, dict[str, HealthMetric](), dict[str, HealthMetric]()
    for row in mine:
        (before if row.metric in latest else latest)[row.metric] = row
    stale = rules.is_stale(taken_at, now)
    # What the last snapshots leave out is shown for a week as stale, and then forgotten: a warning may be over.
    kept = [row for row in latest.values() if taken_at - row.taken_at <= BEFORE]
    figures = [_figure(row, before.get(row.metric), stale or row.taken_at < taken_at) for row in kept]
    figures.sort(
        key=lambda each: (-rules.rank(each.reading) if each.reading.taken_at == taken_at else 0, _place_of(each))
    )
    name = name_of(settings, mine[0].account, mine[0].marketplace)
    summary = rules.summary(name, [each.reading for each in figures if each.reading.taken_at == taken_at])
    return Place(mine[0].account, mine[0].marketplace, taken_at, stale, tuple(figures), summary)


def _place_of(figure: Figure) -> tuple[int, str]:
    """Where a metric stands among others that are as bad: in the order of METRICS, Amazon's counts after them."""
    known = list(rules.METRICS)
    return known.index(figure.metric) if figure.metric in known else len(known), figure.metric


def _figure(row: HealthMetric, before: HealthMetric | None, stale: bool) -> Figure:
    reading = _reading(row)
    return Figure(
        reading=reading,
        level=rules.level(reading),
        target=rules.target_of(reading),
        headroom=rules.headroom(reading),
        trend=rules.trend(reading, _reading(before) if before else None),
        window_from=row.window_from,
        window_to=row.window_to,
        stale=stale,
    )


def _reading(row: HealthMetric) -> Reading:
    return Reading(
        metric=row.metric,
        taken_at=row.taken_at,
        value=row.value,
        word=row.word,
        status=row.status,
        target=row.target,
        condition=row.condition,
        counts=row.details or {},
    )


def _worst(place: Place) -> int:
    return max((rules.rank(each.reading) for each in place.figures), default=0)


def _asked(places: Sequence[Place], account: str, marketplace: str) -> Place | None:
    fits = (each for each in places if each.marketplace == marketplace and account in ("", each.account))
    return next(fits, places[0] if places else None)


def _unshipped(session: Session, place: Place | None, only: Place | None, waiting: Waiting, now: datetime) -> Opened:
    cases = _to_ship(session, waiting, only, now)
    return Opened(UNSHIPPED, place, None, (), cases, "", everywhere=only is None)


def _open(session: Session, place: Place, metric: str, now: datetime) -> Opened:
    figure = place.figure(metric) or _first_measured(place.figures)
    found = rows.history(session, place.account, [figure.metric], since=now - SINCE)
    points = [Point(each.marketplace, each.taken_at, each.value, each.status or each.word) for each in found]
    home = MARKETPLACES.get(place.marketplace)
    link = f"https://{home.seller_central}/performance/dashboard" if home else ""
    cases = _defects(session, place, figure)
    return Opened(figure.metric, place, figure, tuple(_daily(points)), cases, link)


def _first_measured(figures: Sequence[Figure]) -> Figure:
    return next((each for each in figures if each.reading.value is not None), figures[0])


def _daily(points: Iterable[Point]) -> list[Point]:
    """The last snapshot of each day and marketplace; the points come oldest first."""
    last = {(each.marketplace, each.taken_at.date()): each for each in points}
    return sorted(last.values(), key=lambda each: (each.taken_at, each.marketplace))


def _to_ship(session: Session, waiting: Waiting, place: Place | None, now: datetime) -> tuple[Case, ...]:
    if not waiting.total:
        return ()
    where = (place.account, place.marketplace) if place else (None, None)
    return tuple(_case(row, now) for row in orders.unshipped(session, *where, limit=LISTED))


def _case(row: AmazonOrder, now: datetime) -> Case:
    day = row.purchased_at.date() if row.purchased_at else None
    is_late = row.ship_by is not None and row.ship_by < now
    return Case(row.order_id, row.status or "", row.channel, day, row.marketplace, row.ship_by, is_late)


_WORDS = {
    "negative_feedback": "Negative feedback",
    "a_to_z_opened": "A-to-z claim",
    "claim": "A-to-z claim",
    "chargeback_opened": "Chargeback",
    "chargeback": "Chargeback",
}


def _defects(session: Session, place: Place, figure: Figure) -> tuple[Case, ...]:
    """Orders with a defect in the metric's window, each once with all that befell it."""
    channel, start, end = _CHANNELS.get(figure.metric), figure.window_from, figure.window_to
    if channel is None or start is None or end is None:
        return ()
    found = rows.defects(session, place.account, place.marketplace, channel=channel, start=start, end=end)
    by_order: dict[str, list[rows.Defect]] = {}
    for each in found:
        by_order.setdefault(each.order_id, []).append(each)
    cases = []
    for order_id, mine in by_order.items():
        what = ", ".join(dict.fromkeys(_WORDS[each.what] for each in mine))
        days = [day for each in mine if (day := each.day or (each.at.date() if each.at else None))]
        cases.append(Case(order_id, what, mine[0].channel, min(days, default=None)))
    return tuple(sorted(cases, key=lambda each: (each.day or date.min, each.order_id), reverse=True)[:LISTED])
