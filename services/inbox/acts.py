"""Turns entries of the activity log into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.models.journal import Activity
from services.inbox.shapes import Act
from services.rules.ticket_status import LABELS, SOLVED_REASONS


def act_of(row: Activity) -> Act:
    """A log entry as a line for people."""
    return Act(row.at, row.actor, _sentence(row.what, row.before or {}, row.after or {}), row.within_24h)


def _sentence(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    fixed = FIXED.get(what)
    if fixed:
        return fixed
    if what == "status":
        return _status(before, after)
    if what == "decide":
        reason = after.get("reason") or SOLVED_REASONS.get(after.get("solved_reason") or "", "")
        return f"chose {LABELS.get(after.get('status', ''), '')}" + (f": {reason}" if reason else "")
    name, _, _ = what.partition(".")
    value = after.get("value", before.get("value", ""))
    return f"{WORDS.get(what, name.replace('_', ' '))} {value}".strip()


def _status(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return f"{LABELS.get(before.get('status', ''), '')} → {LABELS.get(after.get('status', ''), '')}"


FIXED = {
    "note.add": "wrote an internal note",
    "mark.no_response_needed": "marked No Response Needed",
    "mark.answered": "marked as answered in Seller Central",
    "mark.confirm": "confirmed No Response Needed in Amazon",
    "mark.undo": "took a mark back",
    "order.detach": "detached the order",
    "unread": "set to unread",
    "unsnooze": "ended the snooze",
    "subject": "changed the subject",
    "copy.choose": "chose the conversation of a reply copy",
    "follow_up.opened": "opened this follow-up ticket",
    "reply.queue": "sent a reply",
    "reply.override": "sent a reply against the policy check",
    "reply.cancel": "took the reply back before it left",
    "reply.handed_over": "reply handed over to the mail server",
    "reply.by_hand": "sent the reply in Seller Central",
    "reply.confirmed": "reply confirmed by Amazon's copy",
    "reply.bounced": "reply was not delivered: the clock runs again",
    "reply.rejected": "reply was not accepted by the mail server",
    "reply.unknown": "reply may or may not have been sent; somebody must look",
    "reply.arrived": "found that the reply had arrived",
    "reply.again": "found that the reply had not arrived, and sent it again",
    "reply.crossed": "the buyer wrote again before the reply left; the status was left open",
}
WORDS = {
    "assign": "assigned",
    "unassign": "took off",
    "snooze": "snoozed until",
    "order.attach": "attached order",
    "type": "changed the type to",
    "follow_up": "added follow-up ticket",
}
