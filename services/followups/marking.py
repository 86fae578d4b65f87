"""Marking a row as contacted by its key, for scripts: `python -m services followup ROW_KEY --contacted-by X`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from data import followups as rows
from data.models.followups import FollowupCard
from data.store import Store
from services import people
from services.errors import Rejected
from services.followups import writes


def mark(
    store: Store,
    name: str,
    *,
    contacted_by: str,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
    account: str = "",
    sheet: str = "",
) -> dict[str, Any]:
    """Mark the row with this key (or order id, where one row has it) as the page does; what was marked, as JSON values.

    The same mark again changes nothing. Raises Rejected with a sentence.
    """
    card = _only(store, name.strip(), account, sheet)
    actor, moment = people.by_name(store, contacted_by), at or now
    with store.read() as session:
        found = rows.one(session, card.id)
    assert found is not None
    mine = (found.work.contacted_at, found.work.contacted_by)
    if mine != (moment, actor.name) or note.strip():
        writes.do(store, "contacted", card.id, found.work.version, actor=actor, now=now, when=moment, note=note)
    return {
        "id": card.id,
        "row_key": card.row_key,
        "account": card.account,
        "sheet": card.sheet,
        "contacted_at": moment.isoformat().replace("+00:00", "Z"),
        "contacted_by": actor.name,
    }


def _only(store: Store, name: str, account: str, sheet: str) -> FollowupCard:
    with store.read() as session:
        found = rows.named(session, name, account=account, sheet=sheet) if name else []
    exact = [card for card in found if card.row_key == name] or found
    if not exact:
        raise Rejected(
            f"No follow-up has the key {name!r}. `python -m services export followups` lists them as row_key."
        )
    if len(exact) > 1:
        places = ", ".join(f"{card.row_key} ({card.account}, {card.sheet})" for card in exact[:5])
        raise Rejected(
            f"{len(exact)} follow-ups go by {name!r}: {places}. Give the row_key of one, or --account and --sheet."
        )
    return exact[0]
