"""Reads stored mail again from its raw form, after the reading was mended; tickets and people's work stay."""

from __future__ import annotations

from datetime import datetime

from data import ledger
from data.store import Store
from services.settings import Settings
from services.sync import intake
from services.sync.lease import SyncLease


def reparse(store: Store, settings: Settings, now: datetime, *, only_set_aside: bool) -> int:
    """How many mails were read again. Takes the sync's lease, since it writes what the sync writes."""
    with SyncLease(store):
        with store.write() as session:
            ids = ledger.ids_set_aside(session) if only_set_aside else None
            ledger.forget_readings(session, ids)
        return intake.digest(store, settings, now)
