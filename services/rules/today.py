"""The one order of Today: by the time that is left and by what is lost when it is over; and nothing twice.

Each kind of work stands as if it were due a head start before its real end, the earlier the more is lost with it. What
is over its time stands where its kind says and no further ahead, so that what is lost already never hides what can
still be saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Loss:
    """What is lost when a kind of work is late: `lead` before its end it stands as due, never before `floor` from now.

    `floor` is negative for what stands above things that are due now, positive for what waits behind them.
    """

    label: str
    words: str
    lead: timedelta
    floor: timedelta


def _hours(lead: float, floor: float) -> tuple[timedelta, timedelta]:
    return timedelta(hours=lead), timedelta(hours=floor)


LOSSES: Mapping[str, Loss] = {
    "status": Loss("Account health", "the account itself", *_hours(7 * 24, -7 * 24)),
    "a_to_z": Loss("A-to-z claim", "the money, and an order defect", *_hours(48, -48)),
    "chargeback": Loss("Chargeback", "the money, and an order defect", *_hours(48, -48)),
    "now": Loss("Escalation, now", "a decision that cannot wait", *_hours(24, -36)),
    "message": Loss("Buyer waits", "an answer within 24 hours", *_hours(0, -24)),
    "reply": Loss("Reply in doubt", "a reply that the buyer may not have", *_hours(0, -24)),
    "promise": Loss("Promised", "what a buyer was promised", *_hours(0, -24)),
    "escalation": Loss("Escalation", "a colleague's time", *_hours(4, -12)),
    "source": Loss("Source", "mail that nobody sees", *_hours(24, -24)),
    "mail": Loss("Set aside", "a buyer's message, if it is one", *_hours(0, -12)),
    "return": Loss("Return", "a refund that Amazon decides", *_hours(0, -6)),
    "question": Loss("Question", "a colleague's time", *_hours(0, -2)),
    "answer": Loss("Answer for you", "a colleague's time", *_hours(0, -2)),
    "followup": Loss("Follow-up", "a buyer who hears too late", *_hours(0, 0)),
    "batch": Loss("Bad batch", "more buyers with the same trouble", *_hours(24, 0)),
    "decision": Loss("Decision", "what a meeting decided", *_hours(0, 2)),
    "feedback": Loss("Feedback", "the chance to have it removed", *_hours(14 * 24, 4)),
    "rating": Loss("Negative feedback", "a buyer who could be won back", *_hours(0, 4)),
    "check": Loss("Checklist", "a gap in the checklist", *_hours(0, 6)),
    "rows": Loss("Unread rows", "figures that are not complete", *_hours(0, 8)),
}
"""Kinds of work, what is worth most first: of what is due at the same moment it stands first."""
_WEIGHT = {kind: at for at, kind in enumerate(LOSSES)}
MINE, TEAM, UNOWNED = "mine", "team", "unowned"
WHOSE = (MINE, TEAM, UNOWNED)


@dataclass(frozen=True)
class Item:
    """One thing to do. `keys` name what it is about: items that share one are the same thing.

    `due_at` is when its time is over; where nobody knows, `since` (when it came up) stands for it. `asks`: somebody
    asked whoever looks about it, in words of their own. `is_news`: its words say more than those of what it is about.
    """

    kind: str
    keys: frozenset[str]
    what: str
    about: str
    due_at: datetime | None
    since: datetime
    account: str = ""
    order_id: str | None = None
    marketplace: str | None = None
    owner: str | None = None
    page: str = ""
    target: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    asks: bool = False
    escalation: int | None = None
    is_news: bool = True

    @property
    def ends(self) -> datetime:
        """When its time is over, as far as that is known."""
        return self.due_at or self.since


def stands_at(item: Item, now: datetime) -> datetime:
    """The moment as of which it stands in the list."""
    loss = LOSSES[item.kind]
    return max(item.ends - loss.lead, now + loss.floor)


def place(item: Item, now: datetime) -> tuple[datetime, int, datetime, str]:
    """By this the list is sorted."""
    return stands_at(item, now), _WEIGHT[item.kind], item.ends, min(item.keys)


def ordered(items: Iterable[Item], now: datetime) -> list[Item]:
    """What is to be done first on top, each thing once."""
    found = merged(sorted(items, key=lambda each: place(each, now)))
    return sorted(found, key=lambda each: place(each, now))


def merged(items: Sequence[Item]) -> list[Item]:
    """Items that share a key as one, in their order: the first, or what somebody asks about it; the others are named.

    Sharing goes on: what shares with one that shares with a third is one with it.
    """
    head_of: dict[str, int] = {}
    groups: dict[int, list[int]] = {}
    for number, item in enumerate(items):
        heads = sorted({head_of[key] for key in item.keys if key in head_of} | {number})
        group = sorted(at for head in heads for at in groups.pop(head, [number]))
        groups[group[0]] = group
        head_of.update((key, group[0]) for at in group for key in items[at].keys)
    return [_one([items[at] for at in group]) for group in groups.values()]


def _one(group: Sequence[Item]) -> Item:
    """The most urgent one stands for all; what somebody asks gives the words and the place where it opens."""
    if len(group) == 1:
        return group[0]
    first = group[0]
    shown = next((each for each in group if each.asks), first)
    said = [(each.what,) if each.is_news and each is not shown else () for each in group]
    also = dict.fromkeys(words for each, own in zip(group, said, strict=True) for words in (*own, *each.also))
    return replace(
        shown,
        kind=first.kind,
        due_at=first.due_at,
        since=first.since,
        keys=frozenset().union(*(each.keys for each in group)),
        owner=next((each.owner for each in group if each.owner), None),
        marketplace=shown.marketplace or first.marketplace,
        order_id=shown.order_id or first.order_id,
        also=tuple(words for words in also if words != shown.what),
        escalation=next((each.escalation for each in group if each.escalation is not None), None),
    )


def why(item: Item) -> str:
    """Why it stands where it stands, in a few words; how late it is stands beside it."""
    loss = LOSSES[item.kind]
    return f"{loss.words}; stands {_span(loss.lead)} ahead" if loss.lead else loss.words


def _span(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
