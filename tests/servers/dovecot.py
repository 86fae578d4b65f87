"""A real Dovecot on loopback with its own configuration: plain and STARTTLS on one port, TLS on another."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.certificates import make_certificates
from tests.servers.oauth import OAuthServer
from tests.servers.tools import account, free_port, listens, missing, open_folder, wait_until

PASSWORD = "correct horse"
FOLDERS = "/usr/sbin:/usr/local/sbin"
UMLAUT = "Rückfragen & Größe"

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
service imap-login {{
  {login_service}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap {{
  process_limit = 20
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {home}/users/%u
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox "{umlaut}" {{
    auto = create
  }}
}}
"""


class Dovecot:
    """One Dovecot server; it keeps its ports and its mail when it is stopped and started again."""

    def __init__(self, home: Path, oauth: OAuthServer) -> None:
        self.home, self.oauth = home, oauth
        self.host, self.password = "localhost", PASSWORD
        self.port, self.tls_port = free_port(), free_port()
        self.ca_file, *_ = make_certificates(home)
        self._users: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._configure()

    def _configure(self) -> None:
        mail = pwd.getpwnam(account("nobody"))
        root = os.geteuid() == 0
        values = {
            "home": self.home, "port": self.port, "tls_port": self.tls_port, "umlaut": UMLAUT,
            "internal": account("dovecot", "nobody"), "login": account("dovenull", "nobody"),
            "uid": mail.pw_uid, "gid": mail.pw_gid,
            "chroot": "" if root else "chroot =", "login_service": "" if root else "chroot =",
        }
        (self.home / "dovecot.conf").write_text(CONFIG.format(**values), encoding="utf-8")
        (self.home / "oauth2.conf").write_text(
            f"introspection_url = {self.oauth.base}/introspect\nintrospection_mode = auth\n"
            "active_attribute = active\nactive_value = true\nusername_attribute = email\n")
        (self.home / "users").mkdir()
        (self.home / "mail").mkdir()
        os.chown(self.home / "mail", mail.pw_uid, mail.pw_gid)

    def start(self) -> None:
        """Start the server and wait until both ports answer."""
        binary = _binary()
        self._process = subprocess.Popen([binary, "-F", "-c", str(self.home / "dovecot.conf")],
                                         start_new_session=True, stderr=subprocess.DEVNULL)
        wait_until(lambda: listens(self.port) and listens(self.tls_port), 20, "Dovecot answers")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server and every process of it; SIGKILL drops its connections without a word."""
        if self._process is None:
            return
        if how is signal.SIGTERM:
            self._process.terminate()
            # Stopped right after its start Dovecot waits 6 s for a child that never heard of it.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)
        self._process = None
        wait_until(lambda: not listens(self.port), 20, "Dovecot stops")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The server and all its processes hold still: connections stay open and nobody answers."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def new_user(self, name: str = "support", password: str = PASSWORD) -> str:
        """A user with an empty mailbox, made unique by a number."""
        user = f"{name}{len(self._users) + 1}@example.com"
        self._users.append(user)
        # A file per user: Dovecot does not look again at a file that changed within the second.
        (self.home / "users" / user).write_text(f"{user}:{{PLAIN}}{password}\n", encoding="utf-8")
        return user

    @contextmanager
    def client(self, user: str, password: str = PASSWORD) -> Iterator[IMAPClient]:
        """A logged-in client of the plain port, for preparing and checking a mailbox."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.login(user, password)
            yield client

    def append(self, user: str, *mails: bytes, folder: str = "INBOX", when: datetime | None = None) -> None:
        """Put mails into a folder, unread."""
        with self.client(user) as client:
            for mail in mails:
                client.append(folder, mail, msg_time=when)

    def expunge(self, user: str, uids: Iterable[int], folder: str = "INBOX") -> None:
        """Delete mails for good."""
        with self.client(user) as client:
            client.select_folder(folder)
            client.delete_messages(list(uids))
            client.expunge()

    def recreate(self, user: str, folder: str) -> None:
        """Delete a folder and make it again: it gets another UIDVALIDITY and counts from 1."""
        with self.client(user) as client:
            client.delete_folder(folder)
            client.create_folder(folder)

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """The flags of every mail in a folder, by UID."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            found = client.search("ALL")
            return {uid: data[b"FLAGS"] for uid, data in client.fetch(found, ["FLAGS"]).items()}

    def mail_files(self, user: str) -> list[Path]:
        """The files that hold the mails of the user's INBOX, oldest first."""
        maildir = self.home / "mail" / user / "Maildir"
        return sorted([*(maildir / "cur").iterdir(), *(maildir / "new").iterdir()])

    @property
    def log(self) -> str:
        """What the server wrote to its log so far."""
        return (self.home / "dovecot.log").read_text(encoding="utf-8", errors="replace")


def _binary() -> str:
    path = f"{os.environ.get('PATH', '')}:{FOLDERS}"
    return shutil.which("dovecot", path=path) or missing("Dovecot", "dovecot-imapd")


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """A started Dovecot with its OAuth server; skips (with CI=true fails) if it is not installed."""
    _binary()
    with open_folder("w24-imap-") as home, OAuthServer() as oauth:
        server = Dovecot(home, oauth)
        try:
            server.start()
            yield server
        finally:
            server.stop()
