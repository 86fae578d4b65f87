"""Seven days of silence twice: the pure rule, and the query that finds such tickets among all."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from data import tickets
from data.models.derived import Card
from data.models.ours import Ticket
from data.models.outgoing import Outgoing, Promise
from data.store import Store
from services.rules.ticket_status import SILENCE, auto_solve_due

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EDGE = (timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(days=1), timedelta(days=-1))
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")


def card(ticket_id: int, r: random.Random) -> dict[str, object]:
    replied = r.choice([None, *(NOW - SILENCE + off for off in EDGE)])
    bought = r.choice([None, *((replied or NOW) + off for off in EDGE)])
    texts = dict.fromkeys(("account", "subject", "type", "kind"), "x")
    times = {"opened_at": NOW, "last_at": NOW, "last_reply_at": replied, "last_buyer_at": bought}
    status = r.choice([*STATUSES, "pending", "pending", "pending"])
    return {"ticket_id": ticket_id, **texts, **times, "status": status, "sort_key": ticket_id, "version": 1}


def promise(ticket_id: int, made: dict[str, object], r: random.Random) -> dict[str, object] | None:
    """A promise to the buyer: kept, broken off by a later word of ours, or standing."""
    if r.random() < 0.5:
        return None
    replied = made["last_reply_at"]
    made_at = r.choice([replied or NOW, NOW - 30 * SILENCE])
    row = {"ticket_id": ticket_id, "outgoing_id": ticket_id, "until": NOW, "by": "x", "made_at": made_at}
    return row | {"kept_at": r.choice([None, None, NOW])}


@pytest.mark.parametrize("seed", range(3))
def test_the_query_finds_the_tickets_of_which_the_rule_says_so(every_store: Store, seed: int) -> None:
    r = random.Random(seed)
    cards = [card(n, r) for n in range(1, 201)]
    promises = {n: promise(n, made, r) for n, made in enumerate(cards, 1)}
    with every_store.write() as session:
        for n in range(1, 201):
            ticket = {"id": n, "account": "x", "key": str(n), "opened_at": NOW, "order_detached": False, "version": 1}
            session.execute(insert(Ticket), [ticket])
        session.execute(insert(Card), cards)
        standing = [row for row in promises.values() if row]
        texts = dict.fromkeys(("account", "channel", "to_address", "subject", "text", "body", "by"), "x")
        for row in standing:
            sent = {"id": row["ticket_id"], "ticket_id": row["ticket_id"], "message_id": str(row["ticket_id"])}
            times = {"queued_at": NOW, "not_before": NOW, "ticket_version": 1}
            session.execute(insert(Outgoing), [{**texts, **sent, **times}])
        session.execute(insert(Promise), standing)
    with every_store.read() as session:
        found = tickets.silent_since(session, NOW - SILENCE, limit=1000)
    expected = [
        n
        for n, made in enumerate(cards, 1)
        if auto_solve_due(
            status=str(made["status"]),
            last_reply_at=made["last_reply_at"],  # type: ignore[arg-type]
            last_buyer_at=made["last_buyer_at"],  # type: ignore[arg-type]
            open_promise=is_open(promises[n], made),
            now=NOW,
        )
    ]
    assert sorted(found) == expected
    assert 5 < len(expected) < 150


def is_open(row: dict[str, object] | None, made: dict[str, object]) -> bool:
    """Not kept, and no word of ours since it was made."""
    if row is None or row["kept_at"] is not None:
        return False
    return made["last_reply_at"] is None or made["last_reply_at"] <= row["made_at"]  # type: ignore[operator]
