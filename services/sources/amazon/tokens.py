"""Access tokens from Login with Amazon: one per account, shared by its threads, fetched again before it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from sp_api.auth import AccessTokenClient, AccessTokenResponse

from services.errors import NeedsPerson, RetryLater
from services.sources.amazon.transport import CheckedTransport, Forbidden, Refused, Throttled, TokenRefused

EARLY = timedelta(seconds=60)
USUAL_LIFE = 3600
AUTHORISE = "Authorise the app again in Seller Central (Apps and Services, Manage Your Apps) and put the new token in "
CHECK = "Compare client_id and client_secret with the app's LWA credentials in Seller Central: "


class Tokens:
    """The access token of one account. The library's own cache ignores expiry and is not safe with threads."""

    def __init__(self, account: str, address: str | None, now: Callable[[], datetime]) -> None:
        self.account, self.now = account, now
        self.address = urlsplit(address) if address else None
        self._lock = threading.Lock()
        self._held: tuple[str, datetime] | None = None

    def get(self, fetch: Callable[[], dict[str, Any]]) -> str:
        """The token that is still good for a while, or a new one. Raises RetryLater or NeedsPerson."""
        with self._lock:
            if self._held is None or self._held[1] <= self.now():
                self._held = self._new(fetch)
            return self._held[0]

    def forget(self, token: str | None) -> None:
        """The token was refused: the next call fetches another, unless that has happened already."""
        with self._lock:
            if self._held is not None and self._held[0] == token:
                self._held = None

    def _new(self, fetch: Callable[[], dict[str, Any]]) -> tuple[str, datetime]:
        try:
            answer = fetch()
        except (Throttled, TokenRefused) as error:
            raise RetryLater("Amazon's sign-in is busy.") from error
        except (Refused, Forbidden) as error:
            raise self._needs_person(error) from None
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise RetryLater("Amazon's sign-in gave no token.")
        life = answer.get("expires_in")
        seconds = life if isinstance(life, int | float) and life > 0 else USUAL_LIFE
        margin = min(EARLY, timedelta(seconds=seconds / 10))
        return token, self.now() + timedelta(seconds=min(seconds, 86_400)) - margin

    def _needs_person(self, error: Refused | Forbidden) -> NeedsPerson:
        place = f"[accounts.{self.account}.sp_api]"
        code = error.code if isinstance(error, Refused) else "invalid_client"
        if code == "invalid_grant":
            return NeedsPerson(
                f"Amazon no longer accepts the refresh token of {self.account}", f"{AUTHORISE}{place} refresh_token."
            )
        return NeedsPerson(f"Amazon does not accept the app's credentials of {self.account}", f"{CHECK}{place}.")


class TokenClient(AccessTokenClient):  # type: ignore[misc]
    """The library's token client over our transport and our token; it makes one for each of its API objects."""

    def __init__(self, tokens: Tokens, http: httpx.Client, **credentials: Any) -> None:
        super().__init__(**credentials)
        self._transport.close()
        self._transport: CheckedTransport = CheckedTransport(http)
        self._tokens = tokens
        if tokens.address:
            self.scheme, self.host = f"{tokens.address.scheme}://", tokens.address.netloc + tokens.address.path

    def get_auth(self) -> AccessTokenResponse:
        """The token, in the library's form."""
        token = self._tokens.get(lambda: self._request(self.scheme + self.host + self.path, self.data, self.headers))
        return AccessTokenResponse(access_token=token)
