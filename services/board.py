"""Today's board: claims, chargebacks, returns and feedback that wait for us in one list, what is due first on top."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from data import board as rows
from data.models.cases import CaseCard
from data.models.feedback_work import FeedbackCard
from data.models.return_figures import ReturnCard
from services.claims.shapes import KINDS
from services.rules.return_requests import NEEDS

SHOWN = 8
SOON = timedelta(days=14)
"""Feedback is on the board once the window for its removal ends within this time."""


@dataclass(frozen=True)
class Line:
    """One thing that waits. `page` and `target` (name and value in the URL) open it; `due_at` None: nobody knows."""

    id: int
    what: str
    about: str
    marketplace: str | None
    owner: str | None
    due_at: datetime | None
    page: str
    target: tuple[str, str]


@dataclass(frozen=True)
class Board:
    """How much waits (at least, if capped) and the first of it."""

    count: int
    capped: bool
    lines: tuple[Line, ...]


def board(session: Session, *, now: datetime, limit: int = SHOWN) -> Board:
    """What is due next over all kinds; four statements."""
    cases, returns, feedback, count = rows.waiting(session, now=now, soon=now + SOON, limit=limit)
    lines = [*map(_case, cases), *map(_return, returns), *_feedback(feedback)]
    lines.sort(key=lambda line: (line.due_at or now, line.id))
    return Board(count, count >= rows.CAP, tuple(lines[:limit]))


def _case(card: CaseCard) -> Line:
    what = f"{KINDS[card.kind]}: {card.due_what or 'look in Seller Central'}"
    target = ("case", str(card.case_id))
    return Line(4 * card.case_id, what, card.order_id, card.marketplace, card.owner, card.due_at, "claims", target)


def _return(card: ReturnCard) -> Line:
    what = f"Return: {NEEDS.get(card.need or '', 'next step').lower()}"
    target = ("id", str(card.id))
    about, place = card.order_id, card.marketplace
    return Line(4 * card.id + 1, what, about, place, card.assignee, card.due_at, "returns", target)


def _feedback(cards: list[FeedbackCard]) -> Iterator[Line]:
    for card in cards:
        key = f"{card.account}/{card.order_id}"
        ends = datetime.combine(card.window_ends, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)
        what = f"Feedback, {card.rating} stars: ask for its removal"
        number = 4 * zlib.crc32(key.encode()) + 2
        yield Line(number, what, card.order_id, card.marketplace, None, ends, "feedback", ("id", key))
