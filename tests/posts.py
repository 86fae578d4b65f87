"""A desk that sends: its account has a real SMTP server, and nobody waits for the undo window."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data import clock, outgoing
from data.models.outgoing import Outgoing
from services.outbox import deliver, queue
from services.people import Person
from services.rules import outbox
from services.settings import Settings
from tests.desks import HOUR, NOW, Desk, ask
from tests.servers.smtp import SmtpServer

ANNA = Person("Anna", "agent", False, None)
BOSS = Person("Bea", "supervisor", False, None)
WORDS = "Hello,\nyour lamp left our warehouse today."


@dataclass(frozen=True)
class Verdict:
    """What a policy check answers."""

    verdict: str = "ok"
    findings: tuple[Any, ...] = ()


def allow(text: str, **about: Any) -> Verdict:
    """A policy check that lets everything pass."""
    return Verdict()


@dataclass
class Post:
    """A desk, its mail server, and one waiting ticket after another."""

    desk: Desk
    server: SmtpServer

    def __post_init__(self) -> None:
        self.asked = 0
        self.settings = with_smtp(self.desk.settings, self.server)
        self.desk.settings = self.settings

    def ticket(self, at: datetime = NOW - HOUR, **more: Any) -> int:
        """A new ticket that waits for an answer."""
        self.asked += 1
        n = self.asked
        self.desk.put(ask(n, at, alias=more.pop("alias", f"k3x9q7m2w8r{n:03}"), name=more.pop("name", f"Buyer {n}"),
                          order=more.pop("order", f"114-5550{n:03}-7770001"), **more))
        self.desk.sync(at + HOUR / 2)
        return max(row["id"] for row in self.desk.tickets())

    def queue(self, ticket_id: int, text: str = WORDS, *, now: datetime = NOW, **more: Any) -> int:
        """Send, as Anna."""
        more = {"actor": ANNA, "check": allow, "version": None, **more}
        version = more.pop("version")
        return queue.enqueue(self.desk.store, self.settings, ticket_id, version, now=now, text=text, **more)

    def deliver(self, now: datetime = NOW, *, ignore_pauses: bool = True) -> int:
        """Let the sender work once."""
        with time_is(now):
            return deliver.deliver(
                self.desk.store, self.settings, stop=threading.Event(), ignore_pauses=ignore_pauses
            )

    def row(self, outbox_id: int) -> Outgoing:
        """A reply as it is stored."""
        with self.desk.store.read() as session:
            found = outgoing.get(session, outbox_id)
            assert found is not None
            return found

    def state(self, outbox_id: int) -> str:
        """The state of a reply."""
        return self.row(outbox_id).state

    def card(self, ticket_id: int) -> dict[str, Any]:
        """The exported ticket."""
        (found,) = [row for row in self.desk.tickets() if row["id"] == ticket_id]
        return found

    def said(self) -> list[str]:
        """What the activity log tells about replies."""
        return [row["what"] for row in self.desk.rows("activity") if row["what"].startswith("reply.")]

    def agrees(self) -> None:
        """The cards say what the facts say, by SQL as by the rule."""
        with self.desk.store.read() as session:
            assert clock.drift(session) == []


def with_smtp(settings: Settings, server: SmtpServer, **changes: Any) -> Settings:
    """Settings whose accounts send through this server."""
    accounts = {
        name: {**account.model_dump(exclude_none=True), "smtp": server.settings(**changes)}
        for name, account in settings.accounts.items()
    }
    return Settings.model_validate({**settings.model_dump(), "accounts": accounts, "state_dir": settings.state_dir})


@contextmanager
def time_is(now: datetime) -> Iterator[None]:
    """Let verdicts be made for this time."""
    os.environ["WITHIN24_NOW"] = now.isoformat()
    try:
        yield
    finally:
        del os.environ["WITHIN24_NOW"]


def no_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let replies leave at once."""
    monkeypatch.setattr(outbox, "UNDO", HOUR * 0)


def server_in(folder: Path, **more: Any) -> SmtpServer:
    """A server that is not started yet."""
    folder.mkdir(exist_ok=True)
    return SmtpServer(folder, **more)
