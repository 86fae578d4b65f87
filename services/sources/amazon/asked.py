"""The streams of single questions: orders that people want, who may be asked for a review, what reviews speak of.

Nobody has to give the app the roles for the last two: without them they rest, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from services.errors import Waiting
from services.reports.asked import actions_in, read_solicitation, read_topics
from services.reports.base import Context, Unread
from services.reports.orders_api import orders_in, read_orders
from services.rules.marketplaces import MARKETPLACES
from services.sources.amazon.client import Client, NotPermitted
from services.sources.amazon.lists import INCLUDED
from services.sources.amazon.transport import Refused
from services.sources.base import Batch, Problem

MORE = timedelta(seconds=90)
"""When a budget is used up the rest follows so much later."""
WITHOUT_ROLE = timedelta(days=1)
NOT_THERE = "Amazon has no such order in this account; orders older than two years are gone."


@dataclass
class WantedOrders:
    """Orders that people asked for by their id; without a wish nothing is asked of Amazon."""

    client: Client
    account: str
    marketplaces: tuple[str, ...]
    name: str = "wanted_orders"
    source: str = "amazon"
    every: timedelta = timedelta(minutes=15)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield a batch an order. Raises Waiting when the budget is used up, RetryLater, NeedsPerson."""
        context = Context(self.account, self.marketplaces, None, "wanted orders", now)
        for order_id in self.client.memory.wanted_orders(self.account):
            try:
                answer = self.client.call("getOrder", order_id, includedData=list(INCLUDED))
            except Refused as error:
                said = NOT_THERE if error.status == 404 else str(error)
                self.client.memory.answered(self.account, order_id, said)
                continue
            batch = _batch(read_orders(orders_in(answer), context), cursor)
            yield batch
            # Only now is the order stored: who is killed before this asks once more.
            found = any(row.values["order_id"] == order_id for row in batch.rows)
            said = "" if found else "Amazon's answer to this order cannot be read; it lies under Data problems."
            self.client.memory.answered(self.account, order_id, said)


@dataclass
class _Asked:
    """What both streams of questions share: one question after the other, until the budget is used up."""

    client: Client
    account: str
    marketplaces: tuple[str, ...]
    name: str = ""
    source: str = "amazon"
    every: timedelta = timedelta(hours=6)
    mode: Literal["merge", "replace"] = "merge"

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield a batch a question. Raises Waiting when the budget is used up or the role is missing, RetryLater."""
        due = self._due(now)
        try:
            for subject, place in due:
                context = Context(self.account, self.marketplaces, place, self.name, now)
                yield _batch(self._answer(subject, MARKETPLACES[place].id, context), cursor)
        except NotPermitted as error:
            raise Waiting(f"{error}. Who can do without it leaves it so.", WITHOUT_ROLE) from None
        except Waiting:
            raise Waiting(f"More to ask about: {len(self._due(now))} at the least.", MORE) from None
        if due and self._due(now):
            raise Waiting("More to ask about.", MORE)

    def _due(self, now: datetime) -> Sequence[tuple[str, str]]:
        raise NotImplementedError

    def _answer(self, subject: str, marketplace_id: str, context: Context) -> Iterator[Any]:
        raise NotImplementedError


@dataclass
class Solicitations(_Asked):
    """Whether buyers of lately delivered orders may be asked for a review; nobody is asked by this."""

    name: str = "solicitations"

    def _due(self, now: datetime) -> Sequence[tuple[str, str]]:
        return self.client.memory.orders_to_ask(self.account, now)

    def _answer(self, subject: str, marketplace_id: str, context: Context) -> Iterator[Any]:
        try:
            answer = self.client.call("getSolicitationActionsForOrder", subject, marketplaceIds=[marketplace_id])
        except Refused:
            answer = {}
        return read_solicitation(subject, actions_in(answer), context)


@dataclass
class Topics(_Asked):
    """What reviews of often returned items speak of."""

    name: str = "topics"
    every: timedelta = timedelta(days=1)

    def _due(self, now: datetime) -> Sequence[tuple[str, str]]:
        return self.client.memory.items_to_ask(self.account, now)

    def _answer(self, subject: str, marketplace_id: str, context: Context) -> Iterator[Any]:
        try:
            answer = self.client.call("getItemReviewTopics", subject, marketplaceId=marketplace_id, sortBy="MENTIONS")
        except Refused:
            answer = {}
        return read_topics(subject, answer, context)


def streams(client: Client, account: str, marketplaces: tuple[str, ...]) -> list[WantedOrders | _Asked]:
    """The streams of an account's single questions."""
    return [kind(client, account, marketplaces) for kind in (WantedOrders, Solicitations, Topics)]


def _batch(found: Iterator[Any], cursor: str | None) -> Batch:
    everything = list(found)
    problems = [Problem(each.place, each.raw, each.reason) for each in everything if isinstance(each, Unread)]
    return Batch([each for each in everything if not isinstance(each, Unread)], cursor, problems)
