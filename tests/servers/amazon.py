"""A loopback Selling Partner API: what Amazon answers, how often it allows a call, and every way in which it fails.

    with Amazon() as amazon:
        seller = amazon.seller("acme")                       # its refresh token is seller.refresh_token
        seller.reports["GET_SELLER_FEEDBACK_DATA"] = Content("Date\tRating\t…".encode(), charset="UTF-8")
        seller.stages["GET_SELLER_FEEDBACK_DATA"] = ["IN_QUEUE", "IN_PROGRESS", "DONE"]
        amazon.fail("createReport", TOO_MANY_TEXT, DROPPED)  # the next two calls; then it answers as it should
        ...                                                  # endpoint and token_endpoint are amazon.base
        assert amazon.count("createReport") == 3

Faithful as far as Amazon's models and the issues of its users say: token expiry and rotation, a token bucket for each
(seller, operation) at the documented rates, report queue stages, addresses that expire after five minutes, paging.
Unknown query parameters are ignored, the Host header too (the client library sends a wrong one over plain http).
`now` (seconds) may be a clock of the test's own; everything that passes here passes by it.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.amazon_api import OPERATIONS, STAGES, Answer, Content, Operation, Report, Seller, fault, operation_of

__all__ = ["OPERATIONS", "STAGES", "Amazon", "Content", "Fault", "Report", "Seller", "fault"]


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of, or on top of, its right answer.

    `status` and `body` replace the answer; `wait` delays it by real seconds; `drop`: the connection is cut "before"
    the work is done, or "after" it, when Amazon has done what was asked but nobody hears of it. `mend` changes the
    right answer's JSON.
    """

    status: int | None = None
    body: bytes = b""
    kind: str = "application/json"
    wait: float = 0.0
    drop: str = ""
    mend: Callable[[dict[str, Any]], Any] | None = None


