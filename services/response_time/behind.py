"""The messages behind a figure: what a point, a bar or a cell of the page stands for, newest first, by keyset pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import response_cells, response_work, responses
from data.models.derived import Card, Response
from data.responses import Mark
from data.store import Store
from services.response_time import reading
from services.response_time.shapes import MessageLine, Wanted, utc
from services.rules import response_days
from services.rules.clock import TARGET
from services.rules.response_cells import BINS, UNKNOWN, Fact, fate

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATELY = timedelta(days=30)
"""Days that changed just now may not be counted yet; further back they are."""

_FATES = {
    "within": ("within",),
    "late": ("late",),
    "unanswered": ("unanswered",),
    "missed": ("late", "unanswered"),
    "pending": ("pending",),
}


@dataclass(frozen=True)
class Behind:
    """What was clicked: a group and what narrows it. `agent`, `language` and `sku` may be "" for those without one.

    `day` with `by` day or week; `slot` (weekday from Monday = 0, hour); `bar` of the distribution; `tick`: the backlog
    at the end of that UTC day; `turn` first or next.
    """

    group: str = "all"
    day: date | None = None
    by: str = "day"
    slot: tuple[int, int] | None = None
    bar: int | None = None
    tick: date | None = None
    marketplace: str | None = None
    agent: str | None = None
    kind: str | None = None
    language: str | None = None
    sku: str | None = None
    turn: str | None = None


def behind(
    store: Store, wanted: Wanted, clicked: Behind, *, mark: Mark | None = None, limit: int = 50
) -> tuple[tuple[MessageLine, ...], Mark | None]:
    """The messages, newest first, and the mark of the next page if there may be one.

    As known then they are looked up among what was known then; one page of them shows at most 1,000.
    """
    with store.read() as session:
        if wanted.known_at is not None:
            return _then(session, wanted, clicked, mark, limit)
        found = _now(session, wanted, clicked, mark, limit)
    last = found[-1][0] if len(found) == limit else None
    lines = tuple(line(response, card, wanted.as_of) for response, card in found)
    return lines, (last.sent_at, last.message_id) if last else None


def line(response: Any, card: Card, as_of: datetime) -> MessageLine:
    """A message as it is listed: what became of it by `as_of`."""
    answered = response.answered_at if response.answered_at and response.answered_at <= as_of else None
    return MessageLine(
        message_id=response.message_id,
        ticket_id=response.ticket_id,
        subject=card.subject,
        buyer=card.buyer_name,
        marketplace=response.marketplace,
        sent_at=response.sent_at,
        answered_at=answered,
        hours=((answered or as_of) - response.sent_at) / HOUR,
        agent=response.agent if answered else None,
        group=fate(fact_of(response), as_of),
    )


def fact_of(response: Any) -> Fact:
    """A stored response as a fact; whether it is its ticket's first is not looked up."""
    return Fact._make([*(getattr(response, name) for name in responses.NAMES), False])


def _now(
    session: Session, wanted: Wanted, clicked: Behind, mark: Mark | None, limit: int
) -> list[tuple[Response, Card]]:
    start, end, spans = _where(wanted, clicked)
    if clicked.tick:
        oldest = response_cells.oldest_waiting(session, clicked.tick)
        start = min(utc(oldest or clicked.tick), end - LATELY)
    period = reading.narrowed(_of(wanted, clicked), start, end)
    only = [responses.counted()] if wanted.as_of >= wanted.span[1] else []
    if clicked.group == "late" or (clicked.bar or 0) > 0:
        least = TARGET if clicked.group == "late" else 2 * HOUR * (clicked.bar or 0)
        only.append(responses.longer_than(session, least))
    if clicked.tick:
        only += responses.waiting_at(_end_of(clicked.tick))
    if clicked.turn:
        only.append(responses.is_first() if clicked.turn == "first" else ~responses.is_first())
    test = _test(wanted, clicked)
    if clicked.sku is None:
        return responses.behind(
            session, period, spans=spans, only=only, fits=lambda each: test(fact_of(each)), after=mark, limit=limit
        )
    return _of_sku(session, clicked.sku, lambda after: responses.behind(
        session, period, spans=spans, only=only, fits=lambda each: test(fact_of(each)), after=after, limit=limit
    ), mark, limit)  # fmt: skip


