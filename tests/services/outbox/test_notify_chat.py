"""Notices by chat through the real Apprise, to a web hook on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from services.outbox.notify_chat import by_chat


class Hook(HTTPServer):
    """A web hook that keeps what it is told, and answers as it is told to."""

    answer = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[dict[str, Any]] = []

    def address(self, secret: str = "s3cret-token") -> SecretStr:
        return SecretStr(f"json://127.0.0.1:{self.server_port}/{secret}")


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_notice_arrives_with_its_words(hook: Hook) -> None:
    outcome = by_chat(hook.address(), "Decide: refund 114-5550001-7770001?", "By Monday. Ana")
    assert outcome.kind == "accepted"
    (told,) = hook.told
    assert (told["title"], told["message"]) == ("Decide: refund 114-5550001-7770001?", "By Monday. Ana")


def test_what_the_channel_refuses_is_refused_and_names_no_secret(hook: Hook) -> None:
    hook.answer = 500
    outcome = by_chat(hook.address(), "Title", "Words")
    assert outcome.kind == "refused"
    assert "s3cret" not in repr(outcome)
    assert len(hook.told) == 1


@pytest.mark.parametrize("address", ["", "nonsense", "nosuchservice://x"])
def test_an_address_that_apprise_does_not_know_is_a_persons_to_mend(address: str) -> None:
    assert by_chat(SecretStr(address), "Title", "Words").kind == "needs_person"
