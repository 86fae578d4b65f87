"""Settles which conversations copies of our own replies answer, whenever mail arrives that bears on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import facts, ledger, messages
from services.desk import Changes
from services.outbox import settle as outbox
from services.outbox.settle import Own
from services.rules import copies
from services.rules.copies import Copy, Found, Talk

COPY = "reply_confirmation"


def settle(
    session: Session, account: str, *, names: Collection[str], orders: Collection[str], changes: Changes
) -> set[int]:
    """Place all copies to these buyers or about these orders anew; the tickets whose answers changed.

    A copy of a reply that left through the outbox belongs where that reply is, and confirms it.
    """
    if not names and not orders:
        return set()
    rows = _all_that_bears(session, account, set(names), set(orders))
    mails = [row for row in rows if row.kind == COPY]
    if not mails:
        return set()
    own = outbox.own_replies(session, {row.ticket_id for row in rows if row.ticket_id is not None})
    talks = _talks(session, [row for row in rows if row.kind != COPY], own)
    links = outbox.match(session, own, mails, talks)
    confirming = own.places() | {message_id: own.rows[row_id].ticket_id for message_id, row_id in links.items()}
    chosen = confirming | messages.choices(session, [row.id for row in mails])
    found = copies.resolve([_copy(row, chosen) for row in mails], talks)
    moved = {row.id: found[row.id].ticket_id for row in mails if found[row.id].ticket_id != row.ticket_id}
    asks = _questions(messages.asking(session, account), found)
    tickets = {row.ticket_id for row in mails if row.id in moved} | set(moved.values())
    changed = {ticket_id for ticket_id in tickets if ticket_id is not None}
    facts.lock(session, changed | set(asks) | {own.rows[row_id].ticket_id for row_id in links.values()})
    messages.move(session, moved)
    messages.set_asks(session, asks)
    unplaced = {row.id for row in mails if found[row.id].ticket_id is None}
    ledger.settle_messages(session, {message_id: _place(found[message_id]) for message_id in unplaced | set(moved)})
    return changed | outbox.confirm(session, own, links, mails, changes)


def _place(found: Found) -> tuple[str, str]:
    return copies.place(found.ticket_id, asks=bool(found.candidates))


def _all_that_bears(session: Session, account: str, names: set[str], orders: set[str]) -> Sequence[Any]:
    """The messages about these buyers and orders, and about all buyers and orders of the same tickets.

    Without the second step a copy would be placed by what one batch happened to hold, and not by all that is known.
    """
    while True:
        rows = messages.talk(session, account, names=names, orders=orders)
        more_names = {row.buyer_key for row in rows if row.buyer_key} - names
        more_orders = {row.order_id for row in rows if row.order_id} - orders
        if not more_names and not more_orders:
            return rows
        names, orders = names | more_names, orders | more_orders


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
    return Talk(
        ticket_id=ticket_id,
        order_ids=frozenset(row.order_id for row in group if row.order_id),
        buyers=frozenset(row.buyer_key for row in asked if row.buyer_key),
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
