"""Public answers: to product questions, product reviews and seller feedback, written once and read by everybody.

The daily procedure treats them as one-shot: there is no second version once they are in Seller Central.
"""

from __future__ import annotations

from services.rules.marketplaces import MARKETPLACES
from services.rules.policy import Channel

KINDS = {
    "product_question": "Product question",
    "product_review": "Product review",
    "feedback": "Seller feedback",
}
STATES = {"draft": "Draft", "final": "To be copied", "posted": "Posted", "discarded": "Discarded"}
CHANNELS: dict[str, Channel] = {
    "product_question": "public_answer",
    "product_review": "public_answer",
    "feedback": "feedback_reply",
}
"""Kind -> the channel under which the policy check reads the answer."""

MOVES = {
    "draft": frozenset({"final", "discarded"}),
    "final": frozenset({"posted"}),
    "posted": frozenset[str](),
    "discarded": frozenset({"draft"}),
}
"""State -> the states that may follow. Nothing leads back from final: what everybody may have read is not edited."""


def refusal(state: str, wanted: str) -> str | None:
    """Why an answer in `state` may not become `wanted`; None if it may."""
    if wanted in MOVES.get(state, frozenset()):
        return None
    if state in ("final", "posted"):
        return "This answer is final; a public answer is written once and not changed."
    if state == "discarded":
        return "This was discarded; put it back first."
    return "Mark the answer as final first."


def seller_central(kind: str, marketplace: str, *, asin: str | None) -> str:
    """Where the answer is copied to: the feedback manager, or the product's own page, which shows its questions."""
    place = MARKETPLACES[marketplace]
    if kind == "feedback" or asin is None:
        return f"https://{place.seller_central}/feedback-manager/index.html"
    return f"https://www.{place.domain}/dp/{asin}"
