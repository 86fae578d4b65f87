"""What product reviews complain of, as Amazon sums it up by item."""

from __future__ import annotations

from data import feedback_work as rows
from data.store import Store
from services.feedback.shapes import Theme

SHOWN = 30


def themes(store: Store, account: str, marketplace: str, *, limit: int = SHOWN) -> tuple[Theme, ...]:
    """The complaints of a marketplace with the most mentions first, in one statement."""
    with store.read() as session:
        found = rows.complaints(session, account, marketplace, limit=limit)
    return tuple(Theme(row.asin, row.topic, row.mentions, row.share, row.impact, row.asked_at) for row in found)
