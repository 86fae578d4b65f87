"""Settles which conversations copies of our own replies answer, whenever mail arrives that bears on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import casework, facts, ledger, messages
from services.desk import Changes
from services.outbox import settle as outbox
from services.outbox.settle import Own
from services.rules import copies
from services.rules.copies import Copy, Found, Talk

COPY = "reply_confirmation"


@dataclass
class Bearing:
    """What arrived and bears on copies: these names and orders, in these tickets, sent from `first` to `last`.

    Grown by `widen` until all is in it that can change a copy's place.
    """

    names: set[str]
    orders: set[str]
    tickets: Collection[int]
    first: datetime
    last: datetime

    def widen(self, session: Session) -> None:
        """Take in what else the touched tickets are about.

        A name or an order that is new to a ticket may say where earlier copies belong, back to its first message.
        """
        by_ticket: dict[int, list[Any]] = defaultdict(list)
        for row in messages.talks(session, self.tickets):
            by_ticket[row.ticket_id].append(row)
        for rows in by_ticket.values():
            known = _about([row for row in rows if not self.first <= row.sent_at <= self.last])
            said = _about(rows)
            self.names |= said[0]
            self.orders |= said[1]
            if known != said:
                self.first = min(self.first, *(row.sent_at for row in rows))

    def decides(self, copy: Any) -> bool:
        """Whether a copy may belong elsewhere now: one about these orders, or sent soon enough after what arrived."""
        in_time = self.first <= copy.sent_at <= self.last + copies.REACH
        return in_time or copy.order_id in self.orders or copy.ticket_id in self.tickets

    def reach_out(self, moments: Collection[datetime]) -> bool:
        """Take in copies that moved, since they bear on later ones; whether that was anything new."""
        first, last = min(self.first, *moments), max(self.last, *moments)
        grows = (first, last) != (self.first, self.last)
        self.first, self.last = first, last
        return grows


@dataclass(frozen=True)
class _Placing:
    """Copies and where they belong: what is known, what was found, and which replies they confirm."""

    mails: Sequence[Any]
    found: Mapping[int, Found]
    own: Own
    links: Mapping[int, int]
    seats: Mapping[int, tuple[int, int]]

    @property
    def moved(self) -> dict[int, int | None]:
        return {row.id: self.found[row.id].ticket_id for row in self.mails if self._moves(row)}

    @property
    def moments(self) -> list[datetime]:
        return [row.sent_at for row in self.mails if self._moves(row)]

    def _moves(self, row: Any) -> bool:
        return bool(self.found[row.id].ticket_id != row.ticket_id)


def settle(session: Session, account: str, bearing: Bearing, changes: Changes) -> set[int]:
    """Place the copies anew whose place may depend on what arrived; the tickets whose answers changed.

    A copy of a reply that left through the outbox belongs where that reply is, and confirms it. All other copies stay
    where they are: what they depend on has not changed. So the cost does not grow with what a buyer's namesakes wrote
    over the years, and the outcome is that of placing everything at once.
    """
    bearing.widen(session)
    while True:
        placing = _placed(session, account, bearing)
        if placing is None:
            return set()
        moments = placing.moments
        if not moments or not bearing.reach_out(moments):
            return _write(session, account, placing, changes)


def _placed(session: Session, account: str, bearing: Bearing) -> _Placing | None:
    rows = _all_that_bears(session, account, bearing)
    mails = [row for row in rows if row.kind == COPY and bearing.decides(row)]
    if not mails:
        return None
    opened = messages.opened_about(session, account, {row.order_id for row in mails if row.order_id})
    own = outbox.own_replies(session, {row.ticket_id for row in rows if row.ticket_id is not None}, opened=opened)
    undecided = {row.id for row in mails}
    talks = _talks(session, [row for row in rows if row.id not in undecided], own)
    links = outbox.match(session, own, mails, talks)
    confirming = own.places() | {message_id: own.rows[row_id].ticket_id for message_id, row_id in links.items()}
    seats = casework.seats(session, account, [row.id for row in mails])
    chosen = confirming | _choices(session, mails) | {message_id: ticket for message_id, (ticket, _) in seats.items()}
    found = copies.resolve([_copy(row, chosen) for row in mails], talks)
    return _Placing(mails, found, own, links, seats)


def _write(session: Session, account: str, placing: _Placing, changes: Changes) -> set[int]:
    found, own, links, moved = placing.found, placing.own, placing.links, placing.moved
    asks = _questions(messages.asking(session, account), found)
    tickets = {row.ticket_id for row in placing.mails if row.id in moved} | set(moved.values())
    changed = {ticket_id for ticket_id in tickets if ticket_id is not None}
    facts.lock(session, changed | set(asks) | {own.rows[row_id].ticket_id for row_id in links.values()})
    homes = {message_id: home for message_id, (ticket, home) in placing.seats.items() if home != ticket}
    messages.move(session, moved, homes)
    messages.set_asks(session, asks)
    unplaced = {row.id for row in placing.mails if found[row.id].ticket_id is None}
    ledger.settle_messages(session, {message_id: _place(found[message_id]) for message_id in unplaced | set(moved)})
    return changed | outbox.confirm(session, own, links, placing.mails, changes)


def _choices(session: Session, mails: Sequence[Any]) -> dict[int, int]:
    """What people answered about copies; a ticket that was merged since means the one it shows in."""
    chosen = messages.choices(session, [row.id for row in mails])
    shown = casework.now_in(session, chosen.values()) if chosen else {}
    return {message_id: shown[ticket_id] for message_id, ticket_id in chosen.items()}


def _place(found: Found) -> tuple[str, str]:
    return copies.place(found.ticket_id, asks=bool(found.candidates))


def _all_that_bears(session: Session, account: str, bearing: Bearing) -> Sequence[Any]:
    """The messages about these buyers and orders, and about all buyers and orders of the same tickets, in reach.

    Without the second step a copy would be placed by what one batch happened to hold, and not by all that is known.
    Nothing at all if there is no copy to place.
    """
    names, orders = set(bearing.names), set(bearing.orders)
    since, until = bearing.first - copies.REACH, bearing.last + copies.REACH
    rows: dict[int, Any] = {}
    while True:
        found = messages.about(session, account, names=names, orders=orders, since=since, until=until)
        if not rows and not any(row.kind == COPY for row in found):
            return []
        rows.update({row.id: row for row in found})
        tickets = {row.ticket_id for row in found if row.ticket_id is not None}
        rows.update({row.id: row for row in messages.talks(session, tickets)})
        all_names, all_orders = _about(rows.values())
        if all_names <= names and all_orders <= orders:
            return list(rows.values())
        names, orders = names | all_names, orders | all_orders


def _about(rows: Collection[Any]) -> tuple[set[str], set[str]]:
    """The names and the orders that messages are about."""
    return {row.buyer_key for row in rows if row.buyer_key}, {row.order_id for row in rows if row.order_id}


def _copy(row: Any, chosen: Mapping[int, int]) -> Copy:
    return Copy(row.id, row.sent_at, row.order_id, row.buyer_key, row.marketplace, chosen.get(row.id))


def _talks(session: Session, rows: Sequence[Any], own: Own) -> list[Talk]:
    by_ticket: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row.ticket_id is not None:
            by_ticket[row.ticket_id].append(row)
    replied = defaultdict(list, {ticket_id: own.replied(ticket_id) for ticket_id in by_ticket})
    waived: dict[int, datetime] = {}
    for mark in messages.marks(session, by_ticket):
        if mark.kind == "answered":
            replied[mark.ticket_id].append(mark.at)
        else:
            waived[mark.message_id] = mark.at
    return [_talk(ticket_id, group, replied[ticket_id], waived) for ticket_id, group in by_ticket.items()]


def _talk(ticket_id: int, group: Sequence[Any], marked: list[datetime], waived: Mapping[int, datetime]) -> Talk:
    asked = [row for row in group if row.starts_clock]
    buyers: dict[str, list[datetime]] = defaultdict(list)
    for row in asked:
        buyers[row.buyer_key or ""].append(row.sent_at)
    return Talk(
        ticket_id=ticket_id,
        order_ids=frozenset(row.order_id for row in group if row.order_id),
        buyers=buyers,
        marketplace=next((row.marketplace for row in asked if row.marketplace), None),
        asked=[(row.sent_at, waived.get(row.id)) for row in asked],
        replied=marked + [row.sent_at for row in group if row.direction == "agent"],
    )


def _questions(before: Mapping[int, Sequence[int]], found: Mapping[int, Found]) -> dict[int, str | None]:
    """What is to be written on the cards whose questions change: copies that wait for a person's choice, or None.

    A question about a copy that was not looked at now stays.
    """
    after = {ticket_id: {each for each in asked if each not in found} for ticket_id, asked in before.items()}
    for message_id, place in found.items():
        for ticket_id in place.candidates:
            after.setdefault(ticket_id, set()).add(message_id)
    return {
        ticket_id: ",".join(str(each) for each in sorted(asked)) or None
        for ticket_id, asked in after.items()
        if asked != set(before.get(ticket_id, ()))
    }
