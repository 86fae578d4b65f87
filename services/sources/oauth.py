"""Access tokens for mailboxes at Google and Microsoft, fetched with the refresh token of the settings."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from services.errors import NeedsPerson, RetryLater
from services.settings import LOOPBACK, Mailbox

TOKEN_ENDPOINTS = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
}
SCOPES = {"google": None, "microsoft": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"}
# RFC 6749 5.2 and 4.1.2.1: the errors that pass by themselves.
PASSING = ("temporarily_unavailable", "server_error", "slow_down")
TIMEOUT = 30.0
SPARE_SECONDS = 60.0
SIGN_IN = "Sign in to the mailbox again and put the new refresh token where oauth_refresh_token points."


class AccessTokens:
    """The access token of one mailbox; it is kept in memory until shortly before it ends."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box
        self._token = ""
        self._good_until = 0.0
        self._refresh_token = box.oauth_refresh_token.get_secret_value() if box.oauth_refresh_token else ""

    def current(self) -> str:
        """The token in hand, or a new one. Raises RetryLater or NeedsPerson."""
        return self._token if time.monotonic() < self._good_until else self.renew()

    def renew(self) -> str:
        """Ask for a new token. Raises RetryLater if the provider is away, NeedsPerson if it refuses."""
        answer = self._ask(self._endpoint())
        self._token = str(answer.get("access_token") or "")
        if not self._token:
            raise RetryLater(f"{self._provider} answered without an access token")
        # Microsoft hands out a new refresh token each time; the newest lives longest.
        self._refresh_token = str(answer.get("refresh_token") or self._refresh_token)
        self._good_until = time.monotonic() + _seconds(answer.get("expires_in")) - SPARE_SECONDS
        return self._token

    @property
    def _provider(self) -> str:
        return str(self._box.oauth).capitalize()

    def _endpoint(self) -> str:
        own = self._box.oauth_token_endpoint
        if not self._refresh_token:
            raise NeedsPerson(f"The settings give no oauth_refresh_token for {self._box.user}", SIGN_IN)
        return own or TOKEN_ENDPOINTS[str(self._box.oauth)]

    def _ask(self, endpoint: str) -> dict[str, object]:
        # Imported here because only mailboxes with OAuth need it, and it brings an HTTP client with it.
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.requests_client import OAuth2Session

        secret = self._box.oauth_client_secret.get_secret_value() if self._box.oauth_client_secret else None
        session = OAuth2Session(
            self._box.oauth_client_id, secret, scope=SCOPES[str(self._box.oauth)], default_timeout=TIMEOUT,
            token_endpoint_auth_method="client_secret_post" if secret else "none",
        )
        # A proxy from the environment must not be asked for an address on this machine.
        session.trust_env = urlsplit(endpoint).hostname not in LOOPBACK
        with session:
            try:
                return dict(session.refresh_token(endpoint, self._refresh_token, allow_redirects=False))
            except OAuthError as refused:
                raise self._refused(str(refused.error)) from None
            except (OSError, ValueError, TypeError):
                raise RetryLater(f"{self._provider} could not be asked for an access token") from None

    def _refused(self, error: str) -> RetryLater | NeedsPerson:
        word = error[:40] if error.replace("_", "").isalnum() else "no reason given"
        if word in PASSING:
            return RetryLater(f"{self._provider} gives no access token just now ({word})")
        who = f"the refresh token of {self._box.user}"
        return NeedsPerson(f"{self._provider} refused {who} ({word})", SIGN_IN)


def _seconds(value: object) -> float:
    """How long a token lives; five minutes if the provider does not say."""
    try:
        return float(str(value))
    except ValueError:
        return 300.0
