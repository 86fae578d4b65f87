"""The figures of any period as of any time, for the meeting pack, the fingerprints and the command `metrics`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data import response_past, responses
from data.store import Store
from services.response_time import behind, reading, views
from services.response_time.shapes import Clock, MessageLine, Read, Wanted
from services.rules import response_days
from services.rules.response_cells import Fact, fate
from services.rules.response_time import Figures, Numbers, Row, figures

UTC_ZONE = ZoneInfo("UTC")
WORST = 10


@dataclass(frozen=True)
class Period:
    """The figures of a period by several things, its worst cases, the house's clock, and what they cover.

    `late_news`: messages whose arrival or answer became known only after `as_of`; they are in the figures as known
    now, and not in those as known then.
    """

    total: Numbers
    house: Clock
    by_day: tuple[tuple[date, Numbers], ...]
    by_marketplace: tuple[tuple[str | None, Numbers], ...]
    by_agent: tuple[tuple[str | None, Numbers], ...]
    by_kind: tuple[tuple[str | None, Numbers], ...]
    by_language: tuple[tuple[str | None, Numbers], ...]
    worst: tuple[MessageLine, ...]
    covers: str
    fresh_at: datetime | None
    rows: int
    late_news: int


def of_period(
    store: Store,
    *,
    start: date,
    end: date,
    now: datetime,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    marketplace: str | None = None,
    zone: ZoneInfo = UTC_ZONE,
) -> Period:
    """Messages that Amazon received on the days `start` to `end` (both included), as they stood at `as_of`.

    `known_at` None is what is known now; a pack that must come out the same again gives both times. Raises ValueError
    if the range is upside down.
    """
    wanted = Wanted(start, end, as_of or now, zone, known_at, marketplace)
    with store.read() as session:
        found = reading.read(session, wanted, ("all", "hour", "marketplace", "agent", "kind", "language"))
        total = reading.of(reading.total(found), found.waiting, wanted.as_of)
        told = views.trust(session, found, total.messages)
        return Period(
            total=total,
            house=reading.by_house(session, found),
            by_day=views.days_of(found),
            by_marketplace=_named(found, "marketplace"),
            by_agent=_named(found, "agent"),
            by_kind=_named(found, "kind"),
            by_language=_named(found, "language"),
            worst=_worst(session, wanted),
            covers=told.covers,
            fresh_at=told.fresh_at,
            rows=found.rows,
            late_news=len(late_news(session, wanted)) if wanted.as_of < now else 0,
        )


def late_news(session: Session, wanted: Wanted) -> list[int]:
    """The messages of a period of which something became known only after `as_of`: their ids."""
    period = reading.narrowed(wanted, *wanted.span)
    then = {fact.message_id: _seen(fact, wanted.as_of) for fact in reading.known(session, period, wanted.as_of)}
    now = {fact.message_id: _seen(fact, wanted.as_of) for fact in map(_fact, responses.facts(session, period))}
    return sorted(id_ for id_ in then.keys() | now.keys() if then.get(id_, "") != now.get(id_, ""))


def since_then(store: Store, wanted: Wanted) -> tuple[int, datetime | None]:
    """Of how many messages of a period something became known only after `as_of`, and since when that is written down.

    Before, what was known is worked out from the facts, without marks that were taken back since; None: not yet.
    """
    with store.read() as session:
        return len(late_news(session, wanted)), response_past.kept_since(session)


def metrics_of(
    store: Store,
    *,
    start: date,
    end: date,
    as_of: datetime,
    known_at: datetime | None = None,
    marketplace: str | None = None,
) -> Figures:
    """`metrics` of a store. Raises ValueError if the range is upside down."""
    with store.read() as session:
        return metrics(session, start=start, end=end, as_of=as_of, known_at=known_at, marketplace=marketplace)


def metrics(
    session: Session,
    *,
    start: date,
    end: date,
    as_of: datetime,
    known_at: datetime | None = None,
    marketplace: str | None = None,
) -> Figures:
    """The contract's figures from the messages themselves: UTC days, exact percentiles."""
    if known_at is None:
        period = responses.Period(*response_days.span(start, end, UTC_ZONE), marketplace)
        return figures((tuple(row) for row in responses.rows(session, period)), start=start, end=end, as_of=as_of)
    known = facts(session, start=start, end=end, known_at=known_at, marketplace=marketplace)
    return figures((_row(fact) for fact in known), start=start, end=end, as_of=as_of)


def facts(
    session: Session, *, start: date, end: date, known_at: datetime | None, marketplace: str | None = None
) -> list[Fact]:
    """The messages of some UTC days as known now or at a time; `rules.response_cells.fate` judges them."""
    period = responses.Period(*response_days.span(start, end, UTC_ZONE), marketplace)
    if known_at is None:
        return [_fact(row) for row in responses.facts(session, period)]
    return reading.known(session, period, known_at)


def _row(fact: Fact) -> Row:
    return Row(fact.sent_at, fact.answered_at, fact.answered_by, fact.marketplace, fact.agent, fact.kind, fact.hidden)


def _fact(row: Sequence[object]) -> Fact:
    return Fact(*row)  # type: ignore[arg-type]


def _seen(fact: Fact, as_of: datetime) -> object:
    now = fate(fact, as_of)
    return (now, fact.answered_at if now in ("within", "late") else None, fact.agent) if now else ""


def _named(found: Read, level: str) -> tuple[tuple[str | None, Numbers], ...]:
    return tuple((name or None, numbers) for name, numbers in reading.group(found, level).items())


def _worst(session: Session, wanted: Wanted) -> tuple[MessageLine, ...]:
    """Those that waited longest of the late and the unanswered ones; known from all messages of the period."""
    start, end = wanted.span
    facts = reading._facts(session, wanted, start, end)
    missed = [fact for fact in facts if fate(fact, wanted.as_of) in ("late", "unanswered")]
    missed.sort(key=lambda fact: (_until(fact, wanted.as_of) - fact.sent_at, fact.message_id), reverse=True)
    chosen = {fact.message_id: fact for fact in missed[:WORST]}
    cards = {response.message_id: card for response, card in responses.messages(session, list(chosen))}
    return tuple(behind.line(fact, cards[id_], wanted.as_of) for id_, fact in chosen.items() if id_ in cards)


def _until(fact: Fact, as_of: datetime) -> datetime:
    return fact.answered_at if fact.answered_at and fact.answered_at <= as_of else as_of
