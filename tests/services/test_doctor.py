"""`doctor` finds what is wrong, says what to do, and never names a secret."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from data import journal, mail_counts
from data.models.derived import Card, Response
from data.models.journal import Activity
from data.models.ledger import StreamState
from data.store import Store, open_store
from services import doctor, seeding, settings
from services.doctor import Check
from services.sync.lease import SyncLease
from tests.servers.tools import free_port

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot
    from tests.servers.smtp import SmtpServer

SECRET = "correct horse"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes a settings file and makes it the one in use."""

    def write(content: str) -> None:
        file = tmp_path / "within24.toml"
        file.write_text(content, encoding="utf-8")
        monkeypatch.setenv("WITHIN24_CONFIG", str(file))

    monkeypatch.setenv("ACME_PASSWORD", SECRET)
    return write


@pytest.fixture
def filled(now: datetime) -> Store:
    """The store of this test's state folder, with tickets in it."""
    store = open_store(settings.load().database_url.get_secret_value())
    seeding.fill(store, 30, seed=1, now=now)
    return store


def found(name: str) -> Check:
    return next(check for check in doctor.examine() if check.name == name)


def mailbox(server: Dovecot, user: str, **changes: object) -> str:
    values = {"host": "localhost", "port": server.port, "security": "none", "user": user, **changes}
    values.setdefault("folders", ["INBOX", "Junk"])
    lines = "\n".join(f"{name} = {value!r}".replace("'", '"') for name, value in values.items())
    return f'[accounts.acme]\nmarketplaces = ["DE"]\n[accounts.acme.mailbox]\npassword = "env:ACME_PASSWORD"\n{lines}\n'


def test_a_fresh_desk_with_the_sample_seller_is_well() -> None:
    checks = list(doctor.examine())
    assert [check for check in checks if not check.ok] == []
    assert {"settings", "store", "disk", "queue", "activity log", "sync"} <= {check.name for check in checks}


def test_settings_that_cannot_be_used_are_the_only_line(desk: Callable[[str], None]) -> None:
    desk('[accounts.acme]\nmarketplaces = ["MOON"]\n')
    only = list(doctor.examine())
    assert [(check.name, check.ok) for check in only] == [("settings", False)]
    assert "MOON" in only[0].message
    assert only[0].what_to_do


def test_a_held_time_is_a_warning_and_a_wrong_one_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_NOW", "2026-11-22T09:00:00Z")
    held = found("time")
    assert held.ok
    assert held.message.startswith("warning: WITHIN24_NOW holds the time at 2026-11-22 09:00")
    monkeypatch.setenv("WITHIN24_NOW", "tomorrow")
    assert not found("time").ok


def test_an_open_address_without_sign_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    assert not found("sign-in").ok
    assert "[auth]" in found("sign-in").message


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "warns"), [(0o644, 0o755, True), (0o600, 0o755, False), (0o644, 0o700, False)]
)
def test_a_store_that_everybody_can_read_is_a_warning(
    file_mode: int, folder_mode: int, warns: bool, filled: Store, tmp_path: Path
) -> None:
    for folder in tmp_path.parents[:3]:
        folder.chmod(0o755)
    tmp_path.chmod(folder_mode)
    (settings.load().state_dir / "within24.db").chmod(file_mode)
    privacy = found("privacy")
    assert privacy.ok
    assert privacy.message.startswith("warning") is warns


def test_little_room_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES", 10**18)
    assert not found("disk").ok


