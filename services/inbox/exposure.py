"""The Inbox by exposure: learned once a day from what became of earlier tickets, ranked anew with each sync."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from data import exposures, forecasts
from data.store import Store
from services.rules import exposure as rules
from services.rules.exposure import Usual, Waiting

NAME = "exposure"
LEARN_EVERY = timedelta(hours=24)
PAST = timedelta(days=180)
"""So far back tickets and orders are looked at."""


def refresh(store: Store, *, now: datetime) -> int:
    """Rank the tickets that wait; how many."""
    usual = _usual(store, now)
    with store.read() as session:
        rows = exposures.waiting(session)
    made = []
    for row in rows:
        ticket = Waiting(row.due_at, row.type, row.kind, row.waiting, row.marketplace, row.total, bool(row.is_defect))
        found = rules.exposure(ticket, usual, now)
        values = {"chance": found.chance, "cost": found.cost, "why": list(found.drivers)}
        made.append({"ticket_id": row.ticket_id, "rank": rules.rank(ticket, found, now), **values})
    with store.write() as session:
        exposures.replace(session, made)
    return len(made)


def _usual(store: Store, now: datetime) -> Usual:
    """What was learned; learned anew once a day."""
    with store.read() as session:
        held = forecasts.learned(session, NAME)
        if held and held.at <= now < held.at + LEARN_EVERY:
            by_type = {name: (int(n), int(hit)) for name, (n, hit) in held.values["by_type"].items()}
            return Usual(by_type, held.values["orders"])
        usual = Usual(exposures.by_type(session, now - PAST), exposures.usual_orders(session, now - PAST))
    with store.write() as session:
        forecasts.keep(session, NAME, at=now, zone="UTC", values=asdict(usual))
    return usual
