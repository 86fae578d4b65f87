"""What every source promises, checked for each one in SOURCES: whoever adds a source gets these tests."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from services.settings import Account, Folder, Mailbox, Settings, Sheet, SpApi
from services.sources import SOURCES
from services.sources.base import Batch, Source, Stream
from services.sources.mail_rows import BATCH_BYTES, BATCH_MAILS, ArrivedMail, Looked
from services.sync.memory import StoreMemory
from tests.servers.dovecot import Dovecot

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MAILS = [f"Date: Thu, 19 Nov 2026 10:00:00 +0000\r\nSubject: {n}\r\n\r\nx\r\n".encode() for n in range(250)]
MAIL = [source for source in SOURCES if source.name in ("mailbox", "folder")]
pytestmark = pytest.mark.servers
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
every_source_of_mail = pytest.mark.parametrize("source", MAIL, ids=lambda source: source.name)


def a_folder(path: Path, _: pytest.FixtureRequest) -> Account:
    (path / "mail").mkdir()
    for number, mail in enumerate(MAILS):
        (path / "mail" / f"{number}.eml").write_bytes(mail)
    return Account(marketplaces=("DE",), folder=Folder(path=path))


def a_mailbox(_: Path, request: pytest.FixtureRequest) -> Account:
    server: Dovecot = request.getfixturevalue("dovecot")
    user = server.new_user("contract")
    with server.client(user) as client:
        client.multiappend("INBOX", MAILS)
    box = Mailbox(host="localhost", port=server.port, security="none", user=user, password=server.password,
                  folders=("INBOX", "Junk"))
    return Account(marketplaces=("DE",), mailbox=box)


def an_api(_: Path, __: pytest.FixtureRequest) -> Account:
    words = {"client_id": "id", "client_secret": "secret", "refresh_token": "token"}
    return Account(marketplaces=("DE", "FR"), sp_api=SpApi(**words, endpoint="http://127.0.0.1:9"))


def a_sheet(_: Path, __: pytest.FixtureRequest) -> Account:
    return Account(marketplaces=("DE",), sheets=(Sheet(key="k", kind="late", endpoint="http://127.0.0.1:9"),))


# A new source adds here how to give it something to read: 250 things if it is mail.
PREPARED: dict[str, Callable[[Path, pytest.FixtureRequest], Account]] = {
    "mailbox": a_mailbox, "folder": a_folder, "amazon": an_api, "sheets": a_sheet,
}  # fmt: skip


@pytest.fixture
def memory(store: Store, tmp_path: Path) -> StoreMemory:
    return StoreMemory(store, tmp_path / "state")


@pytest.fixture
def streams(source: Source, memory: StoreMemory, tmp_path: Path, request: pytest.FixtureRequest) -> list[Stream]:
    account = PREPARED[source.name](tmp_path, request)
    return list(source.connect(Settings(accounts={"acme": account}), memory))


@pytest.fixture
def mail(streams: list[Stream]) -> list[Stream]:
    return [stream for stream in streams if stream.name not in ("reports", "sheets")]


def all_batches(streams: list[Stream]) -> list[Batch]:
    return [batch for stream in streams for batch in stream.fetch(None, NOW)]


@every_source
def test_a_source_has_a_name_of_its_own_and_a_label(source: Source) -> None:
    assert [other.name for other in SOURCES].count(source.name) == 1
    assert source.label


@every_source
def test_streams_say_what_they_are(source: Source, streams: list[Stream]) -> None:
    assert streams
    for stream in streams:
        assert stream.source == source.name
        assert stream.account == "acme"
        assert stream.name
        assert stream.mode in ("merge", "replace")
        assert timedelta(seconds=10) <= stream.every <= timedelta(days=1)
    keys = [(stream.source, stream.account, stream.name) for stream in streams]
    assert len(set(keys)) == len(keys)


@every_source
def test_without_settings_there_is_nothing_to_read(source: Source, memory: StoreMemory) -> None:
    assert list(source.connect(Settings(accounts={"acme": Account(marketplaces=("DE",))}), memory)) == []


@every_source
def test_connecting_contacts_nobody(
    source: Source, memory: StoreMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("connect() must not contact anybody")

    for module, name in ((socket.socket, "connect"), (socket, "getaddrinfo"), (socket, "create_connection")):
        monkeypatch.setattr(module, name, forbidden)
    account = Account(marketplaces=("DE",), folder=Folder(path=tmp_path / "gone"), mailbox=Mailbox(
        host="imap.invalid", user="support@example.com", oauth="google", folders=("INBOX",)),
        sp_api=SpApi(client_id="id", client_secret="secret", refresh_token="token"),
        sheets=(Sheet(key="k", kind="late", credentials="gone.json"),))
    assert source.connect(Settings(accounts={"acme": account}), memory)


@every_source_of_mail
def test_reading_twice_yields_nothing_new(source: Source, mail: list[Stream]) -> None:
    for stream in mail:
        cursor = list(stream.fetch(None, NOW))[-1].cursor
        again = list(stream.fetch(cursor, NOW))
        assert [row for batch in again for row in batch.rows] == []
        assert again[-1].cursor == cursor


@every_source_of_mail
def test_a_batch_is_bounded_and_all_arrives(source: Source, mail: list[Stream]) -> None:
    batches = all_batches(mail)
    assert all(len(batch.rows) <= BATCH_MAILS for batch in batches)
    assert all(sum(len(row.raw) for row in batch.rows) <= BATCH_BYTES for batch in batches)
    assert sum(len(batch.rows) for batch in batches) == len(MAILS)


@every_source_of_mail
def test_rows_are_mails_with_keys_of_their_own(source: Source, mail: list[Stream]) -> None:
    rows = [row for batch in all_batches(mail) for row in batch.rows]
    assert all(isinstance(row, ArrivedMail) for row in rows)
    keys = {(row.mailbox, row.folder, row.uidvalidity, row.uid, row.path) for row in rows}
    assert len(keys) == len(rows)
    assert sorted(row.raw for row in rows) == sorted(MAILS)


@every_source_of_mail
def test_a_stop_after_any_batch_loses_nothing(source: Source, mail: list[Stream]) -> None:
    for stream in mail:
        whole = {row for batch in stream.fetch(None, NOW) for row in batch.rows}
        first = next(iter(stream.fetch(None, NOW)))
        rest = {row for batch in stream.fetch(first.cursor, NOW) for row in batch.rows}
        assert set(first.rows) | rest == whole


@every_source_of_mail
def test_the_last_batch_says_what_is_there(source: Source, mail: list[Stream]) -> None:
    looks = [list(stream.fetch(None, NOW))[-1].facts for stream in mail]
    assert all(len(facts) == 1 and isinstance(facts[0], Looked) for facts in looks)
    assert sum(facts[0].present for facts in looks) == len(MAILS)
    assert all(facts[0].missing == 0 for facts in looks)
