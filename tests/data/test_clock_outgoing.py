"""Own replies, in whatever state and with whatever copies, count alike in SQL and by the rule."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from data import clock
from data.models.derived import Response
from data.models.mirrored import Message
from data.models.ours import Mark, Ticket
from data.models.outgoing import Outgoing
from data.store import Store
from services import desk
from services.rules import outbox
from tests.desks import NOW

MINUTE = timedelta(minutes=1)


def fill(store: Store, r: random.Random, n: int) -> list[int]:
    """Tickets with buyer messages, copies, marks and replies at random minutes."""
    messages, marks, replies = [], [], []
    for ticket_id in range(1, n + 1):
        for k in range(r.randint(1, 4)):
            messages.append(message(ticket_id, ticket_id * 100 + k, "buyer", r))
        copies = [ticket_id * 100 + 20 + k for k in range(r.randint(0, 3))]
        messages += [message(ticket_id, id_, "agent", r) for id_ in copies]
        if r.random() < 0.2:
            kind = r.choice(["answered", "no_response_needed"])
            marks.append({"ticket_id": ticket_id, "message_id": ticket_id * 100, "message_key": "x", "kind": kind,
                          "at": at(r), "by": "Ana", "made_at": NOW, "undone_at": None})
        for k in range(r.randint(0, 3)):
            replies.append(reply(ticket_id, ticket_id * 100 + k, copies, r))
    with store.write() as session:
        tickets = [{"id": i, "account": "acme", "key": f"k{i}", "opened_at": NOW, "order_detached": False, "version": 1}
                   for i in range(1, n + 1)]
        session.execute(insert(Ticket), [{**t, "opened_by": "mail"} for t in tickets])
        session.execute(insert(Message), messages)
        session.execute(insert(Mark), marks)
        session.execute(insert(Outgoing), replies)
    return list(range(1, n + 1))


def at(r: random.Random) -> object:
    return NOW + r.randint(0, 30) * MINUTE


def message(ticket_id: int, id_: int, direction: str, r: random.Random) -> dict[str, object]:
    return {
        "id": id_, "account": "acme", "key": f"i:{id_}", "ticket_id": ticket_id, "direction": direction,
        "kind": "buyer_message" if direction == "buyer" else "reply_confirmation", "sent_at": at(r),
        "starts_clock": direction == "buyer", "before_horizon": False, "imported_at": NOW, "content_hash": str(id_),
        "subject": "", "text": "", "attachments": [], "facts": {},
    }


def reply(ticket_id: int, id_: int, copies: list[int], r: random.Random) -> dict[str, object]:
    state = r.choice(sorted(outbox.MOVES))
    # Now and then the copy was moved to another ticket, or is gone.
    copy = r.choice([None, r.choice(copies) if copies else None, r.choice(copies) if copies else None, id_ + 77])
    return {
        "id": id_, "ticket_id": ticket_id, "account": "acme", "channel": "smtp", "to_address": "", "relay": "",
        "subject": "", "message_id": f"<{id_}@x>", "references": "", "text": "", "body": "", "attachments": [],
        "state": state, "attempts": 1, "by": "Ana", "queued_at": NOW, "not_before": NOW, "after_send": "",
        "handed_over_at": at(r) if state in outbox.COUNTS or r.random() < 0.3 else None, "copy_message_id": copy,
        "settled_at": NOW, "ticket_version": 1,
    }


def test_the_rule_and_its_twin_agree_about_own_replies(every_store: Store) -> None:
    ids = fill(every_store, random.Random(24), 600)
    with every_store.write() as session:
        desk.rebuild(session, ids, now=NOW)
    with every_store.read() as session:
        assert clock.drift(session) == []
        by = set(session.scalars(select(Response.answered_by).distinct()))
        assert by == {None, "reply", "no_response_needed"}


@pytest.mark.parametrize("state", sorted(outbox.MOVES))
def test_a_wrong_count_would_be_noticed(store: Store, state: str) -> None:
    ids = fill(store, random.Random(7), 200)
    with store.write() as session:
        desk.rebuild(session, ids, now=NOW)
        changed = state in outbox.COUNTS
        wanted = "cancelled" if changed else "confirmed"
        rows = session.scalars(select(Outgoing).where(Outgoing.state == state, Outgoing.handed_over_at.is_not(None)))
        for row in rows:
            row.state = wanted
    with store.read() as session:
        assert clock.drift(session)
