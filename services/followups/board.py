"""What Today lists of follow-ups: rows that are late or due within a day, and cells that the sheet says differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import followups as rows
from data.models.followups import FollowupCard
from services.rules import followups as rules

SOON = timedelta(hours=24)
DIFFERS = "The sheet says something else than we wrote"


@dataclass(frozen=True)
class Line:
    """One thing that waits. `page` and `target` (name and value in the URL) open it; `due_at` None: no time is set."""

    id: int
    what: str
    about: str
    marketplace: str | None
    owner: str | None
    due_at: datetime | None
    page: str
    target: tuple[str, str]
    account: str


def waiting(session: Session, *, now: datetime, limit: int) -> tuple[Line, ...]:
    """The nearest due first; one statement."""
    return tuple(line_of(card) for card in rows.due(session, now=now, until=now + SOON, limit=limit))


def line_of(card: FollowupCard) -> Line:
    """A follow-up as a line of the board."""
    kind = rules.kind_of(card.kind)
    return Line(
        id=card.id,
        what=f"{kind.label}: {DIFFERS.lower() if card.conflicts else kind.what.lower()}",
        about=card.order_id or card.item or card.row_key,
        marketplace=card.marketplace,
        owner=card.owner,
        due_at=card.due_at,
        page="followups",
        target=("id", str(card.id)),
        account=card.account,
    )
