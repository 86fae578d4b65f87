"""The status of a ticket, who acts next, and what may be done in it (daily procedure; BQool's ticket screen).

While an answer is owed no status can hide it: it is New or Open whatever somebody chose.
Every `may_…` gives None if it is allowed, else the sentence that says why not and what to do instead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

LABELS = {
    "new": "New",
    "open": "Open",
    "pending": "Pending",
    "on_hold": "On-hold",
    "solved": "Solved",
    "closed": "Closed",
}
WHO_ACTS = {
    "new": "agent",
    "open": "agent",
    "pending": "buyer",
    "on_hold": "stakeholder",
    "solved": "nobody",
    "closed": "nobody",
}
DECIDABLE = frozenset({"pending", "on_hold", "solved", "closed"})
SOLVED_REASONS = {
    "known_fix": "Known fix given",
    "customer_confirmed": "Customer confirmed",
    "silence": "7 days of silence",
}
SILENCE = timedelta(days=7)
READ_FOR = timedelta(hours=1)
LOCKED_TYPES = frozenset({"Negative Feedback", "Negative Review", "System Message", "Cancelation"})
TYPES_WITHOUT_REPLY = frozenset({"System Message", "System: Q&A"})


def status(
    *,
    awaiting: bool,
    read_or_owned: bool,
    decided: str | None,
    decided_at: datetime | None,
    last_buyer_at: datetime | None,
    last_reply_at: datetime | None,
    answered_by_nrn: bool,
    notice_only: bool,
) -> str:
    """New or open while an answer is owed, else the decision, else what the last word implies.

    A decision holds if it was made after the last buyer message. `answered_by_nrn`: the last buyer message
    was taken out by No Response Needed. Old mail beyond the horizon, where nobody is owed anything, is solved.
    """
    if awaiting:
        return "open" if read_or_owned else "new"
    if decided in DECIDABLE and decided_at is not None and _is_after(decided_at, last_buyer_at):
        return decided
    if last_reply_at is not None and _is_after(last_reply_at, last_buyer_at):
        return "pending"
    return "on_hold" if notice_only and not answered_by_nrn else "solved"


def may_change(status_now: str, wanted: str, awaiting: bool, supervisor: bool) -> str | None:
    """May a person set this status? A supervisor reopens (closed -> open), which lifts the decision."""
    if wanted not in LABELS:
        return f"{wanted!r} is no status; choose one of {', '.join(LABELS.values())}."
    if status_now == "closed":
        return None if wanted == "closed" else may_edit(status_now, supervisor)
    if wanted in DECIDABLE:
        return _while_owed(wanted) if awaiting else None
    if awaiting or wanted == status_now:
        return None
    return f"No answer is owed, so it cannot be {LABELS[wanted]}; choose Pending, On-hold, Solved or Closed."


def may_edit(status_now: str, supervisor: bool = False) -> str | None:
    """May type, view, assignees, order or status be changed? Closed is frozen for all but supervisors."""
    if status_now != "closed" or supervisor:
        return None
    return "This ticket is Closed and frozen; ask a supervisor to reopen it, or add a follow-up ticket."


def may_change_type(type_: str, status_now: str) -> str | None:
    """May the type be changed? Not of what Amazon itself reported, nor once it is Closed."""
    if status_now == "closed":
        return may_edit(status_now)
    if type_ in LOCKED_TYPES:
        return f"The type {type_} comes from Amazon and cannot be changed; write what you know into a note."
    return None


def may_reply(type_: str, status_now: str) -> str | None:
    """May a reply be written? Not to a system message, where nobody would read it, nor once it is Closed."""
    if status_now == "closed":
        return "This ticket is Closed; reply in a follow-up ticket, or ask a supervisor to reopen this one."
    if type_ in TYPES_WITHOUT_REPLY:
        return f"Nobody receives a reply to a {type_} ticket; act on it in Seller Central."
    return None


def may_follow_up(status_now: str) -> str | None:
    """May a follow-up ticket be added? Only to a Closed one; any other is simply continued."""
    return None if status_now == "closed" else "This ticket is not Closed; continue in it."


def auto_solve_due(
    *,
    status: str,
    last_reply_at: datetime | None,
    last_buyer_at: datetime | None,
    open_promise: bool,
    now: datetime,
) -> bool:
    """Whether 7 full days of silence solve it: Pending, our word is the last, no promise of ours is open."""
    if status != "pending" or last_reply_at is None or open_promise:
        return False
    return _is_after(last_reply_at, last_buyer_at) and now - last_reply_at >= SILENCE


def read_mark(
    *, read_at: datetime | None, unread_at: datetime | None, news_at: datetime | None, now: datetime
) -> Literal["NEW", "READ", ""]:
    """NEW until somebody opens the ticket, READ for the hour after that, then blank.

    `unread_at`: when it was last set to unread. `news_at`: when its last buyer message came in (our import,
    since nobody can have read what was not here yet).
    """
    if read_at is None or (unread_at is not None and unread_at >= read_at):
        return "NEW"
    if news_at is not None and news_at > read_at:
        return "NEW"
    return "READ" if now - read_at <= READ_FOR else ""


def _is_after(moment: datetime, other: datetime | None) -> bool:
    return other is None or moment > other


def _while_owed(wanted: str) -> str:
    return (
        f"A buyer is owed an answer, so it cannot be {LABELS[wanted]} yet: reply, mark it as answered in "
        "Seller Central, or mark No Response Needed first."
    )
