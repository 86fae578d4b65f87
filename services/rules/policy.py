"""The rules for replies: what is blocked, what warns, why, and the way out.

Strict is the house documents' profile, amazon is Amazon's. Sources: S0 (daily operation), S3 (handling of Amazon
customers), Amazon's Communication Guidelines. `services.policy` finds what a text breaks; here is what follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["off", "warn", "block"]
Outcome = Literal["ok", "warn", "block"]
Profile = Literal["strict", "amazon"]
Channel = Literal["message", "feedback_reply", "public_answer"]

PROFILES: tuple[Profile, ...] = ("strict", "amazon")
CHANNELS: tuple[Channel, ...] = ("message", "feedback_reply", "public_answer")
PUBLIC = ("feedback_reply", "public_answer")

REDIRECT = "Please contact our official support team for further assistance."
"""The one sentence that may send a buyer to the seller's own support (S0): exactly this and nothing more."""

_SAY = f'Solve it here, or say only: "{REDIRECT}"'


@dataclass(frozen=True)
class Rule:
    """One rule: severity in a message by profile, and in public channels where that differs (None: the same)."""

    name: str
    strict: Severity
    amazon: Severity
    why: str
    way_out: str
    public: Severity | None = None


_ROWS = (
    Rule("link", "block", "block", "Links that lead away from Amazon are not allowed.", _SAY),
    Rule("email_address", "block", "block", "E-mail addresses are not allowed in a reply.", _SAY),
    Rule("phone_number", "block", "block", "Phone numbers are not allowed in a reply.", _SAY),
    Rule("other_channel", "block", "block", "Buyers may not be taken to a messenger or a social network.", _SAY),
    Rule("website_word", "block", "off", 'The house rule forbids words such as "website" and "link".', _SAY),
    Rule("claim_form", "block", "warn", "Buyers from Amazon are never asked to sign claim forms.",
         "Leave the form out and solve the case without it."),
    Rule("review_steering", "block", "block", "Reviews may not be steered: asked to be positive, changed or withdrawn.",
         "Solve the problem; at most ask neutrally, once, for a review."),
    Rule("incentive", "block", "block", "Nothing may be offered for a review.", "Leave out the offer or the review."),
    Rule("removal_for_refund", "block", "block", "Refunds and rewards may not depend on changing or removing a review.",
         "Refund without a condition and do not mention the review."),
    Rule("private_email_request", "block", "block", "Buyers may not be asked for a private e-mail address.",
         "Keep the conversation here; attach what is needed."),
    Rule("phone_request", "warn", "warn", "Asking for a phone number takes the conversation away from Amazon.",
         "Ask only if the carrier cannot deliver without it."),
    Rule("personal_details", "off", "off",
         "A public answer carries no order ids, names, addresses or other personal details.",
         "Leave them out and ask the buyer to write through the order.", public="block"),
    Rule("placeholder", "block", "block", "A field of the template is not filled in.", "Fill it in or take it out."),
    Rule("empty", "block", "block", "There is nothing to read.", "Write an answer, or mark No Response Needed."),
    Rule("too_long", "block", "block", "A reply has fewer than 20,000 characters.", "Shorten it or attach a document."),
    Rule("order_id_missing", "block", "block", "A message that the buyer did not ask for must name the order.",
         "Add the order id (3-7-7 digits)."),
    Rule("other_order", "warn", "warn", "The order id in the text is not this conversation's.", "Check the order id."),
    Rule("thanks_only", "warn", "warn", "The reply only says thank you; Amazon does not allow that.",
         "Answer the question, or mark No Response Needed."),
    Rule("marketing", "warn", "warn", "Marketing and other products do not belong in a reply.", "Leave it out."),
    Rule("back_to_account", "warn", "off", "Only returns and subscriptions are for the buyer's own account to settle.",
         "Solve it for the buyer instead."),
    Rule("language", "warn", "warn", "The reply is not in the buyer's language.", "Write in the buyer's language."),
    Rule("emoji", "warn", "warn", "Emoji are not allowed in messages.", "Take it out."),
    Rule("formatting", "warn", "warn", "Markup and custom formatting are not allowed in messages.", "Use plain text."),
    Rule("blank_lines", "warn", "warn", "More than two blank lines in a row are not allowed.", "Take out blank lines."),
    Rule("shouting", "warn", "warn", "Whole sentences in capitals read as shouting.", "Use small letters."),
    Rule("attachment", "warn", "off", "The house rule: no attachments to Amazon buyers.", "Write it in the reply."),
    Rule("attachment_kind", "block", "block", "Amazon does not take such files.",
         "Send PDF, JPG, PNG, GIF, TXT or Word."),
    Rule("attachment_use", "warn", "warn", "Unasked messages may carry only instructions, a warranty or an invoice.",
         "Take the file out."),
)  # fmt: skip
RULES: dict[str, Rule] = {rule.name: rule for rule in _ROWS}


@dataclass(frozen=True)
class Finding:
    """One broken rule; `span` are character offsets [from, to) into the original text."""

    rule: str
    severity: Outcome
    span: tuple[int, int]
    why: str
    way_out: str


@dataclass(frozen=True)
class Verdict:
    """What a text may do: `ok` and `warn` may be sent, `block` may not; findings in the order of the text."""

    verdict: Outcome
    findings: tuple[Finding, ...]


def severity(rule: str, profile: Profile, channel: Channel) -> Severity:
    """What a broken rule leads to. Raises KeyError for a rule that does not exist."""
    row = RULES[rule]
    if channel in PUBLIC and row.public is not None:
        return row.public
    return row.strict if profile == "strict" else row.amazon


def finding(
    rule: str, span: tuple[int, int], *, profile: Profile, channel: Channel, doubtful: bool = False
) -> Finding | None:
    """The finding for a broken rule, or None where the rule does not hold. A doubtful one warns at most."""
    level = severity(rule, profile, channel)
    if level == "off":
        return None
    return Finding(rule, "warn" if doubtful else level, span, RULES[rule].why, RULES[rule].way_out)


def combine(findings: Iterable[Finding]) -> Verdict:
    """All findings in the order of the text, without those inside a finding of the same rule; the worst decides."""
    kept: list[Finding] = []
    reached: dict[tuple[str, str], int] = {}
    for one in sorted(set(findings), key=lambda f: (f.span[0], -f.span[1], f.severity, f.rule)):
        # In the order of their starts, one lies inside an earlier one if that reached as far.
        if all(reached.get((one.rule, level), -1) < one.span[1] for level in ("block", one.severity)):
            kept.append(one)
            reached[one.rule, one.severity] = max(reached.get((one.rule, one.severity), -1), one.span[1])
    levels = {one.severity for one in kept}
    verdict: Outcome = "block" if "block" in levels else "warn" if "warn" in levels else "ok"
    return Verdict(verdict, tuple(kept))
