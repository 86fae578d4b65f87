"""The headline figures of a period as of a moment, for all marketplaces or one: the pack's, and those of decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from data import health
from data import meeting_figures as rows
from data.store import Store
from services.response_time import period as response_period
from services.response_time.shapes import Wanted
from services.rules import periods
from services.rules.meeting_figures import FIGURES, HEALTH
from services.rules.periods import Period
from services.rules.response_time import Figures
from services.settings import Settings

NEGATIVE = 2
"""So many stars or fewer, as in services.rules.feedback."""
SNAPSHOTS = timedelta(days=14)
"""Amazon's figure counts as that of the period if it is not older at its end."""
REPORTED = ("negative_feedback", "returned_units", "cases_opened")
"""Figures of rows that Amazon's reports and notices bring."""
Values = dict[str, float | None]


@dataclass(frozen=True)
class Moment:
    """A period, and the moment that its figures are of."""

    period: Period
    as_of: datetime

    @property
    def last_day(self) -> date:
        """The last UTC day that is covered, the running one included."""
        return min(self.period.end, self.as_of.date())


@dataclass(frozen=True)
class Scene:
    """What a pack is made from: the store, the period, and those that it is held against, the nearest first."""

    store: Store
    settings: Settings
    at: Moment
    before: tuple[Moment, ...]
    _counted: dict[str, Figures] = field(default_factory=dict)

    def of(self, moment: Moment) -> Figures:
        """The response-time figures of one of its periods, counted once."""
        name = moment.period.name
        if name not in self._counted:
            self._counted[name] = numbers(self.store, moment)
        return self._counted[name]

    @property
    def last(self) -> Moment:
        """The period before."""
        return self.before[0]

    @property
    def numbers(self) -> Figures:
        """The response-time figures of the period."""
        return self.of(self.at)

    @cached_property
    def first_data(self) -> datetime | None:
        """When the store's first message was sent; periods before it are not known, rather than empty."""
        with self.store.read() as session:
            return rows.first_of_all(session)

    def is_known(self, moment: Moment) -> bool:
        """Whether the store holds anything of that time."""
        return self.first_data is not None and self.first_data < moment.as_of


def scene(store: Store, settings: Settings, period: Period, now: datetime) -> Scene:
    """The scene of a period. Raises ValueError with a sentence if it has not begun."""
    as_of = periods.as_of(period, now)
    earlier = [periods.before(period, n) for n in range(1, periods.BASELINE[period.kind] + 1)]
    before = tuple(Moment(each, periods.same_stretch(period, as_of, each)) for each in earlier)
    return Scene(store, settings, Moment(period, as_of), before)


def numbers(store: Store, at: Moment, marketplace: str = "") -> Figures:
    """Response-time figures as they were known at the moment."""
    return response_period.metrics_of(
        store, start=at.period.start, end=at.period.end, as_of=at.as_of, marketplace=marketplace or None
    )


def late_news(store: Store, period: Period) -> int:
    """How many messages of a period had something to them that the store learned only after its end."""
    wanted = Wanted(period.start, period.end, period.ends_at)
    with store.read() as session:
        return len(response_period.late_news(session, wanted))


def values(
    store: Store, settings: Settings, at: Moment, marketplace: str = "", *, found: Figures | None = None
) -> Values:
    """Every figure of `FIGURES` by name; None where there is nothing to measure."""
    told = {
        **_of_messages(found or numbers(store, at, marketplace)),
        **_of_reports(store, at, marketplace),
        **amazons(store, settings, at, marketplace),
    }
    assert told.keys() == FIGURES.keys()
    return told


def value(store: Store, settings: Settings, at: Moment, name: str, marketplace: str = "") -> float | None:
    """One figure, without counting the others' rows; None if it has no such name or nothing to measure."""
    if name in HEALTH:
        return amazons(store, settings, at, marketplace)[name]
    if name in REPORTED:
        return _of_reports(store, at, marketplace)[name]
    return _of_messages(numbers(store, at, marketplace)).get(name)


def _of_messages(found: Figures) -> Values:
    total = found.total
    rate = total.late_response_rate
    return {
        "messages": total.messages,
        "within_24h": None if rate is None else 1 - rate,
        "missed": total.late + total.unanswered_over_24h,
        "p50_hours": total.p50_hours,
        "p90_hours": total.p90_hours,
        "late_response_rate": rate,
        "unanswered_over_24h": total.unanswered_over_24h,
    }


def _of_reports(store: Store, at: Moment, marketplace: str) -> Values:
    start, end = at.period.starts_at, min(at.as_of, at.period.ends_at)
    with store.read() as session:
        stars = rows.feedback(session, at.period.start, at.last_day, marketplace)
        units = rows.returned(session, start, end, "reason", marketplace)
        cases = rows.cases_opened(session, start, end, marketplace)
    counts = (
        sum(n for (rating, _), n in stars.items() if rating <= NEGATIVE),
        sum(units.values()),
        sum(cases.values()),
    )
    return dict(zip(REPORTED, counts, strict=True))


def amazons(store: Store, settings: Settings, at: Moment, marketplace: str = "") -> Values:
    """Amazon's own figures as our snapshots had them then; the worst where there are several marketplaces."""
    accounts = list(settings.accounts)
    with store.read() as session:
        found = health.around(session, accounts, since=at.as_of - SNAPSHOTS, before=at.as_of, now=at.as_of)
    worst: Values = dict.fromkeys(HEALTH)
    for row in found:
        if row.metric in worst and row.value is not None and marketplace in ("", row.marketplace):
            old = worst[row.metric]
            pick = max if FIGURES[row.metric].better == "down" else min
            worst[row.metric] = row.value if old is None else pick(old, row.value)
    return worst