TOO_MANY = Fault(429, fault("QuotaExceeded", "You exceeded your quota for the requested resource."))
TOO_MANY_TEXT = Fault(429, b"Too Many Requests", "text/plain")
UNAVAILABLE = Fault(503, b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", "text/html")
SERVER_ERROR = Fault(500, fault("InternalFailure", "We encountered an internal error. Please try again."))
TOKEN_EXPIRED = Fault(
    403, fault("Unauthorized", "Access to requested resource is denied.", "The access token you provided has expired.")
)
FORBIDDEN = Fault(403, fault("Unauthorized", "Access to requested resource is denied."))
FORBIDDEN_GATEWAY = Fault(403, b'{"message":"Forbidden"}')
NOT_JSON = Fault(200, b"<html>surprise</html>", "text/html")
NULL = Fault(200, b"null")
EMPTY_OBJECT = Fault(200, b"{}")
DROPPED = Fault(drop="before")
DROPPED_AFTER = Fault(drop="after")
UNAVAILABLE_AFTER = Fault(503, b"<html>503</html>", "text/html", drop="late")
"""The work is done, and then a gateway on the way answers 503."""


@dataclass(frozen=True)
class Request:
    """One call as it came: what was asked, by whom, what was answered, and when by the server's clock."""

    operation: str
    seller: str
    path: str
    params: Mapping[str, str]
    body: Any
    status: int
    at: float


@dataclass
class _Bucket:
    tokens: float
    at: float


class Amazon:
    """The server; a context manager. `enforce` answers 429 beyond the documented rates, times `speed`."""

    def __init__(self, *, now: Callable[[], float] = time.time, enforce: bool = True, speed: float = 1.0) -> None:
        self.now, self.enforce, self.speed = now, enforce, speed
        self.requests: list[Request] = []
        self.sellers: dict[str, Seller] = {}
        self.token_life = 3600
        self.tell_life = True
        self.url_life = 300.0
        self.dead_urls = 0
        self.tell_rate = True
        self.rates: dict[str, tuple[float, int]] = {}
        self.tokens: dict[str, tuple[Seller, float]] = {}
        self._faults: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    # For tests

    @property
    def base(self) -> str:
        """The address, both of the API and of the sign-in."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def seller(self, name: str = "acme") -> Seller:
        """A seller who has authorised the app; a refresh token of its own."""
        made = Seller(name, refresh_token=f"Atzr|{name}-{secrets.token_hex(8)}")
        self.sellers[made.refresh_token] = made
        return made

    def fail(self, operation: str, *faults: Fault | None) -> None:
        """What happens to the next calls of an operation ("token" and "document" too); None: nothing."""
        self._faults[operation].extend(faults)

    def expire_tokens(self) -> None:
        """Make every access token handed out so far worthless."""
        with self._lock:
            self.tokens = {token: (seller, 0.0) for token, (seller, _) in self.tokens.items()}

    def rotate(self, seller: Seller) -> str:
        """The seller authorises anew: another refresh token, and the old one is worth nothing."""
        with self._lock:
            self.sellers.pop(seller.refresh_token, None)
            seller.refresh_token = f"Atzr|{seller.name}-{secrets.token_hex(8)}"
            self.sellers[seller.refresh_token] = seller
        return seller.refresh_token

    def revoke(self, seller: Seller) -> None:
        """The seller withdraws the permission."""
        with self._lock:
            self.sellers.pop(seller.refresh_token, None)
        self.expire_tokens()

    def asked(self, operation: str) -> list[Request]:
        """The calls of an operation."""
        with self._lock:
            return [request for request in self.requests if request.operation == operation]

    def count(self, operation: str, status: int | None = None) -> int:
        """How many calls of an operation there were, with a status or with any."""
        return sum(status in (None, request.status) for request in self.asked(operation))

    def refused(self) -> list[Request]:
        """Every call that was one too many."""
        with self._lock:
            return [request for request in self.requests if request.status == 429]

    def allowed(self, operation: str, seconds: float) -> float:
        """How many calls of an operation a full bucket allows in so many seconds."""
        rate, burst = self._plan(OPERATIONS[operation])
        return burst + rate * seconds

    def __enter__(self) -> Amazon:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # Answering

    def answer(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> tuple[Answer, Fault | None]:
        """The answer to a call and the fault that befalls it; the call is written down."""
        parts = urlsplit(target)
        params = {key: ",".join(values) for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        with self._lock:
            name, how, words = _named(method, parts.path)
            next_fault = self._faults[name].popleft() if self._faults[name] else None
            seller, answer = self._judge(name, how, words, params, headers, raw, next_fault)
            body = _body(raw)
            who = seller.name if seller else ""
            self.requests.append(Request(name, who, parts.path, params, body, answer.status, self.now()))
            return answer, next_fault

    def _judge(
        self,
        name: str,
        how: Operation | None,
        words: tuple[str, ...],
        params: Mapping[str, str],
        headers: Mapping[str, str],
        raw: bytes,
        next_fault: Fault | None,
    ) -> tuple[Seller | None, Answer]:
        if next_fault and next_fault.drop != "after" and next_fault.drop != "late" and next_fault.status:
            return self._who(headers), Answer(next_fault.status, next_fault.body, next_fault.kind)
        if next_fault and next_fault.drop == "before":
            return self._who(headers), Answer(0, b"")
        if name == "token":
            return self._sign_in(raw)
        if name == "document":
            return None, self._document(words[0], params)
        if how is None:
            return self._who(headers), Answer(404, fault("NotFound", "The resource does not exist."))
        seller, answer = self._call(how, words, params, headers, raw)
        if next_fault and next_fault.mend and answer.status < 300:
            answer = replace(answer, body=json.dumps(next_fault.mend(json.loads(answer.body))).encode())
        if next_fault and next_fault.drop == "late":
            answer = Answer(next_fault.status or 503, next_fault.body, next_fault.kind)
        return seller, answer

    def _call(
        self, how: Operation, words: tuple[str, ...], params: Mapping[str, str], headers: Mapping[str, str], raw: bytes
    ) -> tuple[Seller | None, Answer]:
        token = headers.get("x-amz-access-token", "")
        seller, ends = self.tokens.get(token, (None, 0.0))
        if seller is None:
            words_ = "The access token you provided is revoked, malformed or invalid."
            return None, Answer(403, fault("Unauthorized", "Access to requested resource is denied.", words_))
        if ends <= self.now():
            return seller, Answer(TOKEN_EXPIRED.status or 403, TOKEN_EXPIRED.body)
        if self.enforce and not self._spend(seller, how):
            return seller, Answer(429, TOO_MANY.body)
        if how.name in seller.forbidden:
            return seller, Answer(403, FORBIDDEN.body)
        answer = how.answer(seller, words, params, _body(raw) or {}, self)
        if self.tell_rate and answer.status in (200, 202, 204, 400, 404):
            rate, _ = self._plan(how)
            answer = replace(answer, headers={"x-amzn-RateLimit-Limit": f"{rate:g}"})
        return seller, answer

    def _who(self, headers: Mapping[str, str]) -> Seller | None:
        return self.tokens.get(headers.get("x-amz-access-token", ""), (None, 0.0))[0]

    def _plan(self, how: Operation) -> tuple[float, int]:
        rate, burst = self.rates.get(how.name, (how.rate, how.burst))
        return rate * self.speed, burst

    def _spend(self, seller: Seller, how: Operation) -> bool:
        rate, burst = self._plan(how)
        now = self.now()
        bucket = self._buckets.setdefault((seller.name, how.name), _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def _sign_in(self, raw: bytes) -> tuple[Seller | None, Answer]:
        form = {key: values[0] for key, values in parse_qs(raw.decode("utf-8", "replace")).items()}
        if form.get("client_id") != "app-id" or form.get("client_secret") != "app-secret":
            return None, Answer(401, _oauth("invalid_client", "Client authentication failed"))
        seller = self.sellers.get(form.get("refresh_token", ""))
        if form.get("grant_type") != "refresh_token" or seller is None:
            return None, Answer(400, _oauth("invalid_grant", "The request has an invalid grant parameter"))
        token = f"Atza|{secrets.token_hex(16)}"
        self.tokens[token] = (seller, self.now() + self.token_life)
        found: dict[str, Any] = {"access_token": token, "token_type": "bearer", "refresh_token": seller.refresh_token}
        if self.tell_life:
            found["expires_in"] = self.token_life
        return seller, Answer(200, json.dumps(found).encode())

    def address(self, document_id: str) -> str:
        """A signed address of a document, good for five minutes, or dead at once if the script says so."""
        ends = self.now() + self.url_life
        if self.dead_urls:
            self.dead_urls -= 1
            ends = 0.0
        signature = secrets.token_hex(16)
        return f"{self.base}/documents/{document_id}?X-Amz-Expires={ends:.3f}&X-Amz-Signature={signature}"

    def _document(self, document_id: str, params: Mapping[str, str]) -> Answer:
        if float(params.get("X-Amz-Expires") or 0) <= self.now() or "X-Amz-Signature" not in params:
            xml = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'
            return Answer(403, xml, "application/xml")
        for seller in self.sellers.values():
            content = seller.documents.get(document_id)
            if content is not None:
                sent = content.sent()
                if content.hangs_up:
                    return Answer(200, sent[: len(sent) // 2], content.kind, length=len(sent))
                return Answer(200, sent, content.kind)
        return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")


def _named(method: str, path: str) -> tuple[str, Operation | None, tuple[str, ...]]:
    if method == "POST" and path == "/auth/o2/token":
        return "token", None, ()
    if path.startswith("/documents/"):
        return "document", None, (path.removeprefix("/documents/"),)
    found = operation_of(method, path)
    return (found[0].name, found[0], found[1]) if found else (f"{method} {path}", None, ())


def _body(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")


def _oauth(code: str, said: str) -> bytes:
    return json.dumps({"error": code, "error_description": said}).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


def _handler(amazon: Amazon) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer()

        do_POST = do_DELETE = do_PUT = do_GET

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer, befallen = amazon.answer(self.command, self.path, headers, raw)
            if befallen and befallen.wait:
                time.sleep(befallen.wait)
            if befallen and befallen.drop in ("before", "after"):
                self._cut()
                return
            self._say(answer)

        def _say(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
                self.send_header(name, value)
            length = answer.length if answer.length is not None else len(answer.body)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(answer.body)
                self.wfile.flush()
            if length != len(answer.body):
                self._cut()

        def _cut(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
