"""Calls Amazon: within the budget, tried again where that is safe, and with an answer that is what it should be."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
from sp_api.base.exceptions import SellingApiException

from services.errors import NeedsPerson, RetryLater, Waiting
from services.rules import rate_budget
from services.rules.marketplaces import MARKETPLACES
from services.settings import SpApi, real_now
from services.sources.amazon.operations import OPERATIONS, Operation
from services.sources.amazon.tokens import TokenClient, Tokens
from services.sources.amazon.transport import (
    TIMEOUT,
    CheckedTransport,
    Forbidden,
    NotSent,
    Throttled,
    TokenRefused,
    cleaned,
)
from services.sources.base import Memory

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
DEADLINE = timedelta(minutes=3)
PATIENCE = timedelta(seconds=1)
"""A budget that is free again so soon is waited for; else the stream comes back later, and others run meanwhile.
Nothing is lost by that: what may be called adds up until then."""
TURN = timedelta(seconds=5)
PAGES = 10_000
ENDPOINTS = {region: f"https://sellingpartnerapi-{region.lower()}.amazon.com" for region in ("NA", "EU", "FE")}


class NotPermitted(NeedsPerson):
    """Amazon knows the account, but not for this operation: the app lacks a role."""


@dataclass(frozen=True)
class Clock:
    """The real time and the way to let it pass; a test may have its own."""

    now: Callable[[], datetime] = real_now
    sleep: Callable[[float], None] = time.sleep


class Client:
    """One account in one region; each thread has a connection and library objects of its own.

    Errors of a call: Waiting (the budget is used up: `after` says for how long), RetryLater, NeedsPerson, and
    transport.Refused for a call that Amazon will never accept (its `status` is 404 for what is not there).
    """

    def __init__(
        self, account: str, marketplaces: Sequence[str], access: SpApi, memory: Memory, *,
        clock: Clock | None = None, patience: timedelta = PATIENCE,
    ) -> None:  # fmt: skip
        self.account, self.memory = account, memory
        self.marketplace = MARKETPLACES[marketplaces[0]]
        self.clock, self.patience = clock or Clock(), patience
        self.date: str | None = None
        """What Amazon's last answer gave as its time, as HTTP writes it."""
        self._rates: dict[str, float | None] = {}
        self._access = access
        self._tokens = Tokens(account, access.token_endpoint, self.clock.now)
        self._mine = threading.local()
        # Reading the list of authorities anew for each of the library's objects would take longer than the calls.
        self._trust = httpx.create_ssl_context()

    def call(self, operation: str, *words: str, **params: Any) -> dict[str, Any]:
        """Amazon's answer as a plain dict, without its `payload` wrapper."""
        return self._asked(OPERATIONS[operation], words, params)[0]

    def pages(self, operation: str, *words: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The answers page by page. Raises RetryLater if Amazon turns in a circle."""
        token, seen = "", set[str]()
        for _ in range(PAGES):
            page, token = self.page(operation, *words, token=token, **params)
            yield page
            if not token:
                return
            if token in seen:
                raise RetryLater("Amazon gives the same page again and again.")
            seen.add(token)
        raise RetryLater("Amazon's list has no end.")

    def page(self, operation: str, *words: str, token: str = "", **params: Any) -> tuple[dict[str, Any], str]:
        """One page, the first or that of a token, and the next one's token: "" at the end."""
        how = OPERATIONS[operation]
        if token:
            params = {how.next_param: token} if how.token_only else params | {how.next_param: token}
        return self._asked(how, words, params)

    def close(self) -> None:
        """Close this thread's connection."""
        http = getattr(self._mine, "http", None)
        if http is not None:
            http.close()
        self._mine.__dict__.clear()

    def _asked(self, how: Operation, words: tuple[str, ...], params: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The answer and the next page's token: tried again within the deadline, where that can do no harm."""
        end = self.clock.now() + DEADLINE
        renewed = False
        for attempt in range(1, TRIES + 1):
            try:
                # The token first: a call that cannot be signed must cost none of the budget.
                api = self._signing(how)
                self._spend(how)
                return self._once(api, how, words, params)
            except Throttled:
                self.memory.refused(self.account, how.name, how.plan)
                pause = 0.0
            except TokenRefused:
                self._tokens.forget(getattr(self._mine, "token", None))
                if renewed:
                    raise self._without_permission(how, "it refuses fresh access tokens") from None
                renewed, pause = True, 0.0
            except Forbidden as error:
                raise self._without_permission(how, str(error)) from None
            except Waiting:
                raise
            except RetryLater as error:
                if not (how.repeatable or isinstance(error, NotSent)):
                    raise
                pause = random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))
                if attempt == TRIES or self.clock.now() + timedelta(seconds=pause) > end:
                    raise
            self.clock.sleep(pause)
        raise Waiting("Amazon has had too many calls; it goes on later.", self.patience)

    def _spend(self, how: Operation) -> None:
        waited = timedelta(0)
        while wait := self.memory.spend(self.account, how.name, how.plan):
            waited += wait
            if waited > self.patience:
                # Not at the first moment but a little later, when there are several calls to make at once.
                later = max(wait, min(how.plan.rest, TURN))
                raise Waiting(f"Amazon allows the next {how.name} in {_spoken(later)}.", later)
            self.clock.sleep(wait.total_seconds())

    def _heed(self, how: Operation, header: str | None) -> None:
        """Amazon may grant another rate than the documented one; its header says so, if it is there at all."""
        if not header:
            return
        rate = rate_budget.corrected(how.plan, header)
        if self._rates.get(how.name, 0) != rate:
            self.memory.corrected(self.account, how.name, rate)
            self._rates[how.name] = rate

    def _signing(self, how: Operation) -> Any:
        """The library's object for the operation, with a token that is good."""
        api = self._api(how)
        self._mine.token = api.auth.access_token
        return api

    def _once(
        self, api: Any, how: Operation, words: tuple[str, ...], params: dict[str, Any]
    ) -> tuple[dict[str, Any], str]:
        # The library sends None as an empty string, which Amazon refuses.
        given = {name: value for name, value in params.items() if value is not None}
        try:
            answer = getattr(api, how.method)(*words, **given)
        except SellingApiException as error:
            raise RetryLater(f"Amazon answered with an error: {cleaned(str(error.error))}") from None
        self._heed(how, api._transport.rate_limit)
        self.date = api._transport.date
        found = answer.payload if isinstance(answer.payload, dict) else {"payload": answer.payload}
        if how.expects and not any(key in found for key in how.expects) and (found or not how.may_be_empty):
            raise RetryLater(f"Amazon's answer to {how.name} lacks {how.expects[0]}.")
        return found, answer.next_token or ""

    def _api(self, how: Operation) -> Any:
        """The library's object for an operation's API in this thread."""
        made = self._mine.__dict__.setdefault("apis", {})
        if how.api not in made:
            made[how.api] = self._new_api(how)
        return made[how.api]

    def _new_api(self, how: Operation) -> Any:
        from sp_api import api as library

        if not hasattr(self._mine, "http"):
            self._mine.http = httpx.Client(timeout=TIMEOUT, follow_redirects=False, verify=self._trust)
        region = self.marketplace.region
        endpoint = self._access.endpoint or ENDPOINTS[region]
        place = SimpleNamespace(endpoint=endpoint, marketplace_id=self.marketplace.id, region=region)
        credentials = {
            "lwa_app_id": self._access.client_id.get_secret_value(),
            "lwa_client_secret": self._access.client_secret.get_secret_value(),
            "refresh_token": self._access.refresh_token.get_secret_value(),
        }
        tokens = partial(TokenClient, self._tokens, self._mine.http)
        version = {"version": how.version} if how.version else {}
        made = getattr(library, how.api)(place, credentials=credentials, auth_token_client_class=tokens, **version)
        made._transport.close()
        made._transport = CheckedTransport(self._mine.http)
        return made

    def _without_permission(self, how: Operation, said: str) -> NotPermitted:
        return NotPermitted(
            f"Amazon does not let {self.account} call {how.name}: {said}",
            f"In Seller Central give the app the role it needs ({how.role}), then authorise it again.",
        )


def _spoken(wait: timedelta) -> str:
    seconds = round(wait.total_seconds())
    return f"{seconds} s" if seconds < 100 else f"{round(seconds / 60)} min"
