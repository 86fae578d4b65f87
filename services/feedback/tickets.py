"""Negative feedback as a ticket: it joins the order's open ticket, or opens one, on which no clock runs."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from data import feedback_work as rows
from data import journal, messages, tickets
from data.feedback_work import Found
from data.store import Store
from services import desk, triage
from services.feedback import cards
from services.rules.feedback import NEGATIVE, WINDOW

ACTOR = "feedback"
"""Who opened a ticket that the sync opened, and who put a feedback into one."""
TYPE = "Negative Feedback"
FINISHED = ("solved", "closed")
AT_ONCE = 100


def open_for_negative(store: Store, now: datetime) -> int:
    """Give every open negative feedback of the last 90 days a ticket, once; how many got one.

    Whatever happens to the ticket or the stars later, a feedback that had a ticket keeps it.
    """
    done = 0
    while True:
        with store.write() as session:
            found = rows.without_ticket(session, most_stars=NEGATIVE, since=now.date() - WINDOW, limit=AT_ONCE)
            _place(session, found, now)
        done += len(found)
        if len(found) < AT_ONCE:
            return done


def find_or_open(session: Session, found: Found, changes: desk.Changes) -> int:
    """The ticket of a feedback: its own while it is not finished, else the order's newest open one, else a new one.

    A new one is derived; what that changes elsewhere is added to `changes`.
    """
    card = found.card
    open_ones = tickets.of_order(session, card.account, card.order_id, but=FINISHED)
    mine = [each.ticket_id for each in open_ones if each.ticket_id == card.ticket_id]
    ids = mine or [each.ticket_id for each in open_ones]
    return ids[0] if ids else _open(session, found, changes)


def _place(session: Session, found: list[Found], now: datetime) -> None:
    if not found:
        return
    changes = desk.Changes(now, ACTOR)
    work = []
    for each in found:
        ticket_id = find_or_open(session, each, changes)
        if not any(entry.object == f"ticket:{ticket_id}" for entry in changes.entries):
            changes.entries.append(_entry(ticket_id, "feedback.join", each, changes))
        work.append(_work(each, ticket_id, now))
    rows.put_into_ticket(session, work)
    cards.refresh(session, [(each.card.account, each.card.order_id) for each in found], now=now)
    changes.write(session)


def _open(session: Session, found: Found, changes: desk.Changes) -> int:
    card, by = found.card, changes.actor
    had_one = card.ticket_id is not None
    values = {
        "account": card.account,
        "key": f"feedback:{card.order_id}" + (f":{uuid.uuid4().hex}" if had_one else ""),
        "opened_at": changes.now,
        "opened_by": by,
        "order_chosen": card.order_id,
        "order_detached": False,
        "type_chosen": TYPE if card.rating <= NEGATIVE else "Contact Buyer",
        "subject_chosen": f"Feedback with {card.rating} star{'' if card.rating == 1 else 's'}",
        "marketplace_chosen": card.marketplace,
        "version": 1,
    }
    ticket_id = messages.open_ticket(session, values)
    changes.entries.append(_entry(ticket_id, "feedback.open", found, changes))
    desk.derive(session, [ticket_id], changes)
    triage.opened(session, ticket_id, changes)
    return ticket_id


def _entry(ticket_id: int, what: str, found: Found, changes: desk.Changes) -> journal.Entry:
    after = {"value": found.card.order_id, "stars": found.card.rating}
    return journal.Entry(changes.now, changes.actor, what, f"ticket:{ticket_id}", None, after)


def _work(found: Found, ticket_id: int, now: datetime) -> dict[str, object]:
    return {
        "account": found.card.account,
        "order_id": found.card.order_id,
        "note": found.work.note if found.work else "",
        "ticket_id": ticket_id,
        "ticket_at": now,
        "ticket_by": ACTOR,
        "changed_at": found.work.changed_at if found.work else now,
        "changed_by": found.work.changed_by if found.work else ACTOR,
        "version": found.work.version if found.work else 0,
    }
