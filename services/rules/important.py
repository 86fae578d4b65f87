"""The [Important] mark in a subject: it gets order-critical messages to buyers who opted out; only by hand.

Seller Central help 200383320: allowed only for what the order cannot do without. Feedback, confirmations, offers of
help and notices of delay or missing stock are not; misuse can cost the right to write to buyers.
"""

from __future__ import annotations

REASONS = {
    "customisation": "The item cannot be made without the buyer's details",
    "delivery_scheduling": "A delivery must be arranged with the buyer",
    "address_problem": "The shipping address cannot be delivered to",
}
"""Why a message may be marked: code and words."""

RULE = (
    "Only for what the order cannot do without: customisation, arranging a delivery, a problem with the address. Not "
    "for feedback, confirmations, offers of help, delays or missing stock; Amazon punishes misuse."
)

_WORDS = {"es": "Importante", "it": "Importante", "pt": "Importante"}
# Only forms that Amazon itself was seen to use; everywhere else its help names the English word.


def prefix(language: str | None) -> str:
    """The mark in the marketplace's language, in brackets as Amazon requires."""
    return f"[{_WORDS.get(language or '', 'Important')}]"


def refusal(reason: str) -> str | None:
    """Why a message may not be marked with this reason; None if it may."""
    if reason in REASONS:
        return None
    allowed = "; ".join(words.lower() for words in REASONS.values())
    return f"[Important] needs one of these reasons: {allowed}. Otherwise send it without the mark."
