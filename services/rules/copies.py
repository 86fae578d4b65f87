"""Which conversation a copy of our own reply belongs to, when Amazon's copy names neither thread nor buyer address.

A copy answers the conversation with its order id, else the single conversation of that buyer name that was waiting
at the copy's own date. If two were waiting, nothing changes and a person is asked. A name alone reaches 90 days back:
whoever has been waiting for longer is not who was answered just now, and names are not rare.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REACH = timedelta(days=90)
"""How long before a copy a buyer may have written whom it answers by name alone."""


@dataclass(frozen=True)
class Copy:
    """A copy of a reply; `chosen` is a person's answer (a ticket id, or 0 for none), None if nobody was asked."""

    id: int
    at: datetime
    order_id: str | None
    buyer: str | None
    marketplace: str | None
    chosen: int | None = None


@dataclass
class Talk:
    """A conversation: when the buyer asked, and when it was answered by anything else than these copies.

    `asked` holds when each message was sent and when it was marked No Response Needed, if it was; `buyers` when
    somebody of a name (as `name_key` gives it) wrote.
    """

    ticket_id: int
    order_ids: frozenset[str]
    buyers: Mapping[str, Sequence[datetime]]
    marketplace: str | None
    asked: list[tuple[datetime, datetime | None]]
    replied: list[datetime] = field(default_factory=list)

    def was_waiting(self, at: datetime, since: datetime | None = None) -> bool:
        """Whether a message sent before `at` had no reply before `at` and was not marked as needing none.

        With `since` only messages from then on matter.
        """
        last = max((replied for replied in self.replied if replied < at), default=None)
        return any(
            sent < at
            and (since is None or sent >= since)
            and not (waived and waived < at)
            and (last is None or last <= sent)
            for sent, waived in self.asked
        )

    def is_with(self, name: str, at: datetime) -> bool:
        """Whether somebody of this name wrote here within reach of `at`, before or after."""
        return any(abs(sent - at) <= REACH for sent in self.buyers.get(name, ()))

    def had_begun(self, at: datetime, since: datetime | None = None) -> bool:
        """Whether the buyer had written before `at`, and not before `since`."""
        return any(sent < at and (since is None or sent >= since) for sent, _ in self.asked)


@dataclass(frozen=True)
class Found:
    """Where a copy belongs: one ticket, or none; with several candidates a person decides."""

    ticket_id: int | None
    candidates: tuple[int, ...] = ()


def resolve(copies: Iterable[Copy], talks: Sequence[Talk]) -> Mapping[int, Found]:
    """Place each copy, in the order of their dates, so that the order in which mail was read does not matter."""
    by_id = {talk.ticket_id: talk for talk in talks}
    by_order: dict[str, list[Talk]] = defaultdict(list)
    by_name: dict[str, list[Talk]] = defaultdict(list)
    for talk in talks:
        for order_id in talk.order_ids:
            by_order[order_id].append(talk)
        for name in talk.buyers:
            by_name[name].append(talk)
    found: dict[int, Found] = {}
    for copy in sorted(copies, key=lambda c: (c.at, c.id)):
        found[copy.id] = _place(copy, by_order.get(copy.order_id or "", ()), by_name.get(name_key(copy.buyer), ()))
        ticket_id = found[copy.id].ticket_id
        if ticket_id in by_id:
            by_id[ticket_id].replied.append(copy.at)
    return found


def place(ticket_id: int | None, *, asks: bool) -> tuple[str, str]:
    """Disposition and rule of a copy in the mail ledger."""
    if ticket_id is not None:
        return "ticketed", "reply_confirmation"
    return "filed", "reply_confirmation:asks" if asks else "reply_confirmation:no_conversation"


def name_key(name: str | None) -> str:
    """A buyer's name as it is compared: folded case and width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())


def _place(copy: Copy, same_order: Sequence[Talk], same_name: Sequence[Talk]) -> Found:
    if copy.chosen is not None:
        return Found(copy.chosen or None)
    if copy.order_id and same_order:
        return _pick(copy, same_order, None)
    name = name_key(copy.buyer)
    # A talk about another order than the copy's is never meant, however the buyer is called.
    named = [t for t in same_name if name and t.is_with(name, copy.at) and not (copy.order_id and t.order_ids)]
    return _pick(copy, [t for t in named if _same_place(copy, t)], copy.at - REACH)


def _pick(copy: Copy, talks: Sequence[Talk], since: datetime | None) -> Found:
    waiting = [talk for talk in talks if talk.was_waiting(copy.at, since)]
    if len(waiting) > 1 and copy.buyer:
        named = [talk for talk in waiting if talk.is_with(name_key(copy.buyer), copy.at)]
        waiting = named or waiting
    if len(waiting) == 1:
        return Found(waiting[0].ticket_id)
    if waiting:
        return Found(None, tuple(sorted(talk.ticket_id for talk in waiting)))
    # Nobody was waiting: a second word of ours belongs to the only talk that had begun, and moves no clock.
    begun = [talk for talk in talks if talk.had_begun(copy.at, since)]
    return Found(begun[0].ticket_id if len(begun) == 1 else None)


def _same_place(copy: Copy, talk: Talk) -> bool:
    return not copy.marketplace or not talk.marketplace or copy.marketplace == talk.marketplace
