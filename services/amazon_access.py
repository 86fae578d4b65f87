"""Looks whether each account's API access works: the credentials, the marketplaces, a permission for each operation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from data.store import Store
from services.errors import NeedsPerson, Waiting, Within24Error
from services.rules.marketplaces import MARKETPLACES
from services.settings import Account, Settings, real_now
from services.sync.memory import StoreMemory

if TYPE_CHECKING:
    from services.sources.amazon.client import Client

How = tuple[tuple[str, ...], dict[str, Any]]
"""What goes into a call: words in its path, and parameters."""

CLOCKS_APART = timedelta(seconds=60)
LONGEST_PAUSE = 1.0
"""Somebody waits for the answer: trouble is not tried again for minutes."""
SOME_ORDER, SOME_ITEM = "000-0000000-0000000", "B000000000"
PASSES = "It is tried again by itself; look again if it lasts."


@dataclass(frozen=True)
class Seen:
    """What was found of one thing; `ok` with a message that begins "warning" could be better."""

    name: str
    ok: bool
    message: str
    what_to_do: str = ""


def look(store: Store, settings: Settings) -> Iterator[Seen]:
    """Every account with sp_api, by a handful of calls within its budgets; nothing is asked for or changed."""
    for name, account in settings.accounts.items():
        if account.sp_api is not None:
            yield from _account(name, account, StoreMemory(store, settings.state_dir))


def _account(name: str, account: Account, memory: StoreMemory) -> Iterator[Seen]:
    # The library takes a third of a second to import; who has no API access does without it.
    from services.sources.amazon.client import Client, Clock

    assert account.sp_api is not None
    clock = Clock(real_now, lambda seconds: time.sleep(min(seconds, LONGEST_PAUSE)))
    client = Client(name, account.marketplaces, account.sp_api, memory, clock=clock)
    try:
        signed_in, known = _credentials(f"Amazon's API for {name}", client, account)
        yield signed_in
        for operation, what, how, optional in _questions(account, real_now()) if known else ():
            yield _permission(f"Amazon's API for {name}, {what}", client, operation, how, optional=optional)
        if known:
            yield from _clock(f"Amazon's clock for {name}", client.date)
    finally:
        client.close()


def _credentials(label: str, client: Client, account: Account) -> tuple[Seen, bool]:
    """Whether Amazon knows the app and the seller, and where the seller may sell; and whether to ask on."""
    from services.sources.amazon.client import NotPermitted

    try:
        found = client.call("getMarketplaceParticipations")
    except Waiting as error:
        return Seen(label, True, f"warning: not looked at now: {error}"), True
    except Within24Error as error:
        what_to_do = error.what_to_do if isinstance(error, NeedsPerson) else PASSES
        return Seen(label, False, str(error), what_to_do), isinstance(error, NotPermitted)
    return _marketplaces(label, found.get("payload"), account), True


def _marketplaces(label: str, listed: Any, account: Account) -> Seen:
    each = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    ids = {(one.get("marketplace") or {}).get("id") for one in each if _takes_part(one)}
    missing = [code for code in account.marketplaces if MARKETPLACES[code].id not in ids]
    if missing:
        said = f"the credentials are good, but the seller takes no part in {', '.join(missing)}"
        return Seen(label, False, said, "Take them out of marketplaces in the settings file, or open them with Amazon.")
    return Seen(label, True, f"signed in, and sells in {', '.join(account.marketplaces)}")


def _takes_part(one: dict[str, Any]) -> bool:
    return bool((one.get("participation") or {}).get("isParticipating"))


def _questions(account: Account, now: datetime) -> list[tuple[str, str, How, bool]]:
    """(operation, what it is for, (words, parameters), whether one can do without) for calls that change nothing."""
    place = MARKETPLACES[account.marketplaces[0]].id
    since, until = (f"{now - ago:%Y-%m-%dT%H:%M:%SZ}" for ago in (timedelta(hours=1), timedelta(minutes=3)))
    reports = {"reportTypes": ["GET_SELLER_FEEDBACK_DATA"], "pageSize": 1}
    orders = {"marketplaceIds": [place], "lastUpdatedAfter": since, "lastUpdatedBefore": until, "maxResultsPerPage": 1}
    money = {"PostedAfter": since, "PostedBefore": until, "MaxResultsPerPage": 1}
    return [
        ("getReports", "reports", ((), reports), False),
        ("searchOrders", "orders", ((), orders), False),
        ("listFinancialEvents", "finances", ((), money), False),
        ("getSolicitationActionsForOrder", "review requests", ((SOME_ORDER,), {"marketplaceIds": [place]}), True),
        ("getItemReviewTopics", "review topics", ((SOME_ITEM,), {"marketplaceId": place, "sortBy": "MENTIONS"}), True),
    ]


def _permission(label: str, client: Client, operation: str, how: How, *, optional: bool) -> Seen:
    from services.sources.amazon.transport import Refused

    words, params = how
    try:
        client.call(operation, *words, **params)
    except Waiting as error:
        return Seen(label, True, f"warning: not looked at now: {error}")
    except NeedsPerson as error:
        if optional:
            return Seen(label, True, f"warning: {error}. {error.what_to_do} Nothing else depends on it")
        return Seen(label, False, str(error), error.what_to_do)
    except Refused:
        # Whoever is told that there is no such order is allowed to ask for it.
        pass
    except Within24Error as error:
        return Seen(label, False, str(error), PASSES)
    return Seen(label, True, f"{operation} is allowed")


def _clock(label: str, date: str | None) -> Iterator[Seen]:
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return
    apart = abs(real_now() - theirs.astimezone(UTC))
    message = f"this machine and Amazon are {apart.total_seconds():.0f} s apart"
    yield Seen(label, apart <= CLOCKS_APART, message, "Set this machine's clock by NTP.")
