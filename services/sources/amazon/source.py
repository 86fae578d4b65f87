"""The Amazon source: one client for each account with API access, and all its streams."""

from __future__ import annotations

from collections.abc import Sequence

from services.settings import Settings
from services.sources.base import Memory, Source, Stream


def connect(settings: Settings, memory: Memory) -> Sequence[Stream]:
    """The streams of every account that has sp_api; Amazon is not contacted."""
    accounts = [(name, account) for name, account in settings.accounts.items() if account.sp_api is not None]
    if not accounts:
        return []
    # The library takes a third of a second to import; who has no API access does without it.
    from services.sources.amazon import asked, lists, reports
    from services.sources.amazon.client import Client

    made: list[Stream] = []
    for name, account in accounts:
        assert account.sp_api is not None
        client = Client(name, account.marketplaces, account.sp_api, memory)
        made += asked.streams(client, name, account.marketplaces)
        made += lists.streams(client, name, account.marketplaces)
        made += reports.streams(client, name, account.marketplaces)
    return made


SOURCE = Source("amazon", "Amazon's API", connect)
