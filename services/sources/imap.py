"""A logged-in IMAP connection to a mailbox of the settings, with its troubles as sentences."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from services.errors import NeedsPerson, RetryLater
from services.settings import Mailbox
from services.sources.oauth import SIGN_IN, AccessTokens

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
# RFC 5530 and what Gmail says: refusals that pass by themselves.
PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED|OVERQUOTA)\b|too many|try again", re.IGNORECASE)
# RFC 6154: what the folders that people call so are flagged as.
SPECIAL_USE = {"junk": b"\\Junk", "spam": b"\\Junk", "trash": b"\\Trash", "archive": b"\\Archive"}
FOLDERS_NAMED = 20
SECURITY = 'Check port and security ("tls" or "starttls") in the settings file.'


@dataclass(frozen=True)
class OpenFolder:
    """What the server says of a folder when it is opened; `uidnext` is None if it does not say."""

    uidvalidity: int
    uidnext: int | None
    exists: int


def passes(refusal: Exception) -> bool:
    """True if the server says, by code or in words, that this refusal is temporary."""
    return bool(PASSING.search(str(refusal)))


@contextmanager
def session(box: Mailbox, tokens: AccessTokens) -> Iterator[IMAPClient]:
    """A logged-in connection. Raises RetryLater or NeedsPerson if there is none to be had."""
    client = _connect(box)
    try:
        _log_in(client, box, tokens)
        yield client
        with suppress(IMAPClientError, OSError):
            client.logout()
    finally:
        _hang_up(client)


def open_folder(client: IMAPClient, box: Mailbox, folder: str) -> OpenFolder:
    """Open a folder for reading only. Raises NeedsPerson, naming those there are, if it is gone."""
    try:
        answer = client.select_folder(folder, readonly=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        raise _no_folder(client, box, folder) from None
    return OpenFolder(int(answer.get(b"UIDVALIDITY", 0)), answer.get(b"UIDNEXT"), int(answer[b"EXISTS"]))


def _name(box: Mailbox) -> str:
    return f"The mailbox {box.user} at {box.host}"


def _connect(box: Mailbox) -> IMAPClient:
    context = None if box.security == "none" else _tls(box)
    try:
        client = IMAPClient(
            box.host, box.port, ssl=box.security == "tls", ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        if box.security == "starttls":
            _start_tls(client, context)
    except (OSError, UnicodeError, IMAPClientError) as trouble:
        raise _no_connection(box, trouble) from None
    client.normalise_times = False
    return client


def _start_tls(client: IMAPClient, context: ssl.SSLContext | None) -> None:
    try:
        client.starttls(context)
    except BaseException:
        _hang_up(client)
        raise


def _hang_up(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


def _tls(box: Mailbox) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=box.ca_file)
    except OSError:
        raise NeedsPerson(f"{_name(box)}: ca_file {box.ca_file} cannot be read as certificates",
                          "Check ca_file in the settings file; it is a PEM file.") from None


def _no_connection(box: Mailbox, trouble: Exception) -> RetryLater | NeedsPerson:
    where = f"{box.host}:{box.port}"
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return NeedsPerson(f"The certificate of {where} is not to be trusted: {trouble.verify_message}",
                           "Check host; for a certificate of your own put its authority into ca_file.")
    if isinstance(trouble, ssl.SSLError) and trouble.reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL"):
        return NeedsPerson(f"{where} does not speak TLS from the start", SECURITY)
    if isinstance(trouble, IMAPClientAbortError) and "not supported" in str(trouble):
        return NeedsPerson(f"{where} offers no STARTTLS", SECURITY)
    return RetryLater(f"{_name(box)} is not to be had: {_reason(trouble)}; check host and port if this lasts")


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, TimeoutError):
        return "it does not answer"
    if isinstance(trouble, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(trouble, UnicodeError | socket.gaierror):
        return "the host name is not known"
    return "the connection broke off"


def _log_in(client: IMAPClient, box: Mailbox, tokens: AccessTokens) -> None:
    if box.oauth is None:
        _attempt(client, box, box.password.get_secret_value() if box.password else "")
        return
    token = tokens.current()
    try:
        _attempt(client, box, token)
    except NeedsPerson:
        _attempt(client, box, tokens.renew())


def _attempt(client: IMAPClient, box: Mailbox, secret: str) -> None:
    try:
        if box.oauth:
            client.oauth2_login(box.user, secret)
        elif (box.user + secret).isascii():
            client.login(box.user, secret)
        else:
            # LOGIN cannot carry other letters; SASL PLAIN is UTF-8 (RFC 4616).
            client.plain_login(box.user, secret)
    except LoginError as refused:
        raise _refused(box, refused) from None
    except OSError as trouble:
        raise _no_connection(box, trouble) from None


def _refused(box: Mailbox, refused: LoginError) -> RetryLater | NeedsPerson:
    # IMAPClient turns a connection that broke off during the login into a LoginError too.
    if isinstance(refused.__context__, IMAPClientAbortError) or passes(refused):
        return RetryLater(f"{_name(box)} does not let us in just now")
    if box.oauth:
        return NeedsPerson(f"{_name(box)} refused the access token", SIGN_IN)
    return NeedsPerson(
        f"{_name(box)} refused the password",
        "Check user and password in the settings file; some providers want an app password or OAuth.",
    )


def _no_folder(client: IMAPClient, box: Mailbox, folder: str) -> RetryLater | NeedsPerson:
    listed: list[tuple[Any, Any, Any]] = client.list_folders()
    names = sorted(str(name) for flags, _, name in listed if b"\\Noselect" not in flags)
    if folder in names:
        return RetryLater(f"{_name(box)} does not open its folder {folder!r} just now")
    shown = ", ".join(names[:FOLDERS_NAMED]) + (", …" if len(names) > FOLDERS_NAMED else "")
    wanted = SPECIAL_USE.get(folder.casefold())
    special = next((str(name) for flags, _, name in listed if wanted in flags), None)
    hint = f"; its {folder} folder is called {special!r}" if special else ""
    what_to_do = f"Mend folders in the settings file; there are: {shown}"
    return NeedsPerson(f"{_name(box)} has no folder {folder!r}{hint}", what_to_do)
