"""Hands one mail to the mail server and says what became of it, above all whether it may have left.

Until the server was asked to take the content (DATA) nothing can have left. From then on only the server's own
answer tells; a connection lost before that answer leaves the outcome unknown.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from services.errors import NeedsPerson, RetryLater
from services.settings import Smtp

CONNECT_SECONDS = 30.0
ANSWER_SECONDS = 120.0
"""How long the server may take to say whether it took the mail; giving up early would make more outcomes unknown."""

Kind = Literal["accepted", "refused", "later", "not_connected", "needs_person", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt, with a sentence for people unless it was accepted.

    accepted: the server took it. refused: for good. later: not now, by this mail. not_connected: the server cannot
    be reached. needs_person: it will not talk to us until a setting changes. unknown: it may have left.
    """

    kind: Kind
    sentence: str = ""


class _Answered(Exception):
    """The server did not say yes."""

    def __init__(self, step: str, code: int, words: bytes) -> None:
        super().__init__(step)
        self.step, self.code = step, code
        self.words = " ".join(words.decode("utf-8", "replace").split())[:300]


def send(smtp: Smtp, mail: bytes, *, to: str) -> Outcome:
    """Hand a mail (bytes with CRLF) to the server for one recipient; never raises for trouble outside."""
    asked = False
    try:
        with _session(smtp) as server:
            _must(server, "sender", f"MAIL FROM:<{smtp.sender}>")
            _must(server, "recipient", f"RCPT TO:<{to}>")
            _must(server, "content", "DATA", wanted=3)
            asked = True
            return _give(server, mail)
    except NeedsPerson as error:
        return Outcome("needs_person", f"{error} {error.what_to_do}".strip())
    except RetryLater as error:
        return Outcome("not_connected", str(error))
    except _Answered as answer:
        return _judged(answer, smtp)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if asked:
            return Outcome("unknown", UNKNOWN.format(why=_words(error)))
        lost = f"The connection to {smtp.host} was lost before the mail was given"
        return Outcome("not_connected", f"{lost}: {_words(error)}.")


UNKNOWN = (
    "The connection was lost before the mail server said whether it took the mail ({why}). "
    "Look in Seller Central, or wait for Amazon's copy."
)


def probe(smtp: Smtp) -> Outcome:
    """Connect and sign in without sending anything; for `doctor`."""
    try:
        with _session(smtp):
            return Outcome("accepted")
    except NeedsPerson as error:
        return Outcome("needs_person", f"{error} {error.what_to_do}".strip())
    except (RetryLater, OSError, smtplib.SMTPException) as error:
        return Outcome("not_connected", str(error))


@contextmanager
def _session(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    """A signed-in session. Raises RetryLater if there is no connection, NeedsPerson if the server will not have us."""
    server = _connect(smtp)
    try:
        if smtp.user and smtp.password:
            _sign_in(server, smtp)
        yield server
    finally:
        # What was answered stands, whatever becomes of the farewell.
        with suppress(OSError, smtplib.SMTPException):
            if server.sock:
                server.sock.settimeout(5)
            server.quit()
        server.close()


def _connect(smtp: Smtp) -> smtplib.SMTP:
    # The machine's own name may need a slow look-up and is no business of the server's.
    name = "[127.0.0.1]"
    server: smtplib.SMTP | None = None
    try:
        if smtp.security == "tls":
            server = smtplib.SMTP_SSL(
                smtp.host, smtp.port, local_hostname=name, timeout=CONNECT_SECONDS, context=_context(smtp)
            )
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, local_hostname=name, timeout=CONNECT_SECONDS)
        if smtp.security == "starttls":
            server.starttls(context=_context(smtp))
        server.ehlo_or_helo_if_needed()
        return server
    except ssl.SSLCertVerificationError as error:
        _close(server)
        advice = "Check host, or name the authority's certificate as ca_file in [accounts.….smtp]."
        raise NeedsPerson(f"The certificate of {smtp.host} is not trusted ({error.verify_message}).", advice) from None
    except smtplib.SMTPNotSupportedError:
        _close(server)
        advice = 'Try security = "tls" and port = 465.'
        raise NeedsPerson(f"{smtp.host} offers no STARTTLS, and nothing is sent without encryption.", advice) from None
    except (OSError, smtplib.SMTPException) as error:
        _close(server)
        raise RetryLater(f"The mail server {smtp.host}:{smtp.port} cannot be reached: {_words(error)}.") from None


def _close(server: smtplib.SMTP | None) -> None:
    if server is not None:
        server.close()


def _context(smtp: Smtp) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(smtp.ca_file) if smtp.ca_file else None)


def _sign_in(server: smtplib.SMTP, smtp: Smtp) -> None:
    assert smtp.password is not None
    try:
        server.login(smtp.user, smtp.password.get_secret_value())
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise RetryLater(f"{smtp.host} cannot sign us in just now (SMTP {error.smtp_code}).") from None
        raise NeedsPerson(
            f"{smtp.host} refuses the user name or the password (SMTP {error.smtp_code}).",
            "Mend user and password in [accounts.….smtp].",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise NeedsPerson(f"{smtp.host} offers no way to sign in that we know.", "Check port and security.") from None


def _must(server: smtplib.SMTP, step: str, command: str, wanted: int = 2) -> None:
    code, words = server.docmd(command)
    if code // 100 != wanted:
        raise _Answered(step, code, words)


def _give(server: smtplib.SMTP, mail: bytes) -> Outcome:
    """Send the content; a line that is only a dot ends it, so that dots at line starts are doubled."""
    if server.sock:
        server.sock.settimeout(ANSWER_SECONDS)
    content = re.sub(rb"(?m)^\.", b"..", mail)
    # In one piece: with the final dot apart the server's delayed acknowledgement would cost 40 ms a mail.
    server.send(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
    try:
        code, words = server.getreply()
    except smtplib.SMTPResponseException as error:
        return Outcome("unknown", UNKNOWN.format(why=_words(error)))
    if code // 100 == 2:
        return Outcome("accepted")
    if code // 100 in (4, 5):
        raise _Answered("content", code, words)
    return Outcome("unknown", UNKNOWN.format(why=f"it answered {code}"))


def _judged(answer: _Answered, smtp: Smtp) -> Outcome:
    said = f"SMTP {answer.code} {answer.words}".strip()
    if answer.code // 100 != 5:
        return Outcome("later", f"The mail server asks to wait ({said}).")
    if answer.step == "sender":
        sentence = (
            f"The mail server refuses the sender address {smtp.sender} ({said}). Mend sender in [accounts.….smtp]; it "
            "must belong to the mail account and be an approved sender in Seller Central. Then send again."
        )
        return Outcome("refused", sentence)
    what = "the buyer's address" if answer.step == "recipient" else "this mail"
    return Outcome("refused", f"The mail server refuses {what} ({said}). Answer in Seller Central, or change the text.")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return (str(error) or type(error).__name__).strip().rstrip(".")[:200]
