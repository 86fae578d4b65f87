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
    "ticket.open": "opened this ticket",
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
    "decide.undo": "took the chosen status back",
    "snooze.undo": "took the snooze back",
    "question.withdraw": "took a question back",
    "feedback.open": "negative feedback opened this ticket",
    "feedback.join": "negative feedback about the order joined this ticket",
    "reply.crossed": "the buyer wrote again before the reply left; the status was left open",
}
WORDS = {
    "reply.important": "marked a reply [Important]:",
    "tag.add": "added the tag",
    "tag.remove": "took off the tag",
    "view.put": "put into the view",
    "view.take": "took out of the view",
    "merge": "merged into this ticket: ticket",
    "merge.away": "merged this ticket into ticket",
    "merge.undo": "took the merge back with ticket",
    "split": "split messages off into ticket",
    "split.opened": "split this ticket off from ticket",
    "split.undo": "took the split back with ticket",
    "assign": "assigned",
    "unassign": "took off",
    "snooze": "snoozed until",
    "order.attach": "attached order",
    "order.fetch": "asked Amazon for order",
    "type": "changed the type to",
    "follow_up": "added follow-up ticket",
    "assign.undo": "took back the assignment of",
    "question.ask": "asked",
    "question.answer": "answered the question of",
}
