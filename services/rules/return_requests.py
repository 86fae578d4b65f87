"""What a return needs next: authorisation or a refund, until when, and how it may end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.rules.deadlines import Deadline, next_deadline

OUTCOMES: Mapping[str, str] = {
    "refund_full": "Refunded in full",
    "refund_partial": "Refunded in part",
    "replacement": "Replacement sent",
    "no_return_needed": "No return needed",
    "nothing_to_do": "Nothing to do",
}
"""How a return may end, as people record it."""
NEEDS: Mapping[str, str] = {"authorise": "Authorise", "refund": "Refund"}
_WAITING = frozenset(
    {
        "pendingapproval", "pendingauthorization", "pendingauthorisation", "authorizationrequired",
        "authorisationrequired", "awaitingauthorization", "pending", "requested", "new", "unauthorized",
    }
)  # fmt: skip
"""Amazon's words for a request that nobody has authorised yet, letters only; no official list exists."""
_AUTOMATIC = re.compile(r"(?:auth?ori[sz]|genehmig|godk|承認)\w*[^\n]{0,40}?(?:autom[aá]t|自動)", re.I)
_OVER = frozenset({"completed", "closed", "declined", "denied", "rejected", "cancelled", "canceled", "refunded"})


class Facts(NamedTuple):
    """What is known of a return. `state` is Amazon's word; `refunded`: money went back, as any source says."""

    channel: str
    state: str | None
    requested_at: datetime
    delivered_at: datetime | None
    refunded: bool
    authorised: bool
    decided: bool
    marketplace: str | None


class Need(NamedTuple):
    """The next thing to do, one of NEEDS, and until when."""

    what: str
    due_at: datetime


def needs_authorisation(channel: str, state: str | None) -> bool:
    """Whether Amazon's state of a return says that the merchant has to authorise it by hand."""
    return channel == "fbm" and _word(state) in _WAITING


def says_automatic(text: str) -> bool:
    """Whether Amazon's notice of a return request says that Amazon itself authorised it."""
    return _AUTOMATIC.search(text) is not None


def need(facts: Facts, now: datetime) -> Need | None:
    """What the return needs from us by `rules.deadlines`, or None: Amazon handles its own returns, people ended it."""
    if facts.decided or facts.channel != "fbm" or _word(facts.state) in _OVER:
        return None
    if needs_authorisation(facts.channel, facts.state):
        asked = {"requested_at": facts.requested_at, "authorised": facts.authorised, "marketplace": facts.marketplace}
        return _need("authorise", next_deadline("return_request", asked, now))
    known = {"delivered_at": facts.delivered_at, "refunded": facts.refunded, "marketplace": facts.marketplace}
    return _need("refund", next_deadline("return_refund", known, now))


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


def _word(state: str | None) -> str:
    return re.sub(r"[^a-z]", "", (state or "").lower())


def _need(what: str, found: object) -> Need | None:
    return Need(what, found.due_at) if isinstance(found, Deadline) else None
