"""A real SMTP server on loopback that keeps what it accepts and can be told to refuse, wait and hang up."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import ssl
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import make_certificates
from tests.servers.tools import free_port

USER, PASSWORD = "support@shop.example", "correct horse"
logging.getLogger("mail.log").setLevel(logging.ERROR)

PLANS = (
    "accept",
    "451 sender",
    "550 sender",
    "451 recipient",
    "550 recipient",
    "451 content",
    "554 content",
    "drop at recipient",
    "drop after content, not kept",
    "drop after content, kept",
    "drop after answer",
    "slow",
)


@dataclass(frozen=True)
class Received:
    """One mail that the server accepted."""

    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, taken apart."""
        found = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.mail["Message-ID"])


@dataclass
class SmtpServer:
    """Works from `start` to `stop`. `plan(...)` says what becomes of the next mails; the others are accepted."""

    home: Path
    security: str = "none"
    slow_seconds: float = 0.5
    accepted: list[Received] = field(default_factory=list)
    attempts: int = 0

    def __post_init__(self) -> None:
        self.port = free_port()
        self.needs_login = self.security != "none"
        self.ca_file, certificate, key = make_certificates(self.home)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate, key)
        self._plans: deque[str] = deque()
        self._current = "accept"
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    def plan(self, *plans: str) -> None:
        """What becomes of the next mails, one plan each."""
        assert set(plans) <= set(PLANS), plans
        self._plans.extend(plans)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The [smtp] settings that reach this server."""
        login = {"user": USER, "password": PASSWORD} if self.needs_login else {}
        own = {"host": "localhost", "port": self.port, "security": self.security, "sender": "support@shop.example"}
        return {**own, **login, "ca_file": self.ca_file, **changes}

    def counted(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        with self._lock:
            return Counter(received.message_id for received in self.accepted)

    def start(self) -> SmtpServer:
        """Listen."""
        tls = {"ssl_context": self.context} if self.security == "tls" else {}
        if self.security == "starttls":
            tls = {"tls_context": self.context, "require_starttls": True}
        # With TLS from the first byte on aiosmtpd knows of no TLS and would offer no login.
        login = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": self.security == "starttls"}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ready_timeout=20, **tls, **(login if self.needs_login else {})
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        """Listen no longer."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def __enter__(self) -> SmtpServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """MAIL FROM."""
        self.attempts += 1
        self._current = self._plans.popleft() if self._plans else "accept"
        if self._current.endswith(" sender"):
            return f"{self._current[:3]} 5.7.1 sender rejected by this server"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """RCPT TO."""
        if self._current == "drop at recipient":
            server.transport.abort()
        if self._current.endswith(" recipient") and self._current[0].isdigit():
            return f"{self._current[:3]} recipient not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The content, taken or not."""
        plan = self._current
        if plan == "slow":
            await asyncio.sleep(self.slow_seconds)
        if plan.endswith(" content"):
            return f"{plan[:3]} content not taken"
        if plan == "drop after content, not kept":
            server.transport.abort()
            return "250 nobody hears this"
        assert isinstance(envelope.content, bytes)
        with self._lock:
            self.accepted.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content))
        if plan == "drop after content, kept":
            server.transport.abort()
        elif plan == "drop after answer":
            await server.push("250 OK, kept")
            server.transport.close()
        return "250 OK, kept"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)
