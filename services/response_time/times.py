"""First and next responses, the time until tickets are solved, and whether promises to buyers were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from data import response_work
from data.store import Store
from services.response_time import reading
from services.response_time.shapes import Wanted
from services.rules.response_time import Numbers, percentile

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Solved:
    """Tickets that were solved or closed in the period, and the hours from their first mail until then."""

    tickets: int
    p50_hours: float | None
    p90_hours: float | None


@dataclass(frozen=True)
class Promises:
    """Promises that fell due in the period: kept in time, kept late, broken (nothing yet), or still ahead."""

    kept: int
    late: int
    broken: int
    ahead: int


@dataclass(frozen=True)
class Times:
    """The first answer of each ticket, the answers to all further messages, endings, and promises."""

    first: Numbers | None
    further: Numbers | None
    solved: Solved
    promises: Promises


def times(store: Store, wanted: Wanted) -> Times:
    """All of them for a period. Endings are those that stand today; nothing later than `as_of` counts."""
    start, end = wanted.span
    end = min(end, wanted.as_of)
    with store.read() as session:
        turns = reading.group(reading.read(session, wanted, ("turn",)), "turn")
        spans = [
            (ended - opened) / HOUR
            for _, opened, ended in response_work.solved(session, start, end, wanted.marketplace)
            if ended >= opened
        ]
        made = response_work.promises(session, start, wanted.span[1], wanted.marketplace)
    hours = sorted(spans)
    kept = [promise for promise in made if promise.kept_at and promise.kept_at <= wanted.as_of]
    broken = [promise for promise in made if promise not in kept and promise.until < wanted.as_of]
    in_time = sum(promise.kept_at <= promise.until for promise in kept if promise.kept_at)
    return Times(
        first=turns.get("first"),
        further=turns.get("next"),
        solved=Solved(len(hours), percentile(hours, 0.5), percentile(hours, 0.9)),
        promises=Promises(in_time, len(kept) - in_time, len(broken), len(made) - len(kept) - len(broken)),
    )
