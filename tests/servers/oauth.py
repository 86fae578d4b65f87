"""A loopback OAuth server: a token endpoint for refresh tokens, and introspection for Dovecot."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs


class OAuthServer:
    """Hands out access tokens for the refresh tokens that `grant` made, and says who they belong to."""

    def __init__(self) -> None:
        self.refresh_tokens: dict[str, str] = {}
        self.access_tokens: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        self.introspect_as: tuple[int, str] | None = None
        self.answers: list[tuple[int, str]] = []
        self.lifetime: int | None = 3600
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base(self) -> str:
        """The address of the server, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def token_endpoint(self) -> str:
        """Where a refresh token is exchanged for an access token."""
        return f"{self.base}/token"

    def grant(self, user: str) -> str:
        """A new refresh token of `user`."""
        token = f"refresh-{secrets.token_hex(8)}"
        self.refresh_tokens[token] = user
        return token

    def expire_access(self) -> None:
        """Make every access token handed out so far worthless."""
        self.access_tokens.clear()

    def answer_next(self, status: int, body: str) -> None:
        """Give the next token request this answer instead of the right one."""
        self.answers.append((status, body))

    def __enter__(self) -> OAuthServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def exchange(self, form: dict[str, str]) -> tuple[int, str]:
        """Status and JSON body for a token request."""
        self.requests.append(form)
        if self.answers:
            return self.answers.pop(0)
        user = self.refresh_tokens.get(form.get("refresh_token", ""))
        if form.get("grant_type") != "refresh_token" or user is None:
            return 400, json.dumps({"error": "invalid_grant", "error_description": "Bad refresh token."})
        token = f"access-{secrets.token_hex(8)}"
        self.access_tokens[token] = user
        body: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if self.lifetime is not None:
            body["expires_in"] = self.lifetime
        return 200, json.dumps(body)

    def introspect(self, authorization: str) -> tuple[int, str]:
        """Status and JSON body for the bearer token of an Authorization header; `introspect_as` overrides it."""
        if self.introspect_as:
            return self.introspect_as
        user = self.access_tokens.get(authorization.removeprefix("Bearer "))
        if user is None:
            return 200, json.dumps({"active": False, "email": "nobody"})
        return 200, json.dumps({"active": True, "email": user})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(*server.introspect(self.headers.get("Authorization", "")))

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                self._say(*server.exchange({key: values[0] for key, values in parse_qs(text).items()}))

            def _say(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: Any) -> None:
                return

        return Handler
