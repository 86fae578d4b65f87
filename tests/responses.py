"""Buyer messages with their answers, put straight into a store, and the figures by a plain brute force over them."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from data import response_past
from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.models.ours import Ticket
from data.models.response_figures import (
    FigurePrint,
    ResponseBacklog,
    ResponseBook,
    ResponseCell,
    ResponseDay,
    ResponsePast,
    ResponseShare,
    ResponseStale,
)
from services.rules.response_cells import Fact

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TABLES = (
    ResponseCell,
    ResponseBacklog,
    ResponseShare,
    ResponseDay,
    ResponseStale,
    ResponsePast,
    ResponseBook,
    FigurePrint,
)
PLACES, AGENTS = ("DE", "US", None), ("Ana", "Bo", None)


def fact(
    n: int, sent: datetime, took: float | None = None, *, by: str = "reply", ticket: int | None = None, **more: Any
) -> Fact:
    """Message no. `n`, answered after `took` hours; the first of its ticket unless said otherwise."""
    answered = None if took is None else sent + took * HOUR
    values = {
        "account": "acme",
        "marketplace": "DE",
        "kind": "buyer_message",
        "language": "de",
        "agent": "Ana" if answered and by == "reply" else None,
        "hidden": False,
        "first": True,
        **more,
    }
    return Fact(
        message_id=n, ticket_id=ticket or n, sent_at=sent, answered_at=answered, answered_by=by if answered else None,
        **values,
    )  # fmt: skip


def some(r: random.Random, n: int, *, days: int = 20, now: datetime = NOW) -> list[Fact]:
    """Random messages of the last days, of everything that can become of them."""
    made = []
    for number in range(1, n + 1):
        sent = now - timedelta(seconds=r.randrange(days * 86_400))
        longest = (now - sent) / HOUR
        took = r.choice((None, min(r.random() * 60, longest), min(24, longest), min(1, longest)))
        by = r.choice(("reply", "reply", "reply", "no_response_needed"))
        agent = r.choice(AGENTS) if took is not None and by == "reply" else None
        made.append(
            fact(number, sent, took, by=by, marketplace=r.choice(PLACES), agent=agent, hidden=r.random() < 0.08,
                 kind=r.choice(("buyer_message", "amazon_cs_message")), language=r.choice(("de", "en", None)))
        )  # fmt: skip
    return made


def row_of(one: Fact) -> dict[str, Any]:
    """A fact as column values of `response`."""
    return {name: value for name, value in one._asdict().items() if name != "first"}


def put(session: Session, facts: Iterable[Fact], *, imported: Callable[[Fact], datetime] | None = None) -> None:
    """Store tickets, cards and messages of these facts, without their responses."""
    facts = list(facts)
    for ticket_id in sorted({one.ticket_id for one in facts}):
        mine = min((one for one in facts if one.ticket_id == ticket_id), key=lambda one: one.sent_at)
        session.add(Ticket(id=ticket_id, account=mine.account, key=f"test:{ticket_id}", opened_at=mine.sent_at))
        session.add(
            Card(
                ticket_id=ticket_id, account=mine.account, marketplace=mine.marketplace,
                subject=f"Question {ticket_id}",
                type="Other", kind=mine.kind, status="open", opened_at=mine.sent_at, last_at=mine.sent_at, sort_key=1,
                version=1,
            )
        )  # fmt: skip
    for one in facts:
        session.add(
            Message(
                id=one.message_id, account=one.account, key=f"m:{one.message_id}", ticket_id=one.ticket_id,
                marketplace=one.marketplace, kind=one.kind, direction="buyer", starts_clock=True, sent_at=one.sent_at,
                imported_at=imported(one) if imported else one.sent_at, content_hash=str(one.message_id),
            )
        )  # fmt: skip
    session.flush()


def learn(session: Session, facts: Sequence[Fact], *, now: datetime | None = None) -> None:
    """What became of these tickets' messages, as the desk stores it whenever it derives them."""
    response_past.replace(session, {one.ticket_id for one in facts}, [row_of(one) for one in facts], now=now)


def fill(session: Session, facts: Sequence[Fact]) -> None:
    """Everything that is there to be counted."""
    put(session, facts)
    learn(session, facts)


def clear(session: Session) -> None:
    """Take out of the store what `fill` and counting put there."""
    for table in (*TABLES, Response, Card, Message, Ticket):
        session.execute(delete(table))
    session.expunge_all()


def brute(facts: Iterable[Fact], start: datetime, end: datetime, as_of: datetime) -> dict[str, Any]:
    """The figures by lists: filter, then count each thing on its own."""

    def answer(one: Fact) -> datetime | None:
        return one.answered_at if one.answered_at and one.answered_at <= as_of else None

    inside = [one for one in facts if start <= one.sent_at < end and one.sent_at <= as_of]
    inside = [one for one in inside if not (one.answered_by == "no_response_needed" and answer(one))]
    inside = [one for one in inside if not (one.hidden and one.answered_by != "reply")]
    hours = sorted((at - one.sent_at).total_seconds() / 3600 for one in inside if (at := answer(one)))
    open_ = [one for one in inside if not answer(one)]
    over = sum((as_of - one.sent_at).total_seconds() > 86_400 for one in open_)
    late = sum(each > 24 for each in hours)
    return {
        "messages": len(inside),
        "within": len(hours) - late,
        "late": late,
        "unanswered": over,
        "pending": len(open_) - over,
        "p50": statistics.median(hours) if hours else None,
        "p90": _percent(hours, 90),
        "p99": _percent(hours, 99),
    }


def _percent(hours: Sequence[float], share: int) -> float | None:
    if len(hours) < 2:
        return hours[0] if hours else None
    return statistics.quantiles(hours, n=100, method="inclusive")[share - 1]


def shown(numbers: Any) -> dict[str, Any]:
    """Figures in the brute force's words."""
    return {
        "messages": numbers.messages,
        "within": numbers.answered_within_24h,
        "late": numbers.late,
        "unanswered": numbers.unanswered_over_24h,
        "pending": numbers.pending,
        "p50": numbers.p50_hours,
        "p90": numbers.p90_hours,
        "p99": numbers.p99_hours,
    }
