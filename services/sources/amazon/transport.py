"""What goes over the wire to Amazon and comes back: sizes and times bounded, every status looked at, errors named.

The library turns a 503, a 429 or a 403 without a JSON error list into an empty success, so nothing but a 2xx with a
JSON object (or an empty body) ever reaches it.
"""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

import httpx
from sp_api.base._transport_httpx import HttpxTransport

from services.errors import Rejected, RetryLater

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
LONGEST_ANSWER = 60.0
"""Seconds for a whole answer; a timeout of the HTTP library is one of each piece only."""
LARGEST_ANSWER = 64 * 1024 * 1024
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_TALKATIVE = (
    *("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"),
    *("sp_api.base.client", "sp_api.auth.access_token_client"),
)
_SECRETS = re.compile(r"https?://\S+|Atz[a-z]*\|\S+|amzn1\.\S+", re.I)


def _is_serious(record: logging.LogRecord) -> bool:
    """Whether a vendor's record may be kept: below a warning they hold signed addresses and access tokens."""
    return record.levelno >= logging.WARNING


for _name in _TALKATIVE:
    logging.getLogger(_name).addFilter(_is_serious)


class Throttled(RetryLater):
    """429: more calls than the usage plan allows; this one was not carried out."""


class TokenRefused(RetryLater):
    """The access token is expired or no longer valid; a new one may help."""


class NotSent(RetryLater):
    """Amazon could not be reached; it has certainly not seen the call."""


class Refused(Rejected):
    """Amazon refuses this call for good; `status` and Amazon's `code` and `said` tell why. 404 means: not there."""

    def __init__(self, status: int, code: str, said: str) -> None:
        super().__init__(f"Amazon refuses the call ({status} {code}): {said}")
        self.status, self.code, self.said = status, code, said


class Forbidden(Rejected):
    """403 or 401 although the token is fresh: the app lacks a role, or the seller withdrew the permission."""


class CheckedTransport(HttpxTransport):  # type: ignore[misc]
    """The library's transport, made strict; one for each thread. `rate_limit`, `date`: the last answer's headers."""

    def __init__(self, client: httpx.Client | None = None) -> None:
        super().__init__(client=client or httpx.Client(timeout=TIMEOUT, follow_redirects=False))
        self.rate_limit: str | None = None
        self.date: str | None = None

    def request(self, method: str, url: str, **how: Any) -> httpx.Response:
        """The answer, if it is a 2xx with a JSON object or nothing in it.

        Raises Throttled, TokenRefused, NotSent, RetryLater, Refused or Forbidden.
        """
        self.rate_limit = self.date = None
        try:
            with self._client.stream(method, url, **how) as answer:
                body = _read(answer)
        except NOT_SENT as error:
            raise NotSent(f"Amazon cannot be reached: {type(error).__name__}.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not the error's own words: they name the address.
            raise RetryLater(f"The connection to Amazon broke off: {type(error).__name__}.") from None
        self.rate_limit, self.date = answer.headers.get("x-amzn-RateLimit-Limit"), answer.headers.get("Date")
        content = _object(body) if body.strip() else {}
        if answer.is_success and content is not None:
            return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=body or b"{}")
        raise _error(answer.status_code, content, body)


def _read(answer: httpx.Response) -> bytes:
    """The whole body, unless it is too large or trickles."""
    begun, size, pieces = time.monotonic(), 0, []
    for piece in answer.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise RetryLater("Amazon's answer is larger than any answer should be.")
        if time.monotonic() - begun > LONGEST_ANSWER:
            raise RetryLater("Amazon's answer takes too long.")
    return b"".join(pieces)


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """The headers that still hold once the body has been read and unpacked."""
    gone = ("content-encoding", "content-length", "transfer-encoding")
    return [(name, value) for name, value in headers.items() if name.lower() not in gone]


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    # The library hands the object's keys to a function of its own, which has a `headers` already.
    return found if isinstance(found, dict) and "headers" not in found else None


def _error(status: int, content: dict[str, Any] | None, body: bytes) -> Exception:
    code, said = _words(content, body)
    if status == 429:
        return Throttled("Amazon has had too many calls.")
    if status in (401, 403):
        return _forbidden(said)
    if 400 <= status < 500:
        return Refused(status, code, said)
    if 200 <= status < 300:
        return RetryLater("Amazon's answer cannot be read.")
    return RetryLater(f"Amazon has trouble of its own ({status}).")


def _forbidden(said: str) -> Exception:
    words = said.lower()
    if "token" in words and any(sign in words for sign in ("expired", "revoked", "invalid", "malformed")):
        return TokenRefused("Amazon refuses the access token.")
    return Forbidden(said)


def _words(content: dict[str, Any] | None, body: bytes) -> tuple[str, str]:
    """Amazon's error code and words, in the forms it gives them; without addresses and tokens."""
    errors = (content or {}).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else content or {}
    code = str(first.get("code") or first.get("error") or "")[:60]
    parts = [first.get("message"), first.get("error_description"), first.get("details")]
    said = " ".join(str(part) for part in parts if part) or body[:200].decode("utf-8", "replace")
    return code, cleaned(said)


def cleaned(text: str) -> str:
    """Somebody else's words, fit for a log and a page: one short line without addresses and tokens."""
    return _SECRETS.sub("…", " ".join(text.split()))[:300]
