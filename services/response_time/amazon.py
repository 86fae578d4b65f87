"""Our twin of Amazon's late response rate, Amazon's own figure as people type it in, and the drift between both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from data import figure_prints, journal
from data.models.response_figures import AmazonRate
from data.store import Store
from services.errors import Rejected
from services.people import Person, check_access
from services.response_time import reading
from services.response_time.shapes import Clock, Wanted
from services.rules import response_rate
from services.rules.response_rate import WINDOWS

OLDEST = timedelta(days=90)


@dataclass(frozen=True)
class Twin:
    """One window up to today: our count, and how many messages may still be missed before more than 10 % are.

    `needed` answers in time bring a worse rate back to 10 %, if no further one is missed.
    """

    days: int
    first: date
    last: date
    missed: int
    judged: int
    late: int
    unanswered: int
    can_still_miss: int
    needed: int
    house: Clock

    @property
    def rate(self) -> float | None:
        """The share missed, as a fraction."""
        return self.missed / self.judged if self.judged else None


@dataclass(frozen=True)
class Typed:
    """Amazon's rate of one day and window, and ours when it was typed; `drift` is Amazon's minus ours."""

    id: int
    taken_on: date
    marketplace: str
    days: int
    rate: float
    ours: float | None
    drift: float | None
    by: str
    at: datetime


def twins(
    store: Store, *, now: datetime, marketplace: str | None = None, account: str | None = None
) -> tuple[Twin, ...]:
    """The windows of 7, 30 and 90 UTC days up to today, whether Amazon shows them by account or by marketplace."""
    with store.read() as session:
        return tuple(_twin(session, days, now, marketplace, account) for days in WINDOWS)


def _twin(session: Session, days: int, now: datetime, marketplace: str | None, account: str | None) -> Twin:
    last = now.date()
    wanted = Wanted(response_rate.first_day(last, days), last, now, marketplace=marketplace, account=account)
    found = reading.read(session, wanted, ("all",))
    total = reading.of(reading.total(found), found.waiting, now)
    missed, judged = total.late + total.unanswered_over_24h, total.messages - total.pending
    return Twin(
        days=days,
        first=wanted.first,
        last=last,
        missed=missed,
        judged=judged,
        late=total.late,
        unanswered=total.unanswered_over_24h,
        can_still_miss=response_rate.can_still_miss(missed, judged),
        needed=response_rate.in_time_needed(missed, judged),
        house=reading.by_house(session, found),
    )


def typed(store: Store, *, account: str, limit: int = 24) -> tuple[Typed, ...]:
    """What was typed in for an account, the newest first."""
    with store.read() as session:
        return tuple(_typed(row) for row in figure_prints.rates(session, account=account, limit=limit))


def type_in(
    store: Store,
    *,
    actor: Person,
    now: datetime,
    account: str,
    marketplace: str,
    days: int,
    percent: float,
    taken_on: date,
) -> int:
    """Write down Amazon's rate as it stands in Seller Central, beside ours at this moment; its id.

    The same window and day again replaces what was typed before. Raises Rejected with a sentence.
    """
    check_access(actor)
    if days not in WINDOWS:
        raise Rejected("Amazon shows 7, 30 and 90 days; choose one of them.")
    if not 0 <= percent <= 100:
        raise Rejected("A late response rate lies between 0 and 100 percent.")
    if not now.date() - OLDEST <= taken_on <= now.date() + timedelta(days=1):
        raise Rejected("Choose the day on which you read it: not in the future, and in the last 90 days.")
    with store.read() as session:
        twin = _twin(session, days, now, marketplace or None, account)
    with store.write() as session:
        row = figure_prints.type_rate(
            session, account=account, marketplace=marketplace, days=days, taken_on=taken_on, rate=percent / 100,
            missed=twin.missed, judged=twin.judged, typed_by=actor.name, typed_at=now,
        )  # fmt: skip
        after = {"value": f"{percent:g} %", "days": days, "marketplace": marketplace, "day": taken_on.isoformat()}
        journal.append(session, journal.Entry(now, actor.name, "amazon_rate.type", f"account:{account}", None, after))
        return row.id


def take_back(store: Store, rate_id: int, *, actor: Person, now: datetime) -> None:
    """Take a typed rate back; the one before it for the same window and day stands again. Raises Rejected."""
    check_access(actor)
    with store.write() as session:
        row = figure_prints.rate(session, rate_id)
        if row is None or row.undone_at:
            raise Rejected("This figure was taken back already.")
        if row.typed_by != actor.name and not actor.is_supervisor:
            raise Rejected(f"Only {row.typed_by} or a supervisor can take this figure back.")
        row.undone_at, row.undone_by = now, actor.name
        before = {"value": f"{100 * row.rate:g} %", "days": row.days, "day": row.taken_on.isoformat()}
        entry = journal.Entry(now, actor.name, "amazon_rate.undo", f"account:{row.account}", before, None)
        journal.append(session, entry)


def _typed(row: AmazonRate) -> Typed:
    return Typed(
        id=row.id,
        taken_on=row.taken_on,
        marketplace=row.marketplace,
        days=row.days,
        rate=row.rate,
        ours=row.missed / row.judged if row.judged else None,
        drift=response_rate.drift(row.rate, row.missed, row.judged),
        by=row.typed_by,
        at=row.typed_at,
    )