def test_a_store_that_cannot_be_reached_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_DATABASE_URL", "postgresql+psycopg://desk:topsecret@127.0.0.1:1/desk?connect_timeout=2")
    checks = list(doctor.examine())
    broken = next(check for check in checks if check.name == "store")
    assert not broken.ok
    assert "127.0.0.1" in broken.message
    assert "topsecret" not in repr(checks)


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_on_postgresql_the_two_clocks_are_compared(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_DATABASE_URL", postgres_url)
    assert found("clocks").ok
    monkeypatch.setattr(settings, "real_now", lambda: datetime.now(UTC) + timedelta(hours=1))
    clocks = found("clocks")
    assert not clocks.ok
    assert clocks.message.endswith(("3600 s apart", "3601 s apart"))
    open_store(postgres_url).close()


@pytest.mark.parametrize("few", [doctor.FEW, 0], ids=["every ticket", "a sample"])
def test_a_queue_that_differs_from_the_mail_is_found(few: int, filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FEW", few)
    assert found("queue").ok
    with filled.write() as session:
        session.execute(update(Card).where(Card.ticket_id == 30).values(awaiting_since=None))
    wrong = found("queue")
    assert not wrong.ok
    assert wrong.message.startswith("ticket 30: awaiting_since is None")


def test_a_missing_response_is_found(filled: Store) -> None:
    with filled.write() as session:
        session.execute(text("delete from response where message_id = (select min(message_id) from response)"))
    assert not found("queue").ok
    assert Response.__tablename__ in found("queue").message


def test_a_changed_activity_log_is_found(filled: Store, now: datetime) -> None:
    with filled.write() as session:
        for what in ("note", "assign"):
            journal.append(session, journal.Entry(now, "Ben", what, "ticket:1"))
    assert found("activity log").message == "2 entries, all fit"
    with filled.write() as session:
        session.execute(update(Activity).where(Activity.id == 1).values(actor="Somebody"))
    assert found("activity log").message == "entry 1 does not fit the chain"


def test_a_sync_that_stopped_is_found_and_one_at_work_is_not(filled: Store) -> None:
    with filled.write() as session:
        long_ago = settings.real_now() - timedelta(hours=1)
        session.add(StreamState(source="folder", account="acme", stream="mail", last_ok_at=long_ago, state="ok"))
    assert not found("sync").ok
    with SyncLease(filled):
        assert found("sync").message == "a sync process is at work"


def test_a_folder_that_is_not_there_is_found(desk: Callable[[str], None], tmp_path: Path) -> None:
    desk('[accounts.acme]\nmarketplaces = ["DE"]\n[accounts.acme.folder]\npath = "exports"\n')
    assert not found("folder of acme").ok
    (tmp_path / "exports" / "mail").mkdir(parents=True)
    assert found("folder of acme").ok


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_mailbox_is_signed_in_to_and_its_folders_are_opened(dovecot: Dovecot, desk: Callable[[str], None]) -> None:
    user = dovecot.new_user()
    dovecot.append(user, b"Subject: one\r\n\r\nText\r\n")
    desk(mailbox(dovecot, user))
    lines = [check for check in doctor.examine() if check.name.startswith("mailbox")]
    assert [check.ok for check in lines] == [True, True, True]
    assert lines[1].message == "1 mails, opened for reading only"
    assert b"\\Seen" not in dovecot.flags(user)[1]


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_a_missing_folder_and_an_unknown_host_each_get_a_sentence(
    dovecot: Dovecot, desk: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.new_user()
    desk(mailbox(dovecot, user, folders=["INBOX", "Nowhere"]))
    lines = [check for check in doctor.examine() if check.name.startswith("mailbox")]
    assert [check.ok for check in lines] == [True, True, False]
    assert "Nowhere" in lines[2].message
    assert "INBOX" in lines[2].what_to_do

    desk(mailbox(dovecot, user, host="mail.invalid", security="tls"))
    (line,) = (check for check in doctor.examine() if check.name.startswith("mailbox"))
    assert "host name is not known" in line.message

    monkeypatch.setenv("ACME_PASSWORD", "wrong battery")
    desk(mailbox(dovecot, user))
    checks = list(doctor.examine())
    (line,) = (check for check in checks if check.name.startswith("mailbox"))
    assert not line.ok
    assert "refused the password" in line.message
    assert "wrong battery" not in repr(checks)


def mail_server(server: SmtpServer, **changes: object) -> str:
    values = {name: value for name, value in server.settings(**changes).items() if value is not None}
    values["password"] = "env:ACME_PASSWORD"
    lines = "\n".join(f"{name} = {value if isinstance(value, int) else json.dumps(str(value))}"
                      for name, value in values.items())  # fmt: skip
    return f'[accounts.acme]\nmarketplaces = ["DE"]\n[accounts.acme.smtp]\n{lines}\n'


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpServer]:
    """A mail server that wants a login, and so TLS."""
    from tests.servers.smtp import SmtpServer

    with SmtpServer(tmp_path, security="tls") as server:
        yield server


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_mail_server_is_signed_in_to_and_gets_no_mail(desk: Callable[[str], None], smtp: SmtpServer) -> None:
    desk(mail_server(smtp))
    check = found("mail server of acme")
    assert (check.ok, smtp.attempts) == (True, 0), check
    assert "nothing was sent" in check.message


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_mail_server_that_does_not_let_us_in_is_named_with_what_to_do(
    desk: Callable[[str], None], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_PASSWORD", "wrong horse")
    desk(mail_server(smtp))
    check = found("mail server of acme")
    assert (check.ok, "refuses the user name or the password" in check.message) == (False, True)
    assert "[accounts.acme.smtp]" in check.what_to_do
    assert "wrong horse" not in f"{check}"
    desk(mail_server(smtp, port=free_port()))
    assert "cannot be reached" in found("mail server of acme").message


def test_the_counts_of_the_ledger_are_held_against_its_rows(desk: Callable[[str], None], filled: Store) -> None:
    assert found("mail ledger").ok
    with filled.write() as session:
        session.execute(text("update mail_count set n = n + 1"))
    assert "are counted as" in found("mail ledger").message
    with filled.write() as session:
        mail_counts.recount(session)
    assert found("mail ledger").ok
