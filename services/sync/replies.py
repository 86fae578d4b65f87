"""Settles which conversations copies of our own replies answer, whenever mail arrives that bears on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from data import ledger, messages
from services.rules import copies
from services.rules.copies import Copy, Found, Talk

COPY = "reply_confirmation"


def settle(session: Session, account: str, *, names: Collection[str], orders: Collection[str]) -> set[int]:
    """Place all copies to these buyers or about these orders anew; the tickets whose answers changed."""
    if not names and not orders:
        return set()
    rows = messages.talk(session, account, names=names, orders=orders)
    mails = [row for row in rows if row.kind == COPY]
    if not mails:
        return set()
    chosen = messages.choices(session, [row.id for row in mails])
    talks = _talks(session, [row for row in rows if row.kind != COPY])
    found = copies.resolve([_copy(row, chosen) for row in mails], talks)
    moved = {row.id: found[row.id].ticket_id for row in mails if found[row.id].ticket_id != row.ticket_id}
    messages.move(session, moved)
    unplaced = {row.id for row in mails if found[row.id].ticket_id is None}
    ledger.settle_messages(session, {message_id: _place(found[message_id]) for message_id in unplaced | set(moved)})
    tickets = {row.ticket_id for row in mails if row.id in moved} | set(moved.values())
    _ask(session, found, {talk.ticket_id for talk in talks})
    return {ticket_id for ticket_id in tickets if ticket_id is not None}


def _place(found: Found) -> tuple[str, str]:
    """Disposition and rule of a copy's ledger row."""
    if found.ticket_id is not None:
        return "ticketed", "reply_confirmation"
    return "filed", "reply_confirmation:asks" if found.candidates else "reply_confirmation:no_conversation"


def _copy(row: Any, chosen: Mapping[int, int]) -> Copy:
    return Copy(row.id, row.sent_at, row.order_id, row.buyer_key, row.marketplace, chosen.get(row.id))


def _talks(session: Session, rows: Sequence[Any]) -> list[Talk]:
    by_ticket: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row.ticket_id is not None:
            by_ticket[row.ticket_id].append(row)
    replied = defaultdict(list)
    for mark in messages.marks(session, by_ticket):
        replied[mark.ticket_id].append(mark.at)
    return [_talk(ticket_id, group, replied[ticket_id]) for ticket_id, group in by_ticket.items()]


def _talk(ticket_id: int, group: Sequence[Any], marked: list[Any]) -> Talk:
    asked = [row for row in group if row.starts_clock]
    return Talk(
        ticket_id=ticket_id,
        order_ids=frozenset(row.order_id for row in group if row.order_id),
        buyers=frozenset(row.buyer_key for row in asked if row.buyer_key),
        marketplace=next((row.marketplace for row in asked if row.marketplace), None),
        asked=[row.sent_at for row in asked],
        replied=marked + [row.sent_at for row in group if row.direction == "agent"],
    )


def _ask(session: Session, found: Mapping[int, Found], tickets: Collection[int]) -> None:
    """Write on the cards which copies wait for a person's choice, and take answered questions away."""
    now_asking: dict[int, list[int]] = defaultdict(list)
    for message_id, place in found.items():
        for ticket_id in place.candidates:
            now_asking[ticket_id].append(message_id)
    before = messages.asking(session, set(tickets) | set(now_asking))
    after = {ticket_id: ",".join(str(each) for each in sorted(ids)) for ticket_id, ids in now_asking.items()}
    changed = {t: after.get(t) for t in set(before) | set(after) if before.get(t) != after.get(t)}
    messages.set_asks(session, changed)