def _of_sku(
    session: Session,
    sku: str,
    page: Callable[[Mark | None], list[tuple[Response, Card]]],
    mark: Mark | None,
    limit: int,
) -> list[tuple[Response, Card]]:
    found: list[tuple[Response, Card]] = []
    while len(found) < limit and (some := page(mark)):
        mine = response_work.of_sku(session, sku, [response.message_id for response, _ in some])
        found += [each for each in some if each[0].message_id in mine]
        mark = (some[-1][0].sent_at, some[-1][0].message_id)
    return found[:limit]


def _then(
    session: Session, wanted: Wanted, clicked: Behind, mark: Mark | None, limit: int
) -> tuple[tuple[MessageLine, ...], Mark | None]:
    start, end, spans = _where(wanted, clicked)
    assert wanted.known_at is not None
    facts = reading.known(session, reading.narrowed(_of(wanted, clicked), start, end), wanted.known_at)
    test = _test(wanted, clicked)
    mine = [fact for fact in facts if test(fact) and (not spans or any(a <= fact.sent_at < b for a, b in spans))]
    if clicked.turn:
        mine = [fact for fact in mine if fact.first == (clicked.turn == "first")]
    if clicked.sku is not None:
        known = response_work.of_sku(session, clicked.sku, [fact.message_id for fact in mine])
        mine = [fact for fact in mine if fact.message_id in known]
    ordered = sorted(mine, key=lambda fact: (fact.sent_at, fact.message_id), reverse=True)
    page = [fact for fact in ordered if mark is None or (fact.sent_at, fact.message_id) < mark][:limit]
    cards = {response.message_id: card for response, card in responses.messages(session, [f.message_id for f in page])}
    lines = tuple(line(fact, cards[fact.message_id], wanted.as_of) for fact in page if fact.message_id in cards)
    return lines, (page[-1].sent_at, page[-1].message_id) if len(page) == limit else None


def _test(wanted: Wanted, clicked: Behind) -> Callable[[Fact], bool]:
    """Whether a message is in the group, at `as_of`, and in the bar of the distribution."""

    def fits(fact: Fact) -> bool:
        at = _end_of(clicked.tick) if clicked.tick else wanted.as_of
        found = fate(fact, at)
        if not found or found not in _FATES.get(clicked.group, (found,)):
            return False
        if not fate(fact, wanted.as_of):
            return False
        if clicked.tick:
            return found in ("unanswered", "pending")
        return clicked.bar is None or (found in ("within", "late") and _bar(fact) == clicked.bar)

    return fits


def _bar(fact: Fact) -> int:
    assert fact.answered_at is not None
    took = fact.answered_at - fact.sent_at
    return next((n for n, end in enumerate(BINS) if took <= end * HOUR), len(BINS))


def _where(wanted: Wanted, clicked: Behind) -> tuple[datetime, datetime, list[tuple[datetime, datetime]]]:
    start, end = wanted.span
    if clicked.tick:
        # What waited then may have been sent long before the period.
        return datetime.min.replace(tzinfo=UTC), _end_of(clicked.tick), []
    if clicked.day:
        last = clicked.day + timedelta(days=6) if clicked.by == "week" else clicked.day
        first, after = response_days.span(clicked.day, last, wanted.zone)
        start, end = max(start, first), max(min(end, after), max(start, first))
    spans = response_days.slots(start, end, wanted.zone, *clicked.slot) if clicked.slot else []
    # An hour of the week that the period does not have: nothing lies in it.
    return start, end if spans or not clicked.slot else start, spans


def _of(wanted: Wanted, clicked: Behind) -> Wanted:
    chosen = {name: getattr(clicked, name) for name in ("marketplace", "agent", "kind", "language")}
    if chosen["agent"] == UNKNOWN:
        chosen["agent"] = ""
    return Wanted(**{**vars(wanted), **{name: value for name, value in chosen.items() if value is not None}})


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC) + DAY
