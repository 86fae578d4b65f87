"""The source of Google spreadsheets: a stream for each that the settings name."""

from __future__ import annotations

from collections.abc import Sequence

from services.settings import Settings
from services.sources.base import Memory, Source, Stream


def connect(settings: Settings, memory: Memory) -> Sequence[Stream]:
    """The streams of all accounts with sheets; Google is not contacted."""
    if not any(sheet.key for account in settings.accounts.values() for sheet in account.sheets):
        return []
    # Who has no spreadsheets does without the library, which takes a while to import.
    from services.sources.sheets import google

    return google.connect(settings, memory)


SOURCE = Source("sheets", "Google Sheets", connect)
