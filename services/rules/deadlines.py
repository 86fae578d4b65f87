"""Amazon's deadlines as data, and the one next deadline of every open thing, or the reason why it has none.

A rule holds for what began while it was valid, so that a rule that changes leaves earlier due times alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.rules.marketplaces import MARKETPLACES

Unit = Literal["hours", "days", "working days", "local days"]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """One deadline: `length` in `unit` from a thing's own moment, for things that began in [since, until).

    `marketplaces` None is everywhere. Days are 24 hours each; local days end at midnight of the marketplace; working
    days are Monday to Friday. `sure` is false where the source is second-hand.
    """

    name: str
    what: str
    length: int
    unit: Unit
    source: str
    since: date | None = None
    until: date | None = None
    marketplaces: frozenset[str] | None = None
    sure: bool = True

    def holds(self, moment: datetime, marketplace: str | None) -> bool:
        """Whether it is the rule for what began then and there."""
        day = moment.astimezone(UTC).date()
        in_time = (self.since is None or day >= self.since) and (self.until is None or day < self.until)
        return in_time and (self.marketplaces is None or marketplace in self.marketplaces)


@dataclass(frozen=True)
class Deadline:
    """What is due when, by which rule."""

    due_at: datetime
    what: str
    rule: Rule


@dataclass(frozen=True)
class NoDeadline:
    """Why nothing is due, in a sentence."""

    reason: str


_US = frozenset({"US"})
# The first that holds counts: what is narrower stands before what is wider.
RULES: tuple[Rule, ...] = (
    Rule("message", "Answer the buyer", 24, "hours", "Seller Central help 200549770"),
    Rule("a_to_z_question", "Send Amazon your side", 48, "hours", "Seller Central help 1781"),
    Rule("a_to_z_appeal_question", "Answer Amazon about the appeal", 72, "hours", "Seller Central help G202041210"),
    Rule("appeal_notice", "Appeal the decision", 72, "hours", "the decision's own mail, where it names a time",
         sure=False),
    Rule("a_to_z_appeal", "Appeal the decision", 30, "days", "Seller Central help G202041210"),
    Rule("chargeback", "Send the proof for the chargeback", 7, "days", "Seller Central help G202145040"),
    Rule("chargeback_appeal", "Contest the decision", 30, "days", "as for claims; no source names one", sure=False),
    Rule("return_authorisation", "Authorise the return", 24, "hours", "Seller Central help 200708210"),
    Rule("return_refund", "Refund the returned item", 4, "days", "announcement for US sellers, January 2026",
         since=date(2026, 1, 26), marketplaces=_US, sure=False),
    Rule("return_refund", "Refund the returned item", 2, "working days", "Seller Central help on returns"),
    Rule("safe_t", "File the SAFE-T claim", 60, "days", "announcement of February 2026 (what held before)",
         until=date(2026, 2, 16), marketplaces=_US),
    Rule("safe_t", "File the SAFE-T claim", 30, "days", "announcement of February 2026", since=date(2026, 2, 16),
         marketplaces=_US),
    Rule("feedback_removal", "Ask Amazon to remove the feedback", 90, "local days",
         "Seller Central help 20231; the 90 days are second-hand", sure=False),
    Rule("contact", "Contact the buyer on our own", 30, "days", "communication guidelines of 2020", sure=False),
)  # fmt: skip


def rule_for(name: str, moment: datetime, marketplace: str | None = None, rules: tuple[Rule, ...] = RULES) -> Rule:
    """The rule of this name for what began at `moment`. Raises KeyError if none holds there and then."""
    for rule in rules:
        if rule.name == name and rule.holds(moment, marketplace):
            return rule
    raise KeyError(f"no rule {name!r} in {marketplace or 'any marketplace'} at {moment:%Y-%m-%d}")


def due_at(rule: Rule, moment: datetime, marketplace: str | None = None) -> datetime:
    """When a thing that began at `moment` is due, in UTC."""
    if rule.unit == "hours":
        return moment + timedelta(hours=rule.length)
    if rule.unit == "days":
        return moment + rule.length * timedelta(hours=24)
    if rule.unit == "working days":
        return _working(moment, rule.length)
    place = MARKETPLACES.get(marketplace or "")
    zone = ZoneInfo(place.zone) if place else UTC
    last = moment.astimezone(zone).date() + timedelta(days=rule.length)
    return datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)


def next_deadline(kind: str, facts: Facts, now: datetime, rules: tuple[Rule, ...] = RULES) -> Deadline | NoDeadline:
    """The next deadline of an open thing, or why it has none. `kind` is one of KINDS; what is unknown is left out.

    message: awaiting_since. a_to_z, chargeback: state, opened_at, respond_by (as Amazon's mail says), asked_at (when
    Amazon asked again), decided_at, appeal_by (as the decision says), appealed. return_request: requested_at,
    authorised. return_refund: delivered_at, refunded. safe_t: delivered_at, refunded_at, filed. feedback: at (any
    moment of its local day), removed, asked. contact: completed_at. All may have `marketplace`. Raises KeyError for an
    unknown kind.
    """
    return KINDS[kind](_Asked(facts, now, rules))


@dataclass(frozen=True)
class _Asked:
    facts: Facts
    now: datetime
    rules: tuple[Rule, ...]

    def by(self, name: str, moment: datetime, *, lapses: str = "") -> Deadline | NoDeadline:
        """The deadline by a rule; `lapses` is what is said of one that nobody can meet any more."""
        place = self.facts.get("marketplace")
        try:
            rule = rule_for(name, moment, place, self.rules)
        except KeyError:
            return NoDeadline(f"No deadline is known for this in {place or 'an unknown marketplace'}.")
        due = due_at(rule, moment, place)
        if lapses and due < self.now:
            return NoDeadline(lapses.format(day=f"{due.day} {due:%b %Y}"))
        return Deadline(due, rule.what, rule)


def _message(asked: _Asked) -> Deadline | NoDeadline:
    since = asked.facts.get("awaiting_since")
    return asked.by("message", since) if since else NoDeadline("Nobody waits for an answer.")


def _claim(asked: _Asked, question: str, appeal: str) -> Deadline | NoDeadline:
    facts = asked.facts
    state, opened, decided = (facts.get(name) for name in ("state", "opened_at", "decided_at"))
    if state == "closed":
        return NoDeadline("Closed: nothing is asked of us.")
    if state == "under_review":
        return NoDeadline("Amazon is looking at it; nothing is asked of us.")
    if state == "option_to_appeal":
        if decided is None:
            return NoDeadline("It is not known when Amazon decided; look in Seller Central how long an appeal is open.")
        return _appeal(asked, appeal, decided)
    stated, again = facts.get("respond_by"), facts.get("asked_at")
    if again and (opened is None or again > opened):
        # What Amazon's first mail named is over once Amazon has asked again, unless it lies ahead.
        opened, stated = again, stated if stated and stated > again else None
    if stated is None and opened is None:
        return NoDeadline("No mail says when Amazon wants an answer; look in Seller Central today.")
    found = asked.by(question, opened or stated or asked.now)
    return replace(found, due_at=stated) if stated and isinstance(found, Deadline) else found


def _appeal(asked: _Asked, appeal: str, decided: datetime) -> Deadline | NoDeadline:
    """By the time that the decision names, where it names one (72 hours, say), else by the usual one."""
    lapses = "The time to appeal ended on {day}."
    stated = asked.facts.get("appeal_by")
    if stated is None:
        return asked.by(appeal, decided, lapses=lapses)
    if stated < asked.now:
        return NoDeadline(lapses.format(day=f"{stated.day} {stated:%b %Y}"))
    found = asked.by("appeal_notice", decided)
    return replace(found, due_at=stated) if isinstance(found, Deadline) else found


def _a_to_z(asked: _Asked) -> Deadline | NoDeadline:
    question = "a_to_z_appeal_question" if asked.facts.get("appealed") else "a_to_z_question"
    return _claim(asked, question, "a_to_z_appeal")


def _chargeback(asked: _Asked) -> Deadline | NoDeadline:
    return _claim(asked, "chargeback", "chargeback_appeal")


def _return_request(asked: _Asked) -> Deadline | NoDeadline:
    if asked.facts.get("authorised"):
        return NoDeadline("The return is authorised.")
    requested = asked.facts.get("requested_at")
    return asked.by("return_authorisation", requested) if requested else NoDeadline("It is not known when it came in.")


def _return_refund(asked: _Asked) -> Deadline | NoDeadline:
    if asked.facts.get("refunded"):
        return NoDeadline("The buyer has the money back.")
    delivered = asked.facts.get("delivered_at")
    return asked.by("return_refund", delivered) if delivered else NoDeadline("The return has not arrived yet.")


def _safe_t(asked: _Asked) -> Deadline | NoDeadline:
    """From the later of the return's delivery and the refund."""
    if asked.facts.get("filed"):
        return NoDeadline("The SAFE-T claim is filed.")
    known = [moment for moment in (asked.facts.get("delivered_at"), asked.facts.get("refunded_at")) if moment]
    if not known:
        return NoDeadline("Neither the return nor the refund is known yet.")
    return asked.by("safe_t", max(known), lapses="The time for a SAFE-T claim ended on {day}.")


def _feedback(asked: _Asked) -> Deadline | NoDeadline:
    if asked.facts.get("removed"):
        return NoDeadline("The feedback is removed.")
    if asked.facts.get("asked"):
        return NoDeadline("Amazon has been asked to remove it.")
    at = asked.facts.get("at")
    if at is None:
        return NoDeadline("The day of the feedback is not known.")
    return asked.by("feedback_removal", at, lapses="The 90 days for a removal ended on {day}.")


def _contact(asked: _Asked) -> Deadline | NoDeadline:
    completed = asked.facts.get("completed_at")
    if completed is None:
        return NoDeadline("The order is not completed yet.")
    return asked.by("contact", completed, lapses="The time to write on our own ended on {day}.")


KINDS: Mapping[str, Callable[[_Asked], Deadline | NoDeadline]] = {
    "message": _message,
    "a_to_z": _a_to_z,
    "chargeback": _chargeback,
    "return_request": _return_request,
    "return_refund": _return_refund,
    "safe_t": _safe_t,
    "feedback": _feedback,
    "contact": _contact,
}


def _working(moment: datetime, days: int) -> datetime:
    left = days
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < 5
    return moment
