"""The streams of lists: orders by their last change, merchant orders still to be shipped, finance events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from services.errors import RetryLater
from services.reports.base import Context, Unread
from services.reports.finance_events import events_in, read_finances
from services.reports.orders_api import orders_in, read_orders
from services.rules.marketplaces import MARKETPLACES
from services.rules.report_kinds import LAG
from services.sources.amazon.client import PAGES, Client
from services.sources.amazon.transport import Refused
from services.sources.base import Batch, Problem

INCLUDED = ("FULFILLMENT", "PROCEEDS", "PACKAGES", "CANCELLATION", "PROMOTION")
"""Never BUYER or RECIPIENT: nothing personal comes, and no restricted role is needed."""
DAY = timedelta(days=1)
FIRST_ORDERS = 2 * DAY
"""What is older comes with the report; this list allows one page of a hundred in three minutes."""
ORDERS_OVERLAP = timedelta(minutes=10)
UNSHIPPED_SINCE = 30 * DAY
FINANCE_WINDOW, FINANCE_HISTORY = 7 * DAY, 365 * DAY
NEAR = timedelta(hours=1)
"""A walk that came so near to now is over: what happens while it goes on is for the next one."""
FINANCE_AGAIN, FINANCE_AGAIN_WEEKLY = 7 * DAY, 45 * DAY
"""Events come up to two days late, released ones much later."""


@dataclass(frozen=True)
class _Walk:
    """How far a list has been read: a window under way with the token of its next page, and the time that is done."""

    done: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    token: str = ""
    deep: datetime | None = None
    oldest: datetime | None = None

    @classmethod
    def load(cls, cursor: str | None) -> _Walk:
        try:
            found = json.loads(cursor or "{}")
            moments = {key: _aware(found[key]) for key in ("done", "start", "end", "deep", "oldest") if found.get(key)}
            return cls(**moments, token=str(found.get("token") or ""))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def dump(self) -> str:
        moments = {"done": self.done, "start": self.start, "end": self.end, "deep": self.deep, "oldest": self.oldest}
        return json.dumps({key: value.isoformat() for key, value in moments.items() if value} | {"token": self.token})


@dataclass
class Orders:
    """Orders that changed, in all marketplaces of the account; a stop between two pages goes on with the next page."""

    client: Client
    account: str
    marketplaces: tuple[str, ...]
    name: str = "orders"
    source: str = "amazon"
    every: timedelta = timedelta(minutes=15)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield a batch a page. Raises Waiting when the budget is used up, RetryLater, NeedsPerson."""
        walk = _Walk.load(cursor)
        if walk.start is None or walk.end is None:
            start = walk.done - ORDERS_OVERLAP if walk.done else now - FIRST_ORDERS
            walk = replace(walk, start=start, end=now - LAG, token="")
        context = Context(self.account, self.marketplaces, None, "orders", now)
        pages = _pages(self.client, "searchOrders", walk, "lastUpdatedAfter", "lastUpdatedBefore", {
            "marketplaceIds": _ids(self.marketplaces), "includedData": list(INCLUDED), "maxResultsPerPage": 100,
        })  # fmt: skip
        for page, after in pages:
            yield _batch(read_orders(orders_in(page), context), after)


@dataclass
class Unshipped:
    """Merchant orders of the last thirty days that are not shipped yet, whenever they last changed."""

    client: Client
    account: str
    marketplaces: tuple[str, ...]
    name: str = "unshipped"
    source: str = "amazon"
    every: timedelta = timedelta(hours=2)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield a batch a page. Raises Waiting, RetryLater, NeedsPerson."""
        walk = _Walk.load(cursor)
        if walk.start is None or walk.end is None:
            walk = _Walk(start=now - UNSHIPPED_SINCE, end=now - LAG)
        context = Context(self.account, self.marketplaces, None, "unshipped", now)
        pages = _pages(self.client, "searchOrders", walk, "lastUpdatedAfter", "lastUpdatedBefore", {
            "marketplaceIds": _ids(self.marketplaces), "includedData": list(INCLUDED), "maxResultsPerPage": 100,
            "fulfillmentStatuses": ["UNSHIPPED", "PARTIALLY_SHIPPED"], "fulfilledBy": ["MERCHANT"],
        })  # fmt: skip
        for page, after in pages:
            yield _batch(read_orders(orders_in(page), context), after)


@dataclass
class Finances:
    """Finance events of the account's region, week by week; the last days again each time, more of them weekly."""

    client: Client
    account: str
    marketplaces: tuple[str, ...]
    name: str = "finance_events"
    source: str = "amazon"
    every: timedelta = timedelta(hours=6)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield a batch a page, oldest window first. Raises Waiting, RetryLater, NeedsPerson."""
        walk, end = _Walk.load(cursor), now - LAG
        context = Context(self.account, self.marketplaces, None, "finance events", now)
        if walk.start is None:
            walk = self._begun(walk, now)
        while walk.start is not None and walk.start < end:
            walk = walk if walk.end else replace(walk, end=min(walk.start + FINANCE_WINDOW, end))
            after = walk
            for page, after in _pages(self.client, "listFinancialEvents", walk, "PostedAfter", "PostedBefore",
                                      {"MaxResultsPerPage": 100}):  # fmt: skip
                last = after.start is None
                after = replace(after, start=after.done) if last and after.done and end - after.done > NEAR else after
                yield _batch(read_finances(events_in(page), context), after)
            walk = after

    def _begun(self, walk: _Walk, now: datetime) -> _Walk:
        if walk.done is None:
            return _Walk(start=now - FINANCE_HISTORY, deep=now)
        weekly = walk.deep is None or now - walk.deep >= 7 * DAY
        back = FINANCE_AGAIN_WEEKLY if weekly else FINANCE_AGAIN
        return replace(walk, start=min(walk.done, now) - back, end=None, token="", deep=now if weekly else walk.deep)


def streams(client: Client, account: str, marketplaces: tuple[str, ...]) -> list[Orders | Unshipped | Finances]:
    """The streams of an account's lists."""
    return [kind(client, account, marketplaces) for kind in (Orders, Unshipped, Finances)]


def _pages(
    client: Client, operation: str, walk: _Walk, after: str, before: str, params: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], _Walk]]:
    """Each page of a window, and the cursor that is right once it is stored."""
    assert walk.start is not None
    assert walk.end is not None
    given = params | {after: _z(walk.start), before: _z(walk.end)}
    seen, again = {walk.token}, False
    for _ in range(PAGES):
        try:
            page, token = client.page(operation, token=walk.token, **given)
        except Refused:
            if not walk.token or again:
                raise
            # A token lives for a day, and Amazon forgets it earlier too: the window is read from its start.
            walk, seen, again = replace(walk, token=""), set(), True
            continue
        if token and token in seen:
            raise RetryLater("Amazon gives the same page again and again.")
        seen.add(token)
        walk = replace(walk, token=token) if token else replace(walk, done=walk.end, start=None, end=None, token="")
        yield page, walk
        if not token:
            return
    raise RetryLater("Amazon's list has no end.")


def _batch(found: Iterator[Any], walk: _Walk) -> Batch:
    everything = list(found)
    problems = [Problem(each.place, each.raw, each.reason) for each in everything if isinstance(each, Unread)]
    return Batch([each for each in everything if not isinstance(each, Unread)], walk.dump(), problems)


def _ids(marketplaces: Sequence[str]) -> list[str]:
    return [MARKETPLACES[code].id for code in marketplaces]


def _z(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC)
