"""What becomes of a return: which requests wait for our authorisation and until when, and how a return may end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

AUTHORISE_WITHIN = timedelta(hours=24)
"""Seller Central help 200708210: a return request that needs manual authorisation is answered within 24 hours.

Known for the US; taken for all marketplaces. To move to `rules.deadlines` with the other deadlines.
"""
OUTCOMES: Mapping[str, str] = {
    "refund_full": "Refunded in full",
    "refund_partial": "Refunded in part",
    "replacement": "Replacement sent",
    "no_return_needed": "No return needed",
    "nothing_to_do": "Nothing to do",
}
"""How a return may end, as people record it."""
_WAITING = frozenset(
    {
        "pendingapproval", "pendingauthorization", "pendingauthorisation", "authorizationrequired",
        "authorisationrequired", "awaitingauthorization", "pending", "requested", "new", "unauthorized",
    }
)  # fmt: skip
"""Amazon's words for a request that nobody has authorised yet, letters only; no official list exists."""


def needs_authorisation(channel: str, state: str | None) -> bool:
    """Whether Amazon's state of a return says that the merchant has to authorise it by hand."""
    return channel == "fbm" and re.sub(r"[^a-z]", "", (state or "").lower()) in _WAITING


def authorise_by(requested_at: datetime) -> datetime:
    """When a request that needs manual authorisation must be answered."""
    return requested_at + AUTHORISE_WITHIN


def refusal(state: str, outcome: str, amount: int | None) -> str | None:
    """Why this outcome cannot be recorded of a return in this state, or None."""
    if outcome not in OUTCOMES:
        return f"Choose how it ended: {', '.join(words.lower() for words in OUTCOMES.values())}."
    if state != "open":
        return "An outcome is recorded already; take it back first."
    if outcome == "refund_partial" and (amount is None or amount <= 0):
        return "Say how much was refunded, more than nothing."
    if outcome != "refund_partial" and amount is not None:
        return "Only a partial refund has an amount of its own."
    return None
