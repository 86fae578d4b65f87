"""Which kind of mail this is: Amazon's notification type, then the sender, then subject and body, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.rules.identity import (
    is_amazon,
    is_system_local,
    looks_like_amazon,
    relay,
    relay_marketplace,
    split_address,
)
from services.rules.mail_words import (
    AMAZON_CS,
    BODIES,
    DELIVERY_FAILED,
    NOT_DELIVERED,
    OPTED_OUT,
    SUBJECTS,
    UNDELIVERED,
)


@dataclass(frozen=True)
class Kind:
    """A kind of mail: its label, who speaks in it, what becomes of it, whether it starts the 24-hour clock.

    `disposition` is a hint: ticketed; attach (ticketed with the conversation it concerns, else filed); filed;
    set_aside (a person must read it).
    """

    name: str
    label: str
    direction: str
    disposition: str
    starts_clock: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("buyer_message", "Buyer message", "buyer", "ticketed", True),
        Kind("amazon_cs_message", "Amazon writing for a customer", "amazon", "ticketed", True),
        Kind("reply_confirmation", "Copy of our reply", "agent", "attach"),
        Kind("cancellation_request", "Cancellation request", "amazon", "ticketed"),
        Kind("return_request", "Return request", "amazon", "ticketed"),
        Kind("refund_issued", "Refund issued", "amazon", "attach"),
        Kind("a_to_z_opened", "A-to-z claim opened", "amazon", "ticketed"),
        Kind("a_to_z_decision", "A-to-z claim decided", "amazon", "ticketed"),
        Kind("chargeback_opened", "Chargeback opened", "amazon", "ticketed"),
        Kind("chargeback_decision", "Chargeback decided", "amazon", "ticketed"),
        Kind("opt_out", "Buyer opted out", "amazon", "attach"),
        Kind("bounce", "Not delivered", "automatic", "attach"),
        Kind("order_notice", "Order notice", "amazon", "filed"),
        Kind("fba_notice", "FBA notice", "amazon", "filed"),
        Kind("unknown_notice", "Unknown notice", "amazon", "set_aside"),
        Kind("spam", "Not from Amazon", "automatic", "set_aside"),
        Kind("broken", "Unreadable mail", "automatic", "set_aside"),
    )
}
STARTS_CLOCK = frozenset(kind.name for kind in KINDS.values() if kind.starts_clock)

TYPES = {
    "BBC_MESSAGE_SENT_TO_MERCHANT": "buyer_message",
    "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT": "reply_confirmation",
    "BBC_MESSAGE_CONFIRMATION": "reply_confirmation",
    "BRC_SELLER_NOTIFICATION": "cancellation_request",
    "RETURN_REQUEST": "return_request",
    "REFUND_ISSUED": "refund_issued",
    "A_Z_CLAIM_RESPONDENT_NOTIFY": "a_to_z_opened",
    "A_Z_CLAIM_RESPONDENT_CLOSE": "a_to_z_decision",
    "BUYER_OPTED_OUT_BSM_MESSAGES": "opt_out",
}
"""`X-Space-Notification-Type` of Amazon's notification bus; it counts only from Amazon's own domains."""

# Local part of an Amazon sender -> kind. Senders that send several kinds are left to subject and body.
_SENDERS: tuple[tuple[str, str], ...] = (
    (r"cb-seller-notification", "chargeback_opened"),
    (r"cb-seller-query", "chargeback_decision"),
    (r"fba-[a-z-]+", "fba_notice"),
    (r"(?:ship-notify|ship-confirm|auto-confirm|order-update|shipment-tracking)", "order_notice"),
)
# What such a sender sends when neither subject nor body say more.
_SENDER_DEFAULTS: tuple[tuple[str, str], ...] = ((r"atoz-guarantee-no-?reply", "a_to_z_opened"),)
_BOUNCERS = re.compile(r"(?:mailer-?daemon|postmaster)(?:\+.*)?")


@dataclass(frozen=True)
class MailFacts:
    """What `classify` looks at. `body` is the readable text of a notice, or the words in a relay mail.

    `report` is true for a delivery report (multipart/report); `empty_return_path` for `Return-Path: <>`;
    `dkim` and `dmarc` are the results in the topmost Authentication-Results, such as ("pass", "fail").
    """

    from_address: str
    from_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    type_header: str = ""
    subject: str = ""
    body: str = ""
    report: bool = False
    empty_return_path: bool = False
    dkim: tuple[str, ...] = ()
    dmarc: tuple[str, ...] = ()


def classify(mail: MailFacts) -> tuple[str, str]:
    """The kind of a mail and the rule that decided it, such as ("return_request", "type:RETURN_REQUEST").

    The relay address comes first, by whole domain; a look-alike or a failed authentication is spam.
    """
    suspect = _suspect(mail)
    if suspect:
        return "spam", suspect
    if relay(mail.from_address):
        return _from_buyer(mail, "sender:relay")
    if is_amazon(mail.from_address):
        return _from_amazon(mail)
    return _from_elsewhere(mail)


def amazon_wrote_it(text: str) -> bool:
    """Whether a message opens as Amazon's customer service does when it writes for a customer."""
    return any(pattern.search(text[:1500]) for pattern in AMAZON_CS)


