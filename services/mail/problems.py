"""Why a mail was set aside, as a sentence for the person who reads it."""

from __future__ import annotations

from services.rules.identity import split_address

_PROBLEMS = {
    "suspect:domain": "The sender's domain {domain} only looks like Amazon's. Do not answer or follow its links.",
    "suspect:dmarc": "It claims to come from Amazon, but your mail server says it does not (DMARC failed).",
    "suspect:dkim": "It claims to come from Amazon, but its signature is wrong (DKIM failed).",
    "sender:not amazon": "Not from Amazon: it came from {domain}.",
    "reply_to:relay": "Not from Amazon: it came from {domain}, although answers would go to a buyer's address.",
    "to:relay": "This looks like our own mail to a buyer, not like mail from Amazon. Read it and discard it.",
    "amazon:unknown": "Amazon sent a notice of a kind that is not known{type}. Read it and decide.",
}


def problem_of(rule: str, sender: str, type_header: str) -> str | None:
    """The sentence for what `classify` decided, or None when nobody needs to look."""
    sentence = _PROBLEMS.get(rule)
    domain = split_address(sender)[1] or "an unreadable address"
    stated = f" ({type_header[:60]})" if type_header else ""
    return sentence.format(domain=domain, type=stated) if sentence else None
