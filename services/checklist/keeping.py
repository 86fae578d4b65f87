"""What the sync does for the checklist: begins it, notices marketplaces, and asks the store when a duty falls due."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import checklist as rows
from data.store import Store
from services.checklist import closing, duties, places, plan
from services.checklist.closing import SYNC
from services.checklist.proofs import Answer, Oracle
from services.rules import checks
from services.rules.checklist import ONE_DAY, Cell
from services.settings import Settings


def tend(store: Store, settings: Settings, now: datetime) -> int:
    """Keep the checklist up to now; how many cells the store closed by proof.

    Until a period is over the store is asked again and again; kept are its first answer of a cell and the one that
    closes it. One statement while nothing is due.
    """
    with store.read() as session:
        known = plan.load(session, settings, now=now, first=now.date(), last=now.date())
    if _has_news(known, settings):
        # Another worker may be at it: what the one began is there for the other.
        with suppress(IntegrityError), store.write() as session:
            duties.begin(session, known.today, now=now)
            places.notice(session, settings, known.today)
        with store.read() as session:
            known = plan.load(session, settings, now=now, first=now.date(), last=now.date())
    wanted = [cell for cell in known.cells(known.today - ONE_DAY, known.today + ONE_DAY) if _is_asked(known, cell)]
    if not wanted:
        return 0
    with store.read() as session:
        oracle = Oracle(session, settings, now)
        first_asked = rows.asked(session, {cell.key.duty_id for cell in wanted}, since=_first(wanted), by=SYNC)
        answers = [(cell, oracle.ask(cell.period.duty.proof, *cell.key[1:3])) for cell in wanted]
    news = [(cell, answer) for cell, answer in answers if answer.holds or rows.Cell(*cell.key) not in first_asked]
    return sum(_keep(store, batch, now) for batch in _batches(news))


def _first(cells: list[Cell]) -> date:
    return min(cell.key.starts for cell in cells)


def _is_asked(known: plan.Plan, cell: Cell) -> bool:
    period = cell.period
    is_time = period.due_at <= known.now < period.closes_at
    return is_time and period.duty.proof in checks.PROOFS and cell.key not in known.marks


def _has_news(known: plan.Plan, settings: Settings) -> bool:
    """Whether the stored places are not those of the settings, or the starter set is not there yet."""
    stored = {(place.account, place.marketplace): place.by_hand for place in known.places if place.until is None}
    return not known.duties or known.has_unnoticed or stored != places.served(settings)


def _batches(news: list[tuple[Cell, Answer]]) -> Iterable[list[tuple[Cell, Answer]]]:
    return (news[start : start + 100] for start in range(0, len(news), 100))


def _keep(store: Store, news: list[tuple[Cell, Answer]], now: datetime) -> int:
    """Store answers; a cell that somebody closed meanwhile stays as they closed it."""
    try:
        with store.write() as session:
            return _keep_open(session, news, now)
    except IntegrityError:
        with store.write() as session:
            return _keep_open(session, news, now)


def _keep_open(session: Session, news: list[tuple[Cell, Answer]], now: datetime) -> int:
    closed = rows.live(session, [rows.Cell(*cell.key) for cell, _ in news])
    still = [(cell, answer) for cell, answer in news if rows.Cell(*cell.key) not in closed]
    for cell, answer in still:
        closing.keep(session, cell, answer, by=SYNC, now=now)
    return sum(answer.holds for _, answer in still)