def normal(text: str) -> str:
    """A text as the patterns expect it: lower case, straight apostrophes, single spaces."""
    return " ".join(text.replace("’", "'").replace("ʼ", "'").replace("‑", "-").lower().split())


def _suspect(mail: MailFacts) -> str | None:
    if looks_like_amazon(mail.from_address) and not _is_bounce(mail):
        return "suspect:domain"
    if not is_amazon(mail.from_address):
        return None
    if "fail" in mail.dmarc:
        return "suspect:dmarc"
    if "fail" in mail.dkim and "pass" not in (*mail.dkim, *mail.dmarc):
        return "suspect:dkim"
    return None


def _from_buyer(mail: MailFacts, rule: str) -> tuple[str, str]:
    if amazon_wrote_it(mail.body):
        return "amazon_cs_message", "body:amazon_cs"
    if TYPES.get(mail.type_header) == "buyer_message":
        return "buyer_message", f"type:{mail.type_header}"
    return "buyer_message", rule


def _from_amazon(mail: MailFacts) -> tuple[str, str]:
    kind = TYPES.get(mail.type_header)
    if kind == "buyer_message":
        return _from_buyer(mail, f"type:{mail.type_header}")
    if kind:
        return kind, f"type:{mail.type_header}"
    found = _by_sender(mail) or _by_words(mail) or _by_reply_address(mail)
    return found or ("unknown_notice", "amazon:unknown")


def _by_sender(mail: MailFacts) -> tuple[str, str] | None:
    local = split_address(mail.from_address)[0]
    if _BOUNCERS.fullmatch(local):
        return "bounce", "sender:mailer-daemon"
    return _first_match(_SENDERS, local)


def _first_match(rows: Iterable[tuple[str, str]], local: str) -> tuple[str, str] | None:
    for pattern, kind in rows:
        if re.fullmatch(pattern, local):
            return kind, f"sender:{local}"
    return None


def _by_words(mail: MailFacts) -> tuple[str, str] | None:
    subject, body = normal(mail.subject), normal(mail.body[:4000])
    if UNDELIVERED.search(subject) or DELIVERY_FAILED.search(subject):
        return _undelivered(subject, body)
    for kind, pattern in SUBJECTS:
        if pattern.search(subject):
            if kind == "reply_confirmation" and NOT_DELIVERED.search(subject):
                return _undelivered(subject, body)
            return kind, f"subject:{kind}"
    if amazon_wrote_it(mail.body):
        return "amazon_cs_message", "body:amazon_cs"
    if UNDELIVERED.search(body):
        return _undelivered(subject, body)
    return _by_body(mail, body)


def _undelivered(subject: str, body: str) -> tuple[str, str]:
    # Amazon's notice of an opt-out and its plain notice of non-delivery have the same subject.
    if OPTED_OUT.search(f"{subject} {body}"):
        return "opt_out", "body:opt_out"
    return "bounce", "body:undelivered"


def _by_body(mail: MailFacts, body: str) -> tuple[str, str] | None:
    for kind, pattern in BODIES:
        if pattern.search(body):
            return kind, f"body:{kind}"
    if "fulfillment by amazon" in normal(mail.from_name):
        return "fba_notice", "name:fulfillment by amazon"
    return _first_match(_SENDER_DEFAULTS, split_address(mail.from_address)[0])


def _by_reply_address(mail: MailFacts) -> tuple[str, str] | None:
    return _from_buyer(mail, "reply_to:relay") if relay(mail.reply_to) else None


def _is_bounce(mail: MailFacts) -> bool:
    return mail.report or bool(_BOUNCERS.fullmatch(split_address(mail.from_address)[0]))


def _from_elsewhere(mail: MailFacts) -> tuple[str, str]:
    local = split_address(mail.from_address)[0]
    if _BOUNCERS.fullmatch(local):
        return "bounce", "sender:mailer-daemon"
    if mail.report:
        return "bounce", "structure:delivery report"
    if mail.empty_return_path and _says_undelivered(mail):
        return "bounce", "body:undelivered"
    if any(relay_marketplace(to) for to in mail.to) and not is_system_local(local):
        return "unknown_notice", "to:relay"
    return "spam", "reply_to:relay" if relay(mail.reply_to) else "sender:not amazon"


def _says_undelivered(mail: MailFacts) -> bool:
    subject = normal(mail.subject)
    return bool(DELIVERY_FAILED.search(subject) or UNDELIVERED.search(f"{subject} {normal(mail.body[:4000])}"))
